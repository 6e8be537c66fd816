-- Aliases that an organization protects, and promotions to them, which wait until another person approves.

create table protected_aliases (
  organization uuid not null references organizations (id),
  alias text not null, -- in small letters: Champion is protected as champion is
  primary key (organization, alias)
);

create table promotion_requests (
  organization uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  alias text not null,
  version bigint, -- what it is to stand for; null: it is to be removed
  held bigint, -- what it stood for when it was asked; null: nothing
  state text not null, -- waiting, approved, rejected, withdrawn
  why text not null,
  asker uuid, -- a person, or a program's token; null: the operator's command line
  asked_by text not null,
  asked_at bigint not null,
  note text not null,
  answered_by text,
  answered_at bigint,
  primary key (organization, id),
  foreign key (organization, name) references registered_models (organization, name)
);
create index promotion_requests_by_state on promotion_requests (organization, state, id);
create index promotion_requests_by_model on promotion_requests (organization, name, id);
