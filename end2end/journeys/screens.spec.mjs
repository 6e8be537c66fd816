// Every screen, in both themes: axe finds nothing against WCAG 2.2 AA on a wide page and on a phone's, nothing scrolls
// sideways down to 320 px, the console stays silent, and the page is rendered under its Content-Security-Policy.

import AxeBuilder from "@axe-core/playwright";
import { expect, painted, test as base } from "../harness/page.mjs";
import { cookieOf } from "../harness/api.mjs";
import { SCREENS } from "../harness/screens.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDTHS = [320, 390, 1440];
const AXE_WIDTHS = [390, 1440];
// A theme changes colours and nothing else: the second is judged by axe's rules of colour, the first by all of them.
const COLOURS = ["color-contrast", "link-in-text-block"];
// Finding a selector for each element that passed takes axe most of its time; a violation is named by its HTML.
const QUICK = { selectors: false, resultTypes: ["violations"] };

const test = base.extend({
  /** One session per role for all screens: signing in costs more than most of them. */
  sessionOf: [
    async ({ deployment }, use) => {
      const cookies = {};
      await use(async (role) => {
        cookies[role] ??= await cookieOf(deployment.url, deployment.people[role]);
        const [name, ...value] = cookies[role].split("=");
        return { name, value: value.join("="), url: deployment.url };
      });
    },
    { scope: "worker" },
  ],
});

// Half of all the time is spent here: both workers take part.
test.describe.configure({ mode: "parallel" });
// A failure here names its place; recording each screen for it would take longer than looking.
test.use({ trace: "off" });

for (const screen of SCREENS) {
  test.describe(screen.name, () => {
    test.use({ provoked: screen.status ? [screen.status] : [] });

    test.setTimeout(180_000);
    test("holds WCAG 2.2 AA in both themes and fits at every width", async ({ page, context, sessionOf, deployment }) => {
      if (screen.role) {
        await context.addCookies([await sessionOf(screen.role)]);
        await page.goto("/account");
      }
      const answer = await screen.open(page, deployment);
      expect((answer ?? { status: () => 200 }).status()).toBe(screen.status ?? 200);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await painted(page);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          const where = `${screen.name}, ${colorScheme}, ${width} px`;
          // As tall as the page: a sticky foot that lies over half a link would make the link too small to touch.
          const { height, overflow } = await page.evaluate(() => {
            const { scrollHeight, scrollWidth, clientWidth } = document.documentElement;
            return { height: scrollHeight, overflow: scrollWidth - clientWidth };
          });
          expect.soft(overflow, `${where}: pixels that scroll sideways`).toBeLessThanOrEqual(0);
          if (!AXE_WIDTHS.includes(width)) continue;
          await page.setViewportSize({ width, height: Math.max(900, height) });
          // In one run: the other mode opens a second page for each, for the sake of frames from other hosts.
          const axe = new AxeBuilder({ page }).setLegacyMode().options({ ...QUICK });
          const { violations } = await (colorScheme === "dark" ? axe.withRules(COLOURS) : axe.withTags(TAGS)).analyze();
          const found = violations.map((v) => `${v.id}: ${v.help} – ${v.nodes.slice(0, 3).map((n) => n.html).join(" ; ")}`);
          expect.soft(found, where).toEqual([]);
        }
      }
    });
  });
}

test("pages carry a policy that no inline style or foreign host passes, with a nonce where there is script", async ({ request }) => {
  const pages = [await request.get("/sign-in"), await request.get("/sign-in")];
  const docs = await request.get("/api/docs");
  for (const answer of [...pages, docs]) {
    const policy = answer.headers()["content-security-policy"] ?? "";
    expect(policy).not.toContain("unsafe-inline");
    expect(await answer.text()).not.toMatch(/\sstyle="/);
  }
  const nonces = pages.map((answer) => {
    const policy = answer.headers()["content-security-policy"];
    expect(policy).toMatch(/script-src 'nonce-[A-Za-z0-9+/=_-]{16,}'/);
    expect(policy).toContain("'strict-dynamic'");
    return policy.match(/'nonce-([^']+)'/)[1];
  });
  expect(new Set(nonces).size, "each answer has its own").toBe(2);
  // The API's page has no script at all, and its policy allows none.
  expect(docs.headers()["content-security-policy"]).toMatch(/^default-src 'none'; (?!.*script-src)/);
  expect(await docs.text()).not.toContain("<script");
});
