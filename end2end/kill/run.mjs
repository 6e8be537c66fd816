// Kills the server at random moments under a mixed load, starts it again, and compares it with what it acknowledged.
// With --plants it makes losses of its own between kill and restart (plants.mjs), and passes when each one was seen.
// usage: node end2end/kill/run.mjs [--engine sqlite|postgres] [--cycles 20] [--seed N] [--keep] [--plants]

import path from "node:path";
import { parseArgs } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { Api, browserOf, tokenOf } from "../harness/api.mjs";
import { withDatabase } from "../harness/postgres.mjs";
import { Deployment } from "../harness/server.mjs";
import { checkSoon, checkWhole } from "./check.mjs";
import { Journal } from "./journal.mjs";
import { load } from "./load.mjs";
import { PLANTS } from "./plants.mjs";
import { Random } from "./random.mjs";

const { values: options } = parseArgs({
  options: {
    engine: { type: "string", default: "sqlite" },
    cycles: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1e9) },
    keep: { type: "boolean", default: false },
    plants: { type: "boolean", default: false },
  },
});
const { engine, seed } = options;
if (options.plants && engine !== "postgres") throw new Error("--plants needs --engine postgres: its statements go through psql");
process.exitCode = (await (options.plants ? plants() : kills())) ? 0 : 1;

/** Kills and compares, `cycles` times: whether nothing was lost. */
async function kills() {
  const cycles = Number(options.cycles);
  console.log(`kill: ${cycles} cycles on ${engine}, seed ${seed}`);
  return await staged(async (scene) => {
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      const wrong = [...(await restart(scene)), ...(await loadAndKill(scene, scene.random.whole(50, 1500)))];
      if (!right(`cycle ${cycle}`, wrong)) return false;
    }
    const last = [...(await restart(scene)), ...(await checkWhole(scene.api, scene.journal, 120))];
    if (!right("the end", last)) return false;
    report(scene, cycles);
    return true;
  });
}

/** Makes each loss on a deployment of its own: whether all were seen. */
async function plants() {
  let unseen = 0;
  for (const [name, plant] of Object.entries(PLANTS)) {
    const wrong = await staged((scene) => planted(scene, name, plant));
    console.log(`kill: planted "${name}": ${wrong.length ? `seen: ${wrong[0]}` : "NOT SEEN"}`);
    unseen += wrong.length === 0;
  }
  console.log(`kill: ${Object.keys(PLANTS).length - unseen} of ${Object.keys(PLANTS).length} planted losses were seen`);
  return unseen === 0;
}

async function planted(scene, name, plant) {
  for (let tries = 0; tries < 20; tries += 1) {
    const before = [...(await restart(scene)), ...(await loadAndKill(scene, 1500))];
    if (before.length) throw new Error(`before anything was planted: ${before.join("; ")}`);
    if (!plant({ ...scene, sql: scene.database.ask })) continue;
    const soon = await restart(scene);
    return soon.length ? soon : await checkWhole(scene.api, scene.journal, 10);
  }
  throw new Error(`"${name}" found nothing to harm after twenty loads`);
}

/** What `act` gives with a fresh deployment. */
async function staged(act) {
  return await (engine === "postgres" ? withDatabase("kill", (database) => deployed(database, act)) : deployed(null, act));
}

/** A deployment with a person's token; its folder stays when what is done with it fails. */
async function deployed(database, act) {
  const settings = { CHORALE_LOG: "info", CHORALE_QUOTA_QUEUED_JOBS: "100000", CHORALE_QUOTA_RUNNING_JOBS: "4" };
  if (database) settings.CHORALE_DATABASE_URL = database.url;
  const deployment = await Deployment.create(`kill-${engine}`, settings);
  let result = false;
  try {
    const { token, operator } = await keeper(deployment);
    const api = new Api(deployment.url, token);
    const journal = new Journal(path.join(deployment.folder, "journal.ndjson"));
    const random = new Random(Number(seed));
    result = await act({ deployment, database, api, operator, journal, random, restarts: [] });
  } finally {
    await deployment.kill();
    if (!result || options.keep) console.log(`kill: the data, log and journal are kept in ${deployment.folder}`);
    else await deployment.remove();
  }
  return result;
}

async function keeper(deployment) {
  const person = { email: "keeper@kill.example", password: "a password for the kill test" };
  deployment.command(["migrate"]);
  deployment.command(["admin", "organization", "create", "kill"]);
  const create = ["admin", "user", "create", "--organization", "kill", "--role", "admin", "--operator", "--password-stdin", person.email];
  deployment.command(create, { input: person.password });
  await deployment.start();
  const token = await tokenOf(deployment.url, person, "admin");
  const operator = await browserOf(deployment.url, person);
  await deployment.kill();
  return { token, operator };
}

/** Starts the server and gives what is wrong with it at once. */
async function restart({ deployment, api, journal, random, restarts }) {
  restarts.push(await deployment.start());
  return await checkSoon(api, journal, random);
}

/** A server that ends by itself, or lets go of a client before the kill, is a fault of its own. */
async function loadAndKill({ deployment, api, operator, journal, random }, milliseconds) {
  const strike = { now: false };
  const work = load({ api, operator, journal, random, strike, refusals: [] });
  await pause(milliseconds);
  // every other kill is aimed: by chance alone few would meet an import at work
  if (random.whole(0, 1) === 1) await running(api);
  strike.now = true;
  const { code, signal } = await deployment.kill();
  const wrong = await work;
  if (signal !== "SIGKILL") wrong.push(`the server had ended by itself (${signal ?? code}); the end of its log:\n${deployment.tail()}`);
  return wrong;
}

/** Waits until an import runs, half a second at the most. */
async function running(api) {
  const until = performance.now() + 500;
  while (performance.now() < until) {
    const answer = await api.get("/jobs?state=running&kind=import&limit=1").catch(() => null);
    // a server that has ended by itself is found so by the kill
    if (!answer || answer.body.items?.length) return;
    await pause(5);
  }
}

function right(when, wrong) {
  for (const sentence of wrong) console.log(`kill: ${when}: ${sentence}`);
  return wrong.length === 0;
}

function report({ journal, restarts }, cycles) {
  const { collections, imports, tokens, cancels, people, deletions, owed } = journal;
  const points = [...journal.runs.values()].reduce((sum, run) => sum + run.points.size, 0);
  restarts.sort((a, b) => a - b);
  console.log(
    `kill: ${cycles} cycles passed on ${engine}: ${journal.acknowledged} acknowledgements ` +
      `(${imports.size} imports, ${cancels.size} cancels, ${tokens.size} tokens, ${collections.size} collections, ` +
      `${people.size} new members, ${deletions.size} deletions, ${points} points of ${journal.runs.size} runs; ${owed.size} kinds of audit rows) ` +
      `all kept; ${journal.interrupted} imports were interrupted and done anew, ${journal.retried} retried by hand; ` +
      `start to ready ${restarts[restarts.length >> 1].toFixed(0)} ms at the median`,
  );
}
