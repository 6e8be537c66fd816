//! What the samples of a dataset say together. Adding up 100,000 of them takes a third of a second, so the jobs that change
//! values keep the commonest of each field beside the dataset; they hold as long as nothing changed since. Where they
//! don't, whoever looks adds up anew.

use super::layers::{Held, held};
use super::{sql, stored};
use crate::jobs::Running;
use crate::{Deployment, catalog, curation};
use chorale_model::fields::Field;
use chorale_model::harmonize::{DatasetField, DatasetValue, DatasetValues, Evidence, Layer, OtherValues, ValueState};
use chorale_model::{DatasetId, Fault, OrganizationId, SampleId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many values of a field are kept: as many as a page shows.
pub const COMMONEST: usize = 35;
/// Rows of a dataset that are read at once.
const BATCH: i64 = 2_000;

/// By the name of the field: a collection's fields, their order and their labels may change without it.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    samples: i64,
    annotated: i64,
    fields: BTreeMap<String, FieldSums>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct FieldSums {
    /// With a value.
    samples: i64,
    values: Vec<DatasetValue>,
    others: OtherValues,
}

impl Sums {
    pub fn shown(mut self, dataset: DatasetId, fields: &[Field]) -> DatasetValues {
        let shown = |field: &Field| {
            let sums = self.fields.remove(&field.name)?;
            Some(DatasetField {
                field: field.name.clone(),
                label: field.label.clone(),
                values: sums.values,
                others: sums.others,
                without: self.samples - sums.samples,
            })
        };
        let fields = fields.iter().filter_map(shown).collect();
        DatasetValues { dataset, samples: self.samples, annotated: self.annotated, fields }
    }
}

/// Adds up the samples of a dataset's current version; at most `most` values of each field are listed.
pub async fn add_up(app: &Deployment, owner: OrganizationId, dataset: DatasetId, most: usize) -> Result<Sums, Fault> {
    let stated: HashSet<(String, String)> = match sql::find_dataset(&app.db, owner, dataset).await? {
        None => HashSet::new(),
        Some(row) => stored::read(&row.stated)?.into_iter().map(|value| (value.field, value.term)).collect(),
    };
    let (mut all, mut sums, mut after) = (BTreeMap::new(), Sums::default(), -1);
    loop {
        let rows = sql::list_members(&app.db, owner, dataset, after, BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = last.position;
        let ids: Vec<SampleId> = rows.iter().map(|row| SampleId(row.sample)).collect();
        let curations = curation::of_samples(&app.db, owner, &ids).await?;
        for row in rows {
            sums.samples += 1;
            let sample = SampleId(row.sample);
            let decided = curations.get(&sample);
            let said = match &row.found {
                None if decided.is_none() => continue,
                None => Vec::new(),
                Some(text) => stored::read(text)?,
            };
            sums.annotated += 1;
            add(&mut all, sample, held(said, decided), &row.annotator_version.unwrap_or_default());
        }
    }
    sums.fields = all.into_iter().map(|(field, sum)| (field.clone(), sum.answer(&field, &stated, most))).collect();
    Ok(sums)
}

/// Those that were kept, if they still hold.
pub async fn find(app: &Deployment, owner: OrganizationId, dataset: DatasetId) -> Result<Option<Sums>, Fault> {
    let Some(row) = sql::find_sums(&app.db, owner, dataset).await? else { return Ok(None) };
    match row.sums {
        Some(text) if row.holds => {
            serde_json::from_str(&text).map(Some).map_err(|e| Fault::internal("reading the sums of a dataset", e))
        }
        _ => Ok(None),
    }
}

/// Adds up a dataset and keeps it, unless what is kept holds. Values that change meanwhile make the sums worthless:
/// nothing is kept then, because whoever changes values adds up after it.
pub async fn keep(job: &Running, owner: OrganizationId, dataset: DatasetId) -> Result<(), Fault> {
    match behind(job, owner, dataset).await? {
        Some(changes) => keep_of(job, owner, dataset, changes).await,
        None => Ok(()),
    }
}

/// How often values were written, where what is kept does not know it all.
pub async fn behind(job: &Running, owner: OrganizationId, dataset: DatasetId) -> Result<Option<i64>, Fault> {
    match sql::find_sums(&job.ctx.app.db, owner, dataset).await? {
        Some(row) if row.holds => Ok(None),
        Some(row) => Ok(Some(row.changes)),
        None => {
            job.write(move |tx| Box::pin(async move { sql::count_change(tx, owner, [dataset]).await })).await?;
            Ok(Some(1))
        }
    }
}

/// Adds up a dataset and keeps it, if values were written so often and not once more.
pub async fn keep_of(job: &Running, owner: OrganizationId, dataset: DatasetId, changes: i64) -> Result<(), Fault> {
    let app = &job.ctx.app;
    let Some(found) = catalog::dataset_for_index(app, owner, dataset).await? else { return Ok(()) };
    let sums = add_up(app, owner, dataset, COMMONEST).await?;
    let text = serde_json::to_string(&sums).map_err(|e| Fault::internal("writing the sums of a dataset", e))?;
    let version = found.version;
    job.write(move |tx| Box::pin(async move { sql::put_sums(tx, owner, dataset, changes, version, &text).await })).await
}

#[derive(Default)]
struct FieldSum {
    samples: i64,
    /// By state and term.
    values: BTreeMap<(&'static str, String), Sum>,
}

struct Sum {
    state: ValueState,
    label: String,
    samples: i64,
    in_review: i64,
    scores: Vec<f64>,
    methods: BTreeMap<(String, String, Layer), i64>,
    /// By attribute and words.
    evidence: HashMap<(String, String), Said>,
}

struct Said {
    samples: i64,
    /// The first that says it, and where.
    sample: SampleId,
    start: u64,
    end: u64,
}

fn add(sums: &mut BTreeMap<String, FieldSum>, sample: SampleId, values: Vec<Held>, row: &str) {
    let mut counted: HashSet<String> = HashSet::new();
    for value in values {
        let (layer, version) = (value.layer(), value.version(row).to_owned());
        let value = value.said;
        let accepted = value.accepted();
        let field = sums.entry(value.field.clone()).or_default();
        field.samples += i64::from(counted.insert(value.field));
        let sum = field.values.entry((value.state.name(), value.term)).or_insert_with(|| Sum {
            state: value.state,
            label: value.label.clone(),
            samples: 0,
            in_review: 0,
            scores: Vec::new(),
            methods: BTreeMap::new(),
            evidence: HashMap::new(),
        });
        sum.samples += 1;
        sum.in_review += i64::from(!accepted);
        sum.scores.push(value.score);
        *sum.methods.entry((value.method, version, layer)).or_default() += 1;
        if let Some((attribute, start, end, text)) = value.evidence {
            let first = Said { samples: 0, sample, start, end };
            sum.evidence.entry((attribute, text)).or_insert(first).samples += 1;
        }
    }
}

impl FieldSum {
    fn answer(self, field: &str, stated: &HashSet<(String, String)>, most: usize) -> FieldSums {
        let mut values: Vec<((&'static str, String), Sum)> = self.values.into_iter().collect();
        values.sort_by(|((_, a), m), ((_, b), n)| n.samples.cmp(&m.samples).then_with(|| a.cmp(b)));
        let rest = values.split_off(most.min(values.len()));
        let others = OtherValues { values: rest.len() as i64, samples: rest.iter().map(|(_, sum)| sum.samples).sum() };
        let values = values.into_iter().map(|((_, term), sum)| sum.answer(field, term, stated)).collect();
        FieldSums { samples: self.samples, values, others }
    }
}

impl Sum {
    fn answer(mut self, field: &str, term: String, stated: &HashSet<(String, String)>) -> DatasetValue {
        self.scores.sort_by(f64::total_cmp);
        let commonest = self.methods.into_iter().max_by_key(|(_, count)| *count).map(|(of, _)| of);
        let (method, version, layer) = commonest.unwrap_or_else(|| (String::new(), String::new(), Layer::Automatic));
        let commonest =
            self.evidence.into_iter().max_by(|(a, m), (b, n)| m.samples.cmp(&n.samples).then_with(|| b.cmp(a)));
        DatasetValue {
            state: self.state,
            label: self.label,
            samples: self.samples,
            in_review: self.in_review,
            stated: stated.contains(&(field.to_owned(), term.clone())),
            term,
            score: self.scores.get(self.scores.len() / 2).copied().unwrap_or(0.0),
            method,
            version,
            layer,
            sample: commonest.as_ref().map(|(_, said)| said.sample),
            evidence: commonest.map(|((attribute, text), said)| Evidence {
                attribute: Some(attribute).filter(|key| !key.is_empty()),
                start: said.start,
                end: said.end,
                text,
            }),
        }
    }
}
