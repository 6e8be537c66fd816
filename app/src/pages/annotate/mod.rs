//! Try the annotators: a text or lines of `key: value` in a form, the suggestions beside the words that they were read
//! from. Nothing is stored. The form is posted, because what is tried may be long and belongs into no address.

mod answer;
mod asked;

use crate::load::{member_page, say_status};
use crate::screen::{Place, Screen};
use answer::Answer;
pub use asked::Posted;
use chorale_model::fields::Field;
use chorale_model::harmonize::{Annotate, AnnotatedItem};
use chorale_model::{Fault, FaultKind};
use chorale_platform::harmonize;
use chorale_ui::{Alert, Button, Crumb, Empty, Icon, LinkButton, TextArea, Tone, button::Kind};
use leptos::prelude::*;
use std::time::Instant;

/// `/annotate`; the server gives what was posted as [`Posted`].
#[component]
pub fn AnnotatePage() -> impl IntoView {
    let posted = use_context::<Posted>();
    member_page(|asked| async move {
        let fields = harmonize::default_fields();
        let Some(posted) = posted else {
            let filled = if asked.word("example").is_empty() { Posted::default() } else { Posted::example() };
            return Ok(draw(&filled, &fields, None));
        };
        let begun = Instant::now();
        let found = match posted.items() {
            Ok(items) => harmonize::annotate(&asked.ctx, Annotate { items }).await.map(|found| found.items),
            Err(fault) => Err(fault),
        };
        if let Err(fault) = &found {
            if fault.kind == FaultKind::Unauthenticated {
                return Err(fault.clone());
            }
            say_status(fault);
        }
        Ok(draw(
            &posted,
            &fields,
            Some(found.map(|items| Found { items, took_ms: begun.elapsed().as_secs_f64() * 1e3 })),
        ))
    })
}

/// What the annotators answered.
pub struct Found {
    pub items: Vec<AnnotatedItem>,
    pub took_ms: f64,
}

/// The form, and what it was answered; nothing was asked yet when that is absent.
pub fn draw(posted: &Posted, fields: &[Field], found: Option<Result<Found, Fault>>) -> Screen {
    let answer = match found {
        None => None,
        Some(Err(fault)) => Some(refused(&fault)),
        Some(Ok(found)) => match found.items.into_iter().next() {
            Some(item) if !item.suggestions.is_empty() => {
                Some(answer::draw(Answer { posted, fields, suggestions: item.suggestions, took_ms: found.took_ms }))
            }
            _ => Some(nothing()),
        },
    };
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>"Annotate"</h1>
                    <p class="page-sub">"What the annotators read in a text, how sure they are, and where they read it. Nothing is stored."</p>
                </div>
            </header>
            <div class="stack gap-8">{form(posted)} {answer}</div>
        </div>
    };
    Screen::new("Annotate", Place::Annotate, vec![Crumb::here("Annotate")], body.into_any())
}

fn form(posted: &Posted) -> AnyView {
    view! {
        <form class="annotate-form" method="post" action="/annotate" aria-label="Text to annotate">
            <TextArea
                name="text"
                label="What the source says of the sample"
                rows=7
                mono=true
                required=true
                value=posted.text.clone()
                hint="a text, or one attribute to a line, such as tissue: liver"
            />
            <TextArea
                name="study"
                label="What it says of the study"
                rows=7
                value=posted.study.clone()
                hint="optional: it settles what an abbreviation means"
            />
            <div class="row">
                <Button kind=Kind::Primary icon=Icon::Marker text="Annotate"/>
                <a class="small" href="/annotate?example=1">"Fill in an example"</a>
            </div>
        </form>
    }
    .into_any()
}

/// The empty face.
fn nothing() -> AnyView {
    view! {
        <div class="panel">
            <Empty icon=Icon::Marker title="Nothing was read" text="The annotators are sure of nothing here. They know the names of the terms of the ontologies in use, and what a trained model adds.">
                <LinkButton href="/ontologies" text="See the ontologies in use"/>
            </Empty>
        </div>
    }
    .into_any()
}

/// The error face: what is wrong with the text, or what is missing on the server.
fn refused(fault: &Fault) -> AnyView {
    let message = match &fault.fields[..] {
        [one] => one.message.clone(),
        _ => fault.message.clone(),
    };
    let title =
        if fault.kind == FaultKind::Invalid { "This cannot be annotated." } else { "The annotators did not answer." };
    view! { <Alert tone=Tone::Bad title=title loud=true><p>{message}</p></Alert> }.into_any()
}
