// The grid of a study: edited, filled, pasted into and undone from the keyboard; by forms without script; titles taken apart.

import AxeBuilder from "@axe-core/playwright";
import { browserOf } from "../harness/api.mjs";
import { awake, expect, test } from "../harness/page.mjs";

const ROWS = ["Li_case_01", "Li_case_02", "Sk_ctrl_03", "Sk_ctrl_04"];
const table = (name) => ["accession,title,source_name", ...ROWS.map((title, n) => `${name}-${n},${title},${n < 2 ? "liver" : "skin"}`), ""].join("\n");

/** Imports a study as the curator; {curator, dataset}. */
async function study(deployment, name) {
  const curator = await browserOf(deployment.url, deployment.people.curator);
  const { status, body } = await curator.importFiles(`Grid ${name}`, [{ name: `${name}.csv`, text: table(name) }]);
  expect(status, JSON.stringify(body)).toBe(202);
  expect((await curator.ended(body.job.id)).state).toBe("succeeded");
  await curator.settled();
  const collection = (await curator.all("/collections")).find((one) => one.name === `Grid ${name}`).id;
  const { body: datasets } = await curator.get(`/collections/${collection}/datasets`);
  return { curator, dataset: datasets.items[0].id };
}

async function column(curator, dataset, field) {
  const { body } = await curator.get(`/datasets/${dataset}/grid?fields=${field}`);
  return body.rows.map((row) => row.cells[0].text);
}

/** Opens a study's grid: what it says, and its cells by row and place. */
async function sheetOf(page, dataset) {
  await page.goto(`/grid/${dataset}?fields=tissue,stage,disease`);
  await awake(page);
  const cell = (row, at) => page.getByRole("grid").locator("tbody tr").nth(row).locator(".grid-cell").nth(at);
  return { said: page.locator(".grid-said"), cell };
}

test("a study is edited like a spreadsheet, from the keyboard", async ({ page, deployment, signIn, context }) => {
  test.setTimeout(120_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { curator, dataset } = await study(deployment, "GK");
  await signIn("curator");
  const { said, cell } = await sheetOf(page, dataset);
  await cell(0, 1).click();
  await expect(cell(0, 1)).toBeFocused();

  // Typing begins; Enter keeps it and goes down.
  await page.keyboard.type("IV");
  await page.keyboard.press("Enter");
  await expect(said).toContainText("Changed to IV");
  await expect(cell(1, 1)).toBeFocused();
  await expect(cell(0, 1)).toHaveAttribute("data-layer", "human");

  // What cannot be read is named, and nothing else is lost.
  await page.keyboard.press("ArrowRight");
  await page.keyboard.type("livver cancer");
  await page.keyboard.press("Enter");
  await expect(said).toContainText("no term of an ontology in use");
  await expect(cell(1, 2)).toHaveAttribute("aria-invalid", "true");

  // Filled down over a range, after a look.
  await cell(0, 1).click();
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Control+d");
  await expect(page.getByRole("heading", { name: "3 cells change" })).toBeVisible();
  await page.getByRole("button", { name: "Change them" }).press("Enter");
  await expect(said).toContainText("3 cells changed");
  expect(await column(curator, dataset, "stage")).toEqual(["IV", "IV", "IV", "IV"]);

  // A block from a spreadsheet.
  await awake(page);
  await cell(0, 1).click();
  await page.evaluate(() => navigator.clipboard.writeText("I\tpsoriasis\nII\tnot reported\nIII\tno such thing\n"));
  await page.keyboard.press("Control+v");
  await expect(page.getByRole("heading", { name: "5 cells change" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Cannot be read" })).toContainText("no such thing");
  await page.getByRole("button", { name: "Change them" }).press("Enter");
  await expect(said).toContainText("5 cells changed");
  expect(await column(curator, dataset, "disease")).toEqual(["psoriasis", "not reported", "", ""]);

  // Copied as it stands there, then undone as a whole.
  await awake(page);
  await cell(0, 1).click();
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Control+c");
  await expect(said).toContainText("Copied 2 cells");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("I\tpsoriasis");
  await page.keyboard.press("Control+z");
  await expect(said).toContainText("It was undone.");
  expect(await column(curator, dataset, "stage")).toEqual(["IV", "IV", "IV", "IV"]);
  await curator.settled();
});

test("a cell of terms offers those that fit, from the keyboard", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { curator, dataset } = await study(deployment, "GO");
  await signIn("curator");
  const { said, cell } = await sheetOf(page, dataset);
  const offers = page.getByRole("listbox", { name: "Terms that fit" });

  await cell(0, 0).click();
  await page.keyboard.type("kidn");
  const input = page.getByRole("combobox", { name: "tissue of GO-0" });
  await expect(input).toHaveAttribute("aria-expanded", "true");
  await expect(offers.getByRole("option").first()).toContainText("kidney");
  await page.keyboard.press("ArrowDown");
  await expect(input).toHaveAttribute("aria-activedescendant", /./);
  await expect(cell(0, 0).getByRole("option", { selected: true })).toContainText("UBERON:0002113");
  const audit = await new AxeBuilder({ page }).include("[data-grid]").analyze();
  expect(audit.violations).toEqual([]);

  // Enter takes it, and goes on beneath.
  await page.keyboard.press("Enter");
  await expect(said).toContainText("Changed to kidney");
  await expect(cell(1, 0)).toBeFocused();
  await expect(offers).toHaveCount(0);
  expect((await column(curator, dataset, "tissue"))[0]).toBe("kidney");

  // Escape puts the list away, and once more leaves the cell as it was.
  await page.keyboard.type("lun");
  await expect(offers).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(offers).toBeHidden();
  await expect(page.getByRole("combobox", { name: "tissue of GO-1" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(cell(1, 0)).toBeFocused();
  await expect(cell(1, 0)).toHaveText(/^liver/);

  // The mouse takes one, too; Tab keeps it.
  await page.keyboard.type("lung");
  await offers.getByRole("option", { name: /^lung/ }).first().click();
  await expect(page.getByRole("combobox", { name: "tissue of GO-1" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(said).toContainText("Changed to lung");
  await expect(cell(1, 1)).toBeFocused();

  // A field of choices has none to offer.
  await page.keyboard.type("IV");
  await expect(page.getByRole("combobox")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(said).toContainText("Changed to IV");
  await curator.settled();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a column is filled and a block pasted by forms", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { curator, dataset } = await study(deployment, "GF");
    await signIn("curator");
    await page.goto(`/datasets/${dataset}`);
    await page.getByRole("link", { name: "Grid", exact: true }).click();
    await page.goto(`/grid/${dataset}?fields=stage,disease`);
    await page.getByText("Change cells by a form").click();
    const fill = page.getByRole("form", { name: "Fill" });
    await fill.getByLabel("Field").selectOption({ label: "Stage" });
    await fill.getByLabel("from").selectOption("GF-1");
    await fill.getByLabel("to", { exact: true }).selectOption("GF-3");
    await fill.getByLabel("becomes").fill("III");
    await fill.getByRole("button", { name: "Look" }).click();
    await expect(page.getByRole("heading", { name: "3 cells change of 3 samples" })).toBeVisible();
    expect(await column(curator, dataset, "stage"), "looking changes nothing").toEqual(["", "", "", ""]);
    await page.getByRole("button", { name: "Change 3 cells" }).click();
    await expect(page.getByText("3 cells changed. The whole step can be undone.")).toBeVisible();
    expect(await column(curator, dataset, "stage")).toEqual(["", "III", "III", "III"]);
    await page.getByRole("button", { name: "Undo", exact: true }).first().click();
    await expect(page.getByText("was undone")).toBeVisible();
    expect(await column(curator, dataset, "stage")).toEqual(["", "", "", ""]);
    await curator.settled();
  });

  test("titles that carry the design become fields", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { curator, dataset } = await study(deployment, "GT");
    await signIn("curator");
    await page.goto(`/grid/${dataset}`);
    await page.getByRole("link", { name: "Read titles" }).click();
    await expect(page.getByRole("group", { name: "Part 2: groups" })).toBeVisible();
    const part = (n) => page.getByRole("group", { name: new RegExp(`^Part ${n}`) });
    await part(1).getByLabel("Field").selectOption({ label: "Tissue" });
    await part(1).getByLabel("What Li becomes").fill("liver");
    await part(1).getByLabel("What Sk becomes").fill("no such organ");
    await part(2).getByLabel("Field").selectOption({ label: "Study arm" });
    await part(2).getByLabel("What ctrl becomes").fill("control");
    await page.getByRole("button", { name: "Look at what it would change" }).click();
    await expect(page.getByRole("list", { name: "Cannot be read" })).toContainText("no such organ");
    // What was typed stays.
    await expect(part(1).getByLabel("What Li becomes")).toHaveValue("liver");
    await part(1).getByLabel("What Sk becomes").fill("skin of body");
    await page.getByRole("button", { name: "Look at what it would change" }).click();
    await page.getByRole("button", { name: "Change 8 cells" }).click();
    await expect(page.getByText("8 cells changed")).toBeVisible();
    expect(await column(curator, dataset, "study_arm")).toEqual(["case", "case", "control", "control"]);
    expect(await column(curator, dataset, "tissue")).toEqual(["liver", "liver", "skin of body", "skin of body"]);
    await curator.settled();
  });
});
