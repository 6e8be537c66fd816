// Automatic curation: a curator sees how right it is, moves the slider, sets the threshold and sees values accepted; wrong
// ones raise an alert, which puts the field on hold until somebody resolves it.

import { accepting, answered, measured, page as address, pieces } from "../harness/automatic.mjs";
import { expect, test } from "../harness/page.mjs";

const fact = (page, label) => page.locator(".facts div").filter({ has: page.locator("dt", { hasText: label }) }).locator("dd");

test("looked at, set, found wrong, put on hold and resolved", async ({ page, deployment, signIn }) => {
  test.setTimeout(240_000);
  const made = await measured(deployment, "Automatic", 16);
  const { curator, collection, questions } = made;
  expect(questions).toHaveLength(16);
  await signIn("curator");
  await page.goto(`/by-value?collection=${collection}&field=tissue`);
  await page.getByRole("link", { name: "How right the suggestions of this field are" }).press("Enter");
  await expect(page).toHaveURL(/\/automatic\?/);
  await expect(page.getByText("Nobody has decided about suggestions of this version yet")).toBeVisible();

  await answered(made, questions.slice(0, 3), "accept");
  await answered(made, questions.slice(3, 4), "reject");
  await page.reload();
  const versions = page.getByRole("table", { name: "Versions of the annotator" });
  await expect(versions.getByRole("row").nth(1)).toContainText("75%");
  await expect(page.getByText("n = 4 decided questions")).toBeVisible();

  const slider = page.getByRole("slider", { name: "From this score on" });
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(page.getByRole("status").filter({ hasText: "From score 0.00 on" })).toContainText("12 of 12 waiting samples");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("status").filter({ hasText: "From score 0.05 on" })).toBeVisible();
  await page.getByRole("button", { name: "Look what it changes" }).press("Enter");
  await expect(page.getByText("12 samples (12 questions) of 12 samples that wait by their score would be accepted.")).toBeVisible();
  await expect(fact(page, "Accepted automatically"), "looking changes nothing").toHaveText("0");

  await page.getByRole("button", { name: "Accept from score 0.05 on" }).press("Enter");
  await expect(page.getByText("Suggestions are accepted from score 0.05 on")).toBeVisible();
  await curator.settled();
  await page.reload();
  await expect(fact(page, "Accepted automatically")).toHaveText("12");
  const found = await curator.get(`/search?kind=samples&q=Automatic-*&limit=1`);
  expect(found.body.total).toBe(16);

  // A dozen mistakes are planted.
  await answered(made, questions.slice(4, 14), "reject");
  await page.goto("/alerts");
  const alert = page.getByRole("listitem").filter({ hasText: "Tissue of Automatic" });
  await expect(alert).toContainText("less precise than the promised");
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Alerts/ })).toContainText("1");
  await alert.getByRole("button", { name: "I look after it" }).press("Enter");
  await expect(page.getByText('You look after "Tissue of Automatic"')).toBeVisible();
  await alert.getByRole("link", { name: "Tissue of Automatic" }).press("Enter");
  await expect(page.getByText("On hold: nothing of this field is accepted automatically.")).toBeVisible();

  // What comes now waits, and what was accepted stays.
  await curator.importFiles("Automatic", [{ name: "later.csv", text: pieces("Later", 2).replaceAll("piece", "slice") }]);
  await curator.settled();
  await page.goto(address(collection));
  await expect(fact(page, "Waiting")).toHaveText("2");
  await expect(fact(page, "Accepted automatically")).toHaveText("2");

  await page.getByRole("link", { name: "See the alert" }).press("Enter");
  await alert.getByLabel("What was found and done about Tissue of Automatic").fill("a list was mapped wrongly");
  await page.keyboard.press("Enter");
  await expect(page.getByText('"Tissue of Automatic" is resolved')).toBeVisible();
  await curator.settled();
  await page.goto(address(collection));
  await expect(page.getByText("On hold")).toHaveCount(0);
  await expect(fact(page, "Waiting")).toHaveText("0");
  await expect(fact(page, "Accepted automatically")).toHaveText("4");
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a step is looked at and set, and a second curator is told", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const made = await measured(deployment, "Automatic forms", 4);
    const { curator, collection } = made;
    await signIn("curator");
    await page.goto(address(collection));
    await page.getByText("Every step").click();
    await page.getByRole("link", { name: "0.10", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Accept from score 0.10 on" })).toBeVisible();
    const looked = page.url();
    await page.getByRole("button", { name: "Accept from score 0.10 on" }).click();
    await expect(page.getByText("Suggestions are accepted from score 0.10 on")).toBeVisible();
    await curator.settled();
    await page.reload();
    await expect(fact(page, "Accepted automatically")).toHaveText("4");

    // Somebody else sets it while it is looked at.
    await page.goto(looked.replace("from=0.10", "from=precision"));
    await accepting(made, 0.3);
    await page.getByRole("button", { name: "Accept by the promised precision" }).click();
    await expect(page.getByText("somebody else changed these fields")).toBeVisible();

    // Back to what the field promises.
    await page.getByRole("button", { name: "Accept by the promised precision" }).click();
    await curator.settled();
    await page.reload();
    await expect(fact(page, "Accepted automatically")).toHaveText("0");
    await expect(fact(page, "Waiting")).toHaveText("4");
  });
});
