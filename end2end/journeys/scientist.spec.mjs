// The scientist's journey: search, narrow by facets, open a dataset, read its samples beside what the source said,
// follow it to the raw file. Then the same by keyboard.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { awake, expect, test } from "../harness/page.mjs";

const total = async (page) => {
  const tab = page.getByRole("navigation", { name: "Kind of result" }).locator('[aria-current="page"] .n');
  return Number((await tab.innerText()).replace(/\D/g, ""));
};

test("from words to the raw bytes", async ({ page, signIn }) => {
  await signIn("scientist");
  await page.getByRole("searchbox", { name: /search samples/i }).fill("prostate cancer");
  await page.getByRole("searchbox", { name: /search samples/i }).press("Enter");
  await expect(page).toHaveURL(/q=prostate/);
  await expect(page.locator("mark").first()).toBeVisible();
  const all = await total(page);
  expect(all).toBeGreaterThan(0);

  await test.step("a facet narrows, its own counts stay, and the address holds it", async () => {
    const facets = page.getByRole("complementary", { name: "Narrow the results" });
    const platform = facets.locator('a[href*="platform="]').first();
    const count = Number((await platform.locator(".n").innerText()).replace(/\D/g, ""));
    const siblings = await facets.locator('a[href*="platform="]').count();
    await platform.click();
    await expect(page).toHaveURL(/platform=/);
    expect(await total(page)).toBe(count);
    await expect(facets.locator('[aria-current="true"]')).toHaveCount(1);
    expect(await facets.getByRole("heading", { name: "Platform" }).locator("..").locator("a").count()).toBe(siblings);
    await page.reload();
    expect(await total(page)).toBe(count);
    await page.getByRole("link", { name: /^Remove/ }).first().click();
    expect(await total(page)).toBe(all);
  });

  await test.step("a dataset shows its samples beside what the source said", async () => {
    await page.goto("/search?kind=datasets&q=GSE30521");
    await page.getByRole("region", { name: "Results" }).locator('a[href^="/datasets/"]').first().click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("prostate cancer");
    await expect(page.getByRole("heading", { name: "What the source said" })).toBeVisible();
    await page.getByRole("navigation", { name: "Dataset" }).getByRole("link", { name: /Samples/ }).click();
    await expect(page.getByRole("table", { name: "Samples" }).getByRole("row")).toHaveCount(24);
    await page.getByRole("link", { name: "GSM756911" }).click();
    await expect(page.locator("dl.source").first()).toContainText("tissue");
  });

  await test.step("the raw file has the bytes that its hash promises", async () => {
    await page.goto("/search?kind=datasets&q=GSE30521");
    await page.getByRole("region", { name: "Results" }).locator('a[href^="/datasets/"]').first().click();
    await page.getByRole("navigation", { name: "Dataset" }).getByRole("link", { name: "Files" }).click();
    const row = page.getByRole("row", { name: /GSE30521_family\.soft/ });
    const [download] = await Promise.all([page.waitForEvent("download"), row.getByRole("link").first().click()]);
    const found = createHash("sha256").update(readFileSync(await download.path())).digest("hex");
    await expect(row.getByTitle(found)).toHaveCount(1);
  });
});

test("every result exports as CSV", async ({ page, signIn }) => {
  await signIn("scientist");
  await page.goto("/search?q=prostate+cancer");
  const rows = await total(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /CSV/ }).first().click(),
  ]);
  const lines = readFileSync(await download.path(), "utf8").trimEnd().split(/\r?\n/);
  expect(lines[0]).toContain("accession");
  expect(lines.length).toBeGreaterThan(rows);
});

test("the keyboard is enough", async ({ page, signIn }) => {
  await signIn("scientist");
  await page.goto("/search?q=prostate");
  await awake(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const row = await page.evaluate(() => document.activeElement?.closest("tr")?.rowIndex ?? -1);
  expect(row, "j k move through the rows").toBe(1);
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: /search samples/i })).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("kidney");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=kidney/);
  await awake(page);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.goto("/search");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
});

test.describe("a question that can't be read", () => {
  test.use({ provoked: [400] });
  test("is answered at the character", async ({ page, signIn }) => {
    await signIn("scientist");
    await page.goto(`/search?q=${encodeURIComponent("liver AND (tumor")}`);
    await expect(page.getByRole("searchbox", { name: /search samples/i })).toHaveAttribute("aria-invalid", "true");
    await expect(page.locator("#q-note")).toBeVisible();
  });
});
