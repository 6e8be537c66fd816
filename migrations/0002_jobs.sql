-- Background work. `organization` is null for the deployment's own jobs. A claim raises `fence`; renew, progress
-- and finish are `where id and fence`, so a worker that lost its lease can do no harm.

create table jobs (
  id uuid not null primary key,
  organization uuid references organizations (id),
  kind text not null,
  queue text not null,
  title text not null,
  payload text not null,
  state text not null,
  priority bigint not null,
  run_at bigint not null,
  attempts bigint not null,
  max_attempts bigint not null,
  fence bigint not null,
  lease_until bigint,
  worker text,
  cancelling boolean not null,
  progress_done bigint not null,
  progress_total bigint not null,
  progress_unit text not null,
  progress_message text not null,
  result text,
  error text,
  -- unique while the job has not ended: enqueueing it twice is one job
  idempotency_key text unique,
  -- the key frees when the job starts: work that a running job may have overlooked gets a job of its own
  key_until_start boolean not null,
  created_by text,
  created_at bigint not null,
  started_at bigint,
  ended_at bigint
);
create index jobs_by_state on jobs (queue, state, run_at);
create index jobs_by_organization on jobs (organization, created_at);
create index jobs_by_lease on jobs (state, lease_until);

create table job_files (
  job uuid not null references jobs (id),
  position bigint not null,
  name text not null,
  state text not null,
  message text not null,
  sha256 text,
  size_bytes bigint,
  datasets text not null, -- JSON
  samples bigint not null,
  primary key (job, position)
);

create table job_warnings (
  job uuid not null references jobs (id),
  position bigint not null,
  file text not null,
  line bigint not null,
  severity text not null,
  message text not null,
  what text not null,
  expected text not null,
  done text not null,
  primary key (job, position)
);

create table job_warning_totals (
  job uuid not null primary key references jobs (id),
  total bigint not null
);

create table schedules (
  id uuid not null primary key,
  organization uuid references organizations (id),
  name text not null unique,
  kind text not null,
  payload text not null,
  every_seconds bigint not null,
  next_at bigint not null,
  active boolean not null
);
create index schedules_by_organization on schedules (organization);
create index schedules_by_next on schedules (active, next_at);

-- Metered quantities, summed per hour so that the table grows with time and kinds, not with requests.
create table usage_hours (
  organization uuid not null references organizations (id),
  hour bigint not null, -- microseconds, start of the hour
  quantity text not null,
  object text not null, -- a job kind, 'rest', 'pages'
  actor text not null, -- the e-mail address or token name at that time, 'operator', 'system'
  amount double precision not null,
  primary key (organization, hour, quantity, object, actor)
);
