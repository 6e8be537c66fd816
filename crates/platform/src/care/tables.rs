//! Every table that a tenant has rows in, children before parents: the order of erasing.

/// How a table's rows of one organization are read and deleted. `$1` is the organization; a delete takes one batch.
pub struct Table {
    pub name: &'static str,
    pub read: &'static str,
    pub delete: &'static str,
}

macro_rules! table {
    ($name:literal, $key:literal) => {
        table!($name, $key, "organization = $1")
    };
    ($name:literal, $key:literal, $where:literal) => {
        Table {
            name: $name,
            read: concat!("select * from ", $name, " where ", $where, " order by ", $key),
            delete: concat!(
                "delete from ",
                $name,
                " where ",
                $where,
                " and (",
                $key,
                ") in (select ",
                $key,
                " from ",
                $name,
                " where ",
                $where,
                " limit 1000)"
            ),
        }
    };
}

pub const TENANT_TABLES: &[Table] = &[
    table!("alerts", "organization, id"),
    table!("watched_since", "organization, collection, field, annotator"),
    table!("judged_batches", "organization, batch"),
    table!("judgements", "organization, collection, field, annotator, question, batch"),
    table!("held_fields", "organization, collection, field, annotator"),
    table!("project_tasks", "organization, project, item, person"),
    table!("project_items", "organization, project, id"),
    table!("project_guidelines", "organization, project, version"),
    table!("project_people", "organization, project, person"),
    table!("projects", "organization, id"),
    table!("mentions", "organization, person, comment"),
    table!("comments", "organization, id"),
    table!("review_answers", "organization, batch, question, dataset"),
    table!("review_values", "organization, collection, field, id, dataset"),
    table!("review_settling", "organization, collection, field, question"),
    table!("review_claims", "organization, collection, field, question"),
    table!("review_skips", "organization, collection, field, person, question"),
    table!("rule_batches", "organization, batch"),
    table!("rules", "organization, id"),
    table!("attribute_keys", "organization, collection, key, dataset"),
    table!("follower_heads", "organization, follower, dataset"),
    table!("saved_views", "organization, id"),
    table!("webhook_deliveries", "organization, webhook, id"),
    table!("webhooks", "organization, id"),
    table!("reports", "organization, id"),
    table!("reports_made", "organization, id"),
    table!("curations", "organization, sample, id"),
    table!("curation_withdrawals", "organization, sample, batch, field"),
    table!("batch_events", "organization, batch, id"),
    table!("batch_parts", "organization, batch, collection, field"),
    table!("curation_batches", "organization, id"),
    table!("annotations", "organization, sample"),
    table!("dataset_sums", "organization, dataset"),
    table!("annotated_datasets", "organization, dataset"),
    table!("coverage_points", "organization, collection, day"),
    table!("collection_fields", "organization, collection"),
    table!("artifact_upload_parts", "organization, upload, number"),
    table!("artifact_uploads", "organization, id"),
    table!("brought", "organization, store, kind, theirs"),
    table!("artifacts", "organization, owner, path"),
    table!("run_models", "organization, run, direction, model, step"),
    table!("logged_model_metrics", "organization, model, key, timestamp_ms, step, run, dataset_name, dataset_digest"),
    table!("logged_model_tags", "organization, model, key"),
    table!("logged_model_params", "organization, model, key"),
    table!("logged_models", "organization, id"),
    table!("run_inputs", "organization, run, dataset"),
    table!("run_datasets", "organization, id"),
    table!("run_latest_metrics", "organization, run, key"),
    table!("run_metrics", "organization, run, key, timestamp_ms, step, value, is_nan"),
    table!("run_tags", "organization, run, key"),
    table!("run_params", "organization, run, key"),
    table!("runs", "organization, id"),
    table!("experiment_tags", "organization, experiment, key"),
    table!("experiments", "organization, id"),
    table!("experiment_numbers", "organization"),
    table!("promotion_requests", "organization, id"),
    table!("protected_aliases", "organization, alias"),
    table!("model_version_tags", "organization, name, version, key"),
    table!("model_tags", "organization, name, key"),
    table!("model_evaluations", "organization, name, version, id"),
    table!("model_aliases", "organization, name, alias"),
    table!("model_artifacts", "organization, name, version, path"),
    table!("model_versions", "organization, name, version"),
    table!("registered_models", "organization, name"),
    table!("files", "organization, id"),
    table!("version_samples", "organization, version, position"),
    table!("dataset_versions", "organization, id"),
    table!("sample_versions", "organization, id"),
    table!("samples", "organization, id"),
    table!("datasets", "organization, id"),
    table!("objects", "organization, key"),
    table!("unused_objects", "organization, key"),
    table!("catalog_changes", "feed, seq"),
    table!("collections", "organization, id"),
    table!("usage_hours", "organization, hour, quantity, object, actor"),
    table!("job_files", "job, position", "job in (select id from jobs where organization = $1)"),
    table!("job_warnings", "job, position", "job in (select id from jobs where organization = $1)"),
    table!("job_warning_totals", "job", "job in (select id from jobs where organization = $1)"),
    table!("jobs", "id"),
    table!("schedules", "id"),
    table!("audit_log", "organization, id"),
    table!("audit_heads", "organization"),
    table!("tokens", "organization, id"),
    table!("sessions", "id"),
    table!("invitations", "organization, id"),
    table!("members", "organization, user_id"),
    table!("organizations", "id", "id = $1"),
];

/// Who the members are, for exports. The rows belong to the deployment: a person may work elsewhere too, and stays
/// when an organization goes.
pub const PEOPLE: &str = "select u.id, u.email, u.name, u.created_at from users u \
                          where u.id in (select m.user_id from members m where m.organization = $1) order by u.id";

/// Columns that an export leaves out: they open doors.
pub const SECRET_COLUMNS: &[&str] = &["secret_sha256", "signing_secret", "code_sha256", "password_hash"];

/// Tables without a tenant: known to every organization, or named by a feed.
#[cfg(test)]
pub const GLOBAL_TABLES: &[&str] = &[
    "users",
    "password_resets",
    "sign_in_failures",
    "ontology_releases",
    "ontology_problems",
    "ontology_current",
    "ontology_sets",
    "ontology_unused_objects",
    "catalog_counters",
    "annotation_heads",
    "index_manifests",
    "index_heads",
    "_sqlx_migrations",
];
