//! What is made in a collection begins with the question in which.

use crate::address::address;
use crate::load::Asked;
use chorale_model::Fault;
use chorale_model::catalog::Collection;
use chorale_model::page::PageRequest;
use chorale_platform::catalog;
use chorale_ui::number::counted;
use chorale_ui::{Empty, Icon, LinkButton};
use leptos::prelude::*;

/// Collections of the organization's own.
pub async fn own(asked: &Asked) -> Result<Vec<Collection>, Fault> {
    let all = PageRequest { cursor: None, limit: Some(PageRequest::MAX) };
    let mut own = catalog::list_collections(&asked.ctx, all).await?.items;
    own.retain(|one| one.owner == asked.me.organization.id);
    Ok(own)
}

/// The page that asks; each answer leads to the form at `path`. Without a collection it says what to do first.
pub fn ask(
    title: &'static str,
    question: &'static str,
    path: &str,
    of: Vec<Collection>,
    none: [&'static str; 2],
) -> AnyView {
    let lines = of.iter().map(|one| {
        let id = one.id.to_string();
        let href = address(path, [("collection", id.as_str())]);
        let samples = counted(one.samples.unsigned_abs(), "sample", "samples");
        view! { <li><b><a href=href>{one.name.clone()}</a></b> " " <span class="hint">{samples}</span></li> }
    });
    let [without, first] = none;
    let list = match of.is_empty() {
        true => view! {
            <div class="panel"><Empty icon=Icon::Stack title=without text=first><LinkButton href="/import" text="Import"/></Empty></div>
        }
        .into_any(),
        false => view! { <ul class="stack gap-2" data-rows>{lines.collect_view()}</ul> }.into_any(),
    };
    view! {
        <div class="page" data-width="middle">
            <header class="page-head"><div><h1>{title}</h1><p class="page-sub">{question}</p></div></header>
            {list}
        </div>
    }
    .into_any()
}
