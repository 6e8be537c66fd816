// Without JavaScript everything still works: signing in, searching and narrowing, importing by form.

import { expect, test } from "../harness/page.mjs";
import { sharedData } from "../harness/server.mjs";

test.use({ javaScriptEnabled: false });

test("sign in, search, narrow, open, sign out", async ({ page, signIn }) => {
  await signIn("scientist");
  await page.getByRole("searchbox", { name: /search samples/i }).fill("cancer");
  await page.getByRole("searchbox", { name: /search samples/i }).press("Enter");
  await expect(page).toHaveURL(/q=cancer/);
  await page.getByRole("complementary", { name: "Narrow the results" }).locator('a[href*="organism="]').first().click();
  await expect(page).toHaveURL(/organism=/);
  await page.getByRole("region", { name: "Results" }).locator('a[href^="/samples/"]').first().click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("import by form, and see how it went", async ({ page, signIn }) => {
  await signIn("curator", "/import");
  await page.locator('input[type="file"]').setInputFiles(sharedData("geo/family_soft/GSE2018_family.soft.gz"));
  await page.getByRole("button", { name: /import/i }).first().click();
  await expect(async () => {
    await page.goto("/jobs");
    await expect(page.getByText("GSE2018_family.soft.gz").first()).toBeVisible({ timeout: 500 });
    await expect(page.getByText("succeeded").first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });
});
