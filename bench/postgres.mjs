// A PostgreSQL database for one step, in the server that the tests use.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { run } from "./ground.mjs";

/** A database of its own in the server that the tests use. */
export function postgres(name) {
  run("tools/postgres.sh", ["start"]);
  const server = run("tools/postgres.sh", ["url"]).trim();
  const database = `chorale_bench_${name}_${process.pid}`;
  const psql = (base, text) => {
    const folder = readdirSync("/usr/lib/postgresql").toSorted((a, b) => Number(a) - Number(b)).at(-1);
    const done = spawnSync(`/usr/lib/postgresql/${folder}/bin/psql`, [`${server}/${base}`, "-v", "ON_ERROR_STOP=1", "-qAt", "-c", text], { encoding: "utf8", maxBuffer: 1 << 28 });
    if (done.status !== 0) throw new Error(`psql: ${done.stderr}`);
    return done.stdout.trim();
  };
  psql("postgres", `create database ${database}`);
  return {
    url: `${server}/${database}`,
    ask: (text) => psql(database, text),
    drop: () => psql("postgres", `drop database ${database} with (force)`),
  };
}
