// Signing in: what works, what is refused and in which words, and what a session is good for.

import { expect, fillSignIn, test } from "../harness/page.mjs";

test("each role signs in, sees its own rail, and signs out", async ({ page, signIn }) => {
  const rails = { scientist: [], curator: ["Import"], admin: ["Import", "Members", "Audit log"] };
  for (const [role, sees] of Object.entries(rails)) {
    await signIn(role);
    await expect(page).toHaveURL(/\/search/);
    const rail = page.getByRole("navigation", { name: "Main" });
    for (const entry of ["Import", "Members", "Audit log"]) {
      await expect(rail.getByRole("link", { name: entry, exact: true })).toHaveCount(sees.includes(entry) ? 1 : 0);
    }
    await page.goto("/account");
    await page.locator('button[popovertarget="account"]').click();
    await page.locator('#account form[action="/_fn/sign_out"] button').click();
    await expect(page).toHaveURL(/\/sign-in/);
    await page.goto("/search");
    await expect(page).toHaveURL(/\/sign-in/);
  }
});

test.describe("refusals", () => {
  test.use({ provoked: [401, 422, 429] });

  test("a wrong password and an unknown person are told the same", async ({ page, people }) => {
    const words = [];
    for (const person of [
      { email: people.scientist.email, password: "not the password" },
      { email: "nobody@example.org", password: "not the password" },
    ]) {
      await page.goto("/sign-in");
      await fillSignIn(page, person);
      await expect(page).toHaveURL(/\/sign-in/);
      words.push(await page.getByRole("alert").innerText());
    }
    expect(words[0]).not.toBe("");
    expect(words[1]).toBe(words[0]);
    await page.goto("/search");
    await expect(page, "no session was made").toHaveURL(/\/sign-in/);
  });

  test("after too many wrong passwords the right one waits too, and the page says so", async ({ page }) => {
    // an account that no other test signs in to; it does not exist, and must be limited just the same
    const person = { email: "guessed-at@example.org", password: "not the password" };
    let words = "";
    for (let attempt = 0; attempt < 30 && !/again in|wait|too many/i.test(words); attempt += 1) {
      await page.goto("/sign-in");
      await fillSignIn(page, person);
      words = await page.getByRole("alert").innerText();
    }
    expect(words).toMatch(/again in|wait|too many/i);
  });
});

test("a visitor returns to where they wanted to go, but never to another site", async ({ page, people }) => {
  await page.goto("/search?q=liver");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await fillSignIn(page, people.scientist);
  await expect(page).toHaveURL(/\/search\?q=liver/);
  for (const next of ["https://example.org/", "//example.org/", "/\\example.org"]) {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    if (await page.getByLabel("E-mail").count()) await fillSignIn(page, people.scientist);
    expect(new URL(page.url()).hostname, next).toBe("127.0.0.1");
  }
});
