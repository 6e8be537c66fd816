//! Small marks inside text: a status (icon, word and colour together), a badge, a chip, a key.

use crate::icon::{Glyph, Icon};
use leptos::prelude::*;

/// What a status or a message means. Colour never says it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Plain,
    Ok,
    Info,
    Warn,
    Bad,
}

impl Tone {
    /// The value of `data-tone`, which the stylesheet reads.
    pub fn name(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Ok => "ok",
            Tone::Info => "info",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
        }
    }

    /// The icon that goes with the tone when nothing more exact is known.
    pub fn icon(self) -> Icon {
        match self {
            Tone::Plain | Tone::Info => Icon::Info,
            Tone::Ok => Icon::Ok,
            Tone::Warn => Icon::Warn,
            Tone::Bad => Icon::Bad,
        }
    }
}

/// A state: icon, word and colour.
#[component]
pub fn Status(
    tone: Tone,
    #[prop(optional)] icon: Option<Icon>,
    /// On its own ground, for page heads.
    #[prop(optional)]
    soft: bool,
    #[prop(into)] word: String,
) -> impl IntoView {
    view! {
        <span class="status" data-tone=tone.name() data-soft=soft>
            <Glyph icon=icon.unwrap_or(tone.icon())/>
            {word}
        </span>
    }
    .into_any()
}

/// Counts or names; cannot be removed.
#[component]
pub fn Badge(#[prop(into)] text: String) -> impl IntoView {
    view! { <span class="badge">{text}</span> }.into_any()
}

/// Something chosen. With `remove`, a link takes it away.
#[component]
pub fn Chip(
    #[prop(optional, into)] key: Option<String>,
    #[prop(into)] text: String,
    #[prop(optional, into)] remove: Option<String>,
) -> impl IntoView {
    let label = format!("Remove {} {text}", key.as_deref().unwrap_or_default());
    view! {
        <span class="chip">
            {key.map(|key| view! { <span class="chip-key">{key}</span> })} {text}
            {remove
                .map(|href| {
                    view! {
                        <a class="chip-x" href=href aria-label=label>
                            <Glyph icon=Icon::X/>
                        </a>
                    }
                })}
        </span>
    }
    .into_any()
}

/// A key of the keyboard.
#[component]
pub fn Kbd(#[prop(into)] key: String) -> impl IntoView {
    view! { <kbd class="kbd">{key}</kbd> }.into_any()
}
