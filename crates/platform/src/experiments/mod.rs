//! Experiments and their runs: params, tags, metrics as they come, the data and the models that runs read and make, and
//! their artifacts, with MLflow's meanings. Owns the tables of `0029_experiments.sql`, `0034_brought.sql` and
//! `0035_upload_parts.sql`. A point, a param and a finished artifact are never changed; whose an artifact is stands in its row and
//! is never read out of its path. It must never know how a client speaks: MLflow's words and envelopes are its face's.
//!
//! Start at [`log`] for what is written most, at [`search_runs`] for what is read most, at [`crate::filter`] for the grammar.

mod artifacts;
mod bringing;
mod card;
mod csv_file;
mod experiment;
mod groups;
mod history;
mod inputs;
mod intake;
mod lineage;
mod logged;
mod mlmodel;
mod names;
mod parts;
mod preview;
mod promoting;
mod registering;
mod removing;
mod run;
mod search;
mod sql;
mod tables;

pub use artifacts::{
    Download, Owner, Storing, artifact, delete_artifacts, list_all_artifacts, list_artifacts, start_artifact,
    version_artifact,
};
pub use bringing::{
    BringExperiment, BringRun, BroughtExperiment, Kind, LeftOut, Mark, Measured, POINTS_TOGETHER, bring_artifact,
    bring_experiment, bring_logged_model, bring_points, bring_run, check_point, find_marks, keeps_artifacts, put_mark,
};
pub use card::load_version_card;
pub use csv_file::export_runs;
pub use experiment::{
    create_experiment, delete_experiment, delete_experiment_tag, find_experiment_named, load_experiment,
    rename_experiment, restore_experiment, search_experiments, set_experiment_tag,
};
pub use groups::group_runs;
pub use history::{RunPoint, curves, histories, history, sampled_history};
pub use inputs::{log_inputs, log_outputs, search_datasets};
pub use intake::{State, log};
pub use lineage::{run_lineage, version_lineage};
pub use logged::{
    create_logged_model, delete_logged_model, delete_logged_model_tag, finalize_logged_model, load_logged_model,
    log_logged_model_params, search_logged_models, set_logged_model_tags,
};
pub use names::{LONGEST_PARAM, LONGEST_TAG};
pub use parts::{MOST_PARTS, SentPart, StoringPart, abort_parts, begin_parts, complete_parts, start_part};
pub use preview::{Part, Preview, preview_artifact};
pub use promoting::review_promotion;
pub use registering::{RegisterVersion, register_version};
pub use removing::{RemoveDeleted, Removed, preview_removal, remove_deleted, remove_runs};
pub use run::{create_run, delete_runs, delete_tag, load_run, record_model, restore_runs, update_run, write_note};
pub use search::{Found, count_runs, search_runs};
pub use tables::{MOST_RUNS, check_filter, cut_value, list_experiments, list_run_keys, list_runs, list_values};

use chorale_model::Time;

/// As clients count time.
fn millis(time: Time) -> i64 {
    time.0 / 1_000
}

#[cfg(test)]
mod tests;
