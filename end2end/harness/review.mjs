// A collection whose samples all wait for review: its fields accept nothing by themselves.

import { browserOf } from "./api.mjs";

/** Imports a table as the curator and lets everything of it wait; {curator, collection}. */
export async function waiting({ url, people }, name, table) {
  const curator = await browserOf(url, people.curator);
  const started = await curator.importFiles(name, [{ name: `${name.toLowerCase().replaceAll(" ", "-")}.${table.includes("\t") ? "tsv" : "csv"}`, text: table }]);
  if (started.status !== 202) throw new Error(`importing answered ${started.status}: ${JSON.stringify(started.body)}`);
  const ended = await curator.ended(started.body.job.id);
  if (ended.state !== "succeeded") throw new Error(JSON.stringify(ended));
  const collection = (await curator.all("/collections")).find((one) => one.name === name).id;
  const { body } = await curator.get(`/collections/${collection}/fields`);
  const fields = body.fields.map((field) => ({ ...field, accept_precision: 1, abstain_below: 0.1 }));
  const put = await curator.call("PUT", `/collections/${collection}/fields`, { json: { version: body.version, fields } });
  if (put.status !== 200) throw new Error(`changing the fields answered ${put.status}: ${JSON.stringify(put.body)}`);
  await curator.settled();
  return { curator, collection };
}

export const page = (collection, field) => `/by-value?collection=${collection}&field=${field}`;
