//! What a search found: hits with the words that matched, and the foot with count, time, pages and export.

use super::facets::Names;
use super::query::Query;
use super::{head, hit_href, nothing, total_words};
use crate::attribute::{headed, short_key};
use crate::islands;
use crate::paging::Paging;
use crate::snippet;
use crate::values::{is_said, short_term, state_reason};
use chorale_model::discovery::{Hit, HitValue, Kind, SearchResponse, Snippet, Sort};
use chorale_ui::number::count;
use chorale_ui::{Absent, CopyAs, Icon, LinkButton, SortHead};
use leptos::prelude::*;

/// Head, table and foot; `other` counts the hits of the other kind.
pub fn draw(query: &Query, names: &Names, answer: SearchResponse, other: u64) -> AnyView {
    let head = head(query, names, &answer.expansions, Some((answer.total, other)), None);
    if answer.hits.is_empty() {
        return view! {
            {head}
            {nothing(query)}
        }
        .into_any();
    }
    let caption = format!("{}, page of {}", total_words(answer.total, query.kind), answer.hits.len());
    let known = answer.hits.iter().any(|hit| !hit.values.is_empty());
    let rows = answer.hits.iter().map(|hit| row(query, hit, known)).collect_view();
    view! {
        {head}
        <table class="table" data-rows>
            <caption class="sr">{caption}</caption>
            <thead>{columns(query, known)}</thead>
            <tbody>{rows}</tbody>
        </table>
        {foot(query, &answer)}
    }
    .into_any()
}

/// Harmonized values that have a column of their own: field, head, and the class that says how soon it makes room.
const COLUMNS: [(&str, &str, &str); 4] = [
    ("disease", "Disease", "col-2"),
    ("tissue", "Tissue", "col-2"),
    ("sex", "Sex", "col-3 nowrap"),
    ("age", "Age", "col-3 nowrap"),
];

/// The heads. When something is `known` of the hits, harmonized columns come first, and organism and platform can be
/// shown instead.
fn columns(query: &Query, known: bool) -> AnyView {
    let (first, last) = if query.kind == Kind::Samples { ("Sample", "Dataset") } else { ("Dataset", "Samples") };
    let by_accession = query.sort == Sort::Accession;
    let href = query.sorted(if by_accession { Sort::Relevance } else { Sort::Accession }).href("/search");
    let harmonized = known.then(|| {
        COLUMNS
            .map(|(_, head, class)| view! { <th scope="col" class=class data-column=head>{head}</th> })
            .collect_view()
    });
    view! {
        <tr>
            <SortHead text=first href=href sorted=by_accession.then_some("ascending")/>
            {harmonized}
            <th scope="col" class="col-2" data-column="Organism" hidden=known>"Organism"</th>
            <th scope="col" class="col-2" data-column="Platform" hidden=known>"Platform"</th>
            <th scope="col" class="col-2" class:num=query.kind == Kind::Datasets data-column=last>{last}</th>
        </tr>
    }
    .into_any()
}

fn row(query: &Query, hit: &Hit, known: bool) -> AnyView {
    let organisms = hit.organisms.join(", ");
    let organism = if organisms.is_empty() {
        view! { <Absent reason="not reported by the source"/> }.into_any()
    } else {
        organisms.into_any()
    };
    let chips = narrow_chips(hit, known);
    let harmonized = known
        .then(|| COLUMNS.map(|(field, _, class)| view! { <td class=class>{value(hit, field)}</td> }).collect_view());
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
                    {reasons(hit)}
                    <div class="narrow-only">{chips}</div>
                </div>
            </th>
            {harmonized}
            <td class="col-2" hidden=known>{organism}</td>
            <td class="col-2 acc" hidden=known>{platform}</td>
            {last}
        </tr>
    }
    .into_any()
}

/// The values of one field of a hit.
fn value(hit: &Hit, field: &str) -> AnyView {
    let of_field: Vec<&HitValue> = hit.values.iter().filter(|value| value.field == field).collect();
    let (said, unsaid): (Vec<&HitValue>, Vec<&HitValue>) = of_field.into_iter().partition(|value| is_said(value.state));
    if said.is_empty() {
        let reason =
            unsaid.first().map_or("no accepted value; its own page says what waits", |value| state_reason(value.state));
        return view! { <Absent reason=reason/> }.into_any();
    }
    let links = said.into_iter().enumerate().map(|(at, value)| {
        view! { {(at > 0).then_some(", ")}{short_term(&value.term, &value.label)} }
    });
    links.collect_view().into_any()
}

/// What stands under a hit where there is no room for columns.
fn narrow_chips(hit: &Hit, known: bool) -> AnyView {
    let words: Vec<String> = match known {
        true => {
            let shown =
                |value: &&HitValue| is_said(value.state) && COLUMNS.iter().any(|(field, ..)| *field == value.field);
            hit.values.iter().filter(shown).map(|value| value.label.clone()).collect()
        }
        false => vec![hit.organisms.join(", "), hit.platform.clone()],
    };
    let words = words.into_iter().filter(|word| !word.is_empty());
    words.map(|word| view! { <span class="chip">{word}</span> }).collect_view().into_any()
}

/// Why it was found where its words alone do not say.
fn reasons(hit: &Hit) -> AnyView {
    hit.reasons
        .iter()
        .map(|reason| view! { <div class="why"><span>{reason.clone()}</span></div> })
        .collect_view()
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
