//! Values as pages, clients and the search index read them.

use super::layers::{self, Known};
use super::{annotator_of, fields, holds, sql, stored, sums};
use crate::{Ctx, Deployment, catalog};
use chorale_model::curation::{Curation, CurationAction, Reverted};
use chorale_model::harmonize::{DatasetValues, Hold, Layer, SampleValues, Value, ValueState};
use chorale_model::{DatasetId, Fault, OrganizationId, SampleId, Time};
use std::collections::HashMap;

/// Every value of a sample that the asker sees, those that wait for review too.
pub async fn sample_values(ctx: &Ctx, sample: SampleId) -> Result<SampleValues, Fault> {
    let found = catalog::load_sample(ctx, sample).await?;
    let known = layers::known(ctx.db(), found.owner, &[sample]).await?.remove(&sample);
    let own = ctx.scope == Some(found.owner);
    let holds = if own { holds::list(ctx.db(), found.owner, found.collection).await? } else { Vec::new() };
    Ok(shown(sample, found.accession, known, own, &holds))
}

/// The same for samples of a dataset, such as a page of its table, in the order asked for; what the dataset does not hold
/// is left out.
pub async fn list_sample_values(
    ctx: &Ctx,
    dataset: DatasetId,
    samples: &[SampleId],
) -> Result<Vec<SampleValues>, Fault> {
    let found = catalog::load_dataset(ctx, dataset).await?;
    let named = sql::list_named(ctx.db(), found.owner, dataset, samples).await?;
    let accessions: HashMap<SampleId, String> = named.into_iter().collect();
    let wanted: Vec<SampleId> = samples.iter().copied().filter(|id| accessions.contains_key(id)).collect();
    let mut known = layers::known(ctx.db(), found.owner, &wanted).await?;
    let own = ctx.scope == Some(found.owner);
    let holds = if own { holds::list(ctx.db(), found.owner, found.collection).await? } else { Vec::new() };
    let of = |sample: &SampleId| shown(*sample, accessions[sample].clone(), known.remove(sample), own, &holds);
    Ok(wanted.iter().map(of).collect())
}

/// Every value of samples of an organization, for rooms that decide about them.
pub async fn values_of_samples(
    ctx: &Ctx,
    owner: OrganizationId,
    samples: &[SampleId],
) -> Result<HashMap<SampleId, Vec<Value>>, Fault> {
    let known = layers::known(ctx.db(), owner, samples).await?.into_iter();
    let values = |known: Known| known.values.into_iter().map(|value| value.value(&known.version)).collect();
    Ok(known.map(|(sample, known)| (sample, values(known))).collect())
}

/// `own`: the sample is the asker's organization's.
fn shown(sample: SampleId, accession: String, known: Option<Known>, own: bool, holds: &[Hold]) -> SampleValues {
    let (values, annotated_at): (Vec<Value>, _) = match known {
        None => (Vec::new(), None),
        Some(known) => {
            let values = known.values.into_iter().map(|value| value.value(&known.version));
            let values = if own { values.collect() } else { values.map(without_people).collect() };
            (values, known.annotated_at.map(Time))
        }
    };
    let in_question = |hold: &&Hold| {
        let by_it = |value: &Value| value.field == hold.field && annotator_of(&value.version) == hold.annotator;
        values.iter().any(|value| value.accepted && value.layer == Layer::Automatic && by_it(value))
    };
    let in_question = holds.iter().filter(in_question).cloned().collect();
    SampleValues { sample, accession, values, annotated_at, in_question }
}

/// Another organization sees that a person decided and when; who it was and their words are nobody else's business.
fn without_people(value: Value) -> Value {
    let quiet = |one: Box<Curation>| {
        let reverted =
            one.reverted.as_ref().map(|back| Reverted { by: String::new(), at: back.at, why: String::new() });
        Box::new(Curation { title: String::new(), why: String::new(), by: None, note: String::new(), reverted, ..*one })
    };
    let sent = value.curation.as_ref().is_some_and(|one| one.action == CurationAction::Review);
    let reason = if sent { Some("a person sent it to review".to_owned()) } else { value.reason };
    Value { curation: value.curation.map(quiet), reason, ..value }
}

/// What the samples of a dataset say together, with whether the series' own text says it too: every value of each field.
pub async fn dataset_values(ctx: &Ctx, dataset: DatasetId) -> Result<DatasetValues, Fault> {
    let found = catalog::load_dataset(ctx, dataset).await?;
    let fields = fields::load(ctx.db(), found.owner, found.collection).await?.fields;
    Ok(sums::add_up(&ctx.app, found.owner, dataset, usize::MAX).await?.shown(dataset, &fields))
}

/// The same with the commonest values alone, as the dataset's page shows it: at once, unless values changed a moment ago.
pub async fn dataset_overview(ctx: &Ctx, dataset: DatasetId) -> Result<DatasetValues, Fault> {
    let found = catalog::load_dataset(ctx, dataset).await?;
    let fields = fields::load(ctx.db(), found.owner, found.collection).await?.fields;
    let sums = match sums::find(&ctx.app, found.owner, dataset).await? {
        Some(kept) => kept,
        None => sums::add_up(&ctx.app, found.owner, dataset, sums::COMMONEST).await?,
    };
    Ok(sums.shown(dataset, &fields))
}

/// An accepted value, as the search index takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexValue {
    pub field: String,
    pub state: ValueState,
    pub term: String,
    pub label: String,
}

/// The accepted values of samples, for the platform's own work.
pub async fn values_for_index(
    app: &Deployment,
    organization: OrganizationId,
    samples: &[SampleId],
) -> Result<HashMap<SampleId, Vec<IndexValue>>, Fault> {
    let mut all = HashMap::with_capacity(samples.len());
    for (sample, known) in layers::known(&app.db, organization, samples).await? {
        let accepted = known.values.into_iter().map(|value| value.said).filter(stored::Stored::accepted);
        let values = accepted.map(|value| IndexValue {
            field: value.field,
            state: value.state,
            term: value.term,
            label: value.label,
        });
        all.insert(sample, values.collect());
    }
    Ok(all)
}
