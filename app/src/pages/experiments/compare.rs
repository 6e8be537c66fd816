//! Runs beside each other: what they were given differently, what came of it, and their curves in one figure.

use super::{PATH, run, says};
use crate::address::address;
use crate::load::{Asked, member_page};
use crate::screen::{Place, Screen};
use chorale_model::Fault;
use chorale_model::experiments::{Asked as Wanted, Experiment, ExperimentId, Life, Logged, Run, RunId, SearchRuns};
use chorale_platform::experiments;
use chorale_ui::number::counted;
use chorale_ui::{Absent, Crumb, Curve, Curves, Empty, Icon, LinkButton, Segmented, Table, TableFoot};
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
        let (by_time, log) = (asked.word("x") == "time", asked.word("scale") == "log");
        let figures = figures(&asked, &runs).await?;
        Ok(draw(&experiment, &named, runs, figures, by_time, log))
    })
}

/// The runs that the address names, each once: repeated, or with commas between them.
fn named(asked: &Asked) -> Result<Vec<RunId>, Fault> {
    let all = asked.query.get_all("runs").unwrap_or_default();
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

/// A metric with the curve of each run that has one.
struct Figure {
    key: String,
    curves: Vec<(usize, chorale_model::experiments::Curve)>,
}

/// Of metrics that moved: those which most runs have come first.
async fn figures(asked: &Asked, runs: &[Run]) -> Result<Vec<Figure>, Fault> {
    let mut keys: Vec<(bool, usize, String)> = keys_of(runs, Logged::Metric)
        .into_iter()
        .map(|key| {
            let having = runs.iter().filter(|run| value_of(run, Logged::Metric, &key).is_some()).count();
            (key.starts_with("system/"), runs.len() - having, key)
        })
        .collect();
    keys.sort();
    let ids: Vec<RunId> = runs.iter().map(|run| run.info.id).collect();
    let mut figures = Vec::new();
    for (_, _, key) in keys {
        if figures.len() == MOST_FIGURES {
            break;
        }
        let moved = |run: &&Run| run.metrics.iter().any(|one| one.key == key && one.step != 0);
        if !runs.iter().any(|run| moved(&run)) {
            continue;
        }
        let curves = experiments::curves(&asked.ctx, &ids, &key, POINTS).await?;
        let curves = curves.into_iter().enumerate().filter(|(_, curve)| curve.logged > 0).collect();
        figures.push(Figure { key, curves });
    }
    Ok(figures)
}

fn keys_of(runs: &[Run], of: Logged) -> Vec<String> {
    let keys = |run: &Run| -> Vec<String> {
        match of {
            Logged::Metric => run.metrics.iter().map(|one| one.key.clone()).collect(),
            Logged::Param => run.params.iter().map(|one| one.key.clone()).collect(),
            Logged::Tag => run.tags.iter().map(|one| one.key.clone()).collect(),
        }
    };
    runs.iter().flat_map(keys).collect::<BTreeSet<_>>().into_iter().collect()
}

/// A value as it is compared, and as it is read.
fn value_of(run: &Run, of: Logged, key: &str) -> Option<(String, String)> {
    let text = |all: &[chorale_model::experiments::KeyValue]| {
        all.iter().find(|one| one.key == key).map(|one| (one.value.clone(), one.value.clone()))
    };
    match of {
        Logged::Metric => {
            run.metrics.iter().find(|one| one.key == key).map(|one| (one.value.to_string(), says::number(one.value)))
        }
        Logged::Param => text(&run.params),
        Logged::Tag => text(&run.tags),
    }
}

/// The keys under which the runs differ, and those under which all say the same.
fn split(runs: &[Run], of: Logged) -> (Vec<String>, Vec<String>) {
    keys_of(runs, of).into_iter().partition(|key| {
        let mut values = runs.iter().map(|run| value_of(run, of, key).map(|(exact, _)| exact));
        let first = values.next().flatten();
        values.any(|value| value != first)
    })
}

fn draw(
    experiment: &Experiment,
    named: &[RunId],
    runs: Vec<Run>,
    figures: Vec<Figure>,
    by_time: bool,
    log: bool,
) -> Screen {
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
            {overlaid(&path, named, &runs, figures, by_time, log)}
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
        let cells = runs.iter().map(|run| match value_of(run, of, key) {
            Some((exact, read)) if number => {
                let href = run::address_of_metric(run.info.id, key);
                view! { <td class="num"><a href=href title=exact>{read}</a></td> }.into_any()
            }
            Some((exact, read)) => view! { <td><span class="clip short" title=exact>{read}</span></td> }.into_any(),
            None => view! { <td class:num=number><Absent reason=format!("{key} was not logged")/></td> }.into_any(),
        });
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

fn overlaid(
    path: &str,
    named: &[RunId],
    runs: &[Run],
    figures: Vec<Figure>,
    by_time: bool,
    log: bool,
) -> Option<AnyView> {
    if figures.is_empty() {
        return None;
    }
    let ids = named.iter().map(RunId::to_string).collect::<Vec<_>>().join(",");
    let at = |by_time: bool, log: bool| {
        let pairs =
            [("runs", ids.as_str()), ("x", if by_time { "time" } else { "" }), ("scale", if log { "log" } else { "" })];
        format!("{}#curves", address(&format!("{path}/compare"), pairs))
    };
    let axes = vec![("Steps".to_owned(), at(false, log), !by_time), ("Time".to_owned(), at(true, log), by_time)];
    let scales =
        vec![("Linear".to_owned(), at(by_time, false), !log), ("Logarithmic".to_owned(), at(by_time, true), log)];
    let figures = figures.into_iter().map(|figure| draw_figure(runs, figure, by_time, log)).collect_view();
    Some(
        view! {
            <section aria-labelledby="curves" class="curves">
                <div class="section-head">
                    <h2 id="curves">"Curves"</h2>
                    <span class="row push"><Segmented label="X axis" items=axes/><Segmented label="Scale" items=scales/></span>
                </div>
                <div class="grid">{figures}</div>
            </section>
        }
        .into_any(),
    )
}

fn draw_figure(runs: &[Run], figure: Figure, by_time: bool, log: bool) -> AnyView {
    let curves: Vec<Curve> = figure
        .curves
        .into_iter()
        .map(|(n, curve)| {
            let info = &runs[n].info;
            let place = |point: &chorale_model::experiments::Metric| match by_time {
                true => point.timestamp_ms.saturating_sub(info.started_ms) as f64 / 1_000.0,
                false => point.step as f64,
            };
            let mut points: Vec<(f64, f64)> = curve.points.iter().map(|point| (place(point), point.value)).collect();
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            Curve { label: info.name.clone(), colour: n, points, logged: curve.logged.unsigned_abs() }
        })
        .collect();
    let unit = if by_time { "seconds since the start of each run" } else { "step" };
    let note = format!("{}{}", counted(curves.len() as u64, "run", "runs"), if log { " · logarithmic" } else { "" });
    view! { <Curves title=finding(&figure.key, &curves) note=note unit=unit curves=curves log=log/> }.into_any()
}

/// Which of them ended best, where the metric's name says which way that is.
fn finding(key: &str, curves: &[Curve]) -> String {
    let ends = curves.iter().filter_map(|curve| {
        let (_, last) = curve.points.iter().rfind(|(_, value)| value.is_finite())?;
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
