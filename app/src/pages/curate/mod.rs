//! Review one by one: the question that is worth most now, what the source says with the words marked, what it may be under
//! the keys 1 to 9, and what the same words became before. An answer settles every sample that says it, and the next
//! question is there. Opening the page holds its question for some minutes, so that several curators get several.

pub mod bench;
mod choices;
mod know;
mod said;

use super::by_value::{self, batches};
use crate::address::{address, one};
use crate::flash::Notice;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use bench::{Answers, Bench};
use chorale_model::curation::{Batch, BatchFilter, BatchKind};
use chorale_model::page::PageRequest;
use chorale_model::review::{NextTask, ReviewField, ReviewTask};
use chorale_model::{CollectionId, Role};
use chorale_platform::{catalog, curation, harmonize, review};
use chorale_ui::number::counted;
use chorale_ui::{Crumb, Empty, Icon, LinkButton};
use leptos::prelude::*;

const PATH: &str = "/curate";
/// Decisions that can be undone from here.
const LATEST: i64 = 3;

/// Where a field's questions come one by one.
pub fn address_of(collection: CollectionId, field: &str) -> String {
    address(PATH, [("collection", collection.to_string().as_str()), ("field", field)])
}

/// `/curate?collection=…&field=…`
#[component]
pub fn CuratePage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let ctx = &asked.ctx;
        let (Some(collection), Some(field)) = (one(&asked.query, "collection"), one(&asked.query, "field")) else {
            return Ok(overview(review::list_fields(ctx).await?));
        };
        let collection: CollectionId = collection.parse()?;
        let question = one(&asked.query, "question").map(|id| id.parse()).transpose()?;
        let next = NextTask { collection, field: field.clone(), skip: None, question };
        let task = review::next_task(ctx, next).await?;
        let name = catalog::load_collection(ctx, collection).await?.name;
        let fields = harmonize::fields_of(ctx, collection).await?.fields;
        let label = fields.into_iter().find(|one| one.name == field).map_or(field.clone(), |one| one.label);
        let latest = BatchFilter { kind: Some(BatchKind::Decision) };
        let latest = curation::list_batches(ctx, latest, PageRequest { cursor: None, limit: Some(LATEST) }).await?;
        Ok(draw(Shown { collection, name, field, label, task, latest: latest.items }))
    })
}

/// Everything that is drawn.
pub struct Shown {
    pub collection: CollectionId,
    pub name: String,
    /// The field's name, and its label.
    pub field: String,
    pub label: String,
    pub task: Option<ReviewTask>,
    pub latest: Vec<Batch>,
}

/// What waits where.
pub fn overview(waiting: Vec<ReviewField>) -> Screen {
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>"Review one by one"</h1>
                    <p class="page-sub">"The questions of a field, those first that settle most samples and are least sure. Each is one curator's for ten minutes; what is left lying comes free by itself."</p>
                </div>
            </header>
            {by_value::fields::draw(waiting, address_of)}
        </div>
    };
    Screen::new("Review one by one", Place::Curate, vec![Crumb::here("One by one")], body.into_any())
}

/// A question, or that none is left.
pub fn draw(shown: Shown) -> Screen {
    let Shown { collection, name, field, label, task, latest } = shown;
    let crumbs = vec![Crumb::link("One by one", PATH), Crumb::here(label.clone())];
    let list = by_value::address_of(collection, &field);
    let body = match task {
        Some(task) => question(collection, &field, label.clone(), task, latest),
        None => view! {
            <div class="page">
                <header class="page-head"><div><h1>{format!("{label}, one by one")}</h1><p class="page-sub">{format!("In {name}.")}</p></div></header>
                <div class="stack gap-6">
                    <Notice actions=&["decide_values", "revert_batch", "skip_question"]/>
                    <div class="panel">
                        <Empty icon=Icon::Ok title="Nothing is left for you here" text="Whatever still waits is another curator's for some minutes, or was passed over by you today.">
                            <LinkButton href=list text="See all values"/>
                            <LinkButton href=PATH text="Other fields"/>
                        </Empty>
                    </div>
                    {batches::draw(latest, true)}
                </div>
            </div>
        }
        .into_any(),
    };
    // "/" goes to the field for another value.
    Screen { search: false, ..Screen::new(format!("{label}, one by one"), Place::Curate, crumbs, body) }
}

fn question(collection: CollectionId, field: &str, label: String, task: ReviewTask, latest: Vec<Batch>) -> AnyView {
    let left = format!(
        "{}, {}",
        counted(task.values.unsigned_abs(), "value waits", "values wait"),
        counted(task.waiting.unsigned_abs(), "sample", "samples")
    );
    let id = task.question.id.to_string();
    let of_field = [("collection", collection.to_string()), ("field", field.to_owned())];
    let answers = Answers {
        answer: "/_fn/decide_values",
        skip: "/_fn/skip_question",
        kept: of_field.iter().cloned().chain([("values[0]", id.clone()), ("one", "true".to_owned())]).collect(),
        kept_by_skip: of_field.iter().cloned().chain([("question", id)]).collect(),
    };
    let list = by_value::address_of(collection, field);
    bench::draw(Bench {
        label,
        task,
        blind: false,
        answers,
        left,
        notice: view! { <Notice actions=&["decide_values", "revert_batch", "skip_question"]/> }.into_any(),
        hint: view! { <a href=list>"See all values"</a> }.into_any(),
        more: batches::draw(latest, true).into_any(),
    })
}
