//! Alerts: something is not as it was promised, and somebody of the organization is to look. Owns `alerts`. It must never
//! know what is watched: rooms to the right raise an alert under a topic of theirs, and hear when a person resolves it.
//!
//! Start at [`raise`] for what rooms do, at [`list_alerts`] and [`resolve`] for what people do.

mod answer;
mod sql;

pub use answer::{acknowledge, resolve};

use crate::{Ctx, Tx, listeners};
use chorale_model::alerts::{Alert, AlertFilter, AlertKind};
use chorale_model::page::PageRequest;
use chorale_model::{AlertId, Fault, OrganizationId, Page, Role};

/// An alert to be.
#[derive(Clone, Debug)]
pub struct NewAlert {
    /// What is watched, in the words of whoever watches: `automatic/…`. There is one unresolved alert for each topic.
    pub topic: String,
    pub kind: AlertKind,
    /// What it is about, for people.
    pub subject: String,
    pub message: String,
    /// The page that shows it.
    pub link: String,
    /// The least role that hears of it.
    pub hears: Role,
}

/// A person resolved an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    pub organization: OrganizationId,
    pub topic: String,
}

/// Who hears of it, in the transaction that resolves it.
pub type Listeners = listeners::Listeners<Resolved>;

/// Raises an alert; while one of the topic is unresolved, that one says what was seen last.
pub async fn raise(tx: &mut Tx, ctx: &Ctx, organization: OrganizationId, new: NewAlert) -> Result<(), Fault> {
    sql::put(tx, organization, AlertId(ctx.app.ids.uuid()), &new, ctx.now()).await
}

/// Those that the asker hears of, newest first.
pub async fn list_alerts(ctx: &Ctx, filter: AlertFilter, page: PageRequest) -> Result<Page<Alert>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let found = sql::list(ctx.db(), organization, heard(ctx), filter.state, page.before()?, limit + 1).await?;
    Ok(Page::cut(found, limit, |alert| alert.id.to_string()))
}

/// How many of them nobody resolved yet.
pub async fn count_unresolved(ctx: &Ctx) -> Result<i64, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::count_unresolved(ctx.db(), organization, heard(ctx)).await
}

pub async fn load_alert(ctx: &Ctx, id: AlertId) -> Result<Alert, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let found = sql::find(ctx.db(), organization, heard(ctx), id).await?;
    found.map(|(alert, _)| alert).ok_or_else(|| Fault::missing("alert", id))
}

/// The unresolved alert of a topic, for whoever shows what is watched.
pub async fn find_unresolved(ctx: &Ctx, topic: &str) -> Result<Option<Alert>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::find_unresolved(ctx.db(), organization, heard(ctx), topic).await
}

/// What the asker's role hears of.
fn heard(ctx: &Ctx) -> i64 {
    ctx.role().map_or(-1, rank)
}

fn rank(role: Role) -> i64 {
    match role {
        Role::Scientist => 0,
        Role::Curator => 1,
        Role::Admin => 2,
    }
}

#[cfg(test)]
mod tests;
