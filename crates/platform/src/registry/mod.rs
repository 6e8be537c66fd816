//! The registry: models of every kind under names, their numbered versions with artifacts and evaluations, and the
//! aliases by which others find them. Owns the tables of models in `0010_registry.sql` and `0030_registered_sources.sql`. A version is immutable but for
//! its evaluations and aliases; a number is given once. It must never look into an artifact: what its bytes mean is
//! known by the room that trains and loads the kind.
//!
//! Start at [`create_version`] to write, at [`find_promoted`] and [`artifact`] to use a model.

mod artifacts;
mod models;
mod names;
mod registered;
mod sql;
mod versions;

pub use artifacts::{Content, NewArtifact, artifact};
pub use models::{
    WithNewest, create_model, delete_model, delete_model_tag, describe_model, load_aliased, newest_versions,
    remove_alias, rename_model, search_models, search_versions, set_model_tag,
};
pub use registered::{
    NewSource, delete_registered_version, delete_version_tag, describe_version, register_source, set_stage,
    set_version_tag,
};
pub use versions::{
    NewVersion, Proposal, create_version, delete_version, find_of_job, list_versions, load_version, propose_version,
    record_evaluation,
};

use crate::{Ctx, Deployment, audit, listeners};
use chorale_model::page::PageRequest;
use chorale_model::registry::{ModelVersion, Promote, RegisteredModel};
use chorale_model::{Fault, OrganizationId, Page, Role};
use serde_json::json;

/// The alias whose version does the work.
pub const CHAMPION: &str = "champion";
/// The alias of a version that is proposed to do it.
pub const CHALLENGER: &str = "challenger";
/// The kind whose versions curators promote, who see what they do; those of other kinds are admins' business.
const ANNOTATOR: &str = "annotator";

/// An alias that stands for another version now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promoted {
    pub organization: OrganizationId,
    pub name: String,
    pub alias: String,
    pub version: i64,
}

/// Who hears of a promotion.
pub type Listeners = listeners::Listeners<Promoted>;

/// The organization's models, by name.
pub async fn list_models(ctx: &Ctx, page: PageRequest) -> Result<Page<RegisteredModel>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let models = sql::list_models(ctx.db(), organization, page.cursor.unwrap_or_default(), limit + 1).await?;
    Ok(Page::cut(models, limit, |model| model.name.clone()))
}

pub async fn load_model(ctx: &Ctx, name: &str) -> Result<RegisteredModel, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::find_model(ctx.db(), organization, name).await?.ok_or_else(|| Fault::missing("model", name))
}

/// Points an alias at a version: whoever works by the alias uses that version from now on. A challenger that becomes the
/// champion challenges no more.
pub async fn promote(ctx: &Ctx, name: &str, input: Promote) -> Result<ModelVersion, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    models::may_change(ctx, &load_model(ctx, name).await?.kind)?;
    let alias = names::alias(&input.alias)?;
    let (ctx_, name_, version) = (ctx.clone(), name.to_owned(), input.version);
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                versions::lock(tx, organization, &name_, version).await?;
                let before = sql::find_alias(&mut *tx, organization, &name_, &alias).await?;
                if before == Some(version) {
                    return Ok(());
                }
                let by = ctx_.actor_name();
                sql::put_alias(tx, organization, &name_, &alias, version, ctx_.now(), &by).await?;
                if alias == CHAMPION
                    && sql::find_alias(&mut *tx, organization, &name_, CHALLENGER).await? == Some(version)
                {
                    sql::delete_alias(tx, organization, &name_, CHALLENGER).await?;
                }
                let detail = json!({ "alias": alias, "version": version, "before": before });
                audit::record(tx, &ctx_, "model.promoted", "model", &name_, detail).await?;
                listeners::tell(tx, &ctx_, &Promoted { organization, name: name_, alias, version }).await
            })
        })
        .await?;
    load_version(ctx, name, version).await
}

/// The version that an alias stands for, for the platform's own use.
pub async fn find_promoted(
    app: &Deployment,
    organization: OrganizationId,
    name: &str,
    alias: &str,
) -> Result<Option<ModelVersion>, Fault> {
    match sql::find_alias(&app.db, organization, name, alias).await? {
        Some(version) => versions::find(&app.db, organization, name, version).await,
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests;
