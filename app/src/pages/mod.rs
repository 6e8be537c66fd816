//! One page, one file. A page reads through platform verbs and draws; its forms post to `/_fn/…` (see `functions`).
//! Start with `design` for the components, `dataset` for an object page.

pub mod account;
pub mod alerts;
pub mod annotate;
pub mod audit;
pub mod automatic;
pub mod by_value;
pub mod collection;
pub mod collections;
pub mod coverage;
pub mod curate;
pub mod dataset;
pub mod design;
pub mod fields;
pub mod help;
pub mod home;
pub mod import;
pub mod invitation;
pub mod invitations;
pub mod job;
pub mod jobs;
pub mod mapping;
pub mod members;
pub mod missing;
pub mod model;
pub mod models;
pub mod ontologies;
pub mod organization;
pub mod reset_password;
pub mod sample;
pub mod search;
pub mod sign_in;
pub mod term;
pub mod terms;
pub mod upgrade;
pub mod version_preview;
