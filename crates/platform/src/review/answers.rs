//! Answers, question by question: written with the batch that settles them, so that what the same words became is known
//! with who said so, and that what is taken back waits again at once.

use super::decide::being_decided;
use super::settle::Plan;
use super::sql::{self, AnswerRow, ValueRow};
use crate::curation::Changed;
use crate::jobs::Running;
use crate::{Ctx, Tx};
use chorale_model::review::{ReviewAnswer, ReviewState};
use chorale_model::{BatchId, CollectionId, Fault, OrganizationId, QuestionId, Role};
use futures::future::BoxFuture;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Rows of one transaction.
const ROWS: usize = 400;
/// So many rows wait again in the transaction that takes their batch back; more wait for the job that gathers them.
const RESTORED: i64 = 500;

/// Settles what few rows say, in the transaction of their batch; false: of something that waited nothing waits now.
pub async fn settle(
    tx: &mut Tx,
    organization: OrganizationId,
    plan: &Plan,
    rows: &[ValueRow],
    batch: BatchId,
) -> Result<bool, Fault> {
    let matching = &plan.asked.matching;
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        let gathered = serde_json::to_string(row).map_err(|e| Fault::internal("writing a question", e))?;
        answers.push(AnswerRow { gathered: Some(gathered), ..answer(plan, row) });
    }
    for rows in answers.chunks(ROWS) {
        sql::put_answers(tx, organization, matching, batch, rows.to_vec()).await?;
    }
    let ids: BTreeSet<Uuid> = rows.iter().map(|row| row.id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if plan.asked.only.is_some() {
        let Some(row) = rows.first() else { return Ok(false) };
        let settled = sql::settle_one(tx, organization, matching, row.id, row.dataset).await?;
        told_of_jobs(tx, organization, plan, &ids).await?;
        return Ok(settled || matching.state != ReviewState::Waiting);
    }
    let waited = rows.iter().filter(|row| row.waiting > 0).count() as u64;
    let settled = sql::settle(tx, organization, matching, &ids).await?;
    told_of_jobs(tx, organization, plan, &ids).await?;
    Ok(matching.state != ReviewState::Waiting || settled >= waited)
}

/// Behind the rows that were settled: a job that begins to decide them is waited for there.
async fn told_of_jobs(tx: &mut Tx, organization: OrganizationId, plan: &Plan, ids: &[Uuid]) -> Result<(), Fault> {
    match sql::find_settling(tx, organization, &plan.asked.matching, ids, None).await? {
        None => Ok(()),
        Some(title) => Err(being_decided(&title)),
    }
}

/// The same rows for a job's batch, before it counts.
pub async fn write(
    job: &Running,
    organization: OrganizationId,
    plan: &Plan,
    rows: &[ValueRow],
    batch: BatchId,
) -> Result<(), Fault> {
    for rows in rows.chunks(ROWS) {
        let answers: Vec<AnswerRow> = rows.iter().map(|row| answer(plan, row)).collect();
        let matching = plan.asked.matching.clone();
        job.write(move |tx| {
            Box::pin(async move { sql::put_answers(tx, organization, &matching, batch, answers).await })
        })
        .await?;
    }
    Ok(())
}

fn answer(plan: &Plan, row: &ValueRow) -> AnswerRow {
    let (answer, term, label) = match plan.asked.answer {
        ReviewAnswer::Accept => ("accept", row.term.clone(), row.label.clone()),
        ReviewAnswer::Change => ("change", plan.term.clone(), plan.label.clone()),
        ReviewAnswer::Reject => ("reject", String::new(), String::new()),
        ReviewAnswer::NotReported => ("not_reported", String::new(), String::new()),
        ReviewAnswer::NotApplicable => ("not_applicable", String::new(), String::new()),
    };
    let waiting = if plan.asked.only.is_some() { row.waiting.min(1) } else { row.waiting };
    AnswerRow {
        question: row.id,
        dataset: row.dataset,
        words: row.words.clone(),
        answer: answer.to_owned(),
        term,
        label,
        samples: plan.samples(row),
        waiting,
        gathered: None,
    }
}

/// A batch counts, or no longer: what a batch settled that is taken back waits again. Given to `curation::Listeners`.
pub fn curated<'t>(tx: &'t mut Tx, _: &'t Ctx, changed: &'t Changed) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move {
        let Changed { organization, batch, .. } = *changed;
        let rows = sql::list_reverted_answers(tx, organization, batch, RESTORED + 1).await?;
        if rows.len() as i64 > RESTORED {
            return Ok(());
        }
        for row in rows {
            sql::wait_again(tx, organization, row).await?;
        }
        Ok(())
    })
}

/// The question that a batch is the answer to, where it is one: where an undo leads back to.
pub async fn question_of(
    ctx: &Ctx,
    collection: CollectionId,
    field: &str,
    batch: BatchId,
) -> Result<Option<QuestionId>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let questions = sql::list_answered(ctx.db(), organization, (collection, field), batch, 2).await?;
    Ok(match questions.as_slice() {
        [one] => Some(*one),
        _ => None,
    })
}
