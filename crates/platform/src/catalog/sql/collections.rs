//! `collections`.

use crate::db::{Db, Tx, sql};
use chorale_model::catalog::Collection;
use chorale_model::{CollectionId, Fault, OrganizationId, Time};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
pub struct CollectionRow {
    organization: Uuid,
    owner_name: String,
    id: Uuid,
    pub name: String,
    description: String,
    pub shared: bool,
    datasets: i64,
    samples: i64,
    created_at: i64,
    updated_at: i64,
}

impl From<CollectionRow> for Collection {
    fn from(row: CollectionRow) -> Self {
        Collection {
            id: CollectionId(row.id),
            owner: OrganizationId(row.organization),
            owner_name: row.owner_name,
            name: row.name,
            description: row.description,
            shared: row.shared,
            datasets: row.datasets,
            samples: row.samples,
            created_at: Time(row.created_at),
            updated_at: Time(row.updated_at),
        }
    }
}

macro_rules! collection_rows {
    () => {
        "select c.organization, o.name as owner_name, c.id, c.name, c.description, c.shared, \
         (select count(*) from datasets d where d.organization = c.organization and d.collection = c.id \
          and d.current_version is not null) as datasets, \
         c.samples, c.created_at, c.updated_at \
         from collections c join organizations o on o.id = c.organization "
    };
}

pub async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    id: CollectionId,
    name: &str,
    description: &str,
    now: Time,
) -> Result<(), Fault> {
    sql("insert into collections (organization, id, name, description, shared, samples, counted_after, created_at, \
         updated_at) values ($1, $2, $3, $4, false, 0, 0, $5, $5)")
    .bind(organization)
    .bind(id)
    .bind(name)
    .bind(description)
    .bind(now)
    .run(tx)
    .await
    .map(|_| ())
}

pub async fn list(
    db: &Db,
    organization: OrganizationId,
    after_name: &str,
    after_id: Uuid,
    limit: i64,
) -> Result<Vec<CollectionRow>, Fault> {
    sql(concat!(
        collection_rows!(),
        "where ",
        visible!(),
        " and (c.name, c.id) > ($2, $3) order by c.name, c.id limit $4"
    ))
    .bind(organization)
    .bind(after_name)
    .bind(after_id)
    .bind(limit)
    .all(db)
    .await
}

pub async fn find(db: &Db, organization: OrganizationId, id: CollectionId) -> Result<Option<CollectionRow>, Fault> {
    sql(concat!(collection_rows!(), "where ", visible!(), " and c.id = $2"))
        .bind(organization)
        .bind(id)
        .optional(db)
        .await
}

pub async fn find_by_name(db: &Db, organization: OrganizationId, name: &str) -> Result<Option<CollectionRow>, Fault> {
    sql(concat!(collection_rows!(), "where c.organization = $1 and c.name = $2"))
        .bind(organization)
        .bind(name)
        .optional(db)
        .await
}

/// The organization's own collection, inside a transaction that changes it. The update takes the row's lock on
/// PostgreSQL, so two changes follow each other.
pub async fn lock_own(
    tx: &mut Tx,
    organization: OrganizationId,
    id: CollectionId,
) -> Result<Option<CollectionRow>, Fault> {
    sql("update collections set updated_at = updated_at where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .run(&mut *tx)
        .await?;
    sql(concat!(collection_rows!(), "where c.organization = $1 and c.id = $2"))
        .bind(organization)
        .bind(id)
        .optional(tx)
        .await
}

pub async fn update(
    tx: &mut Tx,
    organization: OrganizationId,
    id: CollectionId,
    name: &str,
    description: Option<&str>,
    now: Time,
) -> Result<(), Fault> {
    sql("update collections set name = $3, description = coalesce($4, description), updated_at = $5 \
         where organization = $1 and id = $2")
    .bind(organization)
    .bind(id)
    .bind(name)
    .bind(description.map(str::to_owned))
    .bind(now)
    .run(tx)
    .await
    .map(|_| ())
}

pub async fn set_shared(
    tx: &mut Tx,
    organization: OrganizationId,
    id: CollectionId,
    shared: bool,
    now: Time,
) -> Result<(), Fault> {
    sql("update collections set shared = $3, updated_at = $4 where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .bind(shared)
        .bind(now)
        .run(tx)
        .await
        .map(|_| ())
}

/// Distinct samples of the current versions, and how many changes the count has seen: of both feeds together, so
/// that any publication makes it larger. `cross join` keeps SQLite from reading the samples of other collections.
pub async fn count_samples(db: &Db, organization: OrganizationId, id: CollectionId) -> Result<(i64, i64), Fault> {
    sql("select (select cast(coalesce(sum(last), 0) as bigint) from catalog_counters where feed = $3 or feed = 'shared') as seen, \
         (select count(distinct m.sample) from datasets d cross join version_samples m \
          where d.organization = $1 and d.collection = $2 \
          and m.organization = d.organization and m.version = d.current_version) as samples")
    .bind(organization)
    .bind(id)
    .bind(organization.to_string())
    .one(db)
    .await
}

/// Keeps a count unless a later one is there.
pub async fn put_count(
    tx: &mut Tx,
    organization: OrganizationId,
    id: CollectionId,
    seen: i64,
    samples: i64,
) -> Result<(), Fault> {
    sql("update collections set samples = $3, counted_after = $4 \
         where organization = $1 and id = $2 and counted_after <= $4")
    .bind(organization)
    .bind(id)
    .bind(samples)
    .bind(seen)
    .run(tx)
    .await
    .map(|_| ())
}
