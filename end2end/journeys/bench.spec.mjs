// The bench of one question at a time: the next one is loaded already, an undo leads back, terms are found while typing,
// several values hold at once, colleagues are mentioned, and fifty real samples are reviewed without a mouse.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { browserOf } from "../harness/api.mjs";
import { awake, expect, test } from "../harness/page.mjs";
import { page as address, waiting } from "../harness/review.mjs";
import { sharedData } from "../harness/server.mjs";

// The second of two is told so.
test.use({ provoked: [409] });

const table = (name, rows) => ["accession,title,disease,source_name", ...rows.map((row, n) => `${name}-${n + 1},Biopsy ${n + 1},${row}`), ""].join("\n");
const bench = (collection, field) => `/curate?collection=${collection}&field=${field}`;
const asked = (page) => page.getByRole("heading", { level: 1 });
const words = async (page) => /“(.*)”/.exec(await asked(page).innerText())[1];
/** The question after the one that is shown is there already. */
const ahead = (page) => page.waitForResponse((answer) => answer.url().includes("after=") && answer.ok());

test("the next question is there already, an undo leads back to its own, and the address names what is shown", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const rows = ["psoriasis,skin", "asthma,lung", "asthma,lung", "asthma,lung", "melanoma,skin", "melanoma,skin"];
  const { collection } = await waiting(deployment, "Bench ahead", table("BA", rows));
  await signIn("curator");
  const loaded = ahead(page);
  await page.goto(bench(collection, "disease"));
  await awake(page);
  await loaded;
  await page.evaluate(() => (window.stays = true));
  const first = await words(page);
  const second = ahead(page);
  await page.keyboard.press("a");
  await expect(asked(page)).not.toContainText(first);
  await expect(page.getByText("settled. The whole step can be undone")).toBeVisible();
  await second;
  const next = await words(page);
  expect(await page.evaluate(() => window.stays), "no new page was loaded").toBe(true);
  expect(new URL(page.url()).searchParams.get("question")).toBeTruthy();

  // The browser closed and opened again: what was confirmed stands, and the question is the same.
  await page.reload();
  await awake(page);
  expect(await words(page)).toBe(next);

  const undone = ahead(page);
  await page.keyboard.press("u");
  await expect(page.getByText("was undone")).toBeVisible();
  await expect(asked(page)).toContainText(first);
  await undone;
  // It waits again at once.
  await page.keyboard.press("a");
  await expect(page.getByText("settled. The whole step can be undone")).toBeVisible();
  await expect(asked(page)).not.toContainText(first);
  await page.goBack();
  await expect(asked(page)).toContainText(first);
  await expect(page.getByText("It is decided.")).toBeVisible();
});

test("whoever is second is told, and nothing of theirs is lost", async ({ page, deployment, people, signIn }) => {
  test.setTimeout(120_000);
  const { collection } = await waiting(deployment, "Bench two", table("BQ", ["psoriasis,skin", "asthma,lung"]));
  await signIn("curator");
  await page.goto(bench(collection, "disease"));
  await awake(page);
  const mine = await words(page);
  const question = await page.locator(".bench").getAttribute("data-question");
  const other = await browserOf(deployment.url, people.admin);
  const looked = await other.post("/review/next", { collection, field: "disease", question });
  expect(looked.body.task.held_by).toBe(people.curator.email);
  const decided = await other.post("/review/decide", { matching: { collection, field: "disease" }, values: [question], answer: "accept" });
  expect(decided.status, JSON.stringify(decided.body)).toBe(200);
  await page.keyboard.press("x");
  await expect(page.getByText("That was refused; nothing was changed.")).toBeVisible();
  await expect(page.getByText(`${people.admin.email} decided it at`)).toBeVisible();
  await expect(asked(page)).toContainText(mine);
});

test("a term is found by a few letters, and several values hold at once", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { curator, collection } = await waiting(deployment, "Bench terms", table("BM", ["psoriasis,skin", "psoriasis,skin"]));
  await signIn("curator");
  await page.goto(bench(collection, "tissue"));
  await awake(page);
  await page.keyboard.press("/");
  await page.keyboard.type("zone of sk");
  const options = page.getByRole("option");
  await expect(options.first()).toContainText(/zone of skin/);
  await expect(page.getByRole("combobox")).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("ArrowDown");
  await expect(options.first()).toHaveAttribute("aria-selected", "true");
  const term = await options.first().getAttribute("data-value");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nothing is left for you here")).toBeVisible();
  await curator.settled();
  const { body } = await curator.get(`/search?kind=samples&q=BM-*&tissue=${term}`);
  expect(body.total).toBe(2);

  // Two diseases, for one of the two samples that say it.
  await page.goto(bench(collection, "disease"));
  await awake(page);
  await page.keyboard.press("o");
  await expect(page.getByText(/settles BM-\d alone/)).toBeVisible();
  await awake(page);
  const sample = /BM-\d/.exec(await page.locator(".bench-head .badge").innerText())[0];
  const second = page.locator(".choice").nth(1);
  const other = await second.locator("input").inputValue();
  await page.keyboard.press("2");
  await expect(second.locator("input")).toBeChecked();
  await page.keyboard.press("a");
  await expect(page.getByText("1 sample settled")).toBeVisible();
  await expect(page.getByText(/settles BM-\d alone/)).not.toContainText(sample);
  await curator.settled();
  const found = await curator.get(`/search?kind=samples&q=${sample}&limit=1`);
  const known = await curator.get(`/samples/${found.body.hits[0].id}/harmonized`);
  const diseases = known.body.values.filter((one) => one.field === "disease").map((one) => one.term);
  expect(diseases).toContain(other);
  expect(diseases).toHaveLength(2);
});

test("a colleague is mentioned and finds it", async ({ page, deployment, people, signIn }) => {
  test.setTimeout(120_000);
  const { collection } = await waiting(deployment, "Bench words", table("BW", ["psoriasis,skin"]));
  await signIn("curator");
  await page.goto(bench(collection, "disease"));
  await awake(page);
  await page.keyboard.press("c");
  const handle = people.scientist.email.split("@")[0];
  await page.keyboard.type(`@${handle.slice(0, 4)}`);
  await expect(page.getByRole("option").first()).toContainText(`@${handle}`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.type("which kind of psoriasis?");
  await page.getByRole("button", { name: /^Comment/ }).press("Enter");
  await expect(page.getByText("1 colleague will find it")).toBeVisible();
  await expect(page.locator("#comments-h ~ div b")).toHaveText(`@${handle}`);

  await signIn("scientist");
  const entry = page.getByRole("link", { name: /Mentions/ });
  await expect(entry).toContainText("1");
  await entry.press("Enter");
  await expect(page.getByText("which kind of psoriasis?")).toBeVisible();
  await page.getByRole("button", { name: "Read", exact: true }).press("Enter");
  await expect(page.getByRole("button", { name: "Read", exact: true })).toHaveCount(0);
  await expect(entry).not.toContainText("1");
});

/** Fifty real samples that stand behind one another, of several series. */
function fifty() {
  const [head, ...lines] = gunzipSync(readFileSync(sharedData("metadata/geo_samples/geo_sample_text.tsv.gz"))).toString().split("\n");
  return `${[head, ...lines.slice(4_000, 4_050)].join("\n")}\n`;
}

/** Presses Tab until something with these words has the focus. */
async function tabTo(page, says) {
  for (let n = 0; n < 400; n += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const at = document.activeElement;
      return at.closest("label")?.textContent ?? at.getAttribute("aria-label") ?? at.textContent;
    });
    if (says.test(found.trim())) return;
  }
  throw new Error(`nothing that says ${says} takes the focus`);
}

test("fifty real samples are reviewed by keyboard alone, with a bulk accept and its undo", async ({ page, deployment, signIn }) => {
  test.setTimeout(300_000);
  const { curator, collection } = await waiting(deployment, "Bench fifty", fifty());
  const open = async () => (await curator.all("/review")).filter((one) => one.collection === collection);
  const before = await open();
  expect(before.length).toBeGreaterThan(1);
  await signIn("curator");

  // In bulk: everything that matches, looked at first, then undone as a whole.
  const [{ field, waiting: many, values }] = before.toSorted((a, b) => b.values - a.values);
  await page.goto(address(collection, field));
  await awake(page);
  await tabTo(page, /^all \d+ value/);
  await page.keyboard.press("Space");
  await tabTo(page, /^Accept$/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: new RegExp(`^${values} values?, ${many} samples?`) })).toBeVisible();
  await awake(page);
  await tabTo(page, /^Accept for \d+ samples?$/);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/settled. The whole step can be undone/)).toBeVisible();
  expect((await open()).find((one) => one.field === field)).toBeUndefined();
  await awake(page);
  page.once("dialog", (dialog) => dialog.accept());
  await page.keyboard.press("u");
  await expect(page.getByText("was undone")).toBeVisible();
  await curator.settled();
  expect((await open()).find((one) => one.field === field).waiting).toBe(many);

  // One by one, every field: accepted, and every fifth one rejected.
  let answers = 0;
  for (const { field, values } of before) {
    await page.goto(bench(collection, field));
    await awake(page);
    for (let n = 0; n < values; n += 1) {
      const shown = page.locator(".bench:not([data-old])");
      await shown.waitFor();
      const many = await shown.evaluate((one) => one.setAttribute("data-old", "") ?? Boolean(one.querySelector("[data-picked] input")));
      answers += 1;
      await page.keyboard.press(answers % 5 === 0 ? "x" : many ? "a" : "1");
      await page.locator(":is(.bench, [data-bench-end]):not([data-old])").waitFor();
    }
    await expect(page.getByText("Nothing is left for you here")).toBeVisible();
  }
  await curator.settled();
  expect(await open(), "nothing waits any more").toEqual([]);
  const { body } = await curator.get("/curations?kind=decision&limit=500");
  expect(body.items.filter((one) => !one.reverted).length).toBeGreaterThanOrEqual(answers);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("several values, one more that is typed, a comment and an undo that leads back", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { curator, collection } = await waiting(deployment, "Bench forms", table("BF", ["psoriasis,skin", "asthma,lung"]));
    await signIn("curator");
    await page.goto(bench(collection, "disease"));
    const first = await words(page);
    await page.getByLabel("Comment", { exact: true }).fill("as the paper says");
    await page.getByRole("button", { name: /^Comment/ }).click();
    await expect(page.getByText("The comment stands.")).toBeVisible();
    await expect(page.getByText("as the paper says")).toBeVisible();
    await expect(asked(page)).toContainText(first);

    await page.getByLabel("One more value").fill("no such disease");
    await page.getByRole("button", { name: /^Take what is picked/ }).click();
    await expect(page.getByText("no term of an ontology in use")).toBeVisible();
    await page.getByLabel("One more value").fill("melanoma");
    await page.getByRole("button", { name: /^Take what is picked/ }).click();
    await expect(page.getByText("1 sample settled")).toBeVisible();
    await expect(page.getByText(/Accept disease as suggested, with melanoma/)).toBeVisible();
    await page.getByRole("button", { name: /^Undo/ }).first().click();
    await expect(page.getByText("was undone")).toBeVisible();
    await expect(asked(page)).toContainText(first);
    const { body } = await curator.get(`/review/values?collection=${collection}&field=disease`);
    expect(body.values, "it waits again at once").toBe(2);
  });
});
