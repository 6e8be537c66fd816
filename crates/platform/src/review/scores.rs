//! Questions by their score: for whoever decides from which score on suggestions are accepted without a person.

use super::list::check;
use super::sql;
use crate::{Ctx, harmonize};
use chorale_model::automatic::ThresholdChange;
use chorale_model::review::{ReviewFilter, ReviewState};
use chorale_model::{CollectionId, Fault, Role};

/// Changes that are told.
const TOLD: i64 = 20;

/// Suggestions on samples, of a field and a twentieth of the score.
#[derive(Clone, Debug, PartialEq, sqlx_macros::FromRow)]
pub struct ScoreCount {
    pub field: String,
    pub band: i64,
    pub waiting: i64,
    /// Of them, those that wait by their score alone.
    pub by_score: i64,
    /// Those of which nothing waits and an annotator said it.
    pub automatic: i64,
}

/// Of one field, or of all: these read every question of the collection.
pub async fn count_scores(ctx: &Ctx, collection: CollectionId, field: Option<&str>) -> Result<Vec<ScoreCount>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    sql::count_scores(ctx.db(), organization, collection, field, harmonize::SCORE_REASONS).await
}

/// A threshold: what is accepted, and what waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accepting {
    /// What waits by its score is accepted from here on; None: nothing is.
    pub from: Option<f64>,
    /// What is accepted waits below this; None: all of it does.
    pub returns_below: Option<f64>,
}

/// What a threshold changes: samples and questions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WouldAccept {
    pub accepts: i64,
    pub accepts_questions: i64,
    pub returns: i64,
    pub returns_questions: i64,
    pub changes: Vec<ThresholdChange>,
}

pub async fn would_accept(
    ctx: &Ctx,
    collection: CollectionId,
    field: &str,
    accepting: Accepting,
) -> Result<WouldAccept, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (q, state) = (String::new(), ReviewState::All);
    let filter = ReviewFilter { collection, field: field.to_owned(), q, state, least: None, most: None };
    check(ctx, organization, &filter).await?;
    // No score reaches two.
    const NEVER: f64 = 2.0;
    let (from, below) = (accepting.from.unwrap_or(NEVER), accepting.returns_below.unwrap_or(NEVER));
    let of = (collection, field, from, below, harmonize::SCORE_REASONS);
    let db = ctx.db();
    let (counts, changes) =
        futures::try_join!(sql::count_accepted(db, organization, of), sql::list_accepted(db, organization, of, TOLD),)?;
    let (accepts, accepts_questions, returns, returns_questions) = counts;
    Ok(WouldAccept { accepts, accepts_questions, returns, returns_questions, changes })
}
