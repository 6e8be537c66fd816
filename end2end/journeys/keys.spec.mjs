// Keys first: an attribute key is mapped once, by one key or after a look, holds for what is imported later, and is undone.

import { browserOf } from "../harness/api.mjs";
import { awake, expect, test } from "../harness/page.mjs";

const table = (name, rows) => ["accession,title,age (yrs),organ,mood", ...rows.map((row, n) => `${name}-${n},Biopsy ${n},${row}`), ""].join("\n");
const FIRST = ["54,liver,calm", "61,kidney,calm", "adult,liver,calm", "NA,lung,", "47,liver,"];
const LATER = ["33,lung,calm"];

/** Imports a table as the curator; {curator, collection}. */
async function imported(deployment, name, file, rows) {
  const curator = await browserOf(deployment.url, deployment.people.curator);
  const { status, body } = await curator.importFiles(name, [{ name: `${file}.csv`, text: table(file, rows) }]);
  expect(status, JSON.stringify(body)).toBe(202);
  expect((await curator.ended(body.job.id)).state).toBe("succeeded");
  await curator.settled();
  return { curator, collection: (await curator.all("/collections")).find((one) => one.name === name).id };
}

/** The values of a field of a sample, by its accession. */
async function values(curator, accession, field) {
  const found = await curator.get(`/search?kind=samples&q=${accession}`);
  const { body } = await curator.get(`/samples/${found.body.hits[0].id}/harmonized`);
  return body.values.filter((value) => value.field === field).map((value) => value.term || value.state);
}

test("a key is mapped by one key, holds for a later import, and is undone", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { curator, collection } = await imported(deployment, "Journey keys", "KJ", FIRST);
  await signIn("curator");
  await page.goto("/keys");
  await page.getByRole("link", { name: "Journey keys" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Keys of Journey keys" })).toBeVisible();
  await awake(page);
  const rows = page.getByRole("table", { name: "Attribute keys" }).locator("tbody tr");
  await expect(rows.first()).toContainText("age (yrs)");
  await expect(rows.first()).toContainText("Age, number in year");
  await expect(rows).toHaveCount(3);

  await page.keyboard.press("j");
  await page.keyboard.press("a");
  await expect(page.getByText("age (yrs) is read as age: number with unit, in year.")).toBeVisible();
  await expect(rows).toHaveCount(2);
  await curator.settled();
  expect(await values(curator, "KJ-0", "age")).toContain("54 year");
  expect(await values(curator, "KJ-3", "age")).toContain("not_reported");

  await imported(deployment, "Journey keys", "KL", LATER);
  expect(await values(curator, "KL-0", "age")).toContain("33 year");

  await page.goto(`/keys?collection=${collection}&state=mapped`);
  await awake(page);
  page.once("dialog", (dialog) => dialog.accept());
  await page.keyboard.press("j");
  await page.keyboard.press("u");
  await expect(page.getByText("is off, and what it changed is taken back")).toBeVisible();
  await expect(page.getByText("No key is mapped")).toBeVisible();
  await curator.settled();
  const { body } = await curator.get(`/keys?collection=${collection}&state=open`);
  expect(body.items.map((one) => one.key)).toContain("age (yrs)");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false, provoked: [400] });

  test("a mapping is looked at before it is made, and what cannot be read is listed", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { curator, collection } = await imported(deployment, "Journey mapping", "KM", FIRST);
    await signIn("curator");
    await page.goto(`/keys?collection=${collection}`);
    await page.getByRole("link", { name: "age (yrs)" }).click();
    const look = page.getByRole("region", { name: "How \"age (yrs)\" is read" });
    await expect(look.getByRole("list", { name: "Cannot be read" })).toContainText("adult");
    await expect(look.getByRole("list", { name: "Before and after" })).toContainText("54 year");

    await page.getByRole("link", { name: "organ", exact: true }).click();
    await page.getByLabel("Field", { exact: true }).selectOption({ label: "Tissue" });
    await page.getByRole("button", { name: "Look", exact: true }).click();
    await expect(page.getByRole("list", { name: "Before and after" })).toContainText("kidney");
    await page.getByLabel("Why").fill("a journey");
    await page.getByRole("button", { name: "Map it so" }).click();
    await expect(page.getByText("organ is read as tissue")).toBeVisible();
    await curator.settled();
    expect(await values(curator, "KM-1", "tissue")).toContain("UBERON:0002113");

    await page.goto("/rules");
    const rule = page.getByRole("row", { name: /organ is read as tissue/ });
    await expect(rule).toContainText("a journey");
    await rule.getByRole("button", { name: /^Off, and undo/ }).click();
    await expect(page.getByText("is off, and what it changed is taken back")).toBeVisible();
  });

  test("a rule about words that no question asks is written, looked at and made", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { curator, collection } = await imported(deployment, "Journey words", "KW", FIRST);
    await signIn("curator");
    await page.goto("/rules");
    await page.getByRole("link", { name: "New rule" }).click();
    await page.getByRole("link", { name: "Journey words" }).click();
    await page.getByLabel("In the field").selectOption({ label: "Disease" });
    await page.getByLabel("Under the attribute").fill("mood");
    await page.getByLabel("The words").fill("Calm");
    await page.getByLabel("Value").fill("no such disease");
    await page.getByRole("button", { name: "Look at what it would change" }).click();

    // What is wrong stands at its field, and what was typed stays.
    const value = page.getByLabel("Value");
    await expect(value).toHaveAttribute("aria-invalid", "true");
    await expect(page.locator("#rule-term-note")).toContainText("is no term of an ontology in use");
    await expect(page.getByLabel("The words")).toHaveValue("Calm");
    await value.fill("psoriasis");
    await page.getByLabel("It holds in").selectOption("series");
    await page.getByLabel("Which one").fill("KZ");
    await page.getByRole("button", { name: "Look at what it would change" }).click();
    await expect(page.locator("#field-of-note")).toContainText("Journey words has no series KZ");

    await page.getByLabel("Which one").fill("KW");
    await page.getByLabel("Why").fill("the authors say so");
    await page.getByRole("button", { name: "Look at what it would change" }).click();
    await expect(page.getByRole("heading", { name: "3 samples change" })).toBeVisible();
    await expect(page.getByRole("list", { name: "Before and after" })).toContainText("MONDO:0005083");
    expect(await values(curator, "KW-0", "disease"), "looking changes nothing").not.toContain("MONDO:0005083");
    await page.getByRole("button", { name: "Make the rule" }).click();
    await expect(page.getByText("\"Calm\" under mood is psoriasis. It is applied in the background")).toBeVisible();
    await curator.settled();
    expect(await values(curator, "KW-0", "disease")).toContain("MONDO:0005083");
    await expect(page.getByRole("row", { name: /"Calm" under mood is psoriasis/ })).toContainText("the authors say so");
    const [rule] = await curator.all(`/rules?collection=${collection}`);
    expect([rule.series, rule.samples]).toEqual(["KW", 3]);

    // The same once more is refused, and leads back to the form as it was.
    await page.goBack();
    await page.getByRole("button", { name: "Make the rule" }).click();
    await expect(page.getByText("says already")).toBeVisible();
    await expect(page.getByLabel("The words")).toHaveValue("Calm");
  });

  test("a decision by value stands for later imports", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { curator, collection } = await imported(deployment, "Journey rules", "KR", FIRST);
    await signIn("curator");
    const { body } = await curator.get(`/review/values?collection=${collection}&field=tissue&state=all&q=lung`);
    await page.goto(`/by-value?collection=${collection}&field=tissue&state=all&pick=${body.items[0].id}&answer=change&term=UBERON:0002185`);
    await page.getByLabel("And from now on").selectOption("collection");
    await page.getByRole("button", { name: /^Change 1 sample/ }).click();
    await expect(page.getByText("What is imported later follows.")).toBeVisible();
    await curator.settled();
    await imported(deployment, "Journey rules", "KS", LATER);
    expect(await values(curator, "KS-0", "tissue")).toEqual(["UBERON:0002185"]);
    const rules = await curator.all(`/rules?collection=${collection}`);
    expect([rules.length, rules[0].applied, rules[0].samples]).toEqual([1, 1, 1]);
  });
});
