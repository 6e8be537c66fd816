// Deeds about people: who is invited, accepts, signs in, chooses another password. And what must be left of them.

import { Api, Browser, signIn } from "../harness/api.mjs";
import { accepted, some, withFree } from "./scene.mjs";

/** Asks somebody in; two of three accept. */
export async function invite(scene) {
  const { api, journal, random } = scene;
  const number = random.whole(1, 1e9);
  const email = `person-${number}@kill.example`;
  const invited = await api.post("/invitations", { email, role: "scientist" });
  if (!accepted(scene, "POST /invitations", invited, 201)) return;
  const { id } = invited.body.invitation;
  journal.invitation(id, email);
  if (random.whole(1, 3) === 1) return;
  journal.asked.add(id);
  const input = { code: new URL(invited.body.url).searchParams.get("code"), password: `first password ${number}` };
  const answer = await new Api(api.url, null).post("/invitation-acceptance", input);
  if (accepted(scene, "POST /invitation-acceptance", answer, 204)) journal.member(email, input.password);
}

/** A person whose password is certain, held so that no other client changes it meanwhile. */
async function withPerson(scene, act) {
  const isCertain = (person) => person.passwords.length === 1;
  await withFree(scene.journal.people, scene.random, isCertain, () => invite(scene), act);
}

/** The session's cookie; null when the server was too busy for it. */
async function enter(scene, email, password) {
  const answer = await signIn(scene.api.url, { email, password });
  if (!accepted(scene, `signing ${email} in`, answer, 200)) return null;
  scene.journal.session(answer.cookie, email);
  return answer.cookie;
}

export async function signInAgain(scene) {
  await withPerson(scene, (email, person) => enter(scene, email, person.passwords[0]));
}

export async function changePassword(scene) {
  await withPerson(scene, async (email, person) => {
    const [current] = person.passwords;
    const cookie = await enter(scene, email, current);
    if (!cookie) return;
    const chosen = `another password ${scene.random.whole(1, 1e9)}`;
    // until it is acknowledged, either may hold, and the person's sessions may have ended
    scene.journal.passwordAsked(email, chosen);
    const answer = await new Browser(scene.api.url, cookie).post("/me/password", { current, new: chosen });
    if (accepted(scene, "POST /me/password", answer, 204)) scene.journal.password(email, chosen);
  });
}

/** Gives what is wrong, as sentences. */
export async function checkPeople(api, journal, random) {
  const wrong = [];
  const open = new Set((await api.all("/invitations?limit=500")).map((invitation) => invitation.id));
  for (const [id, email] of journal.invitations) {
    if (!open.has(id) && !journal.asked.has(id)) wrong.push(`the invitation of ${email} was acknowledged and is gone`);
  }
  const members = new Set((await api.all("/members?limit=500")).map((member) => member.email));
  for (const email of journal.people.keys()) {
    if (!members.has(email)) wrong.push(`${email} was acknowledged as a member and is none`);
  }
  for (const [cookie, email] of some(journal.sessions, random, 5)) {
    const { status } = await new Browser(api.url, cookie).get("/me");
    if (status !== 200) wrong.push(`a session of ${email} was acknowledged and answers ${status}`);
  }
  const sure = new Map([...journal.people].filter(([, person]) => person.passwords.length === 1));
  for (const [email, person] of some(sure, random, 3)) {
    const { status } = await signIn(api.url, { email, password: person.passwords[0] });
    if (![200, 429, 503].includes(status)) wrong.push(`${email} signs in with the acknowledged password: ${status}`);
  }
  return wrong;
}
