//! Runs beside each other: what they were given differently, what came of it, and their curves in one figure.

use super::axes::Axes;
use super::figures::{self, Figure};
use super::{PATH, run, says};
use crate::address::address;
use crate::load::{Asked, member_page};
use crate::screen::{Place, Screen};
use chorale_model::Fault;
use chorale_model::experiments::{Asked as Wanted, Experiment, ExperimentId, Life, Logged, Run, RunId, SearchRuns};
use chorale_platform::experiments;
use chorale_ui::number::counted;
use chorale_ui::{Absent, Crumb, Curve, Curves, Empty, Icon, LinkButton, Table, TableFoot};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Columns that still can be read beside each other.
const MOST_RUNS: usize = 50;
/// Figures of one page.
const MOST_FIGURES: usize = 6;
const POINTS: i64 = 300;

/// `/experiments/{experiment}/compare?runs=…&runs=…`
#[component]
pub fn ComparePage() -> impl IntoView {
    member_page(|asked| async move {
        let id: ExperimentId = asked.id()?;
        let experiment = experiments::load_experiment(&asked.ctx, id).await?;
        let named = named(&asked)?;
        let runs = load(&asked, id, &named).await?;
        let axes = Axes::read(&asked);
        let figures = figures::moved(&asked.ctx, &runs, |_| true, MOST_FIGURES, axes.points(POINTS)).await?;
        Ok(draw(&experiment, &named, runs, figures, axes))
    })
}

/// The runs that the address names, each once: repeated, as the table's form sends them, or with commas between them.
fn named(asked: &Asked) -> Result<Vec<RunId>, Fault> {
    let of = |name: &str| asked.query.get_all(name).unwrap_or_default();
    let all = [of("runs"), of("runs[]")].concat();
    let mut ids: Vec<RunId> = Vec::new();
    for text in all.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty()) {
        let id = text.parse()?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.len() > MOST_RUNS {
        return Err(Fault::field(
            "runs",
            format!("{} runs are too many to compare; select up to {MOST_RUNS}", ids.len()),
        ));
    }
    Ok(ids)
}

/// The runs of the experiment, in the order in which they are named.
async fn load(asked: &Asked, experiment: ExperimentId, named: &[RunId]) -> Result<Vec<Run>, Fault> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let quoted: Vec<String> = named.iter().map(|id| format!("'{id}'")).collect();
    let wanted = Wanted { filter: format!("run_id in ({})", quoted.join(", ")), life: Life::All, ..Wanted::default() };
    let found =
        experiments::search_runs(&asked.ctx, &SearchRuns { experiments: vec![experiment], asked: wanted }).await?;
    let mut found = found.runs;
    let missing = named.iter().find(|id| !found.iter().any(|run| run.info.id == **id));
    if let Some(id) = missing {
        return Err(Fault::missing("run", id));
    }
    found.sort_by_key(|run| named.iter().position(|id| *id == run.info.id));
    Ok(found)
}

fn keys_of(runs: &[Run], of: Logged) -> Vec<String> {
    let keys: BTreeSet<&str> = runs.iter().flat_map(|run| run.keys(of)).collect();
    keys.into_iter().map(str::to_owned).collect()
}

/// The keys under which the runs differ, and those under which all say the same.
fn split(runs: &[Run], of: Logged) -> (Vec<String>, Vec<String>) {
    keys_of(runs, of).into_iter().partition(|key| {
        let mut values = runs.iter().map(|run| run.find_value(of, key));
        let first = values.next().flatten();
        values.any(|value| value != first)
    })
}

fn draw(experiment: &Experiment, named: &[RunId], runs: Vec<Run>, figures: Vec<Figure>, axes: Axes) -> Screen {
    let path = format!("{PATH}/{}", experiment.id);
    let title = format!("Compare {}", counted(runs.len() as u64, "run", "runs"));
    let back = path.clone();
    let content = if runs.is_empty() {
        view! {
            <div class="panel">
                <Empty icon=Icon::Columns title="No run is selected" text="Tick two or more runs in the table, then compare them.">
                    <LinkButton href=back text="Go to the runs"/>
                </Empty>
            </div>
        }
        .into_any()
    } else {
        let (differ, same) = split(&runs, Logged::Param);
        let metrics = keys_of(&runs, Logged::Metric);
        let same = (!same.is_empty()).then(|| {
            let says = format!("{} that all have the same", counted(same.len() as u64, "param", "params"));
            view! { <details class="fold"><summary>{says}</summary>{table("Params that all have the same", &runs, Logged::Param, &same)}</details> }
        });
        let differing = match differ.is_empty() {
            true => view! { <p class="dense ink-2">"All were given the same params."</p> }.into_any(),
            false => table("Params that differ", &runs, Logged::Param, &differ),
        };
        view! {
            <section aria-labelledby="params-h">
                <div class="section-head"><h2 id="params-h">"What differs"</h2></div>
                <div class="stack gap-4">{differing}{same}</div>
            </section>
            <section aria-labelledby="metrics-h">
                <div class="section-head"><h2 id="metrics-h">"Newest metrics"</h2></div>
                {table("Newest value of each metric", &runs, Logged::Metric, &metrics)}
            </section>
            {overlaid(&path, named, &runs, figures, axes)}
        }
        .into_any()
    };
    let body = view! {
        <div class="page">
            <header class="page-head"><div><h1>{title.clone()}</h1><p class="page-sub">{format!("Of {}.", experiment.name)}</p></div></header>
            <div class="stack gap-8">{content}</div>
        </div>
    };
    let crumbs =
        vec![Crumb::link("Experiments", PATH), Crumb::link(experiment.name.clone(), path), Crumb::here("Compare")];
    Screen::new(title, Place::Experiments, crumbs, body.into_any())
}

fn table(caption: &'static str, runs: &[Run], of: Logged, keys: &[String]) -> AnyView {
    let heads: Vec<(String, String)> =
        runs.iter().map(|run| (run.info.name.clone(), run::address_of(run.info.id))).collect();
    let number = of == Logged::Metric;
    let first = if number { "Metric" } else { "Param" };
    let head = move || {
        let own = heads
            .into_iter()
            .map(|(name, href)| view! { <th scope="col" class:num=number><a href=href>{name}</a></th> });
        view! { <th scope="col">{first}</th>{own.collect_view()} }
    };
    let rows = keys.iter().map(|key| {
        let cells = runs.iter().map(|run| cell(run, of, key));
        view! { <tr><th scope="row" class="mono nowrap">{key.clone()}</th>{cells.collect_view()}</tr> }
    });
    let rows = rows.collect_view();
    let total = keys.len() as u64;
    let noun = match (number, total) {
        (true, 1) => "metric",
        (true, _) => "metrics",
        (false, 1) => "param",
        (false, _) => "params",
    };
    let foot = move || view! { <TableFoot total=total noun=noun/> };
    view! { <div class="runs"><Table caption=caption head=head foot=foot>{rows}</Table></div> }.into_any()
}

fn cell(run: &Run, of: Logged, key: &str) -> AnyView {
    let number = of == Logged::Metric;
    let Some(exact) = run.find_value(of, key).map(String::from) else {
        return view! { <td class:num=number><Absent reason=format!("{key} was not logged")/></td> }.into_any();
    };
    match run.find_metric(key).filter(|_| number) {
        Some(metric) => {
            let href = run::address_of_metric(run.info.id, key);
            view! { <td class="num"><a href=href title=exact>{says::number(metric.value)}</a></td> }.into_any()
        }
        None => view! { <td><span class="clip short" title=exact.clone()>{exact.clone()}</span></td> }.into_any(),
    }
}

fn overlaid(path: &str, named: &[RunId], runs: &[Run], figures: Vec<Figure>, axes: Axes) -> Option<AnyView> {
    if figures.is_empty() {
        return None;
    }
    let ids = named.iter().map(RunId::to_string).collect::<Vec<_>>().join(",");
    let at = |axes: Axes| {
        let axes = axes.pairs();
        let pairs = [("runs", ids.as_str())].into_iter().chain(axes.iter().map(|(key, word)| (*key, word.as_str())));
        format!("{}#curves", address(&format!("{path}/compare"), pairs))
    };
    let figures = figures.into_iter().map(|figure| draw_figure(runs, figure, axes)).collect_view();
    Some(
        view! {
            <section aria-labelledby="curves" class="curves">
                <div class="section-head"><h2 id="curves">"Curves"</h2>{axes.controls(at)}</div>
                <div class="grid">{figures}</div>
            </section>
        }
        .into_any(),
    )
}

fn draw_figure(runs: &[Run], figure: Figure, axes: Axes) -> AnyView {
    let drawn = |(n, curve): &(usize, _)| axes.drawn(&runs[*n].info.name, *n, &runs[*n].info, curve, POINTS);
    let curves: Vec<Curve> = figure.curves.iter().map(drawn).collect();
    let longest = figure.curves.iter().map(|(_, curve)| curve).max_by_key(|curve| curve.logged);
    let said = longest.map_or_else(String::new, |curve| axes.note(curve.points.len(), curve.logged));
    let note = format!("{}{said}", counted(curves.len() as u64, "run", "runs"));
    view! { <Curves title=finding(&figure.key, &curves) note=note unit=axes.unit() curves=curves log=axes.is_log()/> }
        .into_any()
}

/// Which of them ended best, where the metric's name says which way that is.
fn finding(key: &str, curves: &[Curve]) -> String {
    let ends = curves.iter().filter_map(|curve| {
        let (_, last) = curve.own().iter().rfind(|(_, value)| value.is_finite())?;
        Some((curve.label.as_str(), *last))
    });
    let best = match says::more_is_better(key) {
        Some(true) => ends.max_by(|a, b| a.1.total_cmp(&b.1)),
        Some(false) => ends.min_by(|a, b| a.1.total_cmp(&b.1)),
        None => None,
    };
    match best {
        Some((label, value)) => format!("{label} ended with the best {key}: {}", says::number(value)),
        None => key.to_owned(),
    }
}
