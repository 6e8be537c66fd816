-- Experiments, their runs and what runs log, with MLflow's meanings. Times that clients send stand as they sent them, in
-- milliseconds; times of ours are microseconds as everywhere.

-- The next number of an experiment; a number is given once.
create table experiment_numbers (
  organization uuid not null primary key references organizations (id),
  next bigint not null
);

create table experiments (
  organization uuid not null references organizations (id),
  id bigint not null, -- 0 is "Default", made when it is first needed
  name text not null,
  artifact_location text not null, -- a place of the client's own; empty: the platform keeps the artifacts
  deleted boolean not null,
  created_ms bigint not null,
  updated_ms bigint not null,
  primary key (organization, id)
);
create unique index experiments_by_name on experiments (organization, name);

create table experiment_tags (
  organization uuid not null,
  experiment bigint not null,
  key text not null,
  value text not null,
  primary key (organization, experiment, key),
  foreign key (organization, experiment) references experiments (organization, id)
);

create table runs (
  organization uuid not null,
  id uuid not null,
  experiment bigint not null,
  name text not null,
  status text not null, -- RUNNING, SCHEDULED, FINISHED, FAILED, KILLED
  user_id text not null, -- what the client says of its user; who logged is in the audit log
  started_ms bigint not null,
  ended_ms bigint,
  deleted_ms bigint, -- null while it is active
  primary key (organization, id),
  foreign key (organization, experiment) references experiments (organization, id)
);
create index runs_by_experiment on runs (organization, experiment, started_ms, id);

create table run_params (
  organization uuid not null,
  run uuid not null,
  key text not null,
  value text not null,
  primary key (organization, run, key),
  foreign key (organization, run) references runs (organization, id)
) /* clustered */;

create table run_tags (
  organization uuid not null,
  run uuid not null,
  key text not null,
  value text not null,
  primary key (organization, run, key),
  foreign key (organization, run) references runs (organization, id)
) /* clustered */;

-- Every point that was logged. The whole row is its key: what is sent twice stands once.
create table run_metrics (
  organization uuid not null,
  run uuid not null,
  key text not null,
  timestamp_ms bigint not null,
  step bigint not null,
  value double precision not null, -- 0 where is_nan
  is_nan boolean not null,
  primary key (organization, run, key, timestamp_ms, step, value, is_nan),
  foreign key (organization, run) references runs (organization, id)
) /* clustered */;

-- The newest point of each metric, by step, then time, then value. The experiment stands here too, so that runs are ordered
-- by a metric along one index.
create table run_latest_metrics (
  organization uuid not null,
  run uuid not null,
  key text not null,
  experiment bigint not null,
  timestamp_ms bigint not null,
  step bigint not null,
  value double precision not null,
  value_bits bigint not null, -- the same value as the integer of its 64 bits, whose text is exact
  is_nan boolean not null,
  primary key (organization, run, key),
  foreign key (organization, run) references runs (organization, id)
) /* clustered */;
create index run_latest_metrics_in_order on run_latest_metrics (organization, experiment, key, is_nan, value, run);

-- A dataset as a run names it: name and digest, with the client's words about its source.
create table run_datasets (
  organization uuid not null,
  id uuid not null,
  experiment bigint not null,
  name text not null,
  digest text not null,
  source_type text not null,
  source text not null,
  schema text, -- JSON
  profile text, -- JSON
  primary key (organization, id),
  foreign key (organization, experiment) references experiments (organization, id)
);
create unique index run_datasets_by_name on run_datasets (organization, experiment, name, digest);

create table run_inputs (
  organization uuid not null,
  run uuid not null,
  dataset uuid not null,
  context text, -- its tag mlflow.data.context
  tags text not null, -- JSON: [[key, value], …]
  primary key (organization, run, dataset),
  foreign key (organization, run) references runs (organization, id),
  foreign key (organization, dataset) references run_datasets (organization, id)
);
create index run_inputs_by_dataset on run_inputs (organization, dataset);

-- A model that a run makes before anybody registers it.
create table logged_models (
  organization uuid not null,
  id uuid not null,
  experiment bigint not null,
  name text not null,
  model_type text not null,
  source_run text not null, -- the id of a run as the client names it, which may be none of ours
  status text not null, -- LOGGED_MODEL_PENDING, LOGGED_MODEL_READY, LOGGED_MODEL_UPLOAD_FAILED
  deleted boolean not null,
  created_ms bigint not null,
  updated_ms bigint not null,
  primary key (organization, id),
  foreign key (organization, experiment) references experiments (organization, id)
);
create index logged_models_by_experiment on logged_models (organization, experiment, created_ms);

create table logged_model_params (
  organization uuid not null,
  model uuid not null,
  key text not null,
  value text not null,
  primary key (organization, model, key),
  foreign key (organization, model) references logged_models (organization, id)
) /* clustered */;

create table logged_model_tags (
  organization uuid not null,
  model uuid not null,
  key text not null,
  value text not null,
  primary key (organization, model, key),
  foreign key (organization, model) references logged_models (organization, id)
) /* clustered */;

create table logged_model_metrics (
  organization uuid not null,
  model uuid not null,
  key text not null,
  timestamp_ms bigint not null,
  step bigint not null,
  run uuid not null,
  dataset_name text not null, -- empty: of no dataset
  dataset_digest text not null,
  value double precision not null,
  is_nan boolean not null,
  primary key (organization, model, key, timestamp_ms, step, run, dataset_name, dataset_digest),
  foreign key (organization, model) references logged_models (organization, id),
  foreign key (organization, run) references runs (organization, id)
) /* clustered */;
create index logged_model_metrics_by_run on logged_model_metrics (organization, run);

-- Models that a run reads and makes.
create table run_models (
  organization uuid not null,
  run uuid not null,
  direction text not null, -- input, output
  model uuid not null,
  step bigint not null,
  primary key (organization, run, direction, model, step),
  foreign key (organization, run) references runs (organization, id)
) /* clustered */;

-- A file of a run or of a logged model. The row alone says whose it is; an object has a fresh name and belongs to one row.
create table artifacts (
  organization uuid not null,
  owner uuid not null, -- a run, or a logged model
  path text not null,
  object_key text not null,
  sha256 text not null,
  size_bytes bigint not null,
  created_at bigint not null,
  primary key (organization, owner, path)
);
create unique index artifacts_by_object on artifacts (organization, object_key);
