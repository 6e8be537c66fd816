// One deployment asked by the load client: a table of the classes of queries, and the rows of the report.

import { sharedData } from "../end2end/harness/server.mjs";
import { REAL, client, cpuSeconds, serving, token, withSamples } from "./ground.mjs";
import { atLeast, atMost, told } from "./report.mjs";

export async function searched(total, limits) {
  const deployment = await withSamples(total);
  const secret = token(deployment);
  const answer = await serving(deployment, () => {
    const where = ["--at", new URL(deployment.url).host, "--header", `authorization: Bearer ${secret}`];
    const before = cpuSeconds(deployment.process.pid);
    const answer = JSON.parse(client(["search", "--from", sharedData(REAL), "--samples", String(total), ...where]));
    return { ...answer, cpu_s: cpuSeconds(deployment.process.pid) - before };
  });
  console.log(`   ${"queries".padEnd(20)} ${"share".padStart(6)} ${"p50 ms".padStart(8)} ${"p99 ms".padStart(8)} ${"max ms".padStart(8)}`);
  for (const { class: name, share, times } of answer.classes) {
    const cells = [times.p50_ms, times.p99_ms, times.max_ms].map((ms) => ms.toFixed(2).padStart(8));
    console.log(`   ${name.padEnd(20)} ${`${share} %`.padStart(6)} ${cells.join(" ")}`);
  }
  const { one, many, connections, per_second, queries, facets, cpu_s } = answer;
  const cpu_ms = (cpu_s * 1e3) / (queries + one.requests + many.requests);
  const name = `search, ${total.toLocaleString("en")} samples`;
  const note = `${one.requests} requests of ${queries} different, ${facets} facets, every answer checked`;
  const rate = `${connections} connections, ${many.requests} requests, p99 ${many.p99_ms.toFixed(1)} ms`;
  return [
    atMost(`${name}: p50`, limits.p50, "ms", one.p50_ms, note),
    atMost(`${name}: p99`, limits.p99, "ms", one.p99_ms),
    limits.per_second
      ? atLeast(`${name}: throughput`, limits.per_second, "queries/s", per_second, rate)
      : told(`${name}: throughput`, "queries/s", per_second, rate),
    told(`${name}: CPU of the server for a query`, "ms", cpu_ms, `two cores would answer ${(2e3 / cpu_ms).toFixed(0)} a second, without a client`),
  ];
}
