// Compares the server after a restart with what was acknowledged before it was killed.
// `checkSoon` runs after every restart and costs little; `checkWhole` waits for the work to end and follows every
// acknowledged import to its versions, its raw bytes and its hits.

import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Api } from "../harness/api.mjs";
import { finality } from "./journal.mjs";

const ENDED = ["succeeded", "failed", "cancelled"];

/** Gives what is wrong, as sentences. */
export async function checkSoon(api, journal, random) {
  const wrong = [];
  const collections = new Set((await api.all("/collections?limit=500")).map((collection) => collection.id));
  for (const [id, name] of journal.collections) {
    if (!collections.has(id)) wrong.push(`collection "${name}" (${id}) was acknowledged and is gone`);
  }
  const jobs = new Map((await api.all("/jobs?limit=500")).map((job) => [job.id, job]));
  for (const [id, upload] of journal.imports) {
    const job = jobs.get(id);
    if (!job) wrong.push(`the import ${id} of ${upload.study.series} was acknowledged and is gone`);
    else if (upload.ended && finality(job) !== upload.ended) {
      wrong.push(`job ${id} had ended as ${upload.ended} and is now ${finality(job)}: done twice`);
    }
  }
  for (const [id, state] of journal.cancels) {
    const job = jobs.get(id);
    if (state === "cancelled" && job?.state !== "cancelled") {
      wrong.push(`job ${id} was acknowledged as cancelled and is ${job?.state}`);
    }
    if (state === "running" && job && !ENDED.includes(job.state) && !job.cancelling) {
      wrong.push(`the cancel of job ${id} was acknowledged and is forgotten (${job.state})`);
    }
  }
  wrong.push(...(await checkTokens(api, journal, random)));
  return wrong;
}

async function checkTokens(api, journal, random) {
  const wrong = [];
  const all = [...journal.tokens];
  // every list entry, and the secrets of the newest and of a few older ones
  const tried = [...all.slice(-5), ...Array.from({ length: Math.min(5, all.length) }, () => random.pick(all))];
  const listed = new Map((await api.all("/tokens?limit=500")).map((token) => [token.id, token]));
  for (const [id, token] of all) {
    const row = listed.get(id);
    if (!row && !token.revoked) wrong.push(`token ${id} was acknowledged and is gone`);
    if (row && token.revoked && !row.revoked_at) wrong.push(`token ${id} was acknowledged as revoked and is valid again`);
  }
  for (const [id, token] of tried) {
    const { status } = await new Api(api.url, token.secret).get("/collections?limit=1");
    const expected = token.revoked ? 401 : 200;
    if (status !== expected) wrong.push(`token ${id} (revoked: ${token.revoked}) answered ${status}, not ${expected}`);
  }
  return wrong;
}

/** Waits for every acknowledged import, then follows it through the catalog, the objects and the index. */
export async function checkWhole(api, journal, seconds) {
  const wrong = [];
  const contents = new Map(); // collection name → series → set of SHA-256 of what was imported
  for (const [id, upload] of journal.imports) {
    const job = await api.ended(id, seconds);
    if (journal.cancels.has(id) ? job.state === "failed" : job.state !== "succeeded") {
      wrong.push(`the import ${id} of ${upload.study.series} ended as ${job.state}: ${job.error}`);
    }
    if (job.state !== "succeeded") continue;
    const series = contents.get(upload.collection) ?? new Map();
    contents.set(upload.collection, series);
    const known = series.get(upload.study.series) ?? { accessions: upload.study.accessions, sha256: new Set() };
    known.sha256.add(upload.study.sha256);
    series.set(upload.study.series, known);
  }
  const ids = new Map([...journal.collections].map(([id, name]) => [name, id]));
  for (const [collection, series] of contents) {
    wrong.push(...(await checkCollection(api, ids.get(collection), series, seconds)));
  }
  return wrong;
}

async function checkCollection(api, id, series, seconds) {
  const wrong = [];
  const datasets = await api.all(`/datasets?collection=${id}&limit=500`);
  for (const [accession, { accessions, sha256 }] of series) {
    const found = datasets.filter((dataset) => dataset.accession === accession);
    if (found.length !== 1) {
      wrong.push(`${accession} is in the catalog ${found.length} times`);
      continue;
    }
    const [dataset] = found;
    if (dataset.samples !== accessions.length) {
      wrong.push(`${accession} has ${dataset.samples} samples, ${accessions.length} were acknowledged`);
    }
    wrong.push(...(await checkVersions(api, dataset, sha256)));
  }
  const expected = [...series.values()].reduce((sum, one) => sum + one.accessions.length, 0);
  wrong.push(...(await checkIndex(api, id, expected, seconds)));
  return wrong;
}

/** One version for each content, each followed to its raw bytes. */
async function checkVersions(api, dataset, sha256) {
  const wrong = [];
  const versions = await api.all(`/datasets/${dataset.id}/versions?limit=500`);
  const raws = versions.map((version) => version.provenance.raw_sha256);
  for (const raw of sha256) {
    const times = raws.filter((one) => one === raw).length;
    if (times !== 1) wrong.push(`${dataset.accession} has ${times} versions of the content ${raw}, not 1`);
  }
  const files = await api.all(`/datasets/${dataset.id}/files?limit=500`);
  for (const file of files.filter((one) => one.kind === "raw")) {
    const answer = await fetch(`${api.url}/api/v1/files/${file.id}/content`, {
      headers: { authorization: `Bearer ${api.token}` },
    });
    const found = createHash("sha256").update(Buffer.from(await answer.arrayBuffer())).digest("hex");
    if (answer.status !== 200 || found !== file.sha256) {
      wrong.push(`the raw file ${file.name} of ${dataset.accession} (${answer.status}) is ${found}, not ${file.sha256}`);
    }
  }
  return wrong;
}

/** The index repairs itself: soon after the last job it holds exactly the catalog's samples, each once. */
async function checkIndex(api, collection, expected, seconds) {
  const until = performance.now() + seconds * 1000;
  let total;
  do {
    const { body } = await api.get(`/search?kind=samples&q=&collection=${collection}&limit=0`);
    total = body.total;
    if (total === expected) return [];
    await pause(100);
  } while (performance.now() < until);
  return [`search finds ${total} samples in collection ${collection}, the catalog has ${expected}`];
}
