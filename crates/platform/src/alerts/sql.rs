//! Every statement on alerts.

use super::{NewAlert, rank};
use crate::db::{Target, sql};
use crate::{Db, Tx};
use chorale_model::alerts::{Alert, AlertState, AlertsWanted, Answered};
use chorale_model::{AlertId, Fault, OrganizationId, Time};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
struct AlertRow {
    id: Uuid,
    topic: String,
    kind: String,
    subject: String,
    message: String,
    link: String,
    opened_at: i64,
    seen_at: i64,
    acknowledged_at: Option<i64>,
    acknowledged_by: Option<String>,
    acknowledged_why: Option<String>,
    resolved_at: Option<i64>,
    resolved_by: Option<String>,
    resolved_why: Option<String>,
}

macro_rules! columns {
    () => {
        "select id, topic, kind, subject, message, link, opened_at, seen_at, acknowledged_at, acknowledged_by, \
         acknowledged_why, resolved_at, resolved_by, resolved_why from alerts \
         where organization = $1 and least_role <= $2 "
    };
}

fn read(row: AlertRow) -> Result<(Alert, String), Fault> {
    let answered = |at: Option<i64>, by: Option<String>, why: Option<String>| {
        at.map(|at| Answered { by: by.unwrap_or_default(), at: Time(at), why: why.unwrap_or_default() })
    };
    let acknowledged = answered(row.acknowledged_at, row.acknowledged_by, row.acknowledged_why);
    let resolved = answered(row.resolved_at, row.resolved_by, row.resolved_why);
    let alert = Alert {
        id: AlertId(row.id),
        kind: serde_json::from_value(row.kind.into()).map_err(|e| Fault::internal("reading an alert", e))?,
        state: match (&acknowledged, &resolved) {
            (_, Some(_)) => AlertState::Resolved,
            (Some(_), None) => AlertState::Acknowledged,
            (None, None) => AlertState::Open,
        },
        subject: row.subject,
        message: row.message,
        link: row.link,
        opened_at: Time(row.opened_at),
        seen_at: Time(row.seen_at),
        acknowledged,
        resolved,
    };
    Ok((alert, row.topic))
}

/// A new one, or what the unresolved one of its topic says now.
pub async fn put(
    tx: &mut Tx,
    organization: OrganizationId,
    id: AlertId,
    new: &NewAlert,
    now: Time,
) -> Result<(), Fault> {
    sql("insert into alerts (organization, id, topic, kind, subject, message, link, least_role, opened_at, seen_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (organization, topic) where resolved_at is null \
         do update set kind = excluded.kind, subject = excluded.subject, message = excluded.message, \
         link = excluded.link, seen_at = excluded.seen_at")
    .bind(organization)
    .bind(id)
    .bind(&new.topic)
    .bind(new.kind.name())
    .bind(&new.subject)
    .bind(&new.message)
    .bind(&new.link)
    .bind(rank(new.hears))
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

/// Newest first, before an id.
pub async fn list(
    db: &Db,
    organization: OrganizationId,
    heard: i64,
    wanted: AlertsWanted,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Alert>, Fault> {
    let rows: Vec<AlertRow> = sql(concat!(
        columns!(),
        "and id < $3 and ($4 = 2 or ($4 = 0 and resolved_at is null) or ($4 = 1 and resolved_at is not null)) \
         order by id desc limit $5"
    ))
    .bind(organization)
    .bind(heard)
    .bind(before.unwrap_or(Uuid::max()))
    .bind(match wanted {
        AlertsWanted::Unresolved => 0_i64,
        AlertsWanted::Resolved => 1,
        AlertsWanted::All => 2,
    })
    .bind(limit)
    .all(db)
    .await?;
    rows.into_iter().map(|row| read(row).map(|(alert, _)| alert)).collect()
}

pub async fn count_unresolved(db: &Db, organization: OrganizationId, heard: i64) -> Result<i64, Fault> {
    let (count,): (i64,) =
        sql("select count(*) from alerts where organization = $1 and least_role <= $2 and resolved_at is null")
            .bind(organization)
            .bind(heard)
            .one(db)
            .await?;
    Ok(count)
}

/// With its topic.
pub async fn find<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    heard: i64,
    id: AlertId,
) -> Result<Option<(Alert, String)>, Fault> {
    let row: Option<AlertRow> =
        sql(concat!(columns!(), "and id = $3")).bind(organization).bind(heard).bind(id).optional(on).await?;
    row.map(read).transpose()
}

pub async fn find_unresolved(
    db: &Db,
    organization: OrganizationId,
    heard: i64,
    topic: &str,
) -> Result<Option<Alert>, Fault> {
    let row: Option<AlertRow> = sql(concat!(columns!(), "and topic = $3 and resolved_at is null"))
        .bind(organization)
        .bind(heard)
        .bind(topic)
        .optional(db)
        .await?;
    row.map(|row| read(row).map(|(alert, _)| alert)).transpose()
}

/// False: somebody looks after it already, it is resolved, or it is not there.
pub async fn acknowledge(
    tx: &mut Tx,
    organization: OrganizationId,
    id: AlertId,
    now: Time,
    by: &str,
    why: &str,
) -> Result<bool, Fault> {
    let taken = sql("update alerts set acknowledged_at = $3, acknowledged_by = $4, acknowledged_why = $5 \
         where organization = $1 and id = $2 and acknowledged_at is null and resolved_at is null")
    .bind(organization)
    .bind(id)
    .bind(now)
    .bind(by)
    .bind(why)
    .run(tx)
    .await?;
    Ok(taken == 1)
}

/// False: it is resolved already, or it is not there.
pub async fn resolve(
    tx: &mut Tx,
    organization: OrganizationId,
    id: AlertId,
    now: Time,
    by: &str,
    why: &str,
) -> Result<bool, Fault> {
    let taken = sql("update alerts set resolved_at = $3, resolved_by = $4, resolved_why = $5 \
         where organization = $1 and id = $2 and resolved_at is null")
    .bind(organization)
    .bind(id)
    .bind(now)
    .bind(by)
    .bind(why)
    .run(tx)
    .await?;
    Ok(taken == 1)
}
