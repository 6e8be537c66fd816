//! Where a term stands: one way from the root, the term itself, its kinds, each with the samples beneath it.

use crate::values::{short_term, term_href};
use chorale_model::ontologies::{Term, TermStep};
use chorale_ui::FacetLink;
use chorale_ui::number::{count, counted};
use leptos::prelude::*;

/// How many kinds stand open.
const OPEN: usize = 24;

/// The section.
pub fn draw(found: &Term) -> AnyView {
    let note = match found.children.len() {
        0 => "it has no kinds of its own".to_owned(),
        n => format!("{}; counts include all that lies beneath", counted(n as u64, "kind", "kinds")),
    };
    view! {
        <section aria-labelledby="tree-h">
            <div class="section-head"><h2 id="tree-h">"Place in the tree"</h2><p>{note}</p></div>
            <div class="panel tree term-tree">{level(found, &found.path)}</div>
            {others(found)}
        </section>
    }
    .into_any()
}

/// The way from here down: what is left of the path, then the term with its kinds.
fn level(found: &Term, path: &[TermStep]) -> AnyView {
    let Some((step, rest)) = path.split_first() else { return itself(found) };
    view! { <ul><li>{link(step, found)} {level(found, rest)}</li></ul> }.into_any()
}

fn itself(found: &Term) -> AnyView {
    let mut children: Vec<&TermStep> = found.children.iter().collect();
    children.sort_by(|a, b| b.samples.cmp(&a.samples).then_with(|| a.label.cmp(&b.label)));
    let row = |step: &&TermStep| view! { <li>{link(step, found)}</li> };
    let (first, rest) = children.split_at(children.len().min(OPEN));
    let rest = (!rest.is_empty()).then(|| {
        view! {
            <li class="tree-rest">
                <details class="facet-rest">
                    <summary>{format!("{} more kinds", count(rest.len() as u64))}</summary>
                    <input class="input" type="search" data-narrow aria-label="Find in the kinds" placeholder="Find"/>
                    <ul>{rest.iter().map(row).collect_view()}</ul>
                </details>
            </li>
        }
    });
    let below = (!children.is_empty()).then(|| view! { <ul>{first.iter().map(row).collect_view()} {rest}</ul> });
    view! {
        <ul>
            <li>
                <span class="facet-link" aria-current="page">{found.label.clone()}<span class="n">{count(found.samples)}</span></span>
                {below}
            </li>
        </ul>
    }
    .into_any()
}

/// A neighbour. What is no kind but a part says so.
fn link(step: &TermStep, found: &Term) -> AnyView {
    let label = match relation(&step.relation) {
        "" => step.label.clone(),
        words => format!("{} ({words})", step.label),
    };
    let max = found.samples.max(1);
    // Above the term every count is larger: its ground would be full and say nothing.
    let share = if step.samples > found.samples { 0 } else { max };
    view! { <FacetLink href=term_href(&step.id) title=step.id.clone() label=label n=step.samples max=share/> }
        .into_any()
}

fn relation(name: &str) -> &'static str {
    match name {
        "part_of" => "part of",
        "develops_from" => "develops from",
        _ => "",
    }
}

/// Parents that lie beside the path: a term may stand in several places.
fn others(found: &Term) -> Option<AnyView> {
    let shown = found.path.last().map(|step| step.id.as_str());
    let others: Vec<&TermStep> = found.parents.iter().filter(|step| Some(step.id.as_str()) != shown).collect();
    if others.is_empty() {
        return None;
    }
    let links = others.into_iter().enumerate().map(|(at, step)| {
        let words = relation(&step.relation);
        let words = (!words.is_empty()).then(|| format!("{words} "));
        view! { {(at > 0).then_some(", ")}{words}{short_term(&step.id, &step.label)} }
    });
    Some(
        view! { <p class="dense ink-2 also"><span class="ink-3">"Also under "</span>{links.collect_view()}</p> }
            .into_any(),
    )
}
