//! Deciding about questions: what an answer would do, and doing it. Few samples are settled at once; many by a job, which
//! makes its batch count in its last transaction.

use super::answers;
use super::list::check;
use super::settle::{DecideJob, Plan};
use super::sql::{self, ValueRow};
use crate::curation;
use crate::jobs::{NewJob, enqueue};
use crate::{Ctx, Tx, audit, harmonize};
use chorale_model::fields::Field;
use chorale_model::harmonize::ValueState;
use chorale_model::review::{Becomes, DecideValues, Decided, DecisionPreview, ReviewAnswer, ReviewFilter, ReviewState};
use chorale_model::{Fault, JobId, OrganizationId, Role};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

/// Values that may be named; more are what matches a filter.
const NAMED: usize = 1_000;
const LONGEST_WHY: usize = 2_000;
/// Samples that are settled at once, in so many datasets.
const AT_ONCE: i64 = 2_000;
const DATASETS_AT_ONCE: usize = 20;
/// Values that one answer adds beside its own.
const ALSO: usize = 8;
/// Kinds of values that a preview lists.
const BECOMES: usize = 20;

/// What an answer would do; nothing changes.
pub async fn preview(ctx: &Ctx, asked: DecideValues) -> Result<DecisionPreview, Fault> {
    let (organization, plan) = plan(ctx, asked).await?;
    let rows = rows(ctx, organization, &plan).await?;
    Ok(counted(&plan, &rows))
}

/// Settles every sample that says what the answer is about.
pub async fn decide(ctx: &Ctx, asked: DecideValues) -> Result<Decided, Fault> {
    let (organization, plan) = plan(ctx, asked).await?;
    let rows = rows(ctx, organization, &plan).await?;
    let samples = counted(&plan, &rows).samples;
    let datasets: HashSet<Uuid> = rows.iter().map(|row| row.dataset).collect();
    if plan.asked.only.is_none() && (samples > AT_ONCE || datasets.len() > DATASETS_AT_ONCE) {
        let questions = rows.iter().map(|row| row.id).collect();
        return begin(ctx, organization, plan, questions, samples).await;
    }
    let decisions = plan.decisions(&ctx.app, organization, &rows).await?;
    if decisions.is_empty() {
        return Err(gone(ctx, organization, &plan).await?);
    }
    let told = gone(ctx, organization, &plan).await?;
    let (title, why) = (plan.title.clone(), plan.asked.why.clone());
    let settled = curation::record_with(ctx, &title, &why, decisions, move |tx, batch| {
        Box::pin(async move {
            // Of two who decide at the same time the second finds nothing that waits, and is told.
            match answers::settle(tx, organization, &plan, &rows, batch).await? {
                true => Ok(()),
                false => Err(told),
            }
        })
    });
    let (batch, samples) = settled.await?;
    Ok(Decided { batch: Some(batch), samples, job: None })
}

async fn begin(
    ctx: &Ctx,
    organization: OrganizationId,
    plan: Plan,
    questions: BTreeSet<Uuid>,
    samples: i64,
) -> Result<Decided, Fault> {
    let payload = serde_json::to_value(&plan).map_err(|e| Fault::internal("writing a decision", e))?;
    let job = NewJob::new(DecideJob::KIND, plan.title.clone(), payload).priority(20).attempts(10);
    let (inner, questions): (Ctx, Vec<Uuid>) = (ctx.clone(), questions.into_iter().collect());
    let id = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let id = enqueue(tx, &inner, Some(organization), job).await?;
                take(tx, organization, &plan.asked.matching, &questions, id).await?;
                let detail = json!({ "field": plan.field.name, "answer": plan.asked.answer, "samples": samples });
                audit::record(tx, &inner, "decision.started", "job", id, detail).await?;
                Ok(id)
            })
        })
        .await?;
    Ok(Decided { batch: None, samples, job: Some(id) })
}

/// A job takes questions that it is going to decide, which are nobody else's until it has ended.
async fn take(
    tx: &mut Tx,
    organization: OrganizationId,
    matching: &ReviewFilter,
    questions: &[Uuid],
    job: JobId,
) -> Result<(), Fault> {
    if sql::begin_settling(tx, organization, matching, questions, job).await? {
        return Ok(());
    }
    let other = sql::find_settling(tx, organization, matching, questions, Some(job)).await?;
    Err(being_decided(&other.unwrap_or_default()))
}

/// What whoever decides is told while a job is deciding the same.
pub(super) fn being_decided(title: &str) -> Fault {
    Fault::conflict(format!("a job is deciding this at the moment: \"{title}\"; load the list again when it has ended"))
}

/// Whether the answer can be given at all.
pub(super) async fn plan(ctx: &Ctx, mut asked: DecideValues) -> Result<(OrganizationId, Plan), Fault> {
    let organization = ctx.require(Role::Curator)?;
    let field = check(ctx, organization, &asked.matching).await?;
    asked.why = asked.why.trim().to_owned();
    if asked.why.chars().count() > LONGEST_WHY {
        return Err(Fault::field("why", format!("is too long; at most {LONGEST_WHY} characters fit")));
    }
    match asked.values.as_ref().map(Vec::len) {
        Some(0) => return Err(Fault::field("values", "are none; select one, or leave them out for all that match")),
        Some(n) if n > NAMED => {
            let why = format!("are {n}; name at most {NAMED}, or narrow what matches and leave them out");
            return Err(Fault::field("values", why));
        }
        _ => {}
    }
    let (term, label) = match (asked.answer, &asked.term) {
        (ReviewAnswer::Change, term) => {
            harmonize::check_value(ctx, &field, term.as_deref().unwrap_or_default()).await?
        }
        (_, Some(term)) if !term.is_empty() => {
            return Err(Fault::field("term", "stands beside an answer that names none; only \"change\" does"));
        }
        _ => (String::new(), String::new()),
    };
    let also = also(ctx, &field, asked.answer, &asked.also).await?;
    if asked.only.is_some() && asked.values.as_ref().is_none_or(|values| values.len() != 1) {
        return Err(Fault::field("only", "is one sample that says one value; name that value alone in \"values\""));
    }
    let name = field.label.to_lowercase();
    let title = match asked.answer {
        ReviewAnswer::Accept => format!("Accept {name} as suggested"),
        ReviewAnswer::Change => format!("Change {name} to {label}"),
        ReviewAnswer::Reject => format!("Reject {name} as suggested"),
        ReviewAnswer::NotReported => format!("No {name} is reported"),
        ReviewAnswer::NotApplicable => format!("No {name} applies"),
    };
    let title = match also.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>().join(", ") {
        labels if labels.is_empty() => title,
        labels => format!("{title}, with {labels}"),
    };
    let title = if asked.only.is_some() { format!("{title}, for one sample") } else { title };
    Ok((organization, Plan { asked, field, term, label, also, title }))
}

/// Further values that the answer names, as id and label.
pub(super) async fn also(
    ctx: &Ctx,
    field: &Field,
    answer: ReviewAnswer,
    named: &[String],
) -> Result<Vec<(String, String)>, Fault> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    if !field.many {
        return Err(Fault::field(
            "also",
            format!("names further values, and {} takes one", field.label.to_lowercase()),
        ));
    }
    if !matches!(answer, ReviewAnswer::Accept | ReviewAnswer::Change) {
        return Err(Fault::field("also", "stands beside an answer that says there is none; accept or change"));
    }
    if named.len() > ALSO {
        return Err(Fault::field("also", format!("are {}; name at most {ALSO}", named.len())));
    }
    let mut all: Vec<(String, String)> = Vec::with_capacity(named.len());
    for text in named {
        let value = harmonize::check_value(ctx, field, text).await?;
        if !all.contains(&value) {
            all.push(value);
        }
    }
    Ok(all)
}

/// What the answer is about. Whoever names values that somebody else settled meanwhile is told.
async fn rows(ctx: &Ctx, organization: OrganizationId, plan: &Plan) -> Result<Vec<ValueRow>, Fault> {
    let rows = plan.rows(ctx.db(), organization).await?;
    let found: HashSet<Uuid> = rows.iter().map(|row| row.id).collect();
    let named: Option<HashSet<Uuid>> = plan.asked.values.as_ref().map(|ids| ids.iter().map(|id| id.0).collect());
    match named {
        _ if found.is_empty() => Err(gone(ctx, organization, plan).await?),
        Some(named) if found.len() < named.len() => Err(Fault::conflict(format!(
            "{} of these {} values are not there any more: they were decided or annotated again since you looked; load the list again",
            named.len() - found.len(),
            named.len()
        ))),
        _ if plan.asked.only.is_some() => of_one(ctx, organization, plan, rows).await,
        _ => Ok(rows),
    }
}

/// Of a question's rows the one in whose dataset the only sample is read.
async fn of_one(
    ctx: &Ctx,
    organization: OrganizationId,
    plan: &Plan,
    rows: Vec<ValueRow>,
) -> Result<Vec<ValueRow>, Fault> {
    for row in rows {
        if !plan.decisions(&ctx.app, organization, std::slice::from_ref(&row)).await?.is_empty() {
            return Ok(vec![row]);
        }
    }
    Err(gone(ctx, organization, plan).await?)
}

/// What whoever comes too late is told: who decided, where somebody did.
async fn gone(ctx: &Ctx, organization: OrganizationId, plan: &Plan) -> Result<Fault, Fault> {
    let matching = &plan.asked.matching;
    let last = match plan.asked.values.as_deref() {
        Some([one]) => sql::find_answer(ctx.db(), organization, matching, *one).await?,
        _ => None,
    };
    Ok(match last {
        Some((by, at, title)) => {
            let at = at.minute_text();
            Fault::conflict(format!("nothing of this waits any more: {by} decided it at {at} UTC: \"{title}\""))
        }
        None => Fault::conflict(
            "nothing of this waits any more: it was decided or annotated again since you looked; load the list again",
        ),
    })
}

fn counted(plan: &Plan, rows: &[ValueRow]) -> DecisionPreview {
    let values: HashSet<Uuid> = rows.iter().map(|row| row.id).collect();
    let datasets: HashSet<Uuid> = rows.iter().map(|row| row.dataset).collect();
    let mut becomes: BTreeMap<(String, String, String), i64> = BTreeMap::new();
    for row in rows {
        let (state, term, label) = match plan.asked.answer {
            ReviewAnswer::Accept => (row.state.as_str(), row.term.as_str(), row.label.as_str()),
            ReviewAnswer::Change => (ValueState::Present.name(), plan.term.as_str(), plan.label.as_str()),
            ReviewAnswer::Reject => continue,
            ReviewAnswer::NotReported => (ValueState::NotReported.name(), "", ""),
            ReviewAnswer::NotApplicable => (ValueState::NotApplicable.name(), "", ""),
        };
        *becomes.entry((state.to_owned(), term.to_owned(), label.to_owned())).or_default() += plan.samples(row);
        for (term, label) in &plan.also {
            let present = ValueState::Present.name().to_owned();
            *becomes.entry((present, term.clone(), label.clone())).or_default() += plan.samples(row);
        }
    }
    let becomes = becomes.into_iter().filter_map(|((state, term, label), samples)| {
        let state = serde_json::from_value(state.into()).ok()?;
        Some(Becomes { state, term, label, samples })
    });
    let mut becomes: Vec<Becomes> = becomes.collect();
    becomes.sort_by(|a, b| b.samples.cmp(&a.samples).then_with(|| a.term.cmp(&b.term)));
    becomes.truncate(BECOMES);
    let accepted = |row: &ValueRow| match plan.asked.matching.state {
        ReviewState::Waiting => 0,
        _ => row.samples - row.waiting,
    };
    DecisionPreview {
        values: values.len() as i64,
        samples: rows.iter().map(|row| plan.samples(row)).sum(),
        datasets: datasets.len() as i64,
        becomes,
        replaces: rows.iter().map(accepted).sum(),
    }
}
