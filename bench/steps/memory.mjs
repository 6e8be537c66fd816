// Anonymous memory of a server that has the index of 107,863 samples open and was asked thousands of queries, then left
// alone for a while.

import { setTimeout as pause } from "node:timers/promises";
import { sharedData } from "../../end2end/harness/server.mjs";
import { REAL, REAL_SAMPLES, client, memoryMb, serving, token, withSamples } from "../ground.mjs";
import { below, told } from "../report.mjs";

const IDLE_MS = 10_000;

export async function measure() {
  const deployment = await withSamples(REAL_SAMPLES);
  const secret = token(deployment);
  return await serving(deployment, async () => {
    const pid = deployment.process.pid;
    const started = memoryMb(pid, "RssAnon");
    const where = ["--at", new URL(deployment.url).host, "--header", `authorization: Bearer ${secret}`];
    const { one, many } = JSON.parse(client(["search", "--from", sharedData(REAL), ...where]));
    const busy = memoryMb(pid, "RssAnon");
    await pause(IDLE_MS);
    const note = `${one.requests + many.requests} queries before, ${busy.toFixed(0)} MB right after them, ${started.toFixed(0)} MB at the start`;
    return [
      below("anonymous memory, idle", 150, "MB", memoryMb(pid, "RssAnon"), note),
      told("resident memory, mapped index included", "MB", memoryMb(pid, "VmRSS")),
    ];
  });
}
