//! What people do about an alert: somebody says that they look after it, and somebody resolves it.

use super::{Resolved, heard, sql};
use crate::{Ctx, Tx, audit, listeners};
use chorale_model::alerts::{Alert, AnswerAlert, Answered};
use chorale_model::{AlertId, Fault, OrganizationId, Role};
use serde_json::json;

const LONGEST: usize = 2_000;

/// Says that the asker looks after it. A conflict when somebody else does, or it is resolved.
pub async fn acknowledge(ctx: &Ctx, id: AlertId, input: AnswerAlert) -> Result<Alert, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let why = checked(&input.why)?;
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let (by, now) = (ctx_.actor_name(), ctx_.now());
                let taken = sql::acknowledge(tx, organization, id, now, &by, &why).await?;
                let (alert, _) = load(tx, &ctx_, organization, id).await?;
                if !taken {
                    return Err(told(&alert));
                }
                audit::record(tx, &ctx_, "alert.acknowledged", "alert", id, json!({ "why": why })).await?;
                Ok(alert)
            })
        })
        .await
}

/// Resolves it: whoever raised it goes on as before, and raises another one if it is seen again.
pub async fn resolve(ctx: &Ctx, id: AlertId, input: AnswerAlert) -> Result<Alert, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let why = checked(&input.why)?;
    if why.is_empty() {
        return Err(Fault::field("why", "is missing; say what was found and done, for those who read it later"));
    }
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let (by, now) = (ctx_.actor_name(), ctx_.now());
                let taken = sql::resolve(tx, organization, id, now, &by, &why).await?;
                let (alert, topic) = load(tx, &ctx_, organization, id).await?;
                if !taken {
                    return Err(told(&alert));
                }
                audit::record(tx, &ctx_, "alert.resolved", "alert", id, json!({ "why": why })).await?;
                listeners::tell(tx, &ctx_, &Resolved { organization, topic }).await?;
                Ok(alert)
            })
        })
        .await
}

async fn load(tx: &mut Tx, ctx: &Ctx, organization: OrganizationId, id: AlertId) -> Result<(Alert, String), Fault> {
    sql::find(tx, organization, heard(ctx), id).await?.ok_or_else(|| Fault::missing("alert", id))
}

/// Somebody was faster.
fn told(alert: &Alert) -> Fault {
    let who = |done: &Answered| format!("by {} on {} UTC", done.by, done.at.minute_text());
    match (&alert.resolved, &alert.acknowledged) {
        (Some(done), _) => Fault::conflict(format!("\"{}\" was resolved {} already", alert.subject, who(done))),
        (None, Some(done)) => Fault::conflict(format!("\"{}\" is looked after {} already", alert.subject, who(done))),
        (None, None) => Fault::conflict(format!("\"{}\" changed meanwhile; load it again", alert.subject)),
    }
}

fn checked(why: &str) -> Result<String, Fault> {
    let why = why.trim();
    match why.chars().count() {
        n if n > LONGEST => Err(Fault::field("why", format!("has {n} characters; at most {LONGEST} fit"))),
        _ => Ok(why.to_owned()),
    }
}
