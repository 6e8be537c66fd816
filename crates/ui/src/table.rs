//! Real tables: sticky header, sorted by links, numbers to the right, count and time in the foot.

use crate::number::{count, duration_ms};
use crate::pages::Pages;
use leptos::prelude::*;

/// A table in its scrolling panel. `head` is the row of `th`, `children` the rows.
#[component]
pub fn Table(
    #[prop(into)] caption: String,
    #[prop(into)] head: ViewFnOnce,
    /// Under the rows, inside the panel: usually a `TableFoot`.
    #[prop(optional, into)]
    foot: Option<ViewFnOnce>,
    children: Children,
) -> impl IntoView {
    let label = format!("Table: {caption}");
    view! {
        <div class="panel">
            <div class="scroll" tabindex="0" role="region" aria-label=label>
                <table class="table" data-rows>
                    <caption class="sr">{caption}</caption>
                    <thead>
                        <tr>{head.run()}</tr>
                    </thead>
                    <tbody>{children()}</tbody>
                </table>
            </div>
            {foot.map(|foot| view! { <div class="table-foot">{foot.run()}</div> })}
        </div>
    }
    .into_any()
}

/// A column head that sorts by link. `sorted` is `ascending` or `descending` when it is the chosen one.
#[component]
pub fn SortHead(
    #[prop(into)] text: String,
    #[prop(into)] href: String,
    #[prop(default = None)] sorted: Option<&'static str>,
    #[prop(optional)] number: bool,
    #[prop(optional, into)] unit: Option<String>,
) -> impl IntoView {
    view! {
        <th scope="col" class:num=number aria-sort=sorted>
            <a href=href>{text} {unit.map(|unit| view! { <span class="unit">{format!(" ({unit})")}</span> })}</a>
        </th>
    }
    .into_any()
}

/// How many rows there are, how long the question took, and the neighbouring pages (an empty address: there is none).
/// Children stand to the right: export, copy.
#[component]
pub fn TableFoot(
    total: u64,
    #[prop(into)] noun: String,
    #[prop(default = None)] took_ms: Option<f64>,
    #[prop(optional, into)] first: String,
    #[prop(optional, into)] next: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <span>
            <b>{count(total)}</b>
            {format!(" {noun}")}
            {took_ms.map(|ms| view! { " · " <b>{duration_ms(ms)}</b> })}
        </span>
        <Pages first=first next=next/>
        {children.map(|children| view! { <span class="row push gap-1">{children()}</span> })}
    }
    .into_any()
}

/// An empty value, with the reason why it is empty.
#[component]
pub fn Absent(#[prop(into)] reason: String) -> impl IntoView {
    let title = reason.clone();
    view! { <span class="none" title=title>"–"<span class="sr">{reason}</span></span> }.into_any()
}
