//! Webhooks: addresses that hear of events, what each heard and what it answered. For admins.

use crate::flash::Notice;
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::webhooks::{DeliveryState, HookEvent, Webhook, WebhookDelivery};
use chorale_model::{Page, Role};
use chorale_platform::webhooks;
use chorale_ui::number::{count, counted};
use chorale_ui::{
    Absent, Alert, Button, CopyAs, Crumb, Empty, Fact, Facts, Field, Icon, Kind, Status, Table, TableFoot, Tone,
};
use leptos::prelude::*;

const PATH: &str = "/webhooks";

/// `/webhooks`
#[component]
pub fn WebhooksPage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Admin)?;
        Ok(draw(webhooks::list_webhooks(&asked.ctx).await?))
    })
}

/// The list, and a form for one more.
pub fn draw(hooks: Vec<Webhook>) -> Screen {
    let list = if hooks.is_empty() { nothing() } else { table(hooks) };
    let events = HookEvent::ALL.into_iter().map(|event| {
        view! { <label class="option"><input class="check" type="checkbox" name="events[]" value=event.name() checked/><code>{event.name()}</code>" "{event.words()}</label> }
    });
    let body = view! {
        <div class="page">
            <header class="page-head"><div><h1>"Webhooks"</h1><p class="page-sub">"Addresses that hear of decisions and reports as they happen: signed, in order, and again when they did not answer."</p></div></header>
            <div class="stack gap-8">
                <Notice actions=&["create_webhook", "delete_webhook"]/>
                {list}
                <section aria-labelledby="new-h">
                    <div class="section-head"><h2 id="new-h">"One more"</h2></div>
                    <form class="stack" method="post" action="/_fn/create_webhook">
                        <div class="grid min-15 end">
                            <Field name="url" label="Address" required=true placeholder="https://hooks.example.org/chorale" mono=true hint="https; private networks are the operator's to open"/>
                            <Field name="note" label="What it is for" placeholder="tells the lab's channel"/>
                        </div>
                        <fieldset class="stack gap-1"><legend class="label">"It hears when"</legend>{events.collect_view()}</fieldset>
                        <div><Button kind=Kind::Primary icon=Icon::Plus text="Create webhook"/></div>
                    </form>
                </section>
                {verifying()}
            </div>
        </div>
    };
    Screen::new("Webhooks", Place::Webhooks, vec![Crumb::here("Webhooks")], body.into_any())
}

fn nothing() -> AnyView {
    view! { <div class="panel"><Empty icon=Icon::Out title="Nobody listens yet" text="A webhook tells another program of yours what is decided here, at the moment when it counts."/></div> }
        .into_any()
}

/// What the receiver does.
fn verifying() -> AnyView {
    const PYTHON: &str = "import hmac\n\ndef is_ours(secret: str, headers, body: bytes) -> bool:\n    signed = headers['X-Chorale-Timestamp'].encode() + b'.' + body\n    expected = 'v1=' + hmac.new(secret.encode(), signed, 'sha256').hexdigest()\n    return hmac.compare_digest(expected, headers['X-Chorale-Signature'])";
    view! {
        <section aria-labelledby="verify-h">
            <div class="section-head"><h2 id="verify-h">"How a receiver knows that it is us"</h2><p>"and refuses what is older than five minutes"</p></div>
            <pre class="code" tabindex="0"><code>{PYTHON}</code></pre>
        </section>
    }
    .into_any()
}

fn table(hooks: Vec<Webhook>) -> AnyView {
    let total = hooks.len() as u64;
    let rows = hooks.into_iter().map(|hook| {
        let note = (!hook.note.is_empty()).then(|| view! { <div class="hint">{hook.note.clone()}</div> });
        view! {
            <tr>
                <th scope="row"><a class="mono" href=format!("{PATH}/{}", hook.id)>{hook.url.clone()}</a>{note}</th>
                <td>{state(&hook)}</td>
                <td class="num">{count(hook.waiting.unsigned_abs())}</td>
                <td>{hook.created_by.clone()}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let head = || {
        view! {
            <th scope="col">"Address"</th>
            <th scope="col">"State"</th>
            <th scope="col" class="num">"Waiting"</th>
            <th scope="col">"Created by"</th>
        }
    };
    let foot = move || {
        view! { <TableFoot total=total noun=if total == 1 { "webhook" } else { "webhooks" }><CopyAs snippets=snippet::json("/api/v1/webhooks")/></TableFoot> }
    };
    view! { <Table caption="Webhooks" head=head foot=foot>{rows}</Table> }.into_any()
}

fn state(hook: &Webhook) -> AnyView {
    match (hook.active, &hook.disabled_why) {
        (true, _) if hook.failures > 0 => {
            view! { <Status tone=Tone::Warn icon=Icon::Clock word="does not answer"/> }.into_any()
        }
        (true, _) => view! { <Status tone=Tone::Ok icon=Icon::Ok word="on"/> }.into_any(),
        (false, Some(_)) => view! { <Status tone=Tone::Bad icon=Icon::Bad word="switched off"/> }.into_any(),
        (false, None) => view! { <Status tone=Tone::Plain icon=Icon::Pause word="off"/> }.into_any(),
    }
}

/// `/webhooks/{id}`
#[component]
pub fn WebhookPage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Admin)?;
        let hook = webhooks::load_webhook(&asked.ctx, asked.id()?).await?;
        let found = webhooks::list_deliveries(&asked.ctx, hook.id, asked.page(50)).await?;
        let paging = asked.paging(&format!("{PATH}/{}", hook.id), &[], found.next_cursor.as_deref());
        Ok(draw_one(hook, found, paging))
    })
}

/// One webhook with its log.
pub fn draw_one(hook: Webhook, found: Page<WebhookDelivery>, paging: Paging) -> Screen {
    let off = hook.disabled_why.clone().map(|why| {
        view! { <Alert tone=Tone::Bad title="It is switched off." loud=true><p>{why}". What happens meanwhile waits; switch it on again when it answers."</p></Alert> }
    });
    let (standing, events) = (state(&hook), hook.events.iter().map(|one| one.name()).collect::<Vec<_>>().join(", "));
    let (waiting, by, at) = (count(hook.waiting.unsigned_abs()), hook.created_by.clone(), hook.created_at.day_text());
    let id = hook.id.to_string();
    let (switch, to) = if hook.active { ("Switch off", "false") } else { ("Switch on", "true") };
    let form = |action: &'static str, text: &'static str, extra: AnyView| {
        view! { <form method="post" action=action><input type="hidden" name="webhook" value=id.clone()/>{extra}<Button text=text/></form> }
    };
    let switching = view! { <input type="hidden" name="active" value=to/> }.into_any();
    let question = format!("Delete the webhook {} with its log?", hook.url);
    let deleting = view! {
        <form method="post" action="/_fn/delete_webhook" data-confirm=question>
            <input type="hidden" name="webhook" value=id.clone()/>
            <Button kind=Kind::Danger text="Delete"/>
        </form>
    };
    let buttons = view! {
        <div class="row">
            {form("/_fn/test_webhook", "Send a ping", ().into_any())}
            {form("/_fn/switch_webhook", switch, switching)}
            {form("/_fn/renew_webhook_secret", "New secret", ().into_any())}
            {deleting}
        </div>
    };
    let title = hook.note.clone();
    let title = if title.is_empty() { "Webhook".to_owned() } else { title };
    let body = view! {
        <div class="page">
            <header class="page-head"><div><h1>{title.clone()}</h1><p class="page-sub mono">{hook.url.clone()}</p></div></header>
            <div class="stack gap-6">
                <Notice actions=&["create_webhook", "test_webhook", "switch_webhook", "renew_webhook_secret", "redeliver"]/>
                {off}
                <Facts>
                    <Fact label="State">{standing}</Fact>
                    <Fact label="Hears">{events}</Fact>
                    <Fact label="Waiting">{waiting}</Fact>
                    <Fact label="Created">{by} " on " {at}</Fact>
                </Facts>
                {buttons}
                {log(&hook, found.items, paging)}
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Webhooks", PATH), Crumb::here(title.clone())];
    Screen::new(title, Place::Webhooks, crumbs, body.into_any())
}

fn log(hook: &Webhook, deliveries: Vec<WebhookDelivery>, paging: Paging) -> AnyView {
    if deliveries.is_empty() {
        return view! { <div class="panel"><Empty icon=Icon::Clock title="It has heard nothing yet" text="Send a ping to see whether it answers."/></div> }
            .into_any();
    }
    let shown = deliveries.len();
    let id = hook.id.to_string();
    let rows = deliveries.into_iter().map(|one| row(&id, one)).collect_view();
    let head = || {
        view! {
            <th scope="col">"Event"</th>
            <th scope="col">"State"</th>
            <th scope="col">"Answer"</th>
            <th scope="col" class="num wide-only">"ms"</th>
            <th scope="col" class="wide-only">"When (UTC)"</th>
            <th scope="col"><span class="sr">"Send again"</span></th>
        }
    };
    let rest = format!("/api/v1/webhooks/{id}/deliveries");
    let tools = view! { <CopyAs snippets=snippet::json(&rest)/> };
    let foot = move || paging.foot_of_page(shown, "delivery", "deliveries", tools);
    view! { <Table caption="What it heard" head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(webhook: &str, one: WebhookDelivery) -> AnyView {
    let state = match (one.state, one.attempts) {
        (DeliveryState::Delivered, _) => view! { <Status tone=Tone::Ok icon=Icon::Ok word="delivered"/> }.into_any(),
        (DeliveryState::Failed, 0) => {
            view! { <Status tone=Tone::Plain icon=Icon::Clock word="is being sent"/> }.into_any()
        }
        (DeliveryState::Failed, _) => view! { <Status tone=Tone::Bad icon=Icon::Bad word="failed"/> }.into_any(),
        (DeliveryState::Waiting, 0) => view! { <Status tone=Tone::Plain icon=Icon::Clock word="waits"/> }.into_any(),
        (DeliveryState::Waiting, _) => {
            view! { <Status tone=Tone::Warn icon=Icon::Clock word="comes again"/> }.into_any()
        }
    };
    let answer = match (&one.error, one.status) {
        (Some(error), _) => error.clone().into_any(),
        (None, Some(status)) => status.to_string().into_any(),
        (None, None) => view! { <Absent reason="not tried yet"/> }.into_any(),
    };
    let tries = (one.attempts > 1)
        .then(|| view! { <div class="hint">{counted(one.attempts.unsigned_abs(), "attempt", "attempts")}</div> });
    let next = one.next_at.map(|at| view! { <div class="hint">{format!("again at {} UTC", at.minute_text())}</div> });
    let took = one.took_ms.map_or_else(
        || view! { <Absent reason="not tried yet"/> }.into_any(),
        |ms| count(ms.unsigned_abs()).into_any(),
    );
    let label = format!("Send again: {}", one.event.name());
    view! {
        <tr>
            <th scope="row"><code>{one.event.name()}</code><span class="narrow-only hint">{one.made_at.minute_text()}</span></th>
            <td>{state}{tries}{next}</td>
            <td>{answer}</td>
            <td class="num wide-only">{took}</td>
            <td class="nowrap wide-only">{one.made_at.minute_text()}</td>
            <td class="fit">
                <form method="post" action="/_fn/redeliver">
                    <input type="hidden" name="webhook" value=webhook.to_owned()/>
                    <input type="hidden" name="delivery" value=one.id.to_string()/>
                    <button class="btn" data-size="small" aria-label=label>"Send again"</button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}
