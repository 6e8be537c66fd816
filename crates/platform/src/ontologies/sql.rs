//! All SQL of ontologies. The tables are global: no statement names an organization.

use super::sets::LAYOUT;
use crate::db::{Db, Target, Tx, Value, insert_many, sql, sql_in};
use chorale_model::ontologies::{OntologyRelease, ReleaseProblem};
use chorale_model::{Fault, Time};
use std::collections::HashSet;

#[derive(sqlx_macros::FromRow)]
struct ReleaseRow {
    name: String,
    sha256: String,
    version: String,
    format: String,
    size_bytes: i64,
    terms: i64,
    obsolete: i64,
    names: i64,
    problems: i64,
    in_use: bool,
    source: String,
    installed_at: i64,
    installed_by: String,
}

impl From<ReleaseRow> for OntologyRelease {
    fn from(row: ReleaseRow) -> Self {
        OntologyRelease {
            name: row.name,
            version: row.version,
            sha256: row.sha256,
            format: row.format,
            size_bytes: row.size_bytes,
            terms: row.terms,
            obsolete: row.obsolete,
            names: row.names,
            problems: row.problems,
            in_use: row.in_use,
            source: row.source,
            installed_at: Time(row.installed_at),
            installed_by: row.installed_by,
        }
    }
}

macro_rules! release_rows {
    () => {
        "select name, sha256, version, format, size_bytes, terms, obsolete, names, problems, in_use, source, \
         installed_at, installed_by from ontology_releases "
    };
}

/// By name, of one name the newest first.
pub async fn list_releases(db: &Db) -> Result<Vec<OntologyRelease>, Fault> {
    let rows: Vec<ReleaseRow> =
        sql(concat!(release_rows!(), "order by name, installed_at desc, sha256")).all(db).await?;
    Ok(rows.into_iter().map(OntologyRelease::from).collect())
}

pub async fn find_release<'a>(
    on: impl Into<Target<'a>>,
    name: &str,
    sha256: &str,
) -> Result<Option<OntologyRelease>, Fault> {
    let row: Option<ReleaseRow> =
        sql(concat!(release_rows!(), "where name = $1 and sha256 = $2")).bind(name).bind(sha256).optional(on).await?;
    Ok(row.map(OntologyRelease::from))
}

/// How many releases of a name are installed.
pub async fn count_of(tx: &mut Tx, name: &str) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(*) from ontology_releases where name = $1").bind(name).one(tx).await?;
    Ok(count)
}

pub async fn insert_release(tx: &mut Tx, release: &OntologyRelease, key: &str) -> Result<(), Fault> {
    sql("insert into ontology_releases (name, sha256, version, format, size_bytes, terms, obsolete, names, problems, \
         object_key, in_use, source, installed_at, installed_by) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
    .bind(&*release.name)
    .bind(&*release.sha256)
    .bind(&*release.version)
    .bind(&*release.format)
    .bind(release.size_bytes)
    .bind(release.terms)
    .bind(release.obsolete)
    .bind(release.names)
    .bind(release.problems)
    .bind(key)
    .bind(release.in_use)
    .bind(&*release.source)
    .bind(release.installed_at)
    .bind(&*release.installed_by)
    .run(tx)
    .await
    .map(drop)
}

pub async fn insert_problems(
    tx: &mut Tx,
    name: &str,
    sha256: &str,
    problems: Vec<ReleaseProblem>,
) -> Result<(), Fault> {
    let row = |(position, problem): (i64, ReleaseProblem)| -> [Value; 5] {
        [name.into(), sha256.into(), position.into(), problem.line.into(), problem.message.into()]
    };
    let head = "insert into ontology_problems (name, sha256, position, line, message)";
    insert_many(tx, head, (0..).zip(problems).map(row).collect(), "").await.map(drop)
}

pub async fn list_problems(db: &Db, name: &str, sha256: &str) -> Result<Vec<ReleaseProblem>, Fault> {
    let rows: Vec<(i64, String)> =
        sql("select line, message from ontology_problems where name = $1 and sha256 = $2 order by position")
            .bind(name)
            .bind(sha256)
            .all(db)
            .await?;
    Ok(rows.into_iter().map(|(line, message)| ReleaseProblem { line, message }).collect())
}

/// Whether a release of this name is in use.
pub async fn is_any_in_use(tx: &mut Tx, name: &str) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        sql("select sha256 from ontology_releases where name = $1 and in_use = true").bind(name).optional(tx).await?;
    Ok(row.is_some())
}

/// Puts a release in use; the hash of the one that was.
pub async fn put_in_use(tx: &mut Tx, name: &str, sha256: &str) -> Result<Option<String>, Fault> {
    let before: Option<(String,)> =
        sql("update ontology_releases set in_use = false where name = $1 and in_use = true returning sha256")
            .bind(name)
            .optional(&mut *tx)
            .await?;
    sql("update ontology_releases set in_use = true where name = $1 and sha256 = $2")
        .bind(name)
        .bind(sha256)
        .run(tx)
        .await?;
    Ok(before.map(|(sha256,)| sha256))
}

/// Its rows go; its object is unused from now on.
pub async fn delete_release(tx: &mut Tx, name: &str, sha256: &str, now: Time) -> Result<(), Fault> {
    sql("insert into ontology_unused_objects (key, since) \
         select object_key, $3 from ontology_releases where name = $1 and sha256 = $2")
    .bind(name)
    .bind(sha256)
    .bind(now)
    .run(&mut *tx)
    .await?;
    for text in [
        "delete from ontology_problems where name = $1 and sha256 = $2",
        "delete from ontology_releases where name = $1 and sha256 = $2",
    ] {
        sql(text).bind(name).bind(sha256).run(&mut *tx).await?;
    }
    Ok(())
}

/// A release with its object, as the set in use is made of them.
#[derive(Clone, Debug, PartialEq, sqlx_macros::FromRow)]
pub struct InUse {
    pub name: String,
    pub sha256: String,
    pub version: String,
    pub object_key: String,
}

/// By name.
pub async fn list_in_use<'a>(on: impl Into<Target<'a>>) -> Result<Vec<InUse>, Fault> {
    sql("select name, sha256, version, object_key from ontology_releases where in_use = true order by name")
        .all(on)
        .await
}

/// A release with its object, in use or not.
pub async fn find_object(db: &Db, name: &str, sha256: &str) -> Result<Option<InUse>, Fault> {
    sql("select name, sha256, version, object_key from ontology_releases where name = $1 and sha256 = $2")
        .bind(name)
        .bind(sha256)
        .optional(db)
        .await
}

/// A release whose object was lost gets another one of the same bytes.
pub async fn replace_object(tx: &mut Tx, name: &str, sha256: &str, key: &str) -> Result<(), Fault> {
    sql("update ontology_releases set object_key = $3 where name = $1 and sha256 = $2")
        .bind(name)
        .bind(sha256)
        .bind(key)
        .run(tx)
        .await
        .map(drop)
}

/// The set in use, and where it is prepared.
#[derive(Clone, Debug, PartialEq)]
pub struct Current {
    pub fingerprint: String,
    pub set: Option<PreparedSet>,
}

impl Current {
    /// Nothing has to be prepared for an empty set.
    pub fn is_ready(&self) -> bool {
        self.fingerprint.is_empty() || self.set.is_some()
    }
}

#[derive(Clone, Debug, PartialEq, sqlx_macros::FromRow)]
pub struct PreparedSet {
    pub object_key: String,
    pub sha256: String,
    pub size_bytes: i64,
}

/// What every look-up asks: one row and its neighbour, by their keys.
pub async fn find_current(db: &Db) -> Result<Current, Fault> {
    let (fingerprint, object_key, sha256, size_bytes): (String, Option<String>, Option<String>, Option<i64>) =
        sql("select c.fingerprint, s.object_key, s.sha256, s.size_bytes from ontology_current c \
             left join ontology_sets s on s.fingerprint = c.fingerprint and s.layout = $1 where c.id = 1")
        .bind(LAYOUT)
        .one(db)
        .await?;
    let set = match (object_key, sha256, size_bytes) {
        (Some(object_key), Some(sha256), Some(size_bytes)) => Some(PreparedSet { object_key, sha256, size_bytes }),
        _ => None,
    };
    Ok(Current { fingerprint, set })
}

pub async fn lock_current(tx: &mut Tx) -> Result<(), Fault> {
    sql("update ontology_current set id = id where id = 1").run(tx).await.map(drop)
}

pub async fn current_fingerprint(tx: &mut Tx) -> Result<String, Fault> {
    let (fingerprint,): (String,) = sql("select fingerprint from ontology_current where id = 1").one(tx).await?;
    Ok(fingerprint)
}

pub async fn set_current(tx: &mut Tx, fingerprint: &str, now: Time) -> Result<(), Fault> {
    sql("update ontology_current set generation = generation + 1, fingerprint = $1, changed_at = $2 where id = 1")
        .bind(fingerprint)
        .bind(now)
        .run(tx)
        .await
        .map(drop)
}

pub async fn find_set<'a>(on: impl Into<Target<'a>>, fingerprint: &str) -> Result<Option<PreparedSet>, Fault> {
    sql("select object_key, sha256, size_bytes from ontology_sets where fingerprint = $1 and layout = $2")
        .bind(fingerprint)
        .bind(LAYOUT)
        .optional(on)
        .await
}

pub async fn insert_set(tx: &mut Tx, fingerprint: &str, set: &PreparedSet, now: Time) -> Result<(), Fault> {
    sql("insert into ontology_sets (fingerprint, layout, object_key, sha256, size_bytes, prepared_at) \
         values ($1, $2, $3, $4, $5, $6)")
    .bind(fingerprint)
    .bind(LAYOUT)
    .bind(&*set.object_key)
    .bind(&*set.sha256)
    .bind(set.size_bytes)
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

/// Forgets a prepared set; its object is unused from now on. Nothing happens when another took its place meanwhile.
pub async fn delete_set(tx: &mut Tx, object_key: &str, now: Time) -> Result<(), Fault> {
    let gone = sql("delete from ontology_sets where object_key = $1").bind(object_key).run(&mut *tx).await?;
    if gone == 0 {
        return Ok(());
    }
    sql("insert into ontology_unused_objects (key, since) values ($1, $2) on conflict (key) do nothing")
        .bind(object_key)
        .bind(now)
        .run(tx)
        .await
        .map(drop)
}

/// Objects of prepared sets that were made before `before` and are not in use: they can be made again.
pub async fn list_old_sets(db: &Db, before: Time) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> = sql("select s.object_key from ontology_sets s where s.prepared_at < $1 \
         and s.fingerprint not in (select c.fingerprint from ontology_current c) order by s.object_key")
    .bind(before)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// Of these objects, those that a row names, be it as unused.
pub async fn named_of(db: &Db, keys: Vec<String>) -> Result<HashSet<String>, Fault> {
    let keys: Vec<Value> = keys.into_iter().map(Value::from).collect();
    let mut named = HashSet::new();
    for head in [
        "select object_key from ontology_releases where object_key in",
        "select object_key from ontology_sets where object_key in",
        "select key from ontology_unused_objects where key in",
    ] {
        let rows: Vec<(String,)> = sql_in(head, Vec::new(), keys.clone(), "").all(db).await?;
        named.extend(rows.into_iter().map(|(key,)| key));
    }
    Ok(named)
}

pub async fn list_unused(db: &Db, before: Time, limit: i64) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> =
        sql("select key from ontology_unused_objects where since < $1 order by since, key limit $2")
            .bind(before)
            .bind(limit)
            .all(db)
            .await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

pub async fn forget_unused(tx: &mut Tx, key: &str) -> Result<(), Fault> {
    sql("delete from ontology_unused_objects where key = $1").bind(key).run(tx).await.map(drop)
}
