// What every table promises: sorted by link, a head that stays, columns to choose, a count and a time in its foot,
// the whole of the question as a file or as code, and a reason for every empty value.

import { awake, expect, test } from "../harness/page.mjs";

async function openSamples(page) {
  await page.goto("/search?kind=datasets&q=GSE30521");
  const href = await page.getByRole("region", { name: "Results" }).locator('a[href^="/datasets/"]').first().getAttribute("href");
  await page.goto(`${href}/samples`);
}

const firstColumn = (table) => table.locator("tbody th").allInnerTexts();

test("samples are sorted by link and narrowed by words, in the address", async ({ page, signIn }) => {
  await signIn("scientist");
  await openSamples(page);
  const table = page.getByRole("table", { name: "Samples" });
  await table.getByRole("link", { name: "Sample", exact: true }).click();
  await expect(page).toHaveURL(/sort=accession/);
  await expect(table.getByRole("columnheader", { name: "Sample", exact: true })).toHaveAttribute("aria-sort", "ascending");
  const accessions = await firstColumn(table);
  expect(accessions).toEqual([...accessions].sort());
  await table.getByRole("link", { name: "Title", exact: true }).click();
  const titles = await table.locator("tbody td:nth-child(2)").allInnerTexts();
  expect(titles).toEqual([...titles].sort((a, b) => (a < b ? -1 : 1)));
  const find = page.getByRole("searchbox", { name: "Find in these samples" });
  await find.fill(accessions[3]);
  await find.press("Enter");
  await expect(page).toHaveURL(/sort=title&q=GSM/);
  expect(await firstColumn(table)).toEqual([accessions[3]]);
  await find.fill("xyzzyplugh");
  await find.press("Enter");
  await expect(page.getByRole("heading", { name: /No sample here says/ })).toBeVisible();
});

test("datasets of a collection are sorted by link and turned page by page", async ({ page, signIn }) => {
  await signIn("scientist", "/collections");
  await page.getByRole("link", { name: "Public GEO" }).click();
  const table = page.getByRole("table", { name: "Datasets" });
  await table.getByRole("link", { name: "Samples" }).click();
  const counts = (await table.locator("tbody td:nth-child(5)").allInnerTexts()).map((n) => Number(n.replaceAll(",", "")));
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  const seen = [];
  await table.getByRole("link", { name: "Dataset", exact: true }).click();
  for (let pages = 0; pages < 20; pages += 1) {
    seen.push(...(await table.locator("tbody th a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))));
    const next = page.getByRole("link", { name: "Next page" });
    if ((await next.count()) === 0) break;
    await next.click();
    await expect(page.getByRole("link", { name: "First page" })).toBeVisible();
  }
  const total = Number((await page.locator(".table-foot b").first().innerText()).replaceAll(",", ""));
  expect(seen.length).toBe(total);
  expect(new Set(seen).size).toBe(total);
});

test("columns are chosen, and the choice stays", async ({ page, signIn }) => {
  await signIn("scientist");
  await openSamples(page);
  await awake(page);
  const title = page.getByRole("columnheader", { name: "Title", exact: true });
  await expect(title).toBeVisible();
  const other = page.locator("thead th[data-column]").first();
  const name = await other.getAttribute("data-column");
  await page.getByText("Columns", { exact: true }).click();
  await page.getByLabel(name, { exact: true }).uncheck();
  await expect(other).toBeHidden();
  await page.reload();
  await awake(page);
  await expect(other).toBeHidden();
  await page.getByText("Columns", { exact: true }).click();
  await page.getByLabel(name, { exact: true }).check();
  await expect(other).toBeVisible();
});

test("the head of a long table stays, and its foot says how many and how long", async ({ page, signIn }) => {
  await signIn("scientist", "/search?q=cancer");
  const head = page.getByRole("columnheader", { name: "Sample", exact: true });
  const before = await head.boundingBox();
  await page.mouse.move(900, 500);
  await page.mouse.wheel(0, 3000);
  await expect.poll(async () => (await page.evaluate(() => scrollY)) > 200).toBe(true);
  const after = await head.boundingBox();
  expect(after.y).toBeGreaterThanOrEqual(0);
  expect(after.y).toBeLessThanOrEqual(before.y);
  const foot = page.locator(".table-foot");
  await expect(foot).toBeInViewport();
  await expect(foot).toContainText(/[\d,]+ samples · [\d.]+ (ms|s)/);
});

test("a question is copied as code that answers the same", async ({ page, context, signIn }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn("scientist", "/search?kind=datasets&q=prostate");
  await awake(page);
  await page.getByText("Copy as").click();
  await page.getByRole("button", { name: /^curl/ }).click();
  const curl = await page.evaluate(() => navigator.clipboard.readText());
  const [, url] = curl.match(/'(http[^']+)'$/);
  const answer = await (await page.request.get(url)).json();
  const tab = page.getByRole("navigation", { name: "Kind of result" }).locator('[aria-current="page"] .n');
  expect(answer.total).toBe(Number((await tab.innerText()).replaceAll(",", "")));
  await page.getByText("Copy as").click();
  await page.getByRole("button", { name: /^Python/ }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(url);
  await page.getByText("Copy as").click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^Python/ })).toBeHidden();
});

test("an empty value says why it is empty", async ({ page, signIn }) => {
  await signIn("scientist", "/account");
  await page.getByLabel("Name", { exact: true }).fill("never used");
  await page.getByLabel("Expires").selectOption({ label: "never" });
  await page.getByRole("button", { name: "Create token" }).click();
  const cells = page.getByRole("row", { name: /^never used/ }).locator(".none");
  await expect(cells).toHaveText(["–never used", "–never expires"]);
  await expect(cells.last()).toHaveAttribute("title", "never expires");
});
