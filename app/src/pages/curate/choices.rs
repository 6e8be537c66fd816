//! What a question may be answered with: nine values under nine keys, another one, none at all, or passing it over. A field
//! that takes several values has them picked first, and answered together.

use super::bench::Answers;
use super::typed;
use crate::attribute::short_key;
use crate::values::{is_said, state_words};
use chorale_model::harmonize::ValueState;
use chorale_model::review::{Ranked, RankedWhy, ReviewTask};
use chorale_ui::{Kbd, Score, score_text};
use leptos::prelude::*;

/// Less than this is no distance.
const CLOSE: f64 = 0.005;

/// The values, the likeliest first.
pub fn draw(answers: &Answers, task: &ReviewTask) -> AnyView {
    match takes_several(task) {
        true => several(answers, task),
        false => one_of(answers, task),
    }
}

/// What was read and has no term, such as a disease that nobody could resolve, is answered as a whole.
fn takes_several(task: &ReviewTask) -> bool {
    task.many && !task.question.term.is_empty()
}

fn one_of(answers: &Answers, task: &ReviewTask) -> AnyView {
    let buttons = task.ranked.iter().enumerate().map(|(at, one)| {
        let key = (at + 1).to_string();
        view! {
            <button class="choice" name="answer" value=answer(at, one) data-key=key.clone() title=one.definition.clone()>
                <Kbd key=key.clone()/>
                {line(one)}
            </button>
        }
    });
    view! {
        <form class="choices" method="post" action=answers.answer aria-labelledby="may-h" data-answers>
            {Answers::hidden(&answers.kept)}
            {buttons.collect_view()}
        </form>
    }
    .into_any()
}

/// Keys pick, and `a` takes what is picked.
fn several(answers: &Answers, task: &ReviewTask) -> AnyView {
    let picks = task.ranked.iter().filter(|one| !one.term.is_empty()).enumerate().map(|(at, one)| {
        let key = (at + 1).to_string();
        view! {
            <label class="choice" title=one.definition.clone()>
                <span class="row gap-2"><Kbd key=key.clone()/><input class="check" type="checkbox" name=format!("also[{at}]") value=one.term.clone() checked=at == 0 data-key=key.clone()/></span>
                {line(one)}
            </label>
        }
    });
    let suggested = task.question.term.clone();
    view! {
        <form class="stack gap-3" method="post" action=answers.answer aria-labelledby="may-h" data-answers>
            {Answers::hidden(&answers.kept)}
            <input type="hidden" name="suggested" value=suggested/>
            <div class="choices" data-picked>{picks.collect_view()}</div>
            <div class="row">
                {typed::term_box("curate-term", "One more value", "one more: its name or id", answers.terms.clone(), String::new(), true)}
                <button class="btn" data-kind="primary" name="answer" value="pick" data-key="a">"Take what is picked " <Kbd key="a"/></button>
            </div>
        </form>
    }
    .into_any()
}

/// What pressing it says: the first one accepts.
fn answer(at: usize, one: &Ranked) -> String {
    match (at, one.state) {
        (0, _) => "accept".to_owned(),
        (_, ValueState::NotReported) => "not_reported".to_owned(),
        (_, ValueState::NotApplicable) => "not_applicable".to_owned(),
        _ => format!("to:{}", one.term),
    }
}

/// The value, why it is offered, its place in the tree, what it means, and how sure.
fn line(one: &Ranked) -> AnyView {
    let words = match (is_said(one.state), one.label.is_empty()) {
        (false, _) => state_words(one.state).to_owned(),
        (true, true) => one.term.clone(),
        (true, false) => one.label.clone(),
    };
    let steps = one.path.iter().rev().take(2).rev().cloned().collect::<Vec<_>>().join(" › ");
    let why = why(one);
    let path = [why.as_str(), steps.as_str(), one.term.as_str()];
    let path = path.into_iter().filter(|part| !part.is_empty() && *part != words).collect::<Vec<_>>().join(" · ");
    let means = (!one.definition.is_empty()).then(|| view! { <span class="path">{one.definition.clone()}</span> });
    let ahead = one.ahead.filter(|ahead| *ahead >= CLOSE);
    let ahead = ahead.map(|ahead| view! { <small>{format!("+{} to next", score_text(ahead))}</small> });
    let sure = one.score.map(|score| view! { <span class="choice-sure"><Score value=score/>{ahead}</span> });
    view! { <span class="choice-value"><span>{words}</span><span class="path">{path}</span>{means}</span> {sure} }
        .into_any()
}

fn why(one: &Ranked) -> String {
    let read = one.read.as_ref().map(|read| match read.attribute.as_deref().map(short_key) {
        Some(key) if !key.is_empty() => format!("reads “{}” in {key}", read.text),
        _ => format!("reads “{}”", read.text),
    });
    match one.why {
        RankedWhy::Suggested => read.map_or("suggested".to_owned(), |read| format!("suggested, {read}")),
        RankedWhy::RunnerUp => read.unwrap_or_else(|| "implied, not said".to_owned()),
        RankedWhy::DecidedBefore => "decided before".to_owned(),
        RankedWhy::Named => "has such a name".to_owned(),
        RankedWhy::Choice => "a choice".to_owned(),
    }
}

/// Another term, no value at all, and passing it over.
pub fn others(answers: &Answers, label: &str, task: &ReviewTask) -> AnyView {
    let state = |value: &'static str, words: &'static str, key: &'static str| {
        view! { <button class="btn" data-size="small" name="answer" value=value data-key=key>{words} " " <Kbd key=key/></button> }
    };
    // Where several hold, one more stands among those that are picked.
    let another = (!takes_several(task)).then(|| {
        let label = format!("Another value of {}", label.to_lowercase());
        view! {
            <form class="row" method="post" action=answers.answer aria-label="Another value" data-answers data-term-goes>
                {Answers::hidden(&answers.kept)}
                <input type="hidden" name="answer" value="change"/>
                {typed::term_box("curate-term", label, "another one: its name or id", answers.terms.clone(), String::new(), true)}
                <button class="btn">"Take it"</button>
            </form>
        }
    });
    view! {
        {another}
        <div class="row">
            <form class="row" method="post" action=answers.answer aria-label="No value" data-answers>
                {Answers::hidden(&answers.kept)}
                {state("not_reported", "Not reported", "0")}
                {state("not_applicable", "Not applicable", "n")}
                {state("reject", "Reject", "x")}
            </form>
            <form class="push" method="post" action=answers.skip data-answers>
                {Answers::hidden(&answers.kept_by_skip)}
                <button class="btn" data-size="small" data-kind="quiet" data-key="s">"Skip " <Kbd key="s"/></button>
            </form>
        </div>
    }
    .into_any()
}
