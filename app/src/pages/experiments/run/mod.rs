//! One run: what it was given, what came of it, and its files.

mod files;
mod metrics;
mod side;

use super::{says, state::State};
use crate::address::address;
use crate::flash::Notice;
use crate::load::{Asked, member_page};
use crate::pages::experiments::runs::children_of;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::experiments::{Experiment, KeyValue, Life, NOTE, PARENT, Run, RunId};
use chorale_platform::experiments;
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
        Ok(draw(&asked, Shown { run, experiment, curves, made, files }))
    })
}

struct Shown {
    run: Run,
    experiment: Experiment,
    curves: metrics::Shown,
    made: Vec<side::Made>,
    files: files::Shown,
}

fn draw(asked: &Asked, shown: Shown) -> Screen {
    let Shown { run, experiment, curves, made, files } = shown;
    let info = &run.info;
    let note = KeyValue::find(&run.tags, NOTE).map(str::to_owned);
    let id = info.id.to_string();
    let baseline = baseline_of(&run);
    let json = format!("/api/v1/runs/{id}");
    let care = match info.deleted {
        true => says::restore("run", &id),
        false => {
            let question = format!("Delete {}? It can be restored.", info.name);
            view! {
                <form method="post" action="/_fn/delete_run" data-confirm=question>
                    <input type="hidden" name="run" value=id.clone()/>
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
                    <p class="row small">{says::state(info)}</p>
                    <h1>{info.name.clone()}</h1>
                    {note.map(|note| view! { <p class="page-sub prose">{note}</p> })}
                </div>
                <div class="row">
                    <CopyAs snippets=snippet::json(&json)/>
                    <LinkButton href=baseline text="Use as baseline"/>
                    {care}
                </div>
            </header>
            {facts(&run)}
            <div class="stack gap-4">
                <Notice actions=&["delete_run", "restore_run"]/>
                <div class="with-aside">
                    <div class="stack gap-8">
                        {metrics::draw(&run, curves)}
                        {files::draw(asked, &run, files)}
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

/// The table of its experiment with this run pinned.
fn baseline_of(run: &Run) -> String {
    table_of(run, String::new(), Some(run.info.id))
}

fn table_of(run: &Run, filter: String, baseline: Option<RunId>) -> String {
    let (order_by, life, columns) = (String::new(), Life::Active, None);
    State { experiment: run.info.experiment, filter, order_by, life, columns, baseline }.href()
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
