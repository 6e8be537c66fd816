// Deeds of notebooks: runs are begun, log points and params a few at a time, and keep files. And what must be left of them:
// every point with the very number that was sent, every param, every file's bytes.

import { createHash } from "node:crypto";
import { accepted, anyOf, some } from "./scene.mjs";

const MOST_RUNS = 12;
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Asks at MLflow's own road: {status, body}. */
async function ask({ api }, method, route, { json, bytes } = {}) {
  const answer = await fetch(`${api.url}/api/2.0/${route}`, {
    method,
    headers: { authorization: `Bearer ${api.token}`, ...(json && { "content-type": "application/json" }) },
    body: bytes ?? (json && JSON.stringify(json)),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : text };
}

/** A run that no other client is at, or a new one. */
async function withRun(scene, act) {
  const { journal } = scene;
  const found = journal.runs.size < MOST_RUNS ? null : anyOf(journal.runs, scene.random, (run) => !run.busy);
  if (!found) {
    const answer = await ask(scene, "POST", "mlflow/runs/create", { json: { experiment_id: "0", start_time: 1 } });
    if (accepted(scene, "runs/create", answer, 200)) journal.run(answer.body.run.info.run_id);
    return;
  }
  const [id, run] = found;
  run.busy = true;
  try {
    await act(id, run);
  } finally {
    run.busy = false;
  }
}

export async function logPoints(scene) {
  await withRun(scene, async (id, run) => {
    const from = (run.steps += 10) - 10;
    const count = scene.random.whole(1, 10);
    const points = Array.from({ length: count }, (_, n) => [from + n, scene.random.whole(1, 1e9) / 7]);
    const metrics = points.map(([step, value]) => ({ key: "loss", value, step, timestamp: 1_600_000_000_000 + step }));
    const one = count === 1;
    const json = one ? { run_id: id, ...metrics[0] } : { run_id: id, metrics };
    const answer = await ask(scene, "POST", one ? "mlflow/runs/log-metric" : "mlflow/runs/log-batch", { json });
    if (accepted(scene, "logging points", answer, 200)) scene.journal.points(id, points);
  });
}

export async function logParam(scene) {
  await withRun(scene, async (id, run) => {
    const [key, value] = [`p${run.params.size + scene.random.whole(1, 1e9)}`, String(scene.random.whole(1, 1e9))];
    const answer = await ask(scene, "POST", "mlflow/runs/log-parameter", { json: { run_id: id, key, value } });
    if (accepted(scene, "logging a param", answer, 200)) scene.journal.param(id, key, value);
  });
}

export async function logFile(scene) {
  await withRun(scene, async (id) => {
    const name = `file-${scene.random.whole(1, 1e9)}.bin`;
    const bytes = Buffer.alloc(scene.random.whole(0, 200_000), name);
    const answer = await ask(scene, "PUT", `mlflow-artifacts/artifacts/0/${id}/artifacts/${name}`, { bytes });
    if (accepted(scene, "keeping a file", answer, 200)) scene.journal.artifact(id, name, sha256(bytes));
  });
}

/** Gives what is wrong, as sentences. */
export async function checkRuns(api, journal, random) {
  const wrong = [];
  for (const [id, run] of some(journal.runs, random, 6)) {
    const { status, body } = await ask({ api }, "GET", `mlflow/runs/get?run_id=${id}`);
    if (status !== 200) {
      wrong.push(`run ${id} was acknowledged and answers ${status}`);
      continue;
    }
    const params = new Map((body.run.data.params ?? []).map(({ key, value }) => [key, value]));
    for (const [key, value] of run.params) {
      if (params.get(key) !== value) wrong.push(`param ${key} of run ${id} was acknowledged as ${value} and is ${params.get(key)}`);
    }
    const history = await ask({ api }, "GET", `mlflow/metrics/get-history?run_id=${id}&metric_key=loss`);
    const points = new Map((history.body.metrics ?? []).map(({ step, value }) => [step, value]));
    for (const [step, value] of run.points) {
      if (points.get(step) !== value) wrong.push(`point ${step} of run ${id} was acknowledged as ${value} and is ${points.get(step)}`);
    }
    for (const [name, hash] of some(run.artifacts, random, 3)) {
      const file = await fetch(`${api.url}/api/2.0/mlflow-artifacts/artifacts/0/${id}/artifacts/${name}`, {
        headers: { authorization: `Bearer ${api.token}` },
      });
      const found = file.status === 200 ? sha256(Buffer.from(await file.arrayBuffer())) : file.status;
      if (found !== hash) wrong.push(`${name} of run ${id} was acknowledged with SHA-256 ${hash} and has ${found}`);
    }
  }
  return wrong;
}
