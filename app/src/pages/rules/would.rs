//! What a rule would do, added up and by example: of a mapped key, and of words.

use crate::values::{is_said, shown, state_words};
use chorale_model::harmonize::ValueState;
use chorale_model::rules::{RuleConflict, RuleExample, RulePreview};
use chorale_ui::number::{count, counted};
use chorale_ui::{Status, Tone};
use leptos::prelude::*;

pub fn draw(preview: RulePreview) -> AnyView {
    let title = format!("{} change", counted(preview.changes.unsigned_abs(), "sample", "samples"));
    let text = sums(&preview);
    let RulePreview { looked_at, examples, failures, conflicts, .. } = preview;
    let limit = looked_at.map(|at| {
        let at = count(at.unsigned_abs());
        view! { <p class="small ink-3">{format!("Counted in the first {at} samples; the rule reads all.")}</p> }
    });
    let conflicts = conflicts.iter().map(conflict).collect_view();
    let before = (!examples.is_empty()).then(|| {
        let lines = examples.into_iter().map(example).collect_view();
        view! { <div><h3 class="aside-h">"For example"</h3><ul class="plain" aria-label="Before and after">{lines}</ul></div> }
    });
    let failed = (!failures.is_empty()).then(|| {
        let lines = failures.into_iter().map(|one| {
            view! { <li><span class="mono">{one.words}</span> " " <span class="ink-2">{one.why}</span> " " <span class="num ink-3">{count(one.samples.unsigned_abs())}</span></li> }
        });
        view! { <div><h3 class="aside-h">"Cannot be read"</h3><ul class="plain" aria-label="Cannot be read">{lines.collect_view()}</ul></div> }
    });
    view! {
        <div class="section-head tight"><h3>{title}</h3><p>{text}</p></div>
        {limit}
        {conflicts}
        <div class="grid-2">{before}{failed}</div>
    }
    .into_any()
}

/// `4 values of 12 samples; 3 say it already.`
fn sums(preview: &RulePreview) -> String {
    let values = counted(preview.values.unsigned_abs(), "value", "values");
    let mut parts = vec![format!("{values} of {}", counted(preview.samples.unsigned_abs(), "sample", "samples"))];
    for (number, words) in [
        (preview.same, "say it already"),
        (preview.decided, "were decided by a person and stay"),
        (preview.narrower, "follow a narrower rule"),
        (preview.failed, "cannot be read"),
    ] {
        if number > 0 {
            parts.push(format!("{} {words}", count(number.unsigned_abs())));
        }
    }
    format!("{}.", parts.join("; "))
}

/// Another rule about the same words.
pub fn conflict(other: &RuleConflict) -> AnyView {
    let words = if other.decides { "decides instead where both hold" } else { "gives way where both hold" };
    view! { <div class="hint"><Status tone=Tone::Warn word="conflict"/> {format!(" {}: {words}", other.title)}</div> }
        .into_any()
}

fn example(one: RuleExample) -> AnyView {
    let before =
        (!one.before.is_empty()).then(|| view! { <span class="ink-3">{format!(" (now {})", one.before)}</span> });
    let after = match is_said(one.state) || one.state == ValueState::Unresolved {
        true if one.term.is_empty() => view! { <b>"nothing"</b> }.into_any(),
        true => shown(one.state, &one.term, &one.label),
        false => view! { <b>{state_words(one.state)}</b> }.into_any(),
    };
    view! {
        <li><a class="quiet mono" href=format!("/samples/{}", one.sample)>{one.words}</a> " → " {after} {before} " " <span class="num ink-2">{count(one.samples.unsigned_abs())}</span></li>
    }
    .into_any()
}
