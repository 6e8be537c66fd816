// Registered models: found by words and by a filter, their versions with what they are and where they came from, aliases,
// words and tags changed by forms.

import { registered } from "../harness/registry.mjs";
import { awake, expect, test } from "../harness/page.mjs";

test.describe("looked at", () => {
  test.use({ provoked: [400] });

  test("from the list to what a version takes, needs and came from", async ({ page, deployment, signIn }) => {
    test.setTimeout(180_000);
    const { runs, tracking } = await registered(deployment, "Journey tissue");
    await tracking.post("registered-models/create", { name: "Journey other", tags: [{ key: "team", value: "b" }] });
    await signIn("scientist");
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Models" }).press("Enter");
    await awake(page);
    const box = page.getByRole("textbox", { name: "Words of the name, or a filter" });
    const rows = page.getByRole("table", { name: "Models" }).locator("tbody tr");
    const names = () => rows.locator("th a").allTextContents();

    // Words of the name, in any order; then the grammar, sorted; then one that cannot be read.
    await box.fill("tissue journey");
    await page.keyboard.press("Enter");
    await expect(rows).toHaveCount(1);
    await expect(rows.first()).toContainText("Reads the tissue of a sample out of its title.");
    await expect(rows.first()).toContainText("champion → 1");
    await box.fill("name ilike 'journey%' and tags.team is not null");
    await page.keyboard.press("Enter");
    await expect(rows).toHaveCount(2);
    await page.getByRole("columnheader", { name: "Model" }).getByRole("link").press("Enter");
    await expect(page).toHaveURL(/order_by=name/);
    expect(await names()).toEqual(["Journey other", "Journey tissue"]);
    const wrong = "name ilike 'journey%' and stage = 'a'";
    await box.fill(wrong);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toContainText(`↑ ${wrong.indexOf("stage") + 1}`);
    await expect(page.getByRole("alert")).toContainText("The last filter still holds");
    await expect(rows).toHaveCount(2);

    // The model: versions with their runs, aliases, words.
    await page.getByRole("link", { name: "Journey tissue" }).press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Journey tissue" })).toBeVisible();
    await expect(page.locator("strong")).toHaveText("gold labels");
    const versions = page.getByRole("table", { name: "Versions" }).locator("tbody tr");
    await expect(versions).toHaveCount(2);
    await expect(versions.first()).toContainText("candidate");
    await expect(versions.first().getByRole("link", { name: /^run / })).toHaveAttribute("href", `/runs/${runs["both-031"]}`);
    await expect(page.getByRole("complementary", { name: "About this model" })).toContainText("candidate stands for version 2");

    // The version: what measured it, what it takes, what it was given and read, its files.
    await versions.first().getByRole("link", { name: "Version 2" }).press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Journey tissue version 2" })).toBeVisible();
    await expect(page.getByRole("table", { name: "Metrics of its run" }).locator("tr").filter({ hasText: "f1" })).toContainText("0.861");
    await expect(page.getByRole("table", { name: "Params of its run" }).locator("tr").filter({ hasText: "min_df" })).toContainText("3");
    const takes = page.getByRole("table", { name: "Signature" }).locator("tbody tr");
    await expect(takes).toHaveCount(4);
    await expect(takes.nth(1)).toContainText("characteristics");
    await expect(takes.nth(1)).toContainText("optional");
    await expect(page.getByText("sklearn_version 1.9.1")).toBeVisible();
    await page.getByText("3 requirements").press("Enter");
    await expect(page.getByRole("region", { name: "Requirements" })).toContainText("scikit-learn==1.9.1");
    const beside = page.getByRole("complementary", { name: "About this version" });
    await expect(beside).toContainText("geo_sample_text");
    await expect(beside).toContainText("training · digest 6d1ea0f2");
    await expect(beside).toContainText("3.11.7");
    // From data to alias as a picture, as a table, and as JSON.
    const picture = page.getByRole("figure").filter({ hasText: "Trained on geo_sample_text; stands behind candidate." });
    await expect(picture.locator("svg a")).toHaveCount(3);
    await expect(picture.locator(`svg a[href="/runs/${runs["both-031"]}"]`)).toContainText("both-031");
    await picture.getByText("As a table").press("Enter");
    const told = picture.getByRole("region", { name: "Lineage as a table" }).locator("tbody tr");
    await expect(told).toHaveCount(3);
    await expect(told.first()).toContainText("6d1ea0f2");
    await expect(told.first()).toContainText("read for training");
    const lineage = await (await page.request.get(`/api/v1/runs/${runs["both-031"]}/lineage`)).json();
    expect(lineage.edges.map(({ how }) => how)).toEqual(["read for training", "registered as", "is"]);
    const files = page.getByRole("table", { name: "Files of this version" });
    await expect(files.locator("tbody tr")).toHaveCount(3);
    const saved = page.waitForEvent("download");
    await files.getByRole("link", { name: "Download data/words.txt" }).press("Enter");
    expect((await saved).suggestedFilename()).toBe("words.txt");
    await beside.getByRole("link", { name: "both-031" }).press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "both-031" })).toBeVisible();

    // What the client prints opens the same page; a version that is not there says so.
    await page.goto("about:blank");
    await page.goto("/#/models/Journey%20tissue/versions/1");
    await expect(page.getByRole("heading", { level: 1, name: "Journey tissue version 1" })).toBeVisible();
  });
});

test("a version is archived and brought back, and deleted once no alias stands for it; then its model", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  await registered(deployment, "Journey ends");
  await signIn("admin");
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto("/models/Journey%20ends");
  const aliases = page.getByRole("table", { name: "Aliases" }).locator("tbody tr");
  const versions = page.getByRole("table", { name: "Versions" }).locator("tbody tr");
  const before = await versions.count();
  const held = await aliases.first().getByRole("link").getAttribute("href");
  await page.goto(held);
  await page.getByText("Archive or delete this version").click();
  await page.getByRole("button", { name: "Archive the version" }).click();
  await expect(page.getByText(/Version \d is archived\./)).toBeVisible();
  await expect(page.locator(".facts").first()).toContainText("Archived");
  await page.getByText("Archive or delete this version").click();
  await page.getByRole("button", { name: "Bring it back from the archive" }).click();
  await expect(page.getByText("is back from the archive")).toBeVisible();
  await expect(page.locator(".facts").first()).not.toContainText("Archived");
  await page.getByText("Archive or delete this version").click();
  await page.getByRole("button", { name: "Delete the version" }).click();
  await expect(page.getByText(/promote another version to .* first/)).toBeVisible();

  await page.goto("/models/Journey%20ends");
  for (let left = await aliases.count(); left > 0; left -= 1) {
    await aliases.first().getByRole("button").click();
    await expect(aliases).toHaveCount(left - 1);
  }
  await page.goto(held);
  await page.getByText("Archive or delete this version").click();
  await page.getByRole("button", { name: "Delete the version" }).click();
  await expect(page.getByText(/Version \d of Journey ends is deleted/)).toBeVisible();
  await expect(versions).toHaveCount(before - 1);
  await page.getByText("Delete this model").click();
  await page.getByRole("button", { name: "Delete the model" }).click();
  await expect(page.getByText("Journey ends is deleted with its versions.")).toBeVisible();
  await expect(page).toHaveURL(/\/models$/);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a model is made, described and tagged; an alias is set, moved and removed", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    await registered(deployment, "Journey forms");
    await signIn("scientist");
    await page.goto("/models");
    await page.getByLabel("Name", { exact: true }).fill("Journey made by a form");
    await page.getByRole("button", { name: "Create model" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Journey made by a form" })).toBeVisible();
    await expect(page.getByText("It has no version")).toBeVisible();
    await expect(page.getByText("No alias is set")).toBeVisible();

    await page.goto("/models/Journey%20forms");
    const aliases = page.getByRole("table", { name: "Aliases" }).locator("tbody tr");
    await page.getByLabel("Alias", { exact: true }).fill("best");
    await page.getByLabel("Version", { exact: true }).fill("1");
    await page.getByRole("button", { name: "Point it there" }).click();
    await expect(page.getByText("Version 1 of Journey forms is best now.")).toBeVisible();
    await page.getByLabel("Alias", { exact: true }).fill("best");
    await page.getByRole("button", { name: "Point it there" }).click();
    await expect(aliases.filter({ hasText: "best" })).toContainText("Version 2");
    await expect(page.getByText("best was moved from version 1 to version 2")).toBeVisible();
    await page.getByLabel("Alias", { exact: true }).fill("v3");
    await page.getByRole("button", { name: "Point it there" }).click();
    await expect(page.getByText("reads as a version")).toBeVisible();
    await page.getByRole("button", { name: "Remove best" }).click();
    await expect(page.getByText("best of Journey forms stands for no version any more.")).toBeVisible();
    await expect(aliases).toHaveCount(2);

    await page.getByText("Edit the description").click();
    await page.getByRole("textbox", { name: "Description" }).fill("Of *tissues* alone.");
    await page.getByRole("button", { name: "Keep it" }).click();
    await expect(page.locator("main em")).toHaveText("tissues");
    await page.getByText("Set a tag", { exact: true }).click();
    await page.getByLabel("Key", { exact: true }).fill("stage/of work");
    await page.getByLabel("Value", { exact: true }).fill("draft");
    await page.getByRole("button", { name: "Set the tag" }).click();
    await expect(page.getByText("Tag stage/of work is set.")).toBeVisible();
    await page.getByRole("button", { name: "Remove tag stage/of work" }).click();
    await expect(page.getByText("Tag stage/of work is gone.")).toBeVisible();

    await page.goto("/models/Journey%20forms/versions/2");
    await page.getByText("Edit the description").click();
    await page.getByRole("textbox", { name: "Description" }).fill("The best so far.");
    await page.getByRole("button", { name: "Keep it" }).click();
    await expect(page.getByText("The best so far.").first()).toBeVisible();
    await page.getByText("Set a tag", { exact: true }).click();
    await page.getByLabel("Key", { exact: true }).fill("checked");
    await page.getByRole("button", { name: "Set the tag" }).click();
    await expect(page.getByRole("complementary", { name: "About this version" })).toContainText("tag checked of version 2 was set");
  });
});
