// What browser tests and benchmarks harmonize with beside the demo: another release of an ontology, annotators that are
// trained on some real samples. Both are made through the command line of a deployment.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { sharedData } from "./server.mjs";

/** Installs a release of PATO in which male has another id, beside the one in use; the release as the command names it. */
export function installLaterPato(deployment, version) {
  const file = path.join(deployment.folder, `pato-${version}.obo`);
  writeFileSync(file, later(version));
  return JSON.parse(deployment.command(["ontology", "install", "PATO", "--from", file, "--json"])).release;
}

const later = (version) => `format-version: 1.2
data-version: ${version}
ontology: pato

[Term]
id: PATO:0000383
name: female

[Term]
id: PATO:0000384
name: obsolete male
is_obsolete: true
replaced_by: PATO:9999001

[Term]
id: PATO:9999001
name: male sex
`;

/** Trains an annotator of an organization on the first rows of the real texts and labels, and promotes it. */
export function trainOn(deployment, organization, rows) {
  const tables = ["text", "gold"].flatMap((name) => {
    const lines = gunzipSync(readFileSync(sharedData(`metadata/geo_samples/geo_sample_${name}.tsv.gz`))).toString().split("\n");
    const file = path.join(deployment.folder, `train-${name}-${rows}.tsv`);
    writeFileSync(file, `${lines.slice(0, rows + 1).join("\n")}\n`);
    return [`--${name}`, file];
  });
  deployment.command(["annotator", "train", "--organization", organization, ...tables]);
}
