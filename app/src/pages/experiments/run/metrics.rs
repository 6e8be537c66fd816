//! The newest value of each metric, and curves of those that moved.

use super::address_of;
use crate::address::{address, one};
use crate::load::Asked;
use crate::pages::experiments::axes::Axes;
use crate::pages::experiments::figures::{self, Figure, is_machine};
use crate::pages::experiments::says;
use chorale_model::Fault;
use chorale_model::experiments::{Curve, Metric, Run};
use chorale_ui::number::counted;
use chorale_ui::{Curves, Empty, Icon, Table, TableFoot};
use leptos::prelude::*;
use std::slice;

/// Curves of one page; the others are a link away.
const MOST_CURVES: usize = 12;
/// Twice as many points as a figure has columns.
const POINTS: i64 = 600;

pub struct Shown {
    /// The one that was asked for; empty: the first that moved.
    metric: String,
    axes: Axes,
    curves: Vec<(String, Curve)>,
    /// What the client measured of its machine.
    machine: Vec<(String, Curve)>,
}

/// What the address asks for. Metrics that have one value have no curve, unless one is asked for.
pub async fn load(asked: &Asked, run: &Run) -> Result<Shown, Fault> {
    let metric = one(&asked.query, "metric").unwrap_or_default();
    let axes = Axes::read(asked);
    let (ctx, runs, points) = (&asked.ctx, slice::from_ref(run), axes.points(POINTS));
    let (own, machine) = match metric.as_str() {
        "" => futures::try_join!(
            figures::moved(ctx, runs, |key| !is_machine(key), MOST_CURVES, points),
            figures::moved(ctx, runs, is_machine, MOST_CURVES, points),
        )?,
        one => (vec![figures::load(ctx, runs, one, points).await?], Vec::new()),
    };
    let curve = |Figure { key, curves }: Figure| curves.into_iter().next().map(|(_, curve)| (key, curve));
    let curves = |figures: Vec<Figure>| figures.into_iter().filter_map(curve).collect();
    Ok(Shown { metric, axes, curves: curves(own), machine: curves(machine) })
}

pub fn draw(run: &Run, shown: Shown) -> AnyView {
    let Shown { metric, axes, curves, machine } = shown;
    let path = address_of(run.info.id);
    let at = |metric: &str, axes: Axes| {
        let axes = axes.pairs();
        let pairs = [("metric", metric)].into_iter().chain(axes.iter().map(|(key, word)| (*key, word.as_str())));
        format!("{}#curves", address(&path, pairs))
    };
    let figures = curves.iter().map(|(key, curve)| figure(run, key, curve, axes)).collect_view();
    let all = (!metric.is_empty()).then(|| view! { <p><a href=at("", axes)>"All curves"</a></p> });
    let drawn = match (curves.is_empty(), run.metrics.is_empty()) {
        (_, true) => view! { <div class="panel"><Empty icon=Icon::Info title="No metric was logged" text="mlflow.log_metric(\"loss\", 0.1, step=1) is here at once."/></div> }.into_any(),
        (true, false) => view! { <p class="dense ink-2">{no_curve(run, &metric)}</p> }.into_any(),
        (false, _) => view! { <div class="grid">{figures}</div> }.into_any(),
    };
    let any = !curves.is_empty() || !machine.is_empty();
    let controls = any.then(|| axes.controls(|axes| at(&metric, axes)));
    view! {
        <section id="live-metrics" data-live aria-labelledby="curves" class="curves">
            <div class="section-head"><h2 id="curves">"Metrics"</h2>{all}{controls}</div>
            <div class="stack gap-6">
                {drawn}
                {newest(run, false)}
            </div>
        </section>
        <div id="live-machine" data-live>{of_machine(run, machine, axes)}</div>
    }
    .into_any()
}

/// What the client measured of its machine, apart from what the work came to.
fn of_machine(run: &Run, curves: Vec<(String, Curve)>, axes: Axes) -> Option<AnyView> {
    let table = newest(run, true)?;
    let figures = curves.iter().map(|(key, curve)| figure(run, key, curve, axes)).collect_view();
    let drawn = (!curves.is_empty()).then(|| view! { <div class="grid">{figures}</div> });
    Some(
        view! {
            <section aria-labelledby="system" class="curves">
                <div class="section-head"><h2 id="system">"System metrics"</h2><p>"what the client measured of its machine"</p></div>
                <div class="stack gap-6">{drawn}{table}</div>
            </section>
        }
        .into_any(),
    )
}

/// Why none is drawn.
fn no_curve(run: &Run, metric: &str) -> String {
    let looked = figures::looked_at(MOST_CURVES);
    let own = run.metrics.iter().filter(|metric| !is_machine(&metric.key)).count();
    match (metric.is_empty(), own > looked) {
        (false, _) => format!("The run has no metric {metric}."),
        (true, false) => "Each metric has one value; a curve needs two.".to_owned(),
        (true, true) => format!("The first {looked} metrics have one value each; a metric's name leads to its curve."),
    }
}

fn figure(run: &Run, key: &str, curve: &Curve, axes: Axes) -> AnyView {
    let logged = curve.logged.unsigned_abs();
    let drawn = axes.drawn(key, 0, &run.info, curve, POINTS);
    let thinned = match drawn.own().len() as u64 {
        shown if shown < logged => format!(" · {shown} drawn, every extreme among them"),
        _ => String::new(),
    };
    let said = axes.note(curve.points.len(), curve.logged);
    let note = format!("n = {}{thinned}{said}", counted(logged, "point", "points"));
    let drawn = vec![drawn];
    let id = format!("curve-{key}");
    let json = address(&format!("/api/v1/runs/{}/metrics", run.info.id), [("key", key), ("most", "10000")]);
    view! {
        <div id=id>
            <Curves title=finding(key, &curve.points) note=note unit=axes.unit() curves=drawn log=axes.is_log()>
                <a class="small" href=json>"Its points as JSON"</a>
            </Curves>
        </div>
    }
    .into_any()
}

/// What came of it, in a line.
fn finding(key: &str, points: &[Metric]) -> String {
    let numbers = || points.iter().filter(|point| point.value.is_finite());
    let Some(last) = numbers().next_back() else { return format!("{key} was never a number") };
    let low = numbers().min_by(|a, b| a.value.total_cmp(&b.value));
    let high = numbers().max_by(|a, b| a.value.total_cmp(&b.value));
    let best = match says::more_is_better(key) {
        Some(true) => high,
        Some(false) => low,
        None => None,
    };
    match best {
        Some(best) if best.step != last.step => {
            format!("{key} was best at step {}: {}", best.step, says::number(best.value))
        }
        Some(_) => format!("{key} was best at its end: {}", says::number(last.value)),
        None => format!("{key} ended at {}", says::number(last.value)),
    }
}

fn newest(run: &Run, machine: bool) -> Option<AnyView> {
    let of_kind: Vec<&Metric> = run.metrics.iter().filter(|metric| is_machine(&metric.key) == machine).collect();
    if of_kind.is_empty() {
        return None;
    }
    let total = of_kind.len() as u64;
    let rows = of_kind.into_iter().map(|metric| {
        let href = super::address_of_metric(run.info.id, &metric.key);
        view! {
            <tr>
                <th scope="row" class="mono wrap"><a href=href>{metric.key.clone()}</a></th>
                <td class="num" title=metric.value.to_string()>{says::number(metric.value)}</td>
                <td class="num">{metric.step}</td>
                <td class="nowrap wide-only">{says::moment(metric.timestamp_ms)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let head = || {
        view! {
            <th scope="col">"Metric"</th>
            <th scope="col" class="num">"Newest value"</th>
            <th scope="col" class="num">"Step"</th>
            <th scope="col" class="wide-only">"At (UTC)"</th>
        }
    };
    let noun = if total == 1 { "metric" } else { "metrics" };
    let caption = if machine { "Newest value of each system metric" } else { "Newest value of each metric" };
    let foot = move || view! { <TableFoot total=total noun=noun/> };
    Some(view! { <Table caption=caption head=head foot=foot>{rows}</Table> }.into_any())
}
