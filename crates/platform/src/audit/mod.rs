//! The audit log: who did what, written in the mutation's own transaction, sealed later into a hash chain per
//! organization. Owns `audit_log` and `audit_heads`; must never change or delete a sealed row, and must never be
//! asked to record telemetry, heartbeats or progress. Start at [`record`]; the chain is defined in [`chain`].

pub mod chain;
mod sql;

use crate::{Actor, Ctx, Tx};
use chorale_model::{Fault, OrganizationId};
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
