//! Buttons and links that look like buttons. One primary action on a screen.

use crate::icon::{Glyph, Icon};
use leptos::prelude::*;

/// How loud a button is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Default,
    Primary,
    Quiet,
    Danger,
}

impl Kind {
    fn name(self) -> Option<&'static str> {
        match self {
            Kind::Default => None,
            Kind::Primary => Some("primary"),
            Kind::Quiet => Some("quiet"),
            Kind::Danger => Some("danger"),
        }
    }
}

/// A submit button by default, because forms work before any script arrives.
#[component]
pub fn Button(
    #[prop(optional)] kind: Kind,
    #[prop(optional)] icon: Option<Icon>,
    #[prop(optional)] small: bool,
    #[prop(default = "submit")] r#type: &'static str,
    /// `name` and `value` sent with the form when this button submits it.
    #[prop(optional, into)]
    name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    /// Where this button posts its form to, whatever the form says.
    #[prop(optional, into)]
    post_to: Option<String>,
    /// What is asked before this button sends its form.
    #[prop(optional, into)]
    confirm: Option<String>,
    #[prop(optional)] disabled: bool,
    #[prop(optional)] busy: bool,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! {
        <button
            class="btn"
            type=r#type
            name=name
            value=value
            formmethod=post_to.is_some().then_some("post")
            formaction=post_to
            data-confirm=confirm
            disabled=disabled
            aria-busy=busy.then_some("true")
            data-kind=kind.name()
            data-size=small.then_some("small")
        >
            {icon.map(|icon| view! { <Glyph icon=icon/> })}
            {text}
        </button>
    }
    .into_any()
}

/// A link in the shape of a button.
#[component]
pub fn LinkButton(
    #[prop(optional)] kind: Kind,
    #[prop(optional)] icon: Option<Icon>,
    #[prop(optional)] small: bool,
    /// The browser saves the answer instead of showing it.
    #[prop(optional)]
    download: bool,
    #[prop(into)] href: String,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! {
        <a class="btn" href=href download=download data-kind=kind.name() data-size=small.then_some("small")>
            {icon.map(|icon| view! { <Glyph icon=icon/> })}
            {text}
        </a>
    }
    .into_any()
}
