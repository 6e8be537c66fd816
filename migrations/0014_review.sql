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

-- Whose question it is for a while: nobody else gets it as the next one. What is left lying comes free by itself.
create table review_claims (
  organization uuid not null references organizations (id),
  collection uuid not null,
  field text not null,
  question uuid not null,
  person uuid not null,
  until bigint not null,
  primary key (organization, collection, field, question),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);

-- What somebody passed over comes to them again a day later, and to others at once.
create table review_skips (
  organization uuid not null references organizations (id),
  collection uuid not null,
  field text not null,
  question uuid not null,
  person uuid not null,
  at bigint not null,
  primary key (organization, collection, field, person, question),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);
