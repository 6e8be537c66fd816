// From a new model to search: 107,863 real samples that are imported and searchable, every ontology of the folder
// installed, an annotator trained and promoted. The clock starts with the server, and stops when every sample is annotated
// by it and search holds the values. Then search by terms and by words that are widened to terms, over those values, and an
// ontology's upgrade that changes the sex of tens of thousands of samples: looked at, applied, undone.

import { readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { browserOf } from "../../end2end/harness/api.mjs";
import { installLaterPato } from "../../end2end/harness/harmonize.mjs";
import { sharedData } from "../../end2end/harness/server.mjs";
import { ORGANIZATION, PERSON, REAL, REAL_SAMPLES, bare, importInto, memoryMb, person, serving, spread } from "../ground.mjs";
import { atMost, below, told } from "../report.mjs";

const GOLD = "metadata/geo_samples/geo_sample_gold.tsv.gz";
/** Fields that the table's samples have terms of. */
const FIELDS = ["disease", "tissue", "cell_type", "cell_line", "sex", "drug"];
const FACETS = [...FIELDS, "development_stage", "platform"];
const TERMS = 40;
const ROUNDS = 5;
const CONNECTIONS = 4;
const IDLE_MS = 10_000;

export async function measure() {
  const deployment = await bare("harmonize");
  person(deployment);
  importInto(deployment, "Samples", [sharedData(REAL)]);
  for (const [name, file] of releases()) deployment.command(["ontology", "install", name, "--from", file]);
  const train = ["--organization", ORGANIZATION, "--text", sharedData(REAL), "--gold", sharedData(GOLD)];
  const started = performance.now();
  deployment.command(["annotator", "train", ...train]);
  const trained_s = (performance.now() - started) / 1e3;
  const rows = await serving(deployment, (ready_ms) => measured(deployment, ready_ms));
  await deployment.remove();
  return [...rows, told("training on all labels, held-out figures included", "s", trained_s)];
}

async function measured(deployment, ready_ms) {
  const ready = performance.now();
  const browser = await browserOf(deployment.url, PERSON);
  await browser.settled(600);
  const searchable_s = (ready_ms + performance.now() - ready) / 1e3;
  const peak_mb = memoryMb(deployment.process.pid, "VmHWM");
  const annotated = await annotatedSamples(browser);
  if (annotated !== REAL_SAMPLES) throw new Error(`${annotated} samples are annotated, not ${REAL_SAMPLES}`);
  const asked = await questions(browser);
  await each(asked, (one) => ask(browser, one));
  const alone = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const one of asked) alone.push(await timed(() => ask(browser, one)));
  }
  const queue = Array.from({ length: ROUNDS }, () => asked).flat();
  const all = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, () => drain(queue, (one) => ask(browser, one))));
  const per_second = (ROUNDS * asked.length) / ((performance.now() - all) / 1e3);
  const times = alone.toSorted((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)];
  const note = `${times.length} requests of ${asked.length} different, ${FACETS.length} facets, this client included`;
  return [
    below("annotated by both and searchable again, 107,863 samples", 60, "s", searchable_s, `the server's start included, ready after ${(ready_ms / 1e3).toFixed(1)} s`),
    told("most memory while annotating", "MB", peak_mb),
    atMost("search by terms and widened words: p50", 10, "ms", spread(alone).middle, note),
    atMost("search by terms and widened words: p99", 50, "ms", at(0.99)),
    told("search by terms and widened words: throughput", "queries/s", per_second, `${CONNECTIONS} connections`),
    ...(await typed(browser)),
    below("anonymous memory, idle, ontologies and both annotators in use", 150, "MB", await idleMb(deployment), `after ${IDLE_MS / 1e3} s`),
    ...(await upgraded(deployment, browser)),
  ];
}

/** Male gets another id on every sample that has it, and its own back. */
async function upgraded(deployment, browser) {
  const { sha256 } = installLaterPato(deployment, "bench");
  const route = `/ontologies/PATO/${sha256}/upgrade`;
  const sexes = async () => {
    const { facets } = await search(browser, { q: "", limit: "0", facets: "sex", facet_limit: "20" });
    return Object.fromEntries(facets.sex.map(({ value, count }) => [value, count]));
  };
  const before = await sexes();
  const males = before["PATO:0000384"];
  let preview;
  const previewed_ms = await timed(async () => {
    preview = await browser.get(route);
  });
  if (preview.status !== 200) throw new Error(`GET ${route} answered ${preview.status}: ${JSON.stringify(preview.body)}`);
  let batch;
  const applied_ms = await timed(async () => {
    const { status, body } = await browser.post(route, { why: "a benchmark" });
    if (status !== 202) throw new Error(`POST ${route} answered ${status}: ${JSON.stringify(body)}`);
    const job = await browser.ended(body.job.id, 600);
    if (job.state !== "succeeded") throw new Error(`the upgrade ended as ${job.state}: ${JSON.stringify(job.error)}`);
    batch = job.result.batch;
    await browser.settled(600);
  });
  const after = await sexes();
  if (after["PATO:9999001"] !== males || after["PATO:0000384"]) throw new Error(`${males} males became ${JSON.stringify(after)}`);
  const undone_ms = await timed(async () => {
    const { status, body } = await browser.post(`/curations/${batch}/revert`, { why: "a benchmark" });
    if (status !== 200) throw new Error(`reverting batch ${batch} answered ${status}: ${JSON.stringify(body)}`);
    await browser.settled(600);
  });
  const again = await sexes();
  if (JSON.stringify(again) !== JSON.stringify(before)) throw new Error(`${JSON.stringify(before)} became ${JSON.stringify(again)}`);
  const of = `${preview.body.samples.toLocaleString("en")} of 107,863 samples`;
  return [
    told("upgrade of an ontology: preview", "s", previewed_ms / 1e3, of),
    told("upgrade of an ontology: applied and searchable", "s", applied_ms / 1e3, of),
    told("upgrade of an ontology: undone and searchable", "s", undone_ms / 1e3, of),
  ];
}

/** What a process holds of its own when it is left alone. */
async function idleMb(deployment) {
  await pause(IDLE_MS);
  return memoryMb(deployment.process.pid, "RssAnon");
}

/** Every release of the folder that `chorale demo` installs, with the drugs and genes beside them. */
export function releases() {
  const folder = sharedData("ontologies/czi_json");
  const named = readdirSync(folder).filter((file) => file.includes("-ontology-")).sort();
  const genes = { HGNC: "genes_homo_sapiens", MGI: "genes_mus_musculus", RGD: "genes_rattus_norvegicus" };
  return [
    ...named.map((file) => [file.split("-ontology-")[0], path.join(folder, file)]),
    ["DRUGS", sharedData("ontologies/drugs/repurposing_hub_drugs.tsv.gz")],
    ...Object.entries(genes).map(([name, file]) => [name, sharedData(`ontologies/genes/${file}.csv.gz`)]),
  ];
}

async function annotatedSamples(browser) {
  const jobs = await browser.all("/jobs?kind=annotate&state=succeeded");
  return Math.max(0, ...jobs.map((job) => job.result?.samples ?? 0));
}

/** What people ask of harmonized samples: a term that is chosen, and the name of one as words. */
async function questions(browser) {
  const all = await search(browser, { q: "", limit: "0", facets: FIELDS.join(","), facet_limit: "20" });
  const found = FIELDS.flatMap((field) => (all.facets[field] ?? []).filter((one) => one.value.includes(":")).map((one) => ({ field, ...one })));
  if (found.length < TERMS) throw new Error(`only ${found.length} terms have samples`);
  const terms = found.toSorted((a, b) => b.count - a.count || a.value.localeCompare(b.value)).slice(0, TERMS);
  const chosen = terms.map(({ field, value, count }) => ({ parameters: { q: "", [field]: value }, is: count }));
  const words = [];
  // Names that are nothing but words: a comma or a bracket is syntax.
  for (const { label } of terms.filter(({ label }) => /^[\w -]+$/.test(label))) {
    const bare = await search(browser, { q: label, expand: "none", limit: "0" });
    words.push({ parameters: { q: label }, least: bare.total });
  }
  return [...chosen, ...words];
}

/** Asks and checks: a chosen term finds what its facet counted, widened words never fewer than the words alone. */
async function ask(browser, { parameters, is, least }) {
  const answer = await search(browser, { ...parameters, facets: FACETS.join(",") });
  const right = is === undefined ? answer.total >= least : answer.total === is;
  if (!right) throw new Error(`${JSON.stringify(parameters)} found ${answer.total} samples: ${is ?? `not ${least} or more`} were expected`);
}

async function search(browser, parameters) {
  const { status, body } = await browser.get(`/search?${new URLSearchParams({ kind: "samples", ...parameters })}`);
  if (status !== 200) throw new Error(`GET /search ${JSON.stringify(parameters)} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** What a form asks while a term is typed: the first letters of names, through HTTP. */
async function typed(browser) {
  const names = ["hepatocellular carcinoma", "liver", "T cell", "breast cancer", "HeLa", "sorafenib", "prefrontal cortex", "BRCA1", "macrophage", "lung"];
  const beginnings = names.flatMap((name) => [3, 4, 5, 6, 8].map((letters) => name.slice(0, letters)));
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const letters of beginnings) {
      times.push(
        await timed(async () => {
          const { status, body } = await browser.get(`/terms?q=${encodeURIComponent(letters)}`);
          if (status !== 200 || body.items.length === 0) throw new Error(`GET /terms?q=${letters} answered ${status}: ${JSON.stringify(body)}`);
        }),
      );
    }
  }
  times.sort((a, b) => a - b);
  const note = `${times.length} requests, this client included`;
  return [atMost("terms while typing, all ontologies: p99", 20, "ms", times[Math.floor(times.length * 0.99)], note)];
}

async function timed(act) {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

async function each(list, act) {
  for (const one of list) await act(one);
}

async function drain(queue, act) {
  for (let one = queue.pop(); one; one = queue.pop()) await act(one);
}
