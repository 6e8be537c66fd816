//! The registry: models of every kind under names, their numbered versions with artifacts and evaluations, and the
//! aliases by which others find them. Owns the tables of models in `0010_registry.sql` and `0030_registered_sources.sql`. Of a
//! version only its words, tags, stage, evaluations and aliases change; a number is given once. It must never look into an
//! artifact: what its bytes mean is known by the room that trains and loads the kind.
//!
//! Start at [`create_version`] to write, at [`find_promoted`] and [`artifact`] to use a model.

mod artifacts;
mod change;
mod history;
mod models;
mod names;
mod registered;
mod sql;
mod versions;

use change::{Model, change};

pub use artifacts::{Content, NewArtifact, artifact};
pub use change::least_role;
pub use history::list_history;
pub use models::{
    LATEST, REGISTERED, WithNewest, check_filter, create_model, delete_model, delete_model_tag, describe_model,
    find_aliased, newest_versions, remove_alias, rename_model, search_models, search_versions, set_model_tag,
};
pub use registered::{
    NewSource, delete_registered_version, delete_version_tag, describe_version, register_source, set_stage,
    set_version_tag,
};
pub use versions::{
    NewVersion, Proposal, create_version, delete_version, find_of_job, list_versions, load_version, propose_version,
    record_evaluation,
};

use crate::db::Target;
use crate::{Ctx, Deployment, listeners};
use chorale_model::registry::{ModelVersion, Promote, RegisteredModel, Source};
use chorale_model::{Fault, OrganizationId, Role};
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

/// Names of the platform's own models, which nobody else's model may have.
pub struct Reserved(pub &'static [&'static str]);

/// Who hears of a promotion of a model of the platform.
pub type Listeners = listeners::Listeners<Promoted>;

pub async fn load_model(ctx: &Ctx, name: &str) -> Result<RegisteredModel, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::find_model(ctx.db(), organization, name).await?.ok_or_else(|| Fault::missing("model", name))
}

/// Points an alias at a version: whoever works by the alias uses that version from now on. A challenger that becomes the
/// champion challenges no more.
pub async fn promote(ctx: &Ctx, name: &str, input: Promote) -> Result<ModelVersion, Fault> {
    let alias = names::alias(&input.alias)?;
    let version = input.version;
    change(ctx, name, Some(version), move |tx, model| {
        Box::pin(async move {
            let Model { ctx, organization, name, kind } = model;
            let organization = *organization;
            let before = sql::find_alias(&mut *tx, organization, name, &alias).await?;
            if before == Some(version) {
                return Ok(((), None));
            }
            sql::put_alias(tx, organization, name, &alias, version, ctx.now(), &ctx.actor_name()).await?;
            if alias == CHAMPION && sql::find_alias(&mut *tx, organization, name, CHALLENGER).await? == Some(version) {
                sql::delete_alias(tx, organization, name, CHALLENGER).await?;
            }
            let detail = json!({ "alias": alias, "version": version, "before": before });
            if kind != models::REGISTERED {
                let promoted = Promoted { organization, name: name.clone(), alias, version };
                listeners::tell(tx, ctx, &promoted).await?;
            }
            Ok(((), Some(("model.promoted", detail))))
        })
    })
    .await?;
    load_version(ctx, name, version).await
}

/// What the organization's versions were made from, for whoever removes runs and logged models.
pub async fn list_sources(on: impl Into<Target<'_>>, organization: OrganizationId) -> Result<Vec<Source>, Fault> {
    sql::list_sources(on, organization).await
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
