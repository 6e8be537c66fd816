// Every page of the route table, rendered by the server for somebody who is signed in: in an organization with 107,863
// samples (its largest dataset, its collection …), and in one with real series and their values, both of them annotated
// by an annotator that was trained on some samples. A page that the table
// gains is measured without a change here, unless it names something that is not known yet; then this step says so.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Api, browserOf, cookieOf, tokenOf } from "../../end2end/harness/api.mjs";
import { trainOn } from "../../end2end/harness/harmonize.mjs";
import { root, sharedData } from "../../end2end/harness/server.mjs";
import { ORGANIZATION, PERSON, REAL_SAMPLES, client, serving, withSamples } from "../ground.mjs";
import { below, told } from "../report.mjs";

const SERIES = { email: "series@bench.example", password: PERSON.password };
const FILES = ["GSE1623", "GSE6344", "GSE2018"].map((name) => `geo/family_soft/${name}_family.soft.gz`);
const ROUNDS = 100;
const ONTOLOGIES = { UBERON: "UBERON-ontology-v2026-04-01", MONDO: "MONDO-ontology-v2026-05-05" };
const TERM = "UBERON:0002107";
const TRAINED_ON = 2_000;

export async function measure() {
  const deployment = await withSamples(REAL_SAMPLES, "pages");
  withSeries(deployment);
  withValues(deployment);
  const measured = await serving(deployment, async () => {
    await (await browserOf(deployment.url, PERSON)).settled(600);
    await (await browserOf(deployment.url, SERIES)).settled(600);
    // All is asked for before anything is timed: the client blocks this process, and idle connections end meanwhile.
    const asked = [await addresses(deployment, "107,863 samples", PERSON), await addresses(deployment, "real series", SERIES)];
    return asked.flatMap((one) => timed(deployment, one));
  });
  console.log(`   ${"p50 ms".padStart(8)} ${"p99 ms".padStart(8)} ${"kB".padStart(6)}  page`);
  for (const { times, bytes, path: page, where } of measured) {
    const cells = [times.p50_ms.toFixed(2).padStart(8), times.p99_ms.toFixed(2).padStart(8), (bytes / 1e3).toFixed(0).padStart(6)];
    console.log(`   ${cells.join(" ")}  ${short(page)} (${where})`);
  }
  const slowest = (share) => measured.toSorted((a, b) => b.times[share] - a.times[share])[0];
  const [half, last] = [slowest("p50_ms"), slowest("p99_ms")];
  const all = measured.map(({ times }) => times.p50_ms).sort((a, b) => a - b);
  return [
    below("pages: p50 of the slowest", 30, "ms", half.times.p50_ms, `${short(half.path)}, ${half.where}; ${measured.length} pages, ${ROUNDS} requests each`),
    below("pages: p99 of the slowest", 30, "ms", last.times.p99_ms, `${short(last.path)}, ${last.where}`),
    told("pages: p50 of the middle one", "ms", all[all.length >> 1]),
  ];
}

/** A second organization with real series, made once for a deployment. */
function withSeries(deployment) {
  const stamp = path.join(deployment.folder, "with-series");
  if (existsSync(stamp)) return;
  deployment.command(["admin", "organization", "create", "series"]);
  const create = ["admin", "user", "create", "--organization", "series", "--role", "admin", "--operator", "--password-stdin"];
  deployment.command([...create, SERIES.email], { input: SERIES.password });
  deployment.command(["import", "--organization", "series", "--collection", "Series", "--wait", ...FILES.map((file) => sharedData(file))]);
  writeFileSync(stamp, "");
}

/** Ontologies, and an annotator for each organization; once as well. */
function withValues(deployment) {
  const stamp = path.join(deployment.folder, "with-values");
  if (existsSync(stamp)) return;
  for (const [name, file] of Object.entries(ONTOLOGIES)) {
    deployment.command(["ontology", "install", name, "--from", sharedData("ontologies/czi_json", `${file}.json.zst`)]);
  }
  for (const organization of [ORGANIZATION, "series"]) trainOn(deployment, organization, TRAINED_ON);
  writeFileSync(stamp, "");
}

/** What one person asks for: the pages that are open to everybody, and those that need the session. */
async function addresses(deployment, where, person) {
  const ids = await known(new Api(deployment.url, await tokenOf(deployment.url, person, "admin")));
  const cookie = await cookieOf(deployment.url, person);
  const fill = ({ page }) => page.replace(/[{<](\w+)[}>]/g, (whole, name) => ids[name] ?? unknown(page, whole));
  const pages = table();
  const open = pages.filter(({ access }) => access === "Anonymous").map(fill);
  const members = pages.filter(({ access }) => access !== "Anonymous").map(fill);
  const more = ["/search", "/search?kind=datasets", "/search?q=%22breast+cancer%22&sort=title"];
  return { where, cookie, open, members: [...members, ...more] };
}

function timed(deployment, { where, cookie, open, members }) {
  const times = (header, paths) => {
    const args = ["--at", new URL(deployment.url).host, "--header", header, "--rounds", String(ROUNDS)];
    return JSON.parse(client(["pages", ...args, ...paths])).pages.map((page) => ({ ...page, where }));
  };
  return [...times("accept: text/html", open), ...times(`cookie: ${cookie}`, members)];
}

/** The pages that the server routes, read where they are listed. */
function table() {
  const source = readFileSync(path.join(root, "server/src/routes/pages.rs"), "utf8");
  const list = source.slice(source.indexOf("pub const PAGES"), source.indexOf("];", source.indexOf("pub const PAGES")));
  const short = [...list.matchAll(/page\("([^"]+)", Access::(\w+)\)/g)].map(([, page, access]) => ({ page, access }));
  const long = [...list.matchAll(/path: "([^"]+)", access: Access::(\w+), query: "([^"]*)"/g)];
  const pages = [...short, ...long.map(([, page, access, query]) => ({ page: `${page}?${query}`, access }))];
  if (pages.length !== list.match(/Access::/g).length) throw new Error("server/src/routes/pages.rs lists a page in a way that bench/steps/pages.mjs does not read");
  return pages;
}

/** What stands for the names in addresses: the largest dataset, its collection, one of its samples, a job. */
async function known(api) {
  const datasets = await got(api, "/search?kind=datasets&limit=500");
  const dataset = datasets.hits.toSorted((a, b) => b.samples - a.samples)[0];
  const samples = await got(api, `/datasets/${dataset.id}/samples?limit=1`);
  const { status, body } = await api.importFiles("Odd", [{ name: "odd.csv", text: "odd,columns\na,b\n" }]);
  if (status !== 202) throw new Error(`POST /imports answered ${status}: ${JSON.stringify(body)}`);
  const odd = await api.ended(body.job.id);
  const jobs = await got(api, "/jobs?kind=import");
  const job = jobs.items.find(({ id }) => id !== odd.id) ?? odd;
  const invited = await api.call("POST", "/invitations", { json: { email: "new@bench.example", role: "scientist" } });
  if (invited.status !== 201) throw new Error(`POST /invitations answered ${invited.status}: ${JSON.stringify(invited.body)}`);
  return {
    invitation_code: new URL(invited.body.url).searchParams.get("code"),
    dataset: dataset.id,
    collection: dataset.collection,
    sample: samples.items[0].id,
    job: job.id,
    term: TERM,
    model: "harmonize",
    mapping_job: odd.id,
    mapping_file: odd.files[0].sha256,
  };
}

async function got(api, route) {
  const { status, body } = await api.get(route);
  if (status !== 200) throw new Error(`GET ${route} answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

function unknown(page, name) {
  throw new Error(`${page} names ${name}: bench/steps/pages.mjs must say what stands for it`);
}

const short = (page) => page.replace(/[0-9a-f]{64}/g, "…").replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…");
