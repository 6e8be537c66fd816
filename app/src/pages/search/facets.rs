//! What narrows a search: every value is a link with its count, chosen values first.

use super::query::Query;
use chorale_model::discovery::{FACETS, FacetValue, SearchResponse};
use chorale_ui::{Badge, Facet, FacetLink, Glyph, Histogram, Icon};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// How many values of a field stand open.
const SHOWN: usize = 8;

/// The whole column. Fields without values are left out: harmonized ones fill once annotators run.
pub fn draw(query: &Query, answer: &SearchResponse) -> AnyView {
    let chosen: usize = query.chosen.values().map(Vec::len).sum();
    let fields = FACETS.iter().filter_map(|field| {
        let values = answer.facets.get(field.name).filter(|values| !values.is_empty())?;
        Some(one(query, field.name, field.label, values))
    });
    view! {
        <details class="facets-toggle">
            <summary>
                <Glyph icon=Icon::Columns/>
                "Facets"
                {(chosen > 0).then(|| view! { <Badge text=format!("{chosen} chosen")/> })}
            </summary>
            {fields.collect_view()}
        </details>
    }
    .into_any()
}

fn one(query: &Query, name: &'static str, label: &'static str, values: &[FacetValue]) -> AnyView {
    let max = values.iter().map(|value| value.count).max().unwrap_or(0);
    let (first, rest): (Vec<_>, Vec<_>) = values.iter().partition(|value| query.has(name, &value.value));
    let link = |value: &FacetValue| {
        let href = query.toggled(name, &value.value).href("/search");
        let chosen = query.has(name, &value.value);
        view! { <FacetLink href=href label=value.label.clone() n=value.count max=max chosen=chosen/> }
    };
    let mut ordered = first.into_iter().chain(rest);
    let links = ordered.by_ref().take(SHOWN).map(link).collect_view();
    let more: Vec<_> = ordered.map(link).collect();
    let more = (!more.is_empty()).then(|| {
        view! {
            <details class="facet-rest">
                <summary>{format!("{} more", more.len())}</summary>
                <input class="input" type="search" data-narrow aria-label=format!("Find in {label}") placeholder="Find"/>
                {more}
            </details>
        }
    });
    let plot = years(name, values);
    view! { <Facet title=label>{plot} {links} {more}</Facet> }.into_any()
}

/// Years are also drawn: where on the line the samples lie.
fn years(name: &str, values: &[FacetValue]) -> Option<AnyView> {
    if name != "year" || values.len() < 3 {
        return None;
    }
    let mut columns: Vec<(String, u64)> = values.iter().map(|value| (value.label.clone(), value.count)).collect();
    columns.sort();
    let most =
        columns.iter().max_by_key(|(_, n)| *n).map(|(year, n)| format!("most in {year}, {n}")).unwrap_or_default();
    Some(view! { <Histogram small=true title="By year" note=most unit="Year" columns=columns/> }.into_any())
}

/// What a chosen value of a field is called.
pub type Names = BTreeMap<(String, String), String>;

/// The names of all values in an answer.
pub fn names(facets: &BTreeMap<String, Vec<FacetValue>>) -> Names {
    let all = facets.iter().flat_map(|(field, values)| values.iter().map(move |value| (field, value)));
    all.map(|(field, value)| ((field.clone(), value.value.clone()), value.label.clone())).collect()
}

/// The words of a field.
pub fn label(name: &str) -> String {
    FACETS.iter().find(|field| field.name == name).map_or_else(|| name.to_owned(), |field| field.label.to_owned())
}
