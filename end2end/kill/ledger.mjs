// The audit log against the acknowledgements: each mutation that was answered has left its row, in the log's own words.

/** Gives what is wrong, as sentences. */
export async function checkLedger(api, journal) {
  const rows = await api.all("/audit?limit=500");
  const found = new Map();
  for (const { action, object, actor_name } of rows) {
    for (const key of [`${action} ${object}`, `${action} ${actor_name}`]) found.set(key, (found.get(key) ?? 0) + 1);
  }
  const wrong = [];
  for (const [key, owed] of journal.owed) {
    const left = found.get(key) ?? 0;
    if (left < owed) wrong.push(`the audit log has ${left} of ${owed} rows for "${key}", which were acknowledged`);
  }
  return wrong;
}
