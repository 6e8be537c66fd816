//! Keys first: the attribute keys of a collection, the commonest first. Each is mapped once to a field, a parser and a
//! unit, and everything that stands under it is read so, now and in later imports.
//!
//! What is listed and which mapping is looked at stand in the address, so that all of it works by forms alone.

mod look;
mod table;

use crate::address::address;
use crate::flash::Notice;
use crate::load::{Asked, member_page};
use crate::screen::{Place, Screen};
use chorale_model::catalog::Collection;
use chorale_model::fields::Field;
use chorale_model::page::PageRequest;
use chorale_model::rules::{
    AttributeKeys, KeyFilter, KeyParser, KeyReads, KeyState, MakeRule, RulePreview, RuleSays, RuleScope,
};
use chorale_model::{CollectionId, Fault, FaultKind, Role};
use chorale_platform::{catalog, harmonize, rules};
use chorale_ui::number::{count, counted};
use chorale_ui::{Crumb, Empty, Fact, Facts, Icon, LinkButton, Progress, Table, TableFoot};
use leptos::prelude::*;

/// Keys of one page.
const SHOWN: i64 = 50;

pub const PATH: &str = "/keys";

/// The keys of a collection.
pub fn list_of(collection: CollectionId, q: &str, state: &str) -> String {
    address(PATH, [("collection", collection.to_string().as_str()), ("q", q), ("state", state)])
}

/// What the address says.
pub struct Asking {
    pub filter: KeyFilter,
    pub cursor: String,
    /// The key whose mapping is looked at, with the mapping.
    pub look: String,
    pub reads: Option<KeyReads>,
}

impl Asking {
    fn of(asked: &Asked) -> Result<Option<Asking>, Fault> {
        let collection = match asked.word("collection").as_str() {
            "" => return Ok(None),
            id => id.parse()?,
        };
        let filter = KeyFilter { collection, q: asked.word("q"), state: asked.choice("state")? };
        let (field, unit, yes) = (asked.word("field"), asked.word("unit"), asked.word("yes"));
        let parser: KeyParser = asked.choice("parser")?;
        let is_said = !field.is_empty() || parser == KeyParser::Ignore;
        let reads = is_said.then_some(KeyReads { field, parser, unit, yes });
        Ok(Some(Asking { filter, cursor: asked.word("cursor"), look: asked.word("look"), reads }))
    }

    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let state = match self.filter.state {
            KeyState::Open => "",
            KeyState::Mapped => "mapped",
            KeyState::All => "all",
        };
        vec![
            ("collection", self.filter.collection.to_string()),
            ("q", self.filter.q.clone()),
            ("state", state.to_owned()),
        ]
    }

    /// The list with one thing changed.
    pub fn with(&self, key: &'static str, value: &str) -> String {
        let pairs = self.pairs();
        address(PATH, pairs.iter().map(|(k, v)| (*k, if *k == key { value } else { v.as_str() })))
    }

    /// This page of the list with other pairs behind.
    pub fn here(&self, more: &[(&str, &str)]) -> String {
        let pairs = self.pairs();
        let pairs = pairs.iter().map(|(k, v)| (*k, v.as_str())).chain([("cursor", self.cursor.as_str())]);
        address(PATH, pairs.chain(more.iter().copied()))
    }

    fn rule(&self) -> Option<MakeRule> {
        let says = RuleSays::Key { key: self.look.clone(), reads: self.reads.clone()? };
        let (collection, scope) = (self.filter.collection, RuleScope::Collection);
        (!self.look.is_empty()).then_some(MakeRule { collection, scope, says, why: String::new() })
    }
}

/// What came of looking.
pub enum Looked {
    Would(Box<RulePreview>),
    Refused(Fault),
}

/// `/keys?collection=…`
#[component]
pub fn KeysPage() -> impl IntoView {
    member_page(|asked| async move {
        let Some(asking) = Asking::of(&asked)? else {
            let page = PageRequest { cursor: None, limit: Some(PageRequest::MAX) };
            let mut all = catalog::list_collections(&asked.ctx, page).await?.items;
            all.retain(|one| one.owner == asked.me.organization.id);
            return Ok(overview(all));
        };
        let ctx = &asked.ctx;
        let collection = catalog::load_collection(ctx, asking.filter.collection).await?;
        let fields = harmonize::fields_of(ctx, collection.id).await?.fields;
        let found = rules::list_keys(ctx, asking.filter.clone(), asked.page(SHOWN)).await?;
        let may_map = asked.me.role >= Role::Curator;
        let looked = match asking.rule() {
            Some(rule) if may_map => Some(match rules::preview_rule(ctx, rule).await {
                Ok(preview) => Looked::Would(Box::new(preview)),
                Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::Conflict) => Looked::Refused(fault),
                Err(fault) => return Err(fault),
            }),
            _ => None,
        };
        let pairs = asking.pairs();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let paging = asked.paging(PATH, &pairs, found.next_cursor.as_deref());
        Ok(draw(asking, &collection, &fields, found, looked, may_map, paging))
    })
}

/// Whose keys.
pub fn overview(collections: Vec<Collection>) -> Screen {
    let rows = collections.iter().map(|one| {
        let href = list_of(one.id, "", "");
        view! {
            <tr>
                <th scope="row"><a href=href>{one.name.clone()}</a></th>
                <td class="num">{count(one.datasets.unsigned_abs())}</td>
                <td class="num">{count(one.samples.unsigned_abs())}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let total = collections.len() as u64;
    let head = || {
        view! { <th scope="col">"Collection"</th> <th scope="col" class="num">"Datasets"</th> <th scope="col" class="num">"Samples"</th> }
    };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "collection" } else { "collections" }/> };
    let list = match total {
        0 => view! { <div class="panel"><Empty icon=Icon::Key title="There are no keys yet" text="Import a series or a table of samples: its attribute keys are counted by themselves."><LinkButton href="/import" text="Import"/></Empty></div> }.into_any(),
        _ => view! { <Table caption="Collections" head=head foot=foot>{rows}</Table> }.into_any(),
    };
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>"Keys"</h1>
                    <p class="page-sub">"Submitters call an age by a hundred names. Each attribute key of a collection is mapped once, to a field and a way to read it; what stands under it follows."</p>
                </div>
            </header>
            {list}
        </div>
    };
    Screen::new("Keys", Place::Keys, vec![Crumb::here("Keys")], body.into_any())
}

/// The keys of one collection.
pub fn draw(
    asking: Asking,
    collection: &Collection,
    fields: &[Field],
    found: AttributeKeys,
    looked: Option<Looked>,
    may_map: bool,
    paging: crate::paging::Paging,
) -> Screen {
    let title = format!("Keys of {}", collection.name);
    let counting = found.counting.then(|| {
        view! { <p class="small ink-3" role="status">"Samples changed a moment ago, and keys are being counted again; load the page once more to see them."</p> }
    });
    let look = (may_map && !asking.look.is_empty()).then(|| look::draw(&asking, fields, &found, looked));
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>{title.clone()}</h1>
                    <p class="page-sub">"What submitters call their attributes, the commonest first. A mapping is a rule: it reads what is there now and what is imported later, never overrides a person, and is undone as a whole."</p>
                </div>
            </header>
            {covered(&found)}
            <div class="stack gap-4">
                <Notice actions=&["map_key", "switch_rule"]/>
                {counting}
                {table::filters(&asking)}
                {look}
                {table::draw(&asking, fields, found, paging, may_map)}
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Keys", PATH), Crumb::here(collection.name.clone())];
    let rules = address(super::rules::PATH, [("collection", collection.id.to_string().as_str())]);
    let screen = Screen::new(title, Place::Keys, crumbs, body.into_any());
    Screen { search: false, ..screen }.with_action(view! { <LinkButton href=rules text="Rules"/> })
}

/// How far the mapping is.
fn covered(found: &AttributeKeys) -> AnyView {
    let share = |part: i64, whole: i64| if whole > 0 { part as f64 / whole as f64 } else { 0.0 };
    let part = share(found.mapped_places, found.places);
    let note = format!("{:.0} of 100 values on samples", (100.0 * part).floor());
    let keys = counted(found.keys.unsigned_abs(), "key", "keys");
    let mapped = format!("{} of {keys}", count(found.mapped.unsigned_abs()));
    view! {
        <Facts>
            <Fact label="Mapped">{mapped}</Fact>
            <Fact label="They cover"><Progress part=Some(part) label="Values on samples under mapped keys" note=note/></Fact>
        </Facts>
    }
    .into_any()
}
