// Retraining: what curators put right teaches the next version of the annotator, which is compared, looked at and promoted.

import { browserOf } from "../harness/api.mjs";
import { trainOn } from "../harness/harmonize.mjs";
import { expect, test } from "../harness/page.mjs";
import { page as address, waiting } from "../harness/review.mjs";

const COLLECTION = "Retrained";
/** What these sources call it no ontology does, and no label of the training tables says: the spleen. */
const SOURCE = "lien piece of a donor";
const rows = (study, n) => [...Array(n).keys()].map((at) => `RT${study}-${at},Piece ${at} of ${study},${SOURCE} liver side,male`);
const table = (study, n = 6) => ["accession,title,source_name,gender", ...rows(study, n), ""].join("\n");

// It learns from everything that anybody decided.
test.use({ apart: "retraining" });

test("decided, trained, compared, looked at and promoted", async ({ page, deployment, signIn }) => {
  test.setTimeout(300_000);
  trainOn(deployment, "Demo", 2_000);
  const { curator, collection } = await waiting(deployment, COLLECTION, table("A"));
  const admin = await browserOf(deployment.url, deployment.people.admin);
  await admin.settled();
  for (const study of ["B", "C", "D", "E", "F"]) {
    const started = await curator.importFiles(COLLECTION, [{ name: `retrained-${study}.csv`, text: table(study) }]);
    expect(started.status, JSON.stringify(started.body)).toBe(202);
  }
  await admin.settled();

  // Every study says the same, so that one decision puts them all right.
  await signIn("curator");
  await page.goto(address(collection, "tissue"));
  await page.getByRole("checkbox", { name: /^all/ }).check();
  await page.getByLabel("Tissue that it is changed to").fill("spleen");
  await page.getByRole("button", { name: "Change to" }).click();
  await page.getByRole("button", { name: "Change 36 samples" }).click();
  await expect(page.getByText("36 samples settled")).toBeVisible();
  await admin.settled();

  await page.goto("/models/harmonize");
  const next = page.getByRole("region", { name: "The next version" });
  await expect(next).toContainText("on 36 samples");
  await next.getByRole("button", { name: "Train the next version from decisions" }).press("Enter");
  await expect(page).toHaveURL(/\/jobs\//);
  const id = page.url().split("/jobs/")[1];
  // The page of a job loads itself again when the job ends.
  await page.goto("/models");
  const job = await curator.ended(id, 200);
  expect(job.state, JSON.stringify(job)).toBe("succeeded");
  const { version } = job.result;

  // Compared: the values that were put right are known, and nothing changed for anybody yet.
  const compared = await curator.get(`/models/harmonize/versions/${version}/comparison`);
  const decided = compared.body.rows.find((row) => row.on === "decisions" && row.field === "tissue");
  expect(decided.new, JSON.stringify(compared.body)).toBeGreaterThan(decided.present);
  await page.goto("/models/harmonize");
  await next.getByRole("link", { name: `Version ${version}, compared` }).press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`harmonize version ${version}`);
  const fields = page.getByRole("table", { name: "Compared by field" });
  await expect(fields.getByRole("row", { name: /tissue and cell type decisions/ })).toContainText("better");
  const answers = page.getByRole("table", { name: "Right now, and not before" });
  await expect(answers.getByRole("row", { name: /spleen/ }).first()).toContainText("RT");

  // What it would change is looked at before it is promoted.
  await page.getByRole("link", { name: "See what it would change" }).press("Enter");
  await expect(page.locator("#preview")).toBeVisible();
  page.once("dialog", (dialog) => dialog.accept());
  await page.locator("#preview").getByRole("button", { name: "Make champion" }).press("Enter");
  await expect(page.getByText(`Version ${version} of harmonize is champion now`)).toBeVisible();
  await admin.settled();

  // A study that nobody looked at is read by itself.
  const started = await curator.importFiles(COLLECTION, [{ name: "retrained-Z.csv", text: table("Z", 3) }]);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await admin.settled();
  const { body } = await curator.get(`/review/values?collection=${collection}&field=tissue&state=all`);
  // What no dictionary reads is asked study by study.
  const fresh = body.items.filter((one) => one.words === "retrained-Z");
  expect(fresh.map((one) => [one.label, one.method, one.samples]), JSON.stringify(body.items)).toEqual([["spleen", "learned", 3]]);
});
