//! All SQL of the audit log. The only update gives an unsealed row its place in the chain.

use crate::Tx;
use crate::db::sql;
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
