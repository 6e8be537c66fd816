//! All SQL of the audit log. The only update gives an unsealed row its place in the chain.

use super::chain::Entry;
use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::audit::AuditFilter;
use chorale_model::{Fault, OrganizationId, Time};
use uuid::Uuid;

pub struct NewRow<'a> {
    pub organization: OrganizationId,
    pub id: Uuid,
    pub at: Time,
    pub actor_kind: &'static str,
    pub actor: Option<Uuid>,
    pub actor_name: String,
    pub action: &'a str,
    pub object_kind: &'a str,
    pub object: String,
    pub detail: String,
    pub request_id: &'a str,
}

pub async fn insert(tx: &mut Tx, row: NewRow<'_>) -> Result<(), Fault> {
    sql("insert into audit_log (organization, id, at, actor_kind, actor, actor_name, action, object_kind, object, detail, request_id) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
    .bind(row.organization)
    .bind(row.id)
    .bind(row.at)
    .bind(row.actor_kind)
    .bind(row.actor)
    .bind(row.actor_name)
    .bind(row.action)
    .bind(row.object_kind)
    .bind(row.object)
    .bind(row.detail)
    .bind(row.request_id)
    .run(tx)
    .await?;
    Ok(())
}

/// Newest first. `$2` is an action or its noun.
pub async fn list(
    db: &Db,
    organization: OrganizationId,
    filter: AuditFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Entry>, Fault> {
    let actor_id = filter.actor.as_deref().and_then(|actor| Uuid::parse_str(actor).ok());
    sql(
        "select id, at, actor_kind, actor, actor_name, action, object_kind, object, detail, request_id, position, hash \
         from audit_log where organization = $1 \
         and ($2 is null or action = $2 or substr(action, 1, length($2) + 1) = $2 || '.') \
         and ($3 is null or actor_name = $3 or actor = $4) and ($5 is null or object = $5) \
         and ($6 is null or at >= $6) and ($7 is null or at < $7) and ($8 is null or id < $8) \
         order by id desc limit $9",
    )
    .bind(organization)
    .bind(filter.action)
    .bind(filter.actor)
    .bind(actor_id)
    .bind(filter.object)
    .bind(filter.from)
    .bind(filter.to)
    .bind(before)
    .bind(limit)
    .all(db)
    .await
}

/// Of one object, newest first. A row names a version as `"version":3` in its detail, and one that lost an alias as
/// `"before":3`.
pub async fn list_of(
    db: &Db,
    organization: OrganizationId,
    object_kind: &str,
    object: &str,
    version: Option<i64>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Entry>, Fault> {
    let named = |key: &str, end: char| version.map(|version| format!("%\"{key}\":{version}{end}%"));
    sql(
        "select id, at, actor_kind, actor, actor_name, action, object_kind, object, detail, request_id, position, hash \
         from audit_log where organization = $1 and object_kind = $2 and object = $3 and ($4 is null or id < $4) \
         and ($5 is null or detail like $5 or detail like $6 or detail like $7 or detail like $8) \
         order by id desc limit $9",
    )
    .bind(organization)
    .bind(object_kind)
    .bind(object)
    .bind(before)
    .bind(named("version", ','))
    .bind(named("version", '}'))
    .bind(named("before", ','))
    .bind(named("before", '}'))
    .bind(limit)
    .all(db)
    .await
}

/// Sealed rows behind `position`, in the chain's order.
pub async fn list_sealed(
    db: &Db,
    organization: OrganizationId,
    position: i64,
    limit: i64,
) -> Result<Vec<Entry>, Fault> {
    sql(
        "select id, at, actor_kind, actor, actor_name, action, object_kind, object, detail, request_id, position, hash \
         from audit_log where organization = $1 and position > $2 order by position limit $3",
    )
    .bind(organization)
    .bind(position)
    .bind(limit)
    .all(db)
    .await
}

/// Rows that wait for their seal, in the order of their writing. A transaction that commits late is sealed late, which
/// is why the chain's order is the position's and not the time's.
pub async fn list_unsealed(tx: &mut Tx, organization: OrganizationId, limit: i64) -> Result<Vec<Entry>, Fault> {
    sql(
        "select id, at, actor_kind, actor, actor_name, action, object_kind, object, detail, request_id, position, hash \
         from audit_log where organization = $1 and position is null order by at, id limit $2",
    )
    .bind(organization)
    .bind(limit)
    .all(tx)
    .await
}

pub async fn count_unsealed(db: &Db, organization: OrganizationId) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(*) from audit_log where organization = $1 and position is null")
        .bind(organization)
        .one(db)
        .await?;
    Ok(count)
}

/// Organizations with waiting rows; one look into an index for each.
pub async fn list_unsealed_organizations(db: &Db) -> Result<Vec<OrganizationId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select o.id from organizations o where o.erasing_at is null and exists \
         (select 1 from audit_log a where a.organization = o.id and a.position is null) order by o.id")
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| OrganizationId(id)).collect())
}

/// The chain's end, which nobody else moves until the transaction ends.
pub async fn hold_head(
    tx: &mut Tx,
    organization: OrganizationId,
    genesis: &str,
    now: Time,
) -> Result<(i64, String), Fault> {
    sql("insert into audit_heads (organization, position, hash, sealed_at, exported_position) \
         values ($1, 0, $2, $3, 0) on conflict (organization) do nothing")
    .bind(organization)
    .bind(genesis)
    .bind(now)
    .run(&mut *tx)
    .await?;
    // An update that changes nothing locks the row on both engines.
    sql("update audit_heads set position = position where organization = $1 returning position, hash")
        .bind(organization)
        .one(tx)
        .await
}

pub async fn seal(tx: &mut Tx, organization: OrganizationId, id: Uuid, position: i64, hash: &str) -> Result<(), Fault> {
    sql("update audit_log set position = $3, hash = $4 where organization = $1 and id = $2 and position is null")
        .bind(organization)
        .bind(id)
        .bind(position)
        .bind(hash)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn move_head(
    tx: &mut Tx,
    organization: OrganizationId,
    position: i64,
    hash: &str,
    now: Time,
) -> Result<(), Fault> {
    sql("update audit_heads set position = $2, hash = $3, sealed_at = $4 where organization = $1")
        .bind(organization)
        .bind(position)
        .bind(hash)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

#[derive(sqlx_macros::FromRow)]
pub struct Head {
    pub position: i64,
    pub hash: String,
    pub sealed_at: i64,
}

pub async fn find_head(db: &Db, organization: OrganizationId) -> Result<Option<Head>, Fault> {
    sql("select position, hash, sealed_at from audit_heads where organization = $1")
        .bind(organization)
        .optional(db)
        .await
}

/// Organizations whose head moved since it was exported.
pub async fn list_unexported(db: &Db) -> Result<Vec<OrganizationId>, Fault> {
    let rows: Vec<(Uuid,)> =
        sql("select organization from audit_heads where exported_position < position order by organization")
            .all(db)
            .await?;
    Ok(rows.into_iter().map(|(id,)| OrganizationId(id)).collect())
}

pub async fn set_exported(tx: &mut Tx, organization: OrganizationId, position: i64) -> Result<(), Fault> {
    sql("update audit_heads set exported_position = $2 where organization = $1 and exported_position < $2")
        .bind(organization)
        .bind(position)
        .run(tx)
        .await?;
    Ok(())
}
