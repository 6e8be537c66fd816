// What was decided can be seen, taken back, put back, taken away and brought in again; and who holds a value for wrong says so.

import { browserOf } from "../harness/api.mjs";
import { expect, test } from "../harness/page.mjs";
import { page as byValue, waiting } from "../harness/review.mjs";

const table = (name) =>
  [
    "accession,title,source_name,gender",
    ...[1, 2, 3].map((n) => `${name}-${n},Biopsy ${n},liver,male`),
    ...[4, 5].map((n) => `${name}-${n},Biopsy ${n},kidney,female`),
    "",
  ].join("\n");

/** Decides that everything which says `words` is what is suggested; the batch. */
async function accept(curator, collection, words) {
  const { body } = await curator.get(`/review/values?collection=${collection}&field=tissue&state=all`);
  const one = body.items.find((item) => item.words === words);
  const matching = { collection, field: "tissue", state: "all" };
  const decided = await curator.post("/review/decide", { matching, values: [one.id], answer: "accept", why: `a journey about ${words}` });
  expect(decided.status, JSON.stringify(decided.body)).toBe(200);
  await curator.settled();
  return decided.body.batch;
}

/** The tissue of a sample by its accession: its id, and layers. */
async function tissue(curator, accession) {
  const found = await curator.get(`/search?kind=samples&q=${accession}`);
  const sample = found.body.hits.find((hit) => hit.accession === accession).id;
  const { body } = await curator.get(`/samples/${sample}/harmonized`);
  const value = body.values.find((one) => one.field === "tissue");
  return { sample, term: value.term, layer: value.layer, accepted: value.accepted };
}

test("one decision and a whole batch are taken back, with the reason, and put back", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { curator, collection } = await waiting(deployment, "Decided", table("DE"));
  await accept(curator, collection, "liver");
  await signIn("curator");
  await page.goto(`/decisions?collection=${collection}`);
  await page.getByRole("link", { name: "Accept tissue as suggested" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Accept tissue as suggested");
  await expect(page.getByText("a journey about liver")).toBeVisible();
  const changes = page.getByRole("table", { name: "Decisions of this batch" });
  await expect(changes.locator("tbody tr")).toHaveCount(3);

  // One of three, from the sample's history.
  await changes.getByRole("link", { name: "DE-1" }).click();
  await expect(page.getByRole("heading", { name: "History of DE-1" })).toBeVisible();
  const section = page.getByRole("region", { name: "Tissue" });
  await expect(section.locator("li").filter({ hasText: "Automatic" }).first()).toContainText("liver");
  await section.getByRole("button", { name: /^Take back/ }).click();
  await expect(page.getByText("One decision of \"Accept tissue as suggested\" was taken back")).toBeVisible();
  await expect(section.getByText(/taken back by/)).toBeVisible();
  expect((await tissue(curator, "DE-1")).layer).toBe("automatic");
  expect((await tissue(curator, "DE-2")).layer).toBe("human");

  await section.getByRole("link", { name: "Accept tissue as suggested" }).click();
  await page.getByRole("button", { name: "Put back: tissue of DE-1" }).click();
  await expect(page.getByText("counts again")).toBeVisible();
  expect((await tissue(curator, "DE-1")).layer).toBe("human");

  await page.getByLabel("Why").fill("the paper says otherwise");
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Take it back" }).click();
  await expect(page.getByText("was undone")).toBeVisible();
  await curator.settled();
  expect((await tissue(curator, "DE-2")).layer).toBe("automatic");
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Put it back" }).click();
  await expect(page.getByText("counts again")).toBeVisible();
  await expect(page.getByText("Taken back: the paper says otherwise")).toBeVisible();
  await curator.settled();
  expect((await tissue(curator, "DE-2")).layer).toBe("human");

  // The list is narrowed by its form, and what it shows is an address.
  await page.goto("/decisions");
  await page.getByLabel("Collection").selectOption({ label: "Decided" });
  await page.getByLabel("Field").fill("disease");
  await page.getByRole("button", { name: "Narrow", exact: true }).click();
  await expect(page.getByText("No decision matches")).toBeVisible();
});

test("a scientist says that a value is wrong, a curator answers, and the answer goes back", async ({ page, deployment, signIn, people }) => {
  test.setTimeout(120_000);
  const { curator } = await waiting(deployment, "Reported", table("RP"));
  const { sample } = await tissue(curator, "RP-4");
  await signIn("scientist");
  await page.goto(`/samples/${sample}`);
  await page.locator("li").filter({ hasText: "Tissue" }).getByRole("link", { name: "This is wrong" }).first().click();
  await page.getByLabel("In a sentence").fill("table 1 of the paper lists a liver");
  await page.getByLabel("What it should be").fill("liver");
  await page.getByRole("button", { name: "Report it" }).click();
  await expect(page.getByText("The answer comes to your reports")).toBeVisible();

  const boss = await browserOf(deployment.url, people.curator);
  expect((await boss.get("/reports/counts")).body.open).toBe(1);
  await page.context().clearCookies();
  await signIn("curator");
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /Reports.*1 open/ })).toBeVisible();
  await page.goto("/reports");
  await page.getByRole("link", { name: "table 1 of the paper lists a liver" }).click();
  await expect(page.getByRole("heading", { name: "Tissue of RP-4" })).toBeVisible();
  await page.locator("html[data-ready=true]").waitFor();
  await page.keyboard.press("t");
  await expect(page.getByText("has it now")).toBeVisible();
  await expect(page.getByLabel("The tissue is")).toHaveValue("UBERON:0002107");
  await page.getByLabel("Words for whoever reported it").fill("thank you, so it is");
  await page.getByRole("button", { name: "Change it" }).click();
  await expect(page.getByText("whoever reported it sees it")).toBeVisible();
  await curator.settled();
  expect(await tissue(curator, "RP-4")).toMatchObject({ term: "UBERON:0002107", layer: "human" });
  expect((await tissue(curator, "RP-5")).layer).toBe("automatic");

  await page.context().clearCookies();
  await signIn("scientist");
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /Reports.*1 of yours answered/ })).toBeVisible();
  await page.goto("/reports/mine");
  await expect(page.getByText("thank you, so it is")).toBeVisible();
  await page.getByRole("button", { name: "I have seen the answers" }).click();
  await expect(page.getByText("Nothing is new now")).toBeVisible();
  await expect(page.getByRole("button", { name: "I have seen the answers" })).toHaveCount(0);
});

test("a list is kept under a name, opened with one click, renamed and deleted", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { collection } = await waiting(deployment, "Kept", table("KE"));
  await signIn("curator");
  await page.goto(`${byValue(collection, "tissue")}&q=kid`);
  await page.locator("summary", { hasText: "Saved views" }).click();
  await page.getByLabel("A name for this list").fill("Kidneys to do");
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  await expect(page.getByText("\"Kidneys to do\" is kept; you alone see it.")).toBeVisible();
  await page.goto(byValue(collection, "tissue"));
  await page.locator("summary", { hasText: "Saved views" }).click();
  await page.getByRole("link", { name: "Kidneys to do" }).click();
  await expect(page).toHaveURL(/q=kid/);
  await expect(page.getByRole("table", { name: "What sources say" }).locator("tbody tr")).toHaveCount(1);

  await page.goto("/views");
  await page.getByLabel("Name of Kidneys to do").fill("Kidneys");
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  await expect(page.getByRole("link", { name: "Kidneys", exact: true })).toBeVisible();
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("No list is kept yet")).toBeVisible();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("last year's spreadsheet is looked at, becomes a layer, and goes away again", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { curator, collection } = await waiting(deployment, "Last year", table("LY"));
    await signIn("curator");
    await page.goto("/decisions/import");
    await page.getByLabel("About samples of").selectOption({ label: "Last year" });
    const sheet = "Sample;Tissue;Shelf\nLY-1;kidney;A\nLY-2;no such organ;B\nLY-9;liver;C\n";
    await page.getByLabel("File", { exact: true }).setInputFiles({ name: "2025.csv", mimeType: "text/csv", buffer: Buffer.from(sheet) });
    await page.getByRole("button", { name: "Look at it" }).click();
    await curator.settled();
    await page.goto(page.url());
    await expect(page.getByRole("heading", { name: "2025.csv would decide" })).toBeVisible();
    const lines = page.getByRole("table", { name: "Lines that something is said about" });
    await expect(lines.getByRole("row", { name: /^3 .*no such organ/ })).toBeVisible();
    await expect(lines.getByRole("row", { name: /^4 .*no sample "LY-9"/ })).toBeVisible();
    expect((await tissue(curator, "LY-1")).layer).toBe("automatic");

    await page.getByRole("button", { name: "Decide 1 field" }).click();
    await curator.settled();
    await page.goto(page.url());
    await expect(page.getByRole("heading", { name: "2025.csv has decided" })).toBeVisible();
    expect(await tissue(curator, "LY-1")).toMatchObject({ term: "UBERON:0002113", layer: "human" });
    const csv = await curator.get(`/decisions.csv?collection=${collection}`);
    expect(csv.body).toContain("LY-1,");

    await page.getByRole("link", { name: "The batch that it became" }).click();
    await page.getByRole("button", { name: "Take it back" }).click();
    await expect(page.getByText("was undone")).toBeVisible();
    await curator.settled();
    expect((await tissue(curator, "LY-1")).layer).toBe("automatic");
  });

  test("a report is declined with the reason", async ({ page, deployment, signIn, people }) => {
    test.setTimeout(120_000);
    const { curator } = await waiting(deployment, "Declined", table("DC"));
    const { sample } = await tissue(curator, "DC-1");
    const scientist = await browserOf(deployment.url, people.scientist);
    const filed = await scientist.post("/reports", { sample, field: "tissue", words: "I doubt it" });
    expect(filed.status, JSON.stringify(filed.body)).toBe(201);
    await signIn("curator");
    await page.goto(`/reports/${filed.body.id}`);
    await page.getByLabel("Why it stays").fill("the paper's methods say it");
    await page.getByRole("button", { name: "Decline" }).click();
    await expect(page.getByText("Declined; whoever reported it sees why.")).toBeVisible();
    const { body } = await scientist.get(`/reports/${filed.body.id}`);
    expect([body.state, body.answer.words]).toEqual(["declined", "the paper's methods say it"]);
  });
});
