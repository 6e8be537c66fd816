// Starts Chorale with two organizations and lets MLflow's own client, its own server and its published holes at it (run.py).
// On PostgreSQL where CHORALE_TEST_PG names a server, else on SQLite.
// usage: node end2end/mlflow/walk.mjs [--engine sqlite|postgres] [PART… | --large …]   (needs tools/need.sh mlflow)

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { Deployment, freePort, freshFolder, root } from "../harness/server.mjs";

const python = path.join(root, "target/mlflow/venv/bin/python");
if (!existsSync(python)) throw new Error(`${python} is missing; install it first: tools/need.sh mlflow`);

const asked = process.argv.slice(2);
const at = asked.indexOf("--engine");
const engine = at < 0 ? "sqlite" : asked.splice(at, 2)[1];
const database = engine === "postgres" ? emptyDatabase() : null;
const settings = { CHORALE_LOG: "warn", ...(database && { CHORALE_DATABASE_URL: database.url }) };
const deployment = new Deployment(freshFolder("mlflow"), await freePort(), settings);
try {
  deployment.command(["migrate"]);
  const [token, other] = ["Lab", "Neighbours"].map(organization);
  await deployment.start();
  const to = ["--uri", deployment.url, "--token", token, "--other", other];
  const { status } = spawnSync(python, [path.join(root, "end2end/mlflow/run.py"), ...to, ...asked], { stdio: "inherit" });
  if (status !== 0) throw new Error(`mlflow on ${engine}: run.py ended with ${status}`);
  await deployment.stop();
  await deployment.remove();
  database?.drop();
} catch (error) {
  await deployment.kill();
  console.log(`mlflow: the data and logs are kept in ${deployment.folder}`);
  throw error;
}

/** An organization; the token of an admin of it. */
function organization(name) {
  deployment.command(["admin", "organization", "create", name]);
  return deployment.command(["admin", "token", "create", "--organization", name, "--role", "admin"]).trim();
}

function emptyDatabase() {
  const server = command("tools/postgres.sh", ["url"]);
  const name = `mlflow_${process.pid}`;
  const psql = (text) => command("psql", ["-qAt", "-v", "ON_ERROR_STOP=1", `${server}/postgres`, "-c", text]);
  psql(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`);
  return { url: `${server}/${name}`, drop: () => psql(`drop database if exists ${name} with (force)`) };
}

function command(program, parameters) {
  const { status, stdout, stderr } = spawnSync(program, parameters, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${parameters.join(" ")} ended with ${status}: ${stderr}`);
  return stdout.trim();
}
