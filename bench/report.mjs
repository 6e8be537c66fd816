// What was asked, what was measured, and whether that is enough: one row to a number. Rows of a step go into
// target/bench/STEP.json when the step ends, and all of them into one table.

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { WORK, card } from "./ground.mjs";

/** A number that may be at most `limit`. */
export const atMost = (what, limit, unit, measured, note = "") => row(what, "≤", limit, unit, measured, note);
/** A number that must be below `limit`. */
export const below = (what, limit, unit, measured, note = "") => row(what, "<", limit, unit, measured, note);
/** A number that must be at least `limit`. */
export const atLeast = (what, limit, unit, measured, note = "") => row(what, "≥", limit, unit, measured, note);
/** A number that nothing is asked of, for the whole picture. */
export const told = (what, unit, measured, note = "") => ({ what, unit, measured, note, passed: null });

function row(what, sign, limit, unit, measured, note) {
  if (!Number.isFinite(measured)) throw new Error(`"${what}" was not measured: ${measured}`);
  const passed = { "≤": measured <= limit, "<": measured < limit, "≥": measured >= limit }[sign];
  // How much better than asked: below 1 it is worse.
  const ratio = sign === "≥" ? measured / limit : limit / measured;
  return { what, sign, limit, unit, measured, ratio, passed, note };
}

export function keep(step, rows, load_before) {
  mkdirSync(WORK, { recursive: true });
  const { load, ...machine } = card();
  const kept = { step, machine, load_before, load_after: load, rows };
  writeFileSync(path.join(WORK, `${step}.json`), `${JSON.stringify(kept, null, 2)}\n`);
  return kept;
}

export function print(results) {
  const lines = [["", "asked", "measured", "ratio", "", "load", "note"]];
  for (const { rows, load_before, load_after } of results) {
    const load = `${load_before.split(" ")[0]}–${load_after.split(" ")[0]}`;
    for (const { what, sign, limit, unit, measured, ratio, passed, note } of rows) {
      const asked = passed === null ? "" : `${sign} ${figure(limit)} ${unit}`;
      const verdict = passed === null ? "" : passed ? "pass" : "FAIL";
      lines.push([what, asked, `${figure(measured)} ${unit}`, passed === null ? "" : `${figure(ratio)}×`, verdict, load, note]);
    }
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => [...line[column]].length)));
  const pad = (cell, column) => (column === 0 || column > 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  console.log(lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n"));
}

function figure(number) {
  if (number >= 1_000) return Math.round(number).toLocaleString("en");
  return String(Number(number.toPrecision(3)));
}
