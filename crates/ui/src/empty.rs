//! The empty and the error face of a view: one sentence, what is safe, one action.

use crate::icon::{Glyph, Icon};
use leptos::prelude::*;

/// An empty list or a failed view. `children` is the one action.
#[component]
pub fn Empty(
    icon: Icon,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// Announced at once: the error face.
    #[prop(optional)]
    loud: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty" role=loud.then_some("alert")>
            <Glyph icon=icon/>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
    .into_any()
}
