// Decisions about suggestions, some of them mistakes that are planted: what automatic curation is measured by.

import { waiting } from "./review.mjs";

export const page = (collection, field = "tissue") => `/automatic?collection=${collection}&field=${field}`;

const ORGANS = ["liver", "kidney", "lung", "spleen"];

/** Samples that each say their tissue in words of their own. */
export const pieces = (name, many) =>
  [
    "accession,title,source_name",
    ...Array.from({ length: many }, (_, n) => `${name}-${n},Biopsy,"${ORGANS[n % ORGANS.length]}, piece ${String.fromCharCode(97 + n)}"`),
    "",
  ].join("\n");

/** A collection of such samples, all of which wait; {curator, collection, questions}. */
export async function measured(deployment, name, many) {
  const { curator, collection } = await waiting(deployment, name, pieces(name.replaceAll(" ", "-"), many));
  const { body } = await curator.get(`/review/values?collection=${collection}&field=tissue&state=all&sort=words&limit=500`);
  return { curator, collection, questions: body.items.map((one) => one.id) };
}

/** Answers questions one by one, as curators do, and waits until that is counted. */
export async function answered({ curator, collection }, questions, answer) {
  for (const question of questions) {
    const matching = { collection, field: "tissue", state: "all" };
    const { status, body } = await curator.post("/review/decide", { matching, values: [question], answer });
    if (status !== 200) throw new Error(`deciding answered ${status}: ${JSON.stringify(body)}`);
  }
  await curator.settled();
}

/** From now on what has this score is accepted. */
export async function accepting({ curator, collection }, from) {
  const { body } = await curator.get(`/collections/${collection}/automatic`);
  const json = { version: body.version, from };
  const put = await curator.call("PUT", `/collections/${collection}/automatic/tissue/threshold`, { json });
  if (put.status !== 200) throw new Error(`setting the threshold answered ${put.status}: ${JSON.stringify(put.body)}`);
  await curator.settled();
}
