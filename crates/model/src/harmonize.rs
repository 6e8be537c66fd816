//! From what a source said to terms: what is asked of annotators and what they suggest.

use crate::Fault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Items to a request.
pub const MOST_ITEMS: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Annotate {
    /// 1,000 at most.
    pub items: Vec<AnnotateItem>,
}

/// What is to be annotated: a text, or a sample's attributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnnotateItem {
    /// A text or a number of the asker's choice; the answer repeats it.
    pub id: serde_json::Value,
    #[serde(default)]
    pub text: Option<String>,
    /// Instead of a text: what the source said, by key.
    #[serde(default)]
    pub attributes: Option<BTreeMap<String, String>>,
    /// The study it belongs to, which may say more about it.
    #[serde(default)]
    pub study: Option<String>,
}

impl Annotate {
    /// A fault that names the item which says nothing, too much, or who it is in a way that cannot be repeated.
    pub fn check(&self) -> Result<(), Fault> {
        if self.items.len() > MOST_ITEMS {
            let many = self.items.len();
            return Err(Fault::field("items", format!("{many} are too many; send {MOST_ITEMS} at a time")));
        }
        for (place, item) in self.items.iter().enumerate() {
            let refuse = |what: &str, why: &str| Err(Fault::field(&format!("items[{place}].{what}"), why));
            if !item.id.is_string() && !item.id.is_number() {
                return refuse("id", "must be a text or a number");
            }
            match (&item.text, &item.attributes) {
                (Some(_), None) | (None, Some(_)) => {}
                (None, None) => return refuse("text", "is missing; send a text, or attributes as {key: value}"),
                (Some(_), Some(_)) => return refuse("text", "stands beside attributes; send one of the two"),
            }
        }
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Annotations {
    /// In the order of the request.
    pub items: Vec<AnnotatedItem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnnotatedItem {
    pub id: serde_json::Value,
    pub suggestions: Vec<Suggestion>,
}

/// A term for a field, with whoever suggests it and what made them think so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// `disease`, `tissue`, …
    pub field: String,
    /// The id of a term: `MONDO:0007256`.
    pub term: String,
    pub label: String,
    /// 0 to 1.
    pub score: f64,
    pub method: String,
    /// Of the model that suggests it.
    pub version: String,
    /// None: nothing in the item says so by itself.
    pub evidence: Option<Evidence>,
}

/// Where in the item: offsets count Unicode scalar values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// The attribute's key; None in a text.
    pub attribute: Option<String>,
    pub start: u64,
    pub end: u64,
    pub text: String,
}
