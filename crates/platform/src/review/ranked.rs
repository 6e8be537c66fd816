//! What a question may be answered with: what was suggested and what the annotator ranks behind it, what the same words
//! became before, and what has a name like them; the choices of a field that has some.

use super::task::RANKED;
use crate::Ctx;
use crate::harmonize::{self, Likely};
use chorale_model::Fault;
use chorale_model::fields::{Field, FieldKind};
use chorale_model::harmonize::{Evidence, ValueState};
use chorale_model::review::{Becomes, Ranked, RankedWhy, ReviewValue};
use std::collections::HashMap;

/// The likeliest first, at most as many as there are keys.
pub async fn of(
    ctx: &Ctx,
    field: &Field,
    question: &ReviewValue,
    before: &[Becomes],
    (evidence, likely): (Option<&Evidence>, Vec<Likely>),
) -> Result<Vec<Ranked>, Fault> {
    let mut all = List(Vec::with_capacity(RANKED));
    let read = evidence.cloned();
    all.add(Ranked {
        read,
        ..plain(question.state, &question.term, &question.label, Some(question.score), RankedWhy::Suggested)
    });
    for one in likely {
        all.add(Ranked { read: one.read.clone(), ..described(one, RankedWhy::RunnerUp) });
    }
    if let Some(next) = &question.runner_up {
        all.add(plain(ValueState::Present, &next.term, &next.label, Some(next.score), RankedWhy::RunnerUp));
    }
    // What was suggested stays first: it was read among all samples of its study, the others among a few.
    all.0[1..].sort_by(|a, b| b.score.unwrap_or_default().total_cmp(&a.score.unwrap_or_default()));
    for one in before.iter().filter(|one| !one.term.is_empty()) {
        all.add(plain(one.state, &one.term, &one.label, None, RankedWhy::DecidedBefore));
    }
    if all.0.len() < RANKED {
        let words = evidence.map_or(question.words.as_str(), |read| read.text.as_str());
        for one in harmonize::named(&ctx.app, field, words, RANKED).await? {
            all.add(described(one, RankedWhy::Named));
        }
    }
    if field.kind == FieldKind::Choice {
        for choice in &field.choices {
            all.add(plain(ValueState::Present, choice, choice, None, RankedWhy::Choice));
        }
    }
    let mut all = all.0;
    ahead(&mut all);
    describe(ctx, &mut all).await?;
    Ok(all)
}

struct List(Vec<Ranked>);

impl List {
    /// Once each, and no more than there are keys; what was decided before says so, though an annotator ranks it too.
    fn add(&mut self, one: Ranked) {
        match self.0.iter_mut().find(|known| known.state == one.state && known.term == one.term) {
            Some(known) if one.why == RankedWhy::DecidedBefore && known.why == RankedWhy::RunnerUp => {
                known.why = one.why;
            }
            Some(_) => {}
            None => {
                self.0.push(one);
                self.0.truncate(RANKED);
            }
        }
    }
}

fn plain(state: ValueState, term: &str, label: &str, score: Option<f64>, why: RankedWhy) -> Ranked {
    Ranked {
        state,
        term: term.to_owned(),
        label: label.to_owned(),
        score,
        ahead: None,
        read: None,
        definition: String::new(),
        path: Vec::new(),
        why,
    }
}

fn described(one: Likely, why: RankedWhy) -> Ranked {
    let Likely { state, term, label, score, definition, path, .. } = one;
    Ranked { definition, path, ..plain(state, &term, &label, score, why) }
}

/// How far each lies before the next that an annotator ranks.
fn ahead(all: &mut [Ranked]) {
    let scores: Vec<(usize, f64)> = all.iter().enumerate().filter_map(|(at, one)| Some((at, one.score?))).collect();
    for pair in scores.windows(2) {
        all[pair[0].0].ahead = Some(pair[0].1 - pair[1].1);
    }
}

async fn describe(ctx: &Ctx, all: &mut [Ranked]) -> Result<(), Fault> {
    let bare = |one: &&mut Ranked| one.path.is_empty() && one.definition.is_empty() && one.term.contains([':', '_']);
    let ids: Vec<String> = all.iter_mut().filter(bare).map(|one| one.term.clone()).collect();
    let known = harmonize::describe(&ctx.app, &ids).await?;
    let known: HashMap<String, Likely> = known.into_iter().map(|one| (one.term.clone(), one)).collect();
    for one in all {
        if let Some(known) = known.get(&one.term) {
            (one.definition, one.path) = (known.definition.clone(), known.path.clone());
        }
    }
    Ok(())
}
