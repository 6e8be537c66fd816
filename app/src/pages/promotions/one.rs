//! A promotion: what is asked for beside what it would replace, and the forms that approve, reject or take it back.

use super::{PATH, state, title};
use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::experiments::{delta, number};
use crate::pages::registered::{self, version_link};
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::experiments::Metric;
use chorale_model::registry::{ComparedMetric, ComparedParam, PromotionRequest, PromotionReview, PromotionState};
use chorale_platform::experiments;
use chorale_ui::{
    Absent, Alert, Button, CopyAs, Crumb, Empty, Fact, Facts, Field, Icon, Kind, Table, TableFoot, TextArea, Tone,
};
use leptos::prelude::*;

/// `/promotions/{id}`
#[component]
pub fn PromotionPage() -> impl IntoView {
    member_page(|asked| async move {
        let review = experiments::review_promotion(&asked.ctx, asked.id()?).await?;
        Ok(draw(review))
    })
}

pub fn draw(review: PromotionReview) -> Screen {
    let request = &review.request;
    let title = title(request);
    let json = format!("/api/v1/promotions/{}", request.id);
    let why = match request.why.is_empty() {
        true => "Whoever asked gave no reason.".to_owned(),
        false => format!("“{}”", request.why),
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div><h1>{title.clone()}</h1><p class="page-sub">{why}</p></div>
                <CopyAs snippets=snippet::json(&json)/>
            </header>
            {facts(&review)}
            <div class="stack gap-6">
                <Notice actions=&["promote_model", "remove_alias", "approve_promotion", "reject_promotion", "withdraw_promotion"]/>
                {stale(request)}
                {answered(request)}
                {compared(&review)}
                {params(&review)}
                {forms(&review)}
            </div>
        </div>
    };
    let crumbs = vec![
        Crumb::link("Models", registered::PATH),
        Crumb::link("Promotions", PATH),
        Crumb::here(format!("{} of {}", request.alias, request.name)),
    ];
    Screen::new(title, Place::Models, crumbs, body.into_any())
}

fn version(name: &str, version: Option<i64>, none: &'static str) -> AnyView {
    match version {
        Some(version) => version_link(name, version),
        None => view! { <Absent reason=none/> }.into_any(),
    }
}

fn facts(review: &PromotionReview) -> AnyView {
    let PromotionRequest { name, alias, version: asked, held, holder, asked_by, asked_at, .. } = &review.request;
    let (model, alias) = (registered::address_of(name), alias.clone());
    let (to, from, now) = (
        version(name, *asked, "it is to be removed"),
        version(name, *held, "it stood for none"),
        version(name, *holder, "it stands for none"),
    );
    let (standing, by, on) = (state(review.request.state), asked_by.clone(), asked_at.minute_text());
    let name = name.clone();
    view! {
        <Facts>
            <Fact label="State">{standing}</Fact>
            <Fact label="Model"><a href=model>{name}</a></Fact>
            <Fact label="Alias"><span class="mono">{alias}</span></Fact>
            <Fact label="Is to stand for">{to}</Fact>
            <Fact label="Stood for">{from}</Fact>
            <Fact label="Stands for now">{now}</Fact>
            <Fact label="Asked by">{by}</Fact>
            <Fact label="Asked (UTC)">{on}</Fact>
        </Facts>
    }
    .into_any()
}

fn stale(request: &PromotionRequest) -> Option<AnyView> {
    if !request.is_stale() {
        return None;
    }
    let named = |version: Option<i64>| version.map_or("no version".to_owned(), |version| format!("version {version}"));
    let title = format!("{} moved since this was asked.", request.alias);
    let text = format!(
        "It stood for {} then and stands for {} now. The comparison below is with what it stands for now.",
        named(request.held),
        named(request.holder)
    );
    Some(view! { <Alert tone=Tone::Warn title=title><p>{text}</p></Alert> }.into_any())
}

fn answered(request: &PromotionRequest) -> Option<AnyView> {
    let by = request.answered_by.clone()?;
    let on = request.answered_at.map(|at| at.minute_text()).unwrap_or_default();
    let words = if request.note.is_empty() { "Without a note.".to_owned() } else { request.note.clone() };
    let said = format!("{} by {by} · {on} UTC", request.state.name());
    Some(
        view! {
            <section aria-labelledby="answer-h">
                <div class="section-head"><h2 id="answer-h">"The answer"</h2></div>
                <p class="prose">{words}</p>
                <p class="hint">{said}</p>
            </section>
        }
        .into_any(),
    )
}

/// What a column is headed with.
fn heads(review: &PromotionReview) -> (String, String) {
    let of = |version: Option<i64>, what: &str| match version {
        Some(version) => format!("{what}, version {version}"),
        None => what.to_owned(),
    };
    let now = if review.request.state == PromotionState::Waiting { "Now" } else { "Before" };
    let present = review.present.as_ref().map(|one| one.version);
    (of(present, now), of(review.asked.as_ref().map(|one| one.version), "Asked for"))
}

fn compared(review: &PromotionReview) -> AnyView {
    let (now, asked) = heads(review);
    let body = match review.metrics.is_empty() {
        true => view! { <div class="panel"><Empty icon=Icon::Info title="Nothing measures either version" text="A version that is registered from a run has that run's metrics; without one, ask for an evaluation before you approve."/></div> }.into_any(),
        false => {
            let rows = review.metrics.iter().map(metric).collect_view();
            let total = review.metrics.len() as u64;
            let head = move || {
                view! {
                    <th scope="col">"Metric"</th>
                    <th scope="col" class="num">{now}</th>
                    <th scope="col" class="num">{asked}</th>
                    <th scope="col" class="num">"Difference"</th>
                }
            };
            let foot = move || {
                view! { <TableFoot total=total noun=if total == 1 { "metric" } else { "metrics" }><span class="wide-only">"green is better, as the metric's name says"</span></TableFoot> }
            };
            view! { <Table caption="Metrics of both versions" head=head foot=foot>{rows}</Table> }.into_any()
        }
    };
    view! {
        <section aria-labelledby="compared-h">
            <div class="section-head"><h2 id="compared-h">"Evaluation"</h2><p>"the newest value of each metric, by the runs that the versions came from"</p></div>
            {body}
        </section>
    }
    .into_any()
}

fn metric(one: &ComparedMetric) -> AnyView {
    let value = |metric: &Option<Metric>| match metric {
        Some(metric) => {
            let exact = metric.value.to_string();
            view! { <td class="num" title=exact>{number(metric.value)}</td> }.into_any()
        }
        None => view! { <td class="num"><Absent reason="it was not measured by this"/></td> }.into_any(),
    };
    let difference = match (&one.asked, &one.present) {
        (Some(asked), Some(present)) => delta(&one.key, asked.value, present.value),
        _ => None,
    };
    let difference = difference.unwrap_or_else(|| view! { <Absent reason="there is nothing to compare"/> }.into_any());
    view! {
        <tr>
            <th scope="row" class="mono wrap">{one.key.clone()}</th>
            {value(&one.present)}
            {value(&one.asked)}
            <td class="num">{difference}</td>
        </tr>
    }
    .into_any()
}

fn params(review: &PromotionReview) -> Option<AnyView> {
    if review.params.is_empty() {
        return None;
    }
    let (now, asked) = heads(review);
    let value = |text: &Option<String>| match text {
        Some(text) => view! { <td class="mono wrap">{text.clone()}</td> }.into_any(),
        None => view! { <td><Absent reason="it was not given"/></td> }.into_any(),
    };
    let rows = review.params.iter().map(|one: &ComparedParam| {
        view! { <tr><th scope="row" class="mono wrap">{one.key.clone()}</th>{value(&one.present)}{value(&one.asked)}</tr> }
    });
    let (rows, total) = (rows.collect_view(), review.params.len() as u64);
    let head = move || view! { <th scope="col">"Param"</th><th scope="col">{now}</th><th scope="col">{asked}</th> };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "param" } else { "params" }/> };
    Some(
        view! {
            <section aria-labelledby="differ-h">
                <div class="section-head"><h2 id="differ-h">"Params that differ"</h2></div>
                <Table caption="Params that differ" head=head foot=foot>{rows}</Table>
            </section>
        }
        .into_any(),
    )
}

fn forms(review: &PromotionReview) -> Option<AnyView> {
    if review.request.state != PromotionState::Waiting {
        return None;
    }
    let id = review.request.id.to_string();
    let hidden = move || view! { <input type="hidden" name="promotion" value=id.clone()/> };
    if review.is_own {
        return Some(
            view! {
                <form class="row" method="post" action="/_fn/withdraw_promotion">
                    {hidden()}
                    <button class="btn" data-key="w">"Take it back"</button>
                    <span class="hint">"You asked for it: another curator or admin answers."</span>
                </form>
            }
            .into_any(),
        );
    }
    if !review.may_answer {
        return Some(
            view! { <p class="dense ink-2">"A curator or an admin answers it, another person than who asked."</p> }
                .into_any(),
        );
    }
    let holder = review.request.holder.map(|version| version.to_string()).unwrap_or_default();
    let does = match review.request.version {
        Some(version) => format!("Approve: {} is version {version}", review.request.alias),
        None => format!("Approve: remove {}", review.request.alias),
    };
    Some(
        view! {
            <section class="stack" aria-labelledby="approve-h">
                <div class="section-head"><h2 id="approve-h">"Your answer"</h2><p>"it stands in the audit log with your name"</p></div>
                <form class="stack gap-2" method="post" action="/_fn/approve_promotion">
                    {hidden()}
                    <input type="hidden" name="holder" value=holder/>
                    <TextArea name="note" label="Note" rows=2/>
                    <div><Button kind=Kind::Primary icon=Icon::Check text=does/></div>
                </form>
                <form class="row end" method="post" action="/_fn/reject_promotion">
                    {hidden()}
                    <div class="grow"><Field name="note" id="reject-note" label="Why not" required=true/></div>
                    <Button text="Reject"/>
                </form>
            </section>
        }
        .into_any(),
    )
}
