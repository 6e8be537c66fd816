-- What was brought from another tracking server or folder, by what it is called there: an import that is started once more
-- goes on behind it.

create table brought (
  organization uuid not null references organizations (id),
  store text not null, -- where it came from, as its address
  kind text not null, -- experiment, run, logged model
  theirs text not null,
  ours text not null,
  digest text not null, -- of what the store said of it when it was brought whole; empty before
  brought_at bigint not null,
  primary key (organization, store, kind, theirs)
);
