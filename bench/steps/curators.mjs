// Fifty curators at once, on PostgreSQL, with sessions as browsers have them: each asks for the next question while the
// last one is looked at, thinks for a moment, and decides. Everybody keeps a journal of what was acknowledged; afterwards
// the journals are compared with the database: nothing lost, nothing doubled.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { browserOf } from "../../end2end/harness/api.mjs";
import { withDatabase } from "../../end2end/harness/postgres.mjs";
import { Deployment, root, sharedData } from "../../end2end/harness/server.mjs";
import { ORGANIZATION, PERSON, REAL, importInto, person, serving, spread } from "../ground.mjs";
import { atMost, told } from "../report.mjs";
import { nothingAccepted } from "./review.mjs";
import { releases } from "./harmonize.mjs";

const CURATORS = 50;
/**
 * What a curator thinks between question and answer, in milliseconds. 3 s are 1,200 answers an hour: keys of the bench,
 * without a pause. Then a rush that nobody keeps up, to tell what happens when more is asked than two cores do.
 */
const PACES = [
  { name: "an answer every 3 s", thinks: [2_000, 4_000], seconds: 60, isAsked: true },
  { name: "an answer every second", thinks: [500, 1_500], seconds: 30, isAsked: false },
];
/** Real samples, in tables the size of a study. */
const SAMPLES = 15_000;
const STUDY = 150;
const FIELDS = ["disease", "tissue", "cell_type", "sex"];
const ANSWERS = ["accept", "accept", "accept", "reject", "not_reported"];

export async function measure() {
  return await withDatabase("bench_curators", onPostgres);
}

async function onPostgres(database) {
  const deployment = await Deployment.create("bench-curators", { CHORALE_LOG: "warn", CHORALE_DATABASE_URL: database.url });
  try {
    deployment.command(["migrate"]);
    deployment.command(["admin", "organization", "create", ORGANIZATION]);
    person(deployment);
    for (let n = 0; n < CURATORS; n += 1) {
      const create = ["admin", "user", "create", "--organization", ORGANIZATION, "--role", "curator", "--password-stdin"];
      deployment.command([...create, address(n)], { input: PERSON.password });
    }
    for (const [name, file] of releases()) deployment.command(["ontology", "install", name, "--from", file]);
    importInto(deployment, "Samples", studies(deployment.folder));
    return await serving(deployment, () => measured(deployment, database));
  } finally {
    await deployment.remove();
  }
}

const address = (n) => `curator-${n}@bench.example`;

/** The first real samples as tables: samples of one series stand behind one another in the source. */
function studies(folder) {
  const [head, ...lines] = gunzipSync(readFileSync(sharedData(REAL))).toString().split("\n");
  const at = path.join(folder, "studies");
  mkdirSync(at);
  const files = [];
  for (let from = 0; from < SAMPLES; from += STUDY) {
    const file = path.join(at, `study-${String(from / STUDY).padStart(3, "0")}.tsv`);
    writeFileSync(file, `${[head, ...lines.slice(from, from + STUDY)].join("\n")}\n`);
    files.push(file);
  }
  return files;
}

async function measured(deployment, database) {
  const admin = await browserOf(deployment.url, PERSON);
  const [{ id: collection }] = await admin.all("/collections");
  await nothingAccepted(admin, collection);
  // One after another: sign-ins that are still being checked count as tries of this address.
  const sessions = [];
  for (let n = 0; n < CURATORS; n += 1) sessions.push(await browserOf(deployment.url, { ...PERSON, email: address(n) }));
  const paces = [];
  for (const pace of PACES) {
    const until = performance.now() + pace.seconds * 1e3;
    const journals = await Promise.all(sessions.map((session, n) => curate(session, n, collection, pace.thinks, until)));
    paces.push({ ...pace, all: journals.flat() });
  }
  await admin.settled(600);
  const all = paces.flatMap((pace) => pace.all);
  const settled = await followed(admin, all.filter(({ kind }) => kind === "decided"));
  const jobs = settled.filter(({ job }) => job).length;
  const wrong = compared(settled, database);
  if (wrong.length) throw new Error(`the journals and the database differ:\n${wrong.slice(0, 20).join("\n")}`);
  const told_late = all.filter(({ kind }) => kind === "told").length;
  const samples = settled.reduce((sum, one) => sum + one.samples, 0);
  const note = `${settled.length.toLocaleString("en")} decisions about ${samples.toLocaleString("en")} samples by ${CURATORS} curators, ${jobs} by a job; ${told_late} were told that another was first`;
  return [
    ...paces.flatMap(figures),
    // Whatever differs has ended the step already.
    told("decisions lost or doubled", "", wrong.length, `journals against curations, batches and answers: ${note}`),
  ];
}

function figures({ name, seconds, isAsked, all }) {
  const next = all.filter(({ kind }) => kind === "next").map(({ ms }) => ms);
  const decided = all.filter(({ kind }) => kind !== "next").map(({ ms }) => ms);
  const p99 = (what, times) => {
    const ms = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)];
    return isAsked ? atMost(`${what}: p99`, 200, "ms", ms) : told(`${what}: p99`, "ms", ms);
  };
  return [
    told(`${name}: decisions a second`, "", decided.length / seconds),
    told("the next question: p50", "ms", spread(next).middle, `${next.length.toLocaleString("en")} asked for`),
    p99("the next question", next),
    told("a decision: p50", "ms", spread(decided).middle),
    p99("a decision", decided),
  ];
}

/** One curator's while: what was acknowledged, with how long each answer took. */
async function curate(session, n, collection, thinks, until) {
  const journal = [];
  const field = FIELDS[n % FIELDS.length];
  const random = numbers(n + 1);
  const timed = async (kind, route, sent, also = () => ({})) => {
    const started = performance.now();
    const { status, body } = await session.post(route, sent);
    const ms = performance.now() - started;
    const told = kind === "decided" && status === 409;
    if (status !== 200 && !told) throw new Error(`POST ${route} answered ${status}: ${JSON.stringify(body)}`);
    journal.push({ kind: told ? "told" : kind, ms, ...(told ? {} : also(body)) });
    return body;
  };
  // They do not begin at the same moment.
  await pause(random() * thinks[1]);
  let at = (await timed("next", "/review/next", { collection, field })).task;
  while (at && performance.now() < until) {
    // The page loads what comes next while this one is looked at.
    const [ahead] = await Promise.all([
      timed("next", "/review/next", { collection, field, after: at.question.id }),
      pause(thinks[0] + random() * (thinks[1] - thinks[0])),
    ]);
    const { id } = at.question;
    const answer = ANSWERS[Math.floor(random() * ANSWERS.length)];
    const sent = { matching: { collection, field }, values: [id], answer, why: `curator ${n}` };
    await timed("decided", "/review/decide", sent, ({ batch, samples, job }) => ({ question: id, field, batch, samples, job, answer }));
    at = ahead.task;
  }
  return journal;
}

/** What went to a job, because many studies ask it, is acknowledged with the job: what it wrote stands in its result. */
async function followed(admin, settled) {
  const all = [];
  for (const one of settled) {
    if (!one.job) {
      all.push(one);
      continue;
    }
    const { state, result } = await admin.ended(one.job);
    if (state !== "succeeded") throw new Error(`job ${one.job} ended as ${state}`);
    // Without a batch somebody else was first.
    if (result.batch) all.push({ ...one, batch: result.batch, samples: result.samples });
  }
  return all;
}

/** The same numbers in every run. */
function numbers(seed) {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39) | 0;
    return ((state ^ (state >>> 12)) >>> 0) / 2 ** 32;
  };
}

/** What differs between what was acknowledged and what is there. */
function compared(settled, database) {
  const wrong = [];
  const rows = (text) => database.ask(text).split("\n").filter(Boolean).map((line) => line.split("|"));
  const batches = new Map(rows("select id, samples from curation_batches where applied_at is not null and kind = 'decision'").map(([id, samples]) => [id, Number(samples)]));
  const written = new Map(rows("select batch, count(distinct sample) from curations group by batch").map(([id, samples]) => [id, Number(samples)]));
  const seen = new Set();
  for (const { batch, samples } of settled) {
    if (seen.has(batch)) wrong.push(`batch ${batch} was acknowledged twice`);
    seen.add(batch);
    if (batches.get(batch) !== samples) wrong.push(`batch ${batch} was acknowledged with ${samples} samples and has ${batches.get(batch)}`);
    if (written.get(batch) !== samples) wrong.push(`batch ${batch} was acknowledged with ${samples} samples, and ${written.get(batch)} are written`);
  }
  for (const batch of batches.keys()) if (!seen.has(batch)) wrong.push(`batch ${batch} is there and was acknowledged to nobody`);
  for (const [question, field, times] of rows("select a.question, a.field, count(distinct a.batch) from review_answers a group by a.question, a.field having count(distinct a.batch) > 1")) {
    wrong.push(`question ${question} of ${field} was decided ${times} times`);
  }
  for (const [sample, field, term, times] of rows("select sample, field, from_term, count(distinct batch) from curations group by sample, field, from_term having count(distinct batch) > 1")) {
    wrong.push(`${field} "${term}" of sample ${sample} was decided ${times} times`);
  }
  const waiting = rows("select distinct v.id, v.field from review_values v join review_answers a on a.question = v.id and a.field = v.field where v.waiting > 0");
  for (const [question, field] of waiting) wrong.push(`question ${question} of ${field} waits, although it was decided`);
  return wrong;
}
