// Nothing but the keyboard: sign in, search, open, import, cancel. No test here clicks.

import { awake, expect, test } from "../harness/page.mjs";
import { longImport } from "../harness/long_import.mjs";

/** Presses Tab until `target` has the focus; a page has a bounded number of stops. */
async function tabTo(page, target, most = 80) {
  for (let stop = 0; stop < most; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} was not reached with ${most} presses of Tab`);
}

/** Goes to a place by its name in the palette. */
async function goByPalette(page, words, address) {
  await awake(page);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Go to a page or search" })).toBeFocused();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(address);
  await awake(page);
}

async function signInByKeys(page, { email, password }) {
  await page.goto("/sign-in");
  await tabTo(page, page.getByLabel("E-mail"));
  await page.keyboard.type(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/search/);
}

test("sign in, search, open a sample, walk to its dataset", async ({ page, people }) => {
  await signInByKeys(page, people.scientist);
  await awake(page);
  await page.keyboard.press("/");
  await page.keyboard.type("prostate cancer");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=prostate/);
  await awake(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const href = await page.evaluate(() => document.activeElement.getAttribute("href"));
  const second = page.locator("[data-rows] tbody tr").nth(1).locator("a").first();
  expect(href).toBe(await second.getAttribute("href"));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL((url) => href.startsWith(url.pathname));
  await tabTo(page, page.getByRole("complementary", { name: "Where it belongs" }).getByRole("link").first());
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/datasets\//);
  await goByPalette(page, "liver", /\/search\?q=liver/);
});

test("import a file, watch it and cancel it", async ({ page, people, deployment }) => {
  test.slow(); // it packs, sends and reads some 50 MB
  await signInByKeys(page, people.curator);
  await goByPalette(page, "import", /\/import$/);
  await tabTo(page, page.locator("#upload-collection"));
  await page.keyboard.press("Control+a");
  await page.keyboard.type("By keyboard");
  await tabTo(page, page.locator("#files"));
  const made = longImport(deployment.folder, 997);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
  await chooser.setFiles(made.path);
  await tabTo(page, page.getByRole("button", { name: "Import files" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/jobs\/[0-9a-f-]+$/, { timeout: 90_000 });
  const job = page.locator("[data-job]");
  await tabTo(page, job.getByRole("button", { name: "Cancel" }));
  await page.keyboard.press("Enter");
  await expect(job).toHaveAttribute("data-state", "cancelled", { timeout: 30_000 });
  await goByPalette(page, "jobs", /\/jobs$/);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(made.series);
});

test("single keys can be switched off, and say nothing while typing", async ({ page, signIn }) => {
  await signIn("admin", "/account");
  await page.getByLabel(/Single keys/).selectOption("false");
  await page.getByRole("button", { name: "Keep" }).last().press("Enter");
  await expect(page.getByRole("alert")).toContainText("Single keys are off");
  await page.goto("/search");
  await awake(page);
  await page.keyboard.press("?");
  await page.keyboard.press("/");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("searchbox", { name: /search samples/i })).not.toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.goto("/account");
  await page.getByLabel(/Single keys/).selectOption("true");
  await page.getByRole("button", { name: "Keep" }).last().press("Enter");
  await expect(page.getByRole("alert")).toContainText("Single keys are on");
  await page.goto("/search");
  await awake(page);
  await page.keyboard.press("/");
  await page.keyboard.type("a?k/");
  await expect(page.getByRole("searchbox", { name: /search samples/i })).toHaveValue("a?k/");
});
