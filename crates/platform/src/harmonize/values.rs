//! Values as pages, clients and the search index read them.

use super::layers::{self, Held, Known, held};
use super::{State, fields, sql, stored, sums};
use crate::{Ctx, Deployment, catalog, curation};
use chorale_model::catalog::Dataset;
use chorale_model::curation::{Curation, CurationAction, Reverted};
use chorale_model::fields::CollectionFields;
use chorale_model::harmonize::{
    DatasetField, DatasetValue, DatasetValues, Evidence, Layer, SampleValues, Value, ValueState,
};
use chorale_model::{DatasetId, Fault, OrganizationId, SampleId, Time};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Rows of a dataset that are read at once.
const BATCH: i64 = 2_000;

/// Every value of a sample that the asker sees, those that wait for review too.
pub async fn sample_values(ctx: &Ctx, sample: SampleId) -> Result<SampleValues, Fault> {
    let found = catalog::load_sample(ctx, sample).await?;
    let known = layers::known(ctx.db(), found.owner, &[sample]).await?.remove(&sample);
    Ok(shown(sample, found.accession, known, ctx.scope == Some(found.owner)))
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
    let of = |sample: &SampleId| shown(*sample, accessions[sample].clone(), known.remove(sample), own);
    Ok(wanted.iter().map(of).collect())
}

/// `own`: the sample is the asker's organization's.
fn shown(sample: SampleId, accession: String, known: Option<Known>, own: bool) -> SampleValues {
    let (values, annotated_at) = match known {
        None => (Vec::new(), None),
        Some(known) => {
            let values = known.values.into_iter().map(|value| value.value(&known.version));
            let values = if own { values.collect() } else { values.map(without_people).collect() };
            (values, known.annotated_at.map(Time))
        }
    };
    SampleValues { sample, accession, values, annotated_at }
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

/// What the samples of a dataset say together, with whether the series' own text says it too.
pub async fn dataset_values(ctx: &Ctx, dataset: DatasetId) -> Result<Arc<DatasetValues>, Fault> {
    let found = catalog::load_dataset(ctx, dataset).await?;
    let fields = fields::load(ctx.db(), found.owner, found.collection).await?;
    if found.samples < sums::LEAST_SAMPLES {
        return added_up(ctx, &found, fields).await.map(Arc::new);
    }
    let (now, ground) = (ctx.now(), sums::Ground::of(ctx, &found, fields.version).await?);
    let state = ctx.app.room::<State>();
    if let Some(kept) = state.sums.find(dataset, &ground, now) {
        return Ok(kept);
    }
    let values = Arc::new(added_up(ctx, &found, fields).await?);
    state.sums.keep(dataset, ground, now, values.clone());
    Ok(values)
}

async fn added_up(ctx: &Ctx, found: &Dataset, fields: CollectionFields) -> Result<DatasetValues, Fault> {
    let (dataset, fields) = (found.id, fields.fields);
    let stated: HashSet<(String, String)> = match sql::find_dataset(ctx.db(), found.owner, dataset).await? {
        None => HashSet::new(),
        Some(row) => stored::read(&row.stated)?.into_iter().map(|value| (value.field, value.term)).collect(),
    };
    let mut sums: BTreeMap<String, FieldSum> = BTreeMap::new();
    let (mut samples, mut annotated, mut after) = (0, 0, -1);
    loop {
        let rows = sql::list_members(ctx.db(), found.owner, dataset, after, BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = last.position;
        let ids: Vec<SampleId> = rows.iter().map(|row| SampleId(row.sample)).collect();
        let curations = curation::of_samples(ctx.db(), found.owner, &ids).await?;
        for row in rows {
            samples += 1;
            let decided = curations.get(&SampleId(row.sample));
            let said = match &row.found {
                None if decided.is_none() => continue,
                None => Vec::new(),
                Some(text) => stored::read(text)?,
            };
            annotated += 1;
            add(&mut sums, held(said, decided), &row.annotator_version.unwrap_or_default());
        }
    }
    let word = |field: &chorale_model::fields::Field| {
        let sum = sums.remove(&field.name)?;
        Some(DatasetField {
            field: field.name.clone(),
            label: field.label.clone(),
            without: samples - sum.samples,
            values: sum.answer(&field.name, &stated),
        })
    };
    let fields = fields.iter().filter_map(word).collect();
    Ok(DatasetValues { dataset, samples, annotated, fields })
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
    evidence: HashMap<(String, String), (i64, u64, u64)>,
}

fn add(sums: &mut BTreeMap<String, FieldSum>, values: Vec<Held>, row: &str) {
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
            sum.evidence.entry((attribute, text)).or_insert((0, start, end)).0 += 1;
        }
    }
}

impl FieldSum {
    fn answer(self, field: &str, stated: &HashSet<(String, String)>) -> Vec<DatasetValue> {
        let mut values: Vec<DatasetValue> =
            self.values.into_iter().map(|((_, term), sum)| sum.answer(field, term, stated)).collect();
        values.sort_by(|a, b| b.samples.cmp(&a.samples).then_with(|| a.term.cmp(&b.term)));
        values
    }
}

impl Sum {
    fn answer(mut self, field: &str, term: String, stated: &HashSet<(String, String)>) -> DatasetValue {
        self.scores.sort_by(f64::total_cmp);
        let commonest = self.methods.into_iter().max_by_key(|(_, count)| *count).map(|(of, _)| of);
        let (method, version, layer) = commonest.unwrap_or_else(|| (String::new(), String::new(), Layer::Automatic));
        let mut evidence: Vec<((String, String), (i64, u64, u64))> = self.evidence.into_iter().collect();
        evidence.sort_by(|(a, (m, ..)), (b, (n, ..))| n.cmp(m).then_with(|| a.cmp(b)));
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
            evidence: evidence.into_iter().next().map(|((attribute, text), (_, start, end))| Evidence {
                attribute: Some(attribute).filter(|key| !key.is_empty()),
                start,
                end,
                text,
            }),
        }
    }
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
