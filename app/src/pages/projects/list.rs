//! The organization's projects, with how far each is.

use super::{PATH, of, sampling_words, status};
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::Role;
use chorale_model::projects::Project;
use chorale_platform::projects;
use chorale_ui::number::{count, counted};
use chorale_ui::{Absent, CopyAs, Crumb, Empty, Icon, LinkButton, Shares, Table};
use leptos::prelude::*;

/// `/projects`
#[component]
pub fn ProjectsPage() -> impl IntoView {
    member_page(|asked| async move {
        let found = projects::list_projects(&asked.ctx, asked.page(50)).await?;
        let paging = asked.paging(PATH, &[], found.next_cursor.as_deref());
        Ok(draw(found.items, paging, asked.me.role >= Role::Curator))
    })
}

pub fn draw(found: Vec<Project>, paging: Paging, may_create: bool) -> Screen {
    let shown = found.len();
    let list = if found.is_empty() {
        view! {
            <div class="panel">
                <Empty icon=Icon::Queue title="There is no project yet" text="A project hands the same questions to several curators who do not see each other's answers. What they agree on settles itself.">
                    {may_create.then(|| view! { <LinkButton href=format!("{PATH}/new") text="New project"/> })}
                </Empty>
            </div>
        }
        .into_any()
    } else {
        let rows = found.into_iter().map(row).collect_view();
        let head = || {
            view! {
                <th scope="col">"Project"</th>
                <th scope="col">"State"</th>
                <th scope="col" class="share-col">"Items"</th>
                <th scope="col" class="num">"Closed"</th>
                <th scope="col" class="num">"Disputed"</th>
                <th scope="col" class="num wide-only">"Answers each"</th>
                <th scope="col" class="wide-only">"Due"</th>
            }
        };
        let tools = view! { <CopyAs snippets=snippet::json("/api/v1/projects")/> };
        let foot = move || paging.foot_of_page(shown, "project", "projects", tools);
        view! { <Table caption="Projects" head=head foot=foot>{rows}</Table> }.into_any()
    };
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>"Review projects"</h1>
                    <p class="page-sub">"The same questions for several curators, who do not see each other's answers: what they agree on settles itself, the rest is adjudicated, and an expert checks some of it."</p>
                </div>
            </header>
            {list}
        </div>
    };
    let new = may_create.then(|| view! { <LinkButton href=format!("{PATH}/new") text="New project"/> });
    Screen::new("Review projects", Place::Projects, vec![Crumb::here("Projects")], body.into_any()).with_action(new)
}

/// The parts of a project's bar: words, count, colour.
pub fn parts(project: &Project) -> Vec<(&'static str, u64, u8)> {
    let progress = &project.progress;
    let part = |n: i64| n.max(0).unsigned_abs();
    vec![
        ("closed", part(progress.closed), 3),
        ("disputed", part(progress.disputed), 5),
        ("open", part(progress.open), 0),
    ]
}

fn row(project: Project) -> AnyView {
    let progress = project.progress;
    let parts = parts(&project);
    let due = match project.plan.due_at {
        Some(at) => at.day_text().into_any(),
        None => view! { <Absent reason="no day was set"/> }.into_any(),
    };
    let disputed = match progress.disputed {
        0 => view! { <span class="ink-3">"0"</span> }.into_any(),
        n => count(n.unsigned_abs()).into_any(),
    };
    let about = format!("{} · {}", project.plan.fields.join(", "), sampling_words(project.plan.sampling));
    let bar = match progress.items {
        0 => view! { <span class="hint">"nothing is drawn yet"</span> }.into_any(),
        items => view! { <Shares total=items.unsigned_abs() parts=parts/> }.into_any(),
    };
    let of_all = counted(progress.items.unsigned_abs(), "item", "items");
    view! {
        <tr>
            <th scope="row"><a href=of(project.id)>{project.plan.name}</a><div class="hint">{about}</div></th>
            <td>{status(project.state)}</td>
            <td class="share-col">{bar}</td>
            <td class="num" title=of_all>{count(progress.closed.unsigned_abs())} <span class="ink-3">{format!(" of {}", count(progress.items.unsigned_abs()))}</span></td>
            <td class="num">{disputed}</td>
            <td class="num wide-only">{project.plan.reviewers}</td>
            <td class="nowrap wide-only">{due}</td>
        </tr>
    }
    .into_any()
}
