// From a file to search: the real table of samples as it is, uploaded to a running server; the clock stops when search
// holds all of it. Then the index alone, built anew from the catalog: its CPU seconds say what one core does.

import { Api } from "../../end2end/harness/api.mjs";
import { setTimeout as pause } from "node:timers/promises";
import { binary, sharedData } from "../../end2end/harness/server.mjs";
import { REAL, REAL_SAMPLES, bare, run, serving, token } from "../ground.mjs";
import { atLeast, below, told } from "../report.mjs";

export async function measure() {
  const deployment = await bare("import");
  const secret = token(deployment, "curator");
  const { answered_s, job_s, searchable_s } = await serving(deployment, () => imported(new Api(deployment.url, secret)));
  const { wall, cpu } = reindexed(deployment);
  await deployment.remove();
  return [
    below("import to searchable, 107,863 samples", 60, "s", searchable_s, `upload answered after ${answered_s.toFixed(1)} s, import done after ${job_s.toFixed(1)} s`),
    atLeast("indexing, per core", 10_000, "samples/s", REAL_SAMPLES / cpu, `CPU time of the whole rebuild, reading the catalog included`),
    told("indexing, wall clock", "s", wall, `${(REAL_SAMPLES / wall).toFixed(0)} samples/s`),
  ];
}

async function imported(api) {
  const started = performance.now();
  const since = () => (performance.now() - started) / 1e3;
  const { status, body } = await api.importFiles("Real samples", [sharedData(REAL)]);
  if (status !== 202) throw new Error(`POST /imports answered ${status}: ${JSON.stringify(body)}`);
  const answered_s = since();
  const job = await api.ended(body.job.id, 300);
  if (job.state !== "succeeded") throw new Error(`the import ended as ${job.state}: ${JSON.stringify(job.error)}`);
  const job_s = since();
  for (let tries = 0; tries < 6_000; tries += 1) {
    const found = await api.get("/search?kind=samples&q=&limit=0");
    if (found.status !== 200) throw new Error(`GET /search answered ${found.status}: ${JSON.stringify(found.body)}`);
    if (found.body.total === REAL_SAMPLES) return { answered_s, job_s, searchable_s: since() };
    await pause(20);
  }
  throw new Error(`search does not hold ${REAL_SAMPLES} samples after ${since().toFixed(0)} s`);
}

function reindexed(deployment) {
  // bash's `time` counts what the ended child used: seconds of wall, user, system.
  const command = 'TIMEFORMAT="%R %U %S"; { time "$0" admin reindex --organization bench >&2; } 2>&1';
  const last = run("bash", ["-c", command, binary()], { env: deployment.env }).trim().split("\n").at(-1);
  const [wall, user, system] = last.split(" ").map(Number);
  return { wall, cpu: user + system };
}
