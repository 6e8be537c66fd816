// What every step stands on: where results and deployments lie, the load client, and what the kernel says of a process.
// Deployments with many samples are kept under target/bench between runs, each for one binary: another binary makes
// them anew. Nothing of it is committed.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { withDatabase } from "../end2end/harness/postgres.mjs";
import { Deployment, binary, freePort, root, sharedData } from "../end2end/harness/server.mjs";

export const WORK = path.join(root, "target/bench");
export const REAL = "metadata/geo_samples/geo_sample_text.tsv.gz";
/** Real samples in that table. */
export const REAL_SAMPLES = 107_863;
export const MILLION = 1_000_000;
export const ORGANIZATION = "bench";
export const PERSON = { email: "bench@bench.example", password: "a password for the benchmarks" };

/** The machine and how busy it is, for beside every number. */
export function card() {
  const cpu = os.cpus()[0]?.model.trim() ?? "unknown CPU";
  const load = os.loadavg().map((one) => one.toFixed(2)).join(" ");
  return { cpu: `${os.cpus().length} × ${cpu}`, memory_gib: Math.round(os.totalmem() / 2 ** 30), load };
}

/** Runs a program to its end and gives its standard output; throws with what it said otherwise. */
export function run(program, args, options = {}) {
  const done = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28, cwd: root, ...options });
  if (done.error) throw done.error;
  if (done.status !== 0) {
    throw new Error(`${path.basename(program)} ${args[0]} ended with ${done.status ?? done.signal}:\n${done.stderr}${done.stdout}`);
  }
  return done.stdout;
}

/** The load client, built when it is not there (seconds: it stands alone). */
export function client(args) {
  const target = path.join(WORK, "load");
  run("cargo", ["build", "--quiet", "--release", "--locked", "--manifest-path", "bench/load/Cargo.toml", "--target-dir", target]);
  return run(path.join(target, "release/chorale-load"), args);
}

/** What the kernel says of a process, in MB: VmHWM (most resident memory ever), RssAnon (anonymous, now). */
export function memoryMb(pid, line) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const found = status.match(new RegExp(`^${line}:\\s+(\\d+) kB`, "m"));
  if (!found) throw new Error(`/proc/${pid}/status has no ${line}: this step needs Linux`);
  return (Number(found[1]) * 1024) / 1e6;
}

/** CPU seconds that a process has used, user and system (the kernel counts in hundredths). */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The middle and the largest of some numbers. */
export function spread(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return { middle: sorted[sorted.length >> 1], largest: sorted.at(-1) };
}

export async function bare(name) {
  const deployment = await Deployment.create(`bench-${name}`, { CHORALE_LOG: "warn" });
  deployment.command(["admin", "organization", "create", ORGANIZATION]);
  return deployment;
}

/** What `act(deployment, database)` gives with a deployment on PostgreSQL that serves; both are gone afterwards. */
export function servingOnPostgres(name, act) {
  return withDatabase(`bench_${name}`, async (database) => {
    const deployment = await Deployment.create(`bench-${name}`, { CHORALE_LOG: "warn", CHORALE_DATABASE_URL: database.url });
    try {
      deployment.command(["migrate"]);
      deployment.command(["admin", "organization", "create", ORGANIZATION]);
      return await serving(deployment, () => act(deployment, database));
    } finally {
      await deployment.remove();
    }
  });
}

/** Somebody who administers the organization and the deployment. */
export function person(deployment) {
  const create = ["admin", "user", "create", "--organization", ORGANIZATION, "--role", "admin", "--operator"];
  deployment.command([...create, "--password-stdin", PERSON.email], { input: PERSON.password });
}

/** A token of the organization. */
export function token(deployment, role = "scientist") {
  return deployment.command(["admin", "token", "create", "--organization", ORGANIZATION, "--role", role]).trim();
}

/**
 * A stopped deployment with so many samples in one collection, kept from the last run of this binary if there is one. Who
 * adds to it has one of a name of its own.
 */
export async function withSamples(total, name = String(total)) {
  const folder = path.join(WORK, "deployments", name);
  const deployment = new Deployment(folder, await freePort(), { CHORALE_LOG: "warn" });
  const stamp = path.join(folder, "made-by");
  const { size, mtimeMs } = statSync(binary());
  const maker = `${binary()} ${size} ${mtimeMs}\n`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === maker) return deployment;
  console.log(`   making a deployment with ${total.toLocaleString("en")} samples`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // The name becomes the dataset's accession, a word of every sample: it must be no word that is asked for.
  const table = path.join(folder, "repeated.tsv");
  client(["corpus", "--from", sharedData(REAL), "--samples", String(total), "--out", table]);
  deployment.command(["admin", "organization", "create", ORGANIZATION]);
  person(deployment);
  const started = performance.now();
  importInto(deployment, "Samples", [table]);
  console.log(`   imported to searchable in ${((performance.now() - started) / 1e3).toFixed(1)} s`);
  rmSync(table);
  writeFileSync(stamp, maker);
  return deployment;
}

/** Imports from the command line and waits until search holds it. */
export function importInto(deployment, collection, files) {
  deployment.command(["import", "--organization", ORGANIZATION, "--collection", collection, "--wait", ...files]);
}

/** Waits until search holds so many samples, two minutes at most. */
export async function searchable(api, samples) {
  for (let tries = 0; tries < 6_000; tries += 1) {
    const found = await api.get("/search?kind=samples&q=&limit=0");
    if (found.status !== 200) throw new Error(`GET /search answered ${found.status}: ${JSON.stringify(found.body)}`);
    if (found.body.total === samples) return;
    await pause(20);
  }
  throw new Error(`search does not hold ${samples} samples after two minutes`);
}

/** Starts a deployment, does something with it, and stops it whatever came of that. */
export async function serving(deployment, act) {
  const ready_ms = await deployment.start();
  try {
    return await act(ready_ms);
  } finally {
    await deployment.stop();
  }
}
