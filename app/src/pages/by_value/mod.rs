//! Review by value: each distinct thing that sources say in a field of a collection, how often, and what it would
//! become. One decision settles all of its samples. Without a field the page says what waits where.
//!
//! Every choice stands in the address: what is listed, what is picked, and the answer that is looked at before it is
//! given. So all of it works by forms alone.

mod answer;
mod asked;
pub mod batches;
pub mod fields;
mod table;

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::{automatic, views};
use crate::screen::{Place, Screen};
use answer::Looked;
use asked::Asking;
use chorale_model::catalog::Collection;
use chorale_model::curation::{Batch, BatchFilter, BatchKind};
use chorale_model::fields::Field;
use chorale_model::page::PageRequest;
use chorale_model::review::{ReviewField, ReviewValues};
use chorale_model::{CollectionId, Fault, FaultKind, Role};
use chorale_platform::{catalog, curation, harmonize, review};
use chorale_ui::{Crumb, Histogram};
use leptos::prelude::*;

/// Values of one page.
const SHOWN: i64 = 50;
/// Decisions that can be undone from here; all of them are in the history.
const LATEST: i64 = 5;

pub const PATH: &str = "/by-value";

/// Where the values of a field are reviewed.
pub fn address_of(collection: CollectionId, field: &str) -> String {
    address(PATH, [("collection", collection.to_string().as_str()), ("field", field)])
}

/// `/by-value?collection=…&field=…`
#[component]
pub fn ByValuePage() -> impl IntoView {
    member_page(|asked| async move {
        let ctx = &asked.ctx;
        let Some(asking) = Asking::of(&asked)? else {
            return Ok(overview(review::list_fields(ctx).await?));
        };
        let filter = asking.filter.clone();
        let collection = catalog::load_collection(ctx, filter.collection).await?;
        let fields = harmonize::fields_of(ctx, filter.collection).await?.fields;
        let found = review::list_values(ctx, filter, asking.order, asked.page(SHOWN)).await?;
        let latest = BatchFilter { kind: Some(BatchKind::Decision), ..BatchFilter::default() };
        let latest = curation::list_batches(ctx, latest, PageRequest { cursor: None, limit: Some(LATEST) }).await?;
        let may_decide = asked.me.role >= Role::Curator;
        // What cannot be looked at is said beside the list: what was picked stays picked.
        let looked = match asking.decision() {
            Some(decision) if may_decide => Some(match review::preview(ctx, decision).await {
                Ok(preview) => Looked::Would(preview),
                Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::Conflict) => Looked::Refused(fault),
                Err(fault) => return Err(fault),
            }),
            _ => None,
        };
        let pairs = asking.pairs();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let paging = asked.paging(PATH, &pairs, found.next_cursor.as_deref());
        let views = views::beside(&asked, PATH, address(PATH, pairs)).await?;
        draw(Shown { asking, collection, fields, found, looked, latest: latest.items, may_decide, views }, paging)
    })
}

/// Everything that is drawn.
pub struct Shown {
    pub asking: Asking,
    pub collection: Collection,
    pub fields: Vec<Field>,
    pub found: ReviewValues,
    pub looked: Option<Looked>,
    pub latest: Vec<Batch>,
    pub may_decide: bool,
    /// Saved views of this page.
    pub views: AnyView,
}

/// What waits where.
pub fn overview(waiting: Vec<ReviewField>) -> Screen {
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>"Review by value"</h1>
                    <p class="page-sub">"What annotators suggest and are not sure of, gathered by what sources say. One decision settles every sample that says it, and is undone as a whole."</p>
                </div>
            </header>
            {fields::draw(waiting, address_of)}
        </div>
    };
    Screen::new("Review by value", Place::ByValue, vec![Crumb::here("By value")], body.into_any())
}

/// One field of a collection.
pub fn draw(shown: Shown, paging: crate::paging::Paging) -> Result<Screen, Fault> {
    let Shown { asking, collection, fields, found, looked, latest, may_decide, views } = shown;
    let field = fields.iter().find(|field| field.name == asking.filter.field).cloned();
    let field = field.ok_or_else(|| Fault::field("field", format!("\"{}\" is no field here", asking.filter.field)))?;
    let title = format!("{}, by value", field.label);
    let bands = bands(&found);
    let crumbs = vec![Crumb::link("By value", PATH), Crumb::here(field.label.clone())];
    let gathering = found.gathering.then(|| {
        view! { <p class="small ink-3" role="status">"Values changed a moment ago and are being counted again; load the page once more to see them."</p> }
    });
    let answer = looked.map(|looked| answer::draw(&asking, &field, looked));
    let form = may_decide.then(|| answer::form(&asking, &field, &found));
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>{title.clone()}</h1>
                    <p class="page-sub">{format!("In {}: each distinct thing that sources say, how often, and what it would become. One decision settles all of its samples.", collection.name)}</p>
                    <p class="page-sub small"><a href=automatic::address_of_field(asking.filter.collection, &asking.filter.field)>"How right the suggestions of this field are, and from which score on they are accepted"</a></p>
                </div>
                {bands}
            </header>
            <div class="stack gap-4">
                <Notice actions=&["decide_values", "revert_batch", "save_view"]/>
                {table::filters(&asking, &collection, &fields)}
                {views}
                {gathering}
                {answer}
                {table::draw(&asking, found, paging, may_decide)}
                {form}
                {batches::draw(latest, may_decide)}
            </div>
        </div>
    };
    Ok(Screen { search: false, ..Screen::new(title, Place::ByValue, crumbs, body.into_any()) })
}

/// How sure the suggestions are that wait.
fn bands(found: &ReviewValues) -> Option<AnyView> {
    let all: i64 = found.bands.iter().sum();
    if all == 0 {
        return None;
    }
    let parts = found.bands.len() as f64;
    let column = |(band, samples): (usize, &i64)| (format!("{:.2}", band as f64 / parts), samples.unsigned_abs());
    let columns: Vec<(String, u64)> = found.bands.iter().enumerate().map(column).collect();
    let note = format!("{} suggestions wait", chorale_ui::number::count(all.unsigned_abs()));
    Some(
        view! {
            <div class="by-value-bands">
                <p class="small ink-2">"Scores of what waits"</p>
                <Histogram title="Scores of what waits" note=note unit="Score from" columns=columns small=true/>
            </div>
        }
        .into_any(),
    )
}
