// Keys first over 107,863 real samples: the list in every order of narrowing, as REST and as pages, what a mapping would
// do, mapping a key that stands on most samples, and its undo; and the grid of a study as large.

import { browserOf } from "../../end2end/harness/api.mjs";
import { sharedData } from "../../end2end/harness/server.mjs";
import { PERSON, REAL, bare, importInto, memoryMb, person, serving, spread } from "../ground.mjs";
import { atMost, told } from "../report.mjs";
import { releases } from "./harmonize.mjs";

const ROUNDS = 10;
const NARROWED = ["", "age", "tissue", "treat", "cell"];

export async function measure() {
  const deployment = await bare("keys");
  person(deployment);
  for (const [name, file] of releases()) deployment.command(["ontology", "install", name, "--from", file]);
  importInto(deployment, "Samples", [sharedData(REAL)]);
  const rows = await serving(deployment, () => measured(deployment));
  await deployment.remove();
  return rows;
}

async function measured(deployment) {
  const browser = await browserOf(deployment.url, PERSON);
  await browser.settled(900);
  const [{ id: collection }] = await browser.all("/collections");
  const all = (await ok(browser.get(`/keys?collection=${collection}&state=all&limit=1`))).body;
  const asked = NARROWED.flatMap((q) => ["open", "mapped", "all"].flatMap((state) => [50, 500].map((limit) => new URLSearchParams({ collection, q, state, limit }))));
  const lists = await times(asked, (query) => ok(browser.get(`/keys?${query}`)));
  const pages = await times(asked.filter((query) => query.get("limit") === "50"), (query) => page(browser, `/keys?${query}`));
  const key = (await ok(browser.get(`/keys?collection=${collection}&q=age`))).body.items.find((one) => one.key === "age");
  const says = { kind: "key", key: "age", reads: { field: "age", parser: "number", unit: "year" } };
  const rule = { collection, scope: { kind: "collection" }, says, why: "a benchmark" };
  const preview_ms = await timed(() => ok(browser.post("/rules/preview", rule)));
  let made;
  const mapped_ms = await timed(async () => {
    made = (await ok(browser.post("/rules", rule))).body;
    const job = await browser.ended(made.job, 600);
    if (job.state !== "succeeded") throw new Error(JSON.stringify(job));
  });
  const { samples } = (await ok(browser.get(`/rules/${made.rule.id}`))).body;
  await browser.settled(900);
  const undone_ms = await timed(() => ok(browser.post(`/rules/${made.rule.id}/switch`, { on: false, take_back: true })));
  await browser.settled(900);
  const [dataset] = (await browser.all(`/collections/${collection}/datasets`)).toSorted((a, b) => b.samples - a.samples);
  const grid = await times([0, 1, 2], () => page(browser, `/grid/${dataset.id}`));
  const at = (times, share) => times.toSorted((a, b) => a - b)[Math.floor(times.length * share)];
  const note = `${all.keys.toLocaleString("en")} keys, ${all.places.toLocaleString("en")} values on samples; ${lists.length} requests, this client included`;
  return [
    told("attribute keys", "", all.keys),
    told("list of keys: p50", "ms", spread(lists).middle, note),
    atMost("list of keys: p99", 100, "ms", at(lists, 0.99)),
    told("page of keys: p50", "ms", spread(pages).middle),
    atMost("page of keys: p99", 100, "ms", at(pages, 0.99)),
    told("what mapping \"age\" would do", "ms", preview_ms, `${key?.samples.toLocaleString("en")} samples have it`),
    told("mapping \"age\" is applied", "s", mapped_ms / 1e3, `${samples.toLocaleString("en")} samples changed`),
    told("its undo counts", "ms", undone_ms),
    told("grid of the largest study: p50", "ms", spread(grid).middle, `${dataset.samples.toLocaleString("en")} samples, 100 to a page`),
    told("most memory meanwhile", "MB", memoryMb(deployment.process.pid, "VmHWM")),
  ];
}

async function times(asked, act) {
  for (const one of asked) await act(one);
  const all = [];
  for (let round = 0; round < ROUNDS; round += 1) for (const one of asked) all.push(await timed(() => act(one)));
  return all;
}

async function ok(request) {
  const answer = await request;
  if (answer.status !== 200) throw new Error(`it answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
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
