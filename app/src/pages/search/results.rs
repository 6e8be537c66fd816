//! What a search found: hits with the words that matched, and the foot with count, time, pages and export.

use super::facets::Names;
use super::query::Query;
use super::{head, hit_href, nothing, total_words};
use crate::attribute::{headed, short_key};
use crate::islands;
use crate::paging::Paging;
use crate::snippet;
use chorale_model::discovery::{Hit, Kind, SearchResponse, Snippet, Sort};
use chorale_ui::number::count;
use chorale_ui::{Absent, CopyAs, Icon, LinkButton, SortHead};
use leptos::prelude::*;

/// Head, table and foot; `other` counts the hits of the other kind.
pub fn draw(query: &Query, names: &Names, answer: SearchResponse, other: u64) -> AnyView {
    let head = head(query, names, Some((answer.total, other)), None);
    if answer.hits.is_empty() {
        return view! {
            {head}
            {nothing(query)}
        }
        .into_any();
    }
    let caption = format!("{}, page of {}", total_words(answer.total, query.kind), answer.hits.len());
    let rows = answer.hits.iter().map(|hit| row(query, hit)).collect_view();
    view! {
        {head}
        <table class="table" data-rows>
            <caption class="sr">{caption}</caption>
            <thead>{columns(query)}</thead>
            <tbody>{rows}</tbody>
        </table>
        {foot(query, &answer)}
    }
    .into_any()
}

fn columns(query: &Query) -> AnyView {
    let (first, last) = if query.kind == Kind::Samples { ("Sample", "Dataset") } else { ("Dataset", "Samples") };
    let by_accession = query.sort == Sort::Accession;
    let href = query.sorted(if by_accession { Sort::Relevance } else { Sort::Accession }).href("/search");
    view! {
        <tr>
            <SortHead text=first href=href sorted=by_accession.then_some("ascending")/>
            <th scope="col" class="col-2" data-column="Organism">"Organism"</th>
            <th scope="col" class="col-2" data-column="Platform">"Platform"</th>
            <th scope="col" class="col-2" class:num=query.kind == Kind::Datasets data-column=last>{last}</th>
        </tr>
    }
    .into_any()
}

fn row(query: &Query, hit: &Hit) -> AnyView {
    let organisms = hit.organisms.join(", ");
    let organism = if organisms.is_empty() {
        view! { <Absent reason="not reported by the source"/> }.into_any()
    } else {
        organisms.clone().into_any()
    };
    let chip = (!hit.platform.is_empty()).then(|| view! { <span class="chip">{hit.platform.clone()}</span> });
    let platform = match hit.platform.is_empty() {
        true => view! { <Absent reason="not reported by the source"/> }.into_any(),
        false => hit.platform.clone().into_any(),
    };
    let last = match query.kind {
        Kind::Samples => datasets(hit),
        Kind::Datasets => {
            view! { <td class="col-2 num">{count(u64::try_from(hit.samples).unwrap_or(0))}</td> }.into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">
                <div class="hit">
                    <div>
                        <a class="acc" href=hit_href(query.kind, hit.id)>{hit.accession.clone()}</a>
                        {title(hit)}
                    </div>
                    {said(hit)}
                    <div class="narrow-only">
                        {(!organisms.is_empty()).then(|| view! { <span class="chip">{organisms}</span> })}
                        {chip}
                    </div>
                </div>
            </th>
            <td class="col-2">{organism}</td>
            <td class="col-2 acc">{platform}</td>
            {last}
        </tr>
    }
    .into_any()
}

fn datasets(hit: &Hit) -> AnyView {
    let links = hit.datasets.iter().map(|dataset| {
        view! { <a class="acc" href=format!("/datasets/{}", dataset.id)>{dataset.accession.clone()}</a> }
    });
    view! { <td class="col-2"><span class="row gap-1">{links.collect_view()}</span></td> }.into_any()
}

/// The title, with the words that matched in it.
fn title(hit: &Hit) -> AnyView {
    match hit.snippet.as_ref().filter(|snippet| is_title(hit, snippet)) {
        Some(snippet) => marked(snippet),
        None => hit.title.clone().into_any(),
    }
}

/// The snippet is the whole title: marks belong there, not on a line that repeats it.
fn is_title(hit: &Hit, snippet: &Snippet) -> bool {
    let text: String = snippet.fragments.iter().map(|fragment| fragment.text.as_str()).collect();
    snippet.field == "title" && text == hit.title
}

fn marked(snippet: &Snippet) -> AnyView {
    let words = snippet.fragments.iter().map(|fragment| match fragment.marked {
        true => view! { <mark>{fragment.text.clone()}</mark> }.into_any(),
        false => fragment.text.clone().into_any(),
    });
    words.collect_view().into_any()
}

/// The words that matched with their field; without a match the first things that the source said.
fn said(hit: &Hit) -> AnyView {
    if let Some(snippet) = hit.snippet.as_ref().filter(|snippet| !is_title(hit, snippet)) {
        let field = format!("{}: ", short_key(&snippet.field));
        return view! { <div class="snip"><span class="k">{field}</span>{marked(snippet)}</div> }.into_any();
    }
    let said = hit.attributes.iter().take(4).enumerate().map(|(i, attribute)| {
        let (head, said) = headed(attribute);
        let key = format!("{}{head}: ", if i > 0 { " · " } else { "" });
        let value: String = said.chars().take(120).collect();
        view! { <span class="k">{key}</span>{value} }
    });
    view! { <div class="snip">{said.collect_view()}</div> }.into_any()
}

fn foot(query: &Query, answer: &SearchResponse) -> AnyView {
    let first = if query.cursor.is_some() { query.at(None).href("/search") } else { String::new() };
    let next = answer.next_cursor.clone().map(|cursor| query.at(Some(cursor)).href("/search")).unwrap_or_default();
    let paging = Paging { first, next, took_ms: Some(answer.took_ms) };
    let csv = query.at(None).href("/api/v1/search.csv");
    let (one, many) = match query.kind {
        Kind::Samples => ("sample", "samples"),
        Kind::Datasets => ("dataset", "datasets"),
    };
    let tools = view! {
        <islands::Columns/>
        <CopyAs snippets=snippet::json(&query.at(None).href("/api/v1/search"))/>
        <LinkButton kind=chorale_ui::Kind::Quiet small=true download=true icon=Icon::DownTray href=csv text="CSV"/>
    };
    view! { <div class="table-foot">{paging.foot(answer.total, one, many, tools)}</div> }.into_any()
}
