//! A batch of decisions: what it changed, added up and sample by sample, what became of it, and taking it back.

use super::{PATH, address_of, change};
use crate::flash::Notice;
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use crate::values::{field_words, method};
use chorale_model::curation::{Batch, BatchAct, BatchChange, BatchEvent, BatchKind, BatchPart, BatchSum, BatchSummary};
use chorale_model::{Page, Role};
use chorale_platform::curation;
use chorale_ui::number::{count, counted};
use chorale_ui::{
    Button, CopyAs, Crumb, Event, Fact, Facts, Field, Icon, Kind, Status, Table, Timeline, Tone, score_text,
};
use leptos::prelude::*;

/// `/decisions/{id}`
#[component]
pub fn DecisionPage() -> impl IntoView {
    member_page(|asked| async move {
        let id = asked.id()?;
        let summary = curation::batch_summary(&asked.ctx, id).await?;
        let changes = curation::list_changes(&asked.ctx, id, asked.page(50)).await?;
        let paging = asked.paging(&address_of(id), &[], changes.next_cursor.as_deref());
        let least = if summary.batch.kind == BatchKind::Upgrade { Role::Admin } else { Role::Curator };
        Ok(draw(summary, changes, paging, asked.me.role >= least))
    })
}

/// The page of a batch.
pub fn draw(summary: BatchSummary, changes: Page<BatchChange>, paging: Paging, may_change: bool) -> Screen {
    let BatchSummary { batch, parts, sums, withdrawn, events } = summary;
    let why = if batch.why.is_empty() { "No reason was given.".to_owned() } else { batch.why.clone() };
    let crumbs = vec![Crumb::link("Decisions", PATH), Crumb::here(batch.title.clone())];
    let job = batch.job.map(|job| view! { <Fact label="Written by"><a href=format!("/jobs/{job}")>"a job"</a></Fact> });
    let withdrawn = (withdrawn > 0).then(|| {
        let words = counted(withdrawn.unsigned_abs(), "decision", "decisions");
        view! { <Fact label="Of it taken back">{words}</Fact> }
    });
    let rest = format!("/api/v1/curations/{}/changes", batch.id);
    let (title, standing, samples) = (batch.title.clone(), super::state(&batch), count(batch.samples.unsigned_abs()));
    let (by, since) = (batch.by.clone(), batch.at.minute_text());
    let change_all = may_change.then(|| whole(&batch));
    let each = each(&batch, changes.items, paging, may_change, &rest);
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div><h1>{title.clone()}</h1><p class="page-sub">{why}</p></div>
            </header>
            <div class="stack gap-6">
                <Notice actions=&["revert_batch", "restore_batch", "revert_decision", "restore_decision"]/>
                <Facts>
                    <Fact label="State">{standing}</Fact>
                    <Fact label="Samples">{samples}</Fact>
                    <Fact label="By">{by}</Fact>
                    <Fact label="Since">{since} " UTC"</Fact>
                    {withdrawn}
                    {job}
                </Facts>
                {change_all}
                {places(parts)}
                {added_up(sums)}
                {each}
                {what_became(events)}
            </div>
        </div>
    };
    Screen::new(title, Place::Decisions, crumbs, body.into_any())
}

/// Takes the batch back, or puts it back.
fn whole(batch: &Batch) -> AnyView {
    let samples = counted(batch.samples.unsigned_abs(), "sample", "samples");
    let (action, text, kind, question) = match batch.reverted {
        None => (
            "/_fn/revert_batch",
            "Take it back",
            Kind::Danger,
            format!("Take \"{}\" back? The values of {samples} are what they were without it.", batch.title),
        ),
        Some(_) => (
            "/_fn/restore_batch",
            "Put it back",
            Kind::Default,
            format!("Put \"{}\" back? It counts again, beneath what was decided later.", batch.title),
        ),
    };
    view! {
        <form class="row end" method="post" action=action data-confirm=question>
            <input type="hidden" name="batch" value=batch.id.to_string()/>
            <div class="grow"><Field name="why" label="Why" placeholder="for those who read the history"/></div>
            <Button kind=kind text=text/>
        </form>
    }
    .into_any()
}

fn places(parts: Vec<BatchPart>) -> Option<AnyView> {
    if parts.is_empty() {
        return None;
    }
    let rows = parts.into_iter().map(|part| {
        view! {
            <tr>
                <th scope="row"><a href=format!("/collections/{}", part.collection)>{part.collection_name}</a></th>
                <td>{field_words(&part.field)}</td>
                <td class="num">{count(part.samples.unsigned_abs())}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let head = || {
        view! { <th scope="col">"Collection"</th><th scope="col">"Field"</th><th scope="col" class="num">"Samples"</th> }
    };
    Some(
        view! {
            <section aria-labelledby="places-h">
                <div class="section-head"><h2 id="places-h">"Where it decides"</h2></div>
                <Table caption="Where it decides" head=head>{rows}</Table>
            </section>
        }
        .into_any(),
    )
}

fn added_up(sums: Vec<BatchSum>) -> AnyView {
    let rows = sums.into_iter().map(|sum| {
        let before = sum.before.as_ref().map(|one| (one.state, one.term.as_str(), one.label.as_str()));
        let (state, term, label) = match &sum.after {
            Some(one) => (Some(one.state), one.term.as_str(), one.label.as_str()),
            None => (None, "", ""),
        };
        view! {
            <tr>
                <th scope="row">{field_words(&sum.field)} " " <span class="ink-3">{change::act(sum.action)}</span></th>
                <td>{change::before(before)}</td>
                <td>{change::after(sum.action, state, term, label)}</td>
                <td class="num">{count(sum.samples.unsigned_abs())}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let head = || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col">"Before"</th>
            <th scope="col">"After"</th>
            <th scope="col" class="num">"Samples"</th>
        }
    };
    view! {
        <section aria-labelledby="sums-h">
            <div class="section-head"><h2 id="sums-h">"What it changed"</h2></div>
            <Table caption="Changes, added up" head=head>{rows}</Table>
        </section>
    }
    .into_any()
}

fn each(batch: &Batch, changes: Vec<BatchChange>, paging: Paging, may_change: bool, rest: &str) -> AnyView {
    let shown = changes.len();
    let counts = batch.reverted.is_none();
    let id = batch.id.to_string();
    let rows = changes.into_iter().map(|one| row(&id, one, may_change && counts)).collect_view();
    let head = move || {
        view! {
            <th scope="col">"Sample"</th>
            <th scope="col" class="wide-only">"Field"</th>
            <th scope="col" class="wide-only">"Before"</th>
            <th scope="col" class="wide-only">"Said by"</th>
            <th scope="col" class="wide-only">"After"</th>
            <th scope="col"><span class="sr">"Take back"</span></th>
        }
    };
    let tools = view! { <CopyAs snippets=snippet::json(rest)/> };
    let foot = move || paging.foot_of_page(shown, "decision", "decisions", tools);
    view! {
        <section aria-labelledby="each-h">
            <div class="section-head"><h2 id="each-h">"Sample by sample"</h2></div>
            <Table caption="Decisions of this batch" head=head foot=foot>{rows}</Table>
        </section>
    }
    .into_any()
}

fn row(batch: &str, one: BatchChange, may_change: bool) -> AnyView {
    let before = one.beneath.as_ref().map(|was| (was.state, was.term.as_str(), was.label.as_str()));
    let said = one.beneath.as_ref().map(|was| {
        let sure = (!was.version.is_empty()).then(|| view! { " " <span class="num">{score_text(was.score)}</span> });
        view! { {method(&was.method, &was.version)} {sure} }
    });
    let withdrawn = one.withdrawn.as_ref().map(|back| format!("by {} on {}", back.by, back.at.day_text()));
    let back = || {
        let words = withdrawn.clone();
        words.map(|words| view! { " " <Status tone=Tone::Plain icon=Icon::X word="taken back"/> <div class="hint">{words}</div> })
    };
    let after = || change::after(one.action, one.state, &one.term, &one.label);
    let (action, text) = match one.withdrawn {
        None => ("/_fn/revert_decision", "Take back"),
        Some(_) => ("/_fn/restore_decision", "Put back"),
    };
    let label = format!("{text}: {} of {}", field_words(&one.field).to_lowercase(), one.accession);
    let form = may_change.then(|| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="batch" value=batch.to_owned()/>
                <input type="hidden" name="sample" value=one.sample.to_string()/>
                <input type="hidden" name="field" value=one.field.clone()/>
                <button class="btn" data-size="small" aria-label=label>{text}</button>
            </form>
        }
    });
    let note = (!one.note.is_empty()).then(|| view! { <div class="hint">{one.note.clone()}</div> });
    view! {
        <tr>
            <th scope="row"><a class="acc" href=format!("/samples/{}/history", one.sample)>{one.accession.clone()}</a><div class="narrow-only hint">{field_words(&one.field)}": " {change::before(before)} " → " {after()} {back()}</div></th>
            <td class="wide-only">{field_words(&one.field)}</td>
            <td class="wide-only">{change::before(before)}</td>
            <td class="wide-only">{said}</td>
            <td class="wide-only">{after()} {note} {back()}</td>
            <td class="fit">{form}</td>
        </tr>
    }
    .into_any()
}

fn what_became(events: Vec<BatchEvent>) -> Option<AnyView> {
    if events.is_empty() {
        return None;
    }
    let events = events.into_iter().map(|event| {
        let what = match (event.act, event.sample.is_some()) {
            (BatchAct::TakenBack, false) => "Taken back",
            (BatchAct::PutBack, false) => "Put back",
            (BatchAct::TakenBack, true) => "One decision taken back",
            (BatchAct::PutBack, true) => "One decision put back",
        };
        let of = event.field.map_or_else(String::new, |field| format!(" ({})", field_words(&field).to_lowercase()));
        let why = if event.why.is_empty() { String::new() } else { format!(": {}", event.why) };
        let tone = if event.act == BatchAct::PutBack { Tone::Ok } else { Tone::Plain };
        let note = format!("{} · {} UTC", event.by, event.at.minute_text());
        Event { tone, text: format!("{what}{of}{why}"), note }
    });
    Some(
        view! {
            <section aria-labelledby="became-h">
                <div class="section-head"><h2 id="became-h">"What became of it"</h2></div>
                <Timeline events=events.collect()/>
            </section>
        }
        .into_any(),
    )
}
