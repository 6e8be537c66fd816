//! Every statement on projects, their items and tasks, by noun.

use chorale_model::Fault;
use serde::Serialize;
use serde::de::DeserializeOwned;

mod items;
mod plans;
mod tasks;

pub use items::*;
pub use plans::*;
pub use tasks::*;

pub fn write(of: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(of).map_err(|e| Fault::internal("writing a part of a project", e))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::internal("reading a part of a project", e))
}

/// A word of an enumeration, as its JSON writes it.
fn word<T: DeserializeOwned>(text: String) -> Result<T, Fault> {
    serde_json::from_value(text.into()).map_err(|e| Fault::internal("reading a part of a project", e))
}
