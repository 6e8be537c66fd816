-- How right automatic curation is, as people's decisions say.

-- Fields of which nothing is accepted automatically for now. By annotator: another one is not to blame.
create table held_fields (
  organization uuid not null references organizations (id),
  collection uuid not null,
  field text not null,
  annotator text not null, -- its version up to the ontologies
  since bigint not null,
  why text not null,
  primary key (organization, collection, field, annotator),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);

-- What decisions say of an annotator, a row for each question that a batch answers. Made again from curations; the rows
-- of a batch that is taken back go.
create table judgements (
  organization uuid not null references organizations (id),
  collection uuid not null,
  field text not null,
  annotator text not null,
  question uuid not null, -- or a hash of what was decided, where no question was asked
  batch uuid not null,
  state text not null, -- what the annotator said; nothing where the term is empty and the outcome is missed
  term text not null,
  label text not null,
  score double precision not null, -- the lowest of its samples
  band bigint not null, -- its twentieth, from 0
  outcome text not null, -- right, wrong, missed
  to_state text not null, -- what people say; empty where they only say that it is not that
  to_term text not null,
  to_label text not null,
  samples bigint not null,
  at bigint not null, -- when the batch came to count
  primary key (organization, collection, field, annotator, question, batch),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);
create index judgements_by_batch on judgements (organization, batch);

-- Up to which change of a batch its judgements are made.
create table judged_batches (
  organization uuid not null references organizations (id),
  batch uuid not null,
  changed_at bigint not null,
  primary key (organization, batch),
  foreign key (organization, batch) references curation_batches (organization, id) on delete cascade
);

-- From when on outcomes are watched: a resolved alert begins anew.
create table watched_since (
  organization uuid not null references organizations (id),
  collection uuid not null,
  field text not null,
  annotator text not null,
  since bigint not null,
  primary key (organization, collection, field, annotator),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);
