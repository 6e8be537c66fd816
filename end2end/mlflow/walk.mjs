// Starts Chorale with two organizations and lets MLflow's own client, its own server and its published holes at it (run.py).
// On SQLite, or with --engine postgres in a database of its own.
// usage: node end2end/mlflow/walk.mjs [--engine sqlite|postgres] [PART… | --large …]   (needs tools/need.sh mlflow)

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { withDatabase } from "../harness/postgres.mjs";
import { Deployment, binary, root } from "../harness/server.mjs";

const python = path.join(root, "target/mlflow/venv/bin/python");
if (!existsSync(python)) throw new Error(`${python} is missing; install it first: tools/need.sh mlflow`);

const asked = process.argv.slice(2);
const at = asked.indexOf("--engine");
const engine = at < 0 ? "sqlite" : asked.splice(at, 2)[1];
await (engine === "postgres" ? withDatabase("mlflow", walk) : walk(null));

/** The deployment's folder stays when it fails. */
async function walk(database) {
  const settings = { CHORALE_LOG: "warn", ...(database && { CHORALE_DATABASE_URL: database.url }) };
  const deployment = await Deployment.create("mlflow", settings);
  try {
    deployment.command(["migrate"]);
    const [token, other] = ["Lab", "Neighbours"].map((name) => organization(deployment, name));
    await deployment.start();
    const to = ["--uri", deployment.url, "--token", token, "--other", other];
    // The part `moving` starts `chorale import` on the same deployment.
    const env = { ...process.env, ...deployment.env, CHORALE_BINARY: binary() };
    const { status } = spawnSync(python, [path.join(root, "end2end/mlflow/run.py"), ...to, ...asked], { stdio: "inherit", env });
    if (status !== 0) throw new Error(`mlflow on ${engine}: run.py ended with ${status}`);
    await deployment.stop();
    await deployment.remove();
  } catch (error) {
    await deployment.kill();
    console.log(`mlflow: the data and logs are kept in ${deployment.folder}`);
    throw error;
  }
}

/** An organization; the token of an admin of it. */
function organization(deployment, name) {
  deployment.command(["admin", "organization", "create", name]);
  return deployment.command(["admin", "token", "create", "--organization", name, "--role", "admin"]).trim();
}
