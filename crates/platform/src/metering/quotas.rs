//! Quotas: how much of something an organization may hold at once. What is used is counted from the tables at the
//! moment of asking, so it can never drift from them; samples alone, of which there may be millions, have a counter
//! that the transactions which write and sweep them keep ([`samples_changed`]).

use super::sql;
use crate::db::Target;
use crate::{Ctx, Tx, audit};
use chorale_model::metering::Quota;
use chorale_model::{Fault, OrganizationId, Role};
use serde_json::json;

/// Every quota by name.
pub const QUOTAS: [&str; 4] = ["stored_bytes", "samples", "running_jobs", "queued_jobs"];

fn unknown(name: &str) -> Fault {
    Fault::field("quota", format!("\"{name}\" is no quota; choose {}", QUOTAS.join(", ")))
}

fn limit(ctx: &Ctx, limits: &sql::Limits, name: &str) -> Result<i64, Fault> {
    let default = &ctx.app.settings;
    match name {
        "stored_bytes" => Ok(limits.quota_stored_bytes.unwrap_or(default.quota_stored_bytes)),
        "samples" => Ok(limits.quota_samples.unwrap_or(default.quota_samples)),
        "running_jobs" => Ok(limits.quota_running_jobs.unwrap_or(default.quota_running_jobs)),
        "queued_jobs" => Ok(limits.quota_queued_jobs.unwrap_or(default.quota_queued_jobs)),
        _ => Err(unknown(name)),
    }
}

async fn load(ctx: &Ctx, mut on: Target<'_>, organization: OrganizationId, name: &str) -> Result<Quota, Fault> {
    let limits = sql::find_limits(on.again(), organization).await?;
    let limits = limits.ok_or_else(|| Fault::missing("organization", organization))?;
    let used = match name {
        "stored_bytes" => sql::stored_bytes(on, organization).await?,
        "samples" => sql::count_samples(on, organization).await?,
        "running_jobs" => sql::count_jobs(on, organization, "running").await?,
        "queued_jobs" => sql::count_jobs(on, organization, "queued").await?,
        _ => return Err(unknown(name)),
    };
    Ok(Quota { name: name.to_owned(), limit: limit(ctx, &limits, name)?, used })
}

/// Refuses what would go beyond the quota `name` of the organization in scope. Call it in the transaction that uses
/// `additional`: what other transactions use at the same moment is seen only when they have committed, so parallel
/// work can overshoot by what is in flight.
pub async fn check_quota(ctx: &Ctx, tx: &mut Tx, name: &str, additional: i64) -> Result<(), Fault> {
    check(ctx, tx.into(), name, additional).await
}

/// As [`check_quota`], before there is a transaction: what is long should be refused before it is begun.
pub async fn check_quota_ahead(ctx: &Ctx, name: &str, additional: i64) -> Result<(), Fault> {
    check(ctx, ctx.db().into(), name, additional).await
}

async fn check(ctx: &Ctx, on: Target<'_>, name: &str, additional: i64) -> Result<(), Fault> {
    let organization = ctx.scope.ok_or_else(Fault::unauthenticated)?;
    let quota = load(ctx, on, organization, name).await?;
    if quota.used.saturating_add(additional) <= quota.limit {
        return Ok(());
    }
    let (remedy, retry_after_s) = match name {
        "running_jobs" | "queued_jobs" => ("wait until some have ended", 30),
        _ => ("delete what is no longer needed", 3600),
    };
    Err(Fault::limited(
        format!(
            "the quota \"{name}\" of this organization is {}, {} are used and {additional} more do not fit; {remedy}, or \
             ask the operator for a higher one",
            quota.limit, quota.used
        ),
        retry_after_s,
    ))
}

/// Tells that `change` rows were added to `samples` (or taken away), in the transaction that did. Call it last there:
/// the organization's row stays locked until the commit.
pub async fn samples_changed(tx: &mut Tx, organization: OrganizationId, change: i64) -> Result<(), Fault> {
    if change == 0 { Ok(()) } else { sql::add_samples(tx, organization, change).await }
}

/// Every quota of the organization with what is used.
pub async fn list_quotas(ctx: &Ctx) -> Result<Vec<Quota>, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let mut quotas = Vec::new();
    for name in QUOTAS {
        quotas.push(load(ctx, ctx.db().into(), organization, name).await?);
    }
    Ok(quotas)
}

/// Sets a quota of an organization; without a limit the deployment's default holds again.
pub async fn set_quota(
    ctx: &Ctx,
    organization: OrganizationId,
    name: &str,
    limit: Option<i64>,
) -> Result<Quota, Fault> {
    ctx.require_operator()?;
    if limit.is_some_and(|limit| limit < 0) {
        return Err(Fault::field("limit", "is less than nothing; write 0 or more, or leave it out for the default"));
    }
    let (inside, name) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let limits = sql::find_limits((&mut *tx).into(), organization).await?;
                let mut limits = limits.ok_or_else(|| Fault::missing("organization", organization))?;
                let place = match &*name {
                    "stored_bytes" => &mut limits.quota_stored_bytes,
                    "samples" => &mut limits.quota_samples,
                    "running_jobs" => &mut limits.quota_running_jobs,
                    "queued_jobs" => &mut limits.quota_queued_jobs,
                    _ => return Err(unknown(&name)),
                };
                let before = std::mem::replace(place, limit);
                sql::set_limits(tx, organization, &limits).await?;
                let detail = json!({"quota": name, "before": before, "after": limit});
                audit::record_in(tx, &inside, organization, "quota.set", "organization", organization, detail).await?;
                load(&inside, tx.into(), organization, &name).await
            })
        })
        .await
}
