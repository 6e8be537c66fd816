//! Who has what, how fast they are, and how right on items whose answer is known.

use super::accuracy;
use crate::snippet;
use chorale_model::projects::{Colleague, PersonWork, Project};
use chorale_ui::number::{count, counted};
use chorale_ui::{Absent, Button, CopyAs, Empty, Field, Icon, Select, Table, TableFoot};
use leptos::prelude::*;

pub fn draw(project: &Project, work: Vec<PersonWork>, curators: &[Colleague], is_open: bool) -> AnyView {
    let figures = work.iter().filter(|one| !one.days.is_empty()).map(accuracy::draw).collect_view();
    let assign = is_open.then(|| assign(project, &work, curators));
    let list = match work.is_empty() {
        true => view! {
            <div class="panel"><Empty icon=Icon::People title="Nobody has anything yet" text="Every curator may take what comes next; or give tasks to somebody below."/></div>
        }
        .into_any(),
        false => table(project, work),
    };
    view! {
        <section class="stack gap-3" aria-labelledby="people-h">
            <div class="section-head tight"><h2 id="people-h">"Who has what"</h2></div>
            {list}
            {figures}
            {assign}
        </section>
    }
    .into_any()
}

fn table(project: &Project, work: Vec<PersonWork>) -> AnyView {
    let total = work.len() as u64;
    let rows = work.into_iter().map(row).collect_view();
    let rest = format!("/api/v1/projects/{}/work", project.id);
    let head = || {
        view! {
            <th scope="col">"Curator"</th>
            <th scope="col" class="num">"Answered"</th>
            <th scope="col" class="num" title="tasks that are theirs">"Waiting"</th>
            <th scope="col" class="num" title="too long: others may take them">"Lying"</th>
            <th scope="col" class="num" title="from shown to answered, median">"Time" <span class="unit">" (s)"</span></th>
            <th scope="col" title="on items whose answer is known, with its 95% interval">"Accuracy"</th>
        }
    };
    let foot = move || {
        view! { <TableFoot total=total noun=if total == 1 { "curator" } else { "curators" }><CopyAs snippets=snippet::json(&rest)/></TableFoot> }
    };
    view! { <Table caption="Who has what" head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(one: PersonWork) -> AnyView {
    let time = match one.median_s {
        Some(seconds) => format!("{seconds:.1}").into_any(),
        None => view! { <Absent reason="nothing is answered yet"/> }.into_any(),
    };
    let accuracy = match one.accuracy {
        Some(of) => view! {
            <span class="num">{format!("{:.0}%", 100.0 * of.share)}</span>
            <span class="hint">{format!(" {:.0}–{:.0}%, {}", 100.0 * of.low, 100.0 * of.high, counted(of.answers.unsigned_abs(), "item", "items"))}</span>
        }
        .into_any(),
        None => view! { <Absent reason="no known answer was asked for, or it is not yours to see; your own shows a day later"/> }.into_any(),
    };
    let quiet = |n: i64| match n {
        0 => view! { <span class="ink-3">"0"</span> }.into_any(),
        n => count(n.unsigned_abs()).into_any(),
    };
    view! {
        <tr>
            <th scope="row">{one.name}</th>
            <td class="num">{quiet(one.answered)}</td>
            <td class="num">{quiet(one.waiting)}</td>
            <td class="num">{quiet(one.lying)}</td>
            <td class="num">{time}</td>
            <td>{accuracy}</td>
        </tr>
    }
    .into_any()
}

fn assign(project: &Project, work: &[PersonWork], curators: &[Colleague]) -> AnyView {
    let to = curators.iter().map(|one| (one.user.to_string(), one.name.clone())).collect();
    let holders = work.iter().filter(|one| one.waiting > 0);
    let from = [(String::new(), "free places".to_owned())];
    let from = from.into_iter().chain(holders.map(|one| (one.user.to_string(), one.name.clone()))).collect();
    view! {
        <details>
            <summary class="small">"Assign tasks"</summary>
            <form class="grid min-12 end" method="post" action="/_fn/assign_tasks">
                <input type="hidden" name="project" value=project.id.to_string()/>
                <Select name="to" label="To" options=to/>
                <Select name="from" label="From" options=from/>
                <Field name="tasks" label="How many" r#type="number" value="10"/>
                <div><Button text="Assign"/></div>
            </form>
        </details>
    }
    .into_any()
}
