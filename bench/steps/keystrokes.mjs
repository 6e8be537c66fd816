// How many keys and seconds a settled sample costs: 20 real series whose samples experts have labelled, reviewed in a real
// browser by a script that answers as the experts did. Once as Chorale asks, where one answer settles all samples that say
// the same; once as a plain queue, one sample and one field at a time, on the same screen with the same keys.

import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { browserOf, cookieOf } from "../../end2end/harness/api.mjs";
import { root, sharedData } from "../../end2end/harness/server.mjs";
import { PERSON, REAL, bare, importInto, person, serving, spread } from "../ground.mjs";
import { atLeast, atMost, told } from "../report.mjs";
import configured from "../../end2end/playwright.config.mjs";
import { releases } from "./harmonize.mjs";
import { nothingAccepted } from "./review.mjs";

const SERIES = 20;
/** Samples of a series: fewer are no study, more would be most of the whole. */
const SIZE = [8, 40];
const FIELDS = ["tissue", "disease", "sex"];
const CONTROL = "MONDO:0000000";
const SEX = { F: "PATO:0000383", M: "PATO:0000384" };
/** Card, Moran and Newell's keystroke-level model, 1980: a key by an average typist, and getting ready to press it. */
const KEY_S = 0.28;
const MENTAL_S = 1.35;
/** Letters of a name that are typed before the list is looked at. */
const TYPED = 12;

export async function measure() {
  const deployment = await bare("keystrokes");
  person(deployment);
  for (const [name, file] of releases().filter(([name]) => ["UBERON", "CL", "MONDO", "PATO", "CVCL"].includes(name))) {
    deployment.command(["ontology", "install", name, "--from", file]);
  }
  const { series, gold } = labelled();
  const files = written(deployment.folder, series);
  for (const collection of ["Asked once", "Plain queue"]) importInto(deployment, collection, files);
  const rows = await serving(deployment, () => measured(deployment, series, gold));
  await deployment.remove();
  return rows;
}

/** Runs of consecutive accessions with the same attributes, nearly all of them labelled: what one submitter sent at once. */
function labelled() {
  const lines = (file) => gunzipSync(readFileSync(sharedData(file))).toString().trimEnd().split("\n");
  const gold = new Map();
  for (const line of lines("metadata/geo_samples/geo_sample_gold.tsv.gz").slice(1)) {
    const [accession, attribute, term, name] = line.split("\t");
    if (!FIELDS.includes(attribute)) continue;
    const terms = gold.get(`${accession} ${attribute}`) ?? [];
    gold.set(`${accession} ${attribute}`, [...terms, { term: SEX[term] ?? term, name }]);
  }
  const [head, ...samples] = lines(REAL);
  const columns = head.split("\t");
  const of = (line) => Object.fromEntries(line.split("\t").map((cell, at) => [columns[at], cell]));
  const keys = ({ characteristics_ch1: text }) => text.split("|").map((part) => part.split(":")[0]).sort().join("|");
  const numbered = samples.map((line) => ({ line, ...of(line) })).map((one) => ({ ...one, number: Number(one.accession.slice(3)), keys: keys(one) }));
  numbered.sort((a, b) => a.number - b.number);
  const runs = [];
  for (const one of numbered) {
    const last = runs.at(-1)?.at(-1);
    if (last && one.number === last.number + 1 && one.keys === last.keys) runs.at(-1).push(one);
    else runs.push([one]);
  }
  const isLabelled = (one) => ["tissue", "disease"].some((field) => gold.has(`${one.accession} ${field}`));
  const fit = runs.filter((run) => run.length >= SIZE[0] && run.length <= SIZE[1] && run.filter(isLabelled).length >= 0.8 * run.length);
  // Spread over the years.
  const series = Array.from({ length: SERIES }, (_, n) => fit[Math.floor((n * fit.length) / SERIES)]);
  return { series: series.map((samples) => ({ head, samples })), gold };
}

function written(folder, series) {
  const at = path.join(folder, "series");
  mkdirSync(at);
  return series.map(({ head, samples }, n) => {
    const file = path.join(at, `series-${String(n).padStart(2, "0")}.tsv`);
    writeFileSync(file, `${[head, ...samples.map(({ line }) => line)].join("\n")}\n`);
    return file;
  });
}

async function measured(deployment, series, gold) {
  const admin = await browserOf(deployment.url, PERSON);
  const collections = Object.fromEntries((await admin.all("/collections")).map(({ name, id }) => [name, id]));
  for (const id of Object.values(collections)) await nothingAccepted(admin, id);
  const { chromium } = createRequire(path.join(root, "end2end/package.json"))("@playwright/test");
  const browser = await chromium.launch(configured.use.launchOptions);
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const [name, value] = (await cookieOf(deployment.url, PERSON)).split("=");
    await context.addCookies([{ name, value, url: deployment.url }]);
    const page = await context.newPage();
    const once = await reviewed(page, admin, collections["Asked once"], gold, false);
    const plain = await reviewed(page, admin, collections["Plain queue"], gold, true);
    const samples = series.reduce((sum, one) => sum + one.samples.length, 0);
    const note = `${SERIES} series, ${samples} samples; ${once.settled} values of ${FIELDS.join(", ")} settled by ${once.answers} answers, ${plain.settled} by ${plain.answers}`;
    const each = (of, what) => of[what] / of.settled;
    const seconds = (of) => (of.keys * KEY_S + of.answers * MENTAL_S) / of.settled;
    return [
      told("keys a settled value: asked once", "", each(once, "keys"), note),
      told("keys a settled value: plain queue", "", each(plain, "keys")),
      atLeast("times fewer keys", 4, "×", each(plain, "keys") / each(once, "keys")),
      told("seconds a settled value: asked once", "s", seconds(once), "keystroke-level model: 0.28 s a key, 1.35 s of thought an answer"),
      told("seconds a settled value: plain queue", "s", seconds(plain)),
      atLeast("times fewer seconds", 4, "×", seconds(plain) / seconds(once)),
      told("the machine's own seconds a settled value: asked once", "s", each(once, "machine_s")),
      told("the machine's own seconds a settled value: plain queue", "s", each(plain, "machine_s")),
      told("values settled as the experts label them: asked once", "", once.right / once.judged, `of ${once.judged} that they label`),
      told("values settled as the experts label them: plain queue", "", plain.right / plain.judged, `of ${plain.judged}`),
      told("from a key to the next question: p50", "ms", spread(once.waits).middle, "in the browser, loaded ahead"),
      atMost("from a key to the next question: p95", 250, "ms", once.waits.toSorted((a, b) => a - b)[Math.floor(once.waits.length * 0.95)]),
    ];
  } finally {
    await browser.close();
  }
}

/** Reviews everything that waits in a collection; `single`: one sample at a time. */
async function reviewed(page, admin, collection, gold, single) {
  const sum = { keys: 0, answers: 0, settled: 0, machine_s: 0, waits: [] };
  for (const field of FIELDS) {
    await page.goto(`${admin.url}/curate?${new URLSearchParams({ collection, field, ...(single ? { only: "true" } : {}) })}`);
    await page.locator("html[data-ready=true]").waitFor();
    // Going to the page costs its keys, too: the palette, the page's name, Enter.
    sum.keys += "⌘one by one⏎".length;
    const started = performance.now();
    for (;;) {
      const shown = await page.evaluate(look);
      if (!shown) break;
      const answer = await decided(admin, collection, field, shown, gold.get(`${shown.accession} ${field}`));
      const before = performance.now();
      sum.keys += await press(page, answer, shown);
      await page.locator(":is(.bench, [data-bench-end]):not([data-old])").first().waitFor();
      sum.waits.push(performance.now() - before);
      sum.answers += 1;
      sum.settled += single ? 1 : shown.samples;
    }
    sum.machine_s += (performance.now() - started) / 1e3;
    await admin.settled(600);
    const { body } = await admin.get(`/review/values?${new URLSearchParams({ collection, field })}`);
    if (body.waiting !== 0) throw new Error(`${body.waiting} of ${field} wait although nothing is asked any more`);
  }
  return { ...sum, ...(await agreement(admin, collection, gold)) };
}

/** What a person sees of the question, which is marked as seen. Runs in the page. */
function look() {
  const bench = document.querySelector(".bench");
  if (!bench) return null;
  bench.setAttribute("data-old", "");
  const many = Boolean(bench.querySelector("[data-picked]"));
  const choices = [...bench.querySelectorAll(".choices .choice")];
  return {
    many,
    accession: bench.querySelector(".bench-source a.acc").textContent,
    samples: Number(/settles ([\d,]+)/.exec(bench.querySelector(".bench-head .badge").textContent)?.[1].replaceAll(",", "") ?? 1),
    offered: choices.map((one) => (many ? one.querySelector("input").value : one.value.replace(/^to:/, ""))),
    suggested: bench.querySelector("[name=suggested]")?.value ?? bench.querySelector(".choices .choice .path")?.textContent.split(" · ").at(-1),
  };
}

/** As the experts label the sample that is shown; where they do not, or the field has no such value, as suggested. */
async function decided(admin, collection, field, shown, labels) {
  if (!labels || labels.some(({ term }) => term === shown.suggested)) return { kind: "accept" };
  const label = labels[0];
  if (label.term === CONTROL) return { kind: "reject" };
  const at = shown.offered.indexOf(label.term);
  if (at > 0) return { kind: "choose", at };
  const query = new URLSearchParams({ collection, field, q: label.term, limit: "1" });
  const { body } = await admin.get(`/terms?${query}`);
  return body.items?.[0]?.id === label.term ? { kind: "type", ...label, name: body.items[0].label } : { kind: "accept" };
}

/** Presses the keys of an answer; how many they are. */
async function press(page, answer, { many }) {
  let keys = 0;
  const key = async (name) => {
    await page.keyboard.press(name);
    keys += 1;
  };
  if (answer.kind === "accept") await key(many ? "a" : "1");
  if (answer.kind === "reject") await key("x");
  if (answer.kind === "choose" || answer.kind === "type") {
    // Where several hold, the suggestion is picked already.
    if (many) await key("1");
    if (answer.kind === "choose") {
      await key(String(answer.at + 1));
      if (many) await key("a");
    } else {
      await key("/");
      const typed = answer.name.slice(0, TYPED);
      await page.keyboard.type(typed);
      keys += typed.length;
      const list = page.locator("#curate-term-list");
      const wanted = list.locator(`[data-value="${answer.term}"]`);
      await list.locator("li").first().waitFor();
      await page.waitForTimeout(150);
      if (await wanted.count()) {
        const at = await wanted.evaluate((one) => [...one.parentElement.children].indexOf(one));
        for (let down = 0; down <= at; down += 1) await key("ArrowDown");
        await key("Enter");
        if (many) await key("Enter");
      } else {
        for (let n = 0; n < typed.length; n += 1) await key("Backspace");
        await page.keyboard.type(answer.term);
        keys += answer.term.length;
        await key("Enter");
      }
    }
  }
  return keys;
}

/** How many labels of experts the values are now. */
async function agreement(admin, collection, gold) {
  let [right, judged] = [0, 0];
  for (const { id } of await admin.all(`/collections/${collection}/datasets`)) {
    for (const { id: sample, accession } of await admin.all(`/datasets/${id}/samples`)) {
      const { body } = await admin.get(`/samples/${sample}/harmonized`);
      for (const field of FIELDS) {
        const labels = gold.get(`${accession} ${field}`);
        if (!labels) continue;
        const terms = body.values.filter((value) => value.field === field && value.accepted).map(({ term }) => term);
        judged += 1;
        right += labels.some(({ term }) => (term === CONTROL ? terms.length === 0 : terms.includes(term))) ? 1 : 0;
      }
    }
  }
  return { right, judged };
}
