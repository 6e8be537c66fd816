//! What a file's words mean here: which samples it names, which values its fields take, and what people decided before.

use super::net::net;
use super::read::{Said, Told};
use crate::catalog::{self, NamedSample};
use crate::curation::Decision;
use crate::{Ctx, harmonize};
use chorale_model::curation::{Beneath, Curation, CurationAction};
use chorale_model::exchange::{Conflicts, FoundDecisions};
use chorale_model::fields::{Field, FieldKind};
use chorale_model::harmonize::{Layer, Value, ValueState};
use chorale_model::{CollectionId, Fault, FaultKind, OrganizationId, SampleId};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Values that were looked up and are kept.
const KEPT: usize = 50_000;

/// Weighs what a file says, some samples at a time.
pub struct Weigher {
    ctx: Ctx,
    organization: OrganizationId,
    collection: CollectionId,
    fields: Vec<Field>,
    conflicts: Conflicts,
    /// Texts of a field that were looked up: the term and its label, or why it takes it not.
    known: HashMap<(usize, String), Result<(String, String), String>>,
    /// Fields of samples that the file has decided already.
    decided: HashSet<(SampleId, usize)>,
    samples: HashSet<SampleId>,
    pub found: FoundDecisions,
}

/// A line that something is said about.
pub struct Noted {
    pub line: i64,
    pub message: String,
}

impl Weigher {
    pub fn new(
        ctx: Ctx,
        organization: OrganizationId,
        collection: CollectionId,
        fields: Vec<Field>,
        conflicts: Conflicts,
    ) -> Weigher {
        Weigher {
            ctx,
            organization,
            collection,
            fields,
            conflicts,
            known: HashMap::new(),
            decided: HashSet::new(),
            samples: HashSet::new(),
            found: FoundDecisions::default(),
        }
    }

    /// The decisions that follow, and what is to be said about lines.
    pub async fn weigh(&mut self, told: Vec<Told>) -> Result<(Vec<Decision>, Vec<Noted>), Fault> {
        let mut noted = Vec::new();
        let accessions: BTreeSet<String> = told.iter().map(|one| one.sample.clone()).collect();
        let accessions: Vec<String> = accessions.into_iter().collect();
        let app = self.ctx.app.clone();
        let named = catalog::samples_by_accession(&app, self.organization, self.collection, &accessions).await?;
        let mut meant: Vec<(SampleId, Told)> = Vec::with_capacity(told.len());
        for one in told {
            match which(&one, named.get(&one.sample)) {
                Ok(sample) => meant.push((sample, one)),
                Err(message) => {
                    self.found.unknown_samples += 1;
                    noted.push(Noted { line: one.line, message });
                }
            }
        }
        let ids: Vec<SampleId> = meant.iter().map(|(sample, _)| *sample).collect();
        let values = harmonize::values_of(&app, self.organization, &ids).await?;
        let mut decisions = Vec::new();
        for (sample, one) in meant {
            if self.samples.insert(sample) {
                self.found.samples += 1;
            }
            let now = values.get(&sample).map_or(&[][..], Vec::as_slice);
            for (field, meant) in self.meant(&one, &mut noted).await? {
                decisions.extend(self.decide(sample, field, meant, now, &one, &mut noted));
            }
        }
        Ok((decisions, noted))
    }

    /// What is decided of each field, by the place of the field.
    async fn meant(&mut self, told: &Told, noted: &mut Vec<Noted>) -> Result<BTreeMap<usize, Vec<Meant>>, Fault> {
        let mut all: BTreeMap<usize, Vec<Meant>> = BTreeMap::new();
        let exact: Vec<Curation> = told
            .said
            .iter()
            .filter_map(|said| match said {
                Said::Exact(one) => Some((**one).clone()),
                _ => None,
            })
            .collect();
        for one in net(&exact) {
            let Some(at) = self.place(&one.field, told.line, noted) else { continue };
            let is_term = self.fields[at].kind == FieldKind::Term && !one.term.is_empty();
            if is_term && let Err(why) = self.value(at, &one.term).await? {
                self.found.unknown_values += 1;
                noted.push(Noted { line: told.line, message: format!("{} of {}: {why}", one.field, told.sample) });
                continue;
            }
            all.entry(at).or_default().push(Meant::Exact(Box::new(one)));
        }
        for said in &told.said {
            match said {
                Said::Exact(_) => {}
                Said::Nothing { field, state } => {
                    let Some(at) = self.place(field, told.line, noted) else { continue };
                    all.entry(at).or_default().push(Meant::Nothing(*state));
                }
                Said::Values { field, values } => {
                    let Some(at) = self.place(field, told.line, noted) else { continue };
                    if values.len() > 1 && !self.fields[at].many {
                        self.found.unknown_values += 1;
                        let words = format!("{field} of {} has {} values and takes one", told.sample, values.len());
                        noted.push(Noted { line: told.line, message: words });
                        continue;
                    }
                    for text in values {
                        match self.value(at, text).await? {
                            Ok((term, label)) => all.entry(at).or_default().push(Meant::Value(term, label)),
                            Err(why) => {
                                self.found.unknown_values += 1;
                                let message = format!("{field} of {}: {why}", told.sample);
                                noted.push(Noted { line: told.line, message });
                            }
                        }
                    }
                }
            }
        }
        Ok(all)
    }

    fn place(&mut self, field: &str, line: i64, noted: &mut Vec<Noted>) -> Option<usize> {
        let at = self.fields.iter().position(|one| one.name == field);
        if at.is_none() {
            self.found.unknown_values += 1;
            noted.push(Noted { line, message: format!("\"{field}\" is no field of the collection") });
        }
        at
    }

    /// The term and its label, or why the field does not take the text. `hepatocellular carcinoma (MONDO:0007256)` is the id.
    async fn value(&mut self, at: usize, text: &str) -> Result<Result<(String, String), String>, Fault> {
        let key = (at, text.to_owned());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let inner = text.rsplit_once('(').and_then(|(_, rest)| rest.trim_end().strip_suffix(')')).map(str::trim);
        let mut answer = Err(String::new());
        for candidate in [Some(text), inner].into_iter().flatten() {
            match harmonize::check_value(&self.ctx, &self.fields[at], candidate).await {
                Ok(found) => {
                    answer = Ok(found);
                    break;
                }
                Err(fault) if fault.kind == FaultKind::Invalid => {
                    let why = fault.fields.into_iter().next().map_or(fault.message, |one| one.message);
                    // What is said of the whole text is what people wrote.
                    if matches!(&answer, Err(said) if said.is_empty()) {
                        answer = Err(why);
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        self.known.insert(key, answer.clone());
        Ok(answer)
    }

    /// Decisions about one field of a sample, unless people decided it before.
    fn decide(
        &mut self,
        sample: SampleId,
        at: usize,
        meant: Vec<Meant>,
        now: &[Value],
        told: &Told,
        noted: &mut Vec<Noted>,
    ) -> Vec<Decision> {
        let field = self.fields[at].name.clone();
        if !self.decided.insert((sample, at)) {
            let message = format!("{field} of {} was decided by an earlier line; this one is left out", told.sample);
            noted.push(Noted { line: told.line, message });
            return Vec::new();
        }
        let of_field: Vec<&Value> = now.iter().filter(|value| value.field == field).collect();
        let human: Vec<&&Value> = of_field.iter().filter(|value| value.layer == Layer::Human).collect();
        if !human.is_empty() {
            let before: BTreeSet<(&str, &str)> =
                human.iter().map(|value| (value.state.name(), value.term.as_str())).collect();
            let says: BTreeSet<(&str, &str)> = meant.iter().filter_map(Meant::says).collect();
            if before == says {
                self.found.same += 1;
                return Vec::new();
            }
            self.found.conflicts += 1;
            let label = |value: &Value| {
                if value.label.is_empty() { value.state.name().to_owned() } else { value.label.clone() }
            };
            let stands: Vec<String> = human.iter().map(|value| label(value)).collect();
            let then = if self.conflicts == Conflicts::Keep { "it stays" } else { "the file decides" };
            let message = format!("{field} of {}: people decided {} before; {then}", told.sample, stands.join(", "));
            noted.push(Noted { line: told.line, message });
            if self.conflicts == Conflicts::Keep {
                return Vec::new();
            }
        }
        self.found.decided += 1;
        let beneath = of_field.first().map(|value| Beneath {
            state: value.state,
            term: value.term.clone(),
            label: value.label.clone(),
            score: value.score,
            method: value.method.clone(),
            version: value.version.clone(),
        });
        meant.into_iter().map(|one| one.decision(sample, &field, beneath.clone())).collect()
    }
}

/// What is meant by a field of a sample.
enum Meant {
    Value(String, String),
    Nothing(ValueState),
    Exact(Box<Curation>),
}

impl Meant {
    /// State and term that it makes hold.
    fn says(&self) -> Option<(&str, &str)> {
        match self {
            Meant::Value(term, _) => Some((ValueState::Present.name(), term)),
            Meant::Nothing(state) => Some((state.name(), "")),
            Meant::Exact(one) => match one.action {
                CurationAction::Reject | CurationAction::Review => None,
                _ => Some((one.state.unwrap_or_default().name(), &one.term)),
            },
        }
    }

    fn decision(self, sample: SampleId, field: &str, beneath: Option<Beneath>) -> Decision {
        let (action, state, term, label, note, beneath) = match self {
            Meant::Value(term, label) => {
                (CurationAction::Set, Some(ValueState::Present), term, label, String::new(), beneath)
            }
            Meant::Nothing(state) => {
                (CurationAction::Remove, Some(state), String::new(), String::new(), String::new(), beneath)
            }
            Meant::Exact(one) => {
                let note = origin(&one);
                let one = *one;
                (one.action, one.state, one.term, one.label, note, one.beneath)
            }
        };
        Decision { sample, field: field.to_owned(), action, state, term, label, note, beneath, question: None }
    }
}

/// Who decided it where it comes from, and why.
fn origin(one: &Curation) -> String {
    let by = one.by.as_deref().map(|by| format!("decided by {by} on {}", one.at.day_text()));
    let parts = [one.note.clone(), by.unwrap_or_default(), one.title.clone(), one.why.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The one sample that a line names.
fn which(told: &Told, named: Option<&Vec<NamedSample>>) -> Result<SampleId, String> {
    let named = named.map_or(&[][..], Vec::as_slice);
    let held: Vec<&NamedSample> = match &told.dataset {
        // One that several datasets hold is one all the same.
        Some(dataset) if named.len() > 1 => named.iter().filter(|one| one.datasets.contains(dataset)).collect(),
        _ => named.iter().collect(),
    };
    match held.as_slice() {
        [one] => Ok(one.id),
        [] if named.is_empty() => Err(format!("the collection has no sample \"{}\"", told.sample)),
        [] => Err(format!(
            "no sample \"{}\" of the collection is in {}",
            told.sample,
            told.dataset.as_deref().unwrap_or_default()
        )),
        several => Err(format!(
            "\"{}\" names {} samples; add a column \"dataset\" with the accession of the one that is meant",
            told.sample,
            several.len()
        )),
    }
}
