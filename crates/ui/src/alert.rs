//! A message: what happened, what is safe, what to do.

use crate::icon::Glyph;
use crate::status::Tone;
use leptos::prelude::*;

/// Says what happened in `title`; its children say what is safe and what to do.
#[component]
pub fn Alert(
    tone: Tone,
    #[prop(into)] title: String,
    /// Announced at once by screen readers; for errors that answer an action.
    #[prop(optional)]
    loud: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="alert" data-tone=tone.name() role=loud.then_some("alert")>
            <Glyph icon=tone.icon()/>
            <div>
                <strong>{title}</strong>
                {children.map(|children| children())}
            </div>
        </div>
    }
    .into_any()
}
