//! A change of a value in words: what stood there, and what stands there by a decision.

use crate::values::shown;
use chorale_model::curation::CurationAction;
use chorale_model::harmonize::ValueState;
use chorale_ui::Absent;
use leptos::prelude::*;

/// What a decision did.
pub fn act(action: CurationAction) -> &'static str {
    match action {
        CurationAction::Set => "set",
        CurationAction::Remove => "removed",
        CurationAction::Replace => "replaced",
        CurationAction::Review => "sent to review",
        CurationAction::Accept => "accepted",
        CurationAction::Reject => "rejected",
    }
}

/// What stood there; None: nothing did.
pub fn before(value: Option<(ValueState, &str, &str)>) -> AnyView {
    match value {
        Some((state, term, label)) => shown(state, term, label),
        None => view! { <Absent reason="nothing stood there"/> }.into_any(),
    }
}

/// What stands there by the decision.
pub fn after(action: CurationAction, state: Option<ValueState>, term: &str, label: &str) -> AnyView {
    match (action, state) {
        (CurationAction::Review, _) => "waits for review".into_any(),
        (CurationAction::Reject, _) => view! { <Absent reason="the value was rejected"/> }.into_any(),
        (_, None) if term.is_empty() => view! { <Absent reason="there is none"/> }.into_any(),
        (_, state) => shown(state.unwrap_or_default(), term, label),
    }
}
