//! What narrows a search: every value is a link with its count, chosen values first. Values of an ontology lie in a
//! tree: a term's count holds its kinds, and choosing it finds them too.

use super::query::Query;
use crate::values::is_term;
use chorale_model::discovery::{FACETS, FacetValue, SearchResponse};
use chorale_ui::{Badge, Branch, Facet, FacetLink, Glyph, Histogram, Icon};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How many values of a field stand open.
const SHOWN: usize = 8;
/// So deep a tree stands open by itself.
const OPEN_LEVELS: usize = 1;

/// The whole column. Fields without values are left out: harmonized ones fill once annotators run.
pub fn draw(query: &Query, answer: &SearchResponse) -> AnyView {
    let chosen: usize = query.chosen.values().map(Vec::len).sum();
    let fields = FACETS.iter().filter_map(|field| {
        let values = answer.facets.get(field.name).filter(|values| !values.is_empty())?;
        let is_tree = values.iter().any(|value| value.parent.is_some());
        Some(if is_tree {
            tree(query, field.name, field.label, values)
        } else {
            one(query, field.name, field.label, values)
        })
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

fn link(query: &Query, name: &str, value: &FacetValue, max: u64) -> AnyView {
    let href = query.toggled(name, &value.value).href("/search");
    let chosen = query.has(name, &value.value);
    match is_term(&value.value) {
        true => view! { <FacetLink href=href label=value.label.clone() n=value.count max=max chosen=chosen title=value.value.clone()/> }.into_any(),
        false => view! { <FacetLink href=href label=value.label.clone() n=value.count max=max chosen=chosen/> }.into_any(),
    }
}

fn one(query: &Query, name: &'static str, label: &'static str, values: &[FacetValue]) -> AnyView {
    let max = values.iter().map(|value| value.count).max().unwrap_or(0);
    let (first, rest): (Vec<_>, Vec<_>) = values.iter().partition(|value| query.has(name, &value.value));
    let mut ordered = first.into_iter().chain(rest).map(|value| link(query, name, value, max));
    let links = ordered.by_ref().take(SHOWN).collect_view();
    let more: Vec<_> = ordered.collect();
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

/// A facet whose values have parents.
struct Tree<'a> {
    query: &'a Query,
    name: &'static str,
    max: u64,
    below: BTreeMap<Option<&'a str>, Vec<&'a FacetValue>>,
    /// Values on the way to a chosen one: they stand open.
    open: BTreeSet<&'a str>,
}

fn tree(query: &Query, name: &'static str, label: &'static str, values: &[FacetValue]) -> AnyView {
    let tree = Tree::of(query, name, values);
    let mut roots = tree.below.get(&None).cloned().unwrap_or_default().into_iter();
    let first: Vec<_> = roots.by_ref().take(SHOWN).map(|value| tree.branch(value, 0)).collect();
    let rest: Vec<_> = roots.map(|value| tree.branch(value, OPEN_LEVELS)).collect();
    let rest = (!rest.is_empty()).then(|| {
        view! {
            <li class="tree-rest">
                <details class="facet-rest"><summary>{format!("{} more", rest.len())}</summary><ul>{rest}</ul></details>
            </li>
        }
    });
    view! { <Facet title=label tree=true><ul>{first} {rest}</ul></Facet> }.into_any()
}

impl<'a> Tree<'a> {
    /// A parent that is not among the values is none: its kinds stand at the top. Neither do values whose parents form
    /// a ring hang from anything; they stand at the top too.
    fn of(query: &'a Query, name: &'static str, values: &'a [FacetValue]) -> Self {
        let parents: BTreeMap<&str, &str> = values
            .iter()
            .filter_map(|value| Some((value.value.as_str(), value.parent.as_deref()?)))
            .filter(|(_, parent)| values.iter().any(|other| other.value == *parent))
            .collect();
        let way = |from: &'a str| std::iter::successors(parents.get(from).copied(), |at| parents.get(at).copied());
        let hangs = |value: &'a str| way(value).take(values.len() + 1).count() <= values.len();
        let mut below: BTreeMap<Option<&str>, Vec<&FacetValue>> = BTreeMap::new();
        for value in values {
            let parent = parents.get(value.value.as_str()).copied().filter(|_| hangs(&value.value));
            below.entry(parent).or_default().push(value);
        }
        let chosen = values.iter().filter(|value| query.has(name, &value.value));
        let open = chosen
            .flat_map(|value| std::iter::once(value.value.as_str()).chain(way(&value.value).take(values.len())))
            .collect();
        Tree { query, name, max: values.iter().map(|value| value.count).max().unwrap_or(0), below, open }
    }

    fn branch(&self, value: &FacetValue, level: usize) -> AnyView {
        let kinds = self.below.get(&Some(value.value.as_str())).map(Vec::as_slice).unwrap_or_default();
        let below: Vec<AnyView> = kinds.iter().map(|kind| self.branch(kind, level + 1)).collect();
        let open = level < OPEN_LEVELS || self.open.contains(value.value.as_str());
        let row = link(self.query, self.name, value, self.max);
        view! { <Branch label=value.label.clone() below=below open=open>{row}</Branch> }.into_any()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn value(id: &str, parent: Option<&str>, count: u64) -> FacetValue {
        FacetValue { value: id.into(), label: id.into(), count, parent: parent.map(str::to_owned) }
    }

    fn kinds<'a>(tree: &Tree<'a>, of: Option<&str>) -> Vec<&'a str> {
        tree.below.get(&of).map(Vec::as_slice).unwrap_or_default().iter().map(|one| one.value.as_str()).collect()
    }

    #[test]
    fn kinds_hang_under_their_nearest_value_and_the_way_to_a_chosen_one_is_open() {
        let values =
            [value("a", None, 9), value("b", Some("a"), 5), value("c", Some("b"), 2), value("d", Some("x"), 1)];
        let query = Query::default().toggled("disease", "c");
        let tree = Tree::of(&query, "disease", &values);
        assert_eq!(kinds(&tree, None), ["a", "d"], "a parent that is not shown is none");
        assert_eq!(kinds(&tree, Some("a")), ["b"]);
        assert_eq!(tree.open, BTreeSet::from(["a", "b", "c"]));
    }

    #[test]
    fn a_ring_of_parents_loses_no_value() {
        let values = [value("a", Some("b"), 2), value("b", Some("a"), 2), value("c", Some("b"), 1)];
        let query = Query::default();
        assert_eq!(kinds(&Tree::of(&query, "disease", &values), None), ["a", "b", "c"]);
    }
}
