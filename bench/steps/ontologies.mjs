// Every ontology of the folder together: loading, finding names in texts beside pyahocorasick, and the search of forms;
// bench/dictionary_vs_pyahocorasick.py says what it compares.

import { readFileSync } from "node:fs";
import path from "node:path";
import { WORK, run } from "../ground.mjs";
import { atMost, below, told } from "../report.mjs";

export async function measure() {
  const answer = path.join(WORK, "dictionary_vs_pyahocorasick.json");
  console.log(run("python3", ["bench/dictionary_vs_pyahocorasick.py", "--json", answer], { stdio: ["ignore", "pipe", "inherit"] }));
  const { pyahocorasick, ours } = JSON.parse(readFileSync(answer, "utf8"));
  const ratio = ours.samples_per_second / pyahocorasick.samples_per_second;
  return [
    below("loading all ontologies from the prepared set", 2, "s", ours.load_seconds, `${ours.names.toLocaleString("en")} names`),
    told("memory of all ontologies", "MB", ours.memory_mb),
    told("finding names in samples, per core", "samples/s", ours.samples_per_second, `${ratio.toFixed(1)} times pyahocorasick with ${pyahocorasick.names.toLocaleString("en")} names`),
    atMost("terms for the first letters typed: p99", 20, "ms", ours.search_p99_ms, "without HTTP"),
  ];
}
