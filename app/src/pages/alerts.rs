//! Alerts: what is not as promised, who looks after it, and how it was resolved.

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::alerts::{Alert, AlertFilter, AlertKind, AlertState, AlertsWanted, Answered};
use chorale_model::{AlertId, Role};
use chorale_platform::alerts;
use chorale_ui::{Button, CopyAs, Crumb, Empty, Icon, LinkButton, Segmented, Status, Tone, button::Kind};
use leptos::prelude::*;

pub const PATH: &str = "/alerts";

/// Where one alert stands.
pub fn address_of(id: AlertId) -> String {
    format!("{PATH}?state=all#a{id}")
}

/// `/alerts?state=…`
#[component]
pub fn AlertsPage() -> impl IntoView {
    member_page(|asked| async move {
        let state = asked.choice("state")?;
        let found = alerts::list_alerts(&asked.ctx, AlertFilter { state }, asked.page(50)).await?;
        let word = asked.word("state");
        let paging = asked.paging(PATH, &[("state", word.as_str())], found.next_cursor.as_deref());
        Ok(draw(state, found.items, asked.me.role >= Role::Curator, paging))
    })
}

pub fn draw(state: AlertsWanted, found: Vec<Alert>, may_answer: bool, paging: Paging) -> Screen {
    let to = |word: &str| address(PATH, [("state", word)]);
    let states = vec![
        ("Unresolved".to_owned(), to(""), state == AlertsWanted::Unresolved),
        ("Resolved".to_owned(), to("resolved"), state == AlertsWanted::Resolved),
        ("All".to_owned(), to("all"), state == AlertsWanted::All),
    ];
    let shown = found.len();
    let list = match found.is_empty() {
        true => view! {
            <div class="panel">
                <Empty icon=Icon::Ok title="Nothing is wrong" text="An alert is raised when what is accepted automatically is less precise than its field promises.">
                    <LinkButton href="/automatic" text="See how precise it is"/>
                </Empty>
            </div>
        }
        .into_any(),
        false => {
            let tools = view! { <CopyAs snippets=snippet::json("/api/v1/alerts?state=all")/> };
            let foot = paging.foot_of_page(shown, "alert", "alerts", tools);
            let items = found.into_iter().map(|alert| item(alert, may_answer)).collect_view();
            view! { <div class="panel"><ul class="alerts">{items}</ul><div class="table-foot">{foot}</div></div> }.into_any()
        }
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>"Alerts"</h1>
                    <p class="page-sub">"What is not as it was promised. What an alert stopped goes on when somebody resolves it."</p>
                </div>
                <Segmented label="Which alerts" items=states/>
            </header>
            <div class="stack gap-4">
                <Notice actions=&["acknowledge_alert", "resolve_alert"]/>
                {list}
            </div>
        </div>
    };
    Screen::new("Alerts", Place::Alerts, vec![Crumb::here("Alerts")], body.into_any())
}

fn item(alert: Alert, may_answer: bool) -> AnyView {
    let (tone, icon, word) = match alert.state {
        AlertState::Open => (Tone::Bad, Icon::Warn, "open"),
        AlertState::Acknowledged => (Tone::Warn, Icon::Marker, "looked after"),
        AlertState::Resolved => (Tone::Ok, Icon::Ok, "resolved"),
    };
    let kind = match alert.kind {
        AlertKind::Precision => "less precise than promised",
        AlertKind::Drift => "precision fell",
    };
    let said = |what: &str, one: &Answered| {
        let why = if one.why.is_empty() { String::new() } else { format!(": {}", one.why) };
        view! { <p class="small ink-2">{format!("{what} by {} on {} UTC{why}", one.by, one.at.minute_text())}</p> }
    };
    let acknowledged = alert.acknowledged.as_ref().map(|one| said("Looked after", one));
    let resolved = alert.resolved.as_ref().map(|one| said("Resolved", one));
    let answer = (may_answer && alert.resolved.is_none()).then(|| answers(&alert));
    let times = format!("since {} UTC, seen last {} UTC", alert.opened_at.minute_text(), alert.seen_at.minute_text());
    view! {
        <li id=format!("a{}", alert.id)>
            <div class="row gap-3">
                <h2><a href=alert.link.clone()>{alert.subject.clone()}</a></h2>
                <span class="ink-3">{kind}</span>
                <span class="push"><Status tone=tone icon=icon word=word/></span>
            </div>
            <p>{alert.message.clone()}</p>
            <p class="small ink-3">{times}</p>
            {acknowledged}
            {resolved}
            {answer}
        </li>
    }
    .into_any()
}

fn answers(alert: &Alert) -> AnyView {
    let (id, field) = (alert.id.to_string(), format!("why-{}", alert.id));
    let look = alert.acknowledged.is_none().then(|| {
        view! {
            <form method="post" action="/_fn/acknowledge_alert">
                <input type="hidden" name="alert" value=id.clone()/>
                <Button small=true text="I look after it"/>
            </form>
        }
    });
    view! {
        <div class="row gap-3">
            {look}
            <form class="row gap-2 grow" method="post" action="/_fn/resolve_alert">
                <input type="hidden" name="alert" value=id.clone()/>
                <label class="sr" for=field.clone()>{format!("What was found and done about {}", alert.subject)}</label>
                <input class="input grow by-value-why" id=field name="why" required placeholder="what was found and done" autocomplete="off"/>
                <Button kind=Kind::Primary small=true text="Resolve"/>
            </form>
        </div>
    }
    .into_any()
}
