//! From what an annotator suggests to what is kept: which values the fields take, which of them are accepted, which wait
//! for a person, and which are the submitter's own.

use super::annotate::state_of;
use super::engine::{Engine, trained_name};
use super::stored::Stored;
use super::{genes, rules};
use chorale_annotate::{Item, Method, Suggestion};
use chorale_model::fields::{Field, FieldKind};
use chorale_model::harmonize::ValueState;
use chorale_ontology::Library;
use std::collections::{HashMap, HashSet};

/// Two values of a field that takes one are as likely when they lie so close.
const TIE: f64 = 0.05;

/// The fields of a collection, by name, with the score from which on an annotator's suggestions are as precise as a field
/// asks; none where no score is.
pub struct Fields {
    fields: HashMap<String, (Field, Option<f64>)>,
    /// Names of those whose suggestions are not accepted for now.
    held: HashSet<String>,
}

/// How the reasons begin for which a value waits by its score alone.
const BELOW: &str = "its score is below";
const NEVER: &str = "at no score";
/// Why a value waits that would be accepted.
const ON_HOLD: &str = "automatic acceptance of this field is on hold: what it accepted was not as precise as promised";

/// How the reasons begin for which a value waits that another threshold would accept.
pub const SCORE_REASONS: [&str; 2] = [BELOW, NEVER];

impl Fields {
    pub fn new(fields: Vec<Field>, engine: &Engine) -> Fields {
        let with = |field: Field| {
            let from = accepted_from(&field, engine);
            (field.name.clone(), (field, from))
        };
        Fields { fields: fields.into_iter().map(with).collect(), held: HashSet::new() }
    }

    /// The same with fields whose suggestions are not accepted for now.
    pub fn with_held(self, held: HashSet<String>) -> Fields {
        Fields { held, ..self }
    }

    pub fn is_any_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// What was accepted before its field came on hold stays accepted while it is said.
    pub fn keep_accepted(&self, values: &mut [Stored], before: &[Stored]) {
        for value in values.iter_mut().filter(|value| value.waits.as_deref() == Some(ON_HOLD)) {
            let same = |was: &&Stored| was.field == value.field && was.term == value.term && was.state == value.state;
            if before.iter().find(same).is_some_and(Stored::accepted) {
                value.waits = None;
            }
        }
    }

    pub fn find(&self, name: &str) -> Option<&Field> {
        self.fields.get(name).map(|(field, _)| field)
    }

    /// Why a value with this score waits for review.
    fn waits(&self, field: &Field, score: f64) -> Option<String> {
        let percent = field.accept_precision * 100.0;
        match self.fields.get(&field.name).and_then(|(_, accepted)| *accepted) {
            Some(from) if score >= from && self.held.contains(&field.name) => Some(ON_HOLD.to_owned()),
            Some(from) if score >= from => None,
            Some(from) if field.accept_from.is_some() => {
                Some(format!("{BELOW} {from:.2}, from which on suggestions of this field are accepted"))
            }
            Some(from) => Some(format!("{BELOW} {from:.2}, from which on {percent:.0} of 100 are right")),
            None => Some(format!("{NEVER} {percent:.0} of 100 suggestions of this field were right")),
        }
    }

    /// The field whose values are terms of a release.
    pub fn field_of(&self, release: &str) -> Option<String> {
        let takes = |field: &&Field| field.releases.iter().any(|name| name.eq_ignore_ascii_case(release));
        // Of two (disease and comorbidity), the one that is asked of every sample.
        self.fields
            .values()
            .map(|(field, _)| field)
            .filter(takes)
            .min_by_key(|field| (field.name != "disease", &field.name))
            .map(|field| field.name.clone())
    }
}

/// Whether a field takes a term: of one of its releases, and below its branch.
pub fn takes_term(library: &Library, field: &Field, id: &str) -> bool {
    let prefix = id.split([':', '_']).next().unwrap_or_default();
    let Some(term) = library.find(id) else {
        // Not installed: known by its id alone, as sexes are.
        return field.releases.iter().any(|release| release.eq_ignore_ascii_case(prefix));
    };
    let release = &library.pins()[usize::from(term.release)].name;
    if !field.releases.iter().any(|name| name.eq_ignore_ascii_case(release) || name.eq_ignore_ascii_case(prefix)) {
        return false;
    }
    match field.branch.as_deref().and_then(|branch| library.find_in(release, branch)) {
        Some(branch) => library.is_a(term, branch),
        // A branch of another release, or one that this version of it does not have.
        None => true,
    }
}

/// The score from which on an annotator's suggestions are accepted: the one that somebody chose for the field, or that
/// from which on they are as precise as it asks; None where no score is.
pub fn accepted_from(field: &Field, engine: &Engine) -> Option<f64> {
    field.accept_from.or_else(|| by_precision(field, engine))
}

/// The score from which on suggestions are as precise as a field asks; None where no score is.
pub fn by_precision(field: &Field, engine: &Engine) -> Option<f64> {
    match engine.curves.get(trained_name(&field.name)) {
        Some(curve) => curve.accepted_from(field.accept_precision),
        // What is not trained says itself how sure it is.
        None => Some(field.accept_precision),
    }
}

/// What is kept of one sample, field by field in the order of names.
pub fn decide(
    fields: &Fields,
    library: &Library,
    item: &Item,
    suggested: Vec<Suggestion>,
    submitted: Vec<Stored>,
) -> Vec<Stored> {
    let mut values: Vec<Stored> = submitted.into_iter().filter(|value| fields.find(&value.field).is_some()).collect();
    let said: Vec<String> = values.iter().map(|value| value.field.clone()).collect();
    for suggestion in suggested {
        let name = suggestion.field.name();
        // What the submitter says with an id of its own is above what an annotator reads.
        if said.iter().any(|said| said == name) {
            continue;
        }
        let doses = fields.find("dose").map_or_else(Vec::new, |dose| doses(fields, dose, &suggestion));
        let Some(field) = fields.find(name) else { continue };
        if let Some(value) = keep(fields, library, field, item, suggestion) {
            values.push(value);
            values.extend(doses);
        }
    }
    one_each(fields, &mut values);
    rules::apply(library, &mut values);
    genes::identify(library, &mut values);
    values.sort_by(|a, b| a.field.cmp(&b.field).then(b.score.total_cmp(&a.score)));
    values
}

fn keep(fields: &Fields, library: &Library, field: &Field, item: &Item, suggestion: Suggestion) -> Option<Stored> {
    let score = f64::from(suggestion.score);
    if score < field.abstain_below {
        return None;
    }
    let state = state_of(suggestion.state);
    let says = matches!(state, ValueState::Present);
    let (term, label) = match field.kind {
        FieldKind::Choice if says => {
            let same = |choice: &&String| {
                choice.eq_ignore_ascii_case(&suggestion.term) || choice.eq_ignore_ascii_case(&suggestion.label)
            };
            let choice = field.choices.iter().find(same)?;
            (choice.clone(), choice.clone())
        }
        FieldKind::Term if says && !takes_term(library, field, &suggestion.term) => return None,
        _ => (suggestion.term, suggestion.label),
    };
    let evidence = suggestion.evidence.map(|read| {
        let key = item.attributes.get(read.attribute).map_or("", |(key, _)| key);
        (key.to_owned(), u64::from(read.start), u64::from(read.end), read.text)
    });
    // Which arm a sample is in is decided by its study: a model that read nothing of it only guesses.
    let is_guess = evidence.is_none() && suggestion.method == Method::Learned && field.kind == FieldKind::Choice;
    let guess = is_guess.then(|| "nothing that the sample says was read for it".to_owned());
    let runner_up = suggestion.runner_up.map(|(term, label, score)| (term, label, rounded(f64::from(score))));
    Some(Stored {
        field: field.name.clone(),
        state,
        term,
        label,
        submitted: false,
        waits: fields.waits(field, score).or(guess),
        score: rounded(score),
        method: method_of(suggestion.method).to_owned(),
        evidence,
        runner_up,
    })
}

/// The doses that stand with a drug, as values of their own.
fn doses(fields: &Fields, dose: &Field, drug: &Suggestion) -> Vec<Stored> {
    let score = f64::from(drug.score);
    if drug.field != chorale_annotate::Field::Drug || score < dose.abstain_below {
        return Vec::new();
    }
    let of = |quantity: &&chorale_annotate::Quantity| quantity.kind == chorale_annotate::Kind::Dose;
    let value = |quantity: &chorale_annotate::Quantity| Stored {
        field: dose.name.clone(),
        state: ValueState::Present,
        term: quantity.text.clone(),
        label: format!("{} of {}", quantity.text, drug.label),
        submitted: false,
        waits: fields.waits(dose, score),
        score: rounded(score),
        method: method_of(drug.method).to_owned(),
        evidence: None,
        runner_up: None,
    };
    drug.quantities.iter().filter(of).map(value).collect()
}

/// Four digits: what the calibration can tell apart.
fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

/// A field that takes one value keeps the best; where another is as likely nobody is right by default.
fn one_each(fields: &Fields, values: &mut Vec<Stored>) {
    values.sort_by(|a, b| b.submitted.cmp(&a.submitted).then(b.score.total_cmp(&a.score)));
    let mut kept: Vec<Stored> = Vec::with_capacity(values.len());
    for value in values.drain(..) {
        let many = fields.find(&value.field).is_some_and(|field| field.many);
        let same = kept.iter().any(|known| known.field == value.field && known.term == value.term);
        match kept.iter_mut().find(|known| known.field == value.field).filter(|_| !many) {
            _ if same => {}
            None => kept.push(value),
            Some(best) => {
                if best.score - value.score < TIE && !best.submitted && best.waits.is_none() {
                    best.state = ValueState::Unresolved;
                    best.waits = Some(format!("{} and {} are as likely", best.label, value.label));
                }
                if best.runner_up.as_ref().is_none_or(|(_, _, score)| *score < value.score) {
                    best.runner_up = Some((value.term, value.label, value.score));
                }
            }
        }
    }
    *values = kept;
}

pub fn method_of(method: Method) -> &'static str {
    match method {
        Method::Dictionary => "dictionary",
        Method::Learned => "learned",
        Method::Both => "both",
        Method::Pattern => "pattern",
        Method::Rule => "rule",
    }
}
