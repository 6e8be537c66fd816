//! The registry: models of every kind under names, their numbered versions with artifacts and evaluations, and the
//! aliases by which others find them. Owns the tables of models in `0010_registry.sql` and `0030_registered_sources.sql`,
//! and those of `0033_promotions.sql`. Of a version only its words, tags, stage, evaluations and aliases change; a number is given once. It must never look into an
//! artifact: what its bytes mean is known by the room that trains and loads the kind.
//!
//! Start at [`create_version`] to write, at [`find_promoted`] and [`artifact`] to use a model.

mod artifacts;
mod bringing;
mod change;
mod history;
mod models;
mod names;
mod promotions;
mod protect;
mod registered;
mod sql;
mod versions;

pub use artifacts::{Content, NewArtifact, artifact};
pub use bringing::{BringModel, BringVersion, bring_model, bring_version};
pub use change::least_role;
pub use history::list_history;
pub use models::{
    LATEST, REGISTERED, WithNewest, check_filter, create_model, delete_model, delete_model_tag, describe_model,
    find_aliased, newest_versions, rename_model, search_models, search_versions, set_model_tag,
};
pub use promotions::{
    MayAnswer, approve_promotion, count_promotions, list_promotions, load_promotion, may_answer, promote,
    promote_or_ask, reject_promotion, remove_alias, remove_alias_or_ask, withdraw_promotion,
};
pub use protect::{list_protected, protect_aliases};
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
use chorale_model::registry::{ModelVersion, RegisteredModel, Source};
use chorale_model::{Fault, OrganizationId, Role};

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
