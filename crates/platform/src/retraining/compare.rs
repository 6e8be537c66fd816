//! Two annotators on labels that neither saw: figures by field with the interval of their difference, what each says again
//! that curators rejected, and the answers that one has right and the other has not.

use crate::harmonize::{Ground, TaughtLabel, TaughtRow, TaughtStudy};
use chorale_annotate::evaluate::{Figures, GoldRow, Predicted, difference, is_close, judge_by};
use chorale_annotate::learned::Verdict;
use chorale_model::SampleId;
use chorale_model::retraining::{ComparedAnswer, ComparedField, JudgedOn};
use chorale_ontology::Library;
use std::collections::{BTreeMap, HashMap};

/// Draws of the bootstrap.
const ROUNDS: usize = 1_000;
const SEED: u64 = 20;
/// Answers that are told, of each field and each way.
const CHANGES: usize = 8;
/// Characters of an example.
const LONGEST: usize = 300;

/// Everything that both say of the studies that judge.
pub struct Judge<'g> {
    ground: &'g Ground<'g>,
    library: &'g Library,
    /// The studies that judge, with the rows of each.
    rows: Vec<(&'g TaughtStudy, &'g TaughtRow)>,
    present: Said<'g>,
    new: Said<'g>,
}

struct Said<'g> {
    all: &'g [Predicted],
    /// By sample and field.
    terms: HashMap<(&'g str, &'g str), Vec<&'g str>>,
}

impl<'g> Said<'g> {
    fn new(all: &'g [Predicted]) -> Said<'g> {
        let mut terms: HashMap<_, Vec<&str>> = HashMap::new();
        for one in all {
            terms.entry((one.accession.as_str(), one.field.as_str())).or_default().push(&one.term);
        }
        Said { all, terms }
    }

    fn of<'s>(&'s self, row: &'s str, field: &'s str) -> &'s [&'s str] {
        self.terms.get(&(row, field)).map_or(&[], Vec::as_slice)
    }
}

impl<'g> Judge<'g> {
    pub fn new(
        ground: &'g Ground<'g>,
        library: &'g Library,
        held_out: impl Fn(&TaughtStudy) -> bool,
        (present, new): (&'g [Predicted], &'g [Predicted]),
    ) -> Judge<'g> {
        let material = ground.material;
        let studies = material.studies.iter().filter(|study| held_out(study));
        let rows = studies.flat_map(|study| material.rows[study.rows.clone()].iter().map(move |row| (study, row)));
        Judge { ground, library, rows: rows.collect(), present: Said::new(present), new: Said::new(new) }
    }

    pub fn fields(&self) -> Vec<ComparedField> {
        let mut all = Vec::new();
        for on in [JudgedOn::Decisions, JudgedOn::Gold] {
            all.extend(self.ground.fields().filter_map(|field| self.field(on, field)));
        }
        all
    }

    /// None where nothing judges.
    fn field(&self, on: JudgedOn, field: &str) -> Option<ComparedField> {
        let rows = || self.rows.iter().filter(|(study, _)| on_of(study) == on);
        let gold = rows().flat_map(|(_, row)| {
            let holds = row.labels.iter().filter(|label| label.field == field && label.verdict == Verdict::Is);
            holds.map(move |label| GoldRow {
                accession: row.id.clone(),
                source: on.name().to_owned(),
                field: field.to_owned(),
                term: label.term.clone(),
            })
        });
        let gold: Vec<GoldRow> = gold.collect();
        let groups: HashMap<&str, u64> = rows().map(|(study, row)| (row.id.as_str(), study.group)).collect();
        let block_of = |id: &str| groups.get(id).copied().unwrap_or_default();
        let blocks = |said: &Said| judge_by(&gold, said.all, (on.name(), field), self.ground.terms(), block_of);
        let (present, new) = (blocks(&self.present), blocks(&self.new));
        let by = difference(&new, &present, |figures| figures.close_f1, ROUNDS, SEED);
        let (before, after) = (Figures::of(&present), Figures::of(&new));
        let rejected = rows().flat_map(|(_, row)| row.labels.iter().map(move |label| (*row, label)));
        let rejected: Vec<(&TaughtRow, &TaughtLabel)> =
            rejected.filter(|(_, label)| label.field == field && label.verdict != Verdict::Is).collect();
        let repeats = |said: &Said| rejected.iter().filter(|(row, label)| !is_right(row, label, said, self)).count();
        let samples = i64::from(after.samples);
        (samples > 0 || !rejected.is_empty()).then(|| ComparedField {
            on,
            field: field.to_owned(),
            samples,
            present: before.close_f1,
            new: after.close_f1,
            difference: by.value,
            low: by.low,
            high: by.high,
            rejected: rejected.len() as i64,
            present_repeats: repeats(&self.present) as i64,
            new_repeats: repeats(&self.new) as i64,
        })
    }

    /// What changed, the commonest of each field first.
    pub fn changes(&self) -> Vec<ComparedAnswer> {
        type Key<'k> = (JudgedOn, &'k str, bool, String, String, String);
        let mut found: BTreeMap<Key, (i64, &TaughtRow, bool)> = BTreeMap::new();
        for (study, row) in &self.rows {
            for label in &row.labels {
                let (before, after) =
                    (is_right(row, label, &self.present, self), is_right(row, label, &self.new, self));
                // Of a value that was put right, the right one is told.
                let is_beside = label.verdict != Verdict::Is
                    && row.labels.iter().any(|one| one.field == label.field && one.verdict == Verdict::Is);
                if before == after || is_beside {
                    continue;
                }
                let said = |said: &Said| said.of(&row.id, &label.field).join(" ");
                let truth = if label.verdict == Verdict::Is { label.term.clone() } else { String::new() };
                let key = (on_of(study), label.field.as_str(), after, truth, said(&self.present), said(&self.new));
                found.entry(key).or_insert((0, *row, study.decided)).0 += 1;
            }
        }
        let mut all: Vec<(Key, (i64, &TaughtRow, bool))> = found.into_iter().collect();
        all.sort_by(|(a, m), (b, n)| (a.0, a.1, !a.2, -m.0, &a.3).cmp(&(b.0, b.1, !b.2, -n.0, &b.3)));
        let of_one_way = all.chunk_by(|(a, _), (b, _)| (a.0, a.1, a.2) == (b.0, b.1, b.2));
        let kept = of_one_way.flat_map(|same| same.iter().take(CHANGES));
        kept.map(|((on, field, now_right, truth, present, new), (samples, row, decided))| ComparedAnswer {
            on: *on,
            field: (*field).to_owned(),
            truth_label: self.labels(truth),
            truth: truth.clone(),
            present_label: self.labels(present),
            present: present.clone(),
            new_label: self.labels(new),
            new: new.clone(),
            now_right: *now_right,
            samples: *samples,
            example: row.id.parse::<SampleId>().ok().filter(|_| *decided),
            example_accession: row.accession.clone(),
            example_text: text(row),
        })
        .collect()
    }

    /// Labels of ids, with a comma between them.
    fn labels(&self, ids: &str) -> String {
        let label = |id: &str| match (self.library.find(id), id) {
            (Some(term), _) => self.library.label(term).to_owned(),
            (None, chorale_annotate::CONTROL) => "control".to_owned(),
            (None, "M") => "male".to_owned(),
            (None, "F") => "female".to_owned(),
            (None, other) => other.to_owned(),
        };
        ids.split(' ').filter(|id| !id.is_empty()).map(label).collect::<Vec<_>>().join(", ")
    }
}

fn on_of(study: &TaughtStudy) -> JudgedOn {
    if study.decided { JudgedOn::Decisions } else { JudgedOn::Gold }
}

/// Whether what is said of a sample agrees with a label.
fn is_right(row: &TaughtRow, label: &TaughtLabel, said: &Said, judge: &Judge) -> bool {
    let said = said.of(&row.id, &label.field);
    match label.verdict {
        Verdict::Is => said.iter().any(|term| is_close(term, &label.term, judge.ground.terms())),
        Verdict::IsNot => !said.contains(&label.term.as_str()),
        Verdict::Nothing => said.is_empty(),
    }
}

/// What the source says of a sample, in short.
fn text(row: &TaughtRow) -> String {
    let whole = row.attributes.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(" · ");
    match whole.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &whole[..cut]),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harmonize::{Material, TaughtRow};
    use chorale_model::retraining::Compared;
    use std::sync::Arc;

    const ANATOMY: &str = "format-version: 1.2\nontology: uberon\n\n[Term]\nid: UBERON:0001062\nname: anatomical entity\n\n\
        [Term]\nid: UBERON:0002107\nname: liver\nis_a: UBERON:0001062\n\n\
        [Term]\nid: UBERON:0002097\nname: skin\nis_a: UBERON:0001062\n";
    const LIVER: &str = "UBERON:0002107";
    const SKIN: &str = "UBERON:0002097";

    fn label(term: &str, verdict: Verdict) -> TaughtLabel {
        TaughtLabel { field: "tissue".into(), term: term.into(), verdict, source: "made".into(), at: 0 }
    }

    /// Studies of a table whose samples are livers, and one of decisions in which a skin was rejected.
    fn material() -> Material {
        let row = |id: String, labels| TaughtRow {
            accession: id.clone(),
            id,
            attributes: vec![("title".into(), "piece".into())],
            labels,
        };
        let mut material = Material::default();
        for study in 0..20_u64 {
            let rows = (0..3).map(|n| row(format!("T{study}-{n}"), vec![label(LIVER, Verdict::Is)]));
            material.push(study, String::new(), false, rows.collect());
        }
        let id = uuid::Uuid::from_u128(7).to_string();
        material.push(99, "GSE1".into(), true, vec![row(id, vec![label(SKIN, Verdict::IsNot)])]);
        material
    }

    fn said(material: &Material, term: &str) -> Vec<Predicted> {
        let one = |row: &TaughtRow| Predicted {
            accession: row.id.clone(),
            field: "tissue".into(),
            term: term.into(),
            score: 0.9,
        };
        material.rows.iter().map(one).collect()
    }

    fn compared(present: &str, new: &str) -> (Vec<ComparedField>, Vec<ComparedAnswer>) {
        let release = chorale_ontology::read(ANATOMY.as_bytes()).unwrap();
        let library = Arc::new(Library::build(vec![("UBERON".into(), release)]).unwrap());
        let material = material();
        let ground = Ground::read(library.clone(), &material);
        let (present, new) = (said(&material, present), said(&material, new));
        let judge = Judge::new(&ground, &library, |_| true, (&present, &new));
        (judge.fields(), judge.changes())
    }

    #[test]
    fn a_version_that_is_worse_is_shown_to_be_worse_with_what_it_lost() {
        let (fields, changes) = compared(LIVER, SKIN);
        let gold = fields.iter().find(|row| row.on == JudgedOn::Gold).unwrap();
        assert_eq!((gold.samples, gold.present, gold.new, gold.verdict()), (60, 1.0, 0.0, Compared::Worse));
        assert!(gold.high < 0.0, "{gold:?}");
        let lost = changes.iter().find(|change| change.on == JudgedOn::Gold).unwrap();
        assert_eq!((lost.now_right, lost.samples, lost.example), (false, 60, None), "{lost:?}");
        assert_eq!((lost.truth_label.as_str(), lost.new_label.as_str()), ("liver", "skin"));
        // What was rejected is said again, by the new one alone.
        let decided = fields.iter().find(|row| row.on == JudgedOn::Decisions).unwrap();
        assert_eq!((decided.samples, decided.rejected), (0, 1));
        assert_eq!((decided.present_repeats, decided.new_repeats), (0, 1));
        let again = changes.iter().find(|change| change.on == JudgedOn::Decisions).unwrap();
        assert!(!again.now_right && again.truth.is_empty() && again.example.is_some(), "{again:?}");
    }

    #[test]
    fn one_that_is_better_is_shown_to_be_better_and_two_that_agree_differ_in_nothing() {
        let (fields, changes) = compared(SKIN, LIVER);
        let gold = fields.iter().find(|row| row.on == JudgedOn::Gold).unwrap();
        assert_eq!((gold.verdict(), gold.low > 0.0), (Compared::Better, true), "{gold:?}");
        assert!(changes.iter().all(|change| change.now_right), "{changes:?}");
        let (fields, changes) = compared(LIVER, LIVER);
        assert!(fields.iter().all(|row| row.verdict() == Compared::NoDifference), "{fields:?}");
        assert_eq!(changes, []);
    }
}
