-- A deployment in use under schema 4, as text that both engines read once `@n` stands for the n-th UUID and `#n` for
-- the n-th 32 bytes: two organizations, people, jobs in every state, a dataset with two versions, an index, usage.
insert into organizations (id, name, synthetic, quota_samples, created_at) values (@1, 'Oslo', false, 500, 1), (@2, 'Lima', true, null, 2);
insert into users (id, email, name, password_hash, operator, single_keys, created_at) values
  (@11, 'ada@example.org', 'Ada', '$argon2id$x', true, true, 1), (@12, 'bo@example.org', 'Bo', null, false, false, 2);
insert into members (organization, user_id, role, active, joined_at, last_seen_at) values
  (@1, @11, 'admin', true, 1, 9), (@1, @12, 'scientist', true, 2, null), (@2, @12, 'curator', false, 3, null);
insert into sessions (id, secret_sha256, user_id, organization, address, user_agent, created_at, last_seen_at, expires_at) values
  (@21, #1, @11, @1, '127.0.0.1', 'Chromium', 1, 2, 3);
insert into tokens (organization, id, secret_sha256, prefix, name, role, user_id, created_at) values
  (@1, @31, #2, 'ch_ab', 'notebook', 'scientist', @12, 1), (@2, @32, #3, 'ch_cd', 'operator''s', 'admin', null, 1);
insert into password_resets (code_sha256, user_id, created_at, expires_at) values (#4, @12, 1, 2);
insert into sign_in_failures (subject, failures, window_started_at, blocked_until) values ('account:bo@example.org', 3, 1, 2);
insert into audit_log (organization, id, at, actor_kind, actor, actor_name, action, object_kind, object, detail, request_id, position, hash) values
  (@1, @41, 1, 'user', @11, 'ada@example.org', 'import.started', 'job', 'x', '{}', 'r', 1, 'aa'),
  (@1, @42, 2, 'system', null, 'system', 'job.ended', 'job', 'x', '{}', 'r', null, null);
insert into audit_heads (organization, position, hash, sealed_at, exported_position) values (@1, 1, 'aa', 1, 0);
insert into jobs (id, organization, kind, queue, title, payload, state, priority, run_at, attempts, max_attempts, fence, cancelling,
  progress_done, progress_total, progress_unit, progress_message, key_until_start, idempotency_key, created_at) values
  (@51, @1, 'import', 'cpu', 'Import', '{}', 'succeeded', 0, 1, 1, 3, 1, false, 1, 1, 'files', '', false, null, 1),
  (@52, @1, 'import', 'cpu', 'Import', '{}', 'running', 0, 1, 1, 3, 1, false, 0, 1, 'files', '', false, 'k', 2),
  (@53, @2, 'import', 'cpu', 'Import', '{}', 'queued', 0, 1, 0, 3, 0, true, 0, 1, 'files', '', true, null, 3),
  (@54, null, 'audit.seal', 'default', 'Seal', '{}', 'failed', 0, 1, 3, 3, 3, false, 0, 0, '', '', false, null, 4);
insert into job_files (job, position, name, state, message, sha256, size_bytes, datasets, samples) values
  (@51, 0, 'GSE1_family.soft.gz', 'succeeded', '', 'aa', 12, '[]', 3);
insert into job_warnings (job, position, file, line, severity, message, what, expected, done) values
  (@51, 0, 'GSE1_family.soft.gz', 7, 'warning', 'm', 'w', 'e', 'd');
insert into job_warning_totals (job, total) values (@51, 1);
insert into schedules (id, organization, name, kind, payload, every_seconds, next_at, active) values
  (@61, null, 'audit.seal', 'audit.seal', '{}', 60, 1, true);
insert into usage_hours (organization, hour, quantity, object, actor, amount) values (@1, 0, 'cpu_seconds', 'import', 'ada@example.org', 1.5);
insert into collections (organization, id, name, description, shared, samples, counted_after, created_at, updated_at) values
  (@1, @71, 'Main', '', false, 3, 2, 1, 1), (@2, @72, 'Everybody''s', '', true, 1, 1, 1, 1);
insert into objects (organization, key, sha256, size_bytes, created_at) values (@1, 'raw/aa', 'aa', 12, 1), (@2, 'raw/bb', 'bb', 3, 1);
insert into datasets (organization, id, collection, accession, platform, current_version, current_number, title, organisms, samples, created_at, updated_at) values
  (@1, @81, @71, 'GSE1', 'GPL1', @92, 2, 'One', '["Homo sapiens"]', 2, 1, 2), (@2, @82, @72, 'GSE2', 'GPL1', @93, 1, 'Two', '[]', 1, 1, 1);
insert into dataset_versions (organization, id, dataset, number, content_sha256, samples, title, summary, organisms, platform_title, attributes,
  relations, source, licence, retrieved_at, file_name, raw_sha256, raw_size_bytes, parser, lines, warnings, job, created_at, created_by) values
  (@1, @91, @81, 1, 'c1', 3, 'One', '', '[]', 'P', '[]', '[]', 'upload', '', 1, 'f', 'aa', 12, 'p', 9, 1, @51, 1, 'ada'),
  (@1, @92, @81, 2, 'c2', 2, 'One', '', '[]', 'P', '[["Series_title","One"]]', '[]', 'upload', '', 1, 'f', 'aa', 12, 'p', 9, 0, @51, 2, 'ada'),
  (@2, @93, @82, 1, 'c3', 1, 'Two', '', '[]', 'P', '[]', '[]', 'upload', '', 1, 'f', 'bb', 3, 'p', 9, 0, null, 1, 'ada');
insert into samples (organization, id, collection, key, accession, created_at) values
  (@1, @101, @71, 'GSM1', 'GSM1', 1), (@1, @102, @71, 'GSM2', 'GSM2', 1), (@1, @103, @71, 'GSM3', 'GSM3', 1), (@2, @104, @72, 'GSM1', 'GSM1', 1);
insert into sample_versions (organization, id, sample, content_sha256, title, platform, organisms, attributes, relations, created_at) values
  (@1, @111, @101, 'a', 'A', 'GPL1', '[]', '[["Sample_title","A"]]', '[]', 1), (@1, @112, @102, 'b', 'B', 'GPL1', '[]', '[]', '[]', 1),
  (@1, @113, @103, 'c', 'C', 'GPL1', '[]', '[]', '[]', 1), (@2, @114, @104, 'a', 'A', 'GPL1', '[]', '[]', '[]', 1);
insert into version_samples (organization, version, position, sample, sample_version) values
  (@1, @91, 0, @101, @111), (@1, @91, 1, @102, @112), (@1, @91, 2, @103, @113), (@1, @92, 0, @101, @111), (@1, @92, 1, @102, @112),
  (@2, @93, 0, @104, @114);
insert into files (organization, id, dataset, version, name, kind, object_key, size_bytes, sha256, created_at) values
  (@1, @121, @81, @91, 'GSE1_family.soft.gz', 'raw', 'raw/aa', 12, 'aa', 1);
insert into catalog_counters (feed, last) values ('shared', 1);
insert into catalog_changes (feed, seq, organization, kind, id, at) values ('shared', 1, @2, 'dataset', @82, 1);
insert into index_manifests (feed, generation, layout_version, manifest_key, changes_indexed, documents, size_bytes, published_at) values
  ('shared', 1, 1, 'm', 1, 2, 3, 1);
insert into index_heads (feed, generation) values ('shared', 1);
