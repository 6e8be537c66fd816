//! Every statement on the tables of jobs, by noun.

mod claims;
mod files;
mod jobs;
mod retention;
mod schedules;
mod warnings;

pub use claims::{GivenBack, any_ready, claim, end, end_leases, give_back, holds, recover, renew};
pub use files::{list_files, put_file};
pub use jobs::{cancel, count_by_state, find, find_open_by_key, insert, list, retry};
pub use retention::{delete_ended, list_outlived};
pub use schedules::{put_schedule, take_due_schedule};
pub use warnings::{add_warnings, count_warnings, forget_reports, list_warnings};
