// Reading SOFT beside GEOparse, on the same files in one run; bench/soft_vs_geoparse.py says what it compares.

import { readFileSync } from "node:fs";
import path from "node:path";
import { WORK, run } from "../ground.mjs";
import { atLeast, told } from "../report.mjs";

export async function measure() {
  const answer = path.join(WORK, "soft_vs_geoparse.json");
  console.log(run("python3", ["bench/soft_vs_geoparse.py", "--json", answer], { stdio: ["ignore", "pipe", "inherit"] }));
  const { readers, files, megabytes } = JSON.parse(readFileSync(answer, "utf8"));
  const over = `${files} family files, ${megabytes.toFixed(0)} MB`;
  // CPU time: each works on one thread, and a busy machine says nothing about a reader.
  const ratio = (mode) => readers.GEOparse.cpu_seconds / readers[mode].cpu_seconds;
  return [
    atLeast("SOFT: reading, beside GEOparse", 20, "times", ratio("stream"), `${over}; as an import reads`),
    atLeast("SOFT: all kept in memory, beside GEOparse", 20, "times", ratio("hold"), `${over}; as GEOparse reads`),
    told("SOFT: reading", "MB/s", megabytes / readers.stream.cpu_seconds, "decompressed, per CPU second"),
  ];
}
