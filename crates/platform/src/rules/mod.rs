//! Rules: decisions that stand. Owns `rules` and what was applied of them, the attribute keys of collections, and the job
//! that applies rules to what is imported. What a rule changes are batches of curations: it must never write values by
//! itself, never touch what a person decided, and never apply a rule twice to a sample.
//!
//! Start at [`make_rule`] and [`list_keys`] for what people do, at [`RulesJob`] for what follows; `matching` says what a
//! rule finds in a sample, `key` what an attribute's key is.

mod apply;
mod count;
mod key;
mod keys;
mod list;
mod make;
mod matching;
mod preview;
mod questions;
mod sql;
mod suggest;

pub use apply::{RulesJob, annotated, catch_up};
pub use keys::list_keys;
pub use list::{list_rules, load_rule};
pub use make::{make_rule, series, switch_rule};
pub use preview::preview_rule;
pub use questions::{check_questions, make_rules_of_questions};

#[cfg(test)]
mod tests;
