// A family file that takes some seconds to import: long enough to be cancelled while it runs.

import { writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { study } from "../kill/study.mjs";

/** Writes the study `number` into `folder`, 48 MB unless it is to have more samples, packed to a quarter; its series and path. */
export function longImport(folder, number, samples = 900) {
  const { series, text } = study({ number, samples, rows: 4000, revision: 1 });
  const file = path.join(folder, `${series}_family.soft.gz`);
  writeFileSync(file, gzipSync(text, { level: 1 }));
  return { series, path: file };
}
