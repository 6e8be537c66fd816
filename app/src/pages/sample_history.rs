//! The history of a sample's values: field by field what holds, each decision with what stood there, and beneath them what
//! the submitter gave and what the annotator says.

use super::decisions;
use super::decisions::act;
use super::sample::runner_up;
use crate::flash::Notice;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use crate::snippet;
use crate::values::{method, shown, status};
use chorale_model::Role;
use chorale_model::catalog::Sample;
use chorale_model::curation::Curation;
use chorale_model::harmonize::{FieldLayers, Layer, SampleLayers, Value};
use chorale_platform::{catalog, harmonize};
use chorale_ui::{CopyAs, Crumb, Empty, Icon, LinkButton, Status, Tone, score_text};
use leptos::prelude::*;

/// `/samples/{id}/history`
#[component]
pub fn SampleHistoryPage() -> impl IntoView {
    member_page(|asked| async move {
        let sample = catalog::load_sample(&asked.ctx, asked.id()?).await?;
        let layers = harmonize::sample_layers(&asked.ctx, sample.id).await?;
        Ok(draw(&sample, layers, asked.me.role >= Role::Curator))
    })
}

/// The page; `may_change` lets its reader take decisions back.
pub fn draw(sample: &Sample, layers: SampleLayers, may_change: bool) -> Screen {
    let accession = layers.accession.clone();
    let here = format!("/samples/{}", sample.id);
    let crumbs = vec![
        Crumb::link("Collections", "/collections"),
        Crumb::link(accession.clone(), here.clone()),
        Crumb::here("History"),
    ];
    let rest = format!("/api/v1/samples/{}/layers", sample.id);
    let annotated = layers.annotated_at.map(|at| format!("Annotated last on {} UTC.", at.minute_text()));
    let sections = match layers.fields.is_empty() {
        true => view! {
            <div class="panel"><Empty icon=Icon::Clock title="Nothing was ever said" text="No annotator and no person has said anything about this sample."><LinkButton href=here text="The sample"/></Empty></div>
        }
        .into_any(),
        false => layers.fields.into_iter().map(|one| field(sample, one, may_change)).collect_view().into_any(),
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>{format!("History of {accession}")}</h1>
                    <p class="page-sub">"Each field with every layer: what people decided lies above what the submitter gave, and that above what annotators say. Nothing is ever edited. " {annotated}</p>
                </div>
                <CopyAs snippets=snippet::json(&rest)/>
            </header>
            <div class="stack gap-8">
                <Notice actions=&["revert_decision", "restore_decision"]/>
                {sections}
            </div>
        </div>
    };
    Screen::new(format!("History of {accession}"), Place::Collections, crumbs, body.into_any())
}

fn field(sample: &Sample, layers: FieldLayers, may_change: bool) -> AnyView {
    let id = format!("field-{}", layers.field);
    let (named, heading) = (format!("{id}-h"), format!("{id}-h"));
    let holds = match layers.current.is_empty() {
        true => view! { <span class="ink-3">"no value holds"</span> }.into_any(),
        false => layers
            .current
            .iter()
            .map(|value| view! { <span class="row gap-2">{shown(value.state, &value.term, &value.label)} {status(value.state, value.layer, value.accepted)}</span> })
            .collect_view()
            .into_any(),
    };
    let decisions = layers.decisions.iter().map(|one| decision(sample, one, may_change)).collect_view();
    let (given, read): (Vec<Value>, Vec<Value>) =
        layers.said.into_iter().partition(|value| value.layer == Layer::Submitter);
    let given = given.iter().map(|value| layer("Submitter", value)).collect_view();
    let read = read.iter().map(|value| layer("Automatic", value)).collect_view();
    view! {
        <section id=id aria-labelledby=named>
            <div class="section-head"><h2 id=heading>{layers.label}</h2><div class="row">{holds}</div></div>
            <div class="panel"><ol class="values layers">{decisions} {given} {read}</ol></div>
        </section>
    }
    .into_any()
}

/// What a person decided, with what stood there at that moment.
fn decision(sample: &Sample, one: &Curation, may_change: bool) -> AnyView {
    let by = one.by.clone().unwrap_or_default();
    let why = (!one.why.is_empty()).then(|| format!(": {}", one.why));
    let note = (!one.note.is_empty()).then(|| view! { <div class="value-next">{one.note.clone()}</div> });
    let before = one.beneath.as_ref().map(|was| {
        let sure = (!was.version.is_empty()).then(|| view! { " " <span class="num">{score_text(was.score)}</span> });
        view! { <div class="value-next"><span class="ink-3">"before: "</span>{shown(was.state, &was.term, &was.label)} " · " {method(&was.method, &was.version)} {sure}</div> }
    });
    let back = one.reverted.as_ref().map(|back| {
        let why = if back.why.is_empty() { String::new() } else { format!(": {}", back.why) };
        let words = format!("taken back by {} on {} UTC{why}", back.by, back.at.minute_text());
        view! { <div class="value-next">{words}</div> }
    });
    let state = match one.reverted {
        Some(_) => view! { <Status tone=Tone::Plain icon=Icon::X word="taken back"/> }.into_any(),
        None => view! { <Status tone=Tone::Ok icon=Icon::People word="counts"/> }.into_any(),
    };
    let label = format!("Take back: {}", one.title);
    let form = (may_change && one.reverted.is_none()).then(|| {
        view! {
            <form method="post" action="/_fn/revert_decision">
                <input type="hidden" name="batch" value=one.batch.to_string()/>
                <input type="hidden" name="sample" value=sample.id.to_string()/>
                <input type="hidden" name="field" value=one.field.clone()/>
                <button class="btn" data-size="small" aria-label=label>"Take back"</button>
            </form>
        }
    });
    view! {
        <li>
            <span class="value-n" aria-hidden="true">"↑"</span>
            <div class="value-term"><span class="value-field">{format!("Person · {}", act(one.action))}</span>{decisions::after(one.action, one.state, &one.term, &one.label)}</div>
            <div class="value-sure">{state} {form}</div>
            <div class="value-from"><a href=decisions::address_of(one.batch)>{one.title.clone()}</a>{why} {format!(" · {by} · {} UTC", one.at.minute_text())}</div>
            {note} {before} {back}
        </li>
    }
    .into_any()
}

/// What the source or an annotator says, beneath every decision.
fn layer(who: &'static str, value: &Value) -> AnyView {
    let sure = (value.layer == Layer::Automatic).then(|| view! { <span class="num">{score_text(value.score)}</span> });
    let words = value.evidence.as_ref().map(|read| {
        let at = read.attribute.clone().map_or_else(String::new, |key| format!(" in {key}"));
        format!("“{}”{at} · ", read.text)
    });
    let why = value.reason.clone().filter(|_| !value.accepted);
    let why = why.map(|why| view! { <div class="value-next"><span class="ink-3">"in review: "</span>{why}</div> });
    view! {
        <li>
            <span class="value-n" aria-hidden="true">"·"</span>
            <div class="value-term"><span class="value-field">{who}</span>{shown(value.state, &value.term, &value.label)}</div>
            <div class="value-sure">{sure}</div>
            <div class="value-from">{words}{method(&value.method, &value.version)}</div>
            {why} {value.runner_up.as_ref().map(runner_up)}
        </li>
    }
    .into_any()
}
