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
  "an ended import is done again": ({ sql }) =>
    changed(sql("update jobs set state = 'queued', ended_at = null, run_at = 0 where kind = 'import' and state = 'succeeded'")),
  "a cancelled import is done": ({ journal, sql }) => {
    const [id] = [...journal.cancels].find(([, state]) => state === "cancelled") ?? [];
    return id && changed(sql(`update jobs set state = 'queued', cancelling = false, ended_at = null where id = '${id}'`));
  },
  "a sample of a dataset is gone": ({ sql }) =>
    changed(sql("update datasets set samples = samples - 1 where samples > 0 and current_version is not null")),
  "a row of the audit log is gone": ({ sql }) => {
    // sealed once a minute: due now, for the next load
    sql("update schedules set next_at = 0 where kind = 'audit.seal'");
    return changed(sql("delete from audit_log where position = (select max(position) - 1 from audit_log)"));
  },
  "a raw file lost its end": ({ deployment }) => {
    const files = walk(path.join(deployment.folder, "data/objects")).filter((file) => file.includes("/raw/"));
    files.forEach((file) => truncateSync(file, statSync(file).size - 1));
    return files.length > 0;
  },
};

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
