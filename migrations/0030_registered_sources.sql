-- Models that come from elsewhere: what a version was made from, its stage, and tags of models and of versions.

alter table model_versions add column source text not null default ''; -- where its files are, as its client wrote it
alter table model_versions add column location text not null default ''; -- where they are, after names are looked up
alter table model_versions add column run text not null default ''; -- the id of a run, as its client wrote it
alter table model_versions add column run_link text not null default '';
alter table model_versions add column logged_model text not null default '';
alter table model_versions add column stage text not null default 'None'; -- None, Staging, Production, Archived
alter table model_versions add column updated_at bigint not null default 0;
update model_versions set updated_at = created_at;

create table model_tags (
  organization uuid not null,
  name text not null,
  key text not null,
  value text not null,
  primary key (organization, name, key),
  foreign key (organization, name) references registered_models (organization, name)
);

create table model_version_tags (
  organization uuid not null,
  name text not null,
  version bigint not null,
  key text not null,
  value text not null,
  primary key (organization, name, version, key),
  foreign key (organization, name, version) references model_versions (organization, name, version)
);
