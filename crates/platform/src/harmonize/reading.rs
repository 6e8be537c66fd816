//! Samples with what their source said and with their values, for rooms that derive something from both.

use super::jobs::home;
use super::{layers, sql};
use crate::{Deployment, catalog};
use chorale_model::catalog::RawAttribute;
use chorale_model::harmonize::Value;
use chorale_model::{DatasetId, Fault, OrganizationId, SampleId};
use std::collections::HashMap;

/// What is known of a sample.
pub struct ReadSample {
    pub id: SampleId,
    /// In the dataset that was read.
    pub position: i64,
    pub accession: String,
    /// As an annotator reads them: the title is one.
    pub attributes: Vec<RawAttribute>,
    pub values: Vec<Value>,
}

/// Samples of a dataset behind a position (-1 at first) with the position of the last; None behind the last. Of samples
/// that several datasets hold only those that are at home in this one.
pub async fn read_samples(
    app: &Deployment,
    organization: OrganizationId,
    dataset: DatasetId,
    after: i64,
    limit: i64,
) -> Result<Option<(i64, Vec<ReadSample>)>, Fault> {
    let mut samples = catalog::samples_for_index(app, organization, dataset, after, limit).await?;
    let Some(position) = samples.last().map(|sample| sample.position) else { return Ok(None) };
    samples.retain(|sample| home(&sample.datasets).is_none_or(|home| home.id == dataset));
    let ids: Vec<SampleId> = samples.iter().map(|sample| sample.id).collect();
    let mut known = layers::known(&app.db, organization, &ids).await?;
    let read = |sample: catalog::IndexSample| {
        let values = match known.remove(&sample.id) {
            Some(known) => known.values.into_iter().map(|value| value.value(&known.version)).collect(),
            None => Vec::new(),
        };
        let mut attributes = sample.attributes;
        if !attributes.iter().any(|attribute| super::items::is_title(&attribute.key)) {
            attributes.insert(0, RawAttribute { key: "title".to_owned(), value: sample.title });
        }
        ReadSample { id: sample.id, position: sample.position, accession: sample.accession, attributes, values }
    };
    Ok(Some((position, samples.into_iter().map(read).collect())))
}

/// The values of samples of the organization's own, those that wait for review too.
pub async fn values_of(
    app: &Deployment,
    organization: OrganizationId,
    samples: &[SampleId],
) -> Result<HashMap<SampleId, Vec<Value>>, Fault> {
    let known = layers::known(&app.db, organization, samples).await?;
    let values = |known: layers::Known| known.values.into_iter().map(|value| value.value(&known.version)).collect();
    Ok(known.into_iter().map(|(sample, known)| (sample, values(known))).collect())
}

/// Organizations that may have values, for work that is nobody's alone.
pub async fn organizations(app: &Deployment) -> Result<Vec<OrganizationId>, Fault> {
    sql::list_organizations(&app.db).await
}

/// Datasets with values, and how often these were written: who derives something from them compares.
pub async fn changes(app: &Deployment, organization: OrganizationId) -> Result<Vec<(DatasetId, i64)>, Fault> {
    sql::list_changes(&app.db, organization).await
}
