// The fields of a collection: a curator adds one, is told what is wrong with it, mends it and sees the version rise; what
// somebody else saved meanwhile is not lost; a reader reads.

import { browserOf } from "../harness/api.mjs";
import { awake, expect, test } from "../harness/page.mjs";

/** A collection of its own, empty; gives the address of its fields. */
async function collection({ url, people }, name) {
  const curator = await browserOf(url, people.curator);
  const made = await curator.post("/collections", { name, description: "Made to edit its fields." });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return { curator, id: made.body.id, address: `/collections/${made.body.id}/fields` };
}

const fact = (page, label) => page.locator("dl.facts > div", { has: page.locator("dt", { hasText: new RegExp(`^${label}$`) }) }).first();
const row = (page, label) => page.getByRole("table", { name: "Fields" }).getByRole("row", { name: new RegExp(`^${label}`) }).first();

/** What the form of a new field is filled with. */
async function fill(page, { label, name, kind = "one of a list", choices = "" }) {
  await page.getByLabel("Label", { exact: true }).fill(label);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Kind", { exact: true }).selectOption({ label: kind });
  await page.getByLabel("Choices or units").fill(choices);
}

const save = (page) => page.getByRole("button", { name: "Save the field" }).click();

test.describe("a curator", () => {
  test.use({ provoked: [400, 409] });

  test("adds a field, is told what is wrong, mends it, moves it and takes it away", async ({ page, deployment, signIn }) => {
    const { id, address } = await collection(deployment, "Fields journey");
    await signIn("curator", `/collections/${id}`);
    await page.getByRole("link", { name: "fields", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Fields of Fields journey");
    await expect(fact(page, "Version")).toContainText("the default set");

    await page.getByRole("link", { name: "Add a field" }).click();
    await expect(page.getByLabel("Label", { exact: true })).toBeFocused();
    await fill(page, { label: "Storage", name: "Stor age", choices: "" });
    await save(page);
    await expect(page.getByRole("alert")).toContainText("Not saved; nothing was changed.");
    const name = page.getByLabel("Name", { exact: true });
    await expect(name).toHaveAttribute("aria-invalid", "true");
    await expect(page.locator("#field-name-note")).toContainText("is made of a-z");
    await expect(page.locator("#field-choices-note")).toContainText("are missing");
    await expect(name, "what was typed stays").toHaveValue("Stor age");
    await expect(name, "typing goes on where it is wrong").toBeFocused();

    await name.fill("storage");
    await page.getByLabel("Choices or units").fill("frozen\nfresh");
    await save(page);
    await expect(page.getByText("Storage is saved; this is version 1 of the fields.")).toBeVisible();
    await expect(fact(page, "Version")).toContainText("1");
    await expect(row(page, "Storage")).toContainText("frozen, fresh");

    await page.getByRole("link", { name: "Edit Storage" }).click();
    await page.getByLabel("Precision to accept by itself").fill("0.975");
    await save(page);
    await expect(row(page, "Storage")).toContainText("97.5 of 100");
    await expect(fact(page, "Version")).toContainText("2");

    await page.getByRole("button", { name: "Move Storage up" }).click();
    await expect(fact(page, "Version")).toContainText("3");
    await awake(page);
    page.once("dialog", (dialog) => dialog.accept());
    await page.getByRole("button", { name: "Remove Storage" }).click();
    await expect(fact(page, "Version")).toContainText("4");
    await expect(row(page, "Storage")).toHaveCount(0);
    await awake(page);
    page.once("dialog", (dialog) => dialog.accept());
    await page.getByRole("button", { name: "Take the default set" }).click();
    await expect(fact(page, "Version")).toContainText("5");
    expect(new URL(page.url()).pathname).toBe(address);
  });

  test("loses nothing when somebody else saves meanwhile", async ({ page, deployment, signIn }) => {
    const { curator, address } = await collection(deployment, "Fields of two");
    await signIn("curator", `${address}?add=1`);
    await fill(page, { label: "Storage", name: "storage", choices: "frozen" });
    const now = await curator.get(address);
    expect(now.status).toBe(200);
    const fields = now.body.fields.map((field) => (field.name === "disease" ? { ...field, label: "Illness" } : field));
    const put = await curator.call("PUT", address, { json: { version: 0, fields } });
    expect(put.status, JSON.stringify(put.body)).toBe(200);

    await save(page);
    await expect(page.getByRole("alert")).toContainText("Not saved: the fields changed meanwhile.");
    await expect(page.getByLabel("Label", { exact: true })).toHaveValue("Storage");
    await expect(row(page, "Illness"), "what the other saved is shown").toBeVisible();
    await save(page);
    await expect(fact(page, "Version")).toContainText("2");
    await expect(row(page, "Illness")).toBeVisible();
    await expect(row(page, "Storage")).toBeVisible();
  });
});

test("a reader reads the fields and cannot change them", async ({ page, deployment, signIn }) => {
  const { address } = await collection(deployment, "Fields to read");
  await signIn("scientist", `${address}?edit=disease`);
  await expect(row(page, "Disease")).toBeVisible();
  await expect(page.getByText(/change these fields; you read them/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Save the field" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^Edit / })).toHaveCount(0);
  const origin = new URL(page.url()).origin;
  const sent = await page.request.post(address, { headers: { origin }, form: { version: "0", name: "x", label: "X", kind: "text", level: "sample" } });
  expect(sent.status()).toBe(403);
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a field is added by its form alone", async ({ page, deployment, signIn }) => {
    const { address } = await collection(deployment, "Fields without script");
    await signIn("curator", `${address}?add=1`);
    await fill(page, { label: "Remark", name: "remark", kind: "a text" });
    await save(page);
    await expect(row(page, "Remark")).toBeVisible();
    await expect(fact(page, "Version")).toContainText("1");
  });
});
