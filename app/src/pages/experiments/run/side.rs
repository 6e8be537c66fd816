//! Beside a run: what it was given, the data that it read, the models that it made, its tags.

use chorale_model::Fault;
use chorale_model::experiments::{KeyValue, LoggedModel, Run};
use chorale_platform::{Ctx, experiments};
use leptos::prelude::*;

/// A model that the run made, at a step.
pub struct Made {
    model: LoggedModel,
    step: i64,
}

pub async fn load(ctx: &Ctx, run: &Run) -> Result<Vec<Made>, Fault> {
    let load = async |output: &chorale_model::experiments::ModelOutput| {
        let model = experiments::load_logged_model(ctx, output.model, true).await?;
        Ok::<_, Fault>(Made { model, step: output.step })
    };
    futures::future::try_join_all(run.models_out.iter().map(load)).await
}

pub fn draw(run: &Run, made: Vec<Made>) -> AnyView {
    view! {
        <aside class="stack gap-6 small" aria-label="About this run">
            {pairs("Params", &run.params, "Nothing was given as a param.")}
            {data(run)}
            {models(made)}
            {pairs("Tags", &run.tags.iter().filter(|tag| tag.key != "mlflow.note.content").cloned().collect::<Vec<_>>(), "It has no tags.")}
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
        let context =
            input.tags.iter().find(|tag| tag.key == "mlflow.data.context").map(|tag| format!("{} · ", tag.value));
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
    let items = made.into_iter().map(|Made { model, step }| {
        let state = model.status.name().trim_start_matches("LOGGED_MODEL_").to_lowercase().replace('_', " ");
        let about = format!("{} · step {step} · {state}", model.id);
        view! { <li>{model.name}<br/><span class="mono ink-3 wrap">{about}</span></li> }
    });
    let list = items.collect_view();
    Some(
        view! { <section><h2 class="aside-h">"Models made"</h2><ul class="stack gap-2 dense">{list}</ul></section> }
            .into_any(),
    )
}
