//! What the address says: which values are listed, which of them are picked, and the answer that is looked at.

use super::PATH;
use crate::address::{address, one};
use crate::load::Asked;
use chorale_model::review::{DecideValues, ReviewAnswer, ReviewFilter, ReviewOrder, ReviewState};
use chorale_model::{Fault, QuestionId};
use serde::Serialize;

/// Everything that matches is picked.
pub const ALL: &str = "all";

#[derive(Clone, Debug, PartialEq)]
pub struct Asking {
    pub filter: ReviewFilter,
    pub order: ReviewOrder,
    /// Named one by one.
    pub picked: Vec<QuestionId>,
    pub all: bool,
    pub answer: Option<ReviewAnswer>,
    pub term: String,
    pub why: String,
    pub cursor: String,
}

impl Asking {
    /// None: no collection or no field is named.
    pub fn of(asked: &Asked) -> Result<Option<Asking>, Fault> {
        let (Some(collection), Some(field)) = (one(&asked.query, "collection"), one(&asked.query, "field")) else {
            return Ok(None);
        };
        let score = |name: &str| match asked.word(name).trim() {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| Fault::field(name, format!("\"{text}\" is no score; give a number such as 0.85"))),
        };
        let filter = ReviewFilter {
            collection: collection.parse()?,
            field,
            q: asked.word("q"),
            state: asked.choice("state")?,
            least: score("least")?,
            most: score("most")?,
        };
        let picks = asked.query.get_all("pick").unwrap_or_default();
        let answer = match asked.word("answer").as_str() {
            "" => None,
            _ => Some(asked.choice::<Answer>("answer")?.0),
        };
        Ok(Some(Asking {
            filter,
            order: ReviewOrder { sort: asked.choice("sort")? },
            all: picks.iter().any(|pick| pick == ALL),
            picked: picks.iter().filter_map(|pick| pick.parse().ok()).collect(),
            answer,
            term: asked.word("term"),
            why: asked.word("why"),
            cursor: asked.word("cursor"),
        }))
    }

    /// What is listed, without the page of it and without what is picked.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let score = |score: Option<f64>| score.map(|score| score.to_string()).unwrap_or_default();
        let usual = |word: String, usual: &str| if word == usual { String::new() } else { word };
        vec![
            ("collection", self.filter.collection.to_string()),
            ("field", self.filter.field.clone()),
            ("q", self.filter.q.clone()),
            ("state", usual(word(&self.filter.state), "waiting")),
            ("least", score(self.filter.least)),
            ("most", score(self.filter.most)),
            ("sort", usual(word(&self.order.sort), "samples")),
        ]
    }

    /// The list with one thing changed; the first page of it.
    pub fn with(&self, key: &'static str, value: &str) -> String {
        let pairs = self.pairs();
        let pairs = pairs.iter().map(|(k, v)| (*k, if *k == key { value } else { v.as_str() }));
        address(PATH, pairs)
    }

    /// The list as it is, on this page of it.
    pub fn here(&self) -> String {
        let pairs = self.pairs();
        let pairs = pairs.iter().map(|(k, v)| (*k, v.as_str()));
        address(PATH, pairs.chain([("cursor", self.cursor.as_str())]))
    }

    /// What is looked at, where an answer and anything picked say it.
    pub fn decision(&self) -> Option<DecideValues> {
        let answer = self.answer.filter(|_| self.all || !self.picked.is_empty())?;
        Some(DecideValues {
            matching: self.filter.clone(),
            values: (!self.all).then(|| self.picked.clone()),
            answer,
            term: Some(self.term.clone()).filter(|term| !term.trim().is_empty()),
            also: Vec::new(),
            only: None,
            why: self.why.clone(),
        })
    }

    pub fn is_picked(&self, id: QuestionId) -> bool {
        self.all || self.picked.contains(&id)
    }
}

/// An answer of the address; the page asks for none when that says nothing.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Answer(ReviewAnswer);

impl Default for Answer {
    fn default() -> Answer {
        Answer(ReviewAnswer::Accept)
    }
}

/// A word of an enumeration, as its JSON names it.
pub fn word(of: &impl Serialize) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The states that are listed, with their words.
pub const STATES: [(ReviewState, &str); 3] =
    [(ReviewState::Waiting, "Waiting"), (ReviewState::Settled, "Settled"), (ReviewState::All, "All")];
