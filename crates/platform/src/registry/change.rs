//! How anything of a model is changed: its row is locked before those of its versions, whoever may not change its kind is
//! refused, and what was done stands in the audit log.

use super::{ANNOTATOR, models::REGISTERED, sql, versions};
use crate::{Ctx, Tx, audit};
use chorale_model::{Fault, OrganizationId, Role};
use futures::future::BoxFuture;
use serde_json::Value as Json;

/// Who may change a model of a kind, at the least.
pub fn least_role(kind: &str) -> Role {
    match kind {
        REGISTERED => Role::Scientist,
        ANNOTATOR => Role::Curator,
        _ => Role::Admin,
    }
}

/// A model that is changed, locked until the commit.
pub struct Model {
    pub ctx: Ctx,
    pub organization: OrganizationId,
    pub name: String,
    pub kind: String,
}

impl Model {
    /// Refuses to do to a model of the platform what is only for those that clients register.
    pub fn must_be_registered(&self, why: &str) -> Result<(), Fault> {
        match self.kind == REGISTERED {
            true => Ok(()),
            false => Err(Fault::invalid(format!("\"{}\" is a model of the platform, {why}", self.name))),
        }
    }
}

/// What was done, for the audit log; none where nothing had to be.
pub type Done = Option<(&'static str, Json)>;

/// Changes a model, or a version of it, in one transaction.
pub async fn change<T, F>(ctx: &Ctx, name: &str, version: Option<i64>, work: F) -> Result<T, Fault>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx, &'t Model) -> BoxFuture<'t, Result<(T, Done), Fault>> + Send + 'static,
{
    let organization = ctx.require(Role::Scientist)?;
    let (inner, name) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let kind = sql::change::lock_model(tx, organization, &name).await?;
                let kind = kind.ok_or_else(|| Fault::missing("model", &name))?;
                inner.require(least_role(&kind))?;
                if let Some(version) = version {
                    versions::lock(tx, organization, &name, version).await?;
                }
                let model = Model { ctx: inner, organization, name, kind };
                let (made, done) = work(tx, &model).await?;
                if let Some((action, detail)) = done {
                    // A renamed model is told by the name that it has now.
                    let now = detail.get("name").and_then(Json::as_str).unwrap_or(&model.name);
                    audit::record(tx, &model.ctx, action, "model", now, detail.clone()).await?;
                }
                Ok(made)
            })
        })
        .await
}
