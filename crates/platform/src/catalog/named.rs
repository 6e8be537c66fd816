//! Samples by what people call them, for the platform's own work.

use super::sql::samples as sql;
use crate::Deployment;
use chorale_model::{CollectionId, Fault, OrganizationId, SampleId};
use std::collections::HashMap;

/// A sample with the accessions of the datasets that hold it now.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedSample {
    pub id: SampleId,
    pub accession: String,
    pub collection_name: String,
    pub datasets: Vec<String>,
}

/// Samples by their ids; those that are not the organization's are left out.
pub async fn named_samples(
    app: &Deployment,
    organization: OrganizationId,
    ids: &[SampleId],
) -> Result<HashMap<SampleId, NamedSample>, Fault> {
    let rows = sql::list_named(&app.db, organization, ids).await?;
    with_datasets(app, organization, rows).await
}

/// Samples of a collection by their accessions. An accession that is no public one may be that of several datasets' samples.
pub async fn samples_by_accession(
    app: &Deployment,
    organization: OrganizationId,
    collection: CollectionId,
    accessions: &[String],
) -> Result<HashMap<String, Vec<NamedSample>>, Fault> {
    let rows = sql::list_by_accession(&app.db, organization, collection, accessions).await?;
    let mut all: HashMap<String, Vec<NamedSample>> = HashMap::new();
    for (_, sample) in with_datasets(app, organization, rows).await? {
        all.entry(sample.accession.clone()).or_default().push(sample);
    }
    Ok(all)
}

async fn with_datasets(
    app: &Deployment,
    organization: OrganizationId,
    rows: Vec<(SampleId, String, String)>,
) -> Result<HashMap<SampleId, NamedSample>, Fault> {
    let ids: Vec<SampleId> = rows.iter().map(|(id, ..)| *id).collect();
    let named =
        |(id, accession, collection_name)| (id, NamedSample { id, accession, collection_name, datasets: Vec::new() });
    let mut all: HashMap<SampleId, NamedSample> = rows.into_iter().map(named).collect();
    for (sample, dataset) in sql::list_datasets_of(&app.db, organization, &ids).await? {
        if let Some(named) = all.get_mut(&sample) {
            named.datasets.push(dataset);
        }
    }
    Ok(all)
}
