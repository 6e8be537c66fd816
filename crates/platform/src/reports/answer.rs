//! Settling a report: by a decision about its value, or by leaving the value as it is. Either goes back to whoever filed it.

use super::file::checked;
use super::sql::{self, Outcome};
use super::{Happened, list};
use crate::curation::{self, Decision};
use crate::{Ctx, Tx, audit, catalog, harmonize, listeners, review};
use chorale_model::fields::Field;
use chorale_model::reports::{AnswerReport, DeclineReport, Report, ReportState};
use chorale_model::review::{DecideValues, ReviewAnswer, ReviewFilter, ReviewState};
use chorale_model::{BatchId, Fault, JobId, OrganizationId, ReportId, Role};
use serde_json::json;

/// Settles it by a decision: about the sample alone, or about every sample that says the same.
pub async fn answer(ctx: &Ctx, id: ReportId, input: AnswerReport) -> Result<Report, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let words = checked("words", &input.words)?;
    let report = waiting(ctx, organization, id).await?;
    if input.answer == ReviewAnswer::Accept {
        return Err(Fault::field("answer", "accepts the value as it is; decline the report instead, and say why"));
    }
    let fields = harmonize::fields_of(ctx, report.collection).await?.fields;
    let field = fields.into_iter().find(|field| field.name == report.field).ok_or_else(|| {
        Fault::conflict(format!("the collection has no field \"{}\" any more; decline the report", report.field))
    })?;
    match input.all {
        true => about_all(ctx, organization, report, input, words).await?,
        false => about_one(ctx, organization, report, field, input, words).await?,
    }
    list::load_report(ctx, id).await
}

/// The value stays as it is.
pub async fn decline(ctx: &Ctx, id: ReportId, input: DeclineReport) -> Result<Report, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let words = checked("words", &input.words)?;
    if words.is_empty() {
        return Err(Fault::field("words", "are missing; say why the value stays, for whoever reported it"));
    }
    let report = waiting(ctx, organization, id).await?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let outcome = Outcome { state: ReportState::Declined, words, batch: None, job: None };
                settle(tx, &inner, organization, report.id, outcome).await
            })
        })
        .await?;
    list::load_report(ctx, id).await
}

/// One of the organization's that nobody settled yet.
async fn waiting(ctx: &Ctx, organization: OrganizationId, id: ReportId) -> Result<Report, Fault> {
    let found = sql::find(ctx.db(), organization, id).await?;
    let report = found.ok_or_else(|| Fault::missing("report", id))?;
    match report.state {
        ReportState::Open => Ok(report),
        _ => Err(gone(&report)),
    }
}

fn gone(report: &Report) -> Fault {
    let by = report.answer.as_ref().and_then(|answer| answer.by.clone()).unwrap_or_default();
    Fault::conflict(format!("{by} settled this report meanwhile; load it again"))
}

async fn settle(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    id: ReportId,
    outcome: Outcome,
) -> Result<(), Fault> {
    let state = outcome.state;
    let detail = json!({ "state": state, "batch": outcome.batch, "job": outcome.job });
    if !sql::settle(tx, organization, id, outcome, &ctx.actor_name(), ctx.now()).await? {
        return Err(match sql::find(&mut *tx, organization, id).await? {
            Some(report) => gone(&report),
            None => Fault::missing("report", id),
        });
    }
    audit::record(tx, ctx, "report.settled", "report", id, detail).await?;
    listeners::tell(tx, ctx, &Happened { organization, report: id, state }).await
}

/// A decision about the sample; the report is settled in its transaction.
async fn about_one(
    ctx: &Ctx,
    organization: OrganizationId,
    report: Report,
    field: Field,
    input: AnswerReport,
    words: String,
) -> Result<(), Fault> {
    let (term, label) = match (input.answer, &input.term) {
        (ReviewAnswer::Change, term) => {
            harmonize::check_value(ctx, &field, term.as_deref().unwrap_or_default()).await?
        }
        _ => (String::new(), String::new()),
    };
    let sample = catalog::load_sample(ctx, report.sample).await?;
    let known = harmonize::sample_values(ctx, sample.id).await?.values;
    let mut of_field = known.into_iter().filter(|value| value.field == field.name);
    let value = match &report.value {
        None => of_field.next(),
        Some(reported) => of_field.find(|value| value.term == reported.term && value.state == reported.state),
    };
    if report.value.is_some() && value.is_none() {
        return Err(Fault::conflict(
            "the value that was reported stands there no more: it was decided or annotated again; decline the report, \
             or report what stands there now",
        ));
    }
    let decision: Decision =
        review::decision_about(&field, input.answer, (&term, &label), sample.id, value.as_ref(), report.question);
    let title = match input.answer {
        ReviewAnswer::Change => {
            format!("{}: {} of {} as reported", label, field.label.to_lowercase(), sample.accession)
        }
        _ => format!("No {} of {} as reported", field.label.to_lowercase(), sample.accession),
    };
    let (inner, said) = (ctx.clone(), words.clone());
    curation::record_with(ctx, &title, &words, vec![decision], move |tx, batch| {
        Box::pin(async move {
            let outcome = Outcome { state: ReportState::Answered, words: said, batch: Some(batch), job: None };
            settle(tx, &inner, organization, report.id, outcome).await
        })
    })
    .await
    .map(drop)
}

/// The decision of review by value about what the sample says; it may be a job's.
async fn about_all(
    ctx: &Ctx,
    organization: OrganizationId,
    report: Report,
    input: AnswerReport,
    words: String,
) -> Result<(), Fault> {
    let question = report.question.ok_or_else(|| {
        Fault::field("all", "has nothing to go by: nobody else's source says the same; answer for this sample alone")
    })?;
    let matching = ReviewFilter {
        collection: report.collection,
        field: report.field.clone(),
        q: String::new(),
        state: ReviewState::All,
        least: None,
        most: None,
    };
    let asked = DecideValues {
        matching,
        values: Some(vec![question]),
        answer: input.answer,
        term: input.term,
        also: Vec::new(),
        only: None,
        why: words.clone(),
    };
    let decided = review::decide(ctx, asked).await?;
    let (batch, job): (Option<BatchId>, Option<JobId>) = (decided.batch, decided.job);
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let outcome = Outcome { state: ReportState::Answered, words, batch, job };
                settle(tx, &inner, organization, report.id, outcome).await
            })
        })
        .await
}
