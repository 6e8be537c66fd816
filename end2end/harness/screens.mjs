// Every screen there is, with the role that sees it: what axe checks and what screens.mjs photographs.
// `open` takes a signed-in page of that role and leaves it on the screen.

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

/** {name, role, open}; without a role nobody is signed in. `status` is the page's own, 200 unless said. */
export const SCREENS = [
  { name: "sign-in", open: to("/sign-in") },
  { name: "design", open: to("/design") },
  { name: "search-samples", role: "scientist", open: to("/search?q=tumor") },
  { name: "search-narrowed", role: "scientist", open: to("/search?q=cancer&organism=Homo+sapiens") },
  { name: "search-datasets", role: "scientist", open: to("/search?kind=datasets") },
  { name: "search-nothing", role: "scientist", open: to("/search?q=xyzzyplugh") },
  { name: "search-refused", role: "scientist", open: to("/search?q=%28liver+AND"), status: 400 },
  { name: "collections", role: "scientist", open: to("/collections") },
  { name: "collection", role: "scientist", open: first("/collections", "/collections/") },
  { name: "dataset-overview", role: "scientist", open: dataset("") },
  { name: "dataset-samples", role: "scientist", open: dataset("/samples") },
  { name: "dataset-files", role: "scientist", open: dataset("/files") },
  { name: "dataset-history", role: "scientist", open: dataset("/history") },
  { name: "sample", role: "scientist", open: first("/search?q=tumor", "/samples/") },
  { name: "import", role: "curator", open: to("/import") },
  { name: "jobs", role: "curator", open: to("/jobs") },
  { name: "job", role: "curator", open: first("/jobs", "/jobs/") },
  { name: "account", role: "scientist", open: to("/account") },
  { name: "organization", role: "admin", open: to("/organization") },
  { name: "members", role: "admin", open: to("/members") },
  { name: "audit", role: "admin", open: to("/audit") },
  { name: "help", role: "scientist", open: to("/help") },
  { name: "missing", role: "scientist", open: to("/datasets/00000000-0000-0000-0000-000000000000"), status: 404 },
  { name: "api-docs", open: to("/api/docs") },
];
