//! The sample that shows a question: one that still waits. Gathering chooses it; an answer about that sample alone settles it
//! before gathering has come round.

use super::places::Windows;
use super::question::Said;
use super::sql;
use crate::{Ctx, catalog, harmonize};
use chorale_model::harmonize::Value;
use chorale_model::review::{ReviewFilter, ReviewValue};
use chorale_model::{Fault, OrganizationId};

/// Samples that are read at once.
const SAMPLES: i64 = 500;

/// Whether a value is what a question asks about.
pub fn is_asked(question: &ReviewValue, value: &Value) -> bool {
    value.field == question.field && value.term == question.term && value.state == question.state
}

/// The same question, shown by a sample on which it waits, if it waits on any, with that sample's values.
pub async fn by_waiting(
    ctx: &Ctx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: ReviewValue,
) -> Result<(ReviewValue, Vec<Value>), Fault> {
    let mut known = harmonize::values_of(&ctx.app, organization, &[question.sample]).await?;
    let known = known.remove(&question.sample).unwrap_or_default();
    if question.waiting == 0 || known.iter().any(|value| is_asked(&question, value) && !value.accepted) {
        return Ok((question, known));
    }
    for (dataset, places) in sql::list_waiting_datasets(ctx.db(), organization, filter, question.id).await? {
        let Some(of) = catalog::dataset_for_index(&ctx.app, organization, dataset).await? else { continue };
        let mut windows = Windows::of(dataset, [places.as_deref()])?;
        while let Some(samples) = windows.next(&ctx.app, organization, SAMPLES).await? {
            let asks = |sample: &harmonize::ReadSample| {
                sample.values.iter().any(|value| {
                    is_asked(&question, value)
                        && !value.accepted
                        && Said::of(&sample.attributes, value, &of.accession).id(value) == question.id.0
                })
            };
            if let Some(sample) = samples.into_iter().find(asks) {
                return Ok((ReviewValue { sample: sample.id, dataset, ..question }, sample.values));
            }
        }
    }
    Ok((question, known))
}
