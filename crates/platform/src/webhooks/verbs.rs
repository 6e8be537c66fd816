//! What admins do with webhooks.

use super::hear::{job, write};
use super::{address, sql};
use crate::jobs::enqueue;
use crate::{Ctx, Tx, audit};
use chorale_model::page::PageRequest;
use chorale_model::webhooks::{CreateWebhook, CreatedWebhook, HookEvent, UpdateWebhook, Webhook, WebhookDelivery};
use chorale_model::{Fault, OrganizationId, Page, Role, WebhookDeliveryId, WebhookId};
use serde_json::json;

const LONGEST_NOTE: usize = 200;
const MOST: usize = 50;

pub async fn list_webhooks(ctx: &Ctx) -> Result<Vec<Webhook>, Fault> {
    let organization = ctx.require(Role::Admin)?;
    sql::list(ctx.db(), organization).await
}

pub async fn load_webhook(ctx: &Ctx, id: WebhookId) -> Result<Webhook, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let all = sql::list(ctx.db(), organization).await?;
    all.into_iter().find(|one| one.id == id).ok_or_else(|| Fault::missing("webhook", id))
}

/// From now on the address hears of events. The secret is in this answer alone.
pub async fn create_webhook(ctx: &Ctx, input: CreateWebhook) -> Result<CreatedWebhook, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let url = address::parse(&input.url, &ctx.app.settings.webhook_hosts)?;
    let webhook = Webhook {
        id: WebhookId(ctx.app.ids.uuid()),
        url: url.to_string(),
        events: chosen(input.events)?,
        note: noted(&input.note)?,
        active: true,
        disabled_why: None,
        failures: 0,
        waiting: 0,
        created_by: ctx.actor_name(),
        created_at: ctx.now(),
    };
    let secret = ctx.app.ids.secret();
    let (inner, made, kept) = (ctx.clone(), webhook.clone(), secret.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if sql::count(tx, organization).await? >= MOST as i64 {
                    return Err(Fault::conflict(format!("there are {MOST} webhooks already; delete one first")));
                }
                sql::insert(tx, organization, &made, &kept).await?;
                let detail = json!({ "url": made.url, "events": made.events });
                audit::record(tx, &inner, "webhook.created", "webhook", made.id, detail).await
            })
        })
        .await?;
    Ok(CreatedWebhook { webhook, secret })
}

pub async fn update_webhook(ctx: &Ctx, id: WebhookId, input: UpdateWebhook) -> Result<Webhook, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let before = load_webhook(ctx, id).await?;
    let events = input.events.map(chosen).transpose()?.unwrap_or_else(|| before.events.clone());
    let note = input.note.as_deref().map(noted).transpose()?.unwrap_or_else(|| before.note.clone());
    let active = input.active.unwrap_or(before.active);
    let begins = active && !before.active;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::update(tx, organization, id, &events, &note, active).await?;
                if begins {
                    sql::begin_again(tx, organization, id).await?;
                    let job = job(id, None).once_until_started(super::hear::key(id));
                    enqueue(tx, &inner, Some(organization), job).await?;
                }
                let detail = json!({ "events": events, "active": active });
                audit::record(tx, &inner, "webhook.changed", "webhook", id, detail).await
            })
        })
        .await?;
    load_webhook(ctx, id).await
}

/// Another secret; what is sent from now on is signed with it.
pub async fn renew_secret(ctx: &Ctx, id: WebhookId) -> Result<CreatedWebhook, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let webhook = load_webhook(ctx, id).await?;
    let secret = ctx.app.ids.secret();
    let (inner, kept) = (ctx.clone(), secret.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::put_secret(tx, organization, id, &kept).await?;
                audit::record(tx, &inner, "webhook.secret_renewed", "webhook", id, json!({})).await
            })
        })
        .await?;
    Ok(CreatedWebhook { webhook, secret })
}

/// With everything that waits for it, and its log.
pub async fn delete_webhook(ctx: &Ctx, id: WebhookId) -> Result<(), Fault> {
    let organization = ctx.require(Role::Admin)?;
    let webhook = load_webhook(ctx, id).await?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::delete(tx, organization, id).await?;
                audit::record(tx, &inner, "webhook.deleted", "webhook", id, json!({ "url": webhook.url })).await
            })
        })
        .await
}

/// The newest first.
pub async fn list_deliveries(ctx: &Ctx, id: WebhookId, page: PageRequest) -> Result<Page<WebhookDelivery>, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let webhook = load_webhook(ctx, id).await?;
    let limit = page.limit()?;
    let unknown = |_| Fault::field("cursor", "is none of this list's; begin again without one");
    let before = page.cursor.as_ref().map(|text| text.parse().map_err(unknown)).transpose()?.unwrap_or(i64::MAX);
    let items = sql::list_deliveries(ctx.db(), organization, webhook.id, before, limit + 1).await?;
    Ok(Page::cut(items, limit, |one| one.position.to_string()))
}

/// Sends it once more, at once and out of turn, whether it is on or off.
pub async fn redeliver(ctx: &Ctx, id: WebhookId, delivery: WebhookDeliveryId) -> Result<WebhookDelivery, Fault> {
    let organization = ctx.require(Role::Admin)?;
    load_webhook(ctx, id).await?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let found = sql::find_delivery(&mut *tx, organization, id, delivery).await?;
                let found = found.ok_or_else(|| Fault::missing("delivery", delivery))?;
                send(tx, &inner, organization, id, delivery).await?;
                let detail = json!({ "delivery": delivery, "event": found.event });
                audit::record(tx, &inner, "webhook.redelivered", "webhook", id, detail).await?;
                Ok(found)
            })
        })
        .await
}

/// Sends a ping.
pub async fn test_webhook(ctx: &Ctx, id: WebhookId) -> Result<WebhookDelivery, Fault> {
    let organization = ctx.require(Role::Admin)?;
    load_webhook(ctx, id).await?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let by = json!({ "by": inner.actor_name() });
                let delivery = write(tx, &inner, organization, id, HookEvent::Ping, by).await?;
                send(tx, &inner, organization, id, delivery).await?;
                let found = sql::find_delivery(&mut *tx, organization, id, delivery).await?;
                found.ok_or_else(|| Fault::missing("delivery", delivery))
            })
        })
        .await
}

async fn send(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    id: WebhookId,
    delivery: WebhookDeliveryId,
) -> Result<(), Fault> {
    // By itself: what waits in turn goes on waiting.
    sql::set_aside(tx, organization, id, delivery).await?;
    let job = job(id, Some(delivery)).once_for(format!("{}:{delivery}", super::DeliverJob::KIND));
    enqueue(tx, ctx, Some(organization), job).await.map(drop)
}

fn chosen(mut events: Vec<HookEvent>) -> Result<Vec<HookEvent>, Fault> {
    if events.contains(&HookEvent::Ping) {
        return Err(Fault::field("events", "name \"ping\", which every webhook hears; leave it out"));
    }
    if events.is_empty() {
        events = HookEvent::ALL.to_vec();
    }
    events.sort_unstable();
    events.dedup();
    Ok(events)
}

fn noted(note: &str) -> Result<String, Fault> {
    let note = note.trim();
    match note.chars().count() {
        n if n > LONGEST_NOTE => Err(Fault::field("note", format!("has {n} characters; at most {LONGEST_NOTE} fit"))),
        _ => Ok(note.to_owned()),
    }
}
