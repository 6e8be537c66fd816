// How tracking grows from ten thousand runs to a million, on each database: an hour, so it runs only when it is named.
// docs/scale.md holds the last figures.

import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { WORK, bare, memoryMb, run, serving, servingOnPostgres, token } from "../ground.mjs";
import { told } from "../report.mjs";

const SIZES = "10000,100000,1000000";

export async function measure() {
  const onSqlite = await bare("growth");
  const rows = await serving(onSqlite, () => grown(onSqlite, "SQLite"));
  const file = statSync(path.join(onSqlite.folder, "data", "chorale.db")).size;
  await onSqlite.remove();
  const onPostgres = await servingOnPostgres("growth", async (deployment, database) => {
    const grew = await grown(deployment, "PostgreSQL");
    const size = Number(database.ask("select pg_database_size(current_database())"));
    return [...grew, told("database, PostgreSQL", "GB", size / 1e9)];
  });
  return [...rows, told("database, SQLite", "GB", file / 1e9), ...onPostgres];
}

async function grown(deployment, where) {
  const answer = path.join(WORK, `growth_${where}.json`);
  const to = ["--uri", deployment.url, "--token", token(deployment), "--sizes", SIZES, "--json", answer];
  console.log(run("python3", ["bench/tracking_growth.py", ...to], { stdio: ["ignore", "pipe", "inherit"] }));
  const { sizes, rows } = JSON.parse(readFileSync(answer, "utf8"));
  const measured = rows.flatMap(({ what, unit, at }) =>
    sizes.map((size) => told(`${what}, ${size.toLocaleString("en")} runs, ${where}`, unit, at[size].median)));
  return [...measured, told(`anonymous memory of the process, ${where}`, "MB", memoryMb(deployment.process.pid, "RssAnon"))];
}
