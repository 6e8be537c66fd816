// Starts the built `chorale` on a free loopback port with a folder of its own, and ends it by its pid.
// It owns processes and folders only; what is asked of the server is in api.mjs, what is seen in a browser in page.mjs.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** The binary under test: CHORALE_BINARY, else the one that `make test` builds. */
export function binary() {
  const found = process.env.CHORALE_BINARY ?? path.join(root, "target/ci/chorale");
  if (!existsSync(found)) throw new Error(`${found} is missing; build it first: cargo build --profile ci -p chorale-server`);
  return found;
}

/** The folder of real data beside the checkout. Tests that need it fail without it; they never pass silently. */
export function sharedData(...parts) {
  const folder = process.env.CHORALE_SHARED_DATA ?? path.join(root, "../shared/data");
  const found = path.join(folder, ...parts);
  if (!existsSync(found)) throw new Error(`${found} is missing; set CHORALE_SHARED_DATA to the folder of real data`);
  return found;
}

/** A fresh folder under the system's temporary one. */
export function freshFolder(name) {
  return mkdtempSync(path.join(os.tmpdir(), `chorale-${name}-`));
}

/** A port that nothing listens on. */
export async function freePort() {
  const probe = net.createServer();
  await new Promise((resolve, reject) => probe.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A deployment: a data folder, its settings, and the server process while it runs. */
export class Deployment {
  constructor(folder, port, settings = {}) {
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.log = path.join(folder, "server.log");
    this.env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CHORALE_DATA_DIR: path.join(folder, "data"),
      CHORALE_LISTEN: `127.0.0.1:${port}`,
      CHORALE_PUBLIC_URL: this.url,
      RUST_BACKTRACE: "1",
      ...settings,
    };
    this.process = null;
  }

  static async create(name, settings = {}) {
    return new Deployment(freshFolder(name), await freePort(), settings);
  }

  /** Runs a subcommand to its end and gives its standard output; throws with its standard error. */
  command(args, { input } = {}) {
    const done = spawnSync(binary(), args, { env: this.env, input, encoding: "utf8", maxBuffer: 1 << 26 });
    if (done.error) throw done.error;
    if (done.status !== 0) {
      throw new Error(`chorale ${args.join(" ")} ended with ${done.status ?? done.signal}:\n${done.stderr || done.stdout}`);
    }
    return done.stdout;
  }

  /** Starts `chorale serve` and waits until it is ready. Gives the milliseconds from start to ready. */
  async start({ wrapper = [], seconds = 60 } = {}) {
    const log = openSync(this.log, "a");
    const started = performance.now();
    const [program, ...args] = [...wrapper, binary(), "serve"];
    this.process = spawn(program, args, { env: this.env, stdio: ["ignore", log, log] });
    closeSync(log);
    this.ended = new Promise((resolve) => this.process.once("exit", (code, signal) => resolve({ code, signal })));
    const child = this.process;
    while (performance.now() - started < seconds * 1000) {
      if (child.exitCode !== null || child.signalCode !== null) break;
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok) return performance.now() - started;
      await answer?.body?.cancel();
      await pause(10);
    }
    await this.kill();
    throw new Error(`the server was not ready within ${seconds} s; the end of ${this.log}:\n${this.tail()}`);
  }

  /** SIGTERM and wait: an orderly end. */
  async stop({ seconds = 20 } = {}) {
    if (!this.process) return;
    this.process.kill("SIGTERM");
    const late = pause(seconds * 1000, "late", { ref: false });
    if ((await Promise.race([this.ended, late])) === "late") {
      await this.kill();
      throw new Error(`the server did not end within ${seconds} s of SIGTERM; the end of its log:\n${this.tail()}`);
    }
    this.process = null;
  }

  /** SIGKILL: what a crash looks like from outside. Gives how the process ended, which may have been before. */
  async kill() {
    if (!this.process) return null;
    this.process.kill("SIGKILL");
    const end = await this.ended;
    this.process = null;
    return end;
  }

  tail(lines = 30) {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").trimEnd().split("\n").slice(-lines).join("\n") : "";
  }

  /** Ends the server and removes the folder. */
  async remove() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
