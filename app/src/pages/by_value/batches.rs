//! The latest decisions, each with its undo.

use crate::pages::decisions;
use chorale_model::curation::Batch;
use chorale_ui::number::counted;
use chorale_ui::{Icon, Status, Tone};
use leptos::prelude::*;

pub fn draw(latest: Vec<Batch>, may_undo: bool) -> Option<AnyView> {
    if latest.is_empty() {
        return None;
    }
    let first = latest.iter().position(|batch| batch.reverted.is_none());
    let lines = latest.into_iter().enumerate().map(|(at, batch)| line(batch, may_undo, Some(at) == first));
    Some(
        view! {
            <section aria-labelledby="latest-h">
                <div class="section-head"><h2 id="latest-h">"Latest decisions"</h2><p>"each is undone as a whole, and stays in the "<a href=decisions::PATH>"history"</a></p></div>
                <div class="panel"><ul class="values">{lines.collect_view()}</ul></div>
            </section>
        }
        .into_any(),
    )
}

/// The key undoes what was done last.
fn line(batch: Batch, may_undo: bool, is_last: bool) -> AnyView {
    let samples = counted(batch.samples.unsigned_abs(), "sample", "samples");
    let undo = match &batch.reverted {
        Some(back) => {
            let by = format!("by {}", back.by);
            view! { <Status tone=Tone::Plain icon=Icon::X word="undone"/> <span class="hint">{by}</span> }.into_any()
        }
        None if !may_undo => ().into_any(),
        None => {
            let question = format!("Undo \"{}\"? The values of {samples} are what they were without it.", batch.title);
            view! {
                <form method="post" action="/_fn/revert_batch" data-confirm=question>
                    <input type="hidden" name="batch" value=batch.id.to_string()/>
                    <button class="btn" data-size="small" data-key=is_last.then_some("u")>"Undo"</button>
                </form>
            }
            .into_any()
        }
    };
    let why = (!batch.why.is_empty()).then(|| view! { <span class="ink-2">{format!(": {}", batch.why)}</span> });
    view! {
        <li>
            <div class="value-term"><a class="quiet" href=decisions::address_of(batch.id)>{batch.title.clone()}</a>{why}</div>
            <div class="value-sure"><span class="row gap-2">{undo}</span></div>
            <div class="value-from">{format!("{samples} · {} · {} UTC", batch.by, batch.at.minute_text())}</div>
        </li>
    }
    .into_any()
}
