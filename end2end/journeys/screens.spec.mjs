// Every screen, in both themes, at three widths: axe finds nothing against WCAG 2.2 AA, nothing scrolls sideways, the
// console stays silent, and the page is rendered under its Content-Security-Policy.

import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../harness/page.mjs";
import { SCREENS } from "../harness/screens.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDTHS = [320, 390, 1440];

for (const screen of SCREENS) {
  test.describe(screen.name, () => {
    test.use({ provoked: screen.status ? [screen.status] : [] });

    test("holds WCAG 2.2 AA in both themes at every width", async ({ page, signIn }) => {
      if (screen.role) await signIn(screen.role);
      const answer = await screen.open(page);
      expect((answer ?? { status: () => 200 }).status()).toBe(screen.status ?? 200);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          const where = `${screen.name}, ${colorScheme}, ${width} px`;
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect.soft(overflow, `${where}: pixels that scroll sideways`).toBeLessThanOrEqual(0);
          const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
          const found = violations.map((v) => `${v.id}: ${v.help} – ${v.nodes.slice(0, 3).map((n) => n.target).join(" ; ")}`);
          expect.soft(found, where).toEqual([]);
        }
      }
    });
  });
}

test("pages carry a policy with a nonce that no inline style or foreign host passes", async ({ request }) => {
  const answers = [await request.get("/sign-in"), await request.get("/api/docs")];
  for (const answer of answers) {
    const policy = answer.headers()["content-security-policy"] ?? "";
    expect(policy).toMatch(/script-src 'nonce-[A-Za-z0-9+/=_-]{16,}'/);
    expect(policy).toContain("'strict-dynamic'");
    expect(policy).not.toContain("unsafe-inline");
    expect(await answer.text()).not.toMatch(/\sstyle="/);
  }
  const nonces = answers.map((answer) => answer.headers()["content-security-policy"].match(/'nonce-([^']+)'/)[1]);
  expect(new Set(nonces).size).toBe(2);
});
