// The admin's journey: invite somebody who accepts, change a role, reset a password, deactivate, and read all of it in the audit log.

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

  await test.step("is invited with a link, which works once, and is no member before", async () => {
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Name", { exact: true }).fill("Noor Adler");
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await expect(page.getByRole("alert")).toContainText(`${email} is invited`);
    const link = (await page.getByRole("alert").locator("code").innerText()).trim();
    expect(new URL(link).pathname).toBe("/invitation");
    const open = page.getByRole("table", { name: "Open invitations" }).getByRole("row", { name: new RegExp(email) });
    await expect(open).toContainText("scientist");
    await signInElsewhere(PASSWORD, /\/sign-in/);
    await elsewhere(browser, deployment, async (other) => {
      await other.goto(link);
      await expect(other.getByRole("main")).toContainText(`${email} is invited as scientist`);
      await other.getByLabel("Password", { exact: true }).fill(PASSWORD);
      await other.getByRole("button", { name: "Accept" }).click();
      await expect(other).toHaveURL(/\/sign-in/);
      await fillSignIn(other, { email, password: PASSWORD });
      await expect(other).toHaveURL(/\/search/);
      await other.goto(link);
      await expect(other.getByRole("main")).toContainText("accepted or withdrawn");
      await expect(other.getByRole("button", { name: "Accept" })).toHaveCount(0);
    });
    await page.goto("/members");
    await expect(open).toHaveCount(0);
    await expect(page.getByRole("table", { name: /^Members of/ }).getByRole("row", { name: /Noor Adler/ })).toContainText(email);
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
    for (const action of ["invitation.created", "member.added", "user.password_reset_created"]) {
      await page.goto(`/audit?action=${action}`);
      await expect(table.getByRole("row").nth(1)).toContainText(action);
    }
    await page.goto("/audit");
    await page.getByRole("link", { name: "Verify the chain" }).click();
    await expect(page.getByRole("alert")).toContainText("The chain is intact");
  });
});

test("an invitation that is withdrawn is void", async ({ page, browser, deployment, signIn }) => {
  const email = "withdrawn@demo.example";
  await signIn("admin", "/members");
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const link = (await page.getByRole("alert").locator("code").innerText()).trim();
  await page.getByRole("row", { name: new RegExp(email) }).getByRole("button", { name: "Withdraw" }).click();
  await expect(page.getByRole("alert")).toContainText("withdrawn");
  await expect(page.getByRole("row", { name: new RegExp(email) })).toHaveCount(0);
  await elsewhere(browser, deployment, async (other) => {
    await other.goto(link);
    await expect(other.getByRole("main")).toContainText("accepted or withdrawn");
  });
});

test("the organization is exported as a job, and its archive downloaded", async ({ page, signIn }) => {
  await signIn("admin", "/organization");
  await page.getByRole("button", { name: "Export the organization" }).click();
  await expect(page.locator("[data-job]")).toHaveAttribute("data-state", "succeeded", { timeout: 60_000 });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download the archive" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("organization.tar");
  expect(await download.failure()).toBeNull();
});

test.describe("a curator", () => {
  test.use({ provoked: [403] });
  test("is told what the admin's pages ask for", async ({ page, signIn }) => {
    await signIn("curator");
    for (const address of ["/members", "/audit", "/organization"]) {
      expect((await page.goto(address)).status(), address).toBe(403);
      await expect(page.getByRole("main")).toContainText("needs the role admin");
    }
  });
});
