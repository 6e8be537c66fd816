// Power loss can't be staged without a machine of its own, so this watches the system calls instead: everything that
// an answer acknowledges is on the disk (fsync or fdatasync returned) before the answer's first byte leaves.
// usage: node end2end/kill/power_loss.mjs

import { readFileSync } from "node:fs";
import path from "node:path";
import { Api } from "../harness/api.mjs";
import { Deployment } from "../harness/server.mjs";
import { study } from "./study.mjs";

/** Larger objects are written in parts. */
const PARTS_FROM = 8 << 20;

const deployment = await Deployment.create("power-loss");
try {
  deployment.command(["migrate"]);
  deployment.command(["admin", "organization", "create", "power"]);
  const token = deployment.command(["admin", "token", "create", "--organization", "power", "--role", "admin"]).trim();
  const trace = path.join(deployment.folder, "strace.log");
  const calls = "fsync,fdatasync,write,writev,sendto,sendmsg,read,readv,recvfrom,recvmsg";
  // -D: the server stays our own child; -y: descriptors with their paths
  await deployment.start({ wrapper: ["strace", "-D", "-f", "-y", "-s", "48", "-o", trace, "-e", `trace=${calls}`] });
  const api = new Api(deployment.url, token);
  const created = await api.post("/collections", { name: "power", description: "" });
  const made = study({ number: 1, samples: 3, rows: 20, revision: 1 });
  const imported = await api.importFiles("power", [{ name: "power_family.soft", text: made.text }]);
  // a file of this size goes into the store in parts
  const large = study({ number: 2, samples: 40, rows: 15_000, revision: 1 });
  expect(large.text.length > PARTS_FROM, `the large file has ${large.text.length} bytes: not in parts`);
  const second = await api.importFiles("power", [{ name: "large_family.soft", text: large.text }]);
  await deployment.stop();
  expect(created.status === 201, `POST /collections answered ${created.status}: ${JSON.stringify(created.body)}`);
  for (const { status, body } of [imported, second]) {
    expect(status === 202, `POST /imports answered ${status}: ${JSON.stringify(body)}`);
  }

  const events = completed(readFileSync(trace, "utf8"));
  const collection = during(events, "POST /api/v1/collections", "HTTP/1.1 201");
  expect(syncs(collection, /chorale\.db-wal$/).length > 0, "no sync of the database before the 201 of a collection");
  const said = ["a small file", "a file in parts"].map((name, nth) => durable(events, nth, name));
  console.log(`power loss: passed: before the 202, ${said.join("; ")}`);
  await deployment.remove();
} catch (error) {
  await deployment.kill();
  console.log(`power loss: the trace and log are kept in ${deployment.folder}`);
  throw error;
}

/** The `nth` import: its object and the object's folder are on the disk before the row that names it, and that before
 * the answer. */
function durable(events, nth, name) {
  const upload = during(events, "POST /api/v1/imports", "HTTP/1.1 202", nth);
  const object = syncs(upload, /\/objects\/.*\/raw(\/[^/]+)?$/);
  const [file, folder] = [object.filter((e) => !e.path.endsWith("/raw")), object.filter((e) => e.path.endsWith("/raw"))];
  const database = syncs(upload, /chorale\.db-wal$/);
  expect(file.length > 0, `${name}: its object is not synced before the 202`);
  expect(folder.length > 0, `${name}: the folder of its object is not synced before the 202: ${object.map((e) => e.path)}`);
  expect(database.length > 0, `${name}: no sync of the database before the 202 of its import`);
  const last = Math.max(file[0].at, folder[0].at);
  expect(last < database.at(-1).at, `${name}: the row that names the object was synced before the object`);
  return `${name}: ${object.length} syncs of the object, then ${database.length} of the database's log`;
}

function expect(truth, sentence) {
  if (!truth) throw new Error(sentence);
}

/** System calls in the order in which they returned: {at, name, path, text}. */
function completed(log) {
  const events = [];
  const open = new Map(); // pid → the beginning of a call that another thread's line interrupted
  log.split("\n").forEach((line, at) => {
    const [, pid, rest] = line.match(/^(\d+)\s+(.*)$/) ?? [];
    if (!rest) return;
    if (rest.endsWith("<unfinished ...>")) {
      open.set(pid, rest);
      // what is sent may arrive before the call's return is seen: its beginning counts
      const call = parse(rest, at);
      if (call && !call.name.includes("sync") && !/^(read|recv)/.test(call.name)) events.push(call);
      return;
    }
    const [, name, end] = rest.match(/^<\.\.\. (\w+) resumed>(.*)$/) ?? [];
    const whole = name ? (open.get(pid) ?? "").replace("<unfinished ...>", "") + end : rest;
    if (name && !name.includes("sync") && !/^(read|recv)/.test(name)) return;
    const call = parse(whole, at);
    if (call && !(call.name.includes("sync") && !/= 0$/.test(whole))) events.push(call);
  });
  return events;
}

function parse(line, at) {
  const [, name, path_] = line.match(/^(\w+)\(\d+<([^>]*)>/) ?? [];
  return name && { at, name, path: path_, text: line };
}

/** The calls between the arrival of the `nth` such request and the departure of its answer. */
function during(events, request, answer, nth = 0) {
  const isRequest = (event) => /^(read|recv)/.test(event.name) && event.text.includes(request);
  const from = events.flatMap((event, at) => (isRequest(event) ? [at] : []))[nth] ?? -1;
  expect(from >= 0, `the trace holds no "${request}"`);
  const to = events.findIndex((e, i) => i > from && /^(write|send)/.test(e.name) && e.text.includes(answer));
  expect(to > from, `the trace holds no "${answer}" after "${request}"`);
  return events.slice(from, to);
}

function syncs(events, pattern) {
  return events.filter((event) => event.name.includes("sync") && pattern.test(event.path));
}
