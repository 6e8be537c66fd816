// What the deeds of the load share. A scene is {api, operator, journal, random, strike, refusals}: `strike.now` says
// that the server is being killed, from which moment on a broken connection is what the test is about.

/** Notes an answer that is neither of the expected ones. 429 and 503 are honest answers under load. */
export function accepted(scene, what, answer, ...expected) {
  if (expected.includes(answer.status)) return true;
  if (![429, 503].includes(answer.status)) {
    scene.refusals.push(`${what} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return false;
}

/** One of the values of a map that `may` holds for, or null. */
export function anyOf(map, random, may = () => true) {
  const left = [...map].filter(([, value]) => may(value));
  return left.length ? random.pick(left) : null;
}

/** Does something with one of a map that `may` holds for and no other client is at; where there is none, makes another. */
export async function withFree(map, random, may, make, act) {
  const found = anyOf(map, random, (one) => !one.busy && may(one));
  if (!found) return make();
  const [id, one] = found;
  one.busy = true;
  try {
    await act(id, one);
  } finally {
    one.busy = false;
  }
}

/** Up to `count` of the entries: the newest ones and some older. */
export function some(map, random, count) {
  const all = [...map];
  return all.length <= count ? all : [...all.slice(-2), ...Array.from({ length: count - 2 }, () => random.pick(all))];
}
