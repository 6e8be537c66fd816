//! What needs an expert: items that reviewers disagree about, with their answers side by side, and closed ones to check.

use super::{PATH, as_question, of, outcome_view, outcome_words};
use crate::address::{address, one};
use crate::flash::Notice;
use crate::load::member_page;
use crate::markdown::markdown;
use crate::pages::by_value::batches;
use crate::pages::curate::bench::{self, Answers, Bench};
use crate::pages::curate::{comments, typed};
use crate::pages::fields::word;
use crate::screen::{Place, Screen};
use crate::values::term;
use chorale_model::comments::Comments;
use chorale_model::curation::{Batch, BatchFilter, BatchKind};
use chorale_model::page::PageRequest;
use chorale_model::projects::{Dispute, ExpertAsked, GivenAnswer, NextItem, Outcome, Project};
use chorale_model::review::ReviewAnswer;
use chorale_model::{ItemId, Role};
use chorale_platform::{curation, harmonize, projects};
use chorale_ui::number::counted;
use chorale_ui::{Crumb, Empty, Icon, Kbd, LinkButton};
use leptos::prelude::*;

const ACTIONS: &[&str] = &["adjudicate_item", "check_item", "comment_item", "skip_item", "revert_batch"];
/// Decisions that can be undone from here.
const LATEST: i64 = 3;

/// `/projects/{id}/adjudicate`
#[component]
pub fn AdjudicatePage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let ctx = &asked.ctx;
        let project = projects::load_project(ctx, asked.id()?).await?;
        let named = |key: &str| one(&asked.query, key).map(|id| id.parse()).transpose();
        let next = NextItem { skip: named("after")?, item: named("item")? };
        let dispute = projects::next_dispute(ctx, project.id, next).await?;
        let written = match &dispute {
            Some(dispute) => projects::list_item_comments(ctx, project.id, dispute.task.item).await?,
            None => Comments::default(),
        };
        let fields = harmonize::fields_of(ctx, project.plan.collection).await?.fields;
        let field = dispute.as_ref().map_or("", |one| one.task.question.field.as_str());
        let label = fields.into_iter().find(|one| one.name == field).map_or_else(|| field.to_owned(), |one| one.label);
        let latest = BatchFilter { kind: Some(BatchKind::Decision), ..BatchFilter::default() };
        let latest = curation::list_batches(ctx, latest, PageRequest { cursor: None, limit: Some(LATEST) }).await?;
        Ok(draw(project, label, dispute, written, latest.items))
    })
}

pub fn draw(
    project: Project,
    label: String,
    dispute: Option<Dispute>,
    written: Comments,
    latest: Vec<Batch>,
) -> Screen {
    let name = project.plan.name.clone();
    let crumbs =
        vec![Crumb::link("Projects", PATH), Crumb::link(name.clone(), of(project.id)), Crumb::here("Adjudicate")];
    let body = match dispute {
        None => nothing(&project, latest),
        Some(dispute) => {
            let kept = kept_by_expert(&project, dispute.task.item);
            let written = comments::draw(written, "/_fn/comment_item", &kept);
            let more = view! { {written} {batches::draw(latest, true)} }.into_any();
            match dispute.asked {
                ExpertAsked::Check => check(&project, &label, dispute, more),
                ExpertAsked::Adjudicate => decide(&project, label, dispute, more),
            }
        }
    };
    Screen { search: false, ..Screen::new(format!("Adjudicate {name}"), Place::Projects, crumbs, body) }
}

fn nothing(project: &Project, latest: Vec<Batch>) -> AnyView {
    let text = "Whatever reviewers disagree about is decided, or you answered it yourself: then another curator or an admin decides.";
    let here = of(project.id);
    view! {
        <div class="page">
            <header class="page-head"><div><h1>{format!("Adjudicate {}", project.plan.name)}</h1></div></header>
            <div class="stack gap-6">
                <Notice actions=ACTIONS/>
                <div class="panel">
                    <Empty icon=Icon::Ok title="Nothing waits for you as an expert" text=text>
                        <LinkButton href=here text="See the project"/>
                    </Empty>
                </div>
                {batches::draw(latest, true)}
            </div>
        </div>
    }
    .into_any()
}

fn left(dispute: &Dispute) -> String {
    counted(dispute.left.unsigned_abs(), "item waits for an expert", "items wait for an expert")
}

fn kept(project: &Project, item: ItemId) -> Vec<(&'static str, String)> {
    vec![("project", project.id.to_string()), ("item", item.to_string())]
}

/// What leads back to the expert's own page.
fn kept_by_expert(project: &Project, item: ItemId) -> Vec<(&'static str, String)> {
    kept(project, item).into_iter().chain([("expert", "true".to_owned())]).collect()
}

fn decide(project: &Project, label: String, dispute: Dispute, more: AnyView) -> AnyView {
    let left = left(&dispute);
    let Dispute { task, answers, .. } = dispute;
    let kept = kept(project, task.item);
    let kept_by_skip = kept_by_expert(project, task.item);
    let terms = typed::terms_of(project.plan.collection, &task.question.field);
    let notice = view! { <Notice actions=ACTIONS/> {side_by_side(answers, Some(&kept))} }.into_any();
    let forms = Answers { answer: "/_fn/adjudicate_item", skip: "/_fn/skip_item", kept, kept_by_skip, terms };
    bench::draw(Bench {
        label,
        task: as_question(task),
        blind: true,
        answers: forms,
        left,
        notice,
        hint: view! { <a href=of(project.id)>{project.plan.name.clone()}</a> }.into_any(),
        more,
        only: false,
        way: None,
    })
}

/// What each reviewer said; `kept` names the item where it can be decided.
fn side_by_side(answers: Vec<GivenAnswer>, kept: Option<&[(&'static str, String)]>) -> AnyView {
    let lines = answers.into_iter().map(|given| {
        let take = kept.map(|kept| view! { <div class="value-sure">{take_over(kept, &given)}</div> });
        let note = (!given.note.is_empty()).then(|| view! { <span class="hint">{given.note.clone()}</span> });
        view! { <li><div class="value-term"><b>{given.who.clone()}</b> " " {said(&given.outcome)}</div> {take} <div class="value-from">{note}</div></li> }
    });
    view! {
        <section class="stack gap-3" aria-labelledby="said-h">
            <div class="section-head tight"><h2 id="said-h">"What reviewers say"</h2></div>
            <div class="panel"><ul class="values" aria-label="What reviewers say">{lines.collect_view()}</ul></div>
        </section>
    }
    .into_any()
}

fn said(outcome: &Outcome) -> AnyView {
    match outcome.state {
        Some(state) if crate::values::is_said(state) => outcome_view(outcome, term),
        _ => view! { <b>{outcome_words(outcome)}</b> }.into_any(),
    }
}

/// A form that decides as a reviewer said: an answer of several values need not be picked again.
fn take_over(kept: &[(&'static str, String)], given: &GivenAnswer) -> AnyView {
    let outcome = &given.outcome;
    let changes = outcome.answer == ReviewAnswer::Change;
    let term = changes.then(|| view! { <input type="hidden" name="term" value=outcome.term.clone()/> });
    let also = outcome.also.iter().enumerate().map(|(at, one)| {
        view! { <input type="hidden" name=format!("also[{at}]") value=one.term.clone()/> }
    });
    let also = also.collect_view();
    let label = format!("Decide as {} says: {}", given.who, outcome_words(outcome));
    view! {
        <form method="post" action="/_fn/adjudicate_item">
            {Answers::hidden(kept)}
            {term}
            {also}
            <button class="btn" data-size="small" name="answer" value=word(&outcome.answer) aria-label=label>"Decide so"</button>
        </form>
    }
    .into_any()
}

/// A closed item: is it right?
fn check(project: &Project, label: &str, dispute: Dispute, more: AnyView) -> AnyView {
    let left = left(&dispute);
    let item = dispute.task.item;
    let outcome = dispute.outcome.as_ref().map(said);
    let behind = item.to_string();
    let skip = address(&super::adjudicate(project.id), [("after", behind.as_str())]);
    let task = as_question(dispute.task);
    let hidden = || Answers::hidden(&kept(project, item));
    view! {
        <div class="bench">
            <div class="bench-head">
                <h1>{format!("{label}: “{}”", task.question.words)}</h1>
                <span class="badge">"an expert's check"</span>
                <span class="push num">{left}</span>
            </div>
            {bench::source(label, &task)}
            <section class="bench-decide stack gap-3" aria-labelledby="right-h">
                <Notice actions=ACTIONS/>
                <div class="section-head tight"><h2 id="right-h">"Is this right?"</h2></div>
                <p>{outcome}</p>
                <div class="row">
                    <form method="post" action="/_fn/check_item">
                        {hidden()}
                        <input type="hidden" name="passes" value="true"/>
                        <button class="btn" data-kind="primary" data-key="a">"It is right " <Kbd key="a"/></button>
                    </form>
                    <a class="btn" data-kind="quiet" href=skip>"Later"</a>
                </div>
                <form class="row" method="post" action="/_fn/check_item" aria-label="It is not right">
                    {hidden()}
                    <input type="hidden" name="passes" value="false"/>
                    <label class="sr" for="check-note">"Why it is not right"</label>
                    <input class="input grow" id="check-note" name="note" placeholder="why not, for whoever decides it again" autocomplete="off"/>
                    <button class="btn" data-key="x">"It is not " <Kbd key="x"/></button>
                </form>
                {side_by_side(dispute.answers, None)}
            </section>
            <aside class="bench-know stack gap-6" aria-label="Guideline and history">
                <section><h2>"Guideline"</h2>{markdown(&task.guideline)}</section>
                {more}
            </aside>
        </div>
    }
    .into_any()
}
