// Experiments: what a client logged over MLflow's interface is found, filtered, sorted, held against a baseline, compared,
// and looked at run by run.

import { logged } from "../harness/experiments.mjs";
import { awake, expect, test } from "../harness/page.mjs";

const names = (rows) => rows.locator("th[scope=row] a").allTextContents();

test.describe("looked at", () => {
  test.use({ provoked: [400] });

  test("from the list to the curve and the file of a run", async ({ page, deployment, signIn }) => {
    test.setTimeout(180_000);
    const { experiment, runs } = await logged(deployment, "Journey of tissue annotators");
    await signIn("scientist");
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Experiments" }).press("Enter");
    await page.getByLabel("Words of the name").fill("tissue journey");
    await page.keyboard.press("Enter");
    const listed = page.getByRole("table", { name: "Experiments" }).locator("tbody tr");
    await expect(listed).toHaveCount(1);
    await expect(listed.first()).toContainText("team: annotators");
    await expect(listed.first().getByRole("cell").first()).toHaveText("6");
    await page.getByRole("link", { name: "Journey of tissue annotators" }).press("Enter");

    // The newest first; every run with what it logged.
    await expect(page).toHaveURL(new RegExp(`/experiments/${experiment}$`));
    await awake(page);
    const rows = page.getByRole("region", { name: /^Table: Runs of/ }).locator("tbody tr");
    expect(await names(rows)).toEqual(["both-031", "both-030", "both-026", "learned-018", "learned-017", "dictionary-001"]);
    await expect(rows.first()).toContainText("running");
    await expect(rows.first()).toContainText("0.861");
    await expect(page.locator(".table-foot")).toContainText("6 runs");

    // A filter that works, then one that cannot be read: the fault stands under its character, the last one holds.
    const box = page.getByRole("textbox", { name: "Filter runs" });
    await box.fill("metrics.f1 > 0.8");
    await page.keyboard.press("Enter");
    await expect(page.locator(".table-foot")).toContainText("4 runs");
    const wrong = "metrics.f1 > 0.8 and params.calibration = isotonic";
    await box.fill(wrong);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toContainText(`↑ ${wrong.indexOf("isotonic") + 1}`);
    await expect(page.getByRole("alert")).toContainText("The last filter still holds");
    await expect(box).toHaveValue(wrong);
    await expect(box).toHaveAttribute("aria-invalid", "true");
    await expect(page.locator(".table-foot")).toContainText("4 runs");
    await box.fill("metrics.f1 > 0.8 and (params.calibration = 'isotonic' or tags.field is null)");
    await page.keyboard.press("Enter");
    await expect(page.locator(".table-foot")).toContainText("3 runs");
    await page.goto(`/experiments/${experiment}`);

    // Sorted by a metric: the best first, those without one last.
    await page.getByRole("link", { name: "f1", exact: true }).press("Enter");
    await expect(page.getByRole("columnheader", { name: "f1" })).toHaveAttribute("aria-sort", "descending");
    expect(await names(rows)).toEqual(["both-031", "both-030", "learned-018", "learned-017", "dictionary-001", "both-026"]);
    await page.getByRole("link", { name: "f1", exact: true }).press("Enter");
    await expect(page.getByRole("columnheader", { name: "f1" })).toHaveAttribute("aria-sort", "ascending");
    expect(await names(rows)).toEqual(["dictionary-001", "learned-017", "learned-018", "both-030", "both-031", "both-026"]);

    // Columns are kept in the address, with the order.
    await page.getByText("Columns:").press("Enter");
    await page.getByRole("checkbox", { name: "loss" }).uncheck();
    await page.getByRole("checkbox", { name: "field", exact: true }).check();
    await page.getByRole("button", { name: "Show these columns" }).press("Enter");
    await expect(page.getByRole("columnheader", { name: "loss" })).toHaveCount(0);
    await expect(page.getByRole("columnheader", { name: "field" })).toBeVisible();
    await expect(page).toHaveURL(/order_by=metrics.f1.*column=tags.field/);

    // The baseline is pinned above; better is marked.
    await page.getByRole("link", { name: "Compare all with dictionary-001" }).press("Enter");
    await expect(rows.first()).toContainText("baseline");
    const best = rows.filter({ hasText: "both-031" });
    await expect(best.locator(".delta[data-good]").filter({ hasText: "+0.169" })).toBeVisible();
    await expect(best.locator(".delta[data-good]").filter({ hasText: "−0.062" })).toBeVisible();
    await page.getByRole("link", { name: "Remove baseline dictionary-001" }).press("Enter");
    await expect(page.locator(".delta")).toHaveCount(0);

    // What is exported is what is asked for.
    const href = await page.getByRole("link", { name: "Export CSV" }).getAttribute("href");
    const csv = await (await page.request.get(href)).text();
    expect(csv.split("\r\n")[0]).toContain("metrics.f1,metrics.loss,params.C,params.calibration,params.min_df,tags.field");
    expect(csv.split("\r\n")[1]).toContain("dictionary-001");
    expect(csv.trim().split("\r\n")).toHaveLength(7);

    // Compared: what differs first, curves in one figure.
    await page.getByRole("checkbox", { name: "Select both-031" }).press("Space");
    await page.getByRole("checkbox", { name: "Select both-030" }).press("Space");
    await page.getByRole("button", { name: "Compare the selected runs" }).press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Compare 2 runs" })).toBeVisible();
    const differ = page.getByRole("table", { name: "Params that differ" }).locator("tbody tr");
    await expect(differ).toHaveCount(1);
    await expect(differ).toContainText("C");
    await expect(page.getByText("2 params that all have the same")).toBeVisible();
    const overlaid = page.getByRole("figure").filter({ hasText: "both-031 ended with the best f1: 0.861" });
    await expect(overlaid.locator("path.line")).toHaveCount(2);

    // One run: its curve by steps, by time and on a logarithmic scale.
    await page.getByRole("table", { name: "Newest value" }).getByRole("link", { name: "both-031" }).press("Enter");
    await expect(page).toHaveURL(new RegExp(`/runs/${runs["both-031"]}`));
    await expect(page.getByText("Words and characters together")).toBeVisible();
    const loss = page.getByRole("figure").filter({ hasText: "loss was best" });
    await expect(loss).toContainText("n = 34 points");
    const line = await loss.locator("path.line").getAttribute("d");
    expect(line.match(/,/g)).toHaveLength(34);
    await page.getByRole("link", { name: "Time", exact: true }).press("Enter");
    await expect(loss).toContainText("seconds since the start");
    await page.getByRole("link", { name: "Logarithmic" }).press("Enter");
    await expect(loss).toContainText("logarithmic");
    await expect(page).toHaveURL(/x=time&scale=log/);
    await expect(page.getByRole("complementary", { name: "About this run" })).toContainText("geo_sample_text");

    // Its files: a text and a picture are looked at, the bytes are downloaded whole.
    const files = page.getByRole("table", { name: "Files of this run" });
    await expect(files).toContainText("evaluation/ 2 files");
    await files.getByRole("link", { name: "errors.tsv", exact: true }).press("Enter");
    await expect(page.getByRole("region", { name: "The file's text" })).toContainText("GSM1");
    await files.getByRole("link", { name: "roc.png", exact: true }).press("Enter");
    const shown = page.getByRole("img", { name: "The picture evaluation/roc.png" });
    await expect(shown).toBeVisible();
    expect(await shown.evaluate((image) => image.naturalWidth)).toBe(320);
    await files.getByRole("link", { name: "weights.bin", exact: true }).press("Enter");
    await expect(page.getByText("neither a text nor a picture")).toBeVisible();
    const saved = page.waitForEvent("download");
    await files.getByRole("link", { name: "Download model/weights.bin" }).press("Enter");
    expect((await saved).suggestedFilename()).toBe("weights.bin");
  });
});

test("metrics that moved are drawn, however many have one value", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { experiment, runs, tracking } = await logged(deployment, "Journey of curves");
  const ids = [runs["both-026"], runs["dictionary-001"]];
  const at = Date.UTC(2026, 4, 12);
  const finals = Array.from({ length: 13 }, (_, n) => ({ key: `final_${n}`, value: n, timestamp: at, step: 5 }));
  // logged by a clock: every point stands at the first step
  const drift = [1, 2, 3].map((n) => ({ key: "drift", value: n / 10, timestamp: at + n * 60_000, step: 0 }));
  for (const id of ids) await tracking.post("runs/log-batch", { run_id: id, metrics: [...finals, ...drift], params: [], tags: [] });
  await signIn("scientist");
  await page.goto(`/runs/${ids[0]}?x=time`);
  const figures = page.locator("section.curves figure");
  await expect(figures).toHaveCount(1);
  await expect(figures).toContainText("drift ended at 0.300");
  await expect(figures).toContainText("n = 3 points");
  await page.goto(`/experiments/${experiment}/compare?runs=${ids.join(",")}&x=time`);
  const drawn = figures.filter({ hasText: "drift" });
  await expect(drawn.locator("path.line")).toHaveCount(2);
  await expect(drawn).toContainText("seconds since the start");
  await expect(figures.filter({ hasText: "final_" })).toHaveCount(0);
});

test("a run's page opens whatever its client named that is not here", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { runs, tracking } = await logged(deployment, "Journey of absent things");
  const id = runs["both-031"];
  const model = `m-${"0".repeat(31)}1`;
  await tracking.post("runs/outputs", { run_id: id, models: [{ model_id: model, step: 3 }] });
  await signIn("scientist");
  await page.goto(`/runs/${id}?file=evaluation%2Fgone.txt`);
  await expect(page.getByRole("heading", { level: 1, name: "both-031" })).toBeVisible();
  const beside = page.getByRole("complementary", { name: "About this run" });
  await expect(beside).toContainText("A model that is not here");
  await expect(beside).toContainText(`${model} · step 3`);
  await expect(page.getByRole("region", { name: "evaluation/gone.txt" })).toContainText("There is no such file any more");
  await expect(page.getByRole("table", { name: "Files of this run" })).toContainText("errors.tsv");
});

test("the links that MLflow's client prints open our pages", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { experiment, runs } = await logged(deployment, "Journey of links");
  await signIn("scientist");
  await page.goto(`/#/experiments/${experiment}/runs/${runs["both-030"]}`);
  await expect(page.getByRole("heading", { level: 1, name: "both-030" })).toBeVisible();
  await page.goto("about:blank");
  await page.goto(`/#/experiments/${experiment}`);
  await expect(page.getByRole("heading", { level: 1, name: "Journey of links" })).toBeVisible();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("an experiment is made, renamed, deleted and restored; a run is deleted and restored", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { experiment, runs } = await logged(deployment, "Journey of forms");
    await signIn("scientist");
    await page.goto("/experiments");
    await page.getByLabel("Name", { exact: true }).fill("Journey made by a form");
    await page.getByRole("button", { name: "Create experiment" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Journey made by a form" })).toBeVisible();
    await expect(page.getByText("It has no run yet")).toBeVisible();

    await page.goto(`/experiments/${experiment}`);
    await page.getByText("Rename or delete this experiment").click();
    await page.getByLabel("Name", { exact: true }).fill("Journey of other forms");
    await page.getByRole("button", { name: "Rename" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Journey of other forms" })).toBeVisible();

    await page.goto(`/runs/${runs["both-026"]}`);
    await expect(page.getByText("No metric was logged")).toBeVisible();
    await page.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByText("The run is deleted")).toBeVisible();
    await page.goto(`/experiments/${experiment}`);
    await expect(page.locator(".table-foot")).toContainText("5 runs");
    await page.getByRole("link", { name: "Deleted" }).click();
    await page.getByRole("button", { name: "Restore" }).click();
    await expect(page.getByText("The run is back")).toBeVisible();
    await page.goto(`/experiments/${experiment}`);
    await expect(page.locator(".table-foot")).toContainText("6 runs");

    await page.getByText("Rename or delete this experiment").click();
    await page.getByRole("button", { name: "Delete the experiment" }).click();
    await expect(page.getByText("is deleted with its runs")).toBeVisible();
    await page.goto("/experiments?life=deleted&q=other+forms");
    await page.getByRole("button", { name: "Restore" }).click();
    await expect(page.getByText("The experiment is back with its runs.")).toBeVisible();
    await page.goto(`/experiments/${experiment}`);
    await expect(page.locator(".table-foot")).toContainText("6 runs");
  });
});
