// The curator's journey: drop files or give accessions, watch the jobs live, cancel one, find the samples within five
// seconds of the job's end, read the warnings with their lines.

import { readFileSync } from "node:fs";
import path from "node:path";
import { awake, expect, test } from "../harness/page.mjs";
import { sharedData } from "../harness/server.mjs";
import { study } from "../kill/study.mjs";

const soft = (name) => sharedData("geo/family_soft", name);

test("several files at once, live to their end, then found", async ({ page, signIn }) => {
  await signIn("curator", "/import");
  await awake(page);
  await page.getByLabel(/collection/i).first().fill("Browser imports");
  await page.locator('input[type="file"]').setInputFiles([soft("GSE1623_family.soft.gz"), soft("GSE6344_family.soft.gz")]);
  await page.getByRole("button", { name: /import/i }).first().click();
  const job = page.getByRole("listitem").filter({ hasText: "GSE1623_family.soft.gz" }).first();
  await expect(job).toBeVisible();
  await expect(job.getByText("succeeded")).toBeVisible({ timeout: 60_000 });
  await expect(async () => {
    await page.goto("/search?kind=datasets&q=GSE1623&collection=Browser+imports");
    await expect(page.getByRole("region", { name: "Results" }).getByText("GSE1623").first()).toBeVisible({ timeout: 200 });
  }).toPass({ timeout: 5_000 });
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
  await expect(page.getByText(name).first()).toBeVisible();
});

test("accessions are fetched from the mirror that the settings name", async ({ page, signIn }) => {
  await signIn("curator", "/import");
  await page.getByLabel(/accessions/i).fill("GSE2018");
  await page.getByRole("button", { name: /fetch|import/i }).last().click();
  await expect(page.getByText("succeeded").first()).toBeVisible({ timeout: 60_000 });
});

test("a running import is cancelled", async ({ page, signIn }, info) => {
  await signIn("curator", "/import");
  await awake(page);
  const made = study({ number: 999, samples: 900, rows: 4000, revision: 1 });
  await page.locator('input[type="file"]').setInputFiles({
    name: `${made.series}_family.soft`,
    mimeType: "text/plain",
    buffer: Buffer.from(made.text),
  });
  await page.getByRole("button", { name: /import/i }).first().click();
  const job = page.getByRole("listitem").filter({ hasText: made.series }).first();
  await job.getByRole("button", { name: /cancel/i }).click();
  await expect(page.getByText("cancelled").first()).toBeVisible({ timeout: 30_000 });
  await info.attach("page", { body: await page.screenshot(), contentType: "image/png" });
});

test("warnings name their line", async ({ page, signIn }) => {
  await signIn("curator", "/import");
  await page.locator('input[type="file"]').setInputFiles(soft("GSE98737_truncated_family.soft.gz"));
  await page.getByRole("button", { name: /import/i }).first().click();
  await page.goto("/jobs");
  await page.getByRole("link", { name: new RegExp(path.basename("GSE98737_truncated")) }).first().click();
  const warnings = page.getByRole("table", { name: /warnings/i });
  await expect(warnings).toBeVisible({ timeout: 60_000 });
  await expect(warnings.getByRole("row").nth(1)).toContainText(/\d/);
});
