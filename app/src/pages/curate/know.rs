//! What is known beside a question: the field's guideline, who answered about the same words, what the same words became,
//! and what else is known of the sample.

use crate::markdown::markdown;
use crate::values::{is_said, shown, state_words, status};
use chorale_model::review::{Earlier, ReviewAnswer, ReviewTask};
use chorale_ui::Absent;
use chorale_ui::number::{count, counted};
use leptos::prelude::*;

pub fn guideline(task: &ReviewTask) -> AnyView {
    match task.guideline.trim().is_empty() {
        true => view! { <Absent reason="the field has none yet"/> }.into_any(),
        false => markdown(&task.guideline),
    }
}

pub fn before(task: &ReviewTask) -> AnyView {
    let earlier = (!task.earlier.is_empty()).then(|| {
        let lines = task.earlier.iter().map(answered).collect_view();
        view! { <ol class="timeline" aria-label="Who answered">{lines}</ol> }
    });
    if task.before.is_empty() {
        let none = earlier.is_none().then(|| view! { <p class="ink-3">"Nobody decided about them yet."</p> });
        return view! { {earlier} {none} }.into_any();
    }
    let lines = task.before.iter().map(|one| {
        let words = if is_said(one.state) { one.label.clone() } else { state_words(one.state).to_owned() };
        view! { <li class="row"><span>{words}</span><span class="push num ink-2">{count(one.samples.unsigned_abs())}</span></li> }
    });
    view! { {earlier} <ul class="stack gap-1" aria-label="What they are now, by samples">{lines.collect_view()}</ul> }
        .into_any()
}

fn answered(one: &Earlier) -> AnyView {
    let words = match one.answer {
        ReviewAnswer::Accept | ReviewAnswer::Change if !one.label.is_empty() => one.label.clone(),
        ReviewAnswer::Accept | ReviewAnswer::Change => one.term.clone(),
        ReviewAnswer::Reject => "rejected".to_owned(),
        ReviewAnswer::NotReported => "not reported".to_owned(),
        ReviewAnswer::NotApplicable => "not applicable".to_owned(),
    };
    let back = one.reverted.then_some(", taken back");
    let samples = counted(one.samples.unsigned_abs(), "sample", "samples");
    let who = format!("{} · {} UTC · {samples}", one.by, one.at.minute_text());
    let why = (!one.why.is_empty()).then(|| view! { <small>{format!("“{}”", one.why)}</small> });
    view! { <li>{words}{back}<small>{who}</small>{why}</li> }.into_any()
}

/// The sample's other values: a decision is made beside them.
pub fn others(task: &ReviewTask) -> Option<AnyView> {
    if task.known.is_empty() {
        return None;
    }
    let rows = task.known.iter().map(|value| {
        let name = crate::values::field_words(&value.field);
        view! { <dt>{name}</dt><dd class="row gap-2">{shown(value.state, &value.term, &value.label)} {status(value.state, value.layer, value.accepted)}</dd> }
    });
    let rows = rows.collect_view();
    Some(
        view! {
            <div class="section-head tight"><h2>"Other values of this sample"</h2></div>
            <dl class="facts" data-rows>{rows}</dl>
        }
        .into_any(),
    )
}
