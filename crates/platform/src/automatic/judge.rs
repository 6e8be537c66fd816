//! From decisions to judgements: a job reads every batch that came to count or was taken back since. It may run again at
//! any time.

use super::outcome::{Decided, Outcome};
use super::sql::{self, DecidedRow, Judgement};
use super::watch;
use crate::jobs::{Handler, Running};
use crate::{Ctx, Deployment, Tx, harmonize, review};
use chorale_model::curation::CurationAction;
use chorale_model::harmonize::ValueState;
use chorale_model::{BatchId, Fault, OrganizationId, Time};
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Batches that are judged before their outcomes are watched.
const BATCHES: i64 = 200;
/// Rows of one transaction.
const ROWS: usize = 300;
/// Parts into which scores are counted.
pub const BANDS: usize = review::BANDS as usize;

/// Decisions changed values. Given to `harmonize::State`, which tells it after the decision itself: fifty curators would
/// wait for each other at the one job that waits.
pub fn decided<'t>(tx: &'t mut Tx, ctx: &'t Ctx, _: &'t str) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(harmonize::follow(tx, ctx, JudgeJob::FOLLOWER))
}

/// Begins to judge what was decided while no program did; for how many organizations.
pub async fn catch_up(app: &Arc<Deployment>) -> Result<usize, Fault> {
    harmonize::catch_up(app, JudgeJob::FOLLOWER, |app, organization| {
        Box::pin(async move { Ok(!sql::list_pending(&app.db, organization, 1).await?.is_empty()) })
    })
    .await
}

/// What outcomes are counted for: a collection's field and an annotator.
pub type Watched = (Uuid, String, String);

/// Jobs of kind `judge`: of the job's organization, or of all.
pub struct JudgeJob;

impl JudgeJob {
    pub const KIND: &'static str = "judge";
    const FOLLOWER: harmonize::Follower = (Self::KIND, "Measure automatic curation by decisions");
}

impl Handler for JudgeJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Json, Fault>> {
        Box::pin(async move {
            let mut judged = 0;
            for organization in harmonize::followed(job).await? {
                judged += judge(job, organization).await?;
            }
            Ok(json!({ "batches": judged }))
        })
    }
}

/// Some batches at a time: their judgements are written, then outcomes are watched, and only then a batch is done with, so
/// that a killed job does all of it again.
async fn judge(job: &Running, organization: OrganizationId) -> Result<i64, Fault> {
    let mut judged = 0;
    loop {
        let pending = sql::list_pending(job.ctx.db(), organization, BATCHES).await?;
        if pending.is_empty() {
            return Ok(judged);
        }
        let mut touched: BTreeSet<Watched> = BTreeSet::new();
        for (done, one) in (0..).zip(&pending) {
            job.progress(done, pending.len() as i64, "batches", "judging").await?;
            touched.extend(judge_batch(job, organization, one).await?);
        }
        watch::look(job, organization, touched).await?;
        judged += pending.len() as i64;
        job.write(move |tx| {
            Box::pin(async move {
                for one in pending {
                    sql::put_judged(tx, organization, one.batch, one.changed_at).await?;
                }
                Ok(())
            })
        })
        .await?;
    }
}

async fn judge_batch(
    job: &Running,
    organization: OrganizationId,
    pending: &sql::Pending,
) -> Result<BTreeSet<Watched>, Fault> {
    let (db, batch) = (job.ctx.db(), BatchId(pending.batch));
    let mut touched: BTreeSet<Watched> = sql::list_watched(db, organization, batch).await?.into_iter().collect();
    let rows = match pending.applied_at {
        Some(at) => judgements(job, organization, batch, Time(at)).await?,
        None => Vec::new(),
    };
    touched.extend(rows.iter().map(|row| (row.collection, row.field.clone(), row.annotator.clone())));
    job.write(move |tx| Box::pin(async move { sql::forget(tx, organization, batch).await })).await?;
    for rows in rows.chunks(ROWS) {
        let rows = rows.to_vec();
        job.write(move |tx| Box::pin(async move { sql::put(tx, organization, rows).await })).await?;
    }
    Ok(touched)
}

/// What a batch that counts says of annotators, question by question.
async fn judgements(
    job: &Running,
    organization: OrganizationId,
    batch: BatchId,
    at: Time,
) -> Result<Vec<Judgement>, Fault> {
    let db = job.ctx.db();
    let mut all: BTreeMap<(Watched, Uuid), Judgement> = BTreeMap::new();
    for row in sql::list_decided(db, organization, batch).await? {
        let one = read(&row)?;
        let found = match (row.layer(), row.question) {
            (Layer::Annotator(annotator), question) => judgement(&row, &one, annotator, question, batch, at),
            // Who changes what a colleague answered judges the suggestion anew.
            (Layer::Person, Some(question)) => {
                let place = (row.collection, row.field.as_str(), question);
                let known = sql::find_newest(db, organization, place, batch).await?;
                known.and_then(|known| again(&row, &one, known, batch, at))
            }
            (Layer::Person | Layer::Nobody, _) => None,
        };
        let Some(found) = found else { continue };
        let key = ((found.collection, found.field.clone(), found.annotator.clone()), found.question);
        match all.get_mut(&key) {
            None => drop(all.insert(key, found)),
            Some(known) => {
                known.samples += found.samples;
                if found.score < known.score {
                    (known.score, known.band) = (found.score, found.band);
                }
            }
        }
    }
    Ok(all.into_values().collect())
}

/// Who said what stood there.
pub enum Layer {
    /// Its version up to the ontologies.
    Annotator(String),
    Person,
    Nobody,
}

fn read(row: &DecidedRow) -> Result<Decided, Fault> {
    let from = match &row.from_state {
        Some(state) => Some((word::<ValueState>(state)?, row.from_term.clone().unwrap_or_default())),
        None => None,
    };
    Ok(Decided {
        action: word::<CurationAction>(&row.action)?,
        state: row.state.as_deref().map(word).transpose()?,
        term: row.term.clone(),
        from,
    })
}

fn word<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_value(text.into()).map_err(|e| Fault::internal("reading a curation", e))
}

fn judgement(
    row: &DecidedRow,
    one: &Decided,
    annotator: String,
    question: Option<Uuid>,
    batch: BatchId,
    at: Time,
) -> Option<Judgement> {
    let outcome = one.outcome()?;
    let score = row.score.unwrap_or(0.0);
    let (state, term, label) = match (&one.from, outcome) {
        (Some((state, term)), Outcome::Right | Outcome::Wrong) => {
            (state.name(), term.clone(), row.from_label.clone().unwrap_or_default())
        }
        _ => ("", String::new(), String::new()),
    };
    Some(Judgement {
        collection: row.collection,
        field: row.field.clone(),
        annotator,
        question: question.unwrap_or_else(|| one.stands_for(batch.0)),
        batch: batch.0,
        state: state.to_owned(),
        term,
        label,
        score,
        band: band(score),
        outcome: outcome.name().to_owned(),
        to_state: to_state(one),
        to_term: row.term.clone(),
        to_label: row.label.clone(),
        samples: row.samples,
        at: at.0,
    })
}

/// A question that was judged before, as this batch answers it.
fn again(row: &DecidedRow, one: &Decided, known: Judgement, batch: BatchId, at: Time) -> Option<Judgement> {
    let from = Some((word::<ValueState>(&known.state).ok()?, known.term.clone()));
    let outcome = Decided { from, ..one.clone() }.outcome()?;
    Some(Judgement {
        batch: batch.0,
        outcome: outcome.name().to_owned(),
        to_state: to_state(one),
        to_term: row.term.clone(),
        to_label: row.label.clone(),
        samples: row.samples,
        at: at.0,
        ..known
    })
}

fn to_state(one: &Decided) -> String {
    let state = if one.is_value() { Some(one.state.unwrap_or_default()) } else { one.state };
    state.map_or("", ValueState::name).to_owned()
}

fn band(score: f64) -> i64 {
    ((score * BANDS as f64) as i64).clamp(0, BANDS as i64 - 1)
}
