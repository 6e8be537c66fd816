// The numbers that Chorale promises, each measured through the real binary (CHORALE_BINARY, else the release build):
// prints one table, and writes target/bench/STEP.json. Ends with 1 when a number misses what was asked of it, or when
// an answer was wrong.
// usage: node bench/run.mjs [STEP…]

import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../end2end/harness/server.mjs";
import { card } from "./ground.mjs";
import { keep, print } from "./report.mjs";

const STEPS = ["soft", "family", "import", "search", "million", "pages", "wasm", "start", "memory", "ontologies", "annotators", "harmonize", "review", "keys", "keystrokes", "curators", "tracking"];
/** An hour: only when it is named. */
const LONG = ["growth"];

process.env.CHORALE_BINARY ??= path.join(root, "target/release/chorale");
if (!existsSync(process.env.CHORALE_BINARY)) {
  console.error(`bench: ${process.env.CHORALE_BINARY} is missing; build it (cargo build --release -p chorale-server), or name another in CHORALE_BINARY`);
  process.exit(2);
}
const asked = process.argv.slice(2);
const unknown = asked.filter((step) => ![...STEPS, ...LONG].includes(step));
if (unknown.length) {
  console.error(`bench: there is no step ${unknown.join(", ")}; choose among ${[...STEPS, ...LONG].join(", ")}`);
  process.exit(2);
}

const { cpu, memory_gib } = card();
console.log(`bench: ${cpu}, ${memory_gib} GiB, ${process.env.CHORALE_BINARY}`);
const results = [];
for (const step of asked.length ? asked : STEPS) {
  const { load } = card();
  console.log(`== bench: ${step} (load ${load})`);
  const { measure } = await import(`./steps/${step}.mjs`);
  results.push(keep(step, await measure(), load));
}
console.log();
print(results);
const missed = results.flatMap(({ rows }) => rows).filter(({ passed }) => passed === false);
console.log(missed.length ? `bench: ${missed.length} numbers miss what was asked` : "bench: every number is as asked");
process.exitCode = missed.length ? 1 : 0;
