// The REST calls that tests make, in one place. Each gives {status, body}; it throws only when no answer came, which
// is what tells a test that a write was never acknowledged.

import { openAsBlob } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Signs a person in through the form: {status, body, cookie}, the cookie as a browser sends it back. */
export async function signIn(url, { email, password }) {
  const answer = await fetch(`${url}/_fn/sign_in`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: new URL(url).origin },
    body: new URLSearchParams({ email, password }),
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0];
  return { status: answer.status, body: await answer.text(), cookie };
}

/** The cookie of a person who is signed in; throws when they are not let in. */
export async function cookieOf(url, person) {
  const { status, body, cookie } = await signIn(url, person);
  if (!cookie) throw new Error(`signing ${person.email} in answered ${status} without a session: ${body}`);
  return cookie;
}

/** A person's session, as a browser has it. */
export async function browserOf(url, person) {
  return new Browser(url, await cookieOf(url, person));
}

/** Signs a person in and makes a token of theirs: gives its secret. */
export async function tokenOf(url, person, role) {
  const made = await (await browserOf(url, person)).post("/tokens", { name: "tests", role });
  if (made.status !== 201) throw new Error(`POST /tokens for ${person.email} answered ${made.status}: ${JSON.stringify(made.body)}`);
  return made.body.secret;
}

export class Api {
  /** `road`: what every route begins with. */
  constructor(url, token, road = "/api/v1") {
    this.url = url;
    this.token = token;
    this.road = road;
  }

  /** Who asks: nobody without a token. */
  headers() {
    return this.token ? { authorization: `Bearer ${this.token}` } : {};
  }

  /** The body is a value, a form, or bytes as they are. */
  async call(method, route, { json, form, bytes, signal } = {}) {
    const headers = this.headers();
    if (json !== undefined) headers["content-type"] = "application/json";
    if (bytes !== undefined) headers["content-type"] = "application/octet-stream";
    const answer = await fetch(this.url + this.road + route, {
      method,
      headers,
      body: form ?? bytes ?? (json === undefined ? undefined : JSON.stringify(json)),
      signal,
    });
    const text = await answer.text();
    const isJson = (answer.headers.get("content-type") ?? "").includes("json");
    return { status: answer.status, body: isJson && text ? JSON.parse(text) : text };
  }

  get(route) {
    return this.call("GET", route);
  }

  post(route, json = {}) {
    return this.call("POST", route, { json });
  }

  /** A file: {status, bytes}. */
  async download(route) {
    const answer = await fetch(this.url + this.road + route, { headers: this.headers() });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  /** Uploads files: each is a path or {name, text}. */
  async importFiles(collection, files) {
    const form = new FormData();
    form.append("collection", collection);
    for (const file of files) {
      if (typeof file === "string") form.append("file", await openAsBlob(file), path.basename(file));
      else form.append("file", new Blob([file.text]), file.name);
    }
    return this.call("POST", "/imports", { form });
  }

  /** Asks until the job has ended. */
  async ended(id, seconds = 60) {
    const until = performance.now() + seconds * 1000;
    for (;;) {
      const { status, body } = await this.get(`/jobs/${id}`);
      if (status !== 200) throw new Error(`GET /jobs/${id} answered ${status}: ${JSON.stringify(body)}`);
      if (["succeeded", "failed", "cancelled"].includes(body.state)) return body;
      if (performance.now() > until) throw new Error(`job ${id} did not end within ${seconds} s: ${JSON.stringify(body)}`);
      await pause(50);
    }
  }

  /**
   * Waits until no job is queued or running: what was imported is annotated and searchable. An address that nobody answers
   * is told again for hours, for which nothing waits.
   */
  async settled(seconds = 120) {
    const until = performance.now() + seconds * 1000;
    // A job that ends between the two lists may leave another behind: nothing is open when that was seen twice.
    for (let seen = 0; ; ) {
      let open = [];
      for (const state of ["queued", "running"]) open.push(...(await this.all(`/jobs?state=${state}`)));
      open = open.filter(({ kind }) => kind !== "webhook.deliver");
      seen = open.length === 0 ? seen + 1 : 0;
      if (seen === 2) return;
      if (performance.now() > until) throw new Error(`jobs did not end within ${seconds} s: ${JSON.stringify(open)}`);
      await pause(100);
    }
  }

  /** Follows `next_cursor` to the end of a list. */
  async all(route) {
    const items = [];
    let cursor = null;
    do {
      const join = route.includes("?") ? "&" : "?";
      const { status, body } = await this.get(route + (cursor ? `${join}cursor=${encodeURIComponent(cursor)}` : ""));
      if (status !== 200) throw new Error(`GET ${route} answered ${status}: ${JSON.stringify(body)}`);
      items.push(...body.items);
      cursor = body.next_cursor;
    } while (cursor);
    return items;
  }
}

/** The same calls with a session's cookie. */
export class Browser extends Api {
  constructor(url, cookie) {
    super(url, null);
    this.cookie = cookie;
  }

  headers() {
    return { cookie: this.cookie, origin: new URL(this.url).origin };
  }
}
