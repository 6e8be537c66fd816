//! Decisions: every batch of the organization with who, when and why, and a page for each with what it changed. What was
//! decided is taken back and put back here, and stays in the history.

mod change;
mod import;
mod one;

pub use change::{act, after};
pub use import::ImportDecisionsPage;
pub use one::DecisionPage;

use crate::address::address;
use crate::flash::Notice;
use crate::load::{Asked, member_page};
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::catalog::Collection;
use chorale_model::curation::{Batch, BatchFilter, BatchKind, BatchState};
use chorale_model::page::PageRequest;
use chorale_model::{BatchId, CollectionId, Fault, Page};
use chorale_platform::{catalog, curation};
use chorale_ui::number::count;
use chorale_ui::{Button, CopyAs, Crumb, Empty, Field, Icon, LinkButton, Segmented, Select, Status, Table, Tone};
use leptos::prelude::*;

pub const PATH: &str = "/decisions";
/// Collections that can be chosen.
const COLLECTIONS: i64 = 500;

/// Where a batch is shown.
pub fn address_of(batch: BatchId) -> String {
    format!("{PATH}/{batch}")
}

/// `/decisions`
#[component]
pub fn DecisionsPage() -> impl IntoView {
    member_page(|asked| async move {
        let filter = filter_of(&asked)?;
        let found = curation::list_batches(&asked.ctx, filter.clone(), asked.page(50)).await?;
        let people = curation::list_people(&asked.ctx).await?;
        let first = PageRequest { cursor: None, limit: Some(COLLECTIONS) };
        let own = asked.me.organization.id;
        let mut collections = catalog::list_collections(&asked.ctx, first).await?.items;
        collections.retain(|one| one.owner == own);
        let pairs = pairs(&filter);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let paging = asked.paging(PATH, &pairs, found.next_cursor.as_deref());
        Ok(draw(&filter, found, people, collections, paging))
    })
}

fn filter_of(asked: &Asked) -> Result<BatchFilter, Fault> {
    let word = |key: &str| Some(asked.word(key)).filter(|word| !word.is_empty());
    let collection: Option<CollectionId> = word("collection").map(|id| id.parse()).transpose()?;
    let kind = match word("kind") {
        None => None,
        Some(_) => Some(asked.choice::<Kind>("kind")?.0),
    };
    Ok(BatchFilter {
        kind,
        by: word("by"),
        field: word("field"),
        collection,
        state: asked.choice("state")?,
        from: word("from"),
        to: word("to"),
    })
}

/// A kind of the address.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Kind(BatchKind);

impl Default for Kind {
    fn default() -> Kind {
        Kind(BatchKind::Decision)
    }
}

/// What narrows the list, as its address says it.
fn pairs(filter: &BatchFilter) -> Vec<(&'static str, String)> {
    let state = match filter.state {
        BatchState::All => "",
        BatchState::Standing => "standing",
        BatchState::TakenBack => "taken_back",
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        ("kind", filter.kind.map_or_else(String::new, |kind| kind.name().to_owned())),
        ("by", text(&filter.by)),
        ("field", text(&filter.field)),
        ("collection", filter.collection.map_or_else(String::new, |id| id.to_string())),
        ("state", state.to_owned()),
        ("from", text(&filter.from)),
        ("to", text(&filter.to)),
    ]
}

/// The list of batches.
pub fn draw(
    filter: &BatchFilter,
    found: Page<Batch>,
    people: Vec<String>,
    collections: Vec<Collection>,
    paging: Paging,
) -> Screen {
    let pairs = pairs(filter);
    let is_narrow = pairs.iter().any(|(_, value)| !value.is_empty());
    let with = |key: &str, value: &str| {
        let pairs = pairs.iter().map(|(k, v)| (*k, if *k == key { value } else { v.as_str() }));
        address(PATH, pairs)
    };
    let states = [
        ("", "All", BatchState::All),
        ("standing", "Counting", BatchState::Standing),
        ("taken_back", "Taken back", BatchState::TakenBack),
    ];
    let states = states.map(|(word, text, state)| (text.to_owned(), with("state", word), state == filter.state));
    let rest = address("/api/v1/curations", pairs.iter().map(|(key, value)| (*key, value.as_str())));
    let list = match found.items.is_empty() {
        true => nothing(is_narrow),
        false => table(found.items, paging, &rest),
    };
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div><h1>"Decisions"</h1><p class="page-sub">"What people decided about values, batch by batch. Each can be taken back and put back, and nothing is forgotten."</p></div>
                <Segmented label="Which decisions" items=states.to_vec()/>
            </header>
            <div class="stack gap-4">
                <Notice actions=&["revert_batch", "restore_batch"]/>
                {narrow(filter, people, collections)}
                {list}
            </div>
        </div>
    };
    Screen::new("Decisions", Place::Decisions, vec![Crumb::here("Decisions")], body.into_any())
        .with_action(view! { <LinkButton href="/decisions/import" icon=Icon::Import text="In and out"/> })
}

fn narrow(filter: &BatchFilter, people: Vec<String>, collections: Vec<Collection>) -> AnyView {
    let any = |words: &str| (String::new(), words.to_owned());
    let people: Vec<_> =
        std::iter::once(any("anybody")).chain(people.into_iter().map(|name| (name.clone(), name))).collect();
    let collections: Vec<_> =
        std::iter::once(any("any")).chain(collections.into_iter().map(|one| (one.id.to_string(), one.name))).collect();
    let kinds = vec![
        any("any"),
        ("decision".to_owned(), "by people".to_owned()),
        ("import".to_owned(), "from a file".to_owned()),
        ("rule".to_owned(), "by a rule".to_owned()),
        ("upgrade".to_owned(), "an ontology's upgrade".to_owned()),
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let state = pairs(filter).into_iter().find(|(key, value)| *key == "state" && !value.is_empty());
    let state = state.map(|(_, value)| view! { <input type="hidden" name="state" value=value/> });
    view! {
        <form class="grid min-9 gap-4 end" role="search" aria-label="Decisions" action=PATH>
            {state}
            <Select name="by" label="Who" options=people value=text(&filter.by)/>
            <Select name="collection" label="Collection" options=collections value=filter.collection.map_or_else(String::new, |id| id.to_string())/>
            <Field name="field" label="Field" value=text(&filter.field) placeholder="disease"/>
            <Select name="kind" label="Kind" options=kinds value=filter.kind.map_or("", BatchKind::name)/>
            <Field name="from" label="From" r#type="date" value=text(&filter.from)/>
            <Field name="to" label="To" r#type="date" value=text(&filter.to)/>
            <div class="row"><Button text="Narrow"/><a class="small" href=PATH>"Show all"</a></div>
        </form>
    }
    .into_any()
}

fn nothing(is_narrow: bool) -> AnyView {
    match is_narrow {
        true => view! {
            <div class="panel"><Empty icon=Icon::Search title="No decision matches" text="Nobody decided this here, or not on these days."><LinkButton href=PATH text="Show all decisions"/></Empty></div>
        }
        .into_any(),
        false => view! {
            <div class="panel"><Empty icon=Icon::Check title="Nothing is decided yet" text="What people decide in review is listed here."><LinkButton href="/by-value" text="Review by value"/></Empty></div>
        }
        .into_any(),
    }
}

fn table(batches: Vec<Batch>, paging: Paging, rest: &str) -> AnyView {
    let shown = batches.len();
    let rows = batches.into_iter().map(row).collect_view();
    let head = || {
        view! {
            <th scope="col">"Decision"</th>
            <th scope="col" class="wide-only">"State"</th>
            <th scope="col" class="num">"Samples"</th>
            <th scope="col" class="wide-only">"Who"</th>
            <th scope="col" class="wide-only">"When (UTC)"</th>
        }
    };
    let tools = view! { <CopyAs snippets=snippet::json(rest)/> };
    let foot = move || paging.foot_of_page(shown, "batch", "batches", tools);
    view! { <Table caption="Decisions" head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(batch: Batch) -> AnyView {
    let why = (!batch.why.is_empty()).then(|| view! { <div class="hint">{batch.why.clone()}</div> });
    let beneath = format!("{} · {}", batch.by, batch.at.minute_text());
    let back = batch.reverted.is_some().then(|| state(&batch));
    view! {
        <tr>
            <th scope="row"><b><a href=address_of(batch.id)>{batch.title.clone()}</a></b>{why}<div class="narrow-only hint">{back} {beneath}</div></th>
            <td class="wide-only">{state(&batch)}</td>
            <td class="num">{count(batch.samples.unsigned_abs())}</td>
            <td class="wide-only">{batch.by.clone()}</td>
            <td class="nowrap wide-only">{batch.at.minute_text()}</td>
        </tr>
    }
    .into_any()
}

/// Whether it counts.
fn state(batch: &Batch) -> AnyView {
    match batch.reverted {
        Some(_) => view! { <Status tone=Tone::Plain icon=Icon::X word="taken back"/> }.into_any(),
        None => view! { <Status tone=Tone::Ok icon=Icon::Ok word="counts"/> }.into_any(),
    }
}
