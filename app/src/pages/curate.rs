//! Review one by one: the question that is worth most now, what the source says with the words marked, what it may be under
//! the keys 1 to 9, and what the same words became before. An answer settles every sample that says it, and the next
//! question is there. Opening the page holds its question for some minutes, so that several curators get several.

use super::by_value::{self, batches};
use super::sample::source;
use crate::address::{address, one};
use crate::flash::Notice;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use crate::values::{is_said, locate, state_words};
use chorale_model::catalog::RawAttribute;
use chorale_model::curation::{Batch, BatchFilter, BatchKind};
use chorale_model::page::PageRequest;
use chorale_model::review::{NextTask, Ranked, RankedWhy, ReviewField, ReviewTask};
use chorale_model::{CollectionId, Role};
use chorale_platform::{catalog, curation, harmonize, review};
use chorale_ui::number::{count, counted};
use chorale_ui::{Absent, Crumb, Empty, Icon, Kbd, LinkButton, Score, Span};
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
        Some(task) => bench(collection, &field, &label, task, latest),
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

fn bench(collection: CollectionId, field: &str, label: &str, task: ReviewTask, latest: Vec<Batch>) -> AnyView {
    let question = &task.question;
    let settles = counted(question.waiting.unsigned_abs(), "sample", "samples");
    let left = format!(
        "{}, {}",
        counted(task.values.unsigned_abs(), "value waits", "values wait"),
        counted(task.waiting.unsigned_abs(), "sample", "samples")
    );
    let list = by_value::address_of(collection, field);
    let reason = question.reason.clone();
    let mut spans: Vec<Vec<Span>> = vec![Vec::new(); task.attributes.len()];
    if let Some((at, start, end)) = task.evidence.as_ref().and_then(|read| locate(&task.attributes, read)) {
        let note = format!("{label}: {}", question.label);
        spans[at].push(Span { start, end, label: "1".to_owned(), note, tint: None });
    }
    let (sample, dataset) = (format!("/samples/{}", question.sample), format!("/datasets/{}", question.dataset));
    let study = view! { <a class="acc" href=dataset>{task.study.clone()}</a> " " {task.study_title.clone()} };
    let summary = match task.study_summary.is_empty() {
        true => view! { <Absent reason="the source gives no summary"/> }.into_any(),
        false => view! { <span class="prose">{task.study_summary.clone()}</span> }.into_any(),
    };
    view! {
        <div class="bench">
            <div class="bench-head">
                <h1>{format!("{label}: “{}”", question.words)}</h1>
                <span class="badge">{format!("settles {settles}")}</span>
                <span>{reason}</span>
                <span class="push num">{left}</span>
            </div>
            <section class="bench-source stack gap-5" aria-labelledby="said-h">
                <div class="section-head tight"><h2 id="said-h">"What the source said"</h2><p><a class="acc" href=sample>{task.accession.clone()}</a></p></div>
                {said(&task, spans)}
                <div class="section-head tight"><h2>"Its study"</h2><p>{study}</p></div>
                <p class="dense ink-2">{summary}</p>
            </section>
            <section class="bench-decide stack gap-3" aria-labelledby="may-h">
                <Notice actions=&["decide_values", "revert_batch", "skip_question"]/>
                <div class="section-head tight"><h2 id="may-h">"What it may be"</h2></div>
                {choices(collection, field, &task)}
                {others(collection, field, label, &task)}
                <p class="hint">{format!("{settles} say this. ")}<a href=list>"See all values"</a></p>
            </section>
            <aside class="bench-know stack gap-6" aria-label="Guideline and history">
                <section><h2>"Guideline"</h2>{guideline(&task)}</section>
                <section><h2>"What these words became before"</h2>{before(&task)}</section>
                {batches::draw(latest, true)}
            </aside>
        </div>
    }
    .into_any()
}

/// The attributes that speak of the sample, the one first from which the value was read; the source's book-keeping behind a
/// fold.
fn said(task: &ReviewTask, spans: Vec<Vec<Span>>) -> AnyView {
    const SPEAK: [&str; 5] = ["title", "source_name", "characteristics", "description", "organism"];
    let of_table = !task.attributes.iter().any(|one| one.key.starts_with("Sample_"));
    let speaks = |key: &str| of_table || SPEAK.iter().any(|name| key.contains(name));
    let all = task.attributes.iter().cloned().zip(spans);
    let (mut first, rest): (Vec<_>, Vec<_>) = all.partition(|(one, spans)| !spans.is_empty() || speaks(&one.key));
    first.sort_by_key(|(_, spans)| spans.is_empty());
    let drawn = |part: Vec<(RawAttribute, Vec<Span>)>| {
        let (attributes, spans): (Vec<RawAttribute>, Vec<Vec<Span>>) = part.into_iter().unzip();
        source(&attributes, &spans)
    };
    let more = (!rest.is_empty()).then(|| {
        let words = counted(rest.len() as u64, "more attribute", "more attributes");
        view! { <details><summary class="small">{words}</summary>{drawn(rest)}</details> }
    });
    view! { {drawn(first)} {more} }.into_any()
}

/// What every form here says.
fn hidden(collection: CollectionId, field: &str, task: &ReviewTask) -> AnyView {
    view! {
        <input type="hidden" name="collection" value=collection.to_string()/>
        <input type="hidden" name="field" value=field.to_owned()/>
        <input type="hidden" name="values[0]" value=task.question.id.to_string()/>
        <input type="hidden" name="one" value="true"/>
    }
    .into_any()
}

fn choices(collection: CollectionId, field: &str, task: &ReviewTask) -> AnyView {
    let buttons = task.ranked.iter().enumerate().map(|(at, one)| choice(at, one)).collect_view();
    view! {
        <form class="choices" method="post" action="/_fn/decide_values" aria-labelledby="may-h">
            {hidden(collection, field, task)}
            {buttons}
        </form>
    }
    .into_any()
}

/// Pressing it is the answer: the first one accepts.
fn choice(at: usize, one: &Ranked) -> AnyView {
    let key = (at + 1).to_string();
    let answer = if at == 0 { "accept".to_owned() } else { format!("to:{}", one.term) };
    let words = match (is_said(one.state), one.label.is_empty()) {
        (false, _) => state_words(one.state).to_owned(),
        (true, true) => one.term.clone(),
        (true, false) => one.label.clone(),
    };
    let why = match one.why {
        RankedWhy::Suggested => "suggested",
        RankedWhy::RunnerUp => "next best",
        RankedWhy::DecidedBefore => "decided before",
        RankedWhy::Named => "has such a name",
        RankedWhy::Choice => "a choice",
    };
    let steps = one.path.iter().rev().take(2).rev().cloned().collect::<Vec<_>>().join(" › ");
    let path = [why, steps.as_str(), one.term.as_str()];
    let path = path.into_iter().filter(|part| !part.is_empty() && *part != words).collect::<Vec<_>>().join(" · ");
    let score = one.score.map(|score| view! { <Score value=score/> });
    view! {
        <button class="choice" name="answer" value=answer data-key=key.clone() title=one.definition.clone()>
            <Kbd key=key.clone()/>
            <span><span>{words}</span><span class="path">{path}</span></span>
            {score}
        </button>
    }
    .into_any()
}

/// Another term, no value at all, and passing it over.
fn others(collection: CollectionId, field: &str, label: &str, task: &ReviewTask) -> AnyView {
    let state = |value: &'static str, words: &'static str, key: &'static str| {
        view! { <button class="btn" data-size="small" name="answer" value=value data-key=key>{words} " " <Kbd key=key/></button> }
    };
    view! {
        <form class="row" method="post" action="/_fn/decide_values" aria-label="Another value">
            {hidden(collection, field, task)}
            <input type="hidden" name="answer" value="change"/>
            <label class="sr" for="curate-term">{format!("Another value of {}", label.to_lowercase())}</label>
            <input class="input grow" id="curate-term" name="term" placeholder="another one: its name or id" autocomplete="off" data-search/>
            <button class="btn">"Take it"</button>
        </form>
        <div class="row">
            <form class="row" method="post" action="/_fn/decide_values" aria-label="No value">
                {hidden(collection, field, task)}
                {state("not_reported", "Not reported", "0")}
                {state("not_applicable", "Not applicable", "n")}
                {state("reject", "Reject", "x")}
            </form>
            <form class="push" method="post" action="/_fn/skip_question">
                <input type="hidden" name="collection" value=collection.to_string()/>
                <input type="hidden" name="field" value=field.to_owned()/>
                <input type="hidden" name="question" value=task.question.id.to_string()/>
                <button class="btn" data-size="small" data-kind="quiet" data-key="s">"Skip " <Kbd key="s"/></button>
            </form>
        </div>
    }
    .into_any()
}

fn guideline(task: &ReviewTask) -> AnyView {
    match task.guideline.is_empty() {
        true => view! { <Absent reason="the field has none yet"/> }.into_any(),
        false => view! { <p class="prose">{task.guideline.clone()}</p> }.into_any(),
    }
}

fn before(task: &ReviewTask) -> AnyView {
    if task.before.is_empty() {
        return view! { <p class="ink-3">"Nobody decided about them yet."</p> }.into_any();
    }
    let lines = task.before.iter().map(|one| {
        let words = if is_said(one.state) { one.label.clone() } else { state_words(one.state).to_owned() };
        view! { <li class="row"><span>{words}</span><span class="push num ink-2">{count(one.samples.unsigned_abs())}</span></li> }
    });
    view! { <ul class="stack gap-1">{lines.collect_view()}</ul> }.into_any()
}
