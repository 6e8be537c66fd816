// One deployment asked by the load client: a table of the classes of queries, and the rows of the report.

import { sharedData } from "../end2end/harness/server.mjs";
import { REAL, client, serving, token, withSamples } from "./ground.mjs";
import { atLeast, atMost, told } from "./report.mjs";

export async function searched(total, limits) {
  const deployment = await withSamples(total);
  const secret = token(deployment);
  const answer = await serving(deployment, () => {
    const where = ["--at", new URL(deployment.url).host, "--header", `authorization: Bearer ${secret}`];
    return JSON.parse(client(["search", "--from", sharedData(REAL), "--samples", String(total), ...where]));
  });
  console.log(`   ${"queries".padEnd(20)} ${"share".padStart(6)} ${"p50 ms".padStart(8)} ${"p99 ms".padStart(8)} ${"max ms".padStart(8)}`);
  for (const { class: name, share, times } of answer.classes) {
    const cells = [times.p50_ms, times.p99_ms, times.max_ms].map((ms) => ms.toFixed(2).padStart(8));
    console.log(`   ${name.padEnd(20)} ${`${share} %`.padStart(6)} ${cells.join(" ")}`);
  }
  const { one, many, connections, per_second, queries, facets } = answer;
  const name = `search, ${total.toLocaleString("en")} samples`;
  const note = `${one.requests} requests of ${queries} different, ${facets} facets, every answer checked`;
  const rate = `${connections} connections, ${many.requests} requests, p99 ${many.p99_ms.toFixed(1)} ms`;
  return [
    atMost(`${name}: p50`, limits.p50, "ms", one.p50_ms, note),
    atMost(`${name}: p99`, limits.p99, "ms", one.p99_ms),
    limits.per_second
      ? atLeast(`${name}: throughput`, limits.per_second, "queries/s", per_second, rate)
      : told(`${name}: throughput`, "queries/s", per_second, rate),
  ];
}
