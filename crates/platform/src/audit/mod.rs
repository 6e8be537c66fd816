//! The audit log: who did what, written in the mutation's own transaction, sealed later into a hash chain per
//! organization. Owns `audit_log` and `audit_heads`; must never change or delete a sealed row, and must never be
//! asked to record telemetry, heartbeats or progress. Start at [`record`]; the chain is defined in [`chain`].

pub mod chain;
mod seal;
mod sql;
mod verify;

pub use seal::seal;
pub use verify::{verify, verify_against};

use crate::{Actor, Ctx, Tx};
use chorale_model::audit::{AuditFilter, AuditRow, ChainHead};
use chorale_model::page::{Page, PageRequest};
use chorale_model::{Fault, OrganizationId, Role, Time};
use std::fmt::Display;
use uuid::Uuid;

/// Writes that the actor of `ctx` did `action` (past tense: `member.added`) to an object of the organization in
/// scope. The platform's own work leaves no row.
pub async fn record(
    tx: &mut Tx,
    ctx: &Ctx,
    action: &str,
    object_kind: &str,
    object: impl Display,
    detail: serde_json::Value,
) -> Result<(), Fault> {
    if ctx.actor == Actor::System {
        return Ok(());
    }
    let organization =
        ctx.scope.ok_or_else(|| Fault::internal("writing the audit log", format!("{action} names no organization")))?;
    record_in(tx, ctx, organization, action, object_kind, object, detail).await
}

/// As [`record`], for work that happens before or outside a scope: signing in, creating an organization.
pub async fn record_in(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    action: &str,
    object_kind: &str,
    object: impl Display,
    detail: serde_json::Value,
) -> Result<(), Fault> {
    let (actor_kind, actor): (_, Option<Uuid>) = match &ctx.actor {
        Actor::System => return Ok(()),
        Actor::User { user, .. } => ("user", Some(user.0)),
        Actor::Token { token, .. } => ("token", Some(token.0)),
        Actor::Operator => ("operator", None),
        Actor::Anonymous => {
            return Err(Fault::internal("writing the audit log", format!("nobody is named as the actor of {action}")));
        }
    };
    let row = sql::NewRow {
        organization,
        id: ctx.app.ids.uuid(),
        at: ctx.now(),
        actor_kind,
        actor,
        actor_name: ctx.actor_name(),
        action,
        object_kind,
        object: object.to_string(),
        detail: detail.to_string(),
        request_id: &ctx.request_id,
    };
    sql::insert(tx, row).await
}

/// The organization's log, newest first.
pub async fn list_rows(ctx: &Ctx, filter: AuditFilter, page: PageRequest) -> Result<Page<AuditRow>, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let limit = page.limit()?;
    let rows = sql::list(ctx.db(), organization, filter, page.before()?, limit + 1).await?;
    Ok(Page::cut(rows, limit, |row| row.id.to_string()).map(row))
}

/// What was done to one object, newest first, for those who may see it: the page of a thing tells its history to everybody
/// who sees the thing. With a `version` the rows that name it.
pub async fn list_of(
    ctx: &Ctx,
    object_kind: &str,
    object: &str,
    version: Option<i64>,
    page: PageRequest,
) -> Result<Page<AuditRow>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let before = page.before()?;
    let rows = sql::list_of(ctx.db(), organization, object_kind, object, version, before, limit + 1).await?;
    Ok(Page::cut(rows, limit, |row| row.id.to_string()).map(row))
}

fn row(entry: chain::Entry) -> AuditRow {
    AuditRow {
        id: entry.id,
        at: Time(entry.at),
        actor_kind: entry.actor_kind,
        actor: entry.actor,
        actor_name: entry.actor_name,
        action: entry.action,
        object_kind: entry.object_kind,
        object: entry.object,
        // Somebody who wrote into the table by hand is shown as what they wrote.
        detail: serde_json::from_str(&entry.detail).unwrap_or(serde_json::Value::String(entry.detail)),
        request_id: entry.request_id,
        position: entry.position,
        hash: entry.hash,
    }
}

/// The newest link of the organization's chain; position 0 before the first seal.
pub async fn head(ctx: &Ctx) -> Result<ChainHead, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let unsealed = sql::count_unsealed(ctx.db(), organization).await?;
    let found = sql::find_head(ctx.db(), organization).await?;
    Ok(match found {
        Some(head) => {
            ChainHead { position: head.position, hash: head.hash, sealed_at: Some(Time(head.sealed_at)), unsealed }
        }
        None => ChainHead { position: 0, hash: chain::GENESIS.into(), sealed_at: None, unsealed },
    })
}

#[cfg(test)]
mod tests;
