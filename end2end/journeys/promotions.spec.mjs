// Promotions to a protected alias: an admin protects it, who asks waits, another person compares and approves; MLflow's client
// is told where it waits; two at once, a request whose alias moved, and one that is rejected.

import { Api, browserOf, tokenOf } from "../harness/api.mjs";
import { registered } from "../harness/registry.mjs";
import { expect, test } from "../harness/page.mjs";

test.use({ apart: "promotions" });

test("a promotion waits for another person, who sees both versions", async ({ page, deployment, signIn }) => {
  test.setTimeout(240_000);
  const { url, people } = deployment;
  await registered(deployment, "Promoted tissue");
  const path = "/models/Promoted%20tissue";

  // An admin protects two aliases by a form.
  await signIn("admin", "/organization");
  await page.getByRole("textbox", { name: "Aliases" }).fill("champion, production");
  await page.getByRole("button", { name: "Protect these" }).press("Enter");
  await expect(page.getByText("Protected: champion, production.")).toBeVisible();
  await page.context().clearCookies();

  // Who asks is led to what waits; nothing moved.
  await signIn("curator", path);
  await expect(page.getByRole("table", { name: "Aliases" }).locator("tr").filter({ hasText: "champion" })).toContainText("protected");
  await page.getByLabel("Alias", { exact: true }).fill("champion");
  await page.getByLabel("Why", { exact: true }).fill("better at kidneys");
  await page.getByRole("button", { name: "Point it there" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "champion of Promoted tissue: version 1 → version 2" })).toBeVisible();
  await expect(page.getByText("champion is protected: this waits until another person approves.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Take it back" })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Approve/ })).toHaveCount(0);
  const place = new URL(page.url()).pathname;
  await page.goto(`${path}/versions/2`);
  await expect(page.getByText("It waits for another person's approval.")).toBeVisible();

  // MLflow's client is told the same, and asking once more is no second request.
  const client = new Api(url, await tokenOf(url, people.scientist, "scientist"), "/api/2.0");
  const asked = await client.post("/mlflow/registered-models/alias", { name: "Promoted tissue", alias: "champion", version: "2" });
  expect(asked.status).toBe(403);
  expect(asked.body.error_code).toBe("PERMISSION_DENIED");
  expect(asked.body.message).toContain(place);
  const gone = await client.call("DELETE", "/mlflow/registered-models/alias", { json: { name: "Promoted tissue", alias: "champion" } });
  expect(gone.body.message).toContain("/promotions/");
  const standing = await client.get("/mlflow/registered-models/alias?name=Promoted%20tissue&alias=champion");
  expect(standing.body.model_version.version).toBe("1");
  await page.context().clearCookies();

  // Another person compares and approves.
  await signIn("admin");
  const rail = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Models" });
  await expect(rail).toContainText("2");
  await page.goto("/models");
  await page.getByRole("link", { name: "Promotions" }).press("Enter");
  await page.getByRole("link", { name: "champion of Promoted tissue: version 1 → version 2" }).press("Enter");
  const metrics = page.getByRole("table", { name: "Metrics of both versions" }).locator("tr").filter({ hasText: "f1" });
  await expect(metrics).toContainText("0.817");
  await expect(metrics).toContainText("0.861");
  await expect(metrics.locator(".delta[data-good]")).toHaveText("+0.044");
  await expect(page.getByRole("table", { name: "Params that differ" })).toContainText("Platt");
  await page.getByLabel("Note", { exact: true }).fill("kidneys are right now");
  await page.getByRole("button", { name: "Approve: champion is version 2" }).press("Enter");
  await expect(page.getByText("Approved: champion of Promoted tissue is version 2 now.")).toBeVisible();
  await expect(page.getByText("kidneys are right now")).toBeVisible();

  // The removal that the client asked for was compared with version 1: it is told that the alias moved, and rejected.
  await page.goto("/promotions");
  await page.getByRole("link", { name: "champion of Promoted tissue: version 1 → none" }).press("Enter");
  await expect(page.getByText("champion moved since this was asked.")).toBeVisible();
  const removal = new URL(page.url()).pathname.split("/").pop();
  const admin = await browserOf(url, people.admin);
  const stale = await admin.post(`/promotions/${removal}/approve`, { holder: 1 });
  expect(stale.status).toBe(409);
  expect(JSON.stringify(stale.body)).toContain("stands for version 2 now");
  await page.getByLabel("Why not").fill("services load it");
  await page.getByRole("button", { name: "Reject" }).press("Enter");
  await expect(page.getByText("services load it")).toBeVisible();
  const late = await admin.post(`/promotions/${removal}/reject`, { note: "again" });
  expect(late.status).toBe(409);
  await expect(page.getByText("rejected by")).toBeVisible();
  await page.goto("/promotions");
  await expect(page.getByText("Nothing here")).toBeVisible();
  await page.goto(path);
  await expect(page.getByRole("complementary", { name: "About this model" })).toContainText("champion was moved from version 1 to version 2");
});

test("what was asked by REST is taken back by whoever asked", async ({ deployment }) => {
  test.setTimeout(120_000);
  const { url, people } = deployment;
  const admin = await browserOf(url, people.admin);
  await admin.call("PUT", "/organization/protected-aliases", { json: { aliases: [] } });
  const { name } = await registered(deployment, "Promoted by REST");
  const kept = await admin.call("PUT", "/organization/protected-aliases", { json: { aliases: ["Champion"] } });
  expect(kept.body.aliases).toEqual(["champion"]);
  const scientist = await browserOf(url, people.scientist);
  const model = `/models/${encodeURIComponent(name)}`;
  const asked = await scientist.post(`${model}/promote`, { alias: "champion", version: 2, why: "better" });
  expect(asked.status).toBe(202);
  const { id } = asked.body.request;
  expect((await admin.post(`/promotions/${id}/withdraw`)).status).toBe(403);
  const review = await scientist.get(`/promotions/${id}`);
  expect(review.body).toMatchObject({ is_own: true, may_answer: false, request: { held: 1, holder: 1, version: 2 } });
  expect(review.body.metrics.map(({ key }) => key)).toEqual(["ece", "f1", "loss"]);
  expect((await scientist.post(`/promotions/${id}/withdraw`)).body.state).toBe("withdrawn");
  expect((await admin.post(`/promotions/${id}/approve`, { holder: 1 })).status).toBe(409);
  expect((await scientist.call("DELETE", model + "/aliases/candidate")).status).toBe(204);
});
