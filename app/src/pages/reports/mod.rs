//! "This is wrong": what members hold for wrong, as the curators' tasks and as one's own with the answers.

mod new;
mod one;

pub use new::NewReportPage;
pub use one::ReportPage;

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use crate::values::{field_words, shown};
use chorale_model::reports::{Report, ReportFilter, ReportState};
use chorale_model::{Page, Role, SampleId};
use chorale_platform::reports;
use chorale_ui::number::count;
use chorale_ui::{Absent, Button, CopyAs, Crumb, Empty, Icon, LinkButton, Segmented, Status, Table, Tone};
use leptos::prelude::*;

pub const PATH: &str = "/reports";
const MINE: &str = "/reports/mine";

/// Where a value of a sample is reported.
pub fn address_of(sample: SampleId, field: &str, term: &str) -> String {
    let sample = sample.to_string();
    address("/reports/new", [("sample", sample.as_str()), ("field", field), ("term", term)])
}

/// `/reports`: the organization's tasks.
#[component]
pub fn ReportsPage() -> impl IntoView {
    member_page(|asked| async move {
        // Without a state those that wait; "all" says every one.
        let state = match asked.word("state").as_str() {
            "" => Some(ReportState::Open),
            "all" => None,
            word => Some(word.parse()?),
        };
        let taken = asked.word("taken") == "true";
        let filter = ReportFilter { state, taken, ..ReportFilter::default() };
        let found = reports::list_reports(&asked.ctx, filter, asked.page(50)).await?;
        let chosen = asked.word("state");
        let pairs = [("state", chosen.as_str()), ("taken", if taken { "true" } else { "" })];
        let paging = asked.paging(PATH, &pairs, found.next_cursor.as_deref());
        Ok(draw(state, taken, found, paging, asked.me.role >= Role::Curator))
    })
}

/// The tasks; `may_answer` sees which are their own.
pub fn draw(state: Option<ReportState>, taken: bool, found: Page<Report>, paging: Paging, may_answer: bool) -> Screen {
    let kept = if taken { "true" } else { "" };
    let link = |word: &'static str, text: &str, here: bool| {
        (text.to_owned(), address(PATH, [("state", word), ("taken", kept)]), here)
    };
    let mut states = vec![
        link("", "Open", state == Some(ReportState::Open)),
        link("answered", "Answered", state == Some(ReportState::Answered)),
        link("declined", "Declined", state == Some(ReportState::Declined)),
        link("all", "All", state.is_none()),
    ];
    if may_answer {
        let own = address(PATH, [("taken", if taken { "" } else { "true" })]);
        states.push(("Taken by me".to_owned(), own, taken));
    }
    let rest = address("/api/v1/reports", [("state", state.map_or("", ReportState::name)), ("taken", kept)]);
    let list = match found.items.is_empty() {
        true => view! {
            <div class="panel"><Empty icon=Icon::Ok title="Nothing here" text="Whoever holds a value for wrong says so on the sample's page; it becomes a task here."><LinkButton href=MINE text="Your own reports"/></Empty></div>
        }
        .into_any(),
        false => table("Reports", found.items, paging, &rest, true),
    };
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div><h1>"Reports"</h1><p class="page-sub">"Values that members hold for wrong. Those that settle most samples come first; the answer goes back to whoever reported it."</p></div>
                <Segmented label="Which reports" items=states/>
            </header>
            <div class="stack gap-4">
                <Notice actions=&["answer_report", "decline_report", "assign_report"]/>
                {list}
            </div>
        </div>
    };
    Screen::new("Reports", Place::Reports, vec![Crumb::here("Reports")], body.into_any())
        .with_action(view! { <LinkButton href=MINE text="Your reports"/> })
}

/// `/reports/mine`
#[component]
pub fn MyReportsPage() -> impl IntoView {
    member_page(|asked| async move {
        let found = reports::list_mine(&asked.ctx, asked.page(50)).await?;
        let paging = asked.paging(MINE, &[], found.next_cursor.as_deref());
        Ok(draw_mine(found, paging))
    })
}

pub fn draw_mine(found: Page<Report>, paging: Paging) -> Screen {
    let is_news = |report: &Report| report.state != ReportState::Open && !report.seen;
    let news = found.items.iter().any(is_news).then(|| {
        view! {
            <form method="post" action="/_fn/see_reports"><Button text="I have seen the answers"/></form>
        }
    });
    let list = match found.items.is_empty() {
        true => view! {
            <div class="panel"><Empty icon=Icon::Marker title="You have reported nothing" text="Every harmonized value on a sample's page has a link that says it is wrong."><LinkButton href="/search" text="Search samples"/></Empty></div>
        }
        .into_any(),
        false => table("Your reports", found.items, paging, "/api/v1/reports/mine", false),
    };
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div><h1>"Your reports"</h1><p class="page-sub">"What you hold for wrong, and what was answered."</p></div>
                {news}
            </header>
            <div class="stack gap-4"><Notice actions=&["file_report", "see_reports"]/>{list}</div>
        </div>
    };
    let crumbs = vec![Crumb::link("Reports", PATH), Crumb::here("Yours")];
    Screen::new("Your reports", Place::Reports, crumbs, body.into_any())
}

/// `tasks` says who has them, one's own reports what was answered.
fn table(caption: &'static str, reports: Vec<Report>, paging: Paging, rest: &str, tasks: bool) -> AnyView {
    let shown = reports.len();
    let rows = reports.into_iter().map(|report| row(report, tasks)).collect_view();
    let head = move || {
        view! {
            <th scope="col">"Report"</th>
            <th scope="col" class="wide-only">"Value"</th>
            <th scope="col">"State"</th>
            <th scope="col" class="num" title="samples of the collection that say the same">"Samples"</th>
            <th scope="col" class="wide-only">{if tasks { "Who has it" } else { "Answer" }}</th>
            <th scope="col" class="wide-only">"When (UTC)"</th>
        }
    };
    let tools = view! { <CopyAs snippets=snippet::json(rest)/> };
    let foot = move || paging.foot_of_page(shown, "report", "reports", tools);
    view! { <Table caption=caption head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(report: Report, tasks: bool) -> AnyView {
    let last = match (tasks, &report.assignee_name, &report.answer) {
        (true, Some(name), _) => name.clone().into_any(),
        (true, None, _) => view! { <Absent reason="nobody has taken it"/> }.into_any(),
        (false, _, Some(answer)) if !answer.words.is_empty() => answer.words.clone().into_any(),
        (false, _, Some(_)) => "the value was changed".into_any(),
        (false, _, None) => view! { <Absent reason="not answered yet"/> }.into_any(),
    };
    let news = (!tasks && report.state != ReportState::Open && !report.seen).then(|| {
        view! { " " <span class="badge">"new"</span> }
    });
    view! {
        <tr>
            <th scope="row"><a href=format!("{PATH}/{}", report.id)>{report.words.clone()}</a> {news}<div class="hint"><span class="acc">{report.accession.clone()}</span>" · "{report.collection_name.clone()}</div><div class="narrow-only hint">{field_words(&report.field)}": "{value(&report)}</div></th>
            <td class="wide-only"><span class="hint">{field_words(&report.field)}</span>" "{value(&report)}</td>
            <td>{state(report.state)}</td>
            <td class="num">{count(report.impact.unsigned_abs())}</td>
            <td class="wide-only">{last}</td>
            <td class="nowrap wide-only">{report.at.minute_text()}</td>
        </tr>
    }
    .into_any()
}

/// What stood there.
fn value(report: &Report) -> AnyView {
    match &report.value {
        Some(value) => shown(value.state, &value.term, &value.label),
        None => view! { <Absent reason="no value stood there"/> }.into_any(),
    }
}

fn state(state: ReportState) -> AnyView {
    let (tone, icon) = match state {
        ReportState::Open => (Tone::Warn, Icon::Clock),
        ReportState::Answered => (Tone::Ok, Icon::Ok),
        ReportState::Declined => (Tone::Plain, Icon::X),
    };
    view! { <Status tone=tone icon=icon word=state.name()/> }.into_any()
}
