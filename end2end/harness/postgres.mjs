// A PostgreSQL database for one walk, in the server that the tests use.

import { spawnSync } from "node:child_process";
import { root } from "./server.mjs";

/** What `act` gives with a fresh database {url, ask}; the database is dropped however that ends. */
export async function withDatabase(name, act) {
  command("tools/postgres.sh", ["start"]);
  const server = command("tools/postgres.sh", ["url"]);
  const database = `chorale_${name}_${process.pid}`;
  const psql = (base, statement) => command("psql", [`${server}/${base}`, "-v", "ON_ERROR_STOP=1", "-At", "-c", statement]);
  psql("postgres", `create database ${database} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`);
  try {
    return await act({ url: `${server}/${database}`, ask: (statement) => psql(database, statement) });
  } finally {
    psql("postgres", `drop database ${database} with (force)`);
  }
}

function command(program, parameters) {
  const done = spawnSync(program, parameters, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${program} ${parameters.join(" ")} ended with ${done.status}: ${done.stderr}`);
  return done.stdout.trim();
}
