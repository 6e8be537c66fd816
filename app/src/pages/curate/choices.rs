//! What a question may be answered with: nine values under nine keys, another one, none at all, or passing it over.

use super::bench::Answers;
use crate::values::{is_said, state_words};
use chorale_model::review::{Ranked, RankedWhy, ReviewTask};
use chorale_ui::{Kbd, Score};
use leptos::prelude::*;

/// The values, the likeliest first.
pub fn draw(answers: &Answers, task: &ReviewTask) -> AnyView {
    let buttons = task.ranked.iter().enumerate().map(|(at, one)| choice(at, one)).collect_view();
    view! {
        <form class="choices" method="post" action=answers.answer aria-labelledby="may-h">
            {Answers::hidden(&answers.kept)}
            {buttons}
        </form>
    }
    .into_any()
}

/// Pressing it is the answer: the first one accepts.
fn choice(at: usize, one: &Ranked) -> AnyView {
    let key = (at + 1).to_string();
    let answer = if at == 0 { "accept".to_owned() } else { format!("to:{}", one.term) };
    let words = match (is_said(one.state), one.label.is_empty()) {
        (false, _) => state_words(one.state).to_owned(),
        (true, true) => one.term.clone(),
        (true, false) => one.label.clone(),
    };
    let why = match one.why {
        RankedWhy::Suggested => "suggested",
        RankedWhy::RunnerUp => "next best",
        RankedWhy::DecidedBefore => "decided before",
        RankedWhy::Named => "has such a name",
        RankedWhy::Choice => "a choice",
    };
    let steps = one.path.iter().rev().take(2).rev().cloned().collect::<Vec<_>>().join(" › ");
    let path = [why, steps.as_str(), one.term.as_str()];
    let path = path.into_iter().filter(|part| !part.is_empty() && *part != words).collect::<Vec<_>>().join(" · ");
    let score = one.score.map(|score| view! { <Score value=score/> });
    view! {
        <button class="choice" name="answer" value=answer data-key=key.clone() title=one.definition.clone()>
            <Kbd key=key.clone()/>
            <span><span>{words}</span><span class="path">{path}</span></span>
            {score}
        </button>
    }
    .into_any()
}

/// Another term, no value at all, and passing it over.
pub fn others(answers: &Answers, label: &str) -> AnyView {
    let state = |value: &'static str, words: &'static str, key: &'static str| {
        view! { <button class="btn" data-size="small" name="answer" value=value data-key=key>{words} " " <Kbd key=key/></button> }
    };
    view! {
        <form class="row" method="post" action=answers.answer aria-label="Another value">
            {Answers::hidden(&answers.kept)}
            <input type="hidden" name="answer" value="change"/>
            <label class="sr" for="curate-term">{format!("Another value of {}", label.to_lowercase())}</label>
            <input class="input grow" id="curate-term" name="term" placeholder="another one: its name or id" autocomplete="off" data-search/>
            <button class="btn">"Take it"</button>
        </form>
        <div class="row">
            <form class="row" method="post" action=answers.answer aria-label="No value">
                {Answers::hidden(&answers.kept)}
                {state("not_reported", "Not reported", "0")}
                {state("not_applicable", "Not applicable", "n")}
                {state("reject", "Reject", "x")}
            </form>
            <form class="push" method="post" action=answers.skip>
                {Answers::hidden(&answers.kept_by_skip)}
                <button class="btn" data-size="small" data-kind="quiet" data-key="s">"Skip " <Kbd key="s"/></button>
            </form>
        </div>
    }
    .into_any()
}
