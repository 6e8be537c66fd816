// Review by value: a curator settles what sources say from the keyboard, undoes it, and changes many samples at once.

import { browserOf } from "../harness/api.mjs";
import { awake, expect, test } from "../harness/page.mjs";
import { page as address, waiting } from "../harness/review.mjs";

const sample = (name, n, source, gender) => `${name}-${n},Biopsy ${n},${source},${gender}`;
const table = (name) =>
  [
    "accession,title,source_name,gender",
    ...[1, 2, 3].map((n) => sample(name, n, "liver", "male")),
    ...[4, 5].map((n) => sample(name, n, "kidney", "female")),
    sample(name, 6, "lung", "male"),
    "",
  ].join("\n");

/** What waits by REST: words and samples. */
async function left(curator, collection) {
  const { status, body } = await curator.get(`/review/values?collection=${collection}&field=tissue`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items.map((one) => `${one.words} ${one.waiting}`);
}

test("accepted, rejected and undone from the keyboard", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { curator, collection } = await waiting(deployment, "Review keys", table("RK"));
  await signIn("curator");
  await page.goto("/by-value");
  await page.getByRole("row", { name: /Tissue.*Review keys/ }).getByRole("link", { name: "Tissue", exact: true }).press("Enter");
  await expect(page).toHaveURL(/field=tissue/);
  const rows = page.getByRole("table", { name: "What sources say" }).locator("tbody tr");
  await expect(rows.first()).toContainText("liver");
  await expect(rows).toHaveCount(3);

  await page.keyboard.press("j");
  await page.keyboard.press("a");
  await expect(page.getByText("3 samples settled")).toBeVisible();
  await expect(rows).toHaveCount(2);
  // The next row has the focus already.
  await page.keyboard.press("x");
  await expect(page.getByText("2 samples settled")).toBeVisible();
  await expect(rows).toHaveCount(1);
  await curator.settled();
  const { body } = await curator.get(`/search?kind=samples&q=RK-*&tissue=UBERON:0002107`);
  expect(body.total).toBe(3);

  page.once("dialog", (dialog) => dialog.accept());
  await page.keyboard.press("u");
  await expect(page.getByText("was undone")).toBeVisible();
  await curator.settled();
  expect(await left(curator, collection)).toEqual(["kidney 2", "lung 1"]);
});

test("one by one: each answer brings the next question, from the keyboard", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { curator, collection } = await waiting(deployment, "Review bench", table("RB"));
  await signIn("curator");
  await page.goto(`/curate?collection=${collection}&field=tissue`);
  const asked = page.getByRole("heading", { level: 1 });
  const words = async () => /“(.*)”/.exec(await asked.innerText())[1];
  const first = await words();
  await expect(page.locator(".bench-source mark, .bench-source .ev").filter({ hasText: first.split(" ")[0] }).first()).toBeVisible();
  await awake(page);

  await page.keyboard.press("1");
  await expect(page.getByText("settled. The whole step can be undone")).toBeVisible();
  const second = await words();
  expect(second).not.toBe(first);

  // Passed over, it does not come again.
  await page.keyboard.press("s");
  await expect(asked).not.toContainText(second);
  const third = await words();
  await page.keyboard.press("/");
  await page.keyboard.type("kidney");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nothing is left for you here")).toBeVisible();
  expect(await left(curator, collection)).toHaveLength(1);

  // The skipped one is another's next.
  const admin = await browserOf(deployment.url, deployment.people.admin);
  const { body } = await admin.post("/review/next", { collection, field: "tissue" });
  expect([body.task.question.words, third]).toEqual([second, third]);
  await curator.settled();
  // The undo leads back to the question that it was about.
  await page.keyboard.press("u");
  await expect(page.getByText("was undone")).toBeVisible();
  await expect(asked).toContainText(third);
  await curator.settled();
  expect(await left(curator, collection)).toHaveLength(2);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("picked, looked at, changed, and told what another has done meanwhile", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { curator, collection } = await waiting(deployment, "Review forms", table("RF"));
    await signIn("curator");
    await page.goto(address(collection, "tissue"));
    await page.getByRole("checkbox", { name: "Pick kidney" }).check();
    await page.getByRole("checkbox", { name: "Pick lung" }).check();
    await page.getByLabel("Tissue that it is changed to").fill("no such organ");
    await page.getByRole("button", { name: "Change to" }).click();
    await expect(page.getByText("no term of an ontology in use")).toBeVisible();
    await page.getByLabel("Tissue that it is changed to").fill("kidney");
    await page.getByRole("button", { name: "Change to" }).click();
    await expect(page.getByRole("heading", { name: "2 values, 3 samples" })).toBeVisible();
    expect(await left(curator, collection), "looking changes nothing").toEqual(["liver 3", "kidney 2", "lung 1"]);
    await page.getByLabel("Why").fill("a journey");
    const looked = page.url();
    await page.getByRole("button", { name: "Change 3 samples" }).click();
    await expect(page.getByText("3 samples settled")).toBeVisible();
    await expect(page.getByText("Change tissue to kidney: a journey")).toBeVisible();
    expect(await left(curator, collection)).toEqual(["liver 3"]);

    // The same answer again, from a list that was read before.
    await page.goto(looked);
    await expect(page.getByText("nothing of this waits any more")).toBeVisible();

    await page.goto(address(collection, "tissue"));
    await page.getByRole("checkbox", { name: /^all 1 value/ }).check();
    await page.getByRole("button", { name: "Accept", exact: true }).last().click();
    await page.getByRole("button", { name: "Accept for 3 samples", exact: true }).click();
    await expect(page.getByText("Nothing waits in this field")).toBeVisible();
    await curator.settled();
    const { body } = await curator.get(`/search?kind=samples&q=RF-*&tissue=UBERON:0002113`);
    expect(body.total).toBe(3);
  });
});
