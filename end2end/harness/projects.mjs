// Review projects for browser tests: a collection that waits, a second curator, and a project over it.

import { browserOf } from "./api.mjs";
import { waiting } from "./review.mjs";

const must = (answer, ...statuses) => {
  if (!statuses.includes(answer.status)) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};

/** A collection of which everything waits, and a draft over its tissues: {curator, admin, collection, project}. */
export async function drafted(deployment, name, table, plan = {}) {
  const { curator, collection } = await waiting(deployment, name, table);
  const admin = await browserOf(deployment.url, deployment.people.admin);
  const asked = { name, collection, fields: ["tissue"], reviewers: 2, guideline: "What the *tube* holds counts, not the donor.", ...plan };
  const project = must(await curator.post("/projects", asked), 201).id;
  return { curator, admin, collection, project };
}

/** The same, started. */
export async function started(deployment, name, table, plan) {
  const scene = await drafted(deployment, name, table, plan);
  must(await scene.curator.post(`/projects/${scene.project}/start`), 200);
  return scene;
}

/** Answers everything that comes; `says` gives an answer to the words of a question. */
export async function answerAll(person, project, says) {
  for (;;) {
    const { task } = must(await person.post(`/projects/${project}/next`), 200);
    if (!task) return;
    must(await person.post(`/projects/${project}/answer`, { item: task.item, ...says(task.question.words) }), 204);
  }
}

/** Goes on with one that two have answered: what they said of kidneys differs. */
export async function disputed(deployment, name, table, plan) {
  const scene = await started(deployment, name, table, plan);
  await answerAll(scene.curator, scene.project, () => ({ answer: "accept" }));
  await answerAll(scene.admin, scene.project, (words) => ({ answer: words.includes("kidney") ? "reject" : "accept", note: "looked it up" }));
  await scene.curator.settled();
  return scene;
}

/** One curator has answered everything, and it waits for an expert's check. */
export async function checked(deployment, name, table, plan) {
  const scene = await started(deployment, name, table, plan);
  await answerAll(scene.curator, scene.project, () => ({ answer: "accept" }));
  await scene.curator.settled();
  return scene;
}

/** Two have answered everything, an item among it whose answer is known: one of them was right about it. */
export async function golden(deployment, name, table, plan) {
  const scene = await started(deployment, name, table, { sampling: "active", items: 3, ...plan });
  const { items } = must(await scene.curator.get(`/review/values?collection=${scene.collection}&field=tissue`), 200);
  const mixed = [];
  for (const { id, words } of items) {
    const known = { field: "tissue", question: id, answer: "accept" };
    // What is an item already cannot be one of these, too.
    const { status } = await scene.admin.post(`/projects/${scene.project}/gold`, known);
    if (status === 201) mixed.push(words);
  }
  await answerAll(scene.curator, scene.project, () => ({ answer: "accept" }));
  await answerAll(scene.admin, scene.project, (words) => ({ answer: mixed.includes(words) ? "reject" : "accept" }));
  await scene.curator.settled();
  return { ...scene, mixed };
}
