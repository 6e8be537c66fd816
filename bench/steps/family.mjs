// The memory of a whole import: a family file of 1 GB, made of the repeated samples of a real one, uploaded to a server,
// imported by its worker and indexed. The number is the most that the process ever held (VmHWM), mapped files included.

import { existsSync } from "node:fs";
import { Api } from "../../end2end/harness/api.mjs";
import { bare, memoryMb, run, searchable, serving, token } from "../ground.mjs";
import { below, told } from "../report.mjs";

export async function measure() {
  const [plain, packed] = run("python3", ["bench/soft_vs_geoparse.py", "--make-large"]).trim().split("\n");
  if (!existsSync(plain)) throw new Error(`soft_vs_geoparse.py --make-large named ${plain}, which is not there`);
  const rows = [];
  for (const [name, file] of [["gzip", packed], ["plain", plain]]) rows.push(...(await one(name, file)));
  return rows;
}

async function one(name, file) {
  const deployment = await bare(`family-${name}`);
  const secret = token(deployment, "curator");
  const measured = await serving(deployment, async () => {
    const api = new Api(deployment.url, secret);
    const before = memoryMb(deployment.process.pid, "VmHWM");
    const started = performance.now();
    const { status, body } = await api.importFiles("Large", [file]);
    if (status !== 202) throw new Error(`POST /imports answered ${status}: ${JSON.stringify(body)}`);
    const uploaded = performance.now();
    const uploaded_mb = memoryMb(deployment.process.pid, "VmHWM");
    const job = await api.ended(body.job.id, 900);
    if (job.state !== "succeeded") throw new Error(`the import ended as ${job.state}: ${JSON.stringify(job.error)}`);
    const samples = job.files.reduce((sum, one) => sum + one.samples, 0);
    if (samples < 1_000) throw new Error(`the import found ${samples} samples: this is no large file`);
    await searchable(api, samples);
    return {
      samples,
      before,
      uploaded_mb,
      upload_s: (uploaded - started) / 1e3,
      import_s: (performance.now() - uploaded) / 1e3,
      peak: memoryMb(deployment.process.pid, "VmHWM"),
    };
  });
  await deployment.remove();
  const { samples, before, uploaded_mb, upload_s, import_s, peak } = measured;
  const note = `until search holds it; ${before.toFixed(0)} MB before, ${uploaded_mb.toFixed(0)} after the upload; ${samples.toLocaleString("en")} samples`;
  return [
    below(`import of a 1 GB family file (${name}): peak memory`, 150, "MB", peak, note),
    told(`import of a 1 GB family file (${name})`, "s", import_s, `after an upload of ${upload_s.toFixed(1)} s`),
  ];
}
