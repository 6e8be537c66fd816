// Deeds about collections and datasets that no import of the load goes into: renaming, sharing, deleting. And what must
// be left of them.

import { accepted, some, withFree } from "./scene.mjs";
import { study } from "./study.mjs";

async function withSpare(scene, act) {
  const { spares } = scene.journal;
  await withFree(spares, scene.random, () => spares.size >= 5, () => createSpare(scene), act);
}

async function createSpare(scene) {
  const name = `spare ${scene.random.whole(1, 1e9)}`;
  const answer = await scene.api.post("/collections", { name });
  if (accepted(scene, "POST /collections", answer, 201)) scene.journal.spare(answer.body.id, name);
}

export async function rename(scene) {
  await withSpare(scene, async (id, spare) => {
    const name = `spare ${scene.random.whole(1, 1e9)}`;
    spare.names.push(name);
    const answer = await scene.api.call("PATCH", `/collections/${id}`, { json: { name } });
    if (accepted(scene, "PATCH /collections", answer, 200)) scene.journal.renamed(id, name);
  });
}

export async function share(scene) {
  await withSpare(scene, async (id, spare) => {
    const before = spare.shared.length === 1 ? spare.shared[0] : null;
    const shared = before === null ? scene.random.whole(0, 1) === 1 : !before;
    spare.shared.push(shared);
    const answer = await scene.operator.post(`/collections/${id}/sharing`, { shared });
    if (accepted(scene, "POST /collections/…/sharing", answer, 200)) scene.journal.shared(id, shared, before);
  });
}

/** Deletes a dataset that an earlier deed imported for it. */
export async function deleteDataset(scene) {
  const { api, journal, random } = scene;
  await withFree(journal.doomed, random, () => journal.doomed.size >= 2, () => importDoomed(scene), async (job) => {
    const { status, body } = await api.get(`/jobs/${job}`);
    if (!accepted(scene, "GET /jobs", { status, body }, 200)) return;
    if (["succeeded", "failed"].includes(body.state)) journal.doomed.delete(job);
    if (body.state !== "succeeded") return;
    const [{ id }] = body.files[0].datasets;
    const answer = await api.call("DELETE", `/datasets/${id}`);
    if (accepted(scene, "DELETE /datasets", answer, 204)) journal.deleted(id);
  });
}

/** Imports a dataset into a collection of its own. */
async function importDoomed(scene) {
  const { api, journal, random } = scene;
  const made = study({ number: random.whole(401, 800), samples: 1, rows: 0, revision: 1 });
  const files = [{ name: `${made.series}_family.soft`, text: made.text }];
  const answer = await api.importFiles(`doomed ${random.whole(1, 1e9)}`, files);
  if (accepted(scene, "POST /imports", answer, 202)) journal.doom(answer.body.job.id);
}

/** Gives what is wrong, as sentences. */
export async function checkPlaces(api, journal, random) {
  const wrong = [];
  const listed = new Map((await api.all("/collections?limit=500")).map((one) => [one.id, one]));
  for (const [id, { names, shared }] of journal.spares) {
    const found = listed.get(id);
    if (!found) wrong.push(`collection "${names.at(-1)}" (${id}) was acknowledged and is gone`);
    else {
      if (!names.includes(found.name)) wrong.push(`collection ${id} is called "${found.name}", not one of "${names.join('", "')}"`);
      if (!shared.includes(found.shared)) wrong.push(`collection ${id}: shared is ${found.shared}, acknowledged was the opposite`);
    }
  }
  for (const [id] of some(journal.deletions, random, 5)) {
    const { status } = await api.get(`/datasets/${id}`);
    if (status !== 404) wrong.push(`dataset ${id} was acknowledged as deleted and answers ${status}`);
  }
  return wrong;
}
