// Tracking of experiments beside a real `mlflow server` (PyPI, SQLite), which bench/tracking.py starts and fills itself: the
// same raw requests to both in one run, then to Chorale on PostgreSQL. 10,000 runs with 10 metrics, 10 params, 5 tags each.

import { readFileSync } from "node:fs";
import path from "node:path";
import { WORK, bare, run, serving, servingOnPostgres, token } from "../ground.mjs";
import { atLeast, atMost, told } from "../report.mjs";
import { painted } from "./runs_page.mjs";

const RUNS = 10_000;
/** What is asked of each line, by how its name begins; the throughput before the times of the same calls. */
const ASKED = [
  ["search", (what, { median }, note) => atMost(what, 50, "ms", median, note)],
  ["filter and order", (what, { median }, note) => atMost(what, 10, "ms", median, note)],
  ["log-batch", (what, { median }, note) => atMost(what, 8, "ms", median, note)],
  ["log-metric, 16 clients at once, throughput", (what, { median }, note) => atLeast(what, 2_000, "a second", median, note)],
  ["log-metric, 16 clients at once", (what, { p99 }, note) => atMost(`${what}: p99`, 30, "ms", p99, note)],
  ["create run", (what, { median }, note) => atMost(what, 2, "ms", median, note)],
  ["history", (what, { median }, note) => atMost(what, 15, "ms", median, note)],
];

export async function measure() {
  const onSqlite = await bare("tracking");
  const rows = await serving(onSqlite, () => asked(onSqlite, "SQLite", []));
  await onSqlite.remove();
  const onPostgres = await servingOnPostgres("tracking", (deployment) => asked(deployment, "PostgreSQL", ["--only", "chorale"]));
  return [...rows, ...onPostgres];
}

async function asked(deployment, where, more) {
  const answer = path.join(WORK, `tracking_${where}.json`);
  const to = ["--uri", deployment.url, "--token", token(deployment), "--fill", String(RUNS), "--json", answer];
  console.log(run("python3", ["bench/tracking.py", ...to, ...more], { stdio: ["ignore", "pipe", "inherit"] }));
  const { rows } = JSON.parse(readFileSync(answer, "utf8"));
  const raw = rows.flatMap(({ what, unit, mlflow, chorale, ratio }) => {
    const [, row] = ASKED.find(([begins]) => what.startsWith(begins));
    const theirs = mlflow ? `mlflow server: ${mlflow.median.toFixed(1)} ${unit}` : "";
    return [
      row(`${what}, ${where}`, chorale, theirs),
      ...(ratio ? [told(`${what}: beside mlflow server`, "times", ratio)] : []),
    ];
  });
  return [...raw, ...(await painted(deployment, RUNS, where))];
}
