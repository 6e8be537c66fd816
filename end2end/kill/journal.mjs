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
    /** invitation id → email */
    this.invitations = new Map();
    /** email → {passwords: the one that holds, or those of which one does; busy: a client is at it} */
    this.people = new Map();
    /** cookie → email, of sessions that nothing was asked to end */
    this.sessions = new Map();
    /** collection id → {names, shared: what it is, or may be; busy}: no import goes there */
    this.spares = new Map();
    /** job id → {busy}, of imports whose dataset is to be deleted */
    this.doomed = new Map();
    /** ids of deleted datasets, as a map to themselves */
    this.deletions = new Map();
    /** run id → {points: step → value, params, artifacts: name → SHA-256, steps: those given out; busy} */
    this.runs = new Map();
    /** "action object-or-actor" → how many rows of the audit log that are at least */
    this.owed = new Map();
    this.acknowledged = 0;
    /** for the report: imports that a kill interrupted, and those that were given up and retried */
    this.interrupted = 0;
    this.retried = 0;
  }

  write(kind, fact) {
    this.acknowledged += 1;
    appendFileSync(this.file, `${JSON.stringify({ kind, ...fact })}\n`);
  }

  /** An acknowledgement owes a row of the audit log; one about a fresh id owes one, however often it came. */
  owe(key) {
    this.owed.set(key, (this.owed.get(key) ?? 0) + 1);
  }

  oweOnce(key) {
    this.owed.set(key, 1);
  }

  run(id) {
    this.runs.set(id, { points: new Map(), params: new Map(), artifacts: new Map(), steps: 0, busy: false });
    this.write("run", { id });
  }

  points(id, points) {
    for (const [step, value] of points) this.runs.get(id).points.set(step, value);
    this.write("points", { id, points });
  }

  param(id, key, value) {
    this.runs.get(id).params.set(key, value);
    this.write("param", { id, key, value });
  }

  artifact(id, name, sha256) {
    this.runs.get(id).artifacts.set(name, sha256);
    this.write("artifact", { id, name, sha256 });
  }

  invitation(id, email) {
    this.invitations.set(id, email);
    this.oweOnce(`invitation.created ${id}`);
    this.write("invitation", { id, email });
  }

  member(email, password) {
    this.people.set(email, { passwords: [password], busy: false });
    this.oweOnce(`member.added ${email}`);
    this.write("member", { email });
  }

  session(cookie, email) {
    this.sessions.set(cookie, email);
    this.owe(`session.started ${email}`);
    this.write("session", { email });
  }

  passwordAsked(email, chosen) {
    this.people.get(email).passwords.push(chosen);
    for (const [cookie, of] of this.sessions) if (of === email) this.sessions.delete(cookie);
  }

  password(email, chosen) {
    this.people.get(email).passwords = [chosen];
    this.owe(`user.password_changed ${email}`);
    this.write("password", { email });
  }

  spare(id, name) {
    this.spares.set(id, { names: [name], shared: [false], busy: false });
    this.oweOnce(`collection.created ${id}`);
    this.write("spare", { id, name });
  }

  renamed(id, name) {
    this.spares.get(id).names = [name];
    this.owe(`collection.updated ${id}`);
    this.write("renamed", { id, name });
  }

  /** `before` is what it was, where that was certain: only a change leaves a row. */
  shared(id, shared, before) {
    this.spares.get(id).shared = [shared];
    if (before !== null) this.owe(`collection.${shared ? "shared" : "unshared"} ${id}`);
    this.write("shared", { id, shared });
  }

  doom(id) {
    this.doomed.set(id, { busy: false });
    this.oweOnce(`import.started ${id}`);
    this.write("doomed", { id });
  }

  deleted(id) {
    this.deletions.set(id, id);
    this.oweOnce(`dataset.deleted ${id}`);
    this.write("deleted", { id });
  }

  collection(id, name) {
    this.oweOnce(`collection.created ${id}`);
    this.collections.set(id, name);
    this.write("collection", { id, name });
  }

  import(id, upload) {
    // the same bytes, sent again while their job still waits, are answered with that job
    if (!this.imports.has(id)) this.imports.set(id, { ...upload, ended: null });
    this.oweOnce(`import.started ${id}`);
    this.write("import", { id, series: upload.study.series, sha256: upload.study.sha256 });
  }

  token(id, secret) {
    this.tokens.set(id, { secret, revoked: false });
    this.oweOnce(`token.created ${id}`);
    this.write("token", { id });
  }

  revoked(id) {
    this.tokens.get(id).revoked = true;
    this.oweOnce(`token.revoked ${id}`);
    this.write("revoked", { id });
  }

  cancel(id, state) {
    this.cancels.set(id, state);
    // one that had ended stays as it is, and leaves no row
    if (["cancelled", "running"].includes(state)) this.oweOnce(`job.cancelled ${id}`);
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
