//! Server functions: what the forms post to, `/_fn/NAME`. Each calls one verb; the answer to a browser's form is a
//! redirect with a message, to a program the fault as JSON with its status.
//! Start at `answer`; a new function also needs a row in the server's route table, or its test fails.

pub mod account;
mod answer;
pub mod automatic;
pub mod decisions;
pub mod experiments;
pub mod fields;
pub mod grid;
pub mod harmonize;
pub mod imports;
pub mod invitations;
pub mod members;
pub mod models;
pub mod organization;
pub mod projects;
pub mod promotions;
pub mod reports;
pub mod review;
pub mod rules;
pub mod session;
pub mod views;
pub mod webhooks;

pub use answer::{Done, Next, Refusal};
