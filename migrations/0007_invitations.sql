-- People whom an admin asked in. A row becomes a membership when somebody with the code accepts it, and is deleted
-- then; until that moment nothing here says whether the address belongs to an account. One per address and
-- organization, so that a new one replaces the old.
create table invitations (
  organization uuid not null references organizations (id),
  id uuid not null,
  email text not null, -- lower case
  name text not null, -- for a person who is new; an account keeps its own
  role text not null,
  code_sha256 bytea not null unique,
  created_at bigint not null,
  expires_at bigint not null,
  primary key (organization, id),
  unique (organization, email)
);
