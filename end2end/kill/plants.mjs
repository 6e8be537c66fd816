// Losses made on purpose between the kill and the restart, each of a kind that the check must see: a test that never
// fails proves nothing. They are statements for PostgreSQL, which has a client to send them with.

import { readdirSync, statSync, truncateSync } from "node:fs";
import path from "node:path";

/** name → what is done to a stopped deployment; gives false when there is nothing yet to harm. */
export const PLANTS = {
  "a token that was acknowledged is gone": ({ journal, sql }) => {
    const [id] = [...journal.tokens].find(([, token]) => !token.revoked) ?? [];
    return id && changed(sql(`delete from tokens where id = '${id}'`));
  },
  "a revoked token is valid again": ({ journal, sql }) => {
    const [id] = [...journal.tokens].find(([, token]) => token.revoked) ?? [];
    return id && changed(sql(`update tokens set revoked_at = null where id = '${id}'`));
  },
  "an import that was acknowledged is gone": ({ journal, sql }) => {
    const [id] = [...journal.imports].find(([, job]) => job.ended) ?? [];
    const parts = ["job_warnings", "job_warning_totals", "job_files"].map((part) => `delete from ${part} where job = '${id}';`);
    return id && changed(sql(`${parts.join(" ")} delete from jobs where id = '${id}'`));
  },
  "an ended import is done again": ({ journal, sql }) => {
    const [id] = [...journal.imports].find(([, job]) => succeeded(job)) ?? [];
    return id && changed(sql(`update jobs set state = 'queued', ended_at = null, run_at = 0 where id = '${id}'`));
  },
  "a cancelled import is done": ({ journal, sql }) => {
    const [id] = [...journal.cancels].find(([, state]) => state === "cancelled") ?? [];
    return id && changed(sql(`update jobs set state = 'queued', cancelling = false, ended_at = null where id = '${id}'`));
  },
  "a sample of a dataset is gone": ({ journal, sql }) => {
    // one that no waiting import publishes anew
    const placed = ({ collection, study }) => `${collection} ${study.series}`;
    const open = new Set([...journal.imports.values()].filter((job) => !job.ended).map(placed));
    const job = [...journal.imports.values()].find((one) => succeeded(one) && !open.has(placed(one)));
    const collection = job && `(select id from collections where name = '${job.collection}')`;
    const where = job && `accession = '${job.study.series}' and collection = ${collection} and current_version is not null`;
    return job && changed(sql(`update datasets set samples = samples - 1 where ${where}`));
  },
  "a row of the audit log is gone": ({ sql }) => {
    // sealed once a minute: due now, for the next load
    sql("update schedules set next_at = 0 where kind = 'audit.seal'");
    return changed(sql("delete from audit_log where position = (select max(position) - 1 from audit_log)"));
  },
  "an acknowledgement left no row in the audit log": ({ sql }) =>
    changed(sql("delete from audit_log where position is null and action in ('token.created', 'collection.created')")),
  "a member who accepted is none": ({ journal, sql }) => {
    const [email] = journal.people.keys();
    return email && changed(sql(`delete from members where user_id = (select id from users where email = '${email}')`));
  },
  "a collection has another name than the acknowledged one": ({ journal, sql }) => {
    const [id] = journal.spares.keys();
    return id && changed(sql(`update collections set name = 'lost' where id = '${id}'`));
  },
  "a deleted dataset is back": ({ journal, sql }) => {
    const [id] = journal.deletions.keys();
    const version = `(select v.id from dataset_versions v where v.dataset = '${id}' and v.number is not null limit 1)`;
    return id && changed(sql(`update datasets set deleted_at = null, current_version = ${version} where id = '${id}'`));
  },
  "a raw file lost its end": ({ deployment }) => {
    const files = walk(path.join(deployment.folder, "data/objects")).filter((file) => file.includes("/raw/"));
    files.forEach((file) => truncateSync(file, statSync(file).size - 1));
    return files.length > 0;
  },
};

/** An import that was seen to have succeeded. */
function succeeded({ ended }) {
  return ended !== null && JSON.parse(ended).state === "succeeded";
}

/** psql answers a statement with its name and the rows that it changed. */
function changed(answer) {
  const rows = answer.trim().split("\n").at(-1).split(" ").at(-1);
  return Number(rows) > 0;
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const found = path.join(folder, entry.name);
    return entry.isDirectory() ? walk(found) : [found];
  });
}
