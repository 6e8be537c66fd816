// The REST calls that tests make, in one place. Each gives {status, body}; it throws only when no answer came, which
// is what tells a test that a write was never acknowledged.

import { openAsBlob } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Signs a person in through the form: gives the session's cookie. */
export async function cookieOf(url, { email, password }) {
  const signIn = await fetch(`${url}/_fn/sign_in`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: new URL(url).origin },
    body: new URLSearchParams({ email, password }),
  });
  const cookie = signIn.headers.getSetCookie()[0]?.split(";")[0];
  if (!cookie) throw new Error(`signing ${email} in answered ${signIn.status} without a session: ${await signIn.text()}`);
  return cookie;
}

/** Signs a person in and makes a token of theirs: gives its secret. */
export async function tokenOf(url, person, role) {
  const origin = new URL(url).origin;
  const cookie = await cookieOf(url, person);
  const made = await fetch(`${url}/api/v1/tokens`, {
    method: "POST",
    headers: { origin, cookie, "content-type": "application/json" },
    body: JSON.stringify({ name: "tests", role }),
  });
  if (made.status !== 201) throw new Error(`POST /tokens for ${person.email} answered ${made.status}: ${await made.text()}`);
  return (await made.json()).secret;
}

export class Api {
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  async call(method, route, { json, form, signal } = {}) {
    const headers = { authorization: `Bearer ${this.token}` };
    if (json !== undefined) headers["content-type"] = "application/json";
    const answer = await fetch(`${this.url}/api/v1${route}`, {
      method,
      headers,
      body: form ?? (json === undefined ? undefined : JSON.stringify(json)),
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
