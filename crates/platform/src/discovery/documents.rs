//! From the catalog's rows to the engine's documents: which words a thing is found by, and which facets count it.

use super::publish::Step;
use super::words::Harmonized;
use crate::catalog::{self, Change, IndexDataset, IndexSample};
use crate::jobs::Running;
use chorale_model::catalog::RawAttribute;
use chorale_model::{DatasetId, Fault, OrganizationId, SampleId};
use chorale_search::{Doc, Kind};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::mpsc;

/// Samples read from SQL at once.
const BATCH: i64 = 500;

type Sender = mpsc::Sender<Step>;

/// Sends every document that `changes` touch, and what has to go. `send` is closed at the end.
pub async fn send_all(job: &Running, feed: &str, changes: Vec<Change>, send: Sender) -> Result<(), Fault> {
    let datasets = datasets_of(job, changes).await?;
    let total = i64::try_from(datasets.len()).unwrap_or(i64::MAX);
    let mut values = Harmonized::new(&job.ctx.app).await?;
    for (done, (organization, id)) in (0..).zip(datasets) {
        job.progress(done, total, "datasets", "indexing").await?;
        send_dataset(job, feed, organization, id, &mut values, &send).await?;
    }
    Ok(())
}

/// A changed collection stands for all its datasets.
async fn datasets_of(job: &Running, changes: Vec<Change>) -> Result<BTreeSet<(OrganizationId, DatasetId)>, Fault> {
    let mut datasets = BTreeSet::new();
    for change in changes {
        if change.kind == "dataset" {
            datasets.insert((change.organization, DatasetId(change.id)));
            continue;
        }
        let id = chorale_model::CollectionId(change.id);
        if let Some(collection) = catalog::collection_for_index(&job.ctx.app, change.organization, id).await? {
            datasets.extend(collection.datasets.into_iter().map(|id| (change.organization, id)));
        }
    }
    Ok(datasets)
}

async fn send_dataset(
    job: &Running,
    feed: &str,
    organization: OrganizationId,
    id: DatasetId,
    values: &mut Harmonized,
    send: &Sender,
) -> Result<(), Fault> {
    let app = &job.ctx.app;
    let found = catalog::dataset_for_index(app, organization, id).await?;
    // A dataset whose collection went to the other feed leaves this one.
    let (here, away) = match found {
        Some(dataset) if dataset.feed() == feed => (Some(dataset), None),
        other => (None, other),
    };
    match &here {
        Some(dataset) => put(send, vec![dataset_document(dataset)]).await?,
        None => tell(send, Step::Remove(Kind::Dataset, id.to_string())).await?,
    }
    let mut studies = Studies::default();
    let mut after = -1;
    loop {
        let samples = catalog::samples_for_index(app, organization, id, after, BATCH).await?;
        let Some(last) = samples.last() else { break };
        after = last.position;
        match (&here, &away) {
            (Some(dataset), _) => {
                values.read(app, organization, samples.iter().map(|sample| sample.id)).await?;
                let mut batch = Vec::with_capacity(samples.len());
                for sample in samples {
                    let of = studies.of(job, organization, dataset, &sample).await?;
                    batch.push(Doc { terms: values.terms(sample.id), ..sample_document(dataset, &sample, &of) });
                }
                put(send, batch).await?;
            }
            (None, _) => {
                for sample in samples {
                    tell(send, Step::Remove(Kind::Sample, sample.id.to_string())).await?;
                }
            }
        }
        job.progress(after, 0, "samples", "indexing").await?;
    }
    send_left(job, feed, organization, id, &mut studies, values, send).await
}

/// Samples that an earlier version held: rewritten where another dataset holds them still, removed where none does.
async fn send_left(
    job: &Running,
    feed: &str,
    organization: OrganizationId,
    id: DatasetId,
    studies: &mut Studies,
    values: &mut Harmonized,
    send: &Sender,
) -> Result<(), Fault> {
    let mut after: Option<SampleId> = None;
    loop {
        let left = catalog::samples_left(&job.ctx.app, organization, id, after, BATCH).await?;
        let Some(last) = left.last() else { return Ok(()) };
        after = Some(last.id);
        values.read(&job.ctx.app, organization, left.iter().map(|sample| sample.id)).await?;
        for sample in left {
            let holder = sample.still.as_ref().and_then(|still| still.datasets.first()).map(|holder| holder.id);
            let holder = match holder {
                Some(holder) => catalog::dataset_for_index(&job.ctx.app, organization, holder).await?,
                None => None,
            };
            match (sample.still, holder) {
                (Some(still), Some(dataset)) if dataset.feed() == feed => {
                    let of = studies.of(job, organization, &dataset, &still).await?;
                    let document = sample_document(&dataset, &still, &of);
                    put(send, vec![Doc { terms: values.terms(sample.id), ..document }]).await?;
                }
                _ => tell(send, Step::Remove(Kind::Sample, sample.id.to_string())).await?,
            }
        }
    }
}

async fn put(send: &Sender, batch: Vec<Doc>) -> Result<(), Fault> {
    tell(send, Step::Put(batch)).await
}

async fn tell(send: &Sender, step: Step) -> Result<(), Fault> {
    // The writer's own fault is the one to report; this one only ends the reading.
    send.send(step).await.map_err(|_| Fault::internal("writing the search index", "the writer stopped"))
}

/// What samples inherit from the studies that hold them; each study is read once.
#[derive(Default)]
struct Studies(BTreeMap<DatasetId, Vec<(String, String)>>);

impl Studies {
    async fn of(
        &mut self,
        job: &Running,
        organization: OrganizationId,
        dataset: &IndexDataset,
        sample: &IndexSample,
    ) -> Result<Vec<(String, String)>, Fault> {
        let mut inherited = Vec::new();
        for sibling in &sample.datasets {
            if let Some(known) = self.0.get(&sibling.id) {
                inherited.extend(known.iter().cloned());
                continue;
            }
            let facets = if sibling.id == dataset.id {
                study_facets(dataset)
            } else {
                let other = catalog::dataset_for_index(&job.ctx.app, organization, sibling.id).await?;
                other.map(|other| study_facets(&other)).unwrap_or_default()
            };
            inherited.extend(facets.iter().cloned());
            self.0.insert(sibling.id, facets);
        }
        inherited.sort();
        inherited.dedup();
        Ok(inherited)
    }
}

fn facet(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// Facets that a study gives to its samples too.
fn study_facets(dataset: &IndexDataset) -> Vec<(String, String)> {
    let mut facets = vec![facet("study", &dataset.accession)];
    facets.extend(values(&dataset.attributes, "type").map(|value| facet("study_type", value)));
    facets
}

fn dataset_document(dataset: &IndexDataset) -> Doc {
    let mut facets = study_facets(dataset);
    facets.push(facet("collection", dataset.collection.to_string()));
    facets.push(facet("platform", &dataset.platform));
    facets.extend(dataset.organisms.iter().map(|organism| facet("organism", organism)));
    facets.extend(year(&dataset.attributes));
    facets.extend(country(&dataset.attributes));
    unique(&mut facets);
    let mut links = vec![dataset.accession.clone(), dataset.platform.clone()];
    links.extend(dataset.relations.iter().map(|(_, target)| target.clone()));
    let said = |attribute: &&RawAttribute| !matches!(plain(&attribute.key), "title" | "summary" | "sample_id");
    Doc {
        kind: Kind::Dataset,
        id: dataset.id.to_string(),
        owner: dataset.organization.to_string(),
        collection: dataset.collection.to_string(),
        accession: dataset.accession.clone(),
        title: dataset.title.clone(),
        summary: dataset.summary.clone(),
        attributes: pairs(dataset.attributes.iter().filter(said)),
        facets,
        terms: Vec::new(),
        links,
        date: Some(dataset.updated_at.0),
        sample_count: u64::try_from(dataset.samples).unwrap_or(0),
    }
}

fn sample_document(dataset: &IndexDataset, sample: &IndexSample, studies: &[(String, String)]) -> Doc {
    let mut facets = studies.to_vec();
    facets.push(facet("collection", dataset.collection.to_string()));
    facets.push(facet("platform", &sample.platform));
    facets.extend(sample.organisms.iter().map(|organism| facet("organism", organism)));
    for name in ["molecule_ch1", "molecule_ch2"] {
        facets.extend(values(&sample.attributes, name).map(|value| facet("molecule", value)));
    }
    facets.extend(values(&sample.attributes, "library_strategy").map(|value| facet("library_strategy", value)));
    facets.extend(values(&sample.attributes, "channel_count").map(|value| facet("channels", value)));
    facets.extend(sample.attributes.iter().filter_map(characteristic).map(|(key, _)| facet("attribute", key)));
    facets.extend(year(&sample.attributes));
    facets.extend(country(&sample.attributes));
    facets.retain(|(_, value)| !value.is_empty());
    unique(&mut facets);
    let mut links: Vec<String> = sample.datasets.iter().map(|of| of.accession.clone()).collect();
    links.push(sample.platform.clone());
    Doc {
        kind: Kind::Sample,
        id: sample.id.to_string(),
        owner: dataset.organization.to_string(),
        collection: dataset.collection.to_string(),
        accession: sample.accession.clone(),
        title: sample.title.clone(),
        summary: String::new(),
        attributes: pairs(sample.attributes.iter().filter(|attribute| plain(&attribute.key) != "title")),
        facets,
        terms: Vec::new(),
        links,
        date: Some(sample.updated_at.0),
        sample_count: 1,
    }
}

/// SOFT says whose attribute it is (`Sample_molecule_ch1`), a table of samples does not (`molecule_ch1`): one name here.
fn plain(key: &str) -> &str {
    ["Sample_", "Series_", "Platform_"].into_iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key)
}

/// `characteristics_ch1 = tissue: liver` is found as `tissue:liver`; other attributes under their own key.
fn pairs<'a>(attributes: impl Iterator<Item = &'a RawAttribute>) -> Vec<(String, String)> {
    attributes
        .filter(|attribute| !attribute.value.is_empty())
        .map(|attribute| {
            characteristic(attribute).unwrap_or_else(|| (plain(&attribute.key).to_owned(), attribute.value.clone()))
        })
        .collect()
}

/// Key and value of a characteristic, the key in lower case so that `Tissue` and `tissue` are one.
fn characteristic(attribute: &RawAttribute) -> Option<(String, String)> {
    if !plain(&attribute.key).starts_with("characteristics") {
        return None;
    }
    let (key, value) = attribute.value.split_once(':')?;
    let key = key.trim().to_lowercase();
    // A sentence with a colon is no key.
    if key.is_empty() || key.chars().count() > 40 { None } else { Some((key, value.trim().to_owned())) }
}

fn values<'a>(attributes: &'a [RawAttribute], key: &'a str) -> impl Iterator<Item = String> + 'a {
    attributes
        .iter()
        .filter(move |attribute| plain(&attribute.key) == key)
        .map(|attribute| attribute.value.trim().to_owned())
}

/// The year of submission: GEO writes `Nov 21 2006`.
fn year(attributes: &[RawAttribute]) -> Option<(String, String)> {
    let date = values(attributes, "submission_date").next()?;
    let year = date.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 4)?;
    Some(facet("year", year))
}

fn country(attributes: &[RawAttribute]) -> Option<(String, String)> {
    values(attributes, "contact_country").next().filter(|value| !value.is_empty()).map(|value| facet("country", value))
}

fn unique(facets: &mut Vec<(String, String)>) {
    facets.sort();
    facets.dedup();
}
