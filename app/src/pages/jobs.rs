//! Jobs: the organization's background work, newest first.

use crate::address::address;
use crate::flash::Notice;
use crate::islands::{JobLine, LiveJobs};
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use chorale_model::identity::Me;
use chorale_model::jobs::JobFilter;
use chorale_model::jobs::{Job, JobState};
use chorale_model::{Page, Role, Time};
use chorale_platform::jobs;
use chorale_ui::{Crumb, Empty, Icon, LinkButton, Segmented};
use leptos::prelude::*;

/// `/jobs`
#[component]
pub fn JobsPage() -> impl IntoView {
    member_page(|asked| async move {
        let state =
            Some(asked.word("state")).filter(|state| !state.is_empty()).map(|state| state.parse()).transpose()?;
        let found = jobs::list_jobs(&asked.ctx, JobFilter { kind: None, state }, asked.page(30)).await?;
        let chosen = state.map(JobState::name).unwrap_or_default();
        let paging = asked.paging("/jobs", &[("state", chosen)], found.next_cursor.as_deref());
        Ok(draw(&asked.me, found, state, paging, asked.ctx.now()))
    })
}

/// The list, narrowed to a state when one is chosen.
pub fn draw(me: &Me, jobs: Page<Job>, state: Option<JobState>, paging: Paging, now: Time) -> Screen {
    let chosen = state.map(JobState::name).unwrap_or_default();
    let shown = jobs.items.len();
    // A list that was narrowed or turned shows what it was asked for; only the newest page grows.
    let grows = (state.is_none() && paging.first.is_empty()).then_some("");
    let mut states = vec![("All".to_owned(), "/jobs".to_owned(), state.is_none())];
    states.extend(
        JobState::ALL.map(|one| (one.name().to_owned(), address("/jobs", [("state", one.name())]), state == Some(one))),
    );
    let lines: Vec<JobLine> = jobs.items.iter().map(JobLine::from).collect();
    let may_change = me.role >= Role::Curator;
    let list = if lines.is_empty() {
        let title = if chosen.is_empty() { "There are no jobs yet".to_owned() } else { format!("No job is {chosen}") };
        view! {
            <Empty icon=Icon::Clock title=title text="Imports, exports and the building of the index run as jobs.">
                {may_change.then(|| view! { <LinkButton href="/import" text="Import files"/> })}
            </Empty>
        }
        .into_any()
    } else {
        view! { <LiveJobs jobs=lines only=false may_change=may_change now_ms=now.0 as f64 / 1e3 grows=grows.map(str::to_owned)/> }.into_any()
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>"Jobs"</h1>
                    <p class="page-sub">"Work in the background. A stopped server takes it up again where it was."</p>
                </div>
                <Segmented label="Which jobs" items=states/>
            </header>
            <div class="stack">
                <Notice actions=&["cancel_job", "retry_job"]/>
                <div class="panel">
                    {list}
                    <div class="table-foot">{paging.foot_of_page(shown, "job", "jobs", ())}</div>
                </div>
            </div>
        </div>
    };
    Screen::new("Jobs", Place::Jobs, vec![Crumb::here("Jobs")], body.into_any())
}
