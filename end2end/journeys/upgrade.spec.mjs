// An ontology's upgrade: an admin looks at what a release would change, applies it to the values, finds it on a sample with
// who and why and what stood there, and takes it back.

import { browserOf } from "../harness/api.mjs";
import { installLaterPato } from "../harness/harmonize.mjs";
import { expect, test } from "../harness/page.mjs";

const COLLECTION = "Upgrade journey";
const TABLE = [
  "accession,title,source_name,gender",
  "UJ-1,Liver of donor 1,liver,male",
  "UJ-2,Liver of donor 2,liver,female",
  "",
].join("\n");

/** Imports the table as the curator; the address of its first sample. */
async function imported({ url, people }) {
  const curator = await browserOf(url, people.curator);
  const started = await curator.importFiles(COLLECTION, [{ name: "upgrade-journey.csv", text: TABLE }]);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  expect((await curator.ended(started.body.job.id)).state).toBe("succeeded");
  await curator.settled();
  const { body } = await curator.get("/search?kind=samples&q=UJ-1");
  expect(body.total).toBe(1);
  return `/samples/${body.hits[0].id}`;
}

test("looked at, applied, seen on a sample, and undone", async ({ page, deployment, signIn }) => {
  test.setTimeout(180_000);
  const sample = await imported(deployment);
  const admin = await browserOf(deployment.url, deployment.people.admin);
  const { sha256 } = installLaterPato(deployment, "journey");
  await signIn("admin");
  const sex = page.getByRole("region", { name: "Harmonized values" }).getByRole("listitem").filter({ hasText: /^\d+\s*Sex/ });

  await test.step("before it, the sample is male", async () => {
    await page.goto(sample);
    await expect(sex.getByRole("link", { name: "male", exact: true })).toBeVisible();
  });

  await test.step("the preview counts samples beside each term that goes", async () => {
    await page.goto("/ontologies");
    await page.getByRole("row", { name: /PATO.*journey/ }).getByRole("link", { name: "what it changes" }).click();
    const row = page.getByRole("table", { name: "Terms that go" }).getByRole("row", { name: /PATO:0000384/ });
    await expect(row.getByRole("link", { name: "male sex" })).toBeVisible();
    await expect(row).toContainText(COLLECTION);
  });

  await test.step("applied, it is a job that ends well", async () => {
    await page.getByLabel("Why").fill("a journey");
    page.once("dialog", (dialog) => dialog.accept());
    await page.getByRole("button", { name: /^Apply to [\d,]+ samples?$/ }).click();
    await expect(page).toHaveURL(/\/jobs\//);
    const job = await admin.ended(new URL(page.url()).pathname.split("/").pop());
    expect(job.state, JSON.stringify(job)).toBe("succeeded");
    await admin.settled();
  });

  await test.step("the sample says who did it, why, and what stood there; search finds the new term alone", async () => {
    await page.goto(sample);
    await expect(sex.getByRole("link", { name: "male sex" })).toBeVisible();
    await expect(sex).toContainText("by a curator");
    await expect(sex).toContainText(deployment.people.admin.email);
    await expect(sex).toContainText("a journey");
    await expect(sex.getByRole("link", { name: "male", exact: true })).toBeVisible();
    const found = async (term) => (await admin.get(`/search?kind=samples&q=UJ-1&sex=${term}`)).body.total;
    expect([await found("PATO:9999001"), await found("PATO:0000384")]).toEqual([1, 0]);
  });

  await test.step("undone, everything is as it was", async () => {
    await page.goto("/ontologies");
    const row = page.getByRole("table", { name: "Upgrades of your values" }).getByRole("row", { name: /PATO.*journey/ });
    page.once("dialog", (dialog) => dialog.accept());
    await row.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByText("values are what they were without it")).toBeVisible();
    await expect(row).toContainText("undone");
    await admin.settled();
    await page.goto(sample);
    await expect(sex.getByRole("link", { name: "male", exact: true })).toBeVisible();
    await expect(sex).not.toContainText("male sex");
    const { body } = await admin.get(`/search?kind=samples&q=UJ-1&sex=PATO:0000384`);
    expect(body.total).toBe(1);
  });

  deployment.command(["ontology", "remove", "PATO", sha256]);
});
