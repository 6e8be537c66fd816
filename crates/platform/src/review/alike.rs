//! How many samples say what one says.

use super::question::Said;
use super::sql;
use crate::Deployment;
use chorale_model::catalog::RawAttribute;
use chorale_model::harmonize::Value;
use chorale_model::{CollectionId, Fault, OrganizationId, QuestionId};

/// The question that a sample's value belongs to, and the samples of the collection that say it, for rooms that settle it.
/// None: it is not gathered, or nobody's source says it.
pub async fn said_alike(
    app: &Deployment,
    organization: OrganizationId,
    collection: CollectionId,
    attributes: &[RawAttribute],
    value: &Value,
    study: &str,
) -> Result<Option<(QuestionId, i64)>, Fault> {
    let id = QuestionId(Said::of(attributes, value, study).id(value));
    let samples = sql::count_samples(&app.db, organization, collection, &value.field, id).await?;
    Ok(samples.map(|samples| (id, samples)))
}
