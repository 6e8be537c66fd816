// A mixed load: a few clients that write and read as fast as they are answered, until the server is gone.
// An answer that comes is journalled; an answer that does not come ends the client.

import { changePassword, invite, signInAgain } from "./people.mjs";
import { deleteDataset, rename, share } from "./places.mjs";
import { logFile, logParam, logPoints } from "./runs.mjs";
import { accepted } from "./scene.mjs";
import { study } from "./study.mjs";

const CLIENTS = 4;
/** Imports that may be open at once: most end while the load goes on, so that it meets what they made. */
const MOST_OPEN = 12;
/** One import in this many is cancelled: most of the others run to their end. */
const CANCEL_ONE_IN = 5;

/** What a client does, by weight. */
const DEEDS = [
  [4, upload],
  [2, uploadAgain],
  [2, createCollection],
  [2, createToken],
  [1, revokeToken],
  [2, cancelImport],
  [3, watchImports],
  [3, search],
  [1, invite],
  [1, signInAgain],
  [1, changePassword],
  [1, rename],
  [1, share],
  [3, deleteDataset],
  [4, logPoints],
  [1, logParam],
  [1, logFile],
];
const WEIGHT = DEEDS.reduce((sum, [weight]) => sum + weight, 0);

/** Runs until the server's death; gives what was not expected. */
export async function load(scene) {
  await Promise.all(Array.from({ length: CLIENTS }, () => client(scene)));
  return scene.refusals;
}

async function client(scene) {
  for (;;) {
    try {
      await chooseDeed(scene.random)(scene);
    } catch (error) {
      // a broken test must not look like a killed server
      if (error.name !== "TypeError" || !/fetch failed|terminated|network|socket/i.test(error.message)) throw error;
      if (!scene.strike.now) {
        scene.refusals.push(`a connection broke before the kill: ${error.message} (${error.cause?.message ?? "no cause"})`);
      }
      return;
    }
  }
}

function chooseDeed(random) {
  let left = random.whole(1, WEIGHT);
  for (const [weight, deed] of DEEDS) {
    left -= weight;
    if (left <= 0) return deed;
  }
  throw new Error("the weights do not add up");
}

function somewhere({ journal, random }) {
  return journal.collections.size ? random.pick([...journal.collections.values()]) : null;
}

async function createCollection(scene) {
  const name = `collection ${scene.random.whole(1, 1e9)}`;
  const answer = await scene.api.post("/collections", { name, description: "made by the kill test" });
  if (accepted(scene, "POST /collections", answer, 201, 409) && answer.status === 201) {
    scene.journal.collection(answer.body.id, name);
  }
}

async function send(scene, collection, made, shape) {
  const answer = await scene.api.importFiles(collection, [{ name: `${made.series}_family.soft`, text: made.text }]);
  if (accepted(scene, "POST /imports", answer, 202)) {
    scene.journal.import(answer.body.job.id, { collection, shape, study: { ...made, text: undefined } });
  }
}

function open({ journal }) {
  return [...journal.imports].filter(([, job]) => !job.ended);
}

async function upload(scene) {
  if (open(scene).length >= MOST_OPEN) return watchImports(scene);
  const collection = somewhere(scene);
  if (!collection) return createCollection(scene);
  const { random } = scene;
  const number = random.whole(1, 400);
  // a series keeps its samples: what they say and measure changes with the revision
  const shape = { number, samples: 1 + (number % 40), rows: random.whole(0, 300), revision: random.whole(1, 3) };
  await send(scene, collection, study(shape), shape);
}

/** Bytes that were acknowledged before: nothing may change. */
async function uploadAgain(scene) {
  if (!scene.journal.imports.size || open(scene).length >= MOST_OPEN) return upload(scene);
  const before = scene.random.pick([...scene.journal.imports.values()]);
  await send(scene, before.collection, study(before.shape), before.shape);
}

async function createToken(scene) {
  const answer = await scene.api.post("/tokens", { name: `token ${scene.random.whole(1, 1e9)}`, role: "scientist" });
  if (accepted(scene, "POST /tokens", answer, 201)) {
    scene.journal.token(answer.body.token.id, answer.body.secret);
  }
}

async function revokeToken(scene) {
  const live = [...scene.journal.tokens].filter(([, token]) => !token.revoked);
  if (!live.length) return createToken(scene);
  const [id] = scene.random.pick(live);
  scene.journal.asked.add(id);
  const answer = await scene.api.call("DELETE", `/tokens/${id}`);
  if (accepted(scene, "DELETE /tokens", answer, 200, 204)) scene.journal.revoked(id);
}

async function cancelImport(scene) {
  const { journal, random } = scene;
  const left = open(scene).filter(([id]) => !journal.cancels.has(id));
  if (!left.length || (journal.cancels.size + 1) * CANCEL_ONE_IN > journal.imports.size) return upload(scene);
  const [id] = random.pick(left);
  journal.asked.add(id);
  const answer = await scene.api.post(`/jobs/${id}/cancel`);
  if (accepted(scene, "POST /jobs/…/cancel", answer, 200, 202)) journal.cancel(id, answer.body.state);
}

async function watchImports(scene) {
  const left = open(scene);
  if (!left.length) return search(scene);
  const [id] = scene.random.pick(left);
  const answer = await scene.api.get(`/jobs/${id}`);
  if (accepted(scene, "GET /jobs", answer, 200) && ["succeeded", "failed", "cancelled"].includes(answer.body.state)) {
    scene.journal.ended(answer.body);
  }
}

async function search(scene) {
  const words = scene.random.pick(["liver", "kidney", "revision", "part 3", ""]);
  const answer = await scene.api.get(`/search?q=${encodeURIComponent(words)}&facets=organism,collection&limit=5`);
  accepted(scene, "GET /search", answer, 200);
}
