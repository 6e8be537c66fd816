//! What this curator decided last, each with its undo. The key undoes the last one and leads back to its question.

use chorale_model::curation::Batch;
use chorale_ui::number::counted;
use chorale_ui::{Icon, Kbd, Status, Tone};
use leptos::prelude::*;

/// More samples than these are asked about before they are undone.
const MANY: i64 = 1_000;

/// `back` is where the undo of the last one leads.
pub fn draw(latest: Vec<Batch>, back: Option<String>) -> AnyView {
    let first = latest.iter().position(|batch| batch.reverted.is_none());
    let is_empty = latest.is_empty();
    let lines =
        latest.into_iter().enumerate().map(|(at, batch)| line(batch, (Some(at) == first).then(|| back.clone())));
    let lines = lines.collect_view();
    let head = (!is_empty).then(|| view! { <h2>"Your latest answers"</h2> });
    view! { <section id="bench-latest">{head}<ol class="timeline">{lines}</ol></section> }.into_any()
}

fn line(batch: Batch, last: Option<Option<String>>) -> AnyView {
    let samples = counted(batch.samples.unsigned_abs(), "sample", "samples");
    let undo = match &batch.reverted {
        Some(_) => view! { <Status tone=Tone::Plain icon=Icon::X word="undone"/> }.into_any(),
        None => {
            let question = format!("Undo \"{}\"? The values of {samples} are what they were without it.", batch.title);
            let asked = (batch.samples > MANY).then_some(question);
            let to = last.clone().flatten().unwrap_or_default();
            let key = last.is_some().then(|| view! { " " <Kbd key="u"/> });
            view! {
                <form method="post" action="/_fn/revert_batch" data-confirm=asked data-answers>
                    <input type="hidden" name="batch" value=batch.id.to_string()/>
                    <input type="hidden" name="to" value=to/>
                    <button class="btn" data-size="small" data-key=last.is_some().then_some("u")>"Undo"{key}</button>
                </form>
            }
            .into_any()
        }
    };
    view! { <li>{batch.title.clone()}<small>{format!("{samples} · {} UTC", batch.at.minute_text())}</small>{undo}</li> }
        .into_any()
}
