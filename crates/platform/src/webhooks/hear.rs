//! From what happened to deliveries: written in the transaction of what happened, so that nothing is heard of that was not
//! so, and nothing is lost.

use super::deliver::DeliverJob;
use super::sql;
use crate::curation::{self, Change};
use crate::jobs::{NewJob, enqueue};
use crate::reports::{self, Happened};
use crate::{Ctx, Tx};
use chorale_model::reports::ReportState;
use chorale_model::webhooks::HookEvent;
use chorale_model::{Fault, OrganizationId, WebhookDeliveryId, WebhookId};
use futures::future::BoxFuture;
use serde_json::{Value, json};

/// Given to `curation::Listeners`.
pub fn decided<'t>(tx: &'t mut Tx, ctx: &'t Ctx, changed: &'t curation::Changed) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move {
        let event = match changed.what {
            Change::Applied => HookEvent::BatchApplied,
            Change::TakenBack => HookEvent::BatchTakenBack,
            Change::PutBack => HookEvent::BatchPutBack,
            Change::One => HookEvent::DecisionChanged,
        };
        let organization = changed.organization;
        let hooks = sql::list_hearing(tx, organization, event).await?;
        if hooks.is_empty() {
            return Ok(());
        }
        let Some(batch) = curation::find_batch(&mut *tx, organization, changed.batch).await? else { return Ok(()) };
        let url = format!("{}/decisions/{}", ctx.app.settings.public_url, batch.id);
        tell(tx, ctx, organization, hooks, event, json!({ "batch": batch, "url": url })).await
    })
}

/// Given to `reports::Listeners`.
pub fn reported<'t>(tx: &'t mut Tx, ctx: &'t Ctx, happened: &'t Happened) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move {
        let event = match happened.state {
            ReportState::Open => HookEvent::ReportFiled,
            ReportState::Answered => HookEvent::ReportAnswered,
            ReportState::Declined => HookEvent::ReportDeclined,
        };
        let organization = happened.organization;
        let hooks = sql::list_hearing(tx, organization, event).await?;
        if hooks.is_empty() {
            return Ok(());
        }
        let Some(report) = reports::find_report(&mut *tx, organization, happened.report).await? else { return Ok(()) };
        let url = format!("{}/reports/{}", ctx.app.settings.public_url, report.id);
        tell(tx, ctx, organization, hooks, event, json!({ "report": report, "url": url })).await
    })
}

/// Writes what each of the hooks is to hear.
async fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    hooks: Vec<WebhookId>,
    event: HookEvent,
    data: Value,
) -> Result<(), Fault> {
    for webhook in hooks {
        write(tx, ctx, organization, webhook, event, data.clone()).await?;
        let job = job(webhook, None).once_until_started(key(webhook));
        enqueue(tx, ctx, Some(organization), job).await?;
    }
    Ok(())
}

/// One thing that one hook is to hear.
pub async fn write(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    webhook: WebhookId,
    event: HookEvent,
    data: Value,
) -> Result<WebhookDeliveryId, Fault> {
    let id = WebhookDeliveryId(ctx.app.ids.uuid());
    let position = sql::next_position(tx, organization, webhook).await?;
    let body = json!({ "id": id, "position": position, "event": event, "at": ctx.now(), "data": data });
    sql::insert_delivery(tx, organization, webhook, (id, position), event, &body.to_string(), ctx.now()).await?;
    Ok(id)
}

/// The job that delivers what waits for a hook, or one delivery of it.
pub fn job(webhook: WebhookId, delivery: Option<WebhookDeliveryId>) -> NewJob {
    let payload = json!({ "webhook": webhook, "delivery": delivery });
    NewJob::new(DeliverJob::KIND, "Tell a webhook what happened", payload).priority(5).attempts(10)
}

/// One job at a time waits to deliver for a hook.
pub fn key(webhook: WebhookId) -> String {
    format!("{}:{webhook}", DeliverJob::KIND)
}
