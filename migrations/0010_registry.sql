-- Registered models of every kind with their versions, and the ontology releases that a deployment has.

create table registered_models (
  organization uuid not null references organizations (id),
  name text not null,
  kind text not null, -- annotator, …
  description text not null,
  latest_version bigint not null, -- a number is given once, also when its version was deleted
  created_at bigint not null,
  updated_at bigint not null,
  primary key (organization, name)
);

create table model_versions (
  organization uuid not null,
  name text not null,
  version bigint not null,
  description text not null,
  params text not null, -- JSON: [[name, value], …]
  created_at bigint not null,
  created_by text not null,
  primary key (organization, name, version),
  foreign key (organization, name) references registered_models (organization, name)
);

-- What a version consists of. An object has a fresh name and belongs to one artifact.
create table model_artifacts (
  organization uuid not null,
  name text not null,
  version bigint not null,
  path text not null,
  object_key text not null,
  sha256 text not null,
  size_bytes bigint not null,
  primary key (organization, name, version, path),
  foreign key (organization, name, version) references model_versions (organization, name, version)
);
create unique index model_artifacts_by_object on model_artifacts (organization, object_key);

create table model_aliases (
  organization uuid not null,
  name text not null,
  alias text not null,
  version bigint not null,
  promoted_at bigint not null,
  promoted_by text not null,
  primary key (organization, name, alias),
  foreign key (organization, name, version) references model_versions (organization, name, version)
);
create index model_aliases_by_version on model_aliases (organization, name, version);

-- The same version may be judged on the same rows more than once: both judgements stay.
create table model_evaluations (
  organization uuid not null,
  name text not null,
  version bigint not null,
  id uuid not null,
  dataset text not null,
  metrics text not null, -- JSON: [[name, value], …]
  created_at bigint not null,
  primary key (organization, name, version, id),
  foreign key (organization, name, version) references model_versions (organization, name, version)
);

-- Global: a deployment's organizations share its ontologies. The hash is of the file as it came, so the pair says
-- exactly what a value was annotated with; the object has a fresh name, so that a file which is removed and installed
-- again is another object.
create table ontology_releases (
  name text not null,
  sha256 text not null,
  version text not null,
  format text not null,
  size_bytes bigint not null,
  terms bigint not null,
  obsolete bigint not null,
  names bigint not null,
  problems bigint not null,
  object_key text not null unique,
  in_use boolean not null,
  source text not null,
  installed_at bigint not null,
  installed_by text not null,
  primary key (name, sha256)
);
-- One release of a name is in use.
create unique index ontology_releases_in_use on ontology_releases (name) where in_use = true;

-- The first oddities of a release; `ontology_releases.problems` counts them all.
create table ontology_problems (
  name text not null,
  sha256 text not null,
  position bigint not null,
  line bigint not null,
  message text not null,
  primary key (name, sha256, position),
  foreign key (name, sha256) references ontology_releases (name, sha256)
);

-- The set in use, in one row that every look-up reads: who changes it locks it first. The fingerprint is of the names
-- and hashes in it; empty while nothing is installed.
create table ontology_current (
  id bigint not null primary key,
  generation bigint not null,
  fingerprint text not null,
  changed_at bigint not null
);
insert into ontology_current (id, generation, fingerprint, changed_at) values (1, 0, '', 0);

-- Sets that are prepared for use, by the layout that a binary reads; one that is lost is prepared again.
create table ontology_sets (
  fingerprint text not null,
  layout bigint not null,
  object_key text not null unique,
  sha256 text not null,
  size_bytes bigint not null,
  prepared_at bigint not null,
  primary key (fingerprint, layout)
);

-- Objects that no row names any more, since when. They are removed once that is longer than any backup is kept.
create table ontology_unused_objects (
  key text not null primary key,
  since bigint not null
);
create index ontology_unused_objects_by_since on ontology_unused_objects (since);
