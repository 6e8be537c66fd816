-- Addresses that hear of events, and each event on its way to one. The secret signs and so must be kept as it is; exports
-- leave it out.
create table webhooks (
  organization uuid not null references organizations (id),
  id uuid not null,
  url text not null,
  events text not null, -- JSON array
  note text not null,
  signing_secret text not null,
  active boolean not null,
  disabled_why text,
  failures bigint not null,
  told bigint not null, -- events so far
  claimed_by uuid, -- the job that delivers for it now
  claimed_until bigint,
  created_by text not null,
  created_at bigint not null,
  primary key (organization, id)
);

create table webhook_deliveries (
  organization uuid not null references organizations (id),
  webhook uuid not null,
  id uuid not null,
  position bigint not null, -- ids that are made within a millisecond have no order
  event text not null,
  state text not null, -- waiting, delivered, failed
  attempts bigint not null,
  status bigint,
  error text,
  took_ms bigint,
  made_at bigint not null,
  next_at bigint,
  body text not null, -- JSON, as it is sent
  primary key (organization, webhook, id),
  unique (organization, webhook, position),
  foreign key (organization, webhook) references webhooks (organization, id) on delete cascade
);
create index webhook_deliveries_by_state on webhook_deliveries (organization, webhook, state, position);
