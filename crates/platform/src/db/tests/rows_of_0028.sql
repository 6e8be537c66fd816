-- What a deployment under schema 28 had in its registry beside the rows of schema 4: a model with two versions, files, an alias
-- and a judgement.
insert into registered_models (organization, name, kind, description, latest_version, created_at, updated_at) values
  (@1, 'tissue', 'annotator', 'what GEO says', 2, 5, 7);
insert into model_versions (organization, name, version, description, params, created_at, created_by) values
  (@1, 'tissue', 1, '', '[["C","0.8"]]', 6, 'ada@example.org'), (@1, 'tissue', 2, 'more labels', '[]', 7, 'ada@example.org');
insert into model_artifacts (organization, name, version, path, object_key, sha256, size_bytes) values
  (@1, 'tissue', 2, 'weights.bin', 'organizations/1/models/231', 'ab', 4);
insert into model_aliases (organization, name, alias, version, promoted_at, promoted_by) values
  (@1, 'tissue', 'champion', 2, 8, 'ada@example.org');
insert into model_evaluations (organization, name, version, id, dataset, metrics, created_at) values
  (@1, 'tissue', 2, @232, 'gold', '[["f1","0.8"]]', 9);
