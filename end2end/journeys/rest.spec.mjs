// What the pages can do, REST can do: a token made on the account page imports, follows, searches and cancels.

import { readFileSync } from "node:fs";
import { Api, signIn as enter, tokenOf } from "../harness/api.mjs";
import { expect, test } from "../harness/page.mjs";
import { sharedData } from "../harness/server.mjs";
import { longImport } from "../harness/long_import.mjs";

/** Makes a token in the form and reads its secret where the page shows it once. */
async function makeToken(page, name, role) {
  await page.goto("/account");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Role").selectOption(role);
  await page.getByRole("button", { name: "Create token" }).click();
  return (await page.getByRole("alert").locator("code").innerText()).trim();
}

test("a token made on the account page does all of it", async ({ page, signIn, deployment }) => {
  test.slow(); // it packs, sends and reads some 50 MB
  // Made before the first request: making it holds this process up for seconds, and a kept connection would end unseen.
  const much = longImport(deployment.folder, 998).path;
  await signIn("curator");
  const secret = await makeToken(page, "journey", "curator");
  const api = new Api(deployment.url, secret);

  const started = await api.importFiles("Through REST", [sharedData("geo/family_soft/GSE6344_family.soft.gz")]);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  const job = await api.ended(started.body.job.id);
  expect(job.state, job.error ?? "").toBe("succeeded");
  const ended = performance.now();
  const found = await expect
    .poll(async () => (await api.get("/search?kind=samples&q=GSE6344&collection=Through+REST&facets=organism")).body.total, {
      timeout: 5_000,
      intervals: [50],
    })
    .toBeGreaterThan(0)
    .then(() => api.get("/search?kind=samples&collection=Through+REST&limit=1"));
  expect(performance.now() - ended, "searchable within five seconds of the job's end").toBeLessThan(5_000);
  expect(found.body.hits[0].accession).toMatch(/^GSM/);

  await test.step("warnings with their lines, of one kind", async () => {
    const { body } = await api.get(`/jobs/${job.id}/warnings?severity=warning`);
    for (const warning of body.items) expect(warning).toMatchObject({ severity: "warning", line: expect.any(Number) });
    expect((await api.get(`/jobs/${job.id}/warnings?severity=grave`)).status).toBe(400);
  });

  await test.step("the dataset down to its raw bytes", async () => {
    const id = job.files[0].datasets[0].id;
    const files = await api.all(`/datasets/${id}/files`);
    const raw = files.find((file) => file.kind === "raw");
    const bytes = await fetch(`${deployment.url}/api/v1/files/${raw.id}/content`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    const expected = readFileSync(sharedData("geo/family_soft/GSE6344_family.soft.gz"));
    expect(Buffer.from(await bytes.arrayBuffer()).equals(expected)).toBe(true);
  });

  await test.step("a running job is cancelled", async () => {
    const long = await api.importFiles("Through REST", [much]);
    expect((await api.post(`/jobs/${long.body.job.id}/cancel`)).status).toBe(200);
    expect((await api.ended(long.body.job.id)).state).toBe("cancelled");
  });

  await test.step("revoked in the form, refused at the next request", async () => {
    page.once("dialog", (dialog) => dialog.accept());
    await page.goto("/account");
    await page.getByRole("row", { name: /journey/ }).getByRole("button", { name: "Revoke" }).click();
    await expect(page.getByRole("alert")).toContainText("revoked");
    expect((await api.get("/search")).status).toBe(401);
  });
});

test("nobody makes a token above their own role", async ({ page, signIn, deployment }) => {
  await signIn("scientist");
  await page.goto("/account");
  await expect(page.getByLabel("Role").locator("option")).toHaveText(["scientist"]);
  const api = new Api(deployment.url, await makeToken(page, "reader", "scientist"));
  expect((await api.get("/search?q=cancer")).status).toBe(200);
  const refused = await api.post("/collections", { name: "Not mine to make" });
  expect(refused.status).toBe(403);
  expect(refused.body.detail ?? refused.body.title).toBeTruthy();
});

test("a person is invited and accepts, all through REST", async ({ deployment, people }) => {
  const admin = new Api(deployment.url, await tokenOf(deployment.url, people.admin, "admin"));
  const person = { email: "through-rest@demo.example", password: "a password for this test alone" };
  const made = await admin.post("/invitations", { email: person.email, role: "scientist" });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect((await admin.all("/invitations")).map(({ email }) => email)).toContain(person.email);
  expect((await enter(deployment.url, person)).cookie, "no member before the acceptance").toBeUndefined();
  const anyone = new Api(deployment.url);
  const acceptance = { code: new URL(made.body.url).searchParams.get("code"), password: person.password };
  expect((await anyone.post("/invitation-acceptance", acceptance)).status).toBe(204);
  expect((await anyone.post("/invitation-acceptance", acceptance)).status, "once only").toBe(400);
  expect((await enter(deployment.url, person)).cookie).toBeTruthy();
  expect((await admin.all("/invitations")).map(({ email }) => email)).not.toContain(person.email);
  expect((await admin.all("/members")).find(({ email }) => email === person.email)).toMatchObject({ role: "scientist" });
});

test("the API is described by a document that the page of it shows", async ({ page }) => {
  const described = await (await page.request.get("/api/openapi.json")).json();
  for (const path of ["/api/v1/search", "/api/v1/imports", "/api/v1/jobs/{job}"]) expect(described.paths).toHaveProperty([path]);
  await page.goto("/api/docs");
  await expect(page.getByText("/api/v1/imports").first()).toBeVisible();
});
