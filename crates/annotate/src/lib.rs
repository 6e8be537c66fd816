//! Annotators: from what a source said of a sample to suggested terms for its fields, each with the span that it was read
//! at, how sure it is, and what found it.
//!
//! Owns the reading of samples: which part of a text is a key and which a value, what a name means in its company, and
//! which of several values hold. It must never touch SQL or HTTP, and it decides nothing for people: accepting, reviewing
//! and abstaining are harmonization's business. What a name can mean is `chorale-ontology`'s.
//!
//! Start at [`Annotator::annotate`]. One value is read by `reading`, the samples of a study are put together by `study`,
//! one sample's mentions become candidates in `pool`, and `choose` makes suggestions of them. What people write that no
//! ontology holds is data, in `lexicon/data`.

pub mod age_group;
mod annotator;
mod candidate;
mod choose;
mod combine;
pub mod evaluate;
mod field;
mod item;
pub mod learned;
mod lexicon;
mod pool;
mod project;
mod quantity;
mod reading;
mod said;
mod study;
mod suggestion;
mod terms;
pub mod titles;
pub mod worth;

pub use annotator::{Annotator, RULES};
pub use candidate::{Candidate, Features, Fit, Meaning, Source, Span};
pub use choose::{suggestion, suggestions};
pub use field::Field;
pub use item::{Item, MOST_ATTRIBUTES, MOST_CHARS, Study, Unread, unread};
pub use lexicon::{KeyAsks, key_asks};
pub use project::{CONTROL, Projected, project};
pub use quantity::{Kind, Quantity, amount};
pub use said::said;
pub use suggestion::{Evidence, Method, State, Suggestion};
