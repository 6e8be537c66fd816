//! The sample that shows a question: one that still waits. Gathering chooses it; an answer about that sample alone settles it
//! before gathering has come round.

use super::question::Said;
use super::sql;
use crate::{Ctx, catalog, harmonize};
use chorale_model::harmonize::Value;
use chorale_model::review::{ReviewFilter, ReviewValue};
use chorale_model::{Fault, OrganizationId, SampleId};

/// Samples that are read at once.
const SAMPLES: i64 = 500;

/// Whether a value is what a question asks about.
pub fn is_asked(question: &ReviewValue, value: &Value) -> bool {
    value.field == question.field && value.term == question.term && value.state == question.state
}

/// The same question, shown by a sample on which it waits, if it waits on any.
pub async fn by_waiting(
    ctx: &Ctx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: ReviewValue,
) -> Result<ReviewValue, Fault> {
    let known = harmonize::sample_values(ctx, question.sample).await?.values;
    if question.waiting == 0 || known.iter().any(|value| is_asked(&question, value) && !value.accepted) {
        return Ok(question);
    }
    for dataset in sql::list_waiting_datasets(ctx.db(), organization, filter, question.id).await? {
        let Some(of) = catalog::dataset_for_index(&ctx.app, organization, dataset).await? else { continue };
        let mut after = -1;
        while let Some((last, samples)) =
            harmonize::read_samples(&ctx.app, organization, dataset, after, SAMPLES).await?
        {
            after = last;
            let asks = |sample: &harmonize::ReadSample| {
                sample.values.iter().any(|value| {
                    is_asked(&question, value)
                        && !value.accepted
                        && Said::of(&sample.attributes, value, &of.accession).id(value) == question.id.0
                })
            };
            let found: Option<SampleId> = samples.iter().find(|sample| asks(sample)).map(|sample| sample.id);
            if let Some(sample) = found {
                return Ok(ReviewValue { sample, dataset, ..question });
            }
        }
    }
    Ok(question)
}
