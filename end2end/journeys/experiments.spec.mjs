// Experiments: what a client logged over MLflow's interface is found, filtered, sorted, held against a baseline, compared,
// and looked at run by run.

import { logged } from "../harness/experiments.mjs";
import { awake, expect, fillSignIn, test } from "../harness/page.mjs";

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
    const box = page.locator("#filter");
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
    await expect(page.getByRole("region", { name: "Notes" })).toContainText("Words and characters together");
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
    await expect(page.getByRole("table", { name: "Rows of the file" })).toContainText("GSM1");
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

test("a run that logs grows on its page: nothing that is open, focused or scrolled is lost", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { runs, tracking } = await logged(deployment, "Journey of a live run");
  const id = runs["both-031"];
  const log = (key, step, value) =>
    tracking.post("runs/log-batch", { run_id: id, metrics: [{ key, value, timestamp: Date.now(), step }], params: [], tags: [] });
  await signIn("scientist");
  await page.goto(`/runs/${id}`);
  await awake(page);
  await expect(page.locator("[data-grows] .status")).toHaveText("live");
  const loss = page.getByRole("figure").filter({ hasText: "loss was best" });
  await loss.getByText("Data table").press("Enter");
  await page.getByRole("link", { name: "Logarithmic" }).focus();
  await page.evaluate(() => window.scrollTo(0, 240));
  const scrolled = await page.evaluate(() => window.scrollY);
  expect(scrolled).toBeGreaterThan(100);
  await page.evaluate(() => { window.stays = document.querySelector('[id="curve-loss"] svg'); });

  await log("loss", 35, 0.125);
  await expect(loss).toContainText("n = 35 points", { timeout: 20_000 });
  await expect(page.locator("#live-last")).toContainText(/last value (just now|\d+ (m?s|min) ago|[\d.]+ m?s ago)/);
  // A metric that is new comes between the others, which stay the very elements they were.
  for (const step of [1, 2, 3]) await log("accuracy", step, step / 10);
  await expect(page.locator('[id="curve-accuracy"]')).toContainText("n = 3 points", { timeout: 20_000 });
  expect(await page.evaluate(() => window.stays === document.querySelector('[id="curve-loss"] svg'))).toBe(true);
  await expect(loss.locator("details")).toHaveAttribute("open", "");
  await expect(loss.locator("details")).toContainText("0.125");
  await expect(page.getByRole("link", { name: "Logarithmic" })).toBeFocused();
  expect(await page.evaluate(() => window.scrollY)).toBe(scrolled);

  await tracking.post("runs/update", { run_id: id, status: "FINISHED", end_time: Date.now() });
  await expect(page.locator("#live-state")).toHaveText("finished", { timeout: 20_000 });
  await expect(page.locator("[data-grows] .status")).toHaveText("it has ended");
});

test("curves are smoothed, and what the machine did stands apart", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { runs, tracking } = await logged(deployment, "Journey of smoothing");
  const id = runs["both-030"];
  const at = Date.UTC(2026, 4, 12);
  const values = [1, 3, 2, 8, 4];
  const points = (key) => values.map((value, step) => ({ key, value, timestamp: at + step * 1_000, step }));
  await tracking.post("runs/log-batch", { run_id: id, metrics: [...points("wavering"), ...points("system/cpu_utilization_percentage")], params: [], tags: [] });
  await signIn("scientist");
  await page.goto(`/runs/${id}`);
  const figure = page.locator('[id="curve-wavering"]');
  await expect(figure.locator("path.line")).toHaveCount(1);
  await page.getByRole("group", { name: "Smoothing" }).getByRole("link", { name: "0.6" }).press("Enter");
  await expect(page).toHaveURL(/smooth=0\.6/);
  await expect(figure).toContainText("smoothed by 0.6");
  await expect(figure.locator("path.line.faint")).toHaveCount(1);
  await expect(figure.locator("path.line")).toHaveCount(2);
  // TensorBoard's average of 1, 3, 2, 8, 4 ends at 4.466…; what was logged stays what it was.
  const cells = figure.locator("details td");
  await expect(cells.last()).toContainText("4.4663428174878");
  expect(await cells.allTextContents()).toEqual(expect.arrayContaining(["5", "1", "8", "4"]));
  const machine = page.getByRole("region", { name: "System metrics" });
  await expect(machine.getByRole("figure")).toHaveCount(1);
  await expect(machine).toContainText("system/cpu_utilization_percentage");
  await expect(page.getByRole("region", { name: "Metrics", exact: true })).not.toContainText("system/");
});

test.describe("files of others", () => {
  // What the sandbox forbids a page to load is said in the console.
  test.use({ provoked: ["Content Security Policy", "CSP ", "sandboxed"] });

  test("a page among the artifacts runs alone: no cookie, no parent, nothing of ours answers it", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { experiment, runs, tracking } = await logged(deployment, "Journey of pages");
    const id = runs["both-031"];
    const script = `
      const tried = {};
      const attempt = async (name, act) => { try { tried[name] = "got " + String(await act()); } catch (e) { tried[name] = "refused"; } };
      (async () => {
        await attempt("cookie", () => document.cookie);
        await attempt("storage", () => localStorage.length);
        await attempt("parent", () => parent.document.title);
        await attempt("top", () => top.location.href);
        await attempt("fetch", async () => (await fetch("${deployment.url}/api/v1/experiments", { credentials: "include" })).status);
        await attempt("image", () => new Promise((ok, no) => { const i = new Image(); i.onload = () => ok("loaded"); i.onerror = no; i.src = "${deployment.url}/pkg/favicon.svg"; }));
        if (self !== parent) await attempt("navigate", () => { top.location = "${deployment.url}/account"; return "went"; });
        tried.origin = self.origin;
        document.body.textContent = JSON.stringify(tried);
      })();`;
    await tracking.put(`${experiment}/${id}/artifacts/report.html`, Buffer.from(`<!doctype html><title>x</title><body><script>${script}</script>`));
    await signIn("scientist");
    await page.goto(`/runs/${id}?file=report.html`);
    const frame = page.frameLocator("iframe[title='The page report.html']");
    await expect(frame.locator("body")).toContainText('"origin":"null"');
    const tried = JSON.parse(await frame.locator("body").textContent());
    expect(tried).toEqual({ cookie: "refused", storage: "refused", parent: "refused", top: "refused", fetch: "refused", image: "refused", navigate: "refused", origin: "null" });
    expect(new URL(page.url()).pathname).toBe(`/runs/${id}`);

    // The same where somebody opens the address itself.
    const address = await page.locator("iframe").getAttribute("src");
    const answer = await page.request.get(address);
    expect(answer.headers()["content-security-policy"]).toMatch(/^sandbox allow-scripts; default-src 'none'/);
    expect(answer.headers()["x-content-type-options"]).toBe("nosniff");
    await page.goto(address);
    await expect(page.locator("body")).toContainText('"origin":"null"');
    await expect(page.locator("body")).toContainText('"cookie":"refused"');
    await expect(page.locator("body")).toContainText('"fetch":"refused"');
    const refused = await page.request.get(address.replace("report.html", "environment.json"));
    expect(refused.status()).toBe(400);
  });
});

test("Markdown, tables, drawings and the end of a log are looked at", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { experiment, runs, tracking } = await logged(deployment, "Journey of previews");
  const id = runs["both-031"];
  const put = (path, text) => tracking.put(`${experiment}/${id}/artifacts/${path}`, Buffer.from(text));
  await put("card.md", "# A card\n\n**Bold** <script>alert(1)</script> [out](https://ok.example) [bad](javascript:alert(1))\n\n| a | b |\n|-|-|\n| 1 | 2 |\n");
  await put("table.json", JSON.stringify({ columns: ["sample", "score"], data: [["GSM1", 0.5], ["GSM2", 0.75]] }));
  await put("drawing.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>');
  await put("train.log", Array.from({ length: 9_000 }, (_, n) => `epoch ${n} done`).join("\n"));
  await signIn("scientist");
  await page.goto(`/runs/${id}?file=card.md`);
  const text = page.getByRole("region", { name: "The file's text" });
  await expect(text.locator("strong")).toHaveText("Bold");
  await expect(text).toContainText("<script>alert(1)</script>");
  await expect(text.getByRole("link")).toHaveCount(1);
  await expect(text.getByRole("link", { name: "out" })).toHaveAttribute("rel", /noopener/);
  await expect(text.getByRole("columnheader", { name: "a" })).toBeVisible();
  await page.goto(`/runs/${id}?file=table.json`);
  await expect(page.getByRole("table", { name: "Rows of the file" }).locator("tbody tr").last()).toHaveText("GSM20.75");
  await page.goto(`/runs/${id}?file=evaluation%2Ferrors.tsv`);
  await expect(page.getByRole("table", { name: "Rows of the file" }).locator("tbody tr").first()).toHaveText("GSM1liverkidney");
  await page.goto(`/runs/${id}?file=drawing.svg`);
  const shown = page.getByRole("img", { name: "The picture drawing.svg" });
  expect(await shown.evaluate((image) => image.decode().then(() => image.naturalWidth))).toBe(40);
  await page.goto(`/runs/${id}?file=train.log`);
  await expect(text).toContainText("epoch 8999 done");
  await expect(text).not.toContainText("epoch 0 done");
  expect((await text.textContent()).startsWith("epoch ")).toBe(true);
  await expect(page.getByRole("link", { name: "Download the whole" })).toBeVisible();
});

test("a filter is completed by keys: names with their quotes, signs, another condition", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { experiment, runs, tracking } = await logged(deployment, "Journey of completion");
  await tracking.post("runs/log-batch", { run_id: runs["both-030"], metrics: [{ key: "val loss", value: 0.25, timestamp: 1, step: 0 }], params: [], tags: [] });
  await signIn("scientist");
  await page.goto(`/experiments/${experiment}`);
  await awake(page);
  const box = page.locator("#filter");
  const offered = page.getByRole("listbox", { name: "What may come next" });
  await box.focus();
  await page.keyboard.type("val");
  await expect(offered.getByRole("option")).toHaveText([/metrics\.`val loss`.*metric/]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(box).toHaveValue("metrics.`val loss` ");
  await expect(offered.getByRole("option").first()).toContainText("<");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.type("1 an");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.type("cali");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(box).toHaveValue("metrics.`val loss` < 1 AND params.calibration ");
  // What is put away stays away; Enter then asks.
  await page.keyboard.press("Escape");
  await expect(offered).toBeHidden();
  await page.keyboard.type("= 'isotonic'");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await expect(page.locator(".table-foot")).toContainText("1 run");
  await expect(page.getByRole("link", { name: "both-030", exact: true })).toBeVisible();
});

test("runs are grouped by a param, with the mean and the deviation of each group", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { experiment } = await logged(deployment, "Journey of groups");
  await signIn("scientist");
  await page.goto(`/experiments/${experiment}`);
  await awake(page);
  await page.getByText("Group by:").press("Enter");
  await page.locator("a.menu-item", { hasText: "calibration" }).press("Enter");
  await expect(page).toHaveURL(/group=calibration/);
  const table = page.getByRole("region", { name: /^Table: Runs of .* by calibration/ });
  const rows = table.locator("tbody tr");
  await expect(rows).toHaveCount(3);
  // 0.802, 0.858 and 0.861 by Python's statistics.mean and statistics.stdev; both-026 failed before it had one
  await expect(rows.first()).toContainText("isotonic4");
  await expect(rows.first().locator("td", { hasText: "0.840" })).toHaveAttribute("title", /^3 with a number, of 4 runs: mean 0\.84033.*, standard deviation 0\.0332/);
  await expect(rows.nth(1)).toContainText("0.817");
  await expect(rows.nth(1)).not.toContainText("±");
  await page.getByRole("link", { name: "Open the runs with isotonic" }).press("Enter");
  await expect(rows).toHaveCount(7);
  expect(await table.locator("tbody tr:not([data-group]) a[href^='/runs/']:not([href*=metric])").allTextContents()).toEqual(["both-031", "both-030", "both-026", "learned-017"]);
  await page.getByRole("link", { name: "Close the runs with isotonic" }).press("Enter");
  await expect(rows).toHaveCount(3);
  // How many there are leads to them.
  await rows.first().getByRole("link", { name: "4", exact: true }).press("Enter");
  await expect(page.locator("#filter")).toHaveValue("params.calibration = 'isotonic'");
  await expect(page.locator(".table-foot")).toContainText("4 runs");
});

test("runs are points and lines, each leads to its run, and the address has it all", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { experiment, runs } = await logged(deployment, "Journey of pictures");
  await signIn("scientist");
  await page.goto(`/experiments/${experiment}`);
  await page.getByRole("link", { name: "Scatter" }).press("Enter");
  await page.getByRole("combobox", { name: "Across" }).selectOption("params.C");
  await page.getByRole("combobox", { name: "Up" }).selectOption("metrics.f1");
  await page.getByRole("combobox", { name: "Colour" }).selectOption("params.calibration");
  await page.getByRole("button", { name: "Draw" }).press("Enter");
  await expect(page).toHaveURL(/view=scatter.*x=params\.C.*y=metrics\.f1.*colour=params\.calibration/);
  const points = page.getByRole("figure").filter({ hasText: "f1 over C" });
  // Four of six have both; the others are told.
  await expect(points.locator("svg a")).toHaveCount(4);
  await expect(points).toContainText("n = 6 runs · 2 runs without C or f1 not drawn");
  await expect(points.locator("svg a title").filter({ hasText: "both-031: C 0.8, f1 0.861, calibration isotonic" })).toHaveCount(1);
  await expect(points.locator(".legend")).toContainText("Platt");
  await points.getByText("Data table").press("Enter");
  await expect(points.locator("tbody tr")).toHaveCount(4);
  await points.locator(`svg a[href="/runs/${runs["both-031"]}"]`).click();
  await expect(page.getByRole("heading", { level: 1, name: "both-031" })).toBeVisible();

  await page.goto(`/experiments/${experiment}?view=parallel&column=params.calibration&column=params.C&column=metrics.f1`);
  const lines = page.getByRole("figure").filter({ hasText: "How 3 columns meet, coloured by f1" });
  await expect(lines.locator("svg a")).toHaveCount(6);
  await expect(lines.locator("svg text").filter({ hasText: "isotonic" })).toHaveCount(1);
  await lines.getByText("Data table").press("Enter");
  await lines.getByRole("link", { name: "learned-018" }).last().press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "learned-018" })).toBeVisible();
});

test("a scatter has all runs: the first of the table as links, a cloud of the others behind them", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { experiment, tracking } = await logged(deployment, "Journey of a thousand");
  const one = async (n) => {
    const made = await tracking.post("runs/create", { experiment_id: experiment, start_time: 1_600_000_000_000 + n, run_name: `many ${n}` });
    const metrics = [{ key: "across", value: n, timestamp: 1, step: 0 }, { key: "p", value: n === 7 ? 1e-120 : 0.5, timestamp: 1, step: 0 }];
    await tracking.post("runs/log-batch", { run_id: made.run.info.run_id, metrics });
  };
  for (let n = 0; n < 1_020; n += 20) await Promise.all(Array.from({ length: 20 }, (_, at) => one(n + at)));
  await signIn("scientist");
  await page.goto(`/experiments/${experiment}?view=scatter&x=metrics.across&y=metrics.p&order_by=metrics.across`);
  const points = page.getByRole("figure").filter({ hasText: "p over across" });
  await expect(points).toContainText("n = 1,026 runs · 6 runs without across or p not drawn · the first 1,000 in the order of the table are links");
  await expect(points.locator("svg a")).toHaveCount(1_000);
  await expect(points.locator("svg a title").filter({ hasText: "many 7:" })).toHaveText(/p 0\.0{119}1$/);
  const cloud = await points.locator("path.cloud").getAttribute("d");
  // 1,020 values across 348 units of the picture, each place once, all of 0.5 on one line and the small one below.
  expect(cloud.match(/M/g)).toHaveLength(350);
  expect(new Set(cloud.match(/(?<= )\d+/g)).size).toBe(2);
});

test("a table as it is shown is kept under a name for everybody, and deleted", async ({ page, deployment, signIn, browser }) => {
  test.setTimeout(120_000);
  const { experiment } = await logged(deployment, "Journey of kept filters");
  await signIn("scientist");
  const address = `/experiments/${experiment}?filter=metrics.f1+%3E+0.8&view=scatter&x=params.C&y=metrics.f1`;
  await page.goto(address);
  await page.locator("main summary", { hasText: "Saved views" }).press("Enter");
  await page.getByLabel("A name for this list").fill("Best by C");
  await page.getByRole("checkbox", { name: "for everybody here" }).check();
  await page.getByRole("button", { name: "Keep", exact: true }).press("Enter");
  await expect(page.getByText('"Best by C" is kept; everybody here sees it.')).toBeVisible();
  await expect(page).toHaveURL(/view=scatter/);

  // A colleague finds it at this experiment, and at no other.
  const other = await browser.newContext({ baseURL: deployment.url });
  const theirs = await other.newPage();
  await theirs.goto("/sign-in");
  await fillSignIn(theirs, deployment.people.curator);
  await theirs.waitForURL((url) => url.pathname !== "/sign-in");
  await theirs.goto(`/experiments/${experiment}`);
  await theirs.locator("main summary", { hasText: "Saved views" }).press("Enter");
  await theirs.getByRole("link", { name: "Best by C" }).press("Enter");
  await expect(theirs).toHaveURL(/view=scatter.*x=params\.C/);
  await expect(theirs.locator("#filter")).toHaveValue("metrics.f1 > 0.8");
  const { experiment: another } = await logged(deployment, "Journey of no kept filters");
  await theirs.goto(`/experiments/${another}`);
  await expect(theirs.getByRole("link", { name: "Best by C" })).toHaveCount(0);
  await other.close();

  await page.goto("/views");
  page.on("dialog", (dialog) => dialog.accept());
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "Best by C" }) });
  await row.getByRole("button", { name: "Delete" }).press("Enter");
  await expect(page.getByText("The view is gone")).toBeVisible();
  await page.goto(`/experiments/${experiment}`);
  await expect(page.getByRole("link", { name: "Best by C" })).toHaveCount(0);
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

test("several runs at once are deleted, brought back, and removed for good", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { experiment, runs } = await logged(deployment, "Journey of many");
  await signIn("admin");
  await page.goto(`/experiments/${experiment}`);
  await page.getByRole("button", { name: "Delete them" }).click();
  await expect(page.getByText("no run is selected")).toBeVisible();
  await page.getByRole("checkbox", { name: "Select both-026" }).check();
  await page.getByRole("checkbox", { name: "Select both-030" }).check();
  await page.getByRole("button", { name: "Delete them" }).click();
  await expect(page.getByText("2 runs are deleted")).toBeVisible();
  await expect(page.locator(".table-foot")).toContainText("4 runs");
  await page.getByRole("link", { name: "Deleted" }).click();
  await page.getByRole("checkbox", { name: "Select both-026" }).check();
  // What can't be undone is asked about.
  const asked = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    return asked.length === 1 ? dialog.dismiss() : dialog.accept();
  });
  await page.getByRole("button", { name: "Remove them for good" }).click();
  await expect.poll(() => asked.length).toBe(1);
  await expect(page.locator(".table-foot")).toContainText("2 runs");
  await page.getByRole("button", { name: "Remove them for good" }).click();
  await expect(page.getByText("The run is being removed for good")).toBeVisible();
  expect(asked[1]).toContain("Nobody can bring them back");
  await expect(page.locator(".table-foot")).toContainText("1 run");
  await expect.poll(async () => (await page.request.get(`/api/v1/runs/${runs["both-026"]}`)).status()).toBe(404);
  await page.getByRole("checkbox", { name: "Select both-030" }).check();
  await page.getByRole("button", { name: "Restore them" }).click();
  await expect(page.getByText("The run is back")).toBeVisible();
  await page.goto(`/experiments/${experiment}`);
  await expect(page.locator(".table-foot")).toContainText("5 runs");
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

    await page.goto(`/runs/${runs["both-031"]}`);
    await page.getByText("Edit", { exact: true }).click();
    const before = await page.locator("input[name=before]").inputValue();
    await page.getByRole("textbox", { name: "Notes" }).fill("It is *sure*.\nAnd fast.");
    await page.getByRole("button", { name: "Keep the notes" }).click();
    await expect(page.getByText("The notes are kept.")).toBeVisible();
    await expect(page.getByRole("region", { name: "Notes" }).locator("em")).toHaveText("sure");
    // Whoever began before is told, and nothing is written over.
    const late = await page.request.put(`/api/v1/runs/${runs["both-031"]}/note`, {
      headers: { origin: deployment.url },
      data: { text: "late", before },
    });
    expect(late.status()).toBe(409);
    await page.reload();
    await expect(page.getByRole("region", { name: "Notes" }).locator("em")).toHaveText("sure");

    await page.goto(`/runs/${runs["both-026"]}`);
    await expect(page.getByText("No metric was logged")).toBeVisible();
    await page.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByText("The run is deleted")).toBeVisible();
    await page.goto(`/experiments/${experiment}`);
    await expect(page.locator(".table-foot")).toContainText("5 runs");
    await page.getByRole("link", { name: "Deleted" }).click();
    await page.getByRole("button", { name: "Restore", exact: true }).click();
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
