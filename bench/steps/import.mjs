// From a file to search: the real table of samples as it is, uploaded to a running server; the clock stops when search
// holds all of it. Then the index alone, built anew from the catalog: the CPU seconds of the threads that index say what
// one core does; those of the whole command have the reading of the catalog and the making of documents in them.

import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { Api } from "../../end2end/harness/api.mjs";
import { setTimeout as pause } from "node:timers/promises";
import { binary, sharedData } from "../../end2end/harness/server.mjs";
import { REAL, REAL_SAMPLES, bare, searchable, serving, token } from "../ground.mjs";
import { atLeast, below, told } from "../report.mjs";

export async function measure() {
  const deployment = await bare("import");
  const secret = token(deployment, "curator");
  const { answered_s, job_s, searchable_s } = await serving(deployment, () => imported(new Api(deployment.url, secret)));
  const { wall_s, index_s, whole_s } = await reindexed(deployment);
  await deployment.remove();
  return [
    below("import to searchable, 107,863 samples", 60, "s", searchable_s, `upload answered after ${answered_s.toFixed(1)} s, import done after ${job_s.toFixed(1)} s`),
    atLeast("indexing, per core", 10_000, "samples/s", REAL_SAMPLES / index_s, `${index_s.toFixed(1)} CPU s of the threads that index`),
    told("indexing with the reading of the catalog, per core", "samples/s", REAL_SAMPLES / whole_s, `${whole_s.toFixed(1)} CPU s, ${wall_s.toFixed(1)} s by the clock`),
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
  await searchable(api, REAL_SAMPLES);
  return { answered_s, job_s, searchable_s: since() };
}

/** Rebuilds the index and adds up what the kernel says of each thread while the command runs. */
async function reindexed(deployment) {
  const started = performance.now();
  const child = spawn(binary(), ["admin", "reindex", "--organization", "bench"], { env: deployment.env, stdio: "ignore" });
  const ended = new Promise((resolve, reject) => child.once("error", reject).once("exit", (code) => resolve(code)));
  const threads = new Map();
  while (child.exitCode === null && child.signalCode === null) {
    look(child.pid, threads);
    await pause(20);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`chorale admin reindex ended with ${code}`);
  const seconds = (which) => [...threads.values()].filter(which).reduce((sum, thread) => sum + thread.seconds, 0);
  // tantivy's own names: its indexing thread, the one that packs stored documents, the one that merges.
  const index_s = seconds(({ name }) => /^(thrd-tantivy|docstore-compre|merge_thread|segment_updater)/.test(name));
  if (index_s === 0) throw new Error("no thread of the index was seen: have they other names now?");
  return { wall_s: (performance.now() - started) / 1e3, index_s, whole_s: seconds(() => true) };
}

function look(pid, threads) {
  try {
    for (const id of readdirSync(`/proc/${pid}/task`)) {
      const of = (file) => readFileSync(`/proc/${pid}/task/${id}/${file}`, "utf8");
      const seconds = Number(of("schedstat").split(" ")[0]) / 1e9;
      threads.set(id, { name: of("comm").trim(), seconds });
    }
  } catch (error) {
    // A thread or the command itself may end between two looks; what was seen of it stays.
    if (!["ENOENT", "ESRCH"].includes(error.code)) throw error;
  }
}
