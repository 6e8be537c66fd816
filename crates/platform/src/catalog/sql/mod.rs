//! All SQL of the catalog, by noun. The organization is the first predicate of each statement; what a person reads
//! joins the collection as `c` and says `visible!()`.

pub mod changes;
pub mod collections;
pub mod datasets;
pub mod files;
pub mod hits;
pub mod index_feed;
pub mod objects;
pub mod publish;
pub mod samples;
pub mod stage;
pub mod sweep;

use chorale_model::Fault;
use chorale_model::catalog::RawAttribute;

/// A JSON column as its type.
pub fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::internal("reading a JSON column of the catalog", e))
}

/// A list as a JSON column.
pub fn json_text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("lists of texts become JSON")
}

/// `[[key, value], …]` as attributes.
pub fn attributes(text: &str) -> Result<Vec<RawAttribute>, Fault> {
    let pairs: Vec<(String, String)> = json(text)?;
    Ok(pairs.into_iter().map(|(key, value)| RawAttribute { key, value }).collect())
}
