// The whole program with its objects in S3: imports a GEO family, searches, downloads the raw file with the right
// SHA-256, looks into the value table, backs up and restores into another prefix. Nothing but caches is on the disk.
// usage: node end2end/s3/walk.mjs   (needs tools/s3.sh start)

import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Api } from "../harness/api.mjs";
import { Deployment, root, sharedData } from "../harness/server.mjs";

const family = sharedData("geo/family_soft/GSE6344_family.soft.gz");
const whole = sha256(readFileSync(family));
const keys = {
  AWS_ENDPOINT: run(path.join(root, "tools/s3.sh"), ["url"]).trim(),
  AWS_ACCESS_KEY_ID: "chorale",
  AWS_SECRET_ACCESS_KEY: "a secret for tests",
};

const first = await deployed("first");
const second = await deployed("second");
try {
  first.command(["migrate"]);
  first.command(["admin", "organization", "create", "walk"]);
  const token = first.command(["admin", "token", "create", "--organization", "walk", "--role", "curator"]).trim();
  await first.start();
  const api = new Api(first.url, token);
  const imported = await api.importFiles("real", [family]);
  expect(imported.status === 202, `POST /imports answered ${imported.status}: ${JSON.stringify(imported.body)}`);
  const job = await api.ended(imported.body.job.id);
  expect(job.state === "succeeded", `the import ended as ${job.state}: ${JSON.stringify(job)}`);
  const before = await looked(api, token);
  expect(before.samples === 40, `search finds ${before.samples} samples, not 40`);
  await first.stop();
  expect(!existsSync(path.join(first.folder, "data/objects")), "objects were written to the disk, not to S3");

  const backup = path.join(first.folder, "backup");
  first.command(["backup", backup]);
  const report = JSON.parse(second.command(["restore", backup, "--json"]));
  expect(report.objects_verified === 1, `the restore verified ${report.objects_verified} raw files, not 1`);
  await second.start();
  const after = await looked(new Api(second.url, token), token);
  expect(JSON.stringify(after) === JSON.stringify(before), `restored: ${JSON.stringify(after)}, was ${JSON.stringify(before)}`);
  await second.stop();
  const swept = JSON.parse(second.command(["admin", "sweep", "--dry-run", "--json"]));
  expect(swept.removed === 0 && swept.waiting === 0, `everything is used, and the sweep says ${JSON.stringify(swept)}`);
  console.log(`s3: passed: ${before.samples} samples, ${report.objects_copied} objects backed up and restored, the raw file has its SHA-256`);
  await first.remove();
  await second.remove();
} catch (error) {
  await first.kill();
  await second.kill();
  console.log(`s3: the data and logs are kept in ${first.folder} and ${second.folder}`);
  throw error;
}

/** A deployment whose objects lie below a prefix of its own, a short one (tools/s3.sh). */
async function deployed(name) {
  const prefix = `w/${randomBytes(6).toString("hex")}/${name}`;
  return await Deployment.create(`s3-${name}`, { ...keys, CHORALE_OBJECTS_URL: `s3://chorale/${prefix}` });
}

/** What a scientist sees: the samples found, the raw file's SHA-256, the value table's size. */
async function looked(api, token) {
  const found = await searched(api, "tumor");
  const all = await searched(api, "");
  expect(found.status === 200 && found.body.total > 0, `the search answered ${found.status}: ${JSON.stringify(found.body)}`);
  const dataset = found.body.hits[0].datasets[0].id;
  const files = (await api.all(`/datasets/${dataset}/files`)).filter((file) => file.kind === "raw");
  const answer = await fetch(`${api.url}/api/v1/files/${files[0].id}/content`, { headers: { authorization: `Bearer ${token}` } });
  const downloaded = sha256(Buffer.from(await answer.arrayBuffer()));
  expect(downloaded === whole, `the download answered ${answer.status} with SHA-256 ${downloaded}, the file has ${whole}`);
  const values = await api.get(`/datasets/${dataset}/values?features=3&samples=2`);
  expect(values.status === 200 && values.body.rows.length === 3, `the values answered ${values.status}: ${JSON.stringify(values.body)}`);
  return { samples: all.body.total, tumor: found.body.total, features: values.body.features, corner: values.body.rows };
}

/** A search that finds something: the index follows the catalog within seconds. */
async function searched(api, words) {
  const until = performance.now() + 60_000;
  for (;;) {
    const answer = await api.get(`/search?kind=samples&q=${words}`);
    if (answer.status !== 200 || answer.body.total > 0 || performance.now() > until) return answer;
    await pause(100);
  }
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

function run(command, args) {
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stderr || done.error}`);
  return done.stdout;
}

function expect(truth, sentence) {
  if (!truth) throw new Error(sentence);
}
