//! Review: what waits for people, gathered into questions. Samples that say the same under one attribute, and of which
//! the same was made, are one; a decision settles them all, as a batch of curations. Owns `review_values` and
//! `review_settling`, which can be made again from values at any time, and `review_answers`, `comments` and
//! `mentions`, which stay. It must never decide anything by itself.
//!
//! Start at [`list_values`] for what people see, [`decide()`] for what they do; `gather` makes the rows, `question` says
//! what belongs together, and `frozen` serves a room that hands questions out itself.

mod alike;
mod answers;
mod blind;
mod comments;
mod counts;
mod csv_file;
mod decide;
mod frozen;
mod gather;
mod list;
mod places;
mod question;
mod ranked;
mod scores;
mod settle;
mod shown;
mod sql;
mod task;

pub use alike::said_alike;
pub use answers::{curated, question_of};
pub use blind::Blind;
pub use comments::{
    comment, comment_frozen, comments_of, count_unread, list_comments, list_mentions, list_people, read_mentions,
};
pub use counts::list_fields;
pub use csv_file::export_values;
pub use decide::{decide, preview};
pub use frozen::{SaidValue, Weighed, freeze, ranked_blind, said_by, settle_by, weigh};
pub use gather::{BANDS, GatherJob, annotated, catch_up};
pub use list::{check as check_filter, list_values, load_question};
pub use question::Said;
pub use scores::{Accepting, ScoreCount, WouldAccept, count_scores, would_accept};
pub use settle::{DecideJob, decision_about};
pub use task::{free, next_task, skip};

#[cfg(test)]
mod tests;
