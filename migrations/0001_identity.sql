-- Global: organizations, users, sessions. Everything a tenant owns leads with `organization` in its key,
-- so that a child row cannot point at another tenant's parent.

create table organizations (
  id uuid not null primary key,
  name text not null unique,
  synthetic boolean not null,
  -- null: the deployment's default
  quota_stored_bytes bigint,
  quota_samples bigint,
  quota_running_jobs bigint,
  quota_queued_jobs bigint,
  created_at bigint not null,
  -- set while the organization is being erased: nobody can sign in to it any more
  erasing_at bigint
);

create table users (
  id uuid not null primary key,
  email text not null unique, -- lower case
  name text not null,
  password_hash text, -- argon2id, PHC string; null: must reset first
  operator boolean not null,
  single_keys boolean not null,
  created_at bigint not null
);

create table members (
  organization uuid not null references organizations (id),
  user_id uuid not null references users (id),
  role text not null,
  active boolean not null,
  joined_at bigint not null,
  last_seen_at bigint, -- kept when the session ends
  primary key (organization, user_id)
);
create index members_by_user on members (user_id);

-- The cookie's secret is stored as SHA-256 only. `organization` is where the session is working now.
create table sessions (
  id uuid not null primary key,
  secret_sha256 bytea not null unique,
  user_id uuid not null references users (id),
  organization uuid not null references organizations (id),
  address text not null,
  user_agent text not null,
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_organization on sessions (organization);

create table tokens (
  organization uuid not null references organizations (id),
  id uuid not null,
  secret_sha256 bytea not null unique,
  prefix text not null,
  name text not null,
  role text not null,
  user_id uuid references users (id), -- null: made by the operator's command line
  created_at bigint not null,
  expires_at bigint,
  last_used_at bigint,
  revoked_at bigint,
  primary key (organization, id)
);
create index tokens_by_user on tokens (user_id);

-- One-time codes to choose a new password.
create table password_resets (
  code_sha256 bytea not null primary key,
  user_id uuid not null references users (id),
  created_at bigint not null,
  expires_at bigint not null
);
create index password_resets_by_user on password_resets (user_id);

-- Failed sign-ins per account and per address; here, so that a restart does not forget them.
create table sign_in_failures (
  subject text not null primary key, -- 'account:…' or 'address:…'
  failures bigint not null,
  window_started_at bigint not null,
  blocked_until bigint not null
);

-- The audit log. Rows are written in the mutation's own transaction and sealed later, in batches, into a hash
-- chain per organization: position and hash stay null until then. (organization, id) keeps a tenant's rows together.
create table audit_log (
  organization uuid not null references organizations (id),
  id uuid not null,
  at bigint not null,
  actor_kind text not null,
  actor uuid,
  actor_name text not null,
  action text not null,
  object_kind text not null,
  object text not null,
  detail text not null,
  request_id text not null,
  position bigint,
  hash text,
  primary key (organization, id)
);
create unique index audit_log_by_position on audit_log (organization, position);

create table audit_heads (
  organization uuid not null primary key references organizations (id),
  position bigint not null,
  hash text not null,
  sealed_at bigint not null,
  exported_position bigint not null -- up to here the head was written as an object and to the log
);
