//! Delivering: what waits for a hook, one after the other. What is not answered with a 2xx is tried again, later each time;
//! meanwhile what came after it waits, so that a hook hears everything in order. A hook that does not answer for long is
//! switched off with the reason.

use super::hear::{job as job_for, key};
use super::sql::{self, Attempt, Due};
use super::{address, sign};
use crate::jobs::{Handler, Running, enqueue};
use crate::tls;
use chorale_model::webhooks::DeliveryState;
use chorale_model::{Fault, OrganizationId, Time, WebhookDeliveryId, WebhookId};
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Attempts of one delivery.
const ATTEMPTS: i64 = 6;
/// Before the second attempt; it doubles from there.
const PAUSE: i64 = 10 * Time::SECOND;
/// Attempts in a row after which a hook is switched off.
const MOST_FAILURES: i64 = 20;
const CONNECT: Duration = Duration::from_secs(5);
/// For the whole answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How long a job has a hook without a sign of life: longer than an attempt takes.
const HELD: i64 = Time::MINUTE;
/// When it is looked whether another job has finished with a hook.
const SOON: i64 = 2 * Time::SECOND;
/// How long deliveries are remembered.
const REMEMBERED: i64 = 30 * Time::DAY;
/// Deliveries of one job, so that others have their turn.
const AT_ONCE: usize = 200;

#[derive(Deserialize)]
struct Payload {
    webhook: WebhookId,
    delivery: Option<WebhookDeliveryId>,
}

/// Jobs of kind `webhook.deliver`: `{webhook, delivery}` of the job's organization.
pub struct DeliverJob;

impl DeliverJob {
    pub const KIND: &'static str = "webhook.deliver";
}

impl Handler for DeliverJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let organization =
                job.ctx.scope.ok_or_else(|| Fault::internal("telling a webhook", "the job has no organization"))?;
            let Payload { webhook, delivery } = serde_json::from_value(job.payload.clone())
                .map_err(|e| Fault::internal("reading the payload of a delivery", e))?;
            match delivery {
                Some(one) => alone(job, organization, webhook, one).await,
                None => in_turn(job, organization, webhook).await,
            }
        })
    }
}

/// One delivery, out of turn; it does not come again by itself.
async fn alone(
    job: &Running,
    organization: OrganizationId,
    webhook: WebhookId,
    delivery: WebhookDeliveryId,
) -> Result<Value, Fault> {
    let Some(due) = sql::find_due(job.ctx.db(), organization, webhook, delivery).await? else {
        return Ok(json!({ "note": "the webhook is gone" }));
    };
    let tried = attempt(job, &due).await;
    let attempt = Attempt {
        state: if tried.error.is_none() { DeliveryState::Delivered } else { DeliveryState::Failed },
        next_at: None,
        ..tried
    };
    let delivered = attempt.state == DeliveryState::Delivered;
    job.write(move |tx| Box::pin(async move { sql::put_attempt(tx, organization, webhook, &due, &attempt).await }))
        .await?;
    Ok(json!({ "delivered": i64::from(delivered) }))
}

/// One job at a time: what is told meanwhile is found by this one or by the next.
async fn in_turn(job: &Running, organization: OrganizationId, webhook: WebhookId) -> Result<Value, Fault> {
    if !claim(job, organization, webhook).await? {
        again(job, organization, webhook, Some(job.ctx.now().plus(SOON))).await?;
        return Ok(json!({ "note": "another job delivers for this webhook" }));
    }
    let done = deliver(job, organization, webhook).await;
    let id = job.id;
    job.write(move |tx| Box::pin(async move { sql::release(tx, organization, webhook, id).await })).await?;
    done
}

async fn claim(job: &Running, organization: OrganizationId, webhook: WebhookId) -> Result<bool, Fault> {
    let (id, now) = (job.id, job.ctx.now());
    let times = (now, now.plus(HELD));
    job.write(move |tx| Box::pin(async move { sql::claim(tx, organization, webhook, id, times).await })).await
}

async fn deliver(job: &Running, organization: OrganizationId, webhook: WebhookId) -> Result<Value, Fault> {
    let mut delivered = 0;
    for _ in 0..AT_ONCE {
        job.stop.check()?;
        let Some(due) = sql::find_next(job.ctx.db(), organization, webhook).await? else {
            forget(job, organization, webhook).await?;
            return Ok(json!({ "delivered": delivered }));
        };
        if due.next_at.is_some_and(|at| at > job.ctx.now()) {
            again(job, organization, webhook, due.next_at).await?;
            return Ok(json!({ "delivered": delivered }));
        }
        if !claim(job, organization, webhook).await? {
            return Ok(json!({ "delivered": delivered, "note": "the webhook is gone, or another job has it" }));
        }
        let tried = attempt(job, &due).await;
        let failed = tried.error.clone();
        let tries = due.attempts + 1;
        let attempt = match &failed {
            None => Attempt { state: DeliveryState::Delivered, next_at: None, ..tried },
            Some(_) if tries >= ATTEMPTS => Attempt { state: DeliveryState::Failed, next_at: None, ..tried },
            Some(_) => {
                let pause = PAUSE << (tries - 1).clamp(0, 20);
                Attempt { state: DeliveryState::Waiting, next_at: Some(job.ctx.now().plus(pause)), ..tried }
            }
        };
        delivered += i64::from(failed.is_none());
        let failures = if failed.is_none() { 0 } else { due.failures + 1 };
        let off = (failures >= MOST_FAILURES).then(|| {
            let last = failed.clone().unwrap_or_default();
            format!("{failures} attempts in a row failed, the last one because {last}")
        });
        let is_off = off.is_some();
        job.write(move |tx| {
            Box::pin(async move {
                sql::put_attempt(tx, organization, webhook, &due, &attempt).await?;
                sql::put_failures(tx, organization, webhook, failures, off).await
            })
        })
        .await?;
        if is_off {
            tracing::warn!(%webhook, "a webhook does not answer and is switched off");
            return Ok(json!({ "delivered": delivered, "note": "switched off" }));
        }
    }
    again(job, organization, webhook, None).await?;
    Ok(json!({ "delivered": delivered }))
}

/// Another job goes on, at a time or at once.
async fn again(job: &Running, organization: OrganizationId, webhook: WebhookId, at: Option<Time>) -> Result<(), Fault> {
    let ctx = job.ctx.clone();
    job.write(move |tx| {
        Box::pin(async move {
            let next = job_for(webhook, None).once_until_started(key(webhook));
            let next = match at {
                Some(at) => next.at(at),
                None => next,
            };
            enqueue(tx, &ctx, Some(organization), next).await.map(drop)
        })
    })
    .await
}

async fn forget(job: &Running, organization: OrganizationId, webhook: WebhookId) -> Result<(), Fault> {
    let before = job.ctx.now().plus(-REMEMBERED);
    job.write(move |tx| Box::pin(async move { sql::forget(tx, organization, webhook, before).await })).await
}

/// Sends it once.
async fn attempt(job: &Running, due: &Due) -> Attempt {
    let begun = begun();
    let answer = send(job, due).await;
    let took_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (status, error) = match answer {
        Ok(status) if (200..300).contains(&status) => (Some(status), None),
        Ok(status) => (Some(status), Some(format!("the answer was {status}"))),
        Err(why) => (None, Some(why)),
    };
    Attempt { state: DeliveryState::Waiting, status, error, took_ms, next_at: None }
}

/// How long an answer took is told by the machine's own clock, which no test moves.
#[allow(clippy::disallowed_methods)]
fn begun() -> Instant {
    Instant::now()
}

async fn send(job: &Running, due: &Due) -> Result<i64, String> {
    let open = &job.ctx.app.settings.webhook_hosts;
    let url = address::parse(&due.url, open).map_err(|fault| fault.message)?;
    let at = address::resolve(&url, open).await?;
    let host = url.host_str().unwrap_or_default().to_owned();
    tls::prepare();
    let client = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        // A redirect would lead past what was allowed.
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .resolve_to_addrs(&host, &at)
        .user_agent(concat!("chorale/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| format!("no connection can be made: {e}"))?;
    let timestamp = job.ctx.now().0 / Time::SECOND;
    let answer = client
        .post(url)
        .header("Content-Type", "application/json")
        .header("X-Chorale-Event", due.event.name())
        .header("X-Chorale-Delivery", due.id.to_string())
        .header("X-Chorale-Timestamp", timestamp)
        .header("X-Chorale-Signature", sign::signature(&due.secret, timestamp, &due.body))
        .body(due.body.clone())
        .send()
        .await;
    match answer {
        Ok(answer) => Ok(i64::from(answer.status().as_u16())),
        Err(error) if error.is_timeout() => Err("no answer came in time".to_owned()),
        Err(error) => Err(format!("there was no answer: {}", reason(&error))),
    }
}

/// The innermost cause: reqwest's own words only say that a request failed.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
