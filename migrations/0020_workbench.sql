-- Each answer about a question, in each dataset: what the same words became before, who said so, and what waits again when
-- its batch is taken back.
create table review_answers (
  organization uuid not null references organizations (id),
  batch uuid not null,
  question uuid not null,
  dataset uuid not null,
  collection uuid not null,
  field text not null,
  words text not null,
  answer text not null, -- accept, change, reject, not_reported, not_applicable
  term text not null, -- what the samples became
  label text not null,
  samples bigint not null, -- that it settled
  waiting bigint not null, -- of them, those that waited
  gathered text, -- JSON: the question as it was, for it to wait again where gathering forgot it; none of a job's many
  primary key (organization, batch, question, dataset),
  foreign key (organization, batch) references curation_batches (organization, id) on delete cascade,
  foreign key (organization, dataset) references datasets (organization, id) on delete cascade
);
create index review_answers_by_words on review_answers (organization, collection, field, words);
create index review_answers_by_question on review_answers (organization, collection, field, question);
create index review_answers_by_dataset on review_answers (organization, dataset);

-- Who holds a question, as others are told.
alter table review_claims add column holder text not null default '';

-- What one person decided last, to undo it.
create index curation_batches_by_maker on curation_batches (organization, made_by, id);

-- What curators write about a question, and who is mentioned there.
create table comments (
  organization uuid not null references organizations (id),
  id uuid not null,
  collection uuid not null,
  field text not null,
  question uuid not null,
  words text not null, -- what the question was about
  text text not null,
  made_by text not null,
  made_at bigint not null,
  primary key (organization, id),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);
create index comments_by_question on comments (organization, collection, field, question);

create table mentions (
  organization uuid not null references organizations (id),
  person uuid not null,
  comment uuid not null,
  handle text not null, -- as the text says it
  read_at bigint,
  primary key (organization, person, comment),
  foreign key (organization, comment) references comments (organization, id) on delete cascade,
  foreign key (organization, person) references members (organization, user_id) on delete cascade
);
create index mentions_by_comment on mentions (organization, comment);
