// Kills the server at random moments under a mixed load, starts it again, and compares it with what it acknowledged.
// usage: node end2end/kill/run.mjs [--engine sqlite|postgres] [--cycles 20] [--seed N] [--keep]

import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { Api } from "../harness/api.mjs";
import { Deployment, root } from "../harness/server.mjs";
import { checkSoon, checkWhole } from "./check.mjs";
import { Journal } from "./journal.mjs";
import { load } from "./load.mjs";
import { Random } from "./random.mjs";

const { values: options } = parseArgs({
  options: {
    engine: { type: "string", default: "sqlite" },
    cycles: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1e9) },
    keep: { type: "boolean", default: false },
  },
});
const cycles = Number(options.cycles);
const random = new Random(Number(options.seed));
console.log(`kill: ${cycles} cycles on ${options.engine}, seed ${options.seed}`);

const database = `chorale_kill_${process.pid}`;
const deployment = await Deployment.create(`kill-${options.engine}`, settings());
let failed = true;
try {
  failed = !(await run());
} finally {
  await deployment.kill();
  if (options.engine === "postgres") psql(`drop database if exists ${database} with (force)`);
  if (failed || options.keep) console.log(`kill: the data, log and journal are kept in ${deployment.folder}`);
  else await deployment.remove();
}
process.exitCode = failed ? 1 : 0;

function settings() {
  const common = { CHORALE_LOG: "info", CHORALE_QUOTA_QUEUED_JOBS: "100000", CHORALE_QUOTA_RUNNING_JOBS: "4" };
  if (options.engine === "sqlite") return common;
  psql(`create database ${database}`);
  return { ...common, CHORALE_DATABASE_URL: `${postgres()}/${database}` };
}

function postgres() {
  const done = spawnSync(path.join(root, "tools/postgres.sh"), ["url"], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`tools/postgres.sh url: ${done.stderr}`);
  return done.stdout.trim();
}

function psql(statement) {
  const done = spawnSync("psql", [`${postgres()}/postgres`, "-qc", statement], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${statement}: ${done.stderr || done.error}`);
}

async function run() {
  deployment.command(["migrate"]);
  deployment.command(["admin", "organization", "create", "kill"]);
  const token = deployment.command(["admin", "token", "create", "--organization", "kill", "--role", "admin"]).trim();
  const api = new Api(deployment.url, token);
  const journal = new Journal(path.join(deployment.folder, "journal.ndjson"));
  const restarts = [];
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    restarts.push(await deployment.start());
    if (!right(`cycle ${cycle}`, await checkSoon(api, journal, random))) return false;
    const work = load(api, journal, random);
    await pause(random.whole(50, 1500));
    await deployment.kill();
    if (!right(`cycle ${cycle}`, await work)) return false;
  }
  restarts.push(await deployment.start());
  const last = [...(await checkSoon(api, journal, random)), ...(await checkWhole(api, journal, 120))];
  if (!right("the end", last)) return false;
  report(journal, restarts);
  return true;
}

function right(when, wrong) {
  for (const sentence of wrong) console.log(`kill: ${when}: ${sentence}`);
  return wrong.length === 0;
}

function report(journal, restarts) {
  const { collections, imports, tokens, cancels } = journal;
  restarts.sort((a, b) => a - b);
  console.log(
    `kill: ${cycles} cycles passed on ${options.engine}: ${journal.acknowledged} acknowledgements ` +
      `(${imports.size} imports, ${cancels.size} cancels, ${tokens.size} tokens, ${collections.size} collections) ` +
      `all kept; start to ready ${restarts[restarts.length >> 1].toFixed(0)} ms at the median`,
  );
}
