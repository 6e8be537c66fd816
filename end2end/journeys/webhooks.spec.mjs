// An admin names an address of a program of theirs; it hears of decisions, signed.

import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { expect, test } from "../harness/page.mjs";
import { waiting } from "../harness/review.mjs";

/** A listener on this machine; `heard` grows. */
async function listener() {
  const heard = [];
  const server = createServer(async (request, answer) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    heard.push({ headers: request.headers, body });
    answer.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { heard, url: `http://127.0.0.1:${server.address().port}/hook`, close: () => server.close() };
}

test("a decision is heard of, signed with the secret that was shown once", async ({ page, deployment, signIn }) => {
  test.setTimeout(120_000);
  const { heard, url, close } = await listener();
  try {
    await signIn("admin");
    await page.goto("/webhooks");
    await page.getByLabel("Address").fill("http://10.0.0.1/");
    await page.getByRole("button", { name: "Create webhook" }).click();
    await expect(page.getByText(/webhook_hosts/).first()).toBeVisible();
    await page.getByLabel("Address").fill(url);
    await page.getByLabel("What it is for").fill("A journey");
    await page.getByRole("button", { name: "Create webhook" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "A journey" })).toBeVisible();
    const secret = await page.locator(".copy code").innerText();
    await page.getByRole("button", { name: "Send a ping" }).click();
    await expect(page.getByText("A ping is on its way")).toBeVisible();

    const { curator, collection } = await waiting(deployment, "Hooked", "accession,title,source_name\nHK-1,Biopsy,liver\n");
    const { body } = await curator.get(`/review/values?collection=${collection}&field=tissue`);
    const matching = { collection, field: "tissue" };
    await curator.post("/review/decide", { matching, values: [body.items[0].id], answer: "accept" });
    await curator.settled();
    expect(heard.map((one) => one.headers["x-chorale-event"])).toEqual(["ping", "batch.applied"]);
    for (const { headers, body } of heard) {
      const signed = createHmac("sha256", secret).update(`${headers["x-chorale-timestamp"]}.${body}`).digest("hex");
      expect(headers["x-chorale-signature"]).toBe(`v1=${signed}`);
    }
    expect(JSON.parse(heard[1].body).data.batch.title).toBe("Accept tissue as suggested");

    await page.goto(page.url());
    const log = page.getByRole("table", { name: "What it heard" });
    await expect(log.getByText("delivered")).toHaveCount(2);
    await expect(page.getByText(secret)).toHaveCount(0);
    await log.getByRole("button", { name: "Send again: batch.applied" }).click();
    await expect.poll(() => heard.length).toBe(3);
    expect(heard[2].headers["x-chorale-delivery"]).toBe(heard[1].headers["x-chorale-delivery"]);
    page.once("dialog", (dialog) => dialog.accept());
    await page.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByText("Nobody listens yet")).toBeVisible();
  } finally {
    close();
  }
});
