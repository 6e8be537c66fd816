-- "This is wrong": tasks of whoever owns the sample. Who filed one stands in a row of the reporter's own organization, so
-- that the owner of a shared collection learns no names of others' members, not in exports either.
create table reports (
  organization uuid not null references organizations (id), -- the sample's owner
  id uuid not null,
  collection uuid not null,
  sample uuid not null,
  field text not null,
  state text, -- of the value at that moment; none: there was no value
  term text not null,
  label text not null,
  words text not null,
  proposed_term text,
  proposed_label text,
  impact bigint not null, -- samples of the collection that say the same
  question uuid,
  is_foreign boolean not null, -- filed by a member of another organization
  made_at bigint not null,
  assignee uuid,
  assignee_name text,
  outcome text not null, -- open, answered, declined
  answer text not null,
  answered_by text,
  answered_at bigint,
  batch uuid,
  job uuid,
  primary key (organization, id),
  foreign key (organization, sample) references samples (organization, id) on delete cascade
);
create index reports_by_outcome on reports (organization, outcome, id);
create index reports_by_sample on reports (organization, sample);

-- Without a reference to the report: its owner may go, and the reporter's organization is exported and erased by itself.
create table reports_made (
  organization uuid not null references organizations (id), -- the reporter's
  id uuid not null,
  owner_organization uuid not null,
  reporter uuid not null, -- a person, or the token of a program
  reporter_name text not null,
  seen boolean not null,
  primary key (organization, id)
);
create index reports_made_by_reporter on reports_made (organization, reporter, id);
