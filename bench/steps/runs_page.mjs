// The page of many runs in a real browser: from the moment that somebody goes there until its first row is painted.

import { createRequire } from "node:module";
import path from "node:path";
import configured from "../../end2end/playwright.config.mjs";
import { browserOf, cookieOf } from "../../end2end/harness/api.mjs";
import { root } from "../../end2end/harness/server.mjs";
import { PERSON, person, spread } from "../ground.mjs";
import { atMost, told } from "../report.mjs";

const ROUNDS = 20;
const ASKED_MS = 500;
const PAGES = [
  ["runs page", ""],
  ["runs page, filtered and ordered", "?filter=metrics.m3+%3E+0.5+and+params.p2+%3D+%27x%27&order_by=metrics.m1+desc"],
  ["runs page, grouped by a param", "?group=p2"],
  ["runs page, scatter of 1,000 runs", "?view=scatter&x=metrics.m1&y=metrics.m2&colour=params.p2"],
  ["runs page, 1,000 runs over parallel axes", "?view=parallel"],
];

/** Rows of the report: the pages of the experiment of a deployment that serves which has the most runs. */
export async function painted(deployment, runs, where) {
  person(deployment);
  const browser = await browserOf(deployment.url, PERSON);
  const { items } = (await browser.get("/experiments?limit=100")).body;
  const largest = items.toSorted((a, b) => b.runs - a.runs)[0];
  if (largest?.runs !== runs) throw new Error(`no experiment has ${runs} runs: ${JSON.stringify(largest)}`);
  const { chromium } = createRequire(path.join(root, "end2end/package.json"))("@playwright/test");
  const opened = await chromium.launch(configured.use.launchOptions);
  try {
    const context = await opened.newContext({ viewport: { width: 1440, height: 900 } });
    const [name, value] = (await cookieOf(deployment.url, PERSON)).split("=");
    await context.addCookies([{ name, value, url: deployment.url }]);
    await context.addInitScript(watch);
    const page = await context.newPage();
    const rows = [];
    for (const [what, query] of PAGES) {
      const times = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        await page.goto(`${deployment.url}/experiments/${largest.id}${query}`);
        const ms = await (await page.waitForFunction(() => window.firstRowMs)).jsonValue();
        // The first fills the browser's cache with the program and the styles.
        if (round > 0) times.push(ms);
      }
      const { middle, largest: slowest } = spread(times);
      const note = `of ${runs.toLocaleString("en")} runs, from navigation; the middle of ${ROUNDS}, the slowest ${slowest.toFixed(0)} ms`;
      rows.push(query === "" ? atMost(`${what}: first row painted, ${where}`, ASKED_MS, "ms", middle, note) : told(`${what}: painted, ${where}`, "ms", middle, note));
    }
    return rows;
  } finally {
    await opened.close();
  }
}

/** In the page: when a row, a point or a line stands in it, the next frame paints it; what is timed after it was painted. */
function watch() {
  const look = () => {
    if (!document.querySelector("main table.table tbody tr, main svg.plot a")) return requestAnimationFrame(look);
    return requestAnimationFrame(() => setTimeout(() => (window.firstRowMs = performance.now())));
  };
  requestAnimationFrame(look);
}
