//! One project: how far it is, who has what, how far they agree and how right they are, and its guideline.

use super::posted::{PostedGuideline, ended, wrong_with};
use super::{PATH, adjudicate, agreement, closed, edit, list, of, people, sampling_words, status, work};
use crate::flash::Notice;
use crate::load::member_page;
use crate::markdown::markdown;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::catalog::Collection;
use chorale_model::projects::{Agreement, Colleague, GoldItem, PersonWork, Project, ProjectItem, ProjectState};
use chorale_model::{Fault, FaultKind, Page, ProjectId, Role};
use chorale_platform::{Ctx, catalog, projects};
use chorale_ui::number::{count, counted};
use chorale_ui::{Absent, Alert, Button, CopyAs, Crumb, Fact, Facts, Kind, LinkButton, Select, Shares, TextArea, Tone};
use leptos::prelude::*;

/// Closed items of one page.
const SHOWN: i64 = 25;
const ACTIONS: &[&str] = &[
    "create_project",
    "start_project",
    "cancel_project",
    "write_guideline",
    "assign_tasks",
    "add_gold",
    "take_answer_back",
    "answer_item",
];

/// `/projects/{id}`; the server gives a guideline that was posted as [`PostedGuideline`].
#[component]
pub fn ProjectPage() -> impl IntoView {
    let posted = use_context::<PostedGuideline>();
    member_page(|asked| async move {
        let ctx = &asked.ctx;
        let refused = match &posted {
            None => None,
            Some(posted) => write(ctx, asked.id()?, posted).await?,
        };
        let project = projects::load_project(ctx, asked.id()?).await?;
        let late = posted.zip(refused).map(|(posted, fault)| (posted.seen(&project.guideline, &fault), fault));
        let collection = catalog::load_collection(ctx, project.plan.collection).await?;
        let agreement = projects::list_agreement(ctx, project.id).await?;
        let may_work = asked.me.role >= Role::Curator;
        let (work, curators) = match may_work {
            true => (projects::list_work(ctx, project.id).await?, projects::list_curators(ctx).await?),
            false => (Vec::new(), Vec::new()),
        };
        let gold = match asked.me.role {
            Role::Admin => {
                let to_be = projects::list_gold_to_be(ctx, project.id).await?;
                Some((projects::list_gold(ctx, project.id).await?, to_be))
            }
            _ => None,
        };
        let closed = match may_work {
            true => projects::list_closed(ctx, project.id, asked.page(SHOWN)).await?,
            false => Page { items: Vec::new(), next_cursor: None },
        };
        let paging = asked.paging(&of(project.id), &[], closed.next_cursor.as_deref()).at("closed-h");
        let closed = (closed.items, paging);
        Ok(draw(Shown { project, late, collection, agreement, work, curators, gold, closed, may_work }))
    })
}

/// Writes the guideline's next version and sends the browser on; gives why not where the form is to be shown again.
async fn write(ctx: &Ctx, id: ProjectId, posted: &PostedGuideline) -> Result<Option<Fault>, Fault> {
    let written = match posted.asked() {
        Ok(asked) => projects::write_guideline(ctx, id, asked).await,
        Err(fault) => Err(fault),
    };
    ended(written, "write_guideline", |project| {
        format!("Version {} is the guideline from now on.", project.guideline.version)
    })
}

/// Everything that is drawn.
pub struct Shown {
    pub project: Project,
    /// A guideline that was refused, and why.
    pub late: Option<(PostedGuideline, Fault)>,
    pub collection: Collection,
    pub agreement: Vec<Agreement>,
    pub work: Vec<PersonWork>,
    pub curators: Vec<Colleague>,
    /// For admins: those there are, and what may become one.
    pub gold: Option<(Vec<GoldItem>, Vec<GoldItem>)>,
    pub closed: (Vec<ProjectItem>, Paging),
    pub may_work: bool,
}

pub fn draw(shown: Shown) -> Screen {
    let Shown { project, late, collection, agreement, work, curators, gold, closed, may_work } = shown;
    let name = project.plan.name.clone();
    let rest = format!("/api/v1/projects/{}", project.id);
    let is_open = matches!(project.state, ProjectState::ToDo | ProjectState::InReview);
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>{name.clone()}</h1>
                    <p class="page-sub">{format!("{} of ", project.plan.fields.join(", "))}<a href=format!("/collections/{}", collection.id)>{collection.name}</a>{format!(", {}.", sampling_words(project.plan.sampling))}</p>
                </div>
                {status(project.state)}
            </header>
            <div class="stack gap-8">
                <Notice actions=ACTIONS/>
                {facts(&project)}
                {actions(&project).filter(|_| may_work)}
                {may_work.then(|| people::draw(&project, work, &curators, is_open))}
                {agreement::draw(&project, agreement)}
                {closed::draw(&project, closed.0, closed.1)}
                {gold.map(|(gold, to_be)| gold_items(&project, gold, to_be, is_open))}
                {guideline(&project, late, may_work)}
                <div class="row"><CopyAs snippets=snippet::json(&rest)/></div>
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Projects", PATH), Crumb::here(name.clone())];
    Screen::new(name, Place::Projects, crumbs, body.into_any())
}

fn facts(project: &Project) -> AnyView {
    let progress = project.progress;
    let n = |n: i64| count(n.max(0).unsigned_abs());
    let due = match project.plan.due_at {
        Some(at) => at.day_text().into_any(),
        None => view! { <Absent reason="no day was set"/> }.into_any(),
    };
    let acceptance = match project.plan.checked {
        0 => "none".to_owned(),
        checked => format!("{checked}% are checked, {}% must pass", project.plan.passing),
    };
    let checks = (progress.passed + progress.failed + progress.to_check > 0)
        .then(|| format!("{} right, {} wrong, {} left", n(progress.passed), n(progress.failed), n(progress.to_check)));
    let checks = checks.map(|words| view! { <Fact label="Latest check">{words}</Fact> });
    let bar = (progress.items > 0).then(|| {
        let parts = list::parts(project);
        view! { <Shares total=progress.items.unsigned_abs() parts=parts/> }
    });
    let drafted = format!("{} by {}", project.created_at.day_text(), project.created_by);
    let reviewers = project.plan.reviewers;
    view! {
        <div class="stack gap-3">
            <Facts>
                <Fact label="Items">{n(progress.items)}</Fact>
                <Fact label="Closed">{n(progress.closed)}</Fact>
                <Fact label="Disputed">{n(progress.disputed)}</Fact>
                <Fact label="Answers">{format!("{} of {}", n(progress.answers), n(progress.answers_needed))}</Fact>
                <Fact label="Answers each">{reviewers}</Fact>
                <Fact label="Acceptance">{acceptance}</Fact>
                {checks}
                <Fact label="Due">{due}</Fact>
                <Fact label="Drafted">{drafted}</Fact>
            </Facts>
            {bar}
        </div>
    }
    .into_any()
}

/// What can be done with it now, if anything can.
fn actions(project: &Project) -> Option<AnyView> {
    let id = project.id.to_string();
    let start = (project.state == ProjectState::Draft).then(|| {
        view! {
            <form method="post" action="/_fn/start_project">
                <input type="hidden" name="project" value=id.clone()/>
                <Button kind=Kind::Primary text="Start: draw its items"/>
            </form>
        }
    });
    let change = (project.state == ProjectState::Draft)
        .then(|| view! { <LinkButton href=edit::address(project.id) text="Change the draft"/> });
    let answer = matches!(project.state, ProjectState::ToDo | ProjectState::InReview)
        .then(|| view! { <LinkButton kind=Kind::Primary href=work(project.id) text="Answer your items"/> });
    let waits = project.progress.disputed + project.progress.to_check;
    let expert = (waits > 0).then(|| {
        let text = counted(waits.unsigned_abs(), "item needs an expert", "items need an expert");
        view! { <LinkButton href=adjudicate(project.id) text=text/> }
    });
    let has_ended = matches!(project.state, ProjectState::Approved | ProjectState::Cancelled);
    if has_ended && expert.is_none() {
        return None;
    }
    let cancel = (!has_ended).then(|| {
        let question = format!(
            "Call \"{}\" off? Nobody can answer it any more; what it settled stays settled.",
            project.plan.name
        );
        view! {
            <form class="push" method="post" action="/_fn/cancel_project" data-confirm=question>
                <input type="hidden" name="project" value=id.clone()/>
                <Button kind=Kind::Quiet text="Call it off"/>
            </form>
        }
    });
    Some(view! { <div class="row">{start} {change} {answer} {expert} {cancel}</div> }.into_any())
}

/// For admins: items whose answer is known.
fn gold_items(project: &Project, gold: Vec<GoldItem>, to_be: Vec<GoldItem>, is_open: bool) -> AnyView {
    let is_none = gold.is_empty();
    let lines = gold.into_iter().map(|one| {
        let right = format!("{} of {} right", count(one.right.unsigned_abs()), counted(one.answers.unsigned_abs(), "answer", "answers"));
        view! {
            <li>
                <div class="value-term"><span class="mono">{one.question.words}</span> " is " {super::outcome_words(&one.known)}</div>
                <div class="value-sure num">{right}</div>
                <div class="value-from">{one.question.field}</div>
            </li>
        }
    });
    let list = view! { <ul class="values">{lines.collect_view()}</ul> };
    let add = (is_open && !to_be.is_empty()).then(|| {
        let options = to_be.into_iter().map(|one| {
            let words =
                format!("{}: {} is {}", one.question.field, one.question.words, super::outcome_words(&one.known));
            (one.id.to_string(), words)
        });
        let hint = "closed in another project on this collection; what it came to is the known answer";
        view! {
            <form class="grid min-15 end" method="post" action="/_fn/add_gold">
                <input type="hidden" name="project" value=project.id.to_string()/>
                <Select name="item" label="Mix in" options=options.collect() hint=hint/>
                <div><Button text="Mix it in"/></div>
            </form>
        }
    });
    let none = view! { <p class="hint">"None yet. What another project on this collection came to can be mixed in; any question with its answer by POST /api/v1/projects/{project}/gold."</p> };
    let list = if is_none { none.into_any() } else { view! { <div class="panel">{list}</div> }.into_any() };
    view! {
        <section class="stack gap-3" aria-labelledby="gold-h">
            <div class="section-head tight"><h2 id="gold-h">"Gold items"</h2><p>"their answer is known; curators cannot tell them from the others, and they settle nothing"</p></div>
            {list}
            {add}
        </section>
    }
    .into_any()
}

fn guideline(project: &Project, late: Option<(PostedGuideline, Fault)>, may_write: bool) -> AnyView {
    let now = &project.guideline;
    let by = format!("version {}, {} by {}", now.version, now.at.day_text(), now.by);
    let text = match now.text.is_empty() {
        true => view! { <p class="ink-3">"Nobody wrote one yet."</p> }.into_any(),
        false => markdown(&now.text),
    };
    let is_open = late.is_some();
    let (typed, fault) = late.map_or((PostedGuideline::of(now), None), |(typed, fault)| (typed, Some(fault)));
    let told = fault.as_ref().filter(|fault| fault.kind == FaultKind::Conflict).map(|_| {
        let text = format!(
            "{} wrote version {} meanwhile, which stands above. What you typed is below: save it again to let it follow theirs.",
            now.by, now.version
        );
        view! { <Alert tone=Tone::Warn title="Not saved: the guideline changed meanwhile." loud=true><p>{text}</p></Alert> }
    });
    let error = wrong_with(fault.as_ref(), "text").map(|wrong| format!("The guideline {}", wrong.message));
    let write = may_write.then(|| {
        view! {
            <details open=is_open>
                <summary class="small">"Write the next version"</summary>
                <form class="stack gap-3" method="post" action=of(project.id)>
                    {told}
                    <input type="hidden" name="version" value=typed.version/>
                    <TextArea name="text" label="Guideline" rows=10 value=typed.text hint="Markdown; answers remember under which version they were given" error=error autofocus=is_open/>
                    <div><Button text="Save as the next version"/></div>
                </form>
            </details>
        }
    });
    view! {
        <section class="stack gap-3" aria-labelledby="guideline-h">
            <div class="section-head tight"><h2 id="guideline-h">"Guideline"</h2><p>{by}</p></div>
            {text}
            {write}
        </section>
    }
    .into_any()
}
