//! One question at a time: which is next for whom, and what a curator needs to answer it. A question is held for a while,
//! so that several curators get several questions; what is left lying comes free by itself.

use super::blind::author;
use super::list::check;
use super::{ranked, shown, sql};
use crate::{Ctx, catalog, harmonize};
use chorale_annotate::worth::Asked;
use chorale_model::fields::Field;
use chorale_model::harmonize::Value;
use chorale_model::review::{Becomes, FreeTask, NextTask, ReviewFilter, ReviewState, ReviewTask, ReviewValue};
use chorale_model::{CollectionId, Fault, OrganizationId, QuestionId, Role, Time};
use uuid::Uuid;

/// How long a question is held.
const HELD: i64 = 10 * Time::MINUTE;
/// How long a question that was passed over stays away.
const AWAY: i64 = Time::DAY;
/// How often the next question is asked for again when somebody else was faster.
const TRIES: usize = 10;
/// Questions of which the first free one is taken: others ask at the same moment.
const AT_ONCE: usize = 25;
/// Values that are offered: as many as there are keys.
pub const RANKED: usize = 9;
const BEFORE: i64 = 5;
/// Questions among which the next one is chosen.
const OPEN: i64 = 200;

/// The next question of a field for whoever asks, who holds it from now on; None where nothing is left for them.
pub async fn next_task(ctx: &Ctx, asked: NextTask) -> Result<Option<ReviewTask>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    if let Some(skipped) = asked.skip {
        skip(ctx, asked.collection, &asked.field, skipped).await?;
    }
    let filter = all_of(asked.collection, asked.field);
    let field = check(ctx, organization, &filter).await?;
    if let Some(id) = asked.question {
        let found = sql::find_question(ctx.db(), organization, &filter, id).await?;
        let question = found.ok_or_else(|| Fault::missing("question", id))?;
        hold(ctx, organization, &filter, vec![id]).await?;
        return task(ctx, organization, &filter, &field, question).await.map(Some);
    }
    if let Some(at) = asked.after {
        hold(ctx, organization, &filter, vec![at]).await?;
    }
    let after = asked.after.unwrap_or(QuestionId(Uuid::nil()));
    for _ in 0..TRIES {
        let next = worthiest(ctx, organization, &filter, after).await?;
        if next.is_empty() {
            return Ok(None);
        }
        let Some(id) = hold(ctx, organization, &filter, next).await? else { continue };
        // Gathered anew between the two readings: ask again.
        if let Some(question) = sql::find_question(ctx.db(), organization, &filter, id).await? {
            return task(ctx, organization, &filter, &field, question).await.map(Some);
        }
    }
    Err(Fault::busy("others take the questions faster than they can be handed out; ask again"))
}

/// The questions that an annotator learns most from, in that order: uncertainty × samples × diversity.
async fn worthiest(
    ctx: &Ctx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    after: QuestionId,
) -> Result<Vec<QuestionId>, Fault> {
    let (now, away, person) = (ctx.now(), Time(ctx.now().0 - AWAY), author(ctx));
    let (mut open, alike) = futures::try_join!(
        sql::list_open(ctx.db(), organization, filter, (person, after), (now, away), OPEN),
        sql::count_alike(ctx.db(), organization, filter, person, away),
    )?;
    let worth = |row: &sql::OpenRow| {
        let alike = alike.get(&row.term).copied().unwrap_or(0) as f64;
        Asked { score: row.score, samples: row.waiting as f64, alike }.worth()
    };
    // Those that are worth the same stay in the order of their ids, so that everybody's order is the same.
    open.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
    open.truncate(AT_ONCE);
    Ok(open.into_iter().map(|row| QuestionId(row.id)).collect())
}

/// Passes a question over.
pub async fn skip(ctx: &Ctx, collection: CollectionId, field: &str, question: QuestionId) -> Result<(), Fault> {
    let organization = ctx.require(Role::Curator)?;
    let filter = all_of(collection, field.to_owned());
    check(ctx, organization, &filter).await?;
    let (now, person) = (ctx.now(), author(ctx));
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::forget(tx, organization, Time(now.0 - AWAY)).await?;
                sql::skip(tx, organization, &filter, question, person, now).await
            })
        })
        .await
}

/// Holds a question no more, which somebody else may have next.
pub async fn free(ctx: &Ctx, asked: FreeTask) -> Result<(), Fault> {
    let organization = ctx.require(Role::Curator)?;
    let filter = all_of(asked.collection, asked.field);
    check(ctx, organization, &filter).await?;
    let person = author(ctx);
    ctx.db()
        .write(move |tx| Box::pin(async move { sql::free(tx, organization, &filter, asked.question, person).await }))
        .await
}

/// Everything that waits in a field.
pub fn all_of(collection: CollectionId, field: String) -> ReviewFilter {
    let (q, state) = (String::new(), ReviewState::Waiting);
    ReviewFilter { collection, field, q, state, least: None, most: None }
}

/// Holds the first of these that nobody else holds.
async fn hold(
    ctx: &Ctx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    questions: Vec<QuestionId>,
) -> Result<Option<QuestionId>, Fault> {
    let (now, person) = (ctx.now(), author(ctx));
    // Each in a transaction of its own: asking for a question locks its claim, and two curators whose orders differ would
    // wait for each other's.
    for question in questions {
        let (filter, holder) = (filter.clone(), ctx.actor_name());
        let held = ctx.db().write(move |tx| {
            Box::pin(async move {
                let times = (now, now.plus(HELD));
                sql::claim(tx, organization, &filter, question, (person, &holder), times).await
            })
        });
        if held.await? {
            return Ok(Some(question));
        }
    }
    Ok(None)
}

async fn task(
    ctx: &Ctx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    field: &Field,
    question: ReviewValue,
) -> Result<ReviewTask, Fault> {
    let (question, known) = shown::by_waiting(ctx, organization, filter, question).await?;
    let (db, of) = (ctx.db(), (question.dataset, question.sample));
    let (sample, dataset, (values, waiting), decided, earlier, held_by, likely) = futures::try_join!(
        catalog::load_sample(ctx, question.sample),
        catalog::load_dataset(ctx, question.dataset),
        sql::count_values(db, organization, filter),
        sql::list_decided(db, organization, filter, &question.words, BEFORE),
        sql::list_earlier(db, organization, filter, &question.words, BEFORE),
        sql::find_holder(db, organization, filter, question.id, author(ctx), ctx.now()),
        harmonize::likely(&ctx.app, organization, of, field, RANKED),
    )?;
    let is_asked = |value: &Value| shown::is_asked(&question, value);
    let evidence = known.iter().find(|value| is_asked(value)).and_then(|value| value.evidence.clone());
    let mut before = Vec::with_capacity(decided.len());
    for (state, term, label, samples) in decided {
        before.push(Becomes { state: sql::state(state)?, term, label, samples });
    }
    let ranked = ranked::of(ctx, field, &question, &before, (evidence.as_ref(), likely)).await?;
    Ok(ReviewTask {
        accession: sample.accession,
        attributes: sample.attributes,
        study: dataset.accession,
        study_title: dataset.title,
        study_summary: dataset.summary,
        ranked,
        before,
        earlier,
        known: known.into_iter().filter(|value| !is_asked(value)).collect(),
        many: field.many,
        held_by,
        guideline: field.guideline.clone(),
        values,
        waiting,
        until: ctx.now().plus(HELD),
        evidence,
        question,
    })
}
