// Both annotators on one core with every ontology loaded, beside text2term, on the same samples in one run;
// bench/annotators_vs_text2term.py says what it compares.

import { readFileSync } from "node:fs";
import path from "node:path";
import { WORK, run } from "../ground.mjs";
import { atLeast, below } from "../report.mjs";

export async function measure() {
  const answer = path.join(WORK, "annotators_vs_text2term.json");
  console.log(run("python3", ["bench/annotators_vs_text2term.py", "--json", answer], { stdio: ["ignore", "pipe", "inherit"] }));
  const { text2term, ours } = JSON.parse(readFileSync(answer, "utf8"));
  const theirs = `text2term: ${text2term.samples_per_second.toFixed(1)} samples/s`;
  return [
    atLeast("annotating, the dictionary, per core", 50_000, "samples/s", ours.dictionary),
    atLeast("annotating, both annotators, per core", 10_000, "samples/s", ours.both),
    atLeast("annotating, the dictionary beside text2term", 1_000, "times", ours.dictionary / text2term.samples_per_second, theirs),
    atLeast("annotating, both beside text2term", 1_000, "times", ours.both / text2term.samples_per_second, theirs),
    below("loading ontologies and both annotators", 2, "s", ours.load_seconds),
    below("memory of ontologies and both annotators", 400, "MB", ours.memory_mb),
  ];
}
