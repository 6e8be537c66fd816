// Compares the server after a restart with what was acknowledged before it was killed.
// `checkSoon` runs after every restart and costs little; `checkWhole` waits for the work to end and follows every
// acknowledged import to its versions, its raw bytes and its hits.

import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Api } from "../harness/api.mjs";
import { finality } from "./journal.mjs";
import { checkLedger } from "./ledger.mjs";
import { checkPeople } from "./people.mjs";
import { checkPlaces } from "./places.mjs";
import { checkRuns } from "./runs.mjs";

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
  wrong.push(...(await checkPeople(api, journal, random)), ...(await checkPlaces(api, journal, random)));
  wrong.push(...(await checkRuns(api, journal, random)));
  wrong.push(...(await checkTokens(api, journal, random)), ...(await checkAudit(api, journal)));
  return wrong;
}

/** The chain is whole, and still holds the head that was seen before the kill. */
async function checkAudit(api, journal) {
  const { head } = journal;
  const kept = head ? `?position=${head.position}&hash=${head.hash}` : "";
  const { status, body } = await api.get(`/audit/check${kept}`);
  if (status !== 200) return [`the audit log's check answered ${status}: ${JSON.stringify(body)}`];
  if (!body.intact) return [`the audit log is broken at ${body.broken_at}; the head seen was ${JSON.stringify(head)}`];
  if (body.head.position > 0) journal.seal(body.head);
  return [];
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
    if (journal.asked.has(id) && !token.revoked) continue;
    const { status } = await new Api(api.url, token.secret).get("/collections?limit=1");
    const expected = token.revoked ? 401 : 200;
    if (status !== expected) wrong.push(`token ${id} (revoked: ${token.revoked}) answered ${status}, not ${expected}`);
  }
  return wrong;
}

/**
 * The end of an import. One that was struck by three kills is given up with a word about it, and left to a person: that
 * person is played here.
 */
async function ended(api, journal, id, seconds) {
  const job = await api.ended(id, seconds);
  if (job.state !== "failed" || !job.error.startsWith("its worker stopped without a word") || journal.asked.has(id)) return job;
  const { status, body } = await api.post(`/jobs/${id}/retry`);
  if (status !== 200) throw new Error(`the retry of job ${id} answered ${status}: ${JSON.stringify(body)}`);
  journal.retried += 1;
  return await api.ended(id, seconds);
}

/**
 * Reads the audit log; waits for every acknowledged import, and follows it through catalog, objects and index, which
 * has so many seconds after the last of them.
 */
export async function checkWhole(api, journal, seconds) {
  const wrong = await checkLedger(api, journal);
  const contents = new Map(); // collection name → series → set of SHA-256 of what was imported
  for (const [id, upload] of journal.imports) {
    const job = await ended(api, journal, id, 120);
    journal.interrupted += job.attempts > 1;
    if (journal.asked.has(id) ? job.state === "failed" : job.state !== "succeeded") {
      wrong.push(`the import ${id} of ${upload.study.series} ended as ${job.state}: ${job.error}`);
    }
    if (job.state !== "succeeded") continue;
    const series = contents.get(upload.collection) ?? new Map();
    contents.set(upload.collection, series);
    const known = series.get(upload.study.series) ?? { accessions: upload.study.accessions, sha256: new Set() };
    known.sha256.add(upload.study.sha256);
    series.set(upload.study.series, known);
  }
  const until = performance.now() + seconds * 1000;
  const ids = new Map([...journal.collections].map(([id, name]) => [name, id]));
  for (const [collection, series] of contents) {
    wrong.push(...(await checkCollection(api, collection, ids.get(collection), series, until)));
  }
  return wrong;
}

async function checkCollection(api, name, id, series, until) {
  const wrong = [];
  const datasets = await api.all(`/collections/${id}/datasets?limit=500`);
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
  return [...wrong, ...(await checkIndex(api, name, id, datasets, until))];
}

/**
 * Every acknowledged content is a version. A content that comes again after another is a change and a version again;
 * twice in a row it was published twice.
 */
async function checkVersions(api, dataset, sha256) {
  const wrong = [];
  const versions = await api.all(`/datasets/${dataset.id}/versions?limit=500`);
  versions.sort((a, b) => a.number - b.number);
  const raws = versions.map((version) => version.provenance.raw_sha256);
  for (const raw of sha256) {
    if (!raws.includes(raw)) wrong.push(`${dataset.accession} has no version of the acknowledged content ${raw}`);
  }
  versions.forEach(({ number }, at) => {
    if (number !== at + 1) wrong.push(`${dataset.accession} has a version ${number} in place of ${at + 1}`);
    if (at > 0 && raws[at] === raws[at - 1]) wrong.push(`${dataset.accession} published version ${number} twice`);
  });
  const files = await api.all(`/datasets/${dataset.id}/files?limit=500`);
  for (const file of files.filter((one) => one.kind === "raw")) {
    const found = await digest(api, file);
    if (found !== file.sha256) {
      wrong.push(`the raw file ${file.name} of ${dataset.accession} is ${found}, not ${file.sha256}`);
    }
  }
  return wrong;
}

/** SHA-256 of what is downloaded, or what happened instead. */
async function digest(api, file) {
  const headers = { authorization: `Bearer ${api.token}` };
  try {
    const answer = await fetch(`${api.url}/api/v1/files/${file.id}/content`, { headers });
    if (answer.status !== 200) return `answered ${answer.status}`;
    return createHash("sha256").update(Buffer.from(await answer.arrayBuffer())).digest("hex");
  } catch (error) {
    // a file that is shorter than it was ends the connection before its announced length
    return `cut off (${error.message})`;
  }
}

/**
 * The index repairs itself: soon after the last job it holds exactly the samples that the catalog has, each once, in
 * each study. The catalog may hold more than was acknowledged: an answer can die with the server after the commit.
 */
async function checkIndex(api, name, collection, datasets, until) {
  const wanted = new Map(datasets.map((dataset) => [dataset.accession, dataset.samples]));
  const query = `/search?kind=samples&facets=study&facet_limit=200&limit=0&collection=${collection}`;
  for (;;) {
    const { status, body } = await api.get(query);
    if (status !== 200) throw new Error(`GET ${query} answered ${status}: ${JSON.stringify(body)}`);
    const wrong = differences(wanted, new Map(body.facets.study.map(({ value, count }) => [value, count])));
    if (body.total !== [...wanted.values()].reduce((sum, one) => sum + one, 0)) {
      wrong.push(`search finds ${body.total} samples in all of "${name}"`);
    }
    if (wrong.length === 0 || performance.now() > until) return wrong;
    await pause(100);
  }
}

/** Where the index and the catalog differ; facets show the 200 largest studies. */
function differences(wanted, found) {
  const wrong = [];
  for (const [accession, samples] of found) {
    if (wanted.get(accession) !== samples) {
      wrong.push(`search finds ${samples} samples of ${accession}, the catalog has ${wanted.get(accession) ?? "none"}`);
    }
  }
  for (const [accession, samples] of wanted) {
    if (found.size < 200 && !found.has(accession)) {
      wrong.push(`search finds no sample of ${accession}, the catalog has ${samples}`);
    }
  }
  return wrong;
}
