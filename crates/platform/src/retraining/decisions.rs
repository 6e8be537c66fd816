//! From curations to labels: what people said of a sample's values, as training takes it. A value that was accepted or set
//! holds; one that was rejected, or put right, does not; a sex or an age that is not reported is none.

use crate::harmonize::{self, DECISIONS, Material, TaughtLabel, TaughtRow, trained_name};
use crate::jobs::Running;
use crate::{catalog, curation};
use chorale_annotate::CONTROL;
use chorale_annotate::evaluate::{block, number};
use chorale_annotate::learned::Verdict;
use chorale_model::curation::{BatchKind, Curation, CurationAction};
use chorale_model::harmonize::ValueState;
use chorale_model::{DatasetId, Fault, OrganizationId, SampleId};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// Samples that are read at once.
const SAMPLES: i64 = 2_000;
/// Of a dataset: samples with decisions, and siblings without. Training looks at a dozen of those that are alike.
const MOST_DECIDED: usize = 3_000;
const MOST_SIBLINGS: usize = 300;

/// Adds every dataset about whose samples somebody decided something.
pub async fn add(job: &Running, organization: OrganizationId, material: &mut Material) -> Result<(), Fault> {
    let datasets = curation::decided_datasets(job.ctx.db(), organization).await?;
    let total = datasets.len() as i64;
    for (done, dataset) in (0..).zip(datasets) {
        job.progress(done, total, "datasets", "reading what was decided").await?;
        add_dataset(job, organization, dataset, material).await?;
    }
    Ok(())
}

async fn add_dataset(
    job: &Running,
    organization: OrganizationId,
    id: DatasetId,
    material: &mut Material,
) -> Result<(), Fault> {
    let (app, mut after) = (&job.ctx.app, -1);
    let Some(dataset) = catalog::dataset_for_index(app, organization, id).await? else { return Ok(()) };
    let (mut rows, mut decided, mut siblings) = (Vec::new(), 0, 0);
    while let Some((last, samples)) = harmonize::read_samples(app, organization, id, after, SAMPLES).await? {
        after = last;
        job.stop.check()?;
        let ids: Vec<SampleId> = samples.iter().map(|sample| sample.id).collect();
        let curations = curation::of_samples(&app.db, organization, &ids).await?;
        for sample in samples {
            let labels = curations.get(&sample.id).map_or_else(Vec::new, |own| labels(own));
            let (counted, most) = match labels.is_empty() {
                true => (&mut siblings, MOST_SIBLINGS),
                false => (&mut decided, MOST_DECIDED),
            };
            if *counted == most {
                continue;
            }
            *counted += 1;
            rows.push(TaughtRow {
                id: sample.id.to_string(),
                accession: sample.accession,
                attributes: sample.attributes.into_iter().map(|one| (one.key, one.value)).collect(),
                labels,
            });
        }
    }
    if decided > 0 {
        let group = group(&dataset.accession, &rows);
        material.push(group, dataset.accession, true, rows);
    }
    Ok(())
}

/// Samples of GEO stand with those of a table of labels that have such accessions; others by their dataset.
fn group(accession: &str, rows: &[TaughtRow]) -> u64 {
    match rows.first().map(|row| row.accession.as_str()) {
        Some(first) if first.starts_with("GSM") && number(first).is_some() => block(first),
        _ => {
            let hash: [u8; 32] = Sha256::digest(accession).into();
            u64::from_le_bytes(hash[..8].try_into().expect("it is longer"))
        }
    }
}

/// A label of a table says less than what a curator of the organization decided about the same sample.
pub fn supersede(material: &mut Material) {
    let mut decided: HashMap<String, Vec<String>> = HashMap::new();
    for row in
        material.studies.iter().filter(|study| study.decided).flat_map(|study| &material.rows[study.rows.clone()])
    {
        let fields = row.labels.iter().map(|label| label.field.clone());
        decided.entry(row.accession.clone()).or_default().extend(fields);
    }
    for study in material.studies.iter().filter(|study| !study.decided) {
        for row in &mut material.rows[study.rows.clone()] {
            if let Some(fields) = decided.get(&row.accession) {
                row.labels.retain(|label| !fields.contains(&label.field));
            }
        }
    }
}

/// What was decided about one field.
#[derive(Default)]
struct Decided {
    holds: BTreeMap<String, i64>,
    wrong: BTreeMap<String, i64>,
    nothing: Option<i64>,
}

/// Labels of one sample from the curations that count, in the order in which they do.
fn labels(curations: &[Curation]) -> Vec<TaughtLabel> {
    let mut fields: BTreeMap<&str, Decided> = BTreeMap::new();
    for batch in curations.chunk_by(|one, next| one.batch == next.batch) {
        let decides = |one: &&Curation| matches!(one.action, CurationAction::Set | CurationAction::Remove);
        batch.iter().filter(decides).for_each(|one| _ = fields.insert(&one.field, Decided::default()));
        for one in batch {
            fields.entry(&one.field).or_default().hear(one);
        }
    }
    fields.into_iter().flat_map(|(field, decided)| decided.labels(field)).collect()
}

impl Decided {
    fn hear(&mut self, one: &Curation) {
        let (at, before) = (one.at.0, one.beneath.as_ref().map_or("", |beneath| beneath.term.as_str()));
        if one.kind == BatchKind::Upgrade && one.action != CurationAction::Replace {
            return;
        }
        let is_other = !before.is_empty() && before != one.term;
        match one.action {
            CurationAction::Set | CurationAction::Accept => {
                if is_other {
                    self.holds.remove(before);
                    self.wrong.insert(before.to_owned(), at);
                }
                self.say(one.state.unwrap_or(ValueState::Present), &one.term, at);
            }
            CurationAction::Remove if one.state.is_some() => {
                self.nothing = Some(at);
                self.reject(before, at);
            }
            CurationAction::Remove | CurationAction::Reject => self.reject(before, at),
            // The same value under another id.
            CurationAction::Replace => {
                if let Some(said) = self.holds.remove(before) {
                    self.holds.insert(one.term.clone(), said);
                }
            }
            CurationAction::Review => {}
        }
    }

    fn say(&mut self, state: ValueState, term: &str, at: i64) {
        match state {
            ValueState::Present if !term.is_empty() => {
                self.wrong.remove(term);
                self.holds.insert(term.to_owned(), at);
            }
            ValueState::Healthy => _ = self.holds.insert(HEALTHY.to_owned(), at),
            ValueState::NotReported | ValueState::NotApplicable => self.nothing = Some(at),
            ValueState::Present | ValueState::Unresolved => {}
        }
    }

    fn reject(&mut self, term: &str, at: i64) {
        self.holds.remove(term);
        if !term.is_empty() {
            self.wrong.insert(term.to_owned(), at);
        }
    }

    fn labels(self, field: &str) -> Vec<TaughtLabel> {
        let label = |(term, at): (String, i64), verdict: Verdict| {
            let (field, term) = trained(field, &term)?;
            Some(TaughtLabel { field: field.to_owned(), term, verdict, source: DECISIONS.to_owned(), at })
        };
        // Where a donor has no disease, or a cell no tissue, another trained value may hold; a sex or an age is one.
        let is_one = matches!(field, "sex" | "age_group");
        let nothing = self.nothing.filter(|_| is_one && self.holds.is_empty()).map(|at| TaughtLabel {
            field: trained_name(field).to_owned(),
            term: String::new(),
            verdict: Verdict::Nothing,
            source: DECISIONS.to_owned(),
            at,
        });
        let holds = self.holds.into_iter().filter_map(|one| label(one, Verdict::Is));
        let wrong = self.wrong.into_iter().filter_map(|one| label(one, Verdict::IsNot));
        holds.chain(wrong).chain(nothing).collect()
    }
}

/// A donor without disease, as labels have it: the arm that is compared with.
const HEALTHY: &str = "healthy";

/// The trained field and value that stand for a value of a field; None where none does.
fn trained(field: &str, term: &str) -> Option<(&'static str, String)> {
    let has = |prefixes: &[&str]| prefixes.iter().any(|prefix| term.starts_with(prefix));
    match field {
        "tissue" | "cell_type" if has(&["UBERON:", "CL:"]) => Some(("tissue", term.to_owned())),
        "disease" if term == HEALTHY => Some(("disease", CONTROL.to_owned())),
        "disease" if has(&["MONDO:"]) => Some(("disease", term.to_owned())),
        "study_arm" if term == "control" => Some(("disease", CONTROL.to_owned())),
        "sex" if term == "PATO:0000384" => Some(("sex", "M".to_owned())),
        "sex" if term == "PATO:0000383" => Some(("sex", "F".to_owned())),
        "age_group" if !term.is_empty() => Some(("age", term.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::curation::Beneath;
    use chorale_model::{BatchId, Time};
    use uuid::Uuid;

    fn of(batch: u128, action: CurationAction, field: &str, from: &str, term: &str) -> Curation {
        let beneath = Beneath {
            state: ValueState::Present,
            term: from.into(),
            label: String::new(),
            score: 0.5,
            method: String::new(),
            version: String::new(),
        };
        Curation {
            batch: BatchId(Uuid::from_u128(batch)),
            kind: BatchKind::Decision,
            title: String::new(),
            why: String::new(),
            by: None,
            at: Time(batch as i64),
            reverted: None,
            field: field.into(),
            action,
            state: None,
            term: term.into(),
            label: String::new(),
            note: String::new(),
            beneath: Some(beneath).filter(|_| !from.is_empty()),
        }
    }

    /// `field=term`, `field≠term`, `field=∅`.
    fn shown(curations: &[Curation]) -> String {
        let one = |label: TaughtLabel| match label.verdict {
            Verdict::Is => format!("{}={}", label.field, label.term),
            Verdict::IsNot => format!("{}≠{}", label.field, label.term),
            Verdict::Nothing => format!("{}=∅", label.field),
        };
        labels(curations).into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_was_decided_last_is_what_is_taught() {
        use CurationAction::{Accept, Reject, Remove, Replace, Set};
        let set = |batch, from, term| of(batch, Set, "tissue", from, term);
        assert_eq!(shown(&[set(1, "UBERON:1", "UBERON:1")]), "tissue=UBERON:1");
        assert_eq!(shown(&[set(1, "UBERON:1", "CL:2")]), "tissue=CL:2 tissue≠UBERON:1");
        assert_eq!(
            shown(&[set(1, "UBERON:1", "UBERON:1"), set(2, "UBERON:1", "UBERON:3")]),
            "tissue=UBERON:3 tissue≠UBERON:1"
        );
        assert_eq!(shown(&[of(1, Reject, "disease", "MONDO:1", "")]), "disease≠MONDO:1");
        let both = [of(1, Accept, "disease", "MONDO:1", "MONDO:1"), of(1, Accept, "disease", "MONDO:2", "MONDO:3")];
        assert_eq!(shown(&both), "disease=MONDO:1 disease=MONDO:3 disease≠MONDO:2");
        let upgrade = Curation { kind: BatchKind::Upgrade, ..of(2, Replace, "tissue", "UBERON:1", "UBERON:9") };
        assert_eq!(shown(&[set(1, "", "UBERON:1"), upgrade.clone()]), "tissue=UBERON:9");
        assert_eq!(shown(&[upgrade]), "", "nobody decided that it holds");
        let none = |field, from| Curation { state: Some(ValueState::NotReported), ..of(1, Remove, field, from, "") };
        assert_eq!(shown(&[none("sex", "PATO:0000384")]), "sex≠M sex=∅");
        assert_eq!(shown(&[none("disease", "MONDO:1")]), "disease≠MONDO:1");
        let healthy = Curation { state: Some(ValueState::Healthy), ..of(1, Set, "disease", "MONDO:1", "") };
        assert_eq!(shown(&[healthy]), format!("disease={CONTROL} disease≠MONDO:1"));
        assert_eq!(shown(&[of(1, Set, "age_group", "", "adult"), of(1, Set, "dose", "", "5 mg")]), "age=adult");
        assert_eq!(shown(&[of(1, Set, "cell_type", "", "CVCL_1")]), "", "no model learns that");
    }
}
