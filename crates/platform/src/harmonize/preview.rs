//! What another version of the annotator would say, beside the one that works now: both annotate the same bounded
//! sample, and nothing is stored.

use super::decide::Fields;
use super::engine::{Engine, MODEL, engine, engine_of};
use super::jobs::Ground;
use super::stored::Stored;
use super::{fields, holds, sql};
use crate::catalog::{self, IndexDataset, IndexSample};
use crate::{Ctx, registry};
use chorale_model::fields::Field;
use chorale_model::registry::{FieldPreview, PreviewChange, PreviewValue, VersionPreview};
use chorale_model::{CollectionId, DatasetId, Fault, Role, SampleId, Time};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Samples that are annotated, of so many datasets at most: siblings say something about each other, so that a few
/// samples of each study would be read wrongly.
const SAMPLES: i64 = 500;
const DATASETS: i64 = 20;
/// How long it may take; what was annotated by then is compared.
const LONGEST: i64 = 10 * Time::SECOND;
/// Changes of a field that are told.
const CHANGES: usize = 10;

/// Compares a version of the annotator, promoted or not, with the one that works now, on some samples of one's own: of
/// a collection, or spread over everything. Version 0 is the dictionary alone.
pub async fn preview_version(
    ctx: &Ctx,
    name: &str,
    version: i64,
    collection: Option<CollectionId>,
) -> Result<VersionPreview, Fault> {
    let organization = ctx.require(Role::Curator)?;
    if version != 0 {
        registry::load_version(ctx, name, version).await?;
    }
    if name != MODEL {
        return Err(Fault::missing("annotator", name));
    }
    if let Some(id) = collection {
        let found = catalog::load_collection(ctx, id).await?;
        if found.owner != organization {
            let why = format!("\"{}\" is {}'s, who alone annotates it", found.name, found.owner_name);
            return Err(Fault::forbidden(why));
        }
    }
    let none = || Fault::conflict("no ontology is in use, so nothing can be annotated; an operator installs some");
    let now = engine(&ctx.app, organization).await?.ok_or_else(none)?;
    let then = engine_of(&ctx.app, organization, Some(version).filter(|version| *version != 0)).await?;
    let then = then.ok_or_else(none)?;
    let datasets = spread(sql::list_datasets(ctx.db(), organization, collection).await?);
    let each = SAMPLES / i64::try_from(datasets.len().max(1)).unwrap_or(SAMPLES);
    let until = ctx.now().plus(LONGEST);
    let mut work = Work { now, then, labels: HashMap::new(), sums: Sums::default(), samples: 0, datasets: 0 };
    let mut whole = true;
    for id in datasets {
        if ctx.now() > until {
            whole = false;
            break;
        }
        let Some(dataset) = catalog::dataset_for_index(&ctx.app, organization, id).await? else { continue };
        let samples = catalog::samples_for_index(&ctx.app, organization, id, -1, each).await?;
        let asked = fields::load(ctx.db(), organization, dataset.collection).await?.fields;
        let held = |version| holds::held(ctx.db(), organization, dataset.collection, version);
        let held = (held(&work.now.version).await?, held(&work.then.version).await?);
        work = tokio::task::spawn_blocking(move || work.with(dataset, samples, asked, held))
            .await
            .map_err(|e| Fault::internal("comparing two annotators", e))?;
    }
    Ok(work.answer(name, version, whole))
}

/// At most so many, from the first to the last.
fn spread(all: Vec<DatasetId>) -> Vec<DatasetId> {
    let most = usize::try_from(DATASETS).unwrap_or(1);
    let many = all.len();
    if many <= most { all } else { (0..most).map(|n| all[n * many / most]).collect() }
}

type Values = BTreeSet<PreviewValue>;

#[derive(Default)]
struct Sum {
    same: i64,
    newly_said: i64,
    no_longer_said: i64,
    changed: i64,
    in_review_now: i64,
    in_review_then: i64,
    changes: BTreeMap<(Values, Values), (i64, SampleId, String)>,
}

struct Work {
    now: Arc<Engine>,
    then: Arc<Engine>,
    labels: HashMap<String, String>,
    sums: Sums,
    samples: i64,
    datasets: i64,
}

/// By field.
#[derive(Default)]
struct Sums(BTreeMap<String, Sum>);

impl Work {
    fn with(
        mut self,
        dataset: IndexDataset,
        samples: Vec<IndexSample>,
        asked: Vec<Field>,
        (held_now, held_then): (HashSet<String>, HashSet<String>),
    ) -> Work {
        self.labels.extend(asked.iter().map(|field| (field.name.clone(), field.label.clone())));
        let ground = |engine: &Arc<Engine>, held: HashSet<String>| {
            let fields = Arc::new(Fields::new(asked.clone(), engine).with_held(held));
            Ground { dataset: dataset.clone(), engine: engine.clone(), fields }
        };
        let both = ground(&self.now, held_now)
            .values(&samples)
            .into_iter()
            .zip(ground(&self.then, held_then).values(&samples));
        let before = self.samples;
        for (sample, (now, then)) in samples.iter().zip(both) {
            if let (Some(now), Some(then)) = (now, then) {
                self.samples += 1;
                self.sums.compare((sample.id, &sample.accession), &now, &then);
            }
        }
        self.datasets += i64::from(self.samples > before);
        self
    }

    fn answer(self, name: &str, version: i64, whole: bool) -> VersionPreview {
        let labels = self.labels;
        let field = |(name, sum): (String, Sum)| {
            let label = labels.get(&name).cloned().unwrap_or_else(|| name.clone());
            sum.answer(name, label)
        };
        VersionPreview {
            name: name.to_owned(),
            version,
            now: self.now.version.clone(),
            then: self.then.version.clone(),
            samples: self.samples,
            datasets: self.datasets,
            whole,
            fields: self.sums.0.into_iter().map(field).collect(),
        }
    }
}

impl Sums {
    fn compare(&mut self, (sample, accession): (SampleId, &str), now: &[Stored], then: &[Stored]) {
        let names: BTreeSet<&str> = now.iter().chain(then).map(|value| value.field.as_str()).collect();
        for name in names {
            let (before, after) = (accepted(now, name), accepted(then, name));
            let waits = |values: &[Stored]| values.iter().any(|value| value.field == name && !value.accepted());
            let sum = self.0.entry(name.to_owned()).or_default();
            sum.in_review_now += i64::from(waits(now));
            sum.in_review_then += i64::from(waits(then));
            match (before.is_empty(), after.is_empty()) {
                (true, true) => continue,
                _ if before == after => {
                    sum.same += 1;
                    continue;
                }
                (true, false) => sum.newly_said += 1,
                (false, true) => sum.no_longer_said += 1,
                (false, false) => sum.changed += 1,
            }
            let key = (before.difference(&after).cloned().collect(), after.difference(&before).cloned().collect());
            sum.changes.entry(key).or_insert_with(|| (0, sample, accession.to_owned())).0 += 1;
        }
    }
}

fn accepted(values: &[Stored], field: &str) -> Values {
    let holds = |value: &&Stored| value.field == field && value.accepted();
    let of = |value: &Stored| PreviewValue { term: value.term.clone(), label: value.label.clone(), state: value.state };
    values.iter().filter(holds).map(of).collect()
}

impl Sum {
    fn answer(self, field: String, label: String) -> FieldPreview {
        let change = |((from, to), (samples, example, example_accession)): ((Values, Values), _)| PreviewChange {
            from: from.into_iter().collect(),
            to: to.into_iter().collect(),
            samples,
            example,
            example_accession,
        };
        let mut changes: Vec<PreviewChange> = self.changes.into_iter().map(change).collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.samples));
        changes.truncate(CHANGES);
        FieldPreview {
            field,
            label,
            same: self.same,
            changed: self.changed,
            newly_said: self.newly_said,
            no_longer_said: self.no_longer_said,
            in_review_now: self.in_review_now,
            in_review_then: self.in_review_then,
            changes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datasets_are_spread_from_the_first_to_the_last() {
        let all = |n: u128| (0..n).map(|n| DatasetId(uuid::Uuid::from_u128(n))).collect::<Vec<_>>();
        assert_eq!(spread(all(7)), all(7));
        let some = spread(all(1_000));
        assert_eq!((some.len(), some[0], some[19]), (20, all(1)[0], all(1_000)[950]));
    }

    fn said(field: &str, term: &str, waits: bool) -> Stored {
        Stored {
            field: field.into(),
            state: chorale_model::harmonize::ValueState::Present,
            term: term.into(),
            label: term.to_lowercase(),
            submitted: false,
            waits: waits.then(|| "its score is low".to_owned()),
            score: 0.9,
            method: "dictionary".into(),
            evidence: None,
            runner_up: None,
        }
    }

    #[test]
    fn accepted_values_are_compared_field_by_field() {
        let (a, b, waiting) =
            (|| said("tissue", "A", false), || said("tissue", "B", false), || said("tissue", "A", true));
        let mut sums = Sums::default();
        let mut compare = |n: u128, now: &[Stored], then: &[Stored]| {
            sums.compare((SampleId(uuid::Uuid::from_u128(n)), &format!("S{n}")), now, then);
        };
        compare(1, &[a()], &[a()]);
        compare(2, &[a(), b()], &[b(), a()]);
        compare(3, &[a()], &[b()]);
        compare(4, &[a(), said("sex", "M", false)], &[b()]);
        compare(5, &[], &[a()]);
        compare(6, &[waiting()], &[a()]);
        compare(7, &[b()], &[waiting()]);
        compare(8, &[waiting()], &[]);
        let tissue = sums.0.remove("tissue").unwrap().answer("tissue".into(), "Tissue".into());
        assert_eq!((tissue.same, tissue.changed, tissue.newly_said, tissue.no_longer_said), (2, 2, 2, 1), "{tissue:?}");
        assert_eq!((tissue.in_review_now, tissue.in_review_then), (2, 1));
        let told: Vec<(String, String, i64, &str)> = tissue
            .changes
            .iter()
            .map(|change| {
                let names =
                    |all: &[PreviewValue]| all.iter().map(|value| value.term.as_str()).collect::<Vec<_>>().join("+");
                (names(&change.from), names(&change.to), change.samples, change.example_accession.as_str())
            })
            .collect();
        let expected = [("", "A", 2, "S5"), ("A", "B", 2, "S3"), ("B", "", 1, "S7")];
        assert_eq!(told, expected.map(|(from, to, n, at)| (from.to_owned(), to.to_owned(), n, at)));
        assert_eq!(sums.0["sex"].no_longer_said, 1);
    }
}
