//! What is known beside a question: the field's guideline, and what the same words became.

use crate::values::{is_said, state_words};
use chorale_model::review::ReviewTask;
use chorale_ui::Absent;
use chorale_ui::number::count;
use leptos::prelude::*;

pub fn guideline(task: &ReviewTask) -> AnyView {
    match task.guideline.is_empty() {
        true => view! { <Absent reason="the field has none yet"/> }.into_any(),
        false => view! { <p class="prose">{task.guideline.clone()}</p> }.into_any(),
    }
}

pub fn before(task: &ReviewTask) -> AnyView {
    if task.before.is_empty() {
        return view! { <p class="ink-3">"Nobody decided about them yet."</p> }.into_any();
    }
    let lines = task.before.iter().map(|one| {
        let words = if is_said(one.state) { one.label.clone() } else { state_words(one.state).to_owned() };
        view! { <li class="row"><span>{words}</span><span class="push num ink-2">{count(one.samples.unsigned_abs())}</span></li> }
    });
    view! { <ul class="stack gap-1">{lines.collect_view()}</ul> }.into_any()
}
