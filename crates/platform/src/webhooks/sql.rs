//! Every statement on webhooks and their deliveries.

use crate::db::{Target, sql};
use crate::{Db, Tx};
use chorale_model::webhooks::{DeliveryState, HookEvent, Webhook, WebhookDelivery};
use chorale_model::{Fault, JobId, OrganizationId, Time, WebhookDeliveryId, WebhookId};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A word of an enumeration, as its JSON writes it.
fn word<T: DeserializeOwned>(text: String) -> Result<T, Fault> {
    serde_json::from_value(text.into()).map_err(|e| Fault::internal("reading a webhook", e))
}

fn events(text: &str) -> Result<Vec<HookEvent>, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::internal("reading a webhook's events", e))
}

fn events_text(events: &[HookEvent]) -> String {
    serde_json::to_string(events).expect("words become JSON")
}

pub async fn insert(tx: &mut Tx, organization: OrganizationId, hook: &Webhook, secret: &str) -> Result<(), Fault> {
    sql("insert into webhooks (organization, id, url, events, note, signing_secret, active, failures, told, created_by, \
         created_at) values ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9)")
    .bind(organization)
    .bind(hook.id)
    .bind(&hook.url)
    .bind(events_text(&hook.events))
    .bind(&hook.note)
    .bind(secret)
    .bind(hook.active)
    .bind(&hook.created_by)
    .bind(hook.created_at)
    .run(tx)
    .await
    .map(drop)
}

pub async fn count(tx: &mut Tx, organization: OrganizationId) -> Result<i64, Fault> {
    let (count,): (i64,) =
        sql("select count(*) from webhooks where organization = $1").bind(organization).one(tx).await?;
    Ok(count)
}

#[derive(sqlx_macros::FromRow)]
struct HookRow {
    id: Uuid,
    url: String,
    events: String,
    note: String,
    active: bool,
    disabled_why: Option<String>,
    failures: i64,
    created_by: String,
    created_at: i64,
    waiting: i64,
}

/// The oldest first.
pub async fn list(db: &Db, organization: OrganizationId) -> Result<Vec<Webhook>, Fault> {
    let rows: Vec<HookRow> = sql("select w.id, w.url, w.events, w.note, w.active, w.disabled_why, w.failures, \
         w.created_by, w.created_at, (select count(*) from webhook_deliveries d where d.organization = w.organization \
         and d.webhook = w.id and d.state = 'waiting') as waiting from webhooks w where w.organization = $1 order by w.id")
    .bind(organization)
    .all(db)
    .await?;
    let hook = |row: HookRow| {
        Ok(Webhook {
            id: WebhookId(row.id),
            url: row.url,
            events: events(&row.events)?,
            note: row.note,
            active: row.active,
            disabled_why: row.disabled_why,
            failures: row.failures,
            waiting: row.waiting,
            created_by: row.created_by,
            created_at: Time(row.created_at),
        })
    };
    rows.into_iter().map(hook).collect()
}

/// Those that hear of an event. One that is off hears of it when it is on again.
pub async fn list_hearing(
    tx: &mut Tx,
    organization: OrganizationId,
    event: HookEvent,
) -> Result<Vec<WebhookId>, Fault> {
    let rows: Vec<(Uuid, String)> = sql("select id, events from webhooks where organization = $1 \
         and (active = true or disabled_why is not null) order by id")
    .bind(organization)
    .all(tx)
    .await?;
    let mut hearing = Vec::new();
    for (id, chosen) in rows {
        if events(&chosen)?.contains(&event) {
            hearing.push(WebhookId(id));
        }
    }
    Ok(hearing)
}

pub async fn update(
    tx: &mut Tx,
    organization: OrganizationId,
    id: WebhookId,
    events: &[HookEvent],
    note: &str,
    active: bool,
) -> Result<(), Fault> {
    sql("update webhooks set events = $3, note = $4, active = $5, disabled_why = case when $5 then null else disabled_why end where organization = $1 \
         and id = $2")
    .bind(organization)
    .bind(id)
    .bind(events_text(events))
    .bind(note)
    .bind(active)
    .run(tx)
    .await
    .map(drop)
}

/// What waits is due at once.
pub async fn begin_again(tx: &mut Tx, organization: OrganizationId, id: WebhookId) -> Result<(), Fault> {
    sql("update webhooks set failures = 0 where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .run(&mut *tx)
        .await?;
    sql("update webhook_deliveries set next_at = null, attempts = 0 where organization = $1 and webhook = $2 \
         and state = 'waiting'")
    .bind(organization)
    .bind(id)
    .run(tx)
    .await
    .map(drop)
}

pub async fn put_secret(tx: &mut Tx, organization: OrganizationId, id: WebhookId, secret: &str) -> Result<(), Fault> {
    sql("update webhooks set signing_secret = $3 where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .bind(secret)
        .run(tx)
        .await
        .map(drop)
}

pub async fn delete(tx: &mut Tx, organization: OrganizationId, id: WebhookId) -> Result<(), Fault> {
    sql("delete from webhooks where organization = $1 and id = $2").bind(organization).bind(id).run(tx).await.map(drop)
}

/// The next place in the order of what a hook hears.
pub async fn next_position(tx: &mut Tx, organization: OrganizationId, webhook: WebhookId) -> Result<i64, Fault> {
    let (position,): (i64,) =
        sql("update webhooks set told = told + 1 where organization = $1 and id = $2 returning told")
            .bind(organization)
            .bind(webhook)
            .one(tx)
            .await?;
    Ok(position)
}

pub async fn insert_delivery(
    tx: &mut Tx,
    organization: OrganizationId,
    webhook: WebhookId,
    (id, position): (WebhookDeliveryId, i64),
    event: HookEvent,
    body: &str,
    now: Time,
) -> Result<(), Fault> {
    sql("insert into webhook_deliveries (organization, webhook, id, position, event, state, attempts, made_at, \
         body) values ($1, $2, $3, $4, $5, 'waiting', 0, $6, $7)")
    .bind(organization)
    .bind(webhook)
    .bind(id)
    .bind(position)
    .bind(event.name())
    .bind(now)
    .bind(body)
    .run(tx)
    .await
    .map(drop)
}

#[derive(sqlx_macros::FromRow)]
struct DeliveryRow {
    id: Uuid,
    position: i64,
    event: String,
    state: String,
    attempts: i64,
    status: Option<i64>,
    error: Option<String>,
    took_ms: Option<i64>,
    made_at: i64,
    next_at: Option<i64>,
    body: String,
}

macro_rules! deliveries {
    () => {
        "select id, position, event, state, attempts, status, error, took_ms, made_at, next_at, body from webhook_deliveries \
         where organization = $1 and webhook = $2 "
    };
}

impl TryFrom<DeliveryRow> for WebhookDelivery {
    type Error = Fault;
    fn try_from(row: DeliveryRow) -> Result<Self, Fault> {
        Ok(WebhookDelivery {
            id: WebhookDeliveryId(row.id),
            position: row.position,
            event: word(row.event)?,
            state: word(row.state)?,
            attempts: row.attempts,
            status: row.status,
            error: row.error,
            took_ms: row.took_ms,
            made_at: Time(row.made_at),
            next_at: row.next_at.map(Time),
            body: serde_json::from_str(&row.body).map_err(|e| Fault::internal("reading a delivery", e))?,
        })
    }
}

pub async fn list_deliveries(
    db: &Db,
    organization: OrganizationId,
    webhook: WebhookId,
    before: i64,
    limit: i64,
) -> Result<Vec<WebhookDelivery>, Fault> {
    let rows: Vec<DeliveryRow> = sql(concat!(deliveries!(), "and position < $3 order by position desc limit $4"))
        .bind(organization)
        .bind(webhook)
        .bind(before)
        .bind(limit)
        .all(db)
        .await?;
    rows.into_iter().map(WebhookDelivery::try_from).collect()
}

pub async fn find_delivery<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    webhook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<Option<WebhookDelivery>, Fault> {
    let row: Option<DeliveryRow> =
        sql(concat!(deliveries!(), "and id = $3")).bind(organization).bind(webhook).bind(id).optional(on).await?;
    row.map(WebhookDelivery::try_from).transpose()
}

/// Out of the turn of those that wait, until it is tried.
pub async fn set_aside(
    tx: &mut Tx,
    organization: OrganizationId,
    webhook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<(), Fault> {
    sql("update webhook_deliveries set state = 'failed', next_at = null where organization = $1 and webhook = $2 \
         and id = $3")
    .bind(organization)
    .bind(webhook)
    .bind(id)
    .run(tx)
    .await
    .map(drop)
}

/// What is to be sent, and where.
pub struct Due {
    pub id: WebhookDeliveryId,
    pub event: HookEvent,
    pub body: String,
    pub attempts: i64,
    pub next_at: Option<Time>,
    pub url: String,
    pub secret: String,
    pub failures: i64,
}

#[derive(sqlx_macros::FromRow)]
struct DueRow {
    id: Uuid,
    event: String,
    body: String,
    attempts: i64,
    next_at: Option<i64>,
    url: String,
    signing_secret: String,
    failures: i64,
}

impl TryFrom<DueRow> for Due {
    type Error = Fault;
    fn try_from(row: DueRow) -> Result<Self, Fault> {
        Ok(Due {
            id: WebhookDeliveryId(row.id),
            event: word(row.event)?,
            body: row.body,
            attempts: row.attempts,
            next_at: row.next_at.map(Time),
            url: row.url,
            secret: row.signing_secret,
            failures: row.failures,
        })
    }
}

macro_rules! due {
    () => {
        "select d.id, d.event, d.body, d.attempts, d.next_at, w.url, w.signing_secret, w.failures \
         from webhook_deliveries d join webhooks w on w.organization = d.organization and w.id = d.webhook \
         where d.organization = $1 and d.webhook = $2 "
    };
}

/// The first that waits for a hook that is on.
pub async fn find_next(db: &Db, organization: OrganizationId, webhook: WebhookId) -> Result<Option<Due>, Fault> {
    let row: Option<DueRow> =
        sql(concat!(due!(), "and d.state = 'waiting' and w.active = true order by d.position limit 1"))
            .bind(organization)
            .bind(webhook)
            .optional(db)
            .await?;
    row.map(Due::try_from).transpose()
}

pub async fn find_due(
    db: &Db,
    organization: OrganizationId,
    webhook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<Option<Due>, Fault> {
    let row: Option<DueRow> =
        sql(concat!(due!(), "and d.id = $3")).bind(organization).bind(webhook).bind(id).optional(db).await?;
    row.map(Due::try_from).transpose()
}

/// A job has the hook until then, so that what waits is sent once and in order; false: another one has it.
pub async fn claim(
    tx: &mut Tx,
    organization: OrganizationId,
    webhook: WebhookId,
    job: JobId,
    (now, until): (Time, Time),
) -> Result<bool, Fault> {
    let claimed = sql("update webhooks set claimed_by = $3, claimed_until = $5 where organization = $1 and id = $2 \
         and (claimed_by is null or claimed_by = $3 or claimed_until < $4)")
    .bind(organization)
    .bind(webhook)
    .bind(job)
    .bind(now)
    .bind(until)
    .run(tx)
    .await?;
    Ok(claimed == 1)
}

pub async fn release(tx: &mut Tx, organization: OrganizationId, webhook: WebhookId, job: JobId) -> Result<(), Fault> {
    sql("update webhooks set claimed_by = null, claimed_until = null where organization = $1 and id = $2 \
         and claimed_by = $3")
    .bind(organization)
    .bind(webhook)
    .bind(job)
    .run(tx)
    .await
    .map(drop)
}

/// What came of sending it once.
pub struct Attempt {
    pub state: DeliveryState,
    pub status: Option<i64>,
    pub error: Option<String>,
    pub took_ms: i64,
    pub next_at: Option<Time>,
}

pub async fn put_attempt(
    tx: &mut Tx,
    organization: OrganizationId,
    webhook: WebhookId,
    due: &Due,
    attempt: &Attempt,
) -> Result<(), Fault> {
    sql("update webhook_deliveries set state = $4, attempts = $5, status = $6, error = $7, took_ms = $8, next_at = $9 \
         where organization = $1 and webhook = $2 and id = $3")
    .bind(organization)
    .bind(webhook)
    .bind(due.id)
    .bind(attempt.state.name())
    .bind(due.attempts + 1)
    .bind(attempt.status)
    .bind(attempt.error.clone())
    .bind(attempt.took_ms)
    .bind(attempt.next_at)
    .run(tx)
    .await
    .map(drop)
}

/// `off`: it is switched off, and why.
pub async fn put_failures(
    tx: &mut Tx,
    organization: OrganizationId,
    webhook: WebhookId,
    failures: i64,
    off: Option<String>,
) -> Result<(), Fault> {
    sql("update webhooks set failures = $3, active = (active and $4), disabled_why = coalesce($5, disabled_why) \
         where organization = $1 and id = $2")
    .bind(organization)
    .bind(webhook)
    .bind(failures)
    .bind(off.is_none())
    .bind(off)
    .run(tx)
    .await
    .map(drop)
}

pub async fn forget(tx: &mut Tx, organization: OrganizationId, webhook: WebhookId, before: Time) -> Result<(), Fault> {
    sql("delete from webhook_deliveries where organization = $1 and webhook = $2 and state <> 'waiting' \
         and made_at < $3")
    .bind(organization)
    .bind(webhook)
    .bind(before)
    .run(tx)
    .await
    .map(drop)
}
