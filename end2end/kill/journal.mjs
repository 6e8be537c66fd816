// What the server acknowledged, as its clients remember it. A fact enters only after the answer was read whole;
// whatever was asked for without an answer may or may not have happened, and is not written here.

import { appendFileSync } from "node:fs";

export class Journal {
  constructor(file) {
    this.file = file;
    /** id → name */
    this.collections = new Map();
    /** job id → {study, revision, collection}, and `ended`: the job as it was first seen ended */
    this.imports = new Map();
    /** token id → {secret, revoked} */
    this.tokens = new Map();
    /** job id → the state that the cancel's answer named */
    this.cancels = new Map();
    /** ids of tokens and jobs whose revocation or cancel was asked for: done or not, until an answer says so */
    this.asked = new Set();
    /** the newest head of the audit chain that an answer named */
    this.head = null;
    this.acknowledged = 0;
    /** for the report: imports that a kill interrupted, and those that were given up and retried */
    this.interrupted = 0;
    this.retried = 0;
  }

  write(kind, fact) {
    this.acknowledged += 1;
    appendFileSync(this.file, `${JSON.stringify({ kind, ...fact })}\n`);
  }

  collection(id, name) {
    this.collections.set(id, name);
    this.write("collection", { id, name });
  }

  import(id, upload) {
    // the same bytes, sent again while their job still waits, are answered with that job
    if (!this.imports.has(id)) this.imports.set(id, { ...upload, ended: null });
    this.write("import", { id, series: upload.study.series, sha256: upload.study.sha256 });
  }

  token(id, secret) {
    this.tokens.set(id, { secret, revoked: false });
    this.write("token", { id });
  }

  revoked(id) {
    this.tokens.get(id).revoked = true;
    this.write("revoked", { id });
  }

  cancel(id, state) {
    this.cancels.set(id, state);
    this.write("cancel", { id, state });
  }

  seal(head) {
    this.head = head;
    this.write("head", head);
  }

  /** The first sight of a job's end; later sights must be equal. */
  ended(job) {
    const known = this.imports.get(job.id);
    if (known && !known.ended) {
      known.ended = finality(job);
      this.write("ended", { id: job.id, state: job.state });
    }
  }
}

/** What never changes again once a job has ended. */
export function finality(job) {
  const { state, result, error, attempts, ended_at } = job;
  return JSON.stringify({ state, result, error, attempts, ended_at });
}
