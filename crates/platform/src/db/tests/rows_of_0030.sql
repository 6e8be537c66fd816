-- What a deployment under schema 30 had of experiments beside the rows of schema 4: a run with what it logged, and a file.
insert into experiments (organization, id, name, artifact_location, deleted, created_ms, updated_ms) values
  (@1, 1, 'tissues', '', false, 5, 6);
insert into runs (organization, id, experiment, name, status, user_id, started_ms, ended_ms, deleted_ms) values
  (@1, @241, 1, 'first', 'FINISHED', 'ada', 7, 9, null), (@1, @242, 1, 'second', 'FAILED', 'ada', 8, null, 10);
insert into run_params (organization, run, key, value) values (@1, @241, 'lr', '0.1');
insert into run_tags (organization, run, key, value) values (@1, @241, 'mlflow.runName', 'first');
insert into run_metrics (organization, run, key, timestamp_ms, step, value, is_nan) values
  (@1, @241, 'loss', 7, 0, 0.5, false), (@1, @241, 'loss', 8, 1, 0.25, false), (@1, @242, 'loss', 8, 0, 0, true);
insert into run_latest_metrics (organization, run, key, experiment, timestamp_ms, step, value, value_bits, is_nan) values
  (@1, @241, 'loss', 1, 8, 1, 0.25, 4598175219545276416, false);
insert into artifacts (organization, owner, path, object_key, sha256, size_bytes, created_at) values
  (@1, @241, 'notes.txt', 'organizations/1/artifacts/251', 'ab', 4, 9);
