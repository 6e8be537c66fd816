// Deeds of notebooks: runs are begun, log points and params a few at a time, and keep files. And what must be left of them:
// every point with the very number that was sent, every param, every file's bytes.

import { createHash } from "node:crypto";
import { Api } from "../harness/api.mjs";
import { accepted, some, withFree } from "./scene.mjs";

const MOST_RUNS = 12;
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const mlflow = ({ url, token }) => new Api(url, token, "/api/2.0");

/** A run that no other client is at, or a new one. */
async function withRun(scene, act) {
  const { runs } = scene.journal;
  await withFree(runs, scene.random, () => runs.size >= MOST_RUNS, () => create(scene), act);
}

async function create(scene) {
  const answer = await mlflow(scene.api).post("/mlflow/runs/create", { experiment_id: "0", start_time: 1 });
  if (accepted(scene, "runs/create", answer, 200)) scene.journal.run(answer.body.run.info.run_id);
}

export async function logPoints(scene) {
  await withRun(scene, async (id, run) => {
    const from = (run.steps += 10) - 10;
    const count = scene.random.whole(1, 10);
    const points = Array.from({ length: count }, (_, n) => [from + n, scene.random.whole(1, 1e9) / 7]);
    const metrics = points.map(([step, value]) => ({ key: "loss", value, step, timestamp: 1_600_000_000_000 + step }));
    const one = count === 1;
    const json = one ? { run_id: id, ...metrics[0] } : { run_id: id, metrics };
    const answer = await mlflow(scene.api).post(one ? "/mlflow/runs/log-metric" : "/mlflow/runs/log-batch", json);
    if (accepted(scene, "logging points", answer, 200)) scene.journal.points(id, points);
  });
}

export async function logParam(scene) {
  await withRun(scene, async (id, run) => {
    const [key, value] = [`p${run.params.size + scene.random.whole(1, 1e9)}`, String(scene.random.whole(1, 1e9))];
    const answer = await mlflow(scene.api).post("/mlflow/runs/log-parameter", { run_id: id, key, value });
    if (accepted(scene, "logging a param", answer, 200)) scene.journal.param(id, key, value);
  });
}

export async function logFile(scene) {
  await withRun(scene, async (id) => {
    const name = `file-${scene.random.whole(1, 1e9)}.bin`;
    const bytes = Buffer.alloc(scene.random.whole(0, 200_000), name);
    const answer = await mlflow(scene.api).call("PUT", `/mlflow-artifacts/artifacts/0/${id}/artifacts/${name}`, { bytes });
    if (accepted(scene, "keeping a file", answer, 200)) scene.journal.artifact(id, name, sha256(bytes));
  });
}

/** Gives what is wrong, as sentences. */
export async function checkRuns(api, journal, random) {
  const wrong = [];
  const client = mlflow(api);
  for (const [id, run] of some(journal.runs, random, 6)) {
    const { status, body } = await client.get(`/mlflow/runs/get?run_id=${id}`);
    if (status !== 200) {
      wrong.push(`run ${id} was acknowledged and answers ${status}`);
      continue;
    }
    const params = new Map((body.run.data.params ?? []).map(({ key, value }) => [key, value]));
    for (const [key, value] of run.params) {
      if (params.get(key) !== value) wrong.push(`param ${key} of run ${id} was acknowledged as ${value} and is ${params.get(key)}`);
    }
    const history = await client.get(`/mlflow/metrics/get-history?run_id=${id}&metric_key=loss`);
    const points = new Map((history.body.metrics ?? []).map(({ step, value }) => [step, value]));
    for (const [step, value] of run.points) {
      if (points.get(step) !== value) wrong.push(`point ${step} of run ${id} was acknowledged as ${value} and is ${points.get(step)}`);
    }
    for (const [name, hash] of some(run.artifacts, random, 3)) {
      const { status, bytes } = await client.download(`/mlflow-artifacts/artifacts/0/${id}/artifacts/${name}`);
      const found = status === 200 ? sha256(bytes) : status;
      if (found !== hash) wrong.push(`${name} of run ${id} was acknowledged with SHA-256 ${hash} and has ${found}`);
    }
  }
  return wrong;
}
