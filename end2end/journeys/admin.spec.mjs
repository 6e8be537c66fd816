// The admin's journey: add a member, change a role, reset a password, deactivate, and read all of it in the audit log.

import { expect, fillSignIn, test } from "../harness/page.mjs";

const PASSWORD = "a first password for the test";
const CHOSEN = "another password, chosen alone";

/** A browser of somebody else, with nothing remembered. */
async function elsewhere(browser, deployment, work) {
  const context = await browser.newContext({ baseURL: deployment.url });
  try {
    await work(await context.newPage());
  } finally {
    await context.close();
  }
}

test("a member from the first day to the last", async ({ page, browser, deployment, signIn }, info) => {
  const email = `new-${info.workerIndex}@demo.example`;
  const signInElsewhere = (password, expected) =>
    elsewhere(browser, deployment, async (other) => {
      await other.goto("/sign-in");
      await fillSignIn(other, { email, password });
      await expect(other).toHaveURL(expected);
    });
  const row = page.getByRole("row", { name: new RegExp(email) });
  await signIn("admin", "/members");

  await test.step("is added", async () => {
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Name", { exact: true }).fill("Noor Adler");
    await page.getByLabel("First password").fill(PASSWORD);
    await page.getByRole("button", { name: "Add member" }).click();
    await expect(page.getByRole("alert")).toContainText("is now a member, as scientist");
    await signInElsewhere(PASSWORD, /\/search/);
  });

  await test.step("is given another role", async () => {
    await row.getByLabel("Role").selectOption("curator");
    await row.getByRole("button", { name: "Set", exact: true }).click();
    await expect(page.getByRole("alert")).toContainText("is now curator");
  });

  await test.step("gets a link to choose a new password, which works once", async () => {
    await row.getByRole("button", { name: "Reset password" }).click();
    const link = (await page.getByRole("alert").locator("code").innerText()).trim();
    await elsewhere(browser, deployment, async (other) => {
      await other.goto(link);
      await other.getByLabel("New password").fill(CHOSEN);
      await other.getByRole("button", { name: "Set password" }).click();
      await expect(other).toHaveURL(/\/sign-in/);
      await fillSignIn(other, { email, password: CHOSEN });
      await expect(other).toHaveURL(/\/search/);
      await other.goto(link);
      await other.getByLabel("New password").fill(PASSWORD);
      await other.getByRole("button", { name: "Set password" }).click();
      await expect(other.getByRole("alert")).toContainText("used");
    });
    await signInElsewhere(PASSWORD, /\/sign-in/);
  });

  await test.step("is deactivated: the session ends at once", async () => {
    await elsewhere(browser, deployment, async (other) => {
      await other.goto("/sign-in");
      await fillSignIn(other, { email, password: CHOSEN });
      await expect(other).toHaveURL(/\/search/);
      page.once("dialog", (dialog) => dialog.accept());
      await row.getByRole("button", { name: "Deactivate" }).click();
      await expect(page.getByRole("alert")).toContainText("deactivated");
      await other.goto("/collections");
      await expect(other).toHaveURL(/\/sign-in/);
    });
    await signInElsewhere(CHOSEN, /\/sign-in/);
    await expect(row).toContainText("deactivated");
  });

  await test.step("and the audit log tells it, unbroken", async () => {
    const table = page.getByRole("table", { name: "Audit log" });
    for (const action of ["member.added", "user.password_reset_created"]) {
      await page.goto(`/audit?action=${action}`);
      await expect(table.getByRole("row").nth(1)).toContainText(action);
    }
    await page.goto("/audit");
    await page.getByRole("link", { name: "Verify the chain" }).click();
    await expect(page.getByRole("alert")).toContainText("The chain is intact");
  });
});
