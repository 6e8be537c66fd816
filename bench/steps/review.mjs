// Review by value over 107,863 real samples of which every suggestion waits: lists through REST and as pages, in every
// field, order and narrowing; a decision about 20,000 samples, and its undo.

import { browserOf } from "../../end2end/harness/api.mjs";
import { sharedData } from "../../end2end/harness/server.mjs";
import { PERSON, REAL, bare, importInto, memoryMb, person, serving, spread } from "../ground.mjs";
import { atMost, below, told } from "../report.mjs";
import { releases } from "./harmonize.mjs";

const ROUNDS = 5;
const DECIDED = 20_000;
const NARROWED = ["", "liver", "car", "MONDO:0004992"];

export async function measure() {
  const deployment = await bare("review");
  person(deployment);
  for (const [name, file] of releases()) deployment.command(["ontology", "install", name, "--from", file]);
  importInto(deployment, "Samples", [sharedData(REAL)]);
  const rows = await serving(deployment, () => measured(deployment));
  await deployment.remove();
  return rows;
}

async function measured(deployment) {
  const browser = await browserOf(deployment.url, PERSON);
  const [{ id: collection }] = await browser.all("/collections");
  await nothingAccepted(browser, collection);
  const waiting = await browser.all("/review");
  const suggestions = waiting.reduce((sum, one) => sum + one.waiting, 0);
  const questions = waiting.reduce((sum, one) => sum + one.values, 0);
  const asked = waiting.flatMap(({ field }) =>
    NARROWED.flatMap((q) => ["samples", "score", "words"].map((sort) => new URLSearchParams({ collection, field, q, sort }))),
  );
  const lists = await times(asked, (query) => answered(browser.get(`/review/values?${query}`), `/review/values?${query}`));
  const pages = await times(asked, (query) => page(browser, `/by-value?${query}`));
  const at = (all, share) => all.toSorted((a, b) => a - b)[Math.floor(all.length * share)];
  const note = `${questions.toLocaleString("en")} questions, ${suggestions.toLocaleString("en")} suggestions wait; ${lists.length} requests, this client included`;
  return [
    told("suggestions that wait", "", suggestions),
    told("list of values: p50", "ms", spread(lists).middle, note),
    atMost("list of values: p99", 100, "ms", at(lists, 0.99)),
    told("page of values: p50", "ms", spread(pages).middle),
    atMost("page of values: p99", 100, "ms", at(pages, 0.99)),
    ...(await decided(browser, collection)),
    told("most memory meanwhile", "MB", memoryMb(deployment.process.pid, "VmHWM")),
  ];
}

/** Every field accepts only what cannot be: all suggestions wait. */
export async function nothingAccepted(browser, collection) {
  const { body } = await browser.get(`/collections/${collection}/fields`);
  const fields = body.fields.map((field) => ({ ...field, accept_precision: 1, abstain_below: 0.01 }));
  const { status, body: said } = await browser.call("PUT", `/collections/${collection}/fields`, { json: { version: body.version, fields } });
  if (status !== 200) throw new Error(`changing the fields answered ${status}: ${JSON.stringify(said)}`);
  await browser.settled(600);
}

/** So many values of a field that 20,000 samples are settled, and back. */
async function decided(browser, collection) {
  const field = "tissue";
  const { body } = await browser.get(`/review/values?${new URLSearchParams({ collection, field, limit: "500" })}`);
  const values = [];
  let samples = 0;
  for (const one of body.items) {
    if (samples >= DECIDED) break;
    values.push(one.id);
    samples += one.waiting;
  }
  const before = body.waiting;
  let batch;
  const decided_ms = await timed(async () => {
    const sent = { matching: { collection, field }, values, answer: "accept", why: "a benchmark" };
    const { status, body } = await browser.post("/review/decide", sent);
    if (status !== 200 || !body.job) throw new Error(`POST /review/decide answered ${status}: ${JSON.stringify(body)}`);
    const job = await browser.ended(body.job, 600);
    if (job.state !== "succeeded" || job.result.samples !== samples) throw new Error(JSON.stringify(job));
    batch = job.result.batch;
  });
  const found_ms = await timed(() => browser.settled(600));
  const left = (await browser.get(`/review/values?${new URLSearchParams({ collection, field })}`)).body.waiting;
  if (left !== before - samples) throw new Error(`${before} waited, ${samples} were settled, and ${left} wait`);
  const reverted_ms = await timed(() => answered(browser.post(`/curations/${batch}/revert`, { why: "a benchmark" }), "revert"));
  const undone_ms = reverted_ms + (await timed(() => browser.settled(600)));
  const again = (await browser.get(`/review/values?${new URLSearchParams({ collection, field })}`)).body.waiting;
  if (again !== before) throw new Error(`${before} waited before, and ${again} after it was undone`);
  const of = `${samples.toLocaleString("en")} samples, ${values.length} values`;
  return [
    below("decision about 20,000 samples: it counts", 5, "s", decided_ms / 1e3, of),
    told("decision about 20,000 samples: search has it", "s", (decided_ms + found_ms) / 1e3),
    below("its undo counts", 5, "s", reverted_ms / 1e3),
    told("its undo: search and lists have it", "s", undone_ms / 1e3),
  ];
}

async function times(asked, act) {
  for (const one of asked) await act(one);
  const all = [];
  for (let round = 0; round < ROUNDS; round += 1) for (const one of asked) all.push(await timed(() => act(one)));
  return all;
}

async function answered(request, what) {
  const { status, body } = await request;
  if (status !== 200) throw new Error(`${what} answered ${status}: ${JSON.stringify(body)}`);
}

async function page(browser, address) {
  const answer = await fetch(browser.url + address, { headers: { ...browser.headers(), accept: "text/html" } });
  const text = await answer.text();
  if (answer.status !== 200 || !text.includes("</html>")) throw new Error(`${address} answered ${answer.status}`);
}

async function timed(act) {
  const started = performance.now();
  await act();
  return performance.now() - started;
}
