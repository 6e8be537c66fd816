// A small family file in SOFT, made of numbers: what the load uploads. Equal arguments give equal bytes.

import { createHash } from "node:crypto";

/** `revision` changes a sample's text, so that the same series comes as another content. */
export function study({ number, samples, rows, revision }) {
  const series = `GSE${9_000_000 + number}`;
  const accessions = Array.from({ length: samples }, (_, i) => `GSM${90_000_000 + number * 1000 + i}`);
  const lines = [
    "^DATABASE = GeoMiame",
    "!Database_name = Gene Expression Omnibus (GEO)",
    `^SERIES = ${series}`,
    `!Series_title = Interrupted study ${number}`,
    `!Series_geo_accession = ${series}`,
    "!Series_summary = Uploaded while the server was about to be killed",
    "!Series_type = Expression profiling by array",
    ...accessions.map((accession) => `!Series_sample_id = ${accession}`),
    "!Series_platform_id = GPL9000000",
    "^PLATFORM = GPL9000000",
    "!Platform_title = Array of the kill test",
    "!Platform_geo_accession = GPL9000000",
    "!Platform_organism = Homo sapiens",
    ...accessions.flatMap((accession, i) => sample(accession, i, rows, revision)),
  ];
  const text = `${lines.join("\n")}\n`;
  return { series, accessions, text, sha256: createHash("sha256").update(text).digest("hex") };
}

function sample(accession, position, rows, revision) {
  return [
    `^SAMPLE = ${accession}`,
    `!Sample_title = part ${position} in revision ${revision}`,
    `!Sample_geo_accession = ${accession}`,
    "!Sample_type = RNA",
    "!Sample_channel_count = 1",
    "!Sample_source_name_ch1 = liver",
    "!Sample_organism_ch1 = Homo sapiens",
    `!Sample_characteristics_ch1 = tissue: ${position % 2 ? "liver" : "kidney"}`,
    "!Sample_molecule_ch1 = total RNA",
    "!Sample_platform_id = GPL9000000",
    "#ID_REF =",
    "#VALUE = signal",
    "!sample_table_begin",
    "ID_REF\tVALUE",
    ...Array.from({ length: rows }, (_, row) => `P${row}\t${((position + 1) * (row + 7) * 0.37).toFixed(3)}`),
    "!sample_table_end",
  ];
}
