// What a browser fetches for the islands: the compressed size of the WASM file that a page names, as the server sends it.

import http from "node:http";
import { bare, serving } from "../ground.mjs";
import { atMost, told } from "../report.mjs";

export async function measure() {
  const deployment = await bare("wasm");
  const sizes = await serving(deployment, async () => {
    const page = await (await fetch(`${deployment.url}/sign-in`)).text();
    const named = new Set(page.match(/\/pkg\/[^"'\s)]+\.(wasm|js|css)/g) ?? []);
    const sizes = {};
    for (const name of named) sizes[name.split(".").at(-1)] = await compressed(deployment.url + name);
    return sizes;
  });
  await deployment.remove();
  if (!sizes.wasm) throw new Error("the sign-in page names no WASM file; was the binary built after chorale-assets?");
  return [
    atMost("WASM, brotli", 400, "kB", sizes.wasm / 1e3),
    told("script and style, brotli", "kB", ((sizes.js ?? 0) + (sizes.css ?? 0)) / 1e3),
  ];
}

// fetch would unpack it and hide its size.
function compressed(url) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: { "accept-encoding": "br" } }, (answer) => {
      if (answer.statusCode !== 200 || answer.headers["content-encoding"] !== "br") {
        reject(new Error(`${url} answered ${answer.statusCode}, encoded as ${answer.headers["content-encoding"]}, not br`));
        answer.resume();
        return;
      }
      let bytes = 0;
      answer.on("data", (chunk) => (bytes += chunk.length)).on("end", () => resolve(bytes)).on("error", reject);
    });
    request.on("error", reject);
  });
}
