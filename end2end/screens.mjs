// Photographs every screen of harness/screens.mjs, in both themes, 1440 and 390 px wide, whole pages.
// usage: node screens.mjs FOLDER [NAME…]   (`make screens` builds the server first; CHORALE_URL and the demo's people
// photograph a server that runs already)

import { chromium } from "@playwright/test";
import { mkdirSync } from "node:fs";
import path from "node:path";
import config from "./playwright.config.mjs";
import { awake, deployWithDemo, fillSignIn, painted } from "./harness/page.mjs";
import { SCREENS } from "./harness/screens.mjs";
import { Deployment, sharedData } from "./harness/server.mjs";

const WIDTHS = [1440, 390];
const THEMES = ["light", "dark"];
const DEMO = ["scientist", "curator", "admin"].map((role) => [role, { email: `${role}@demo.example`, password: "sing in harmony" }]);

const [folder = "target/screens", ...named] = process.argv.slice(2);
const unknown = named.filter((name) => !SCREENS.some((screen) => screen.name === name));
if (unknown.length) throw new Error(`no screen is called ${unknown.join(", ")}; harness/screens.mjs lists them`);
const isOurs = !process.env.CHORALE_URL;
const screens = SCREENS.filter(({ name, installs }) => (!named.length || named.includes(name)) && (isOurs || !installs));
mkdirSync(folder, { recursive: true });

/** A server of our own with the demo organization, unless one is named. */
async function serve() {
  if (process.env.CHORALE_URL) return { url: process.env.CHORALE_URL, people: Object.fromEntries(DEMO), end: async () => {} };
  const own = await Deployment.create("screens", { CHORALE_DEMO_DATA: sharedData() });
  await deployWithDemo(own);
  return { url: own.url, people: own.people, deployment: own, end: () => own.stop().then(() => own.remove()) };
}

/** One screen in every theme and width; the page is opened once. */
async function photograph(page, { people, deployment }, { name, role, open }) {
  if (role) {
    await page.goto("/sign-in");
    await fillSignIn(page, people[role]);
    await page.waitForURL((url) => url.pathname !== "/sign-in");
  }
  await open(page, deployment);
  if (await page.locator("leptos-island").count()) await awake(page);
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await painted(page);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: path.join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
}

const server = await serve();
const browser = await chromium.launch(config.use.launchOptions);
try {
  for (const screen of screens) {
    const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1440, height: 900 } });
    await photograph(await context.newPage(), server, screen);
    await context.close();
    console.log(`screens: ${screen.name}`);
  }
} finally {
  await browser.close();
  await server.end();
}
console.log(`screens: ${screens.length * WIDTHS.length * THEMES.length} pictures in ${path.resolve(folder)}`);
