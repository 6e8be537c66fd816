// A mirror of GEO as folders, in GEO's own layout: series/GSE30nnn/GSE30521/soft/GSE30521_family.soft.gz.
// Accession imports are tested against it, so that no test reaches the network.

import { mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { sharedData } from "./server.mjs";

const SERIES = ["GSE30521", "GSE2018", "GSE18"];

/** Makes the mirror under `folder` and gives its file:// URL. */
export function geoMirror(folder) {
  const mirror = path.join(folder, "geo-mirror");
  for (const accession of SERIES) {
    const stem = accession.length > 6 ? `${accession.slice(0, -3)}nnn` : "GSEnnn";
    const soft = path.join(mirror, "series", stem, accession, "soft");
    mkdirSync(soft, { recursive: true });
    symlinkSync(sharedData("geo/family_soft", `${accession}_family.soft.gz`), path.join(soft, `${accession}_family.soft.gz`));
  }
  return `${pathToFileURL(mirror).href}/`;
}
