-- Files that come in parts, in any order and from any process; the row says whose it is and where it goes.

create table artifact_uploads (
  organization uuid not null references organizations (id),
  id uuid not null,
  owner uuid not null, -- a run, or a logged model
  path text not null,
  parts bigint not null,
  created_by text not null,
  created_at bigint not null,
  finished_at bigint, -- when its file was published; it is kept for a while, so that the same request once more changes nothing
  primary key (organization, id)
);
create index artifact_uploads_by_age on artifact_uploads (organization, created_at);

-- An object has a fresh name and belongs to one part.
create table artifact_upload_parts (
  organization uuid not null,
  upload uuid not null,
  number bigint not null,
  object_key text not null,
  sha256 text not null,
  size_bytes bigint not null,
  primary key (organization, upload, number),
  foreign key (organization, upload) references artifact_uploads (organization, id) on delete cascade
);
create unique index artifact_upload_parts_by_object on artifact_upload_parts (organization, object_key);
