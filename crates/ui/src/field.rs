//! Labelled controls. Labels above, hints and errors beneath; an error says what is right.

use crate::icon::{Glyph, Icon};
use leptos::prelude::*;

/// One line of text with its label.
#[component]
pub fn Field(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "text")] r#type: &'static str,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] autocomplete: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] disabled: bool,
    #[prop(optional)] mono: bool,
    /// Typing begins here.
    #[prop(optional)]
    autofocus: bool,
    /// Two fields of one page with one name need ids of their own.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| format!("field-{name}"));
    let note = format!("{id}-note");
    let noted = (hint.is_some() || error.is_some()).then(|| note.clone());
    view! {
        <div class="field">
            <label class="label" for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                name=name
                type=r#type
                value=value
                placeholder=placeholder
                autocomplete=autocomplete
                required=required
                disabled=disabled
                autofocus=autofocus
                data-mono=mono
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=noted
            />
            {note_under(note, hint, error)}
        </div>
    }
    .into_any()
}

/// Several lines of text with their label.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// How many lines are seen before it scrolls.
    #[prop(default = 4)]
    rows: u32,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(optional)] mono: bool,
    /// Typing begins here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let id = format!("field-{name}");
    let note = format!("{id}-note");
    let noted = (hint.is_some() || error.is_some()).then(|| note.clone());
    view! {
        <div class="field">
            <label class="label" for=id.clone()>{label}</label>
            <textarea
                class="input"
                id=id
                name=name
                rows=rows
                placeholder=placeholder
                required=required
                autofocus=autofocus
                data-mono=mono
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=noted
            >
                {value}
            </textarea>
            {note_under(note, hint, error)}
        </div>
    }
    .into_any()
}

/// One of several: value and words.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    options: Vec<(String, String)>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| format!("field-{name}"));
    let note = format!("{id}-note");
    let noted = (hint.is_some() || error.is_some()).then(|| note.clone());
    let invalid = error.is_some().then_some("true");
    let options = options.into_iter().map(|(key, words)| {
        let selected = key == value;
        view! { <option value=key selected=selected>{words}</option> }
    });
    view! {
        <div class="field">
            <label class="label" for=id.clone()>{label}</label>
            <select class="input" id=id name=name aria-invalid=invalid aria-describedby=noted>{options.collect_view()}</select>
            {note_under(note, hint, error)}
        </div>
    }
    .into_any()
}

/// The hint or the error beneath a control, for one that is not drawn here.
pub fn note_under(id: String, hint: Option<String>, error: Option<String>) -> Option<AnyView> {
    if let Some(error) = error {
        return Some(view! { <p class="field-error" id=id><Glyph icon=Icon::Bad/>{error}</p> }.into_any());
    }
    hint.map(|hint| view! { <p class="hint" id=id>{hint}</p> }.into_any())
}

/// Points at the character of a query under its monospace input; `at` counts from 0.
#[component]
pub fn Caret(at: usize, #[prop(into)] message: String, #[prop(into)] id: String) -> impl IntoView {
    // No element for no indent: an empty text is drawn as one space.
    let indent = (at > 0).then(|| view! { <span class="at" aria-hidden="true">{" ".repeat(at.min(400))}</span> });
    view! {
        <p class="caret" id=id>
            {indent}
            <b>{format!("↑ {}", at + 1)}</b>
            <span>{message}</span>
        </p>
    }
    .into_any()
}
