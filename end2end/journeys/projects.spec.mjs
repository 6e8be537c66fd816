// Review projects: two curators answer the same items without seeing each other, from the keyboard; what they agree on
// settles itself, an expert decides the rest, the values change, and a decision is undone. Several values are one answer,
// and what is written about an item is read when it is closed.

import { expect, fillSignIn, test } from "../harness/page.mjs";
import { answerAll, drafted, golden, started } from "../harness/projects.mjs";

const SAID = ["liver", "kidney", "lung", "spleen", "heart", "pancreas"];
const table = (name) =>
  ["accession,title,source_name", ...SAID.map((source, n) => `${name}-${n},Biopsy ${n},${source}`), ""].join("\n");
const LIVER = "UBERON:0002107";
const KIDNEY = "UBERON:0002113";

/** How many samples have a term. */
async function found(person, name, term) {
  await person.settled();
  const { status, body } = await person.get(`/search?kind=samples&q=${name}-*&tissue=${term}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.total;
}

/** Two samples that say one disease. */
const diseased = (name) =>
  ["accession,title,disease,tissue", `${name}-0,Biopsy 0,psoriasis,skin`, `${name}-1,Biopsy 1,psoriasis,skin`, ""].join("\n");

/** The diseases of the first of them. */
async function diseases(person, name) {
  const found = await person.get(`/search?kind=samples&q=${name}-0&limit=1`);
  const { body } = await person.get(`/samples/${found.body.hits[0].id}/harmonized`);
  return body.values.filter((one) => one.field === "disease").map((one) => one.term);
}

/** Answers what is shown until nothing is left: these words by their keys, everything else is accepted. */
async function answerByKeys(page, keys) {
  const seen = [];
  const heading = page.getByRole("heading", { level: 1 });
  for (let n = 0; n < SAID.length; n += 1) {
    await expect(page.locator("html")).toHaveAttribute("data-ready", "true");
    const words = /“(.*)”/.exec(await heading.innerText())[1];
    seen.push(words);
    await page.keyboard.press(keys[words] ?? "1");
    await expect(heading).not.toContainText(`“${words}”`);
  }
  await expect(page.getByText("Nothing is left for you here")).toBeVisible();
  return seen;
}

test("two curators answer blind by keyboard, agree on some, an expert decides the others, and it is undone", async ({ page, browser, deployment, signIn }) => {
  test.setTimeout(180_000);
  const { curator, admin, project } = await drafted(deployment, "Blind twice", table("BT"));
  await signIn("curator");
  await page.goto(`/projects/${project}`);
  await page.getByRole("button", { name: "Start: draw its items" }).press("Enter");
  await expect(page.getByText("6 items were drawn")).toBeVisible();
  await page.getByRole("link", { name: "Answer your items" }).press("Enter");

  const mine = await answerByKeys(page, { kidney: "x", lung: "0" });
  expect(new Set(mine)).toEqual(new Set(SAID));
  // The latest answer is taken back, and given again.
  await page.keyboard.press("u");
  await expect(page.getByText("Taken back; answer it again.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(mine.at(-1));
  await page.keyboard.press(mine.at(-1) === "kidney" ? "x" : mine.at(-1) === "lung" ? "0" : "1");
  await expect(page.getByText("Nothing is left for you here")).toBeVisible();
  expect(await found(curator, "BT", LIVER), "one answer of two settles nothing").toBe(0);

  // The other one sees nothing of it.
  const other = await browser.newPage({ baseURL: deployment.url });
  await other.goto("/sign-in");
  await fillSignIn(other, deployment.people.admin);
  await other.waitForURL((url) => url.pathname !== "/sign-in");
  await other.goto(`/projects/${project}/work`);
  expect(await other.locator("main").innerText()).not.toMatch(/rejected|not what is suggested|looked it up/);
  await answerByKeys(other, {});
  expect(await found(curator, "BT", LIVER), "they agree").toBe(1);
  expect(await found(curator, "BT", KIDNEY), "they do not").toBe(0);

  // Who answered does not judge; an admin may, and sees both answers.
  await page.goto(`/projects/${project}/adjudicate`);
  await expect(page.getByText("Nothing waits for you as an expert")).toBeVisible();
  await other.goto(`/projects/${project}`);
  await other.getByRole("link", { name: "2 items need an expert" }).press("Enter");
  for (let n = 0; n < 2; n += 1) {
    await expect(other.locator("html")).toHaveAttribute("data-ready", "true");
    const said = other.getByRole("list", { name: "What reviewers say" }).getByRole("listitem");
    await expect(said).toHaveCount(2);
    await expect(said.filter({ hasText: deployment.people.curator.email })).toContainText(/not what is suggested|not reported/);
    await other.keyboard.press("1");
    await expect(other.getByText("Decided. Its samples are settled in a moment.")).toBeVisible();
  }
  await expect(other.getByText("Nothing waits for you as an expert")).toBeVisible();
  expect(await found(curator, "BT", KIDNEY)).toBe(1);
  expect((await curator.get(`/projects/${project}`)).body.state).toBe("approved");
  const agreement = (await curator.get(`/projects/${project}/agreement`)).body.items[0];
  expect([agreement.items, agreement.same, agreement.pairs.length]).toEqual([6, 4, 1]);

  // Undone, its item has to be decided again.
  await other.reload();
  await expect(other.locator("html")).toHaveAttribute("data-ready", "true");
  other.once("dialog", (dialog) => dialog.accept());
  await other.keyboard.press("u");
  await expect(other.getByText("was undone")).toBeVisible();
  await admin.settled();
  expect((await curator.get(`/projects/${project}`)).body.progress.disputed).toBe(1);
  await other.close();
});

test("an item whose answer is known measures who answers it, and only admins are told", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { curator, project, mixed } = await golden(deployment, "Golden project", table("GP"));
  expect(mixed).toHaveLength(3);
  const works = (await curator.get(`/projects/${project}/work`)).body.items;
  expect(works.map((one) => one.accuracy), "a curator's own shows when the day has ended").toEqual([null, null]);
  expect(JSON.stringify((await curator.get(`/projects/${project}/items`)).body)).not.toContain('"gold":true');
  await signIn("admin");
  await page.goto(`/projects/${project}`);
  await expect(page.getByText(`${deployment.people.curator.email} is right on 100% of known answers`)).toBeVisible();
  await expect(page.getByText(`${deployment.people.admin.email} is right on 0% of known answers`)).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(deployment.people.curator.email) }).first()).toContainText("100%");
  await expect(page.getByRole("table", { name: "Closed items" }).getByText("gold")).toHaveCount(3);
});

test("several values are one answer, by keys; what is written is read when all have answered", async ({ page, browser, deployment, signIn }) => {
  test.setTimeout(180_000);
  const { curator, project } = await started(deployment, "Blind several", diseased("BV"), { fields: ["disease"] });
  const { people } = deployment;
  await signIn("curator");
  await page.goto(`/projects/${project}/work`);
  await expect(page.locator("html")).toHaveAttribute("data-ready", "true");
  // A colleague is mentioned, who answers it too.
  await page.keyboard.press("c");
  const handle = people.admin.email.split("@")[0];
  await page.keyboard.type(`@${handle.slice(0, 4)}`);
  await expect(page.getByRole("option").first()).toContainText(`@${handle}`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.type("I take both");
  await page.getByRole("button", { name: /^Comment/ }).press("Enter");
  await expect(page.getByText("1 colleague will find it")).toBeVisible();
  await expect(page.getByText("what you write is read when its item is closed")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-ready", "true");
  const second = page.locator(".choice").nth(1);
  const other = await second.locator("input").inputValue();
  await page.keyboard.press("2");
  await expect(second.locator("input")).toBeChecked();
  await page.keyboard.press("a");
  await expect(page.getByText("Nothing is left for you here")).toBeVisible();

  const blind = await browser.newPage({ baseURL: deployment.url });
  await blind.goto("/sign-in");
  await fillSignIn(blind, people.admin);
  await blind.waitForURL((url) => url.pathname !== "/sign-in");
  await blind.goto("/mentions");
  await expect(blind.getByRole("heading", { level: 1 })).toHaveText("Mentions");
  expect(await blind.locator("main").innerText()).not.toContain("I take both");
  await blind.goto(`/projects/${project}/work`);
  await expect(blind.locator("html")).toHaveAttribute("data-ready", "true");
  expect(await blind.locator("main").innerText()).not.toContain("I take both");
  const same = blind.locator(".choice", { has: blind.locator(`input[value="${other}"]`) });
  await blind.keyboard.press(await same.locator("input").getAttribute("data-key"));
  await expect(same.locator("input")).toBeChecked();
  await blind.keyboard.press("a");
  await expect(blind.getByText("Nothing is left for you here")).toBeVisible();
  await curator.settled();
  expect(await diseases(curator, "BV"), "they agree on the whole set").toHaveLength(2);
  expect(await diseases(curator, "BV")).toContain(other);
  await blind.goto("/mentions");
  await expect(blind.getByText("I take both")).toBeVisible();
  await blind.close();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false, provoked: [400, 409] });

  test("a project is drafted, started, answered and given another guideline by forms", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { curator, collection } = await started(deployment, "Forms project", table("FP"), { reviewers: 1 });
    await signIn("curator");
    await page.goto(`/projects/new?collection=${collection}&field=tissue`);
    const name = page.getByLabel("Name", { exact: true });
    const tissue = page.getByRole("checkbox", { name: "Tissue", exact: true });
    await name.fill("By forms");
    await page.getByLabel("How many").fill("two");
    await page.getByLabel("Score from").fill("low");
    await page.getByLabel("Answers for each item").fill("1");
    await page.getByRole("checkbox", { name: deployment.people.admin.email }).check();
    await page.getByRole("textbox", { name: "Guideline" }).fill("What the *tube* holds.");
    await page.getByRole("button", { name: "Draft the project" }).click();
    // Refused: each mistake at its control, and everything that was typed still there.
    await expect(page.getByRole("alert")).toContainText("Not saved; nothing was changed.");
    await expect(page.locator("#field-items-note")).toHaveText("How many: \"two\" is no number here");
    await expect(page.locator("#field-least-note")).toHaveText("Score from: \"low\" is no number here");
    await expect(page.getByLabel("How many")).toHaveValue("two");
    await page.getByLabel("How many").fill("2");
    await page.getByLabel("Score from").fill("");
    await page.getByLabel("Answers for each item").fill("9");
    await tissue.uncheck();
    await page.getByRole("button", { name: "Draft the project" }).click();
    await expect(page.locator("#boxes-fields-note")).toHaveText("Fields: are none; choose one at least");
    await expect(page.locator("#field-reviewers-note")).toContainText("1 to 5 curators answer an item");
    await expect(page.locator("#boxes-people-note")).toContainText("choose 9 at least");
    await expect(name).toHaveValue("By forms");
    await expect(page.getByRole("checkbox", { name: deployment.people.admin.email })).toBeChecked();
    await expect(page.getByRole("textbox", { name: "Guideline" })).toHaveValue("What the *tube* holds.");
    await page.getByLabel("How many").fill("4");
    await tissue.check();
    await page.getByLabel("Answers for each item").fill("1");
    await page.getByRole("checkbox", { name: deployment.people.admin.email }).uncheck();
    await page.getByRole("button", { name: "Draft the project" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "By forms" })).toBeVisible();
    // A draft can be changed; what somebody else changed meanwhile is told, and nothing is lost.
    await page.getByRole("link", { name: "Change the draft" }).click();
    await expect(tissue).toBeChecked();
    await expect(page.getByRole("textbox", { name: "Guideline" })).toHaveValue("What the *tube* holds.");
    await page.getByLabel("How many").fill("2");
    const draft = new URL(page.url()).pathname.split("/").at(-2);
    const { version, plan } = (await curator.get(`/projects/${draft}`)).body;
    const earlier = await curator.call("PUT", `/projects/${draft}`, { json: { version, plan: { ...plan, items: 3, guideline: "What the *tube* holds." } } });
    expect(earlier.status, JSON.stringify(earlier.body)).toBe(200);
    await page.getByRole("button", { name: "Save the draft" }).click();
    await expect(page.getByText("Not saved: the draft changed meanwhile.")).toBeVisible();
    await expect(page.getByLabel("How many")).toHaveValue("2");
    await page.getByRole("button", { name: "Save the draft" }).click();
    await expect(page.getByText("Changed. Start it to draw its items.")).toBeVisible();
    await page.getByRole("button", { name: "Start: draw its items" }).click();
    await expect(page.getByText("2 items were drawn")).toBeVisible();
    await page.getByRole("link", { name: "Answer your items" }).click();
    const words = await page.getByRole("heading", { level: 1 }).innerText();
    await page.getByRole("button", { name: "Skip" }).click();
    await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(words);
    await page.locator(".choice").first().click();
    await expect(page.getByText("Answered.")).toBeVisible();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(words);

    await page.getByRole("link", { name: /By forms, guideline/ }).click();
    await page.getByText("Write the next version").click();
    await page.getByRole("textbox", { name: "Guideline" }).fill("The organ, not its part.");
    await page.getByRole("button", { name: "Save as the next version" }).click();
    await expect(page.getByText("Version 2 is the guideline from now on.")).toBeVisible();

    // Somebody else was faster: nothing of either is lost.
    await page.getByText("Write the next version").click();
    await page.getByRole("textbox", { name: "Guideline" }).fill("The organ, and its part.");
    const id = new URL(page.url()).pathname.split("/").at(-1);
    const faster = await curator.post(`/projects/${id}/guidelines`, { version: 2, text: "Only the organ." });
    expect(faster.status, JSON.stringify(faster.body)).toBe(200);
    await page.getByRole("button", { name: "Save as the next version" }).click();
    await expect(page.getByText("wrote version 3 meanwhile")).toBeVisible();
    await expect(page.getByText("Only the organ.")).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Guideline" })).toHaveValue("The organ, and its part.");
    await page.getByRole("button", { name: "Save as the next version" }).click();
    await expect(page.getByText("Version 4 is the guideline from now on.")).toBeVisible();
  });

  test("several values are answered, written about, and decided as a reviewer said", async ({ page, deployment, signIn }) => {
    test.setTimeout(120_000);
    const { curator, admin, project } = await started(deployment, "Forms several", diseased("FS"), { fields: ["disease"] });
    await signIn("curator");
    await page.goto(`/projects/${project}/work`);
    await page.getByLabel("Comment", { exact: true }).fill("both, as the paper says");
    await page.getByRole("button", { name: /^Comment/ }).click();
    await expect(page.getByText("The comment stands.")).toBeVisible();
    await expect(page.getByText("both, as the paper says")).toBeVisible();
    await page.getByLabel("One more value").fill("no such disease");
    await page.getByRole("button", { name: /^Take what is picked/ }).click();
    await expect(page.getByText("no term of an ontology in use")).toBeVisible();
    await page.getByLabel("One more value").fill("melanoma");
    await page.getByRole("button", { name: /^Take what is picked/ }).click();
    await expect(page.getByText("Nothing is left for you here")).toBeVisible();

    await answerAll(admin, project, () => ({ answer: "accept" }));
    await signIn("admin");
    await page.goto(`/projects/${project}/adjudicate`);
    await expect(page.getByText("both, as the paper says"), "an admin reads it when all answers are there").toBeVisible();
    const said = page.getByRole("list", { name: "What reviewers say" }).getByRole("listitem");
    await said.filter({ hasText: "melanoma" }).getByRole("button", { name: /^Decide as/ }).click();
    await expect(page.getByText("Decided. Its samples are settled in a moment.")).toBeVisible();
    await curator.settled();
    expect(await diseases(curator, "FS")).toHaveLength(2);
    const [item] = (await curator.get(`/projects/${project}/items`)).body.items;
    expect([item.outcome.also.length, item.comments.length, item.closed_by]).toEqual([1, 1, "adjudication"]);
    await page.goto(`/projects/${project}`);
    const row = page.getByRole("table", { name: "Closed items" }).getByRole("row").nth(1);
    await expect(row).toContainText("melanoma");
    await expect(row).toContainText("both, as the paper says");
  });
});
