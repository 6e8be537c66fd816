-- The catalog. Datasets are one accession on one platform; versions are immutable and named by their content.
-- A sample is stored once in its collection; what the source says about it is a sample version, immutable too.

create table collections (
  organization uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  description text not null,
  shared boolean not null,
  -- distinct samples of its current versions; counted after each change, the later count wins
  samples bigint not null default 0,
  counted_after bigint not null default 0,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (organization, id),
  unique (organization, name)
);
-- whose shared collections everybody sees
create index collections_by_shared on collections (shared, organization, id);

-- Objects that rows point at; an object without a row is garbage.
create table objects (
  organization uuid not null references organizations (id),
  key text not null,
  sha256 text not null,
  size_bytes bigint not null,
  created_at bigint not null,
  primary key (organization, key)
);

-- A dataset is seen through its current version: null while its first version is being written, and after it was
-- deleted (its rows are swept later, when no index speaks of them any more).
create table datasets (
  organization uuid not null references organizations (id),
  id uuid not null,
  collection uuid not null,
  accession text not null,
  platform text not null,
  current_version uuid,
  current_number bigint not null,
  -- of the current version, for lists
  title text not null,
  organisms text not null, -- JSON array
  samples bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint,
  primary key (organization, id),
  unique (organization, collection, accession, platform),
  foreign key (organization, collection) references collections (organization, id)
);
-- A link names a dataset by its id alone, whoever of those who see it follows it; samples and files likewise.
create unique index datasets_by_id on datasets (id);
create index datasets_by_accession on datasets (accession, organization);
create index datasets_by_current_version on datasets (organization, current_version);

-- Rows of a version are written in many short transactions; `number` is null until the last one publishes it, so a
-- version is absent or whole. Equal content may come again after other content: then it is a version of its own.
create table dataset_versions (
  organization uuid not null references organizations (id),
  id uuid not null,
  dataset uuid not null,
  number bigint,
  content_sha256 text not null,
  samples bigint not null,
  title text not null,
  summary text not null,
  organisms text not null, -- JSON array
  platform_title text not null,
  attributes text not null, -- JSON array of [key, value]
  relations text not null, -- JSON array of [kind, target]
  source text not null,
  source_url text,
  licence text not null,
  retrieved_at bigint not null,
  file_name text not null,
  raw_sha256 text not null,
  raw_size_bytes bigint not null,
  parser text not null,
  lines bigint not null,
  warnings bigint not null,
  job uuid,
  values_key text, -- Parquet, features × samples
  values_sha256 text,
  values_content_sha256 text, -- of what it says, whatever the file's bytes are
  values_size_bytes bigint,
  values_features bigint,
  values_samples bigint,
  created_at bigint not null,
  created_by text not null,
  primary key (organization, id),
  unique (organization, dataset, number),
  foreign key (organization, dataset) references datasets (organization, id)
);
create index dataset_versions_by_raw on dataset_versions (organization, raw_sha256);
create index dataset_versions_by_job on dataset_versions (organization, job);

-- `key` names the sample in its collection: the accession where it is a public one, else dataset/accession.
-- Ids of samples and their versions are derived from what they name (UUIDv8 of a SHA-256), so writing one twice, by
-- a retry or by two imports at once, is writing it once, without a look-up.
create table samples (
  organization uuid not null references organizations (id),
  id uuid not null,
  collection uuid not null,
  key text not null,
  accession text not null,
  created_at bigint not null,
  primary key (organization, id),
  unique (organization, collection, key),
  foreign key (organization, collection) references collections (organization, id)
);
create unique index samples_by_id on samples (id);
create index samples_by_accession on samples (accession, organization);

create table sample_versions (
  organization uuid not null references organizations (id),
  id uuid not null,
  sample uuid not null,
  content_sha256 text not null,
  title text not null,
  platform text not null,
  organisms text not null, -- JSON array
  attributes text not null, -- JSON array of [key, value]
  relations text not null, -- JSON array of [kind, target]
  created_at bigint not null,
  primary key (organization, id),
  unique (organization, sample, content_sha256),
  foreign key (organization, sample) references samples (organization, id)
);

create table version_samples (
  organization uuid not null references organizations (id),
  version uuid not null,
  position bigint not null,
  sample uuid not null,
  sample_version uuid not null,
  primary key (organization, version, position),
  foreign key (organization, version) references dataset_versions (organization, id),
  foreign key (organization, sample) references samples (organization, id),
  foreign key (organization, sample_version) references sample_versions (organization, id)
);
create index version_samples_by_sample on version_samples (organization, sample);
create index version_samples_by_sample_version on version_samples (organization, sample_version);

create table files (
  organization uuid not null references organizations (id),
  id uuid not null,
  dataset uuid not null,
  version uuid not null,
  name text not null,
  kind text not null, -- raw, values
  object_key text not null,
  size_bytes bigint not null,
  sha256 text not null,
  created_at bigint not null,
  primary key (organization, id),
  foreign key (organization, dataset) references datasets (organization, id),
  foreign key (organization, version) references dataset_versions (organization, id),
  foreign key (organization, object_key) references objects (organization, key)
);
create unique index files_by_id on files (id);
create index files_by_dataset on files (organization, dataset);
create index files_by_version on files (organization, version);
create index files_by_object on files (organization, object_key);

-- What changed, in order, for whoever derives something from the catalog. A feed is an organization's id, or
-- 'shared' for collections that every organization sees. The counter row is taken first, so numbers become visible
-- in the order they were given, on PostgreSQL too.
create table catalog_counters (
  feed text not null primary key,
  last bigint not null
);

create table catalog_changes (
  feed text not null,
  seq bigint not null,
  organization uuid not null references organizations (id),
  kind text not null, -- dataset, collection
  id uuid not null,
  at bigint not null,
  primary key (feed, seq)
);
create index catalog_changes_by_organization on catalog_changes (organization);
