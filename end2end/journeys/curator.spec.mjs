// The curator's journey: drop files or give accessions, watch the jobs live, cancel one, find the samples within five
// seconds of the job's end, read the warnings with their lines, explain the columns of an unknown table.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { awake, expect, test } from "../harness/page.mjs";
import { sharedData } from "../harness/server.mjs";
import { longImport } from "../harness/long_import.mjs";

const soft = (name) => sharedData("geo/family_soft", name);
const TWO = ["GSE1623_family.soft.gz", "GSE6344_family.soft.gz"];

/** Chooses files for a collection and sends them; the page of their job opens. */
async function send(page, collection, files) {
  await page.locator("#upload-collection").fill(collection);
  await page.locator("#files").setInputFiles(files);
  await page.getByRole("button", { name: "Import files" }).click();
  await page.waitForURL(/\/jobs\/[0-9a-f-]+$/, { timeout: 90_000 });
}

const state = (page) => page.locator("[data-job]").first();

test("several files at once, live to their end, then found", async ({ page, signIn }) => {
  await signIn("curator", "/import");
  await awake(page);
  await send(page, "Browser imports", TWO.map(soft));
  await expect(page.getByRole("heading", { level: 1 })).toContainText(TWO[0]);
  await expect(state(page)).toHaveAttribute("data-state", "succeeded", { timeout: 60_000 });
  // The last event draws the page anew; its table names what became of each file.
  const files = page.getByRole("table", { name: "Files" });
  for (const name of TWO) await expect(files.getByRole("row", { name: new RegExp(name) })).toContainText("succeeded");
  await expect(async () => {
    await page.goto("/search?kind=datasets&q=GSE1623&collection=Browser+imports");
    await expect(page.getByRole("table").getByRole("link", { name: "GSE1623" }).first()).toBeVisible({ timeout: 200 });
  }).toPass({ timeout: 5_000 });
  await expect(page.getByRole("link", { name: "Remove Collection Browser imports" })).toBeVisible();
});

test("a list of jobs grows and moves by itself", async ({ page, context, signIn }) => {
  await signIn("curator", "/jobs");
  await awake(page);
  const other = await context.newPage();
  await other.goto("/import");
  await awake(other);
  await send(other, "Grown beside", [soft("GSE18_family.soft.gz")]);
  const id = new URL(other.url()).pathname.split("/").at(-1);
  const row = page.locator(`[data-job="${id}"]`);
  await expect(row).toBeVisible();
  await expect(row).toHaveAttribute("data-state", /succeeded|already here/, { timeout: 60_000 });
  expect(new URL(page.url()).pathname, "nobody loaded the page again").toBe("/jobs");
});

test("files can be dropped", async ({ page, signIn }) => {
  await signIn("curator", "/import");
  await awake(page);
  const name = "GSE18_family.soft.gz";
  const bytes = readFileSync(soft(name)).toString("base64");
  const dropped = await page.evaluateHandle(
    ({ bytes, name }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
      return data;
    },
    { bytes, name },
  );
  await page.locator(".drop").dispatchEvent("drop", { dataTransfer: dropped });
  await expect(page.getByRole("list", { name: "Chosen files" })).toContainText(name);
  await page.getByRole("button", { name: "Import files" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
  await expect(state(page)).toHaveAttribute("data-state", /succeeded|already here/, { timeout: 60_000 });
});

test("accessions are fetched from the mirror that the settings name", async ({ page, signIn }) => {
  await signIn("curator", "/import");
  await page.locator("#geo-collection").fill("From the mirror");
  await page.getByLabel("Accessions").fill("GSE2018");
  await page.getByRole("button", { name: "Fetch and import" }).click();
  await expect(state(page)).toHaveAttribute("data-state", "succeeded", { timeout: 60_000 });
  await page.getByRole("table", { name: "Files" }).locator('a[href^="/datasets/"]').first().click();
  await expect(page.getByRole("complementary", { name: "Provenance" })).toContainText("NCBI GEO");
});

test.describe("what cannot be fetched", () => {
  test.use({ provoked: [422, 400] });
  test("is named, with what to do", async ({ page, signIn }) => {
    await signIn("curator", "/import");
    await page.getByLabel("Accessions").fill("GSE2018 elephant");
    await page.getByRole("button", { name: "Fetch and import" }).click();
    await expect(page.getByRole("alert")).toContainText("elephant");
  });
});

test("a running import is cancelled", async ({ page, signIn, deployment }) => {
  test.slow(); // it packs, sends and reads some 50 MB
  await signIn("curator", "/import");
  await awake(page);
  const made = longImport(deployment.folder, 999);
  await send(page, "Never finished", [made.path]);
  await state(page).getByRole("button", { name: "Cancel" }).click();
  await expect(state(page)).toHaveAttribute("data-state", "cancelled", { timeout: 30_000 });
  // The page draws itself anew when the job has ended, which may come between.
  await expect(() => page.goto(`/search?kind=datasets&q=${made.series}`)).toPass();
  await expect(page.getByRole("heading", { name: /No datasets match/ })).toBeVisible();
});

test("warnings name their line, and are narrowed by their kind", async ({ page, signIn, deployment }) => {
  await signIn("curator", "/import");
  await awake(page);
  const keyAlone = "^SERIES = GSE9999998\n!Series_title = Noted\n^SAMPLE = GSM99999980\n!Sample_title = one\n!Sample_description\n";
  const noted = path.join(deployment.folder, "GSE9999998_family.soft");
  writeFileSync(noted, keyAlone);
  await send(page, "Truncated", [soft("GSE98737_truncated_family.soft.gz"), soft(TWO[1]), noted]);
  const warnings = page.getByRole("table", { name: "Warnings" });
  await expect(warnings).toBeVisible({ timeout: 60_000 });
  // Each file brings its warnings when it has been read: they are counted when the last one has.
  await expect(state(page)).toHaveAttribute("data-state", "succeeded", { timeout: 60_000 });
  await expect(() => page.reload()).toPass();
  await expect(warnings.getByRole("row").nth(1).getByRole("cell").nth(1)).toHaveText(/^[\d,]+$/);
  const kinds = page.getByRole("group", { name: "Which warnings" });
  const [, n] = (await kinds.getByRole("link", { name: /^Notes/ }).innerText()).match(/([\d,]+)$/);
  await kinds.getByRole("link", { name: /^Notes/ }).click();
  await expect(page).toHaveURL(/severity=note/);
  await expect(page.locator("#warnings .table-foot b").first()).toHaveText(n);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("#warnings").getByRole("link", { name: "TSV" }).click(),
  ]);
  const lines = readFileSync(await download.path(), "utf8").trimEnd().split("\n");
  expect(lines.length - 1, "the whole of what is shown is exported").toBe(Number(n.replaceAll(",", "")));
  expect(lines.slice(1).every((line) => line.startsWith("note\t"))).toBe(true);
});

test("the columns of an unknown table are explained in a form", async ({ page, signIn }) => {
  await signIn("curator", "/import");
  await awake(page);
  const table = "Vial;Organ;Grade\nV-1;spleen;2\nV-2;liver;3\nV-3;spleen;1\n";
  await send(page, "Explained", { name: "vials.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await page.getByRole("link", { name: "Explain the columns" }).first().click({ timeout: 30_000 });
  await expect(page.getByRole("row", { name: /Organ/ })).toContainText("spleen · liver · spleen");
  await page.getByLabel("Vial").selectOption({ label: "Sample accession" });
  await page.getByLabel("Into the collection").fill("Explained");
  await page.getByRole("button", { name: "Import with these meanings" }).click();
  await expect(state(page)).toHaveAttribute("data-state", "succeeded", { timeout: 60_000 });
  await expect(async () => {
    await page.goto("/search?q=spleen&collection=Explained");
    await expect(page.getByRole("table").getByRole("link", { name: "V-1" })).toBeVisible({ timeout: 200 });
  }).toPass({ timeout: 5_000 });
  await page.getByRole("link", { name: "V-1" }).first().click();
  await expect(page.locator("dl.source")).toContainText("Grade");
  expect(path.basename(new URL(page.url()).pathname)).toMatch(/^[0-9a-f-]{36}$/);
});
