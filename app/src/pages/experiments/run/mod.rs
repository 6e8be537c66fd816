//! One run: what it was given, what came of it, and its files.

mod files;
mod metrics;
mod note;
mod side;

use super::{says, state::State};
use crate::address::address;
use crate::flash::Notice;
use crate::islands::LivePage;
use crate::load::{Asked, member_page};
use crate::pages::experiments::runs::children_of;
use crate::pages::lineage;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::Role;
use chorale_model::experiments::{Experiment, KeyValue, Lineage, PARENT, Run, RunId, RunInfo, RunStatus};
use chorale_platform::experiments;
use chorale_ui::number::duration_ms;
use chorale_ui::{Absent, Button, CopyAs, Crumb, Fact, Facts, Kind, LinkButton};
use leptos::prelude::*;

pub fn address_of(id: RunId) -> String {
    format!("/runs/{id}")
}

/// Where the curve of one metric is.
pub fn address_of_metric(id: RunId, key: &str) -> String {
    format!("{}#curves", address(&address_of(id), [("metric", key)]))
}

/// `/runs/{run}?metric=…&x=time&scale=log&file=…`
#[component]
pub fn RunPage() -> impl IntoView {
    member_page(|asked| async move {
        let run = experiments::load_run(&asked.ctx, asked.id()?).await?;
        let experiment = experiments::load_experiment(&asked.ctx, run.info.experiment).await?;
        let curves = metrics::load(&asked, &run).await?;
        let made = side::load(&asked.ctx, &run).await?;
        let files = files::load(&asked, &run).await?;
        let lineage = experiments::run_lineage(&asked.ctx, run.info.id).await?;
        Ok(draw(&asked, Shown { run, experiment, curves, made, files, lineage }))
    })
}

struct Shown {
    run: Run,
    experiment: Experiment,
    curves: metrics::Shown,
    made: Vec<side::Made>,
    files: files::Shown,
    lineage: Lineage,
}

fn draw(asked: &Asked, shown: Shown) -> Screen {
    let Shown { run, experiment, curves, made, files, lineage } = shown;
    let info = &run.info;
    let id = info.id.to_string();
    let baseline = baseline_of(&run);
    let json = format!("/api/v1/runs/{id}");
    let grows = info.status == RunStatus::Running && !info.deleted;
    let live = grows.then(|| view! { <LivePage again=asked.here()/> });
    let last = grows.then(|| last(&run, asked.ctx.now().0 / 1_000)).flatten();
    let care = match info.deleted {
        true => deleted(info, asked.ctx.require(Role::Admin).is_ok()),
        false => {
            let question = format!("Delete {}? It can be restored.", info.name);
            view! {
                <form method="post" action="/_fn/delete_runs" data-confirm=question>
                    <input type="hidden" name="runs[]" value=id.clone()/>
                    <Button kind=Kind::Quiet text="Delete"/>
                </form>
            }
            .into_any()
        }
    };
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <p class="row small">{live}<span id="live-state" data-live>{says::state(info)}</span><span id="live-last" data-live data-clock>{last}</span></p>
                    <h1>{info.name.clone()}</h1>
                </div>
                <div class="row">
                    <CopyAs snippets=snippet::json(&json)/>
                    <LinkButton href=baseline text="Use as baseline"/>
                    {care}
                </div>
            </header>
            <div id="live-facts" data-live>{facts(&run)}</div>
            <div class="stack gap-4">
                <Notice actions=&["delete_runs", "restore_runs", "remove_runs", "write_run_note"]/>
                <div class="with-aside">
                    <div class="stack gap-8">
                        {metrics::draw(&run, curves)}
                        {files::draw(asked, &run, files)}
                        {lineage::draw(&lineage, &format!("{json}/lineage"))}
                    </div>
                    {side::draw(&run, made)}
                </div>
            </div>
        </div>
    };
    let crumbs = vec![
        Crumb::link("Experiments", super::PATH),
        Crumb::link(experiment.name.clone(), super::address_of(experiment.id)),
        Crumb::here(info.name.clone()),
    ];
    Screen::new(info.name.clone(), Place::Experiments, crumbs, body.into_any())
}

/// What can become of a deleted run.
fn deleted(info: &RunInfo, removes: bool) -> AnyView {
    let id = info.id.to_string();
    let remove = removes.then(|| {
        let question = format!("Remove {} for good, with all that it logged? Nobody can bring it back.", info.name);
        view! {
            <form method="post" action="/_fn/remove_runs" data-confirm=question>
                <input type="hidden" name="runs[]" value=id/>
                <input type="hidden" name="experiment" value=info.experiment.to_string()/>
                <Button kind=Kind::Danger text="Remove for good"/>
            </form>
        }
    });
    view! { {says::restore_run(info.id)} {remove} }.into_any()
}

/// When it last logged a value, by the clock of its client.
fn last(run: &Run, now_ms: i64) -> Option<AnyView> {
    let newest = run.metrics.iter().map(|metric| metric.timestamp_ms).max()?;
    let ago = now_ms.saturating_sub(newest);
    let said = match ago {
        ..1_000 => "last value just now".to_owned(),
        _ => format!("last value {} ago", duration_ms(ago as f64)),
    };
    Some(view! { <span class="ink-3 num" title=says::moment(newest)>{said}</span> }.into_any())
}

/// The table of its experiment with this run pinned.
fn baseline_of(run: &Run) -> String {
    table_of(run, String::new(), Some(run.info.id))
}

fn table_of(run: &Run, filter: String, baseline: Option<RunId>) -> String {
    State { filter, baseline, ..State::of(run.info.experiment) }.href()
}

fn facts(run: &Run) -> AnyView {
    let info = &run.info;
    let user = match info.user_id.is_empty() {
        true => view! { <Absent reason="its client named nobody"/> }.into_any(),
        false => info.user_id.clone().into_any(),
    };
    let ended = match info.ended_ms {
        Some(ms) => says::moment(ms).into_any(),
        None => view! { <Absent reason="it has not ended"/> }.into_any(),
    };
    let parent = KeyValue::find(&run.tags, PARENT).and_then(|id| id.parse::<RunId>().ok());
    let parent = parent
        .map(|id| view! { <Fact label="Begun by"><a class="mono" href=address_of(id)>{id.to_string()}</a></Fact> });
    let children = table_of(run, children_of(run), None);
    let (started, took, id) = (says::moment(info.started_ms), says::took(info), info.id.to_string());
    view! {
        <Facts>
            <Fact label="Started (UTC)">{started}</Fact>
            <Fact label="Ended (UTC)">{ended}</Fact>
            <Fact label="Took">{took}</Fact>
            <Fact label="User">{user}</Fact>
            {parent}
            <Fact label="Runs that it began"><a href=children>"look in the table"</a></Fact>
            <Fact label="Id"><span class="mono">{id}</span></Fact>
        </Facts>
    }
    .into_any()
}
