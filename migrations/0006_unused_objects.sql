-- Objects that nothing uses, since when. The sweep finds them, and removes one that stays unused longer than any
-- backup that could be restored: `unused` → `doomed` (being removed, nobody may begin to use it) → `gone` (removed,
-- kept for a while so that a late removal cannot meet a new upload of the same bytes). Whoever begins to use an object
-- deletes its row first, so the row is what the two wait for each other at.
create table unused_objects (
  organization uuid not null references organizations (id),
  key text not null,
  size_bytes bigint not null,
  state text not null,
  since bigint not null, -- when this state began
  primary key (organization, key)
);
create index unused_objects_by_state on unused_objects (organization, state, since);
