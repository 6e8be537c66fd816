//! Review one by one: the question that is worth most now, what the source says with the words marked, what it may be under
//! the keys 1 to 9, and what the same words became before. An answer settles every sample that says it, and the next
//! question is there. Opening the page holds its question for some minutes, so that several curators get several.

pub mod bench;
mod choices;
pub mod comments;
mod know;
mod latest;
mod said;
pub mod typed;

use super::by_value;
use crate::address::{address, one};
use crate::flash::Notice;
use crate::islands;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use bench::{Answers, Bench, Way};
use chorale_model::comments::{Comments, CommentsOf};
use chorale_model::curation::Batch;
use chorale_model::review::{NextTask, ReviewField, ReviewTask};
use chorale_model::{CollectionId, QuestionId, Role};
use chorale_platform::{catalog, curation, harmonize, reports, review};
use chorale_ui::number::counted;
use chorale_ui::{Crumb, Empty, Icon, Kbd, LinkButton};
use leptos::prelude::*;

const PATH: &str = "/curate";
/// Decisions that can be undone from here.
const LATEST: i64 = 3;

/// Where a field's questions come one by one.
pub fn address_of(collection: CollectionId, field: &str) -> String {
    of_field(collection, field, &[])
}

/// The same sample by sample.
pub fn address_of_single(collection: CollectionId, field: &str) -> String {
    of_field(collection, field, &[("only", "true")])
}

/// Where one question stands, whatever is next.
pub fn address_of_question(collection: CollectionId, field: &str, question: QuestionId) -> String {
    of_field(collection, field, &[("question", &question.to_string())])
}

fn of_field(collection: CollectionId, field: &str, more: &[(&str, &str)]) -> String {
    let collection = collection.to_string();
    let pairs = [("collection", collection.as_str()), ("field", field)];
    address(PATH, pairs.into_iter().chain(more.iter().copied()))
}

/// `/curate?collection=…&field=…`; `question` is looked at whatever is next, `after` is the one that the asker looks at while
/// the next is loaded, `only` makes an answer speak of the sample that is shown.
#[component]
pub fn CuratePage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let ctx = &asked.ctx;
        let (Some(collection), Some(field)) = (one(&asked.query, "collection"), one(&asked.query, "field")) else {
            let open = reports::counts(ctx).await?.open;
            return Ok(overview(review::list_fields(ctx).await?, open));
        };
        let collection: CollectionId = collection.parse()?;
        let id = |key: &str| one(&asked.query, key).map(|id| id.parse()).transpose();
        let (question, after) = (id("question")?, id("after")?);
        let next = NextTask { collection, field: field.clone(), skip: None, question, after };
        let task = review::next_task(ctx, next).await?;
        let name = catalog::load_collection(ctx, collection).await?.name;
        let fields = harmonize::fields_of(ctx, collection).await?.fields;
        let label = fields.into_iter().find(|one| one.name == field).map_or(field.clone(), |one| one.label);
        let latest = curation::list_own(ctx, LATEST).await?;
        let undo = match latest.iter().find(|batch| batch.reverted.is_none()) {
            Some(batch) => review::question_of(ctx, collection, &field, batch.id).await?,
            None => None,
        };
        let comments = match &task {
            Some(task) => {
                let of = CommentsOf { collection, field: field.clone(), question: task.question.id };
                review::list_comments(ctx, of).await?
            }
            None => Comments::default(),
        };
        let only = one(&asked.query, "only").is_some();
        Ok(draw(Shown { collection, name, field, label, task, comments, latest, undo, only }))
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
    pub comments: Comments,
    /// What this curator decided last.
    pub latest: Vec<Batch>,
    /// The question that the last of it answered, where it is one of this field.
    pub undo: Option<QuestionId>,
    /// An answer speaks of the sample that is shown alone.
    pub only: bool,
}

/// What waits where.
pub fn overview(waiting: Vec<ReviewField>, reports: i64) -> Screen {
    let reports = (reports > 0).then(|| {
        let words = counted(reports.unsigned_abs(), "value is reported as wrong", "values are reported as wrong");
        view! { <p><a href="/reports">{words}</a></p> }
    });
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>"Review one by one"</h1>
                    <p class="page-sub">"The questions of a field, those first that settle most samples and are least sure. Each is one curator's for ten minutes; what is left lying comes free by itself."</p>
                </div>
            </header>
            <div class="stack gap-4">{reports} {by_value::fields::draw(waiting, address_of)}</div>
        </div>
    };
    Screen::new("Review one by one", Place::Curate, vec![Crumb::here("One by one")], body.into_any())
}

/// A question, or that none is left.
pub fn draw(shown: Shown) -> Screen {
    let Shown { collection, name, field, label, task, comments, latest, undo, only } = shown;
    let crumbs = vec![Crumb::link("One by one", PATH), Crumb::here(label.clone())];
    let list = by_value::address_of(collection, &field);
    let back = undo.map(|id| address_of_question(collection, &field, id));
    let latest = latest::draw(latest, back);
    let end = address_of(collection, &field);
    let body = match task {
        Some(task) => question((collection, field.as_str()), label.clone(), task, only, (comments, latest)),
        None => view! {
            <div class="page" data-bench-end data-here=end.clone() data-ahead=end>
                <header class="page-head"><div><h1>{format!("{label}, one by one")}</h1><p class="page-sub">{format!("In {name}.")}</p></div></header>
                <div class="stack gap-6">
                    <div id="bench-notice"><Notice actions=&["decide_values", "revert_batch", "skip_question", "write_comment"]/></div>
                    <div class="panel">
                        <Empty icon=Icon::Ok title="Nothing is left for you here" text="Whatever still waits is another curator's for some minutes, or was passed over by you today.">
                            <LinkButton href=list text="See all values"/>
                            <LinkButton href=PATH text="Other fields"/>
                        </Empty>
                    </div>
                    {latest}
                </div>
            </div>
        }
        .into_any(),
    };
    // "/" goes to the field for another value.
    let island = view! { <islands::Bench/> };
    let body = view! { {body} {island} }.into_any();
    Screen { search: false, ..Screen::new(format!("{label}, one by one"), Place::Curate, crumbs, body) }
}

fn question(
    (collection, field): (CollectionId, &str),
    label: String,
    task: ReviewTask,
    only: bool,
    (comments, latest): (Comments, AnyView),
) -> AnyView {
    let left = format!(
        "{}, {}",
        counted(task.values.unsigned_abs(), "value waits", "values wait"),
        counted(task.waiting.unsigned_abs(), "sample", "samples")
    );
    let id = task.question.id.to_string();
    let kept = [("collection", collection.to_string()), ("field", field.to_owned())];
    let sample = task.question.sample.to_string();
    let (one, only_this) = if only { ("only", Some(("only", sample))) } else { ("true", None) };
    let answers = Answers {
        answer: "/_fn/decide_values",
        skip: "/_fn/skip_question",
        kept: kept
            .iter()
            .cloned()
            .chain([("values[0]", id.clone()), ("one", one.to_owned())])
            .chain(only_this)
            .collect(),
        kept_by_skip: kept.iter().cloned().chain([("question", id.clone())]).collect(),
        terms: typed::terms_of(collection, field),
    };
    let comments = comments::draw(comments, "/_fn/write_comment", &answers.kept_by_skip);
    let many = task.question.waiting > 1;
    let (words, to) = match only {
        true => ("All that say it ", of_field(collection, field, &[("question", &id)])),
        false => ("Only this sample ", of_field(collection, field, &[("question", &id), ("only", "true")])),
    };
    let narrow = (many || only).then(|| view! { <a href=to data-key="o">{words}<Kbd key="o"/></a> " · " });
    let list = by_value::address_of(collection, field);
    bench::draw(Bench {
        label,
        blind: false,
        answers,
        left,
        notice: view! { <Notice actions=&["decide_values", "revert_batch", "skip_question", "write_comment"]/> }
            .into_any(),
        hint: view! { {narrow} <a href=list>"See all values"</a> }.into_any(),
        more: view! { {comments} {latest} }.into_any(),
        only,
        way: Some(match only {
            // What comes next depends on this answer: the same question may be shown by another sample.
            true => Way {
                here: of_field(collection, field, &[("question", &id), ("only", "true")]),
                next: address_of_single(collection, field),
                ahead: String::new(),
            },
            false => Way {
                here: address_of_question(collection, field, task.question.id),
                next: address_of(collection, field),
                ahead: of_field(collection, field, &[("after", &id)]),
            },
        }),
        task,
    })
}
