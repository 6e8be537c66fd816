//! Questions for a room that hands them out itself: which there are and what each is worth, what they say at that moment,
//! what a curator sees of one without what others decided, and settling one by a job.

use super::decide::{also, plan};
use super::list::check;
use super::settle::settle_plan;
use super::task::RANKED;
use super::{ranked, sql};
use crate::jobs::Running;
use crate::{Ctx, curation, harmonize};
use chorale_model::fields::Field;
use chorale_model::harmonize::{Evidence, ValueState};
use chorale_model::review::{DecideValues, Ranked, ReviewAnswer, ReviewFilter, ReviewValue};
use chorale_model::{DatasetId, Fault, OrganizationId, QuestionId, Role, SampleId};
use serde_json::Value as Json;
use std::collections::HashMap;

/// Questions whose samples are read at once.
const AT_ONCE: usize = 500;

/// A question as it is weighed against others.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    pub id: QuestionId,
    /// What it would become.
    pub term: String,
    /// The lowest score.
    pub score: f64,
    /// Many samples, little certainty.
    pub worth: f64,
}

/// Every question that matches, what is worth most first; of one dataset or of all.
pub async fn weigh(ctx: &Ctx, filter: &ReviewFilter, dataset: Option<DatasetId>) -> Result<Vec<Weighed>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    check(ctx, organization, filter).await?;
    sql::list_weighed(ctx.db(), organization, filter, dataset).await
}

/// What questions say now, with where it was read; what is not asked any more is left out.
pub async fn freeze(
    ctx: &Ctx,
    filter: &ReviewFilter,
    ids: &[QuestionId],
) -> Result<Vec<(ReviewValue, Option<Evidence>)>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    check(ctx, organization, filter).await?;
    let mut frozen = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let questions = sql::list_questions(ctx.db(), organization, filter, ids).await?;
        let samples: Vec<SampleId> = questions.iter().map(|question| question.sample).collect();
        let values = harmonize::values_of(&ctx.app, organization, &samples).await?;
        let mut found: HashMap<QuestionId, (ReviewValue, Option<Evidence>)> = HashMap::new();
        for question in questions {
            let of_sample = values.get(&question.sample).into_iter().flatten();
            let mut said = of_sample.filter(|value| value.field == question.field && value.term == question.term);
            let evidence = said.next().and_then(|value| value.evidence.clone());
            found.insert(question.id, (question, evidence));
        }
        frozen.extend(ids.iter().filter_map(|id| found.remove(id)));
    }
    Ok(frozen)
}

/// What a question may be answered with, by the annotator and by names alone: what the same words became before, others
/// decided.
pub async fn ranked_blind(
    ctx: &Ctx,
    field: &Field,
    question: &ReviewValue,
    evidence: Option<&Evidence>,
) -> Result<Vec<Ranked>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let of = (question.dataset, question.sample);
    let likely = harmonize::likely(&ctx.app, organization, of, field, RANKED).await?;
    ranked::of(ctx, field, question, &[], (evidence, likely)).await
}

/// What an answer says of a sample.
pub struct SaidValue {
    pub state: ValueState,
    pub term: String,
    pub label: String,
    /// What holds beside it, as id and label.
    pub also: Vec<(String, String)>,
}

/// The values that an answer says. A rejected suggestion leaves none.
pub async fn said_by(
    ctx: &Ctx,
    field: &Field,
    question: &ReviewValue,
    answer: ReviewAnswer,
    term: Option<&str>,
    named: &[String],
) -> Result<Option<SaidValue>, Fault> {
    ctx.require(Role::Curator)?;
    let also = also(ctx, field, answer, named).await?;
    if answer == ReviewAnswer::Accept && question.term.is_empty() && !also.is_empty() {
        return Err(Fault::field(
            "also",
            "stands beside a suggestion that names no value; change to the first of them",
        ));
    }
    if answer != ReviewAnswer::Change && term.is_some_and(|term| !term.trim().is_empty()) {
        return Err(Fault::field("term", "stands beside an answer that names none; only \"change\" does"));
    }
    let (state, (term, label)) = match answer {
        ReviewAnswer::Accept => (question.state, (question.term.clone(), question.label.clone())),
        ReviewAnswer::Change => {
            (ValueState::Present, harmonize::check_value(ctx, field, term.unwrap_or_default()).await?)
        }
        ReviewAnswer::Reject => return Ok(None),
        ReviewAnswer::NotReported => (ValueState::NotReported, Default::default()),
        ReviewAnswer::NotApplicable => (ValueState::NotApplicable, Default::default()),
    };
    Ok(Some(SaidValue { state, term, label, also }))
}

/// Settles what an answer is about, as the work of `job`: one batch, whether the job runs once or again.
pub async fn settle_by(
    job: &Running,
    organization: OrganizationId,
    matching: ReviewFilter,
    question: QuestionId,
    (answer, term, also): (ReviewAnswer, Option<String>, Vec<String>),
    why: String,
) -> Result<Json, Fault> {
    let values = Some(vec![question]);
    let asked = DecideValues { matching, values, answer, term, also, only: None, why };
    let (_, plan) = plan(&job.ctx, asked).await?;
    let (matching, id) = (plan.asked.matching.clone(), job.id);
    let own = job.write(move |tx| {
        Box::pin(async move { sql::begin_settling(tx, organization, &matching, &[question.0], id).await })
    });
    if !own.await? {
        return Err(Fault::busy("another job is deciding this question; it is settled after that"));
    }
    curation::once(job, organization, settle_plan(job, organization, plan)).await
}
