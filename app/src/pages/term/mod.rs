//! A term: what it means, what else it is called, where it stands in its ontology, and which samples have it.

mod tree;

use crate::address::address;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use crate::snippet;
use crate::values::{is_term, term, term_href};
use chorale_model::discovery::FACETS;
use chorale_model::ontologies::{Term, TermSynonym};
use chorale_platform::discovery;
use chorale_ui::number::{count, counted};
use chorale_ui::{Alert, Badge, CopyAs, Crumb, Fact, Facts, Histogram, Icon, LinkButton, Tone};
use leptos::prelude::*;

/// `/terms/{id}`
#[component]
pub fn TermPage() -> impl IntoView {
    member_page(|asked| async move {
        let id = asked.path.get("id").unwrap_or_default();
        Ok(draw(discovery::load_term(&asked.ctx, &id).await?))
    })
}

/// The page of a term.
pub fn draw(found: Term) -> Screen {
    let (id, label) = (found.id.clone(), found.label.clone());
    let search = search_href(&found);
    let definition = match found.definition.is_empty() {
        true => view! { <p class="page-sub ink-3">"Its ontology gives no definition."</p> }.into_any(),
        false => view! { <p class="page-sub">{found.definition.clone()}</p> }.into_any(),
    };
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <p class="row small ink-3">
                        <code>{id.clone()}</code>
                        <Badge text=format!("{} {}", found.release, found.version)/>
                    </p>
                    <h1>{label.clone()}</h1>
                    {definition}
                </div>
            </header>
            <div class="stack gap-6">
                {obsolete(&found)}
                {facts(&found, search.as_deref())}
                <div class="with-aside">
                    <div class="stack gap-8">{tree::draw(&found)} {trend(&found)}</div>
                    {aside(&found)}
                </div>
            </div>
        </div>
    };
    let action = search.filter(|_| found.samples > 0).map(|href| {
        let text = format!("Search {}", counted(found.samples, "sample", "samples"));
        view! { <LinkButton kind=chorale_ui::Kind::Primary icon=Icon::Search href=href text=text/> }
    });
    let crumbs = vec![Crumb::link("Terms", "/terms"), Crumb::here(label.clone())];
    Screen::new(label, Place::Terms, crumbs, body.into_any()).with_action(action)
}

/// The samples that have it or a kind of it, where its field is one that search knows.
fn search_href(found: &Term) -> Option<String> {
    let field = found.field.as_deref()?;
    let known = FACETS.iter().any(|facet| facet.name == field);
    known.then(|| address("/search", [(field, found.id.as_str())]))
}

/// What to use instead.
fn obsolete(found: &Term) -> Option<AnyView> {
    if !found.obsolete {
        return None;
    }
    let instead = match &found.replaced_by {
        Some(id) => view! { <p>"It is replaced by " <a href=term_href(id)>{id.clone()}</a> "."</p> }.into_any(),
        None if found.consider.is_empty() => view! { <p>"Nothing replaces it."</p> }.into_any(),
        None => {
            let others = found.consider.iter().enumerate().map(|(at, id)| {
                view! { {(at > 0).then_some(", ")}<a href=term_href(id)>{id.clone()}</a> }
            });
            view! { <p>"Nothing replaces it by itself; consider " {others.collect_view()} "."</p> }.into_any()
        }
    };
    let title = format!("{} no longer uses this term.", found.release);
    Some(view! { <Alert tone=Tone::Warn title=title>{instead}</Alert> }.into_any())
}

fn facts(found: &Term, search: Option<&str>) -> AnyView {
    let samples = match search.filter(|_| found.samples > 0) {
        Some(href) => view! { <a href=href.to_owned()>{count(found.samples)}</a> }.into_any(),
        None => count(found.samples).into_any(),
    };
    let own = found.facts.iter().filter(|(name, _)| name != "structure").map(|(name, said)| {
        let words = crate::values::field_words(name);
        let said = if is_term(said) { term(said, said) } else { said.clone().into_any() };
        view! { <Fact label=words>{said}</Fact> }
    });
    let own = own.collect_view();
    let direct = count(found.samples_direct);
    let field = found.field.as_deref().map(crate::values::field_words);
    view! {
        <Facts>
            <Fact label="Samples, kinds included">{samples}</Fact>
            <Fact label="Samples with exactly this">{direct}</Fact>
            {field.map(|field| view! { <Fact label="Field">{field}</Fact> })}
            {own}
        </Facts>
    }
    .into_any()
}

/// When the samples came.
fn trend(found: &Term) -> Option<AnyView> {
    let (year, most) = found.by_year.iter().max_by_key(|(_, n)| *n).filter(|(_, n)| *n > 0)?;
    let total: u64 = found.by_year.iter().map(|(_, n)| n).sum();
    let title = match found.by_year.len() {
        1 => format!("All its samples came in {year}"),
        _ => format!("Most of its samples came in {year}: {}", count(*most)),
    };
    let note = format!("n = {}, by the year of their submission", counted(total, "sample", "samples"));
    Some(
        view! {
            <section aria-labelledby="trend-h">
                <div class="section-head"><h2 id="trend-h">"Over the years"</h2></div>
                <Histogram title=title note=note unit="Year" columns=found.by_year.clone()/>
            </section>
        }
        .into_any(),
    )
}

/// Names, structure, references; the same as the REST API says them.
fn aside(found: &Term) -> AnyView {
    let structure = found.facts.iter().find(|(name, _)| name == "structure").map(|(_, text)| {
        view! {
            <section>
                <h2 class="aside-h">"Structure"</h2>
                <code class="mono wrap">{text.clone()}</code>
            </section>
        }
    });
    let rest = format!("/api/v1/terms/{}", crate::address::encoded(&found.id));
    view! {
        <aside class="stack small gap-6" aria-label="Names and references">
            {synonyms(&found.synonyms)}
            {structure}
            {references(&found.xrefs)}
            <section>
                <h2 class="aside-h">"As data"</h2>
                <div class="menu-start"><CopyAs snippets=snippet::json(&rest)/></div>
            </section>
        </aside>
    }
    .into_any()
}

/// Scopes as OBO names them, the closest first.
const SCOPES: &[(&str, &str)] =
    &[("exact", "exact"), ("narrow", "narrower"), ("broad", "broader"), ("related", "related"), ("unsaid", "also")];

fn synonyms(all: &[TermSynonym]) -> AnyView {
    let groups = SCOPES.iter().filter_map(|(scope, words)| {
        let of_scope: Vec<&TermSynonym> = all.iter().filter(|synonym| synonym.scope == *scope).collect();
        (!of_scope.is_empty()).then(|| {
            let names = of_scope.into_iter().map(|synonym| view! { <li>{synonym.text.clone()}</li> });
            view! { <dt>{*words}</dt><dd><ul class="names">{names.collect_view()}</ul></dd> }
        })
    });
    let groups = groups.collect_view();
    let body = match all.is_empty() {
        true => view! { <p class="ink-3">"No other name is known."</p> }.into_any(),
        false => view! { <dl class="facts" data-rows>{groups}</dl> }.into_any(),
    };
    view! { <section><h2 class="aside-h">"Also called"</h2>{body}</section> }.into_any()
}

/// How many references stand open.
const OPEN: usize = 8;

fn references(xrefs: &[String]) -> Option<AnyView> {
    if xrefs.is_empty() {
        return None;
    }
    let list = |part: &[String]| {
        let items = part.iter().map(|xref| view! { <li class="mono wrap">{xref.clone()}</li> });
        view! { <ul class="names">{items.collect_view()}</ul> }
    };
    let (first, rest) = xrefs.split_at(xrefs.len().min(OPEN));
    let rest = (!rest.is_empty()).then(|| {
        view! { <details><summary class="more">{format!("{} more", rest.len())}</summary>{list(rest)}</details> }
    });
    Some(view! { <section><h2 class="aside-h">"References"</h2>{list(first)} {rest}</section> }.into_any())
}
