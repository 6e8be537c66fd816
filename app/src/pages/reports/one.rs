//! A report: what is held for wrong and why, and for curators taking it, answering it by a decision, or declining it.

use super::{PATH, state, value};
use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::decisions;
use crate::screen::{Place, Screen};
use crate::values::{field_words, term};
use chorale_model::Role;
use chorale_model::identity::Me;
use chorale_model::reports::{Report, ReportState};
use chorale_platform::reports;
use chorale_ui::number::counted;
use chorale_ui::{Absent, Button, Crumb, Fact, Facts, Field, Kind, TextArea};
use leptos::prelude::*;

/// `/reports/{id}`
#[component]
pub fn ReportPage() -> impl IntoView {
    member_page(|asked| async move {
        let report = reports::load_report(&asked.ctx, asked.id()?).await?;
        Ok(draw(report, &asked.me))
    })
}

/// The page of a report as `me` sees it.
pub fn draw(report: Report, me: &Me) -> Screen {
    let label = field_words(&report.field);
    let title = format!("{label} of {}", report.accession);
    let by = report.by.clone().unwrap_or_else(|| "a member of another organization".to_owned());
    let said = format!("“{}”", report.words);
    let proposed = match &report.proposed {
        Some(one) => term(&one.term, &one.label),
        None => view! { <Absent reason="nothing was proposed"/> }.into_any(),
    };
    let may_answer = report.own && me.role >= Role::Curator && report.state == ReportState::Open;
    let forms = may_answer.then(|| view! { {taking(&report, me)} {answering(&report)} {declining(&report)} });
    let has = report.own.then(|| match report.assignee_name.clone() {
        Some(name) => view! { <Fact label="Who has it">{name}</Fact> }.into_any(),
        None => view! { <Fact label="Who has it"><Absent reason="nobody has taken it"/></Fact> }.into_any(),
    });
    let (standing, stood, sample) = (state(report.state), value(&report), format!("/samples/{}", report.sample));
    let (accession, on) = (report.accession.clone(), report.at.minute_text());
    let same = counted(report.impact.unsigned_abs(), "sample", "samples");
    let answered = answered(&report);
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head"><div><h1>{title.clone()}</h1><p class="page-sub">{said}</p></div></header>
            <div class="stack gap-6">
                <Notice actions=&["file_report", "assign_report", "answer_report", "decline_report"]/>
                <Facts>
                    <Fact label="State">{standing}</Fact>
                    <Fact label="Value">{stood}</Fact>
                    <Fact label="Proposed">{proposed}</Fact>
                    <Fact label="Sample"><a class="acc" href=sample>{accession}</a></Fact>
                    <Fact label="Say the same">{same}</Fact>
                    <Fact label="Reported by">{by}</Fact>
                    <Fact label="On">{on} " UTC"</Fact>
                    {has}
                </Facts>
                {answered}
                {forms}
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Reports", PATH), Crumb::here(report.accession.clone())];
    Screen::new(title, Place::Reports, crumbs, body.into_any())
}

fn answered(report: &Report) -> Option<AnyView> {
    let answer = report.answer.as_ref()?;
    let by = answer.by.clone().map_or_else(String::new, |by| format!("{by} · "));
    let words = match (answer.words.is_empty(), report.state) {
        (false, _) => answer.words.clone(),
        (true, ReportState::Answered) => "The value was changed.".to_owned(),
        (true, _) => "The value stays as it is.".to_owned(),
    };
    let batch = answer.batch.map(|batch| view! { " · " <a href=decisions::address_of(batch)>"the decision"</a> });
    let job = answer.job.map(|job| view! { " · " <a href=format!("/jobs/{job}")>"the job that writes it"</a> });
    Some(
        view! {
            <section aria-labelledby="answer-h">
                <div class="section-head"><h2 id="answer-h">"The answer"</h2></div>
                <p class="prose">{words}</p>
                <p class="hint">{by}{answer.at.minute_text()}" UTC"{batch}{job}</p>
            </section>
        }
        .into_any(),
    )
}

fn hidden(report: &Report) -> AnyView {
    view! { <input type="hidden" name="report" value=report.id.to_string()/> }.into_any()
}

/// Taking it, or letting it go.
fn taking(report: &Report, me: &Me) -> AnyView {
    let (assignee, text) = match report.assignee {
        Some(one) if one == me.user => (String::new(), "Let it go"),
        Some(_) if me.role < Role::Admin => return ().into_any(),
        _ => (me.user.to_string(), "Take it"),
    };
    view! {
        <form class="row" method="post" action="/_fn/assign_report">
            {hidden(report)}
            <input type="hidden" name="assignee" value=assignee/>
            <button class="btn" data-key="t">{text}</button>
        </form>
    }
    .into_any()
}

fn answering(report: &Report) -> AnyView {
    let proposed = report.proposed.as_ref().map_or_else(String::new, |one| one.term.clone());
    let all = (report.question.is_some() && report.impact > 1).then(|| {
        let words = format!("all {} that say the same", counted(report.impact.unsigned_abs(), "sample", "samples"));
        view! { <label class="option"><input class="check" type="checkbox" name="all" value="true"/>{words}</label> }
    });
    let label = field_words(&report.field).to_lowercase();
    view! {
        <section aria-labelledby="change-h">
            <div class="section-head"><h2 id="change-h">"Answer by a decision"</h2><p>"it can be taken back like any other"</p></div>
            <form class="stack" method="post" action="/_fn/answer_report">
                {hidden(report)}
                <Field name="term" label=format!("The {label} is") value=proposed placeholder="a term's name or id" autocomplete="off"/>
                <TextArea name="words" label="Words for whoever reported it" rows=2/>
                {all}
                <div class="row">
                    <Button kind=Kind::Primary name="answer" value="change" text="Change it"/>
                    <Button name="answer" value="not_reported" text="Not reported"/>
                    <Button name="answer" value="not_applicable" text="Not applicable"/>
                    {report.value.is_some().then(|| view! { <Button name="answer" value="reject" text="Reject the value"/> })}
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn declining(report: &Report) -> AnyView {
    view! {
        <section aria-labelledby="decline-h">
            <div class="section-head"><h2 id="decline-h">"Or leave it as it is"</h2></div>
            <form class="row end" method="post" action="/_fn/decline_report">
                {hidden(report)}
                <div class="grow"><Field name="words" id="field-decline" label="Why it stays" required=true/></div>
                <Button text="Decline"/>
            </form>
        </section>
    }
    .into_any()
}
