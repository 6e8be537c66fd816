// From the start of the process to readiness, and to the first answered search, on a deployment with 107,863 samples.

import { Api } from "../../end2end/harness/api.mjs";
import { REAL_SAMPLES, spread, serving, token, withSamples } from "../ground.mjs";
import { below, told } from "../report.mjs";

const STARTS = 10;

export async function measure() {
  const deployment = await withSamples(REAL_SAMPLES);
  const secret = token(deployment);
  const ready = [];
  const searched = [];
  for (let turn = 0; turn < STARTS; turn += 1) {
    await serving(deployment, async (ready_ms) => {
      const asked = performance.now();
      const { status, body } = await new Api(deployment.url, secret).get("/search?kind=samples&q=liver");
      if (status !== 200 || !(body.total > 0)) throw new Error(`the first search answered ${status}: ${JSON.stringify(body)}`);
      ready.push(ready_ms);
      searched.push(ready_ms + performance.now() - asked);
    });
  }
  const { middle, largest } = spread(ready);
  return [
    below("start to ready, 107,863 samples", 1_000, "ms", largest, `the slowest of ${STARTS}, ${middle.toFixed(0)} at the median`),
    told("start to the first search answered", "ms", spread(searched).largest, `the slowest of ${STARTS}, ${spread(searched).middle.toFixed(0)} at the median`),
  ];
}
