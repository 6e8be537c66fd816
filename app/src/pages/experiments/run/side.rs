//! Beside a run: what it was given, the data that it read, the models that it made, its tags.

use super::note;
use chorale_model::experiments::{KeyValue, LoggedModel, LoggedModelId, ModelOutput, NOTE, Run};
use chorale_model::{Fault, FaultKind};
use chorale_platform::{Ctx, experiments};
use leptos::prelude::*;

/// A model that the run made, at a step. Clients may name one that is not here.
pub struct Made {
    id: LoggedModelId,
    model: Option<LoggedModel>,
    step: i64,
}

pub async fn load(ctx: &Ctx, run: &Run) -> Result<Vec<Made>, Fault> {
    let load = async |output: &ModelOutput| {
        let model = match experiments::load_logged_model(ctx, output.model, true).await {
            Ok(model) => Some(model),
            Err(fault) if fault.kind == FaultKind::Missing => None,
            Err(fault) => return Err(fault),
        };
        Ok(Made { id: output.model, model, step: output.step })
    };
    futures::future::try_join_all(run.models_out.iter().map(load)).await
}

pub fn draw(run: &Run, made: Vec<Made>) -> AnyView {
    let tags: Vec<KeyValue> = run.tags.iter().filter(|tag| tag.key != NOTE).cloned().collect();
    view! {
        <aside class="stack gap-6 small" aria-label="About this run">
            {note::draw(run)}
            {pairs("Params", &run.params, "Nothing was given as a param.")}
            {data(run)}
            {models(made)}
            {pairs("Tags", &tags, "It has no tags.")}
        </aside>
    }
    .into_any()
}

fn pairs(title: &'static str, all: &[KeyValue], none: &'static str) -> AnyView {
    let rows = all
        .iter()
        .map(|one| view! { <dt class="mono wrap">{one.key.clone()}</dt><dd class="mono">{one.value.clone()}</dd> });
    let body = match all.is_empty() {
        true => view! { <p class="ink-3">{none}</p> }.into_any(),
        false => view! { <dl class="facts" data-rows>{rows.collect_view()}</dl> }.into_any(),
    };
    view! { <section><h2 class="aside-h">{title}</h2>{body}</section> }.into_any()
}

fn data(run: &Run) -> Option<AnyView> {
    if run.datasets.is_empty() {
        return None;
    }
    let items = run.datasets.iter().map(|input| {
        let context = KeyValue::find(&input.tags, "mlflow.data.context").map(|context| format!("{context} · "));
        let about =
            format!("{}{} · digest {}", context.unwrap_or_default(), input.dataset.source_type, input.dataset.digest);
        view! { <li>{input.dataset.name.clone()}<br/><span class="mono ink-3 wrap">{about}</span></li> }
    });
    let list = items.collect_view();
    Some(
        view! { <section><h2 class="aside-h">"Data read"</h2><ul class="stack gap-2 dense">{list}</ul></section> }
            .into_any(),
    )
}

fn models(made: Vec<Made>) -> Option<AnyView> {
    if made.is_empty() {
        return None;
    }
    let items = made.into_iter().map(|Made { id, model, step }| {
        let (name, state) = match model {
            Some(model) => {
                let state = model.status.name().trim_start_matches("LOGGED_MODEL_").to_lowercase().replace('_', " ");
                (model.name.into_any(), state)
            }
            None => (view! { <span class="ink-3">"A model that is not here"</span> }.into_any(), "unknown".to_owned()),
        };
        let about = format!("{id} · step {step} · {state}");
        view! { <li>{name}<br/><span class="mono ink-3 wrap">{about}</span></li> }
    });
    let list = items.collect_view();
    Some(
        view! { <section><h2 class="aside-h">"Models made"</h2><ul class="stack gap-2 dense">{list}</ul></section> }
            .into_any(),
    )
}
