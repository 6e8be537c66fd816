//! Application services: one room per capability, each the only owner of its tables and rules. Faces (REST, server
//! functions, the command line) are thin and call a room's verbs with a [`Ctx`]. A room uses only those before it:
//!
//! db objects ctx audit jobs < identity < alerts < metering < registry < ontologies < catalog < sources < curation < harmonize
//! < discovery < review < automatic < projects < rules < grid < reports < exchange < views < webhooks < retraining
//! < experiments < moving < care
//!
//! A room to the right that a left one must reach registers a job handler or a listener (`listeners`); the left one never
//! names it.

pub mod alerts;
pub mod assembly;
pub mod audit;
pub mod automatic;
pub mod care;
pub mod catalog;
pub mod ctx;
pub mod curation;
pub mod db;
pub mod discovery;
pub mod exchange;
pub mod experiments;
pub mod filter;
pub mod grid;
pub mod harmonize;
pub mod identity;
pub mod jobs;
mod limits;
pub mod listeners;
pub mod metering;
pub mod moving;
pub mod objects;
pub mod ontologies;
pub mod projects;
pub mod registry;
pub mod reports;
pub mod retraining;
pub mod review;
pub mod rules;
pub mod sources;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tls;
pub mod views;
pub mod webhooks;

pub use ctx::{Actor, Clock, Ctx, Deployment, Ids};
pub use db::{Db, Tx};
pub use listeners::Listeners;
