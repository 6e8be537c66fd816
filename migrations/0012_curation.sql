-- The human layer of harmonized values: what people decide lies above what annotators say, and what a source said is
-- never touched. Rows are added and stay as they are; a batch counts from the moment when it is applied until it is
-- taken back, and either is one row's change.

create table curation_batches (
  organization uuid not null references organizations (id),
  id uuid not null,
  kind text not null, -- decision, upgrade
  title text not null,
  why text not null,
  made_by text not null,
  made_at bigint not null,
  job uuid, -- that writes it; a job is forgotten some time after it ended
  samples bigint not null,
  applied_at bigint, -- none while it is being written: nobody sees it yet
  reverted_at bigint,
  reverted_by text,
  reverted_why text,
  changed_at bigint, -- applied or taken back, whichever was last
  primary key (organization, id)
);
create index curation_batches_by_change on curation_batches (organization, changed_at);
create index curation_batches_by_job on curation_batches (organization, job);

-- One field of one sample. By sample first: pages and search ask for samples, and most have no row.
create table curations (
  organization uuid not null references organizations (id),
  sample uuid not null,
  id uuid not null,
  batch uuid not null,
  field text not null,
  action text not null, -- set, remove, replace, review
  state text, -- of the value that is set, or why there is none
  term text not null,
  label text not null,
  note text not null, -- why this one, where the batch's own words do not say it all
  -- What stood there at that moment; for replace and review also what they hold for.
  from_state text,
  from_term text,
  from_label text,
  from_score double precision,
  from_method text,
  from_version text,
  primary key (organization, sample, id),
  foreign key (organization, batch) references curation_batches (organization, id),
  foreign key (organization, sample) references samples (organization, id) on delete cascade
);
create index curations_by_batch on curations (organization, batch, sample);
