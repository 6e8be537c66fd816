-- Harmonization: the fields of a collection, and what annotators made of each sample. What a source said is in the
-- catalog and stays there; everything here can be made again from it, except the fields that people edited.

-- A collection without a row has the default fields, version 0.
create table collection_fields (
  organization uuid not null references organizations (id),
  collection uuid not null,
  version bigint not null,
  fields text not null, -- JSON array
  updated_at bigint not null,
  updated_by text not null,
  primary key (organization, collection),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);

-- One row for a sample: all its fields together, because they are always written, shown and indexed together. A row
-- that was made from another sample version or by another annotator is made anew.
create table annotations (
  organization uuid not null references organizations (id),
  sample uuid not null,
  sample_version uuid not null,
  annotator_version text not null,
  found text not null, -- JSON array of values
  annotated_at bigint not null,
  primary key (organization, sample),
  foreign key (organization, sample) references samples (organization, id) on delete cascade
);

-- What is annotated of a dataset, with its counts: a collection's coverage is their sum, because a sample counts in one
-- dataset only, its home.
create table annotated_datasets (
  organization uuid not null references organizations (id),
  dataset uuid not null,
  version uuid not null, -- of the dataset
  annotator_version text not null,
  stated text not null, -- JSON array: what the series' own text says
  samples bigint not null, -- whose home it is
  counts text not null, -- JSON: by field, [accepted, automatic, in review]
  annotated_at bigint not null,
  primary key (organization, dataset),
  foreign key (organization, dataset) references datasets (organization, id) on delete cascade
);

-- How far a feed of the catalog was annotated.
create table annotation_heads (
  feed text not null primary key,
  changes bigint not null
);

-- The last counts of a collection on each day.
create table coverage_points (
  organization uuid not null references organizations (id),
  collection uuid not null,
  day bigint not null, -- since 1970-01-01, UTC
  at bigint not null,
  samples bigint not null,
  fields text not null, -- JSON array
  primary key (organization, collection, day),
  foreign key (organization, collection) references collections (organization, id) on delete cascade
);
