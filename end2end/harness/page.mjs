// What every browser test stands on: a server per worker with the demo organization, a page that fails the test on
// any console error or CSP violation, and signing in. Tests import `test` and `expect` from here.

import { test as base, expect } from "@playwright/test";
import { Api, tokenOf } from "./api.mjs";
import { geoMirror } from "./mirror.mjs";
import { Deployment, sharedData } from "./server.mjs";

export { expect };

export const test = base.extend({
  /** A name gives a file a worker, and so a deployment, of its own: for what reads every decision of the organization. */
  apart: ["", { option: true, scope: "worker" }],

  /** The deployment, with `people`: role → {email, password}. One per worker, so tests of a file share its data. */
  deployment: [
    async ({ apart: _ }, use, info) => {
      const deployment = await Deployment.create(`browser-${info.workerIndex}`, {
        CHORALE_DEMO_DATA: sharedData(),
        CHORALE_LOG: "warn,chorale=info",
        CHORALE_WEBHOOK_HOSTS: "127.0.0.1",
      });
      deployment.env.CHORALE_GEO_BASE_URL = geoMirror(deployment.folder);
      await deployWithDemo(deployment);
      await use(deployment);
      await deployment.stop();
      await deployment.remove();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: async ({ deployment }, use) => use(deployment.url),
  people: async ({ deployment }, use) => use(deployment.people),

  /** What a test provokes on purpose: statuses of failed requests, such as [401], or words of what the browser says then. */
  provoked: [[], { option: true }],

  page: async ({ page, provoked }, use) => {
    const faults = watch(page, provoked);
    await use(page);
    expect(faults, "console errors and CSP violations").toEqual([]);
  },

  /** Signs in through the form: `await signIn("curator")`. */
  signIn: async ({ page, people }, use) => {
    await use(async (role, next = "") => {
      await page.goto(`/sign-in${next ? `?next=${encodeURIComponent(next)}` : ""}`);
      await fillSignIn(page, people[role]);
      await page.waitForURL((url) => url.pathname !== "/sign-in");
    });
  },
});

/** What the browser tests harmonize with: enough for diseases, tissues, cell types, cell lines and sex. */
const ONTOLOGIES = {
  MONDO: "MONDO-ontology-v2026-05-05",
  UBERON: "UBERON-ontology-v2026-04-01",
  CL: "CL-ontology-v2026-03-26",
  PATO: "PATO-ontology-v2025-05-14",
  CVCL: "CVCL-ontology-55.0",
};

/** Migrates, installs the ontologies, loads the demo organization, starts serving and waits until it is annotated. */
export async function deployWithDemo(deployment) {
  deployment.command(["migrate"]);
  for (const [name, file] of Object.entries(ONTOLOGIES)) {
    deployment.command(["ontology", "install", name, "--from", sharedData("ontologies/czi_json", `${file}.json.zst`)]);
  }
  const demo = JSON.parse(deployment.command(["demo", "--untrained", "--json"]));
  deployment.people = Object.fromEntries(
    demo.sign_ins.map(({ email, role, password }) => [role, { email, password: password ?? demo.password }]),
  );
  await deployment.start();
  await new Api(deployment.url, await tokenOf(deployment.url, deployment.people.admin, "admin")).settled();
}

export async function fillSignIn(page, { email, password }) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Collects what must not happen while a page is open. */
export function watch(page, provoked = []) {
  const faults = [];
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    const status = message.text().match(/status of (\d+)/)?.[1];
    if (status && provoked.includes(Number(status))) return;
    if (provoked.some((words) => typeof words === "string" && message.text().includes(words))) return;
    faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  // runs before any script of the page, and is exempt from its policy
  page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`CSP ${event.violatedDirective} blocked ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`),
    );
  });
  return faults;
}

/** Waits until the islands are awake; without script there is nothing to wait for. */
export async function awake(page) {
  await expect(page.locator("html")).toHaveAttribute("data-ready", "true");
}

/** Waits until a change of the theme is drawn: colours change over a frame or two, however short the transitions are. */
export async function painted(page) {
  await page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    await Promise.allSettled(document.getAnimations().map((one) => one.finished));
  });
}
