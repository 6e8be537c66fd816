// Nothing but the keyboard: sign in, search, open, import, cancel, edit fields, upgrade an ontology, look at an
// annotator's next version. No test here clicks.

import { browserOf } from "../harness/api.mjs";
import { installLaterPato, trainOn } from "../harness/harmonize.mjs";
import { awake, expect, test } from "../harness/page.mjs";
import { longImport } from "../harness/long_import.mjs";

/** Presses Tab until `target` has the focus; a page has a bounded number of stops. */
async function tabTo(page, target, most = 80) {
  for (let stop = 0; stop < most; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} was not reached with ${most} presses of Tab`);
}

/** Goes to a place by its name in the palette. */
async function goByPalette(page, words, address) {
  await awake(page);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Go to a page or search" })).toBeFocused();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(address);
  await awake(page);
}

async function signInByKeys(page, { email, password }) {
  await page.goto("/sign-in");
  await tabTo(page, page.getByLabel("E-mail"));
  await page.keyboard.type(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/search/);
}

test("sign in, search, open a sample, walk to its dataset", async ({ page, people }) => {
  await signInByKeys(page, people.scientist);
  await awake(page);
  await page.keyboard.press("/");
  await page.keyboard.type("prostate cancer");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=prostate/);
  await awake(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const href = await page.evaluate(() => document.activeElement.getAttribute("href"));
  const second = page.locator("[data-rows] tbody tr").nth(1).locator("a").first();
  expect(href).toBe(await second.getAttribute("href"));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL((url) => href.startsWith(url.pathname));
  await tabTo(page, page.getByRole("complementary", { name: "Where it belongs" }).getByRole("link").first());
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/datasets\//);
  await goByPalette(page, "liver", /\/search\?q=liver/);
});

test("import a file, watch it and cancel it", async ({ page, people, deployment }) => {
  test.slow(); // it packs, sends and reads some 160 MB: a release build has half of that before a person is at Cancel
  await signInByKeys(page, people.curator);
  await goByPalette(page, "import", /\/import$/);
  await tabTo(page, page.locator("#upload-collection"));
  await page.keyboard.press("Control+a");
  await page.keyboard.type("By keyboard");
  await tabTo(page, page.locator("#files"));
  const made = longImport(deployment.folder, 997, 3_200);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
  await chooser.setFiles(made.path);
  await tabTo(page, page.getByRole("button", { name: "Import files" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/jobs\/[0-9a-f-]+$/, { timeout: 90_000 });
  const job = page.locator("[data-job]");
  await tabTo(page, job.getByRole("button", { name: "Cancel" }));
  await page.keyboard.press("Enter");
  await expect(job).toHaveAttribute("data-state", "cancelled", { timeout: 30_000 });
  await goByPalette(page, "jobs", /\/jobs$/);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(made.series);
});

/** Goes to a control with Tab and presses Enter on it; says yes when it asks back. */
async function enter(page, target, { most = 80, asks = false } = {}) {
  await awake(page);
  await tabTo(page, target, most);
  if (asks) page.once("dialog", (dialog) => dialog.accept());
  await page.keyboard.press("Enter");
}

test("add a field to a collection, and take it away", async ({ page, people, deployment }) => {
  const curator = await browserOf(deployment.url, people.curator);
  const made = await curator.post("/collections", { name: "Fields by keyboard", description: "Made to edit its fields." });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await signInByKeys(page, people.curator);
  await page.goto(`/collections/${made.body.id}`);
  await enter(page, page.getByRole("link", { name: "fields", exact: true }));
  await enter(page, page.getByRole("link", { name: "Add a field" }));
  await expect(page.getByLabel("Label", { exact: true })).toBeFocused();
  await page.keyboard.type("Storage");
  for (const [label, words] of [["Name", "storage"], ["Kind", "one of a list"], ["Choices or units", "frozen"]]) {
    await tabTo(page, page.getByLabel(label, { exact: true }));
    await page.keyboard.type(words);
  }
  await enter(page, page.getByRole("button", { name: "Save the field" }));
  await expect(page.getByText("Storage is saved; this is version 1 of the fields.")).toBeVisible();
  await enter(page, page.getByRole("button", { name: "Remove Storage" }), { most: 200, asks: true });
  await expect(page.getByRole("button", { name: "Remove Storage" })).toHaveCount(0);
});

test("look at what an ontology's upgrade changes, apply it and undo it", async ({ page, people, deployment }) => {
  test.setTimeout(180_000);
  const admin = await browserOf(deployment.url, people.admin);
  const table = { name: "keys.csv", text: "accession,title,source_name,gender\nKEYS-1,Liver of donor 1,liver,male\n" };
  const { status, body } = await admin.importFiles("Upgrade by keyboard", [table]);
  expect(status, JSON.stringify(body)).toBe(202);
  await admin.ended(body.job.id);
  await admin.settled();
  const { sha256 } = installLaterPato(deployment, "keys");
  await signInByKeys(page, people.admin);
  await goByPalette(page, "ontologies", /\/ontologies$/);
  await enter(page, page.getByRole("row", { name: /PATO.*keys/ }).getByRole("link", { name: "what it changes" }), { most: 200 });
  await expect(page.getByRole("table", { name: "Terms that go" })).toContainText("Upgrade by keyboard");
  await tabTo(page, page.getByLabel("Why"), 200);
  await page.keyboard.type("by keyboard");
  await enter(page, page.getByRole("button", { name: /^Apply to [\d,]+ samples?$/ }), { asks: true });
  await expect(page).toHaveURL(/\/jobs\//);
  const job = await admin.ended(new URL(page.url()).pathname.split("/").pop());
  expect(job.state, JSON.stringify(job)).toBe("succeeded");
  await admin.settled();
  await goByPalette(page, "ontologies", /\/ontologies$/);
  const row = page.getByRole("table", { name: "Upgrades of your values" }).getByRole("row", { name: /PATO.*keys/ });
  await enter(page, row.getByRole("button", { name: "Undo" }), { most: 200, asks: true });
  await expect(page.getByText("values are what they were without it")).toBeVisible();
  await admin.settled();
  deployment.command(["ontology", "remove", "PATO", sha256]);
});

test("look at what another version of the annotator would change", async ({ page, people, deployment }) => {
  test.setTimeout(180_000);
  for (const rows of [1_000, 2_000]) trainOn(deployment, "Demo", rows);
  await signInByKeys(page, people.admin);
  await goByPalette(page, "models", /\/models$/);
  await enter(page, page.getByRole("link", { name: "harmonize", exact: true }));
  await enter(page, page.getByRole("link", { name: "what it would change" }).first(), { most: 200 });
  await expect(page).toHaveURL(/preview=\d+#preview$/);
  await expect(page.locator("#preview")).toBeVisible();
});

test("single keys can be switched off, and say nothing while typing", async ({ page, signIn }) => {
  await signIn("admin", "/account");
  await page.getByLabel(/Single keys/).selectOption("false");
  await page.getByRole("button", { name: "Keep" }).last().press("Enter");
  await expect(page.getByRole("alert")).toContainText("Single keys are off");
  await page.goto("/search");
  await awake(page);
  await page.keyboard.press("?");
  await page.keyboard.press("/");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("searchbox", { name: /search samples/i })).not.toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.goto("/account");
  await page.getByLabel(/Single keys/).selectOption("true");
  await page.getByRole("button", { name: "Keep" }).last().press("Enter");
  await expect(page.getByRole("alert")).toContainText("Single keys are on");
  await page.goto("/search");
  await awake(page);
  await page.keyboard.press("/");
  await page.keyboard.type("a?k/");
  await expect(page.getByRole("searchbox", { name: /search samples/i })).toHaveValue("a?k/");
});
