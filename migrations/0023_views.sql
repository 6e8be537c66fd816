-- Lists as they are narrowed and ordered, under a name.
create table saved_views (
  organization uuid not null references organizations (id),
  id uuid not null,
  place text not null, -- the path of the address
  address text not null,
  name text not null,
  shared boolean not null,
  owner uuid not null, -- a person, or the token of a program
  owner_name text not null,
  updated_at bigint not null,
  primary key (organization, id)
);
create index saved_views_by_place on saved_views (organization, place);
