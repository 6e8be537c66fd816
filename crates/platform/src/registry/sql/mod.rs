//! All SQL of the registry: models and versions as they are read and made; what changes of them, and lists by a filter.

pub mod brought;
pub mod change;
pub mod promotions;
pub mod search;

use super::artifacts::Stored;
use crate::db::{Db, Target, Tx, Value, insert_many, sql, sql_in};
use chorale_model::experiments::KeyValue;
use chorale_model::registry::{Alias, Evaluation, ModelArtifact, ModelVersion, RegisteredModel, Source};
use chorale_model::{Fault, OrganizationId, Time};
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
struct ModelRow {
    name: String,
    kind: String,
    description: String,
    latest_version: i64,
    created_at: i64,
    updated_at: i64,
}

impl ModelRow {
    fn with(self, aliases: Vec<Alias>, tags: Vec<KeyValue>) -> RegisteredModel {
        RegisteredModel {
            name: self.name,
            description: self.description,
            kind: self.kind,
            latest_version: self.latest_version,
            aliases,
            tags,
            created_at: Time(self.created_at),
            updated_at: Time(self.updated_at),
        }
    }
}

/// Of versions that say where they are from.
pub async fn list_sources(on: impl Into<Target<'_>>, organization: OrganizationId) -> Result<Vec<Source>, Fault> {
    let rows: Vec<(String, String, String, String, String)> =
        sql("select source, location, run, run_link, logged_model from model_versions \
             where organization = $1 and (source <> '' or run <> '' or logged_model <> '')")
        .bind(organization)
        .all(on)
        .await?;
    let source = |(uri, location, run, run_link, logged_model)| Source { uri, location, run, run_link, logged_model };
    Ok(rows.into_iter().map(source).collect())
}

/// Rows with their aliases and tags, in their order.
async fn whole(db: &Db, organization: OrganizationId, rows: Vec<ModelRow>) -> Result<Vec<RegisteredModel>, Fault> {
    let names = || rows.iter().map(|row| Value::from(row.name.as_str())).collect();
    let mut aliases = aliases_of(db, organization, names()).await?;
    let head = "select name, key, value from model_tags where organization = $1 and name in";
    let found: Vec<(String, String, String)> =
        sql_in(head, vec![organization.into()], names(), "order by name, key").all(db).await?;
    let mut tags: HashMap<String, Vec<KeyValue>> = HashMap::new();
    for (name, key, value) in found {
        tags.entry(name).or_default().push(KeyValue { key, value });
    }
    let model = |row: ModelRow| {
        let own = (aliases.remove(&row.name).unwrap_or_default(), tags.remove(&row.name).unwrap_or_default());
        row.with(own.0, own.1)
    };
    Ok(rows.into_iter().map(model).collect())
}

pub async fn find_model(db: &Db, organization: OrganizationId, name: &str) -> Result<Option<RegisteredModel>, Fault> {
    let row: Option<ModelRow> = sql("select name, kind, description, latest_version, created_at, updated_at \
         from registered_models where organization = $1 and name = $2")
    .bind(organization)
    .bind(name)
    .optional(db)
    .await?;
    Ok(whole(db, organization, row.into_iter().collect()).await?.pop())
}

async fn aliases_of(
    db: &Db,
    organization: OrganizationId,
    names: Vec<Value>,
) -> Result<HashMap<String, Vec<Alias>>, Fault> {
    let head = "select name, alias, version from model_aliases where organization = $1 and name in";
    let rows: Vec<(String, String, i64)> =
        sql_in(head, vec![organization.into()], names, "order by name, alias").all(db).await?;
    let mut found: HashMap<String, Vec<Alias>> = HashMap::new();
    for (name, alias, version) in rows {
        found.entry(name).or_default().push(Alias { alias, version });
    }
    Ok(found)
}

/// A number that was just given, and the kind that its model has.
#[derive(sqlx_macros::FromRow)]
pub struct NextVersion {
    pub version: i64,
    pub kind: String,
}

/// Makes the model, or counts it up; its row stays locked until the commit.
pub async fn next_version(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    kind: &str,
    description: &str,
    now: Time,
) -> Result<NextVersion, Fault> {
    sql(
        "insert into registered_models (organization, name, kind, description, latest_version, created_at, updated_at) \
         values ($1, $2, $3, $4, 1, $5, $5) on conflict (organization, name) do update set \
         latest_version = registered_models.latest_version + 1, updated_at = excluded.updated_at \
         returning latest_version as version, kind",
    )
    .bind(organization)
    .bind(name)
    .bind(kind)
    .bind(description)
    .bind(now)
    .one(tx)
    .await
}

#[expect(clippy::too_many_arguments, reason = "the columns of a row")]
pub async fn insert_version(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    description: &str,
    params: &str,
    now: Time,
    by: &str,
) -> Result<(), Fault> {
    sql("insert into model_versions (organization, name, version, description, params, created_at, created_by, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $6)")
    .bind(organization)
    .bind(name)
    .bind(version)
    .bind(description)
    .bind(params)
    .bind(now)
    .bind(by)
    .run(tx)
    .await
    .map(drop)
}

pub async fn insert_artifacts(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    stored: Vec<Stored>,
) -> Result<(), Fault> {
    let row = |one: Stored| -> [Value; 7] {
        [
            organization.into(),
            name.into(),
            version.into(),
            one.path.into(),
            one.key.as_str().into(),
            one.sha256.into(),
            one.size_bytes.into(),
        ]
    };
    let head = "insert into model_artifacts (organization, name, version, path, object_key, sha256, size_bytes)";
    insert_many(tx, head, stored.into_iter().map(row).collect(), "").await.map(drop)
}

/// The object and the SHA-256 of an artifact.
pub async fn find_artifact(
    db: &Db,
    organization: OrganizationId,
    name: &str,
    version: i64,
    path: &str,
) -> Result<Option<(String, String)>, Fault> {
    sql("select object_key, sha256 from model_artifacts \
         where organization = $1 and name = $2 and version = $3 and path = $4")
    .bind(organization)
    .bind(name)
    .bind(version)
    .bind(path)
    .optional(db)
    .await
}

/// A version as its row says, of `model_versions m`.
macro_rules! version_rows {
    () => {
        "select m.name, m.version, m.description, m.params, m.source, m.location, m.run, m.run_link, m.logged_model, \
           m.stage, m.created_at, m.created_by, m.updated_at from model_versions m where m.organization = "
    };
}
use version_rows;

#[derive(sqlx_macros::FromRow)]
struct VersionRow {
    name: String,
    version: i64,
    description: String,
    params: String,
    source: String,
    location: String,
    run: String,
    run_link: String,
    logged_model: String,
    stage: String,
    created_at: i64,
    created_by: String,
    updated_at: i64,
}

impl VersionRow {
    fn read(self) -> Result<ModelVersion, Fault> {
        Ok(ModelVersion {
            name: self.name,
            version: self.version,
            description: self.description,
            aliases: Vec::new(),
            params: parsed(&self.params)?,
            artifacts: Vec::new(),
            evaluations: Vec::new(),
            tags: Vec::new(),
            source: Source {
                uri: self.source,
                location: self.location,
                run: self.run,
                run_link: self.run_link,
                logged_model: self.logged_model,
            },
            stage: self.stage.parse().map_err(|e| Fault::internal("reading a model version", e))?,
            created_at: Time(self.created_at),
            created_by: self.created_by,
            updated_at: Time(self.updated_at),
        })
    }
}

/// Newest first, below `before`, whole.
pub async fn list_versions(
    db: &Db,
    organization: OrganizationId,
    name: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<ModelVersion>, Fault> {
    let text = concat!(version_rows!(), "$1 and m.name = $2 and m.version < $3 order by m.version desc limit $4");
    let rows = sql(text).bind(organization).bind(name).bind(before).bind(limit).all(db).await?;
    whole_versions(db, organization, rows).await
}

/// Rows with everything that belongs to them, in their order.
async fn whole_versions(
    db: &Db,
    organization: OrganizationId,
    rows: Vec<VersionRow>,
) -> Result<Vec<ModelVersion>, Fault> {
    const TOGETHER: usize = 1_000;
    let mut versions = rows.into_iter().map(VersionRow::read).collect::<Result<Vec<_>, _>>()?;
    for some in versions.chunks_mut(TOGETHER) {
        fill(db, organization, some).await?;
    }
    Ok(versions)
}

/// What belongs to the versions, in one statement for each kind. Versions of one model that stand together are numbers that
/// stand together, so little is read that belongs to others.
async fn fill(db: &Db, organization: OrganizationId, versions: &mut [ModelVersion]) -> Result<(), Fault> {
    let numbers = || versions.iter().map(|one| one.version);
    let (Some(first), Some(last)) = (numbers().min(), numbers().max()) else { return Ok(()) };
    let names: HashSet<&str> = versions.iter().map(|one| one.name.as_str()).collect();
    let names: Vec<Value> = names.into_iter().map(Value::from).collect();
    let bound = || vec![organization.into(), first.into(), last.into()];
    let mut places: HashMap<(String, i64), &mut ModelVersion> =
        versions.iter_mut().map(|one| ((one.name.clone(), one.version), one)).collect();

    let head = "select name, version, alias from model_aliases where organization = $1 and version between $2 and $3 and name in";
    let rows: Vec<(String, i64, String)> = sql_in(head, bound(), names.clone(), "order by alias").all(db).await?;
    for (name, version, alias) in rows {
        places.entry((name, version)).and_modify(|one| one.aliases.push(alias));
    }
    let head = "select name, version, key, value from model_version_tags \
                where organization = $1 and version between $2 and $3 and name in";
    let rows: Vec<(String, i64, String, String)> = sql_in(head, bound(), names.clone(), "order by key").all(db).await?;
    for (name, version, key, value) in rows {
        places.entry((name, version)).and_modify(|one| one.tags.push(KeyValue { key, value }));
    }
    let head = "select name, version, path, size_bytes, sha256 from model_artifacts \
                where organization = $1 and version between $2 and $3 and name in";
    let rows: Vec<(String, i64, String, i64, String)> =
        sql_in(head, bound(), names.clone(), "order by path").all(db).await?;
    for (name, version, path, size_bytes, sha256) in rows {
        places.entry((name, version)).and_modify(|one| one.artifacts.push(ModelArtifact { path, size_bytes, sha256 }));
    }
    let head = "select name, version, dataset, metrics, created_at from model_evaluations \
                where organization = $1 and version between $2 and $3 and name in";
    let rows: Vec<(String, i64, String, String, i64)> =
        sql_in(head, bound(), names, "order by created_at, id").all(db).await?;
    for (name, version, dataset, metrics, created_at) in rows {
        let evaluation = Evaluation { dataset, metrics: parsed(&metrics)?, created_at: Time(created_at) };
        places.entry((name, version)).and_modify(|one| one.evaluations.push(evaluation));
    }
    Ok(())
}

fn parsed<T: DeserializeOwned>(json: &str) -> Result<T, Fault> {
    serde_json::from_str(json).map_err(|e| Fault::internal("reading a model version", e))
}

/// Takes the row's lock; false when there is none.
pub async fn lock_version(tx: &mut Tx, organization: OrganizationId, name: &str, version: i64) -> Result<bool, Fault> {
    let found = sql("update model_versions set created_at = created_at \
         where organization = $1 and name = $2 and version = $3")
    .bind(organization)
    .bind(name)
    .bind(version)
    .run(tx)
    .await?;
    Ok(found > 0)
}

/// The version that an alias stands for.
pub async fn find_alias<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    name: &str,
    alias: &str,
) -> Result<Option<i64>, Fault> {
    let row: Option<(i64,)> =
        sql("select version from model_aliases where organization = $1 and name = $2 and alias = $3")
            .bind(organization)
            .bind(name)
            .bind(alias)
            .optional(on)
            .await?;
    Ok(row.map(|(version,)| version))
}

/// One of the aliases that stand for a version.
pub async fn alias_of(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
) -> Result<Option<String>, Fault> {
    let row: Option<(String,)> = sql("select alias from model_aliases \
         where organization = $1 and name = $2 and version = $3 order by alias limit 1")
    .bind(organization)
    .bind(name)
    .bind(version)
    .optional(tx)
    .await?;
    Ok(row.map(|(alias,)| alias))
}

pub async fn delete_alias(tx: &mut Tx, organization: OrganizationId, name: &str, alias: &str) -> Result<(), Fault> {
    sql("delete from model_aliases where organization = $1 and name = $2 and alias = $3")
        .bind(organization)
        .bind(name)
        .bind(alias)
        .run(tx)
        .await
        .map(drop)
}

pub async fn put_alias(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    alias: &str,
    version: i64,
    now: Time,
    by: &str,
) -> Result<(), Fault> {
    sql("insert into model_aliases (organization, name, alias, version, promoted_at, promoted_by) \
         values ($1, $2, $3, $4, $5, $6) on conflict (organization, name, alias) do update set \
         version = excluded.version, promoted_at = excluded.promoted_at, promoted_by = excluded.promoted_by")
    .bind(organization)
    .bind(name)
    .bind(alias)
    .bind(version)
    .bind(now)
    .bind(by)
    .run(tx)
    .await
    .map(drop)
}

#[expect(clippy::too_many_arguments, reason = "the columns of a row")]
pub async fn insert_evaluation(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    id: Uuid,
    dataset: &str,
    metrics: &str,
    now: Time,
) -> Result<(), Fault> {
    sql("insert into model_evaluations (organization, name, version, id, dataset, metrics, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(organization)
    .bind(name)
    .bind(version)
    .bind(id)
    .bind(dataset)
    .bind(metrics)
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

pub async fn delete_version(tx: &mut Tx, organization: OrganizationId, name: &str, version: i64) -> Result<(), Fault> {
    for text in [
        "delete from model_aliases where organization = $1 and name = $2 and version = $3",
        "delete from model_version_tags where organization = $1 and name = $2 and version = $3",
        "delete from model_evaluations where organization = $1 and name = $2 and version = $3",
        "delete from model_artifacts where organization = $1 and name = $2 and version = $3",
        "delete from model_versions where organization = $1 and name = $2 and version = $3",
    ] {
        sql(text).bind(organization).bind(name).bind(version).run(&mut *tx).await?;
    }
    Ok(())
}
