// Every screen there is, with the role that sees it: what axe checks and what screens.mjs photographs.
// `open` takes a signed-in page of that role and the deployment, and leaves the page on the screen. Files that it imports
// are made here.

import { browserOf } from "./api.mjs";
import { accepting, answered, measured, page as automatic } from "./automatic.mjs";
import { logged } from "./experiments.mjs";
import { registered } from "./registry.mjs";
import { awake } from "./page.mjs";
import { installLaterPato, trainOn } from "./harmonize.mjs";
import { checked, disputed, drafted, golden, started } from "./projects.mjs";
import { page as byValue, waiting } from "./review.mjs";

const to = (address) => (page) => page.goto(address);

/** Follows the first dataset of a search, then a tab of it. */
const dataset = (tab) => async (page) => {
  await page.goto("/search?kind=datasets");
  const href = await page.getByRole("region", { name: "Results" }).locator('a[href^="/datasets/"]').first().getAttribute("href");
  await page.goto(href + tab);
};

const first = (list, prefix) => async (page) => {
  await page.goto(list);
  await page.goto(await page.locator(`main a[href^="${prefix}"]`).first().getAttribute("href"));
};

/** Imports a made file and opens the page of its ended job. */
const jobOf = (name, text, state) => async (page) => {
  const origin = new URL(page.url()).origin;
  const started = await page.request.post("/api/v1/imports", {
    headers: { origin },
    multipart: { collection: "Screens", file: { name, mimeType: "text/plain", buffer: Buffer.from(text) } },
  });
  if (started.status() !== 202) throw new Error(`importing ${name} answered ${started.status()}: ${await started.text()}`);
  await page.goto(`/jobs/${(await started.json()).job.id}`);
  await page.locator(`[data-job][data-state="${state}"]`).waitFor();
  await page.getByRole("table", { name: "Files" }).waitFor();
};
const UNKNOWN = "Vial;Organ;Grade;Age;Remark\nV-1;spleen;2;61;\nV-2;liver;3;48;thawed once\nV-3;spleen;1;;\n";
const BROKEN = "^SERIES = GSE9999999\n!Series_title = A file that ends too early\n^SAMPLE = GSM99999990\n!Sample_title\n";

/** An experiment of its own; `address` gives where its screen is. */
const tracked = (name, address) => async (page, deployment) => page.goto(address(await logged(deployment, name)));

/** A run with what its machine did, a note in Markdown, a page and a card among its files; smoothed, with one of them open. */
const measuredRun = (file) => async (page, deployment) => {
  const { experiment, runs, tracking } = await logged(deployment, `Screens ${file}`);
  const id = runs["both-031"];
  const at = Date.now() - 600_000;
  const point = (key, value) => (_, step) => ({ key, value: value(step), timestamp: at + step * 10_000, step });
  const busy = Array.from({ length: 60 }, point("system/cpu_utilization_percentage", (n) => 70 + 25 * Math.sin(n / 4)));
  const memory = Array.from({ length: 60 }, point("system/system_memory_usage_megabytes", (n) => 2_000 + 30 * n));
  await tracking.post("runs/log-batch", { run_id: id, metrics: [...busy, ...memory], params: [], tags: [] });
  const note = "## What was tried\n\nWords and characters **together**; the score is calibrated by `isotonic` regression.\n\n- held back: a fifth\n- next: raise *C*";
  await tracking.post("runs/set-tag", { run_id: id, key: "mlflow.note.content", value: note });
  const put = (path, text) => tracking.put(`${experiment}/${id}/artifacts/${path}`, Buffer.from(text));
  await put("report.html", "<!doctype html><title>Report</title><style>body{font:16px sans-serif}</style><h1>Errors by term</h1><p id=p></p><script>p.textContent = 'Drawn by a script: ' + (6 * 7)</script>");
  await put("card.md", "# Tissue annotator\n\nReads **UBERON** terms out of what the source said.\n\n| gold | samples | F1 |\n|-|-|-|\n| ale | 2,806 | 0.861 |\n| golightly | 1,113 | 0.872 |\n");
  await page.goto(`/runs/${id}?smooth=0.9&file=${file}`);
};

/** A model of this name, registered from runs; `address` gives where its screen is. */
const modelled = (name, address) => async (page, deployment) => page.goto(address(await registered(deployment, name)));
const modelPath = ({ name }) => `/models/${encodeURIComponent(name)}`;

/** A promotion that a curator asked for, to an alias that only screens protect. */
const promoted = (name, address) => async (page, deployment) => {
  const { url, people } = deployment;
  const model = await registered(deployment, name);
  await (await browserOf(url, people.admin)).call("PUT", "/organization/protected-aliases", { json: { aliases: ["screened"] } });
  const scientist = await browserOf(url, people.scientist);
  const asked = await scientist.post(`${modelPath(model)}/promote`, { alias: "screened", version: 2, why: "It is better at kidneys." });
  if (asked.status !== 202) throw new Error(`asking for a promotion answered ${asked.status}: ${JSON.stringify(asked.body)}`);
  return page.goto(address(asked.body.request.id, model));
};

/** Explains the columns of a table that nobody knows. */
const mapping = async (page) => {
  await jobOf("vials.csv", UNKNOWN, "failed")(page);
  await page.goto(await page.getByRole("link", { name: "Explain the columns" }).first().getAttribute("href"));
};

/** Posts a text to the annotators, as the form does. */
const annotated = (text) => async (page) => {
  await page.goto("/annotate");
  await page.getByLabel("What the source says of the sample").fill(text);
  const answer = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/annotate"));
  await page.getByRole("button", { name: "Annotate" }).click();
  const found = await answer;
  await page.waitForLoadState("load");
  return found;
};

/** Opens the coverage of the first collection. */
const coverage = async (page) => {
  await first("/collections", "/collections/")(page);
  return page.goto(`${new URL(page.url()).pathname}/coverage`);
};

/** Review by value of a collection of its own; `query` picks and answers. */
const review = (name, query = "") => async (page, deployment) => {
  const { curator, collection } = await waiting(deployment, name, REVIEWED(name.replaceAll(" ", "-")));
  const { body } = await curator.get(`/review/values?collection=${collection}&field=tissue`);
  const picks = query && body.items.map((one) => `&pick=${one.id}`).join("");
  return page.goto(byValue(collection, "tissue") + picks + query);
};

/** One question of a collection with so many samples. */
const bench = (name, samples) => async (page, deployment) => {
  const rows = REVIEWED(name.replaceAll(" ", "-")).split("\n").slice(0, samples + 1);
  const table = samples ? rows : [...rows, `${name.replaceAll(" ", "-")}-9,Biopsy 9,`];
  const { collection } = await waiting(deployment, name, `${table.join("\n")}\n`);
  return page.goto(`/curate?collection=${collection}&field=tissue`);
};

/** Suggestions of a collection of its own, of which some were right and some wrong; `query` looks at a threshold. */
const figures = (name, query = "") => async (page, deployment) => {
  const made = await measured(deployment, name, 20);
  await answered(made, made.questions.slice(0, 9), "accept");
  await answered(made, made.questions.slice(9, 12), "reject");
  return page.goto(automatic(made.collection) + query);
};

/** So many mistakes that the field is on hold. */
const held = (name, to) => async (page, deployment) => {
  const made = await measured(deployment, name, 14);
  await accepting(made, 0.05);
  await answered(made, made.questions.slice(0, 11), "reject");
  return page.goto(to(made.collection));
};

/** The form of a new project in a collection of its own. */
const newProject = async (page, deployment) => {
  const { collection } = await waiting(deployment, "Screens new project", REVIEWED("Screens-new-project"));
  return page.goto(`/projects/new?collection=${collection}&field=tissue`);
};

/** The same with what was typed into it and refused. */
const refusedProject = async (page, deployment) => {
  const { collection } = await waiting(deployment, "Screens refused project", REVIEWED("Screens-refused-project"));
  await page.goto(`/projects/new?collection=${collection}&field=tissue`);
  await page.getByLabel("Name", { exact: true }).fill("Livers, twice");
  await page.getByRole("checkbox", { name: "Tissue", exact: true }).uncheck();
  await page.getByLabel("How many").fill("3000");
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    page.getByRole("button", { name: "Draft the project" }).click(),
  ]);
  await page.waitForLoadState("load");
  return answer;
};

/** A page of a project over such a collection, made by `make`. */
const project = (make, name, page = "", plan = {}) => async (opened, deployment) => {
  const scene = await make(deployment, name, REVIEWED(name.replaceAll(" ", "-")), plan);
  return opened.goto(`/projects/${scene.project}${page}`);
};

/** A disease, of which several may hold, with what is written about it. */
const several = (name) => async (page, deployment) => {
  const { collection } = await talkedAbout(deployment, name);
  return page.goto(`/curate?collection=${collection}&field=disease`);
};

/** What colleagues wrote to whoever looks. */
const mentioned = async (page, deployment) => {
  await talkedAbout(deployment, "Screens mentions");
  return page.goto("/mentions");
};

async function talkedAbout(deployment, name) {
  const rows = ["psoriasis", "psoriasis", "hepatocellular carcinoma"].map((disease, n) => `${name.replaceAll(" ", "-")}-${n},Biopsy ${n},${disease}`);
  const { curator, collection } = await waiting(deployment, name, `${["accession,title,disease", ...rows].join("\n")}\n`);
  const { body } = await curator.post("/review/next", { collection, field: "disease" });
  const handle = deployment.people.curator.email.split("@")[0];
  const sent = { collection, field: "disease", question: body.task.question.id, text: `@${handle} which kind of it is meant?` };
  const { status, body: said } = await curator.post("/review/comments", sent);
  if (status !== 201) throw new Error(`commenting answered ${status}: ${JSON.stringify(said)}`);
  return { collection };
}

const REVIEWED = (name) =>
  [
    "accession,title,source_name",
    ...["liver", "liver", "kidney cortex", "peripheral blood", "lung, upper lobe"].map((source, n) => `${name}-${n},Biopsy ${n},${source}`),
    "",
  ].join("\n");

/** A table whose keys are mapped; `query` looks at one of them. */
const keyed = (name, query = "") => async (page, deployment) => {
  const mark = name.replaceAll(" ", "-");
  const rows = ["54,liver,M", "61,kidney,F", "adult,liver,M", "NA,lung,F"].map((row, n) => `${mark}-${n},Biopsy ${n},${row}`);
  const { curator, collection } = await waiting(deployment, name, ["accession,title,age (yrs),organ,gender", ...rows, ""].join("\n"));
  const reads = { field: "sex", parser: "value" };
  await curator.post("/rules", { collection, scope: { kind: "collection" }, says: { kind: "key", key: "gender", reads }, why: "an example" });
  await curator.settled();
  return { collection, open: (path) => page.goto(`${path}?collection=${collection}${query}`) };
};

/** The grid of a study whose titles carry its design. */
const sheet = (name, part = "") => async (page, deployment) => {
  const mark = name.replaceAll(" ", "-");
  const rows = ["Cg_HAB_01", "Cg_NAB_02", "CeA_HAB_03", "CeA_NAB_04"].map((title, n) => `${mark}-${n},${title},liver`);
  const { curator, collection } = await waiting(deployment, name, ["accession,title,source_name", ...rows, ""].join("\n"));
  const { body } = await curator.get(`/collections/${collection}/datasets`);
  return page.goto(`/grid/${body.items[0].id}${part}`);
};

/** What the form of a rule says in its address. */
const RULE = (words, rest) => `&field=tissue&attribute=organ&words=${words}&${rest}`;

/** A cell with the terms that are offered for what is typed in it. */
const offered = async (page, deployment) => {
  const opened = await sheet("Screens offered", "?fields=tissue,stage")(page, deployment);
  await awake(page);
  await page.locator(".grid-cell").first().click();
  await page.keyboard.type("live");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  return opened;
};

/** A batch of decisions of a collection of its own, with one decision of it taken back; {curator, batch, sample}. */
const decided = async (deployment, name) => {
  const { curator, collection } = await waiting(deployment, name, REVIEWED(name.replaceAll(" ", "-")));
  const { body } = await curator.get(`/review/values?collection=${collection}&field=tissue`);
  const matching = { collection, field: "tissue" };
  const made = await curator.post("/review/decide", { matching, values: [body.items[0].id], answer: "accept", why: "as the paper says" });
  await curator.settled();
  const changes = await curator.get(`/curations/${made.body.batch}/changes`);
  const sample = changes.body.items[0].sample;
  const one = { sample, field: "tissue", why: "this one is another patient's" };
  await curator.post(`/curations/${made.body.batch}/decisions/revert`, one);
  await curator.settled();
  return { curator, batch: made.body.batch, sample, collection };
};
const batchPage = async (page, deployment) => page.goto(`/decisions/${(await decided(deployment, "Screens decided")).batch}`);
const historyPage = async (page, deployment) => page.goto(`/samples/${(await decided(deployment, "Screens history")).sample}/history`);

/** A report that waits; `to` says where it is looked at. */
const reported = (name, to) => async (page, deployment) => {
  const { curator, sample } = await decided(deployment, name);
  const filed = await curator.post("/reports", { sample, field: "tissue", words: "table 1 of the paper lists a kidney", proposed: "kidney" });
  if (filed.status !== 201) throw new Error(`reporting answered ${filed.status}: ${JSON.stringify(filed.body)}`);
  return page.goto(to(sample, filed.body.id));
};

/** A spreadsheet that was looked at. */
const lookedAt = async (page, deployment) => {
  const { curator, collection } = await waiting(deployment, "Screens file", REVIEWED("Screens-file"));
  const form = new FormData();
  form.append("collection", collection);
  form.append("look", "true");
  form.append("file", new Blob(["sample,tissue,shelf\nScreens-file-0,kidney,A\nScreens-file-1,no such organ,B\nNone-9,liver,C\n"]), "2025.csv");
  const started = await curator.call("POST", "/decisions/import", { form });
  await curator.ended(started.body.job.id);
  return page.goto(`/decisions/import?job=${started.body.job.id}`);
};

/** A list that is kept, on the page of all. */
const keptView = async (page) => {
  const origin = new URL(page.url()).origin;
  await page.request.post("/api/v1/views", { headers: { origin }, data: { name: "Tumors", address: "/search?q=tumor", shared: true } });
  return page.goto("/views");
};

/** A webhook that has tried to be heard. */
const webhook = async (page) => {
  const origin = new URL(page.url()).origin;
  const data = { url: "https://hooks.invalid/chorale", note: "Tells the lab's channel" };
  const made = await page.request.post("/api/v1/webhooks", { headers: { origin }, data });
  if (made.status() !== 201) throw new Error(`creating a webhook answered ${made.status()}: ${await made.text()}`);
  const { id } = (await made.json()).webhook;
  await page.request.post(`/api/v1/webhooks/${id}/test`, { headers: { origin } });
  return page.goto(`/webhooks/${id}`);
};

/** Opens the fields of the first collection; `query` opens the form of one. */
const fields = (query) => async (page) => {
  await first("/collections", "/collections/")(page);
  return page.goto(`${new URL(page.url()).pathname}/fields${query}`);
};

/** Saves a field with a name that no field can have. */
const refusedField = async (page) => {
  await fields("?edit=disease")(page);
  await page.getByLabel("Name", { exact: true }).fill("Dis ease");
  const answer = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/fields"));
  await page.getByRole("button", { name: "Save the field" }).click();
  const found = await answer;
  await page.waitForLoadState("load");
  return found;
};

/** Installs a later release beside the one in use, and opens what it would change. */
const upgrade = async (page, deployment) => {
  installLaterPato(deployment, "screens");
  await page.goto("/ontologies");
  return page.goto(await page.getByRole("row", { name: /PATO.*screens/ }).getByRole("link", { name: "what it changes" }).getAttribute("href"));
};

/** Trains on few samples and on more, and opens what the first annotator would change now that the second works. */
const versionPreview = async (page, deployment) => {
  for (const rows of [1_000, 4_000]) trainOn(deployment, "Demo", rows);
  return page.goto("/models/harmonize?preview=1");
};

/** Trains on few samples, puts two studies right, trains the next version from that, and opens its page, or its model's. */
const retrained = (name, where) => async (page, deployment) => {
  trainOn(deployment, "Demo", 1_000);
  const { curator, collection } = await waiting(deployment, name, REVIEWED(`${name.replaceAll(" ", "-")}-a`));
  const more = await curator.importFiles(name, [{ name: `${name}-b.csv`, text: REVIEWED(`${name.replaceAll(" ", "-")}-b`) }]);
  if (more.status !== 202) throw new Error(`importing answered ${more.status}`);
  const admin = await browserOf(deployment.url, deployment.people.admin);
  await admin.settled();
  const matching = { collection, field: "tissue", state: "all" };
  const decided = await curator.post("/review/decide", { matching, answer: "change", term: "UBERON:0002106" });
  if (decided.status >= 300) throw new Error(`deciding answered ${decided.status}: ${JSON.stringify(decided.body)}`);
  await admin.settled();
  const started = await curator.post("/models/harmonize/retraining");
  const job = await curator.ended(started.body.job.id, 200);
  if (job.state !== "succeeded") throw new Error(JSON.stringify(job));
  return page.goto(where(job.result.version));
};

/** Invites somebody and opens the link that they would get. */
const invitation = async (page) => {
  const origin = new URL(page.url()).origin;
  const data = { email: "screens@demo.example", role: "scientist" };
  const made = await page.request.post("/api/v1/invitations", { headers: { origin }, data });
  if (made.status() !== 201) throw new Error(`inviting answered ${made.status()}: ${await made.text()}`);
  return page.goto((await made.json()).url);
};

/**
 * {name, role, open}; without a role nobody is signed in. `status` is the page's own, 200 unless said. One that `installs`
 * something needs the deployment's command line.
 */
export const SCREENS = [
  { name: "sign-in", open: to("/sign-in") },
  { name: "design", open: to("/design") },
  { name: "reset-password", open: to("/reset-password?code=none") },
  { name: "invitation", role: "admin", open: invitation },
  { name: "invitation-void", open: to("/invitation?code=none"), status: 400 },
  { name: "search-samples", role: "scientist", open: to("/search?q=tumor") },
  { name: "search-narrowed", role: "scientist", open: to("/search?q=cancer&organism=Homo+sapiens") },
  { name: "search-widened", role: "scientist", open: to("/search?q=prostate") },
  { name: "search-not-widened", role: "scientist", open: to("/search?q=prostate&expand=-UBERON:0002367") },
  { name: "search-by-term", role: "scientist", open: to("/search?tissue=UBERON:0002367") },
  { name: "search-datasets", role: "scientist", open: to("/search?kind=datasets") },
  { name: "search-nothing", role: "scientist", open: to("/search?q=xyzzyplugh") },
  { name: "search-refused", role: "scientist", open: to("/search?q=%28liver+AND"), status: 400 },
  { name: "collections", role: "scientist", open: to("/collections") },
  { name: "collection", role: "scientist", open: first("/collections", "/collections/") },
  { name: "dataset-overview", role: "scientist", open: dataset("") },
  { name: "dataset-samples", role: "scientist", open: dataset("/samples") },
  { name: "dataset-samples-raw", role: "scientist", open: dataset("/samples?show=raw") },
  { name: "dataset-samples-harmonized", role: "scientist", open: dataset("/samples?show=harmonized") },
  { name: "dataset-samples-both", role: "scientist", open: dataset("/samples?show=both") },
  { name: "dataset-samples-none", role: "scientist", open: dataset("/samples?q=xyzzyplugh") },
  { name: "dataset-files", role: "scientist", open: dataset("/files") },
  { name: "dataset-history", role: "scientist", open: dataset("/history") },
  { name: "sample", role: "scientist", open: first("/search?q=tumor", "/samples/") },
  { name: "collection-coverage", role: "curator", open: coverage },
  { name: "collection-fields", role: "curator", open: fields("") },
  { name: "collection-fields-edit", role: "curator", open: fields("?edit=disease") },
  { name: "collection-fields-refused", role: "curator", open: refusedField, status: 400 },
  { name: "collection-fields-read", role: "scientist", open: fields("") },
  { name: "by-value", role: "curator", open: review("Screens by value") },
  { name: "by-value-looked", role: "curator", open: review("Screens looked", "&answer=accept") },
  { name: "by-value-refused", role: "curator", open: review("Screens refused", "&answer=change&term=none") },
  { name: "automatic", role: "curator", open: figures("Screens automatic") },
  { name: "automatic-looked", role: "curator", open: figures("Screens threshold", "&from=0.5") },
  { name: "automatic-held", role: "curator", open: held("Screens held", automatic) },
  { name: "automatic-fields", role: "curator", open: held("Screens measured", (collection) => `/automatic?collection=${collection}`) },
  { name: "automatic-overview", role: "scientist", open: to("/automatic") },
  { name: "alerts", role: "curator", open: held("Screens alert", () => "/alerts") },
  { name: "alerts-none", role: "curator", open: to("/alerts?state=resolved") },
  { name: "curate", role: "curator", open: bench("Screens curate", 2) },
  { name: "curate-done", role: "curator", open: bench("Screens done", 0) },
  { name: "curate-several", role: "curator", open: several("Screens several") },
  { name: "mentions", role: "curator", open: mentioned },
  { name: "mentions-none", role: "scientist", open: to("/mentions") },
  { name: "curate-overview", role: "curator", open: to("/curate") },
  { name: "by-value-overview", role: "scientist", open: to("/by-value") },
  { name: "projects", role: "curator", open: to("/projects") },
  { name: "projects-choose", role: "curator", open: to("/projects/new") },
  { name: "projects-new", role: "curator", open: newProject },
  { name: "projects-new-refused", role: "curator", open: refusedProject, status: 400 },
  { name: "project-draft", role: "curator", open: project(drafted, "Screens draft") },
  { name: "project-edit", role: "curator", open: project(drafted, "Screens edit", "/edit") },
  { name: "project", role: "admin", open: project(disputed, "Screens project") },
  { name: "project-gold", role: "admin", open: project(golden, "Screens gold") },
  { name: "project-work", role: "curator", open: project(started, "Screens work", "/work") },
  { name: "project-work-done", role: "curator", open: project(disputed, "Screens worked", "/work") },
  { name: "project-adjudicate", role: "admin", open: project(disputed, "Screens adjudicate", "/adjudicate") },
  { name: "project-adjudicated", role: "curator", open: project(started, "Screens adjudicated", "/adjudicate") },
  { name: "project-check", role: "admin", open: project(checked, "Screens check", "/adjudicate", { reviewers: 1, checked: 100, passing: 95 }) },
  { name: "keys", role: "curator", open: async (...all) => (await keyed("Screens keys", "&state=all")(...all)).open("/keys") },
  { name: "keys-looked", role: "curator", open: async (...all) => (await keyed("Screens key", "&look=age+%28yrs%29&field=age&parser=number&unit=year")(...all)).open("/keys") },
  { name: "keys-refused", role: "curator", open: async (...all) => (await keyed("Screens key refused", "&look=organ&field=age&parser=date")(...all)).open("/keys") },
  { name: "keys-overview", role: "scientist", open: to("/keys") },
  { name: "rules", role: "curator", open: async (...all) => (await keyed("Screens rules")(...all)).open("/rules") },
  { name: "rules-choose", role: "curator", open: to("/rules/new") },
  { name: "rules-new", role: "curator", open: async (...all) => (await keyed("Screens new rule", RULE("liver", "answer=is&term=kidney&look=true"))(...all)).open("/rules/new") },
  { name: "rules-refused", role: "curator", open: async (...all) => (await keyed("Screens refused rule", RULE("liver", "answer=is&term=livver&scope=series&of=GSE0&look=true"))(...all)).open("/rules/new"), status: 400 },
  { name: "grid", role: "curator", open: sheet("Screens grid") },
  { name: "grid-offered", role: "curator", open: offered },
  { name: "grid-titles", role: "curator", open: sheet("Screens titles", "/titles") },
  { name: "decisions", role: "curator", open: to("/decisions") },
  { name: "decisions-none", role: "curator", open: to("/decisions?by=nobody") },
  { name: "decision", role: "curator", open: batchPage },
  { name: "sample-history", role: "curator", open: historyPage },
  { name: "decisions-import", role: "curator", open: to("/decisions/import") },
  { name: "decisions-looked", role: "curator", open: lookedAt },
  { name: "reports", role: "curator", open: reported("Screens reports", () => "/reports") },
  { name: "reports-mine", role: "curator", open: reported("Screens mine", () => "/reports/mine") },
  { name: "reports-mine-none", role: "scientist", open: to("/reports/mine") },
  { name: "report", role: "curator", open: reported("Screens report", (_, id) => `/reports/${id}`) },
  { name: "report-new", role: "curator", open: reported("Screens wrong", (sample) => `/reports/new?sample=${sample}&field=tissue`) },
  { name: "webhooks", role: "admin", open: to("/webhooks") },
  { name: "webhook", role: "admin", open: webhook },
  { name: "views", role: "scientist", open: keptView },
  { name: "annotate", role: "scientist", open: to("/annotate?example=1") },
  { name: "annotate-attributes", role: "scientist", open: annotated("tissue: liver\ndisease: HCC\nage: 54 y\ngender: M") },
  { name: "annotate-text", role: "scientist", open: annotated("Adjacent normal liver of a patient with hepatocellular carcinoma.") },
  { name: "annotate-nothing", role: "scientist", open: annotated("xyzzyplugh") },
  { name: "terms", role: "scientist", open: to("/terms?q=renal+cell") },
  { name: "terms-begin", role: "scientist", open: to("/terms") },
  { name: "terms-nothing", role: "scientist", open: to("/terms?q=xyzzyplugh") },
  { name: "term", role: "scientist", open: to("/terms/MONDO:0005159") },
  { name: "term-missing", role: "scientist", open: to("/terms/MONDO:none"), status: 404 },
  { name: "ontologies", role: "scientist", open: to("/ontologies") },
  { name: "ontology-upgrade", role: "admin", open: upgrade, installs: true },
  { name: "model-preview", role: "admin", open: versionPreview, installs: true },
  { name: "model", role: "curator", open: retrained("Screens next", () => "/models/harmonize"), installs: true },
  { name: "model-version", role: "curator", open: retrained("Screens version", (version) => `/models/harmonize/versions/${version}`), installs: true },
  { name: "models", role: "admin", open: to("/models") },
  { name: "models-registered", role: "scientist", open: modelled("Screens models", () => "/models?q=screens") },
  { name: "models-refused", role: "scientist", open: to("/models?q=stage+%3D+'a'"), status: 400 },
  { name: "models-none", role: "scientist", open: to("/models?q=xyzzyplugh") },
  { name: "model-registered", role: "scientist", open: modelled("Screens model", modelPath) },
  { name: "model-card", role: "scientist", open: modelled("Screens card", (model) => `${modelPath(model)}/versions/2`) },
  { name: "promotions", role: "curator", open: promoted("Screens promotions", () => "/promotions") },
  { name: "promotion", role: "curator", open: promoted("Screens promotion", (id) => `/promotions/${id}`) },
  { name: "promotion-own", role: "scientist", open: promoted("Screens own promotion", (id) => `/promotions/${id}`) },
  { name: "promotions-none", role: "scientist", open: to("/promotions?state=rejected&name=xyzzyplugh") },
  { name: "version-waiting", role: "scientist", open: promoted("Screens waiting", (_, model) => `${modelPath(model)}/versions/2`) },
  { name: "experiments", role: "scientist", open: tracked("Screens experiments", () => "/experiments?q=screens") },
  { name: "experiments-none", role: "scientist", open: to("/experiments?q=xyzzyplugh") },
  { name: "runs", role: "scientist", open: tracked("Screens runs", ({ experiment, runs }) => `/experiments/${experiment}?order_by=metrics.f1+desc&baseline=${runs["dictionary-001"]}`) },
  { name: "runs-refused", role: "scientist", open: tracked("Screens refused", ({ experiment }) => `/experiments/${experiment}?filter=metrics.f1+%3E+0.75+and+params.calibration+%3D+isotonic&last=metrics.f1+%3E+0.75`), status: 400 },
  { name: "runs-none", role: "scientist", open: tracked("Screens none", ({ experiment }) => `/experiments/${experiment}?filter=metrics.f1+%3E+2`) },
  { name: "runs-groups", role: "scientist", open: tracked("Screens groups", ({ experiment }) => `/experiments/${experiment}?group=calibration&open=%3Disotonic`) },
  { name: "runs-scatter", role: "scientist", open: tracked("Screens scatter", ({ experiment }) => `/experiments/${experiment}?view=scatter&x=params.C&y=metrics.f1&colour=params.calibration`) },
  { name: "runs-parallel", role: "scientist", open: tracked("Screens parallel", ({ experiment }) => `/experiments/${experiment}?view=parallel&column=params.calibration&column=params.C&column=metrics.ece&column=metrics.f1`) },
  { name: "runs-compare", role: "scientist", open: tracked("Screens compare", ({ experiment, runs }) => `/experiments/${experiment}/compare?runs=${Object.values(runs).join(",")}`) },
  { name: "run", role: "scientist", open: tracked("Screens run", ({ runs }) => `/runs/${runs["both-031"]}?file=evaluation/roc.png`) },
  { name: "run-page", role: "scientist", open: measuredRun("report.html") },
  { name: "run-markdown", role: "scientist", open: measuredRun("card.md") },
  { name: "run-table", role: "scientist", open: measuredRun("evaluation/errors.tsv") },
  { name: "run-failed", role: "scientist", open: tracked("Screens failed", ({ runs }) => `/runs/${runs["both-026"]}`) },
  { name: "import", role: "curator", open: to("/import") },
  { name: "jobs", role: "curator", open: to("/jobs") },
  { name: "jobs-none", role: "scientist", open: to("/jobs?state=cancelled") },
  { name: "job", role: "curator", open: first("/import", "/jobs/") },
  { name: "job-broken", role: "curator", open: jobOf("GSE9999999_family.soft", BROKEN, "succeeded") },
  { name: "job-unknown-table", role: "curator", open: jobOf("vials.csv", UNKNOWN, "failed") },
  { name: "import-columns", role: "curator", open: mapping },
  { name: "account", role: "scientist", open: to("/account") },
  { name: "organization", role: "admin", open: to("/organization") },
  { name: "members", role: "admin", open: to("/members") },
  { name: "audit", role: "admin", open: to("/audit") },
  { name: "audit-verified", role: "admin", open: to("/audit?verify=true") },
  { name: "audit-none", role: "admin", open: to("/audit?action=nothing.like.this") },
  { name: "help", role: "scientist", open: to("/help") },
  { name: "missing", role: "scientist", open: to("/datasets/00000000-0000-0000-0000-000000000000"), status: 404 },
  { name: "api-docs", open: to("/api/docs") },
];
