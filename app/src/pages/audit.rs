//! The audit log: who did what, sealed into a chain whose head can be kept elsewhere. For admins.

use crate::address::{address, one};
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::audit::{AuditFilter, AuditRow, ChainCheck, ChainHead};
use chorale_platform::audit;
use chorale_ui::number::count;
use chorale_ui::{Absent, Alert, Button, CopyAs, Crumb, Empty, Fact, Facts, Field, Icon, LinkButton, Table, Tone};
use leptos::prelude::*;

/// `/audit`; `?verify=true` checks the whole chain.
#[component]
pub fn AuditPage() -> impl IntoView {
    member_page(|asked| async move {
        let filter = AuditFilter {
            action: one(&asked.query, "action"),
            actor: one(&asked.query, "actor"),
            ..AuditFilter::default()
        };
        let rows = audit::list_rows(&asked.ctx, filter.clone(), asked.page(50)).await?;
        let head = audit::head(&asked.ctx).await?;
        let check = if asked.word("verify") == "true" { Some(audit::verify(&asked.ctx).await?) } else { None };
        let state = [("actor", asked.word("actor")), ("action", asked.word("action"))];
        let pairs = state.each_ref().map(|(key, value)| (*key, value.as_str()));
        let paging = asked.paging("/audit", &pairs, rows.next_cursor.as_deref());
        Ok(draw(&filter, rows.items, head, check, paging))
    })
}

/// The page at `/audit`; `check` is there after "Verify the chain".
pub fn draw(
    filter: &AuditFilter,
    rows: Vec<AuditRow>,
    head: ChainHead,
    check: Option<ChainCheck>,
    paging: Paging,
) -> Screen {
    let (actor, action) = (filter.actor.clone().unwrap_or_default(), filter.action.clone().unwrap_or_default());
    let asked = address("/api/v1/audit", [("actor", actor.as_str()), ("action", action.as_str())]);
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div><h1>"Audit log"</h1><p class="page-sub">"Every change by a person or a token. Sealed rows can no longer be changed without breaking the chain."</p></div>
            </header>
            <div class="stack gap-6">
                {check.map(checked)}
                {chain(&head)}
                {filter_form(filter)}
                {table(rows, paging, &asked)}
            </div>
        </div>
    };
    Screen::new("Audit log", Place::Audit, vec![Crumb::here("Audit log")], body.into_any())
        .with_action(view! { <LinkButton href="/audit?verify=true" icon=Icon::Check text="Verify the chain"/> })
}

fn checked(check: ChainCheck) -> AnyView {
    if check.intact {
        let title = format!("The chain is intact: {} rows were checked.", count(check.checked.unsigned_abs()));
        return view! { <Alert tone=Tone::Ok title=title loud=true><p>"Compare its head with the one you keep elsewhere: a tail that was cut off shows there."</p></Alert> }.into_any();
    }
    let place = check.broken_at.map_or_else(|| "an unknown place".to_owned(), |at| format!("position {at}"));
    let title = format!("The chain is broken at {place}.");
    view! { <Alert tone=Tone::Bad title=title loud=true><p>"A sealed row was changed outside Chorale. Rows before it are as they were sealed. Compare with a backup."</p></Alert> }.into_any()
}

fn chain(head: &ChainHead) -> AnyView {
    let hash = head.hash.clone();
    let sealed =
        head.sealed_at.map(|time| format!("{} UTC", time.minute_text())).unwrap_or_else(|| "not yet".to_owned());
    let copied = hash.clone();
    let (position, unsealed) = (count(head.position.unsigned_abs()), count(head.unsealed.unsigned_abs()));
    view! {
        <Facts>
            <Fact label="Sealed rows">{position}</Fact>
            <Fact label="Waiting for the seal">{unsealed}</Fact>
            <Fact label="Last sealed">{sealed}</Fact>
        </Facts>
        <div class="field">
            <span class="label">"Head of the chain"</span>
            <div class="copy"><code tabindex="0">{hash}</code><button class="btn" data-size="small" type="button" data-copy=copied>"Copy"</button></div>
            <p class="hint">"keep it outside this deployment"</p>
        </div>
    }
    .into_any()
}

fn filter_form(filter: &AuditFilter) -> AnyView {
    view! {
        <form class="grid min-12 end" role="search" aria-label="Audit log" action="/audit">
            <Field name="actor" label="Who" value=filter.actor.clone().unwrap_or_default() placeholder="e-mail or token name"/>
            <Field name="action" label="What" value=filter.action.clone().unwrap_or_default() placeholder="member.added"/>
            <div class="row"><Button text="Narrow"/><a class="small" href="/audit">"Show all"</a></div>
        </form>
    }
    .into_any()
}

/// `asked` is where the REST API answers the same.
fn table(rows: Vec<AuditRow>, paging: Paging, asked: &str) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="panel"><Empty icon=Icon::Doc title="No row matches" text="Nobody did this here, or not under this name."><LinkButton href="/audit" text="Show all rows"/></Empty></div>
        }
        .into_any();
    }
    let shown = rows.len();
    let rows = rows.into_iter().map(row).collect_view();
    let head = || {
        view! {
            <th scope="col">"When (UTC)"</th>
            <th scope="col">"Who"</th>
            <th scope="col">"What"</th>
            <th scope="col">"On"</th>
            <th scope="col">"Change"</th>
            <th scope="col" class="num">"Position"</th>
        }
    };
    let tools = view! { <CopyAs snippets=snippet::json(asked)/> };
    let foot = move || paging.foot_of_page(shown, "row", "rows", tools);
    view! { <Table caption="Audit log" head=head foot=foot>{rows}</Table> }.into_any()
}

/// `role: curator`; text without the quotes of JSON.
fn pair((key, value): (&String, &serde_json::Value)) -> String {
    match value.as_str() {
        Some(text) => format!("{key}: {text}"),
        None => format!("{key}: {value}"),
    }
}

fn row(row: AuditRow) -> AnyView {
    let detail = match &row.detail {
        serde_json::Value::Object(map) if map.is_empty() => String::new(),
        serde_json::Value::Null => String::new(),
        serde_json::Value::Object(map) => map.iter().map(pair).collect::<Vec<_>>().join(" · "),
        detail => detail.to_string(),
    };
    let full = detail.clone();
    let position = match row.position {
        Some(position) => count(position.unsigned_abs()).into_any(),
        None => view! { <Absent reason="not sealed yet"/> }.into_any(),
    };
    view! {
        <tr>
            <td class="nowrap">{row.at.minute_text()}</td>
            <th scope="row">{row.actor_name} " " <span class="ink-3">{row.actor_kind}</span></th>
            <td class="mono">{row.action}</td>
            <td>{row.object_kind} " " <span class="mono ink-3 clip short">{row.object}</span></td>
            <td><span class="clip short" title=full>{detail}</span></td>
            <td class="num" title=row.hash>{position}</td>
        </tr>
    }
    .into_any()
}
