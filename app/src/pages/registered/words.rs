//! Description and tags of a model or a version, with the forms that change them.

use super::named;
use crate::markdown::markdown;
use chorale_model::experiments::KeyValue;
use chorale_ui::{Button, Field, TextArea};
use leptos::prelude::*;

/// Whose words they are.
#[derive(Clone, Copy)]
pub struct Whose<'a> {
    pub name: &'a str,
    /// None: the model's own.
    pub version: Option<i64>,
    pub may_change: bool,
}

impl Whose<'_> {
    fn noun(&self) -> &'static str {
        if self.version.is_some() { "version" } else { "model" }
    }
}

pub fn description(of: Whose, text: &str) -> AnyView {
    let said = match text.trim().is_empty() {
        true => {
            view! { <p class="dense ink-2">{format!("Nobody has described this {} yet.", of.noun())}</p> }.into_any()
        }
        false => view! { <div class="markdown">{markdown(text)}</div> }.into_any(),
    };
    let edit = of.may_change.then(|| {
        let action = format!("/_fn/describe_{}", of.noun());
        view! {
            <details class="fold">
                <summary>"Edit the description"</summary>
                <form class="stack gap-2" method="post" action=action>
                    {named(of.name, of.version)}
                    <TextArea name="description" label="Description" rows=6 value=text.to_owned() hint="Markdown; up to 10,000 characters"/>
                    <div><Button text="Keep it"/></div>
                </form>
            </details>
        }
    });
    view! {
        <section class="stack gap-2" aria-labelledby="words-h">
            <div class="section-head"><h2 id="words-h">"Description"</h2></div>
            {said}
            {edit}
        </section>
    }
    .into_any()
}

/// Tags, as the side of a page lists them.
pub fn tags(of: Whose, tags: &[KeyValue]) -> AnyView {
    let rows = tags.iter().map(|tag| {
        let label = format!("Remove tag {}", tag.key);
        let remove = of.may_change.then(|| {
            view! {
                <form method="post" action=format!("/_fn/untag_{}", of.noun())>
                    {named(of.name, of.version)}
                    <input type="hidden" name="key" value=tag.key.clone()/>
                    <button class="btn" data-size="small" data-kind="quiet" aria-label=label>"Remove"</button>
                </form>
            }
        });
        view! { <dt class="mono wrap">{tag.key.clone()}</dt><dd><span class="row gap-1"><span class="mono wrap">{tag.value.clone()}</span>{remove}</span></dd> }
    });
    let list = match tags.is_empty() {
        true => view! { <p class="ink-3">"It has no tags."</p> }.into_any(),
        false => view! { <dl class="facts" data-rows>{rows.collect_view()}</dl> }.into_any(),
    };
    let add = of.may_change.then(|| {
        view! {
            <details class="fold">
                <summary>"Set a tag"</summary>
                <form class="stack gap-2" method="post" action=format!("/_fn/tag_{}", of.noun())>
                    {named(of.name, of.version)}
                    <Field name="key" label="Key" required=true autocomplete="off" mono=true/>
                    <Field name="value" label="Value" autocomplete="off"/>
                    <div><Button small=true text="Set the tag"/></div>
                </form>
            </details>
        }
    });
    view! { <section class="stack gap-2"><h2 class="aside-h">"Tags"</h2>{list}{add}</section> }.into_any()
}
