-- Decisions that stand: what says certain words becomes a value, and what stands under a key is read for a field. What a
-- rule changes are batches of curations, which are taken back like others.

create table rules (
  organization uuid not null references organizations (id),
  id uuid not null,
  collection uuid not null,
  kind text not null, -- words, key
  scope text not null, -- series, submitter, collection
  place text not null, -- the accession of the series, the name of the submitter
  field text not null, -- empty for a key, which is mapped once
  attribute text not null, -- in small letters; of a key the key
  words text not null, -- in small letters
  says text not null, -- JSON
  title text not null,
  why text not null,
  made_by text not null,
  made_at bigint not null,
  is_on boolean not null,
  turn bigint not null, -- how often it was switched on: a sample gets its value once in each
  batches bigint not null, -- that were applied: two jobs never apply it at once
  switched_at bigint,
  switched_by text,
  switched_why text,
  primary key (organization, id),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);
-- Of two rules about the same words in the same place one is on.
create unique index rules_once on rules (organization, collection, kind, scope, place, field, attribute, words)
  where is_on;
create index rules_by_collection on rules (organization, collection, kind, attribute);

create table rule_batches (
  organization uuid not null,
  batch uuid not null,
  rule uuid not null,
  turn bigint not null,
  primary key (organization, batch),
  foreign key (organization, batch) references curation_batches (organization, id),
  foreign key (organization, rule) references rules (organization, id) on delete cascade
);
create index rule_batches_by_rule on rule_batches (organization, rule);

-- The attribute keys of each dataset's samples, counted. Made again from the samples whenever their values changed.
create table attribute_keys (
  organization uuid not null references organizations (id),
  collection uuid not null,
  key text not null,
  dataset uuid not null,
  samples bigint not null,
  distinct_values bigint not null,
  examples text not null, -- JSON: the commonest values with their samples
  reads text not null, -- JSON: on how many samples an annotator read a field under it
  primary key (organization, collection, key, dataset),
  foreign key (organization, dataset) references datasets (organization, id) on delete cascade
);
create index attribute_keys_by_dataset on attribute_keys (organization, dataset);

-- Up to which change of its values rules were applied to a dataset, and its keys counted.
create table rule_heads (
  organization uuid not null references organizations (id),
  dataset uuid not null,
  changes bigint not null,
  primary key (organization, dataset),
  foreign key (organization, dataset) references datasets (organization, id) on delete cascade
);
