//! The look-up of a term by what somebody types: over every ontology in use, or over those of one field.

use crate::address::address;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use crate::snippet;
use crate::values::term;
use chorale_model::discovery::TermQuery;
use chorale_model::fields::{Field, FieldKind};
use chorale_model::ontologies::{TermHit, TermHits};

use chorale_platform::{discovery, harmonize};
use chorale_ui::number::count;
use chorale_ui::{Absent, Button, CopyAs, Crumb, Empty, Glyph, Icon, LinkButton, Table, TableFoot};
use leptos::prelude::*;

/// How many terms one look-up shows.
const SHOWN: i64 = 50;

/// `/terms?q=…&field=…`
#[component]
pub fn TermsPage() -> impl IntoView {
    member_page(|asked| async move {
        let (q, field) = (asked.word("q"), asked.word("field"));
        let found = match q.trim() {
            "" => None,
            typed => {
                let field = Some(field.clone()).filter(|field| !field.is_empty());
                let query = TermQuery { q: typed.to_owned(), field, collection: None, limit: Some(SHOWN) };
                Some(discovery::search_terms(&asked.ctx, query).await?)
            }
        };
        Ok(draw(&q, &field, &harmonize::default_fields(), found))
    })
}

/// The question, and what it found; nothing was typed when that is absent.
pub fn draw(q: &str, field: &str, fields: &[Field], found: Option<TermHits>) -> Screen {
    let answer = match found {
        None => view! {
            <div class="panel"><Empty icon=Icon::Tree title="Type three letters of a term" text="Labels and synonyms of every ontology in use are searched; a term's id finds it too."><LinkButton href="/ontologies" text="See the ontologies"/></Empty></div>
        }
        .into_any(),
        Some(found) if found.items.is_empty() => nothing(q, field),
        Some(found) => table(q, field, found),
    };
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>"Terms"</h1>
                    <p class="page-sub">"What harmonized values mean: terms of pinned ontologies, with their synonyms, their place in the tree and the samples that have them."</p>
                </div>
            </header>
            <div class="stack gap-6">{form(q, field, fields)} {answer}</div>
        </div>
    };
    let screen = Screen::new("Terms", Place::Terms, vec![Crumb::here("Terms")], body.into_any());
    Screen { search: false, ..screen }
}

fn form(q: &str, chosen: &str, fields: &[Field]) -> AnyView {
    let of_terms = fields.iter().filter(|field| field.kind == FieldKind::Term);
    let options = of_terms.map(|field| {
        view! { <option value=field.name.clone() selected=field.name == chosen>{field.label.clone()}</option> }
    });
    view! {
        <form class="row" role="search" aria-label="Terms" action="/terms">
            <label class="searchbox grow">
                <Glyph icon=Icon::Search/>
                <span class="sr">"Search terms"</span>
                <input type="search" name="q" value=q.to_owned() placeholder="hepatocellular carcinoma, HCC, MONDO:0007256" data-search/>
                <kbd class="kbd" aria-hidden="true">"/"</kbd>
            </label>
            <label class="sr" for="terms-field">"Field"</label>
            <select class="input fit-content" id="terms-field" name="field">
                <option value="">"Every field"</option>
                {options.collect_view()}
            </select>
            <Button text="Look up"/>
        </form>
    }
    .into_any()
}

fn nothing(q: &str, field: &str) -> AnyView {
    let title = format!("No term is called “{q}”");
    let wider = (!field.is_empty()).then(|| {
        let href = address("/terms", [("q", q)]);
        view! { <LinkButton href=href text="Look in every field"/> }
    });
    view! {
        <div class="panel">
            <Empty icon=Icon::Search title=title text="Try the beginning of a word, a synonym or an id. Only ontologies in use are searched.">{wider}</Empty>
        </div>
    }
    .into_any()
}

fn table(q: &str, field: &str, found: TermHits) -> AnyView {
    let total = found.items.len() as u64;
    let took = found.took_ms;
    let rows = found.items.into_iter().map(row).collect_view();
    let head = || {
        view! {
            <th scope="col">"Term"</th>
            <th scope="col" class="wide-only">"Definition"</th>
            <th scope="col">"Path"</th>
            <th scope="col" class="num" title="by descent">"Samples"</th>
        }
    };
    let limit = SHOWN.to_string();
    let rest = address("/api/v1/terms", [("q", q), ("field", field), ("limit", limit.as_str())]);
    let foot = move || {
        view! {
            <TableFoot total=total noun=if total == 1 { "term, best first" } else { "terms, best first" } took_ms=Some(took)>
                <CopyAs snippets=snippet::json(&rest)/>
            </TableFoot>
        }
    };
    view! { <Table caption="Terms" head=head foot=foot>{rows}</Table> }.into_any()
}

/// The last steps of the way: the first ones say the same of nearly every term.
fn near(path: &[String]) -> String {
    const STEPS: usize = 3;
    let (cut, steps) = path.split_at(path.len().saturating_sub(STEPS));
    format!("{}{}", if cut.is_empty() { "" } else { "… › " }, steps.join(" › "))
}

fn row(hit: TermHit) -> AnyView {
    let matched = hit.matched.map(|name| view! { <div class="hint">{format!("matched as “{name}”")}</div> });
    let definition = match hit.definition.is_empty() {
        true => view! { <Absent reason="the ontology gives none"/> }.into_any(),
        false => {
            view! { <span class="lines-2" title=hit.definition.clone()>{hit.definition.clone()}</span> }.into_any()
        }
    };
    let path = match hit.path.is_empty() {
        true => view! { <Absent reason="it is a root"/> }.into_any(),
        false => view! { <span title=hit.path.join(" › ")>{near(&hit.path)}</span> }.into_any(),
    };
    let samples = match hit.samples {
        Some(n) => count(n).into_any(),
        None => view! { <Absent reason="not counted for this field"/> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="roomy">{term(&hit.id, &hit.label)} {matched}</th>
            <td class="ink-2 wide-only">{definition}</td>
            <td class="ink-3 roomy">{path}</td>
            <td class="num">{samples}</td>
        </tr>
    }
    .into_any()
}
