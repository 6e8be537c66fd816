-- Review by value: what each dataset's samples say under one attribute and what was made of it, counted. Made again from
-- annotations and curations whenever one of them changed.
create table review_values (
  organization uuid not null references organizations (id),
  collection uuid not null,
  field text not null,
  id uuid not null, -- of the attribute, the words and what was made of them
  dataset uuid not null,
  attribute text not null,
  words text not null,
  sought text not null, -- words, label and term in small letters
  state text not null,
  term text not null,
  label text not null,
  score double precision not null, -- the lowest
  band bigint not null, -- its twentieth, from 0
  method text not null,
  runner_up text, -- JSON
  reason text, -- why it waits
  samples bigint not null,
  waiting bigint not null,
  sample uuid not null, -- one of them
  primary key (organization, collection, field, id, dataset),
  foreign key (organization, dataset) references datasets (organization, id) on delete cascade
);
create index review_values_by_dataset on review_values (organization, dataset);

-- Up to which change of its values a dataset was gathered.
create table review_heads (
  organization uuid not null references organizations (id),
  dataset uuid not null,
  changes bigint not null,
  primary key (organization, dataset),
  foreign key (organization, dataset) references datasets (organization, id) on delete cascade
);
