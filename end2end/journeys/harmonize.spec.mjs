// From what a source said to terms: a table is imported and annotated by itself; its samples are found by a term above
// theirs; the dataset says where each value was read; a term's page leads back to the samples; a text can be tried.

import { cookieOf, Browser } from "../harness/api.mjs";
import { expect, test } from "../harness/page.mjs";

const COLLECTION = "Harmonize journey";
const TABLE = [
  "accession,title,source_name,disease,gender,age",
  "HJ-1,Liver tumor of patient 1,liver,hepatocellular carcinoma,male,54 years",
  "HJ-2,Liver tumor of patient 2,liver,hepatocellular carcinoma,female,61 years",
  "HJ-3,Kidney tumor of patient 3,kidney,clear cell renal carcinoma,male,48 years",
  "",
].join("\n");
const LIVER_CANCER = "MONDO:0002691";

/** Imports the table as the curator and waits until it is annotated and searchable. Gives the dataset's address. */
async function imported({ url, people }) {
  const curator = new Browser(url, await cookieOf(url, people.curator));
  const started = await curator.importFiles(COLLECTION, [{ name: "harmonize-journey.csv", text: TABLE }]);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  const job = await curator.ended(started.body.job.id);
  expect(job.state, JSON.stringify(job)).toBe("succeeded");
  await new Browser(url, await cookieOf(url, people.admin)).settled();
  const { body } = await curator.get("/search?kind=samples&q=HJ-1");
  expect(body.total).toBe(1);
  return `/datasets/${body.hits[0].datasets[0].id}`;
}

test("imported, annotated, found by a term above, followed to the words and back", async ({ page, deployment, signIn }) => {
  test.setTimeout(180_000);
  const dataset = await imported(deployment);
  await signIn("scientist");

  await test.step("a term above finds its kinds, and each hit says why", async () => {
    await page.goto(`/search?disease=${LIVER_CANCER}&collection=${encodeURIComponent(COLLECTION)}`);
    const results = page.getByRole("region", { name: "Results" });
    await expect(results.getByRole("link", { name: "HJ-1" })).toBeVisible();
    await expect(results.getByRole("link", { name: "HJ-2" })).toBeVisible();
    await expect(results.getByRole("link", { name: "HJ-3" })).toHaveCount(0);
    await expect(results.getByRole("cell", { name: "hepatocellular carcinoma" }).first()).toBeVisible();
  });

  await test.step("the facet is a tree: kinds unfold under their term, and choosing one narrows", async () => {
    await page.goto(`/search?collection=${encodeURIComponent(COLLECTION)}`);
    const facet = page.locator("section.facet", { has: page.getByRole("heading", { name: "Disease" }) });
    const kind = facet.locator('a[href*="MONDO:0007256"]').first();
    for (const fold of await facet.locator("details:not([open]) > summary").all()) {
      if (await fold.isVisible()) await fold.click();
    }
    await expect(kind).toContainText("2");
    await kind.click();
    await expect(page).toHaveURL(/disease=MONDO/);
    await expect(page.getByRole("region", { name: "Results" }).getByRole("link", { name: /^HJ-/ })).toHaveCount(2);
  });

  await test.step("words are widened to what they name, and a link takes that back", async () => {
    await page.goto(`/search?q=neoplasm&collection=${encodeURIComponent(COLLECTION)}`);
    const results = page.getByRole("region", { name: "Results" });
    await expect(results.getByRole("link", { name: "HJ-1" })).toBeVisible();
    // The order of equal hits is the index's own.
    const first = results.getByRole("row", { name: /HJ-1/ });
    await expect(first.locator(".why")).toContainText("hepatocellular carcinoma");
    await results.getByRole("link", { name: /^Search without the kinds and synonyms of neoplasm/ }).click();
    await expect(page).toHaveURL(/expand=-MONDO/);
    await expect(results.getByRole("link", { name: "HJ-1" })).toHaveCount(0);
    await results.getByRole("link", { name: "Widen again" }).click();
    await expect(results.getByRole("link", { name: "HJ-1" })).toBeVisible();
  });

  await test.step("the dataset shows each value beside its words, and its samples raw, harmonized or both", async () => {
    await page.goto(dataset);
    const values = page.getByRole("region", { name: "Harmonized values" });
    await expect(values.getByText("hepatocellular carcinoma").first()).toBeVisible();
    await expect(values.locator("mark").filter({ hasText: "hepatocellular carcinoma" }).first()).toBeVisible();
    await page.getByRole("navigation", { name: "Dataset" }).getByRole("link", { name: /Samples/ }).click();
    const head = page.getByRole("table", { name: "Samples" }).getByRole("columnheader");
    await expect(head.filter({ hasText: /^Disease$/ })).toBeVisible();
    await expect(head.filter({ hasText: /^gender$/ })).toHaveCount(0);
    await page.getByRole("group", { name: "Values to show" }).getByRole("link", { name: "Both" }).click();
    await expect(page).toHaveURL(/show=both/);
    await expect(head.filter({ hasText: /^gender$/ })).toHaveCount(1);
    await page.getByRole("group", { name: "Values to show" }).getByRole("link", { name: "Raw" }).click();
    await expect(head.filter({ hasText: /^Disease$/ })).toHaveCount(0);
  });

  await test.step("a sample numbers its values in what the source said", async () => {
    await page.getByRole("link", { name: "HJ-1" }).click();
    await expect(page.getByRole("region", { name: "Harmonized values" }).getByText("hepatocellular carcinoma").first()).toBeVisible();
    const said = page.getByRole("region", { name: "What the source said" });
    await expect(said.locator("mark", { hasText: "hepatocellular carcinoma" })).toBeVisible();
  });

  await test.step("the term's page counts the samples and leads back to them", async () => {
    await page.getByRole("region", { name: "Harmonized values" }).getByRole("link", { name: "hepatocellular carcinoma" }).first().click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("hepatocellular carcinoma");
    await expect(page.getByRole("heading", { name: "Place in the tree" })).toBeVisible();
    await page.getByRole("link", { name: /^Search [\d,]+ samples?$/ }).click();
    await expect(page).toHaveURL(/\/search\?.*disease=MONDO:0007256/);
    await expect(page.getByRole("region", { name: "Results" }).locator('a[href^="/samples/"]').first()).toBeVisible();
  });

  await test.step("typed words find the term", async () => {
    await page.goto("/terms");
    await page.getByRole("searchbox", { name: "Search terms" }).fill("hepatocellular car");
    await page.getByRole("searchbox", { name: "Search terms" }).press("Enter");
    await expect(page.getByRole("table", { name: "Terms" }).getByRole("link", { name: "hepatocellular carcinoma" }).first()).toBeVisible();
  });

  await test.step("the collection says how much of it is harmonized", async () => {
    await page.goto("/collections");
    await page.getByRole("link", { name: COLLECTION }).click();
    await page.getByRole("link", { name: "coverage of each field" }).click();
    await expect(page.getByRole("row", { name: /^Disease/ })).toContainText("3");
  });
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a text is tried: its words are marked and its suggestions scored", async ({ page, signIn }) => {
    await signIn("scientist", "/annotate");
    await page.getByRole("link", { name: "Fill in an example" }).click();
    await expect(page.getByLabel("What the source says of the sample")).toHaveValue(/liver tumour/);
    await page.getByRole("button", { name: "Annotate" }).click();
    await expect(page.getByRole("table", { name: "Suggestions" }).getByRole("link", { name: "liver" }).first()).toBeVisible();
    await expect(page.locator("mark").filter({ hasText: "liver" }).first()).toBeVisible();
    await expect(page.getByLabel("What the source says of the sample"), "what was asked stays").toHaveValue(/sorafenib/);
    await page.getByLabel("What the source says of the sample").fill("Kidney of a healthy donor, female");
    await page.getByRole("button", { name: "Annotate" }).click();
    await expect(page.getByRole("table", { name: "Suggestions" }).getByRole("link", { name: "kidney" }).first()).toBeVisible();
  });
});
