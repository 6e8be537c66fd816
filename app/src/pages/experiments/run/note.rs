//! What people say of a run: drawn from Markdown, and written in a form.

use crate::markdown::markdown;
use chorale_model::experiments::{KeyValue, NOTE, Run};
use chorale_ui::{Button, Kind, TextArea};
use leptos::prelude::*;

pub fn draw(run: &Run) -> AnyView {
    let text = KeyValue::find(&run.tags, NOTE).unwrap_or_default().to_owned();
    let none = text.trim().is_empty();
    let drawn = match none {
        true => view! { <p class="ink-3">"Nobody wrote one yet."</p> }.into_any(),
        false => markdown(&text),
    };
    let form = (!run.info.deleted).then(|| {
        let summary = if none { "Write a note" } else { "Edit" };
        view! {
            <details>
                <summary>{summary}</summary>
                <form class="stack gap-2" method="post" action="/_fn/write_run_note">
                    <input type="hidden" name="run" value=run.info.id.to_string()/>
                    <input type="hidden" name="before" value=text.clone()/>
                    <TextArea name="text" label="Notes" rows=6 value=text.clone() hint="Markdown; everybody of the organization reads it"/>
                    <div><Button kind=Kind::Primary small=true text="Keep the notes"/></div>
                </form>
            </details>
        }
    });
    view! { <section aria-labelledby="notes" class="stack gap-2"><h2 class="aside-h" id="notes">"Notes"</h2>{drawn}{form}</section> }.into_any()
}
