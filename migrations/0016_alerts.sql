-- Alerts: something is not as promised, and somebody of the organization is to look.
create table alerts (
  organization uuid not null references organizations (id),
  id uuid not null,
  topic text not null, -- the room that raised it and what it watches: one unresolved alert for each
  kind text not null,
  subject text not null,
  message text not null,
  link text not null,
  least_role bigint not null, -- who hears of it: 0 scientists, 1 curators, 2 admins, each with those above
  opened_at bigint not null,
  seen_at bigint not null,
  acknowledged_at bigint,
  acknowledged_by text,
  acknowledged_why text,
  resolved_at bigint,
  resolved_by text,
  resolved_why text,
  primary key (organization, id)
);
create unique index alerts_unresolved on alerts (organization, topic) where resolved_at is null;
