//! A rule about words as it is typed, in the address of its form and in what the form posts.

use super::PATH;
use crate::address::address;
use crate::load::Asked;
use chorale_model::harmonize::ValueState;
use chorale_model::rules::{MakeRule, RuleSays, RuleScope, RuleValue};
use chorale_model::{CollectionId, Fault};
use chorale_platform::{Ctx, rules};

/// What the words become, as a choice of the form.
pub const ANSWERS: [(&str, &str); 4] = [
    ("is", "become this value"),
    ("is_not", "are not this value"),
    ("not_reported", "report nothing"),
    ("not_applicable", "need no value here"),
];
/// Where it holds.
pub const SCOPES: [(&str, &str); 3] = [
    ("collection", "all of the collection"),
    ("series", "one series"),
    ("submitter", "what one person or institute submitted"),
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub collection: CollectionId,
    pub field: String,
    pub attribute: String,
    pub words: String,
    pub answer: String,
    pub term: String,
    pub scope: String,
    /// The series' accession, or the submitter's name.
    pub of: String,
    pub why: String,
}

impl Typed {
    /// As the address says it.
    pub fn of(asked: &Asked, collection: CollectionId) -> Typed {
        let word = |key: &str, usual: &str| Some(asked.word(key)).filter(|it| !it.is_empty()).unwrap_or(usual.into());
        Typed {
            collection,
            field: asked.word("field"),
            attribute: asked.word("attribute"),
            words: asked.word("words"),
            answer: word("answer", "is"),
            term: asked.word("term"),
            scope: word("scope", "collection"),
            of: asked.word("of"),
            why: asked.word("why"),
        }
    }

    pub fn pairs(&self) -> [(&'static str, String); 9] {
        [
            ("collection", self.collection.to_string()),
            ("field", self.field.clone()),
            ("attribute", self.attribute.clone()),
            ("words", self.words.clone()),
            ("answer", self.answer.clone()),
            ("term", self.term.clone()),
            ("scope", self.scope.clone()),
            ("of", self.of.clone()),
            ("why", self.why.clone()),
        ]
    }

    /// The form with all of it, looked at.
    pub fn looked(&self) -> String {
        let pairs = self.pairs();
        let pairs = pairs.iter().map(|(key, value)| (*key, value.as_str()));
        address(&format!("{PATH}/new"), pairs.chain([("look", "true")]))
    }

    /// The rule that it says.
    pub async fn rule(&self, ctx: &Ctx) -> Result<MakeRule, Fault> {
        let (term, label) = (self.term.trim().to_owned(), String::new());
        let becomes = match self.answer.as_str() {
            "is" => RuleValue::Is { term, label, state: ValueState::Present },
            "is_not" => RuleValue::IsNot { term, label },
            "not_reported" => RuleValue::NotReported,
            "not_applicable" => RuleValue::NotApplicable,
            other => return Err(Fault::field("answer", format!("\"{other}\" is no choice here"))),
        };
        let scope = match self.scope.as_str() {
            "collection" => RuleScope::Collection,
            "series" => rules::series(ctx, self.collection, &self.of).await?,
            "submitter" => RuleScope::Submitter { name: self.of.trim().to_owned() },
            other => return Err(Fault::field("scope", format!("\"{other}\" is no choice here"))),
        };
        let (field, attribute, words) = (self.field.clone(), self.attribute.clone(), self.words.clone());
        let says = RuleSays::Words { field, attribute, words, becomes };
        Ok(MakeRule { collection: self.collection, scope, says, why: self.why.clone() })
    }
}
