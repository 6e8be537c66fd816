//! A curator's work in a project: their next item on the bench, from the keyboard. Of what others say nothing is here.

use super::{PATH, as_question, of};
use crate::address::one;
use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::curate::bench::{self, Answers, Bench};
use crate::pages::curate::{comments, typed};
use crate::screen::{Place, Screen};
use chorale_model::Role;
use chorale_model::comments::Comments;
use chorale_model::projects::{MyTask, NextItem, Project, ProjectTask};
use chorale_platform::{harmonize, projects};
use chorale_ui::number::{count, counted};
use chorale_ui::{Crumb, Empty, Icon, Kbd, LinkButton};
use leptos::prelude::*;

const ACTIONS: &[&str] = &["answer_item", "comment_item", "skip_item", "take_answer_back"];

/// `/projects/{id}/work`
#[component]
pub fn WorkPage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let ctx = &asked.ctx;
        let project = projects::load_project(ctx, asked.id()?).await?;
        let item = one(&asked.query, "item").map(|id| id.parse()).transpose()?;
        let mine = projects::next_item(ctx, project.id, NextItem { skip: None, item }).await?;
        let comments = match &mine.task {
            Some(task) => projects::list_item_comments(ctx, project.id, task.item).await?,
            None => Comments::default(),
        };
        let fields = harmonize::fields_of(ctx, project.plan.collection).await?.fields;
        let field = mine.task.as_ref().map_or("", |task| task.question.field.as_str());
        let label = fields.into_iter().find(|one| one.name == field).map_or_else(|| field.to_owned(), |one| one.label);
        Ok(draw(project, label, mine, comments))
    })
}

pub fn draw(project: Project, label: String, mine: MyTask, written: Comments) -> Screen {
    let name = project.plan.name.clone();
    let crumbs =
        vec![Crumb::link("Projects", PATH), Crumb::link(name.clone(), of(project.id)), Crumb::here("Your work")];
    let body = match mine.task {
        Some(task) => question(&project, label, task, (mine.answered, mine.left), written),
        None => nothing(&project, mine.answered),
    };
    Screen { search: false, ..Screen::new(format!("Your work in {name}"), Place::Projects, crumbs, body) }
}

fn nothing(project: &Project, answered: i64) -> AnyView {
    let text = "Whatever is open is others' for now, has their answers, or waits for an expert.";
    let here = of(project.id);
    view! {
        <div class="page">
            <header class="page-head"><div><h1>{project.plan.name.clone()}</h1><p class="page-sub">{format!("You answered {}.", counted(answered.unsigned_abs(), "item", "items"))}</p></div></header>
            <div class="stack gap-6">
                <Notice actions=ACTIONS/>
                <div class="panel">
                    <Empty icon=Icon::Ok title="Nothing is left for you here" text=text>
                        <LinkButton href=here text="See the project"/>
                        <LinkButton href=PATH text="Other projects"/>
                    </Empty>
                </div>
                {(answered > 0).then(|| undo(project))}
            </div>
        </div>
    }
    .into_any()
}

fn question(
    project: &Project,
    label: String,
    task: ProjectTask,
    (answered, left): (i64, i64),
    written: Comments,
) -> AnyView {
    let kept = vec![("project", project.id.to_string()), ("item", task.item.to_string())];
    let written = comments::draw(written, "/_fn/comment_item", &kept);
    let undo = (answered > 0).then(|| undo(project));
    let version = task.guideline.version;
    let terms = typed::terms_of(project.plan.collection, &task.question.field);
    let answers =
        Answers { answer: "/_fn/answer_item", skip: "/_fn/skip_item", kept: kept.clone(), kept_by_skip: kept, terms };
    let left = format!("{} answered, {} yours", count(answered.unsigned_abs()), count(left.unsigned_abs()));
    bench::draw(Bench {
        label,
        task: as_question(task),
        blind: true,
        answers,
        left,
        notice: view! { <Notice actions=ACTIONS/> }.into_any(),
        hint: view! { <a href=of(project.id)>{format!("{}, guideline version {version}", project.plan.name)}</a> }
            .into_any(),
        more: view! { {written} {undo} }.into_any(),
        only: false,
        way: None,
    })
}

fn undo(project: &Project) -> AnyView {
    view! {
        <section>
            <h2 class="aside-h">"Your latest answer"</h2>
            <form method="post" action="/_fn/take_answer_back">
                <input type="hidden" name="project" value=project.id.to_string()/>
                <button class="btn" data-size="small" data-key="u">"Take it back " <Kbd key="u"/></button>
            </form>
            <p class="hint">"As long as others have not answered, too."</p>
        </section>
    }
    .into_any()
}
