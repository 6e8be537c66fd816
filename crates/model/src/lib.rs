//! The words of Chorale: ids, inputs, outputs and faults that forms, JSON, OpenAPI, the Python client and the
//! database share. Compiles to WASM; must never know SQL, HTTP or the clock. Start at [`Fault`] and [`Role`].

pub mod alerts;
pub mod audit;
pub mod automatic;
pub mod catalog;
pub mod comments;
pub mod curation;
pub mod discovery;
pub mod exchange;
pub mod experiments;
pub mod fault;
pub mod fields;
pub mod float;
pub mod grid;
pub mod harmonize;
pub mod identity;
pub mod ids;
pub mod jobs;
pub mod metering;
pub mod number;
pub mod ontologies;
pub mod page;
pub mod projects;
pub mod registry;
pub mod reports;
pub mod retraining;
pub mod review;
pub mod rules;
pub mod sources;
pub mod time;
pub mod views;
pub mod webhooks;

pub use fault::{Fault, FaultKind, FieldFault};
pub use identity::Role;
pub use ids::*;
pub use page::Page;
pub use time::Time;
