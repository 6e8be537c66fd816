//! One question at a time: which is next for whom, and what a curator needs to answer it. A question is held for a while,
//! so that several curators get several questions; what is left lying comes free by itself.

use super::list::check;
use super::sql;
use crate::{Actor, Ctx, catalog, discovery, harmonize};
use chorale_model::discovery::TermQuery;
use chorale_model::fields::{Field, FieldKind};
use chorale_model::harmonize::{Evidence, ValueState};
use chorale_model::ontologies::TermHit;
use chorale_model::review::{Becomes, NextTask, Ranked, RankedWhy, ReviewFilter, ReviewState, ReviewTask, ReviewValue};
use chorale_model::{CollectionId, Fault, OrganizationId, QuestionId, Role, Time};
use uuid::Uuid;

/// How long a question is held.
const HELD: i64 = 10 * Time::MINUTE;
/// How long a question that was passed over stays away.
const AWAY: i64 = Time::DAY;
/// How often the next question is asked for again when somebody else was faster.
const TRIES: usize = 10;
/// Values that are offered: as many as there are keys.
const RANKED: usize = 9;
const BEFORE: i64 = 5;

/// The next question of a field for whoever asks, who holds it from now on; None where nothing is left for them.
pub async fn next_task(ctx: &Ctx, asked: NextTask) -> Result<Option<ReviewTask>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    if let Some(skipped) = asked.skip {
        skip(ctx, asked.collection, &asked.field, skipped).await?;
    }
    let filter = all_of(asked.collection, asked.field);
    let field = check(ctx, organization, &filter).await?;
    let person = person(ctx);
    if let Some(id) = asked.question {
        let found = sql::find_question(ctx.db(), organization, &filter, id).await?;
        let question = found.ok_or_else(|| Fault::missing("question", id))?;
        hold(ctx, organization, &filter, id, person).await?;
        return task(ctx, organization, &filter, &field, question).await.map(Some);
    }
    for _ in 0..TRIES {
        let now = ctx.now();
        let away = Time(now.0 - AWAY);
        let next = sql::find_next(ctx.db(), organization, &filter, person, now, away).await?;
        let Some(id) = next else { return Ok(None) };
        if !hold(ctx, organization, &filter, id, person).await? {
            continue;
        }
        // Gathered anew between the two readings: ask again.
        if let Some(question) = sql::find_question(ctx.db(), organization, &filter, id).await? {
            return task(ctx, organization, &filter, &field, question).await.map(Some);
        }
    }
    Err(Fault::busy("others take the questions faster than they can be handed out; ask again"))
}

/// Passes a question over.
pub async fn skip(ctx: &Ctx, collection: CollectionId, field: &str, question: QuestionId) -> Result<(), Fault> {
    let organization = ctx.require(Role::Curator)?;
    let filter = all_of(collection, field.to_owned());
    check(ctx, organization, &filter).await?;
    let (now, person) = (ctx.now(), person(ctx));
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::forget(tx, organization, Time(now.0 - AWAY)).await?;
                sql::skip(tx, organization, &filter, question, person, now).await
            })
        })
        .await
}

/// Everything that waits in a field.
fn all_of(collection: CollectionId, field: String) -> ReviewFilter {
    let (q, state) = (String::new(), ReviewState::Waiting);
    ReviewFilter { collection, field, q, state, least: None, most: None }
}

async fn hold(
    ctx: &Ctx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    question: QuestionId,
    person: Uuid,
) -> Result<bool, Fault> {
    let (filter, now) = (filter.clone(), ctx.now());
    ctx.db()
        .write(move |tx| {
            Box::pin(
                async move { sql::claim(tx, organization, &filter, question, person, (now, now.plus(HELD))).await },
            )
        })
        .await
}

/// Who holds a question: a person, or the program that works with a token.
fn person(ctx: &Ctx) -> Uuid {
    match &ctx.actor {
        Actor::User { user, .. } => user.0,
        Actor::Token { token, .. } => token.0,
        Actor::Anonymous | Actor::Operator | Actor::System => Uuid::nil(),
    }
}

async fn task(
    ctx: &Ctx,
    organization: OrganizationId,
    filter: &ReviewFilter,
    field: &Field,
    question: ReviewValue,
) -> Result<ReviewTask, Fault> {
    let (sample, dataset, (values, waiting), known, decided) = futures::try_join!(
        catalog::load_sample(ctx, question.sample),
        catalog::load_dataset(ctx, question.dataset),
        sql::count_values(ctx.db(), organization, filter),
        harmonize::sample_values(ctx, question.sample),
        sql::list_decided(ctx.db(), organization, filter, &question.words, BEFORE),
    )?;
    let of_question = known.values.into_iter().find(|value| value.field == field.name && value.term == question.term);
    let evidence = of_question.and_then(|value| value.evidence);
    let mut before = Vec::with_capacity(decided.len());
    for (state, term, label, samples) in decided {
        before.push(Becomes { state: sql::state(state)?, term, label, samples });
    }
    let ranked = ranked(ctx, field, &question, &before, evidence.as_ref()).await?;
    Ok(ReviewTask {
        accession: sample.accession,
        attributes: sample.attributes,
        evidence,
        study: dataset.accession,
        study_title: dataset.title,
        study_summary: dataset.summary,
        ranked,
        before,
        guideline: field.guideline.clone(),
        values,
        waiting,
        until: ctx.now().plus(HELD),
        question,
    })
}

/// What the question may be answered with: what an annotator says, what the same words became before, and what has a name
/// like them; the choices of a field that has some.
pub(super) async fn ranked(
    ctx: &Ctx,
    field: &Field,
    question: &ReviewValue,
    before: &[Becomes],
    evidence: Option<&Evidence>,
) -> Result<Vec<Ranked>, Fault> {
    let mut all: Vec<Ranked> = Vec::new();
    let mut add = |one: Ranked| {
        let is_new = !all.iter().any(|known| known.state == one.state && known.term == one.term);
        if is_new && all.len() < RANKED {
            all.push(one);
        }
    };
    let plain = |state, term: &str, label: &str, score, why| Ranked {
        state,
        term: term.to_owned(),
        label: label.to_owned(),
        score,
        definition: String::new(),
        path: Vec::new(),
        why,
    };
    add(plain(question.state, &question.term, &question.label, Some(question.score), RankedWhy::Suggested));
    if let Some(next) = &question.runner_up {
        add(plain(ValueState::Present, &next.term, &next.label, Some(next.score), RankedWhy::RunnerUp));
    }
    for one in before.iter().filter(|one| !one.term.is_empty()) {
        add(plain(one.state, &one.term, &one.label, None, RankedWhy::DecidedBefore));
    }
    match field.kind {
        FieldKind::Term => {
            let words = evidence.map_or(question.words.as_str(), |read| read.text.as_str());
            for hit in named(ctx, field, words, RANKED).await? {
                add(Ranked {
                    definition: hit.definition,
                    path: hit.path,
                    ..plain(ValueState::Present, &hit.id, &hit.label, None, RankedWhy::Named)
                });
            }
            for one in all.iter_mut().filter(|one| one.path.is_empty() && one.term.contains([':', '_'])) {
                if let Some(hit) = named(ctx, field, &one.term, 1).await?.pop().filter(|hit| hit.id == one.term) {
                    (one.definition, one.path) = (hit.definition, hit.path);
                }
            }
        }
        FieldKind::Choice => {
            for choice in &field.choices {
                add(plain(ValueState::Present, choice, choice, None, RankedWhy::Choice));
            }
        }
        FieldKind::Quantity | FieldKind::Text => {}
    }
    Ok(all)
}

/// Terms of the field's releases by a name or an id.
async fn named(ctx: &Ctx, field: &Field, words: &str, most: usize) -> Result<Vec<TermHit>, Fault> {
    const LETTERS: usize = 60;
    let q: String = words.chars().take(LETTERS).collect();
    if q.trim().is_empty() {
        return Ok(Vec::new());
    }
    let hits = discovery::search_terms(ctx, TermQuery { q, field: None, limit: Some(30) }).await?.items;
    let takes = |hit: &TermHit| field.releases.iter().any(|name| name.eq_ignore_ascii_case(&hit.release));
    Ok(hits.into_iter().filter(takes).take(most).collect())
}
