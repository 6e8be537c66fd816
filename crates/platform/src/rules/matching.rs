//! What rules find in a sample, and which of them decides. Of one sample's field the narrowest rule about it decides: of
//! its series, of its submitter, of its collection, then the mapping of a key; of two as narrow the older one.

use super::key::{key_of, plain, plain_key};
use super::sql::RuleRow;
use crate::curation::Decision;
use crate::harmonize::{ReadSample, Reader};
use crate::review::Said;
use crate::{Ctx, harmonize};
use chorale_model::curation::{Beneath, CurationAction};
use chorale_model::fields::Field;
use chorale_model::harmonize::{Value, ValueState};
use chorale_model::rules::{KeyParser, RuleSays, RuleScope, RuleValue};
use chorale_model::{Fault, RuleId, SampleId};
use std::collections::HashSet;

/// Where samples are.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub accession: String,
    pub submitter: Option<String>,
}

/// A rule that is ready to be applied.
pub struct Active {
    pub id: RuleId,
    pub turn: i64,
    pub batches: i64,
    pub title: String,
    pub why: String,
    pub by: String,
    scope: (u8, String),
    works: Works,
}

enum Works {
    Words {
        field: Box<Field>,
        attribute: String,
        words: String,
        becomes: RuleValue,
    },
    Key {
        key: String,
        reader: Box<Reader>,
    },
    /// Nothing under the key is read.
    Ignore {
        key: String,
    },
}

/// What a rule finds in one place of a sample.
pub struct Found {
    pub field: String,
    /// What the source says there.
    pub words: String,
    /// What stands in the field now.
    pub before: String,
    pub becomes: Becomes,
}

pub enum Becomes {
    This(Box<Decision>),
    /// It says so already.
    Same(ValueState, String, String),
    /// It cannot be read, and why.
    Unread(String),
}

impl Active {
    /// None: its field is the collection's no more, and it decides nothing.
    pub async fn new(ctx: &Ctx, row: &RuleRow, fields: &[Field]) -> Result<Option<Active>, Fault> {
        let says: RuleSays = serde_json::from_str(&row.says).map_err(|e| Fault::internal("reading a rule", e))?;
        let Some(works) = Works::new(ctx, &says, fields).await? else { return Ok(None) };
        let rank = match (row.scope.as_str(), &works) {
            ("series", _) => 0,
            ("submitter", _) => 1,
            (_, Works::Words { .. }) => 2,
            _ => 3,
        };
        let (id, scope) = (RuleId(row.id), (rank, row.place.clone()));
        let (title, why, by) = (row.title.clone(), row.why.clone(), row.made_by.clone());
        Ok(Some(Active { id, turn: row.turn, batches: row.batches, title, why, by, scope, works }))
    }

    fn holds_in(&self, place: &Place) -> bool {
        match self.scope.0 {
            0 => self.scope.1 == place.accession,
            1 => place.submitter.as_deref() == Some(self.scope.1.as_str()),
            _ => true,
        }
    }

    pub fn find(&self, sample: &ReadSample, place: &Place) -> Vec<Found> {
        match &self.works {
            Works::Words { field, attribute, words, becomes } => {
                words_in(sample, place, field, attribute, words, becomes).into_iter().collect()
            }
            Works::Key { key, reader } => read_in(sample, key, reader).into_iter().collect(),
            Works::Ignore { key } => ignored_in(sample, place, key),
        }
    }

    /// What it decides about keeps others out: a field, or some words of a field that takes several values.
    fn claim(&self, found: &Found) -> String {
        match &self.works {
            Works::Words { field, words, .. } if field.many => format!("{}\n{words}", found.field),
            Works::Ignore { .. } => format!("{}\n{}", found.field, found.before),
            _ => found.field.clone(),
        }
    }
}

impl Works {
    pub async fn new(ctx: &Ctx, says: &RuleSays, fields: &[Field]) -> Result<Option<Works>, Fault> {
        let field = |name: &str| fields.iter().find(|field| field.name == name).cloned();
        Ok(match says {
            RuleSays::Words { field: name, attribute, words, becomes } => field(name).map(|field| Works::Words {
                field: Box::new(field),
                attribute: plain_key(attribute),
                words: plain(words),
                becomes: becomes.clone(),
            }),
            RuleSays::Key { key, reads } if reads.parser == KeyParser::Ignore => {
                Some(Works::Ignore { key: key.clone() })
            }
            RuleSays::Key { key, reads } => match field(&reads.field) {
                None => None,
                Some(field) => {
                    let reader = Box::new(harmonize::Reader::new(ctx, &field, reads).await?);
                    Some(Works::Key { key: key.clone(), reader })
                }
            },
        })
    }
}

/// In the order in which they decide.
pub fn in_order(mut rules: Vec<Active>) -> Vec<Active> {
    rules.sort_by_key(|rule| (rule.scope.0, rule.id));
    rules
}

/// How narrow a scope is; the smaller number decides.
pub fn rank(scope: &RuleScope, says: &RuleSays) -> u8 {
    match (scope, says) {
        (RuleScope::Series { .. }, _) => 0,
        (RuleScope::Submitter { .. }, _) => 1,
        (RuleScope::Collection, RuleSays::Words { .. }) => 2,
        (RuleScope::Collection, RuleSays::Key { .. }) => 3,
    }
}

/// What becomes of a sample: each rule's finds, by the rule's place in `rules`, with whether a narrower one decides.
pub fn of_sample(rules: &[Active], sample: &ReadSample, place: &Place) -> Vec<(usize, Found, bool)> {
    let (mut all, mut claimed) = (Vec::new(), HashSet::new());
    for (at, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.holds_in(place)) {
        for found in rule.find(sample, place) {
            let claim = rule.claim(&found);
            let is_free = !claimed.contains(&claim) && !claimed.contains(&found.field);
            if is_free && !matches!(found.becomes, Becomes::Unread(_)) {
                claimed.insert(claim);
            }
            all.push((at, found, !is_free));
        }
    }
    all
}

fn said_of<'a>(sample: &'a ReadSample, field: &'a str) -> impl Iterator<Item = &'a Value> {
    sample.values.iter().filter(move |value| value.field == field)
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(value) if value.label.is_empty() => value.state.name().replace('_', " "),
        Some(value) => value.label.clone(),
    }
}

fn words_in(
    sample: &ReadSample,
    place: &Place,
    field: &Field,
    attribute: &str,
    words: &str,
    becomes: &RuleValue,
) -> Option<Found> {
    let says = |value: &&Value| {
        let said = Said::of(&sample.attributes, value, &place.accession);
        plain_key(&said.attribute) == attribute && plain(&said.words) == words
    };
    // A value that people set was read from these words as well.
    let read = said_of(sample, &field.name).find(says);
    let raw = sample.attributes.iter().map(key_of).find(|(key, value)| key == attribute && plain(value) == words);
    if read.is_none() && raw.is_none() {
        return None;
    }
    let now = read.or_else(|| said_of(sample, &field.name).next().filter(|_| !field.many));
    let (state, term, label) = match becomes {
        RuleValue::Is { term, label, state } => (Some(*state), term.as_str(), label.as_str()),
        RuleValue::NotReported => (Some(ValueState::NotReported), "", ""),
        RuleValue::NotApplicable => (Some(ValueState::NotApplicable), "", ""),
        RuleValue::IsNot { term, .. } => {
            let gone = said_of(sample, &field.name).find(|value| value.term == *term)?;
            let decision = decision(sample.id, &field.name, CurationAction::Reject, None, ("", ""), Some(gone));
            let before = shown(Some(gone));
            let becomes = Becomes::This(Box::new(decision));
            return Some(Found { field: field.name.clone(), words: words.to_owned(), before, becomes });
        }
    };
    Some(Found {
        field: field.name.clone(),
        words: words.to_owned(),
        before: shown(now),
        becomes: becomes_of(sample, field, state.unwrap_or_default(), term, label, now),
    })
}

fn read_in(sample: &ReadSample, key: &str, reader: &Reader) -> Option<Found> {
    let of_key = sample.attributes.iter().map(key_of).find(|(name, value)| name == key && !value.is_empty());
    let (_, text) = of_key?;
    let field = reader.field();
    let now = said_of(sample, &field.name).next().filter(|_| !field.many);
    let becomes = match reader.read(text) {
        Ok(None) => return None,
        Ok(Some((state, term, label))) => becomes_of(sample, field, state, &term, &label, now),
        Err(why) => Becomes::Unread(why),
    };
    Some(Found { field: field.name.clone(), words: text.to_owned(), before: shown(now), becomes })
}

fn ignored_in(sample: &ReadSample, place: &Place, key: &str) -> Vec<Found> {
    let read = |value: &&Value| {
        let said = Said::of(&sample.attributes, value, &place.accession);
        value.curation.is_none()
            && value.evidence.is_some()
            && !value.term.is_empty()
            && plain_key(&said.attribute) == key
    };
    let found = |value: &Value| Found {
        field: value.field.clone(),
        words: value.evidence.as_ref().map_or_else(String::new, |read| read.text.clone()),
        before: shown(Some(value)),
        becomes: Becomes::This(Box::new(decision(
            sample.id,
            &value.field,
            CurationAction::Reject,
            None,
            ("", ""),
            Some(value),
        ))),
    };
    sample.values.iter().filter(read).map(found).collect()
}

fn becomes_of(
    sample: &ReadSample,
    field: &Field,
    state: ValueState,
    term: &str,
    label: &str,
    now: Option<&Value>,
) -> Becomes {
    let is_said = |value: &Value| value.accepted && value.state == state && value.term == term;
    let mut others = said_of(sample, &field.name);
    if others.any(is_said) && (field.many || said_of(sample, &field.name).count() == 1) {
        return Becomes::Same(state, term.to_owned(), label.to_owned());
    }
    let action = match state {
        ValueState::NotReported | ValueState::NotApplicable => CurationAction::Remove,
        _ if field.many && !term.is_empty() => CurationAction::Accept,
        _ => CurationAction::Set,
    };
    Becomes::This(Box::new(decision(sample.id, &field.name, action, Some(state), (term, label), now)))
}

fn decision(
    sample: SampleId,
    field: &str,
    action: CurationAction,
    state: Option<ValueState>,
    (term, label): (&str, &str),
    beneath: Option<&Value>,
) -> Decision {
    Decision {
        sample,
        field: field.to_owned(),
        action,
        state,
        term: term.to_owned(),
        label: label.to_owned(),
        note: String::new(),
        question: None,
        beneath: beneath.map(beneath_of),
    }
}

/// A value as it stands beneath a decision about it.
pub fn beneath_of(value: &Value) -> Beneath {
    Beneath {
        state: value.state,
        term: value.term.clone(),
        label: value.label.clone(),
        score: value.score,
        method: value.method.clone(),
        version: value.version.clone(),
    }
}
