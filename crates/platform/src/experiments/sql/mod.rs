//! All SQL of the room: experiments, runs, what they log, and the lists that are asked for by a filter.

pub mod artifacts;
pub mod brought;
pub mod experiments;
pub mod groups;
pub mod history;
pub mod inputs;
pub mod log;
pub mod models;
pub mod packed;
pub mod parts;
pub mod removing;
pub mod runs;
pub mod search;
pub mod values;
