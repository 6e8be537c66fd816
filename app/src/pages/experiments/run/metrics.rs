//! The newest value of each metric, and curves of those that moved.

use super::address_of;
use crate::address::{address, one};
use crate::load::Asked;
use crate::pages::experiments::says;
use chorale_model::Fault;
use chorale_model::experiments::{Curve as Points, Metric, Run};
use chorale_platform::experiments;
use chorale_ui::number::counted;
use chorale_ui::{Curve, Curves, Empty, Icon, Segmented, Table, TableFoot};
use leptos::prelude::*;

/// Curves of one page; the others are a link away.
const MOST_CURVES: usize = 12;
/// Twice as many points as a figure has columns.
const POINTS: i64 = 600;

pub struct Shown {
    /// The one that was asked for; empty: the first that moved.
    metric: String,
    by_time: bool,
    log: bool,
    curves: Vec<(String, Points)>,
}

async fn curve(asked: &Asked, run: &Run, key: &str) -> Result<Points, Fault> {
    let curves = experiments::curves(&asked.ctx, &[run.info.id], key, POINTS).await?;
    Ok(curves.into_iter().next().unwrap_or_default())
}

/// What the address asks for. Metrics that have one value have no curve.
pub async fn load(asked: &Asked, run: &Run) -> Result<Shown, Fault> {
    let metric = one(&asked.query, "metric").unwrap_or_default();
    let wanted: Vec<&str> = match metric.as_str() {
        "" => in_order(&run.metrics).into_iter().take(MOST_CURVES).collect(),
        one => vec![one],
    };
    let loaded = futures::future::try_join_all(wanted.iter().map(|key| curve(asked, run, key))).await?;
    let curves = wanted.into_iter().map(str::to_owned).zip(loaded).filter(|(_, points)| points.logged > 0);
    let curves = match metric.is_empty() {
        true => curves.filter(|(_, points)| points.logged > 1).collect(),
        false => curves.collect(),
    };
    Ok(Shown { curves, by_time: asked.word("x") == "time", log: asked.word("scale") == "log", metric })
}

/// Those that moved before those that stand at their first step, a machine's own last.
fn in_order(metrics: &[Metric]) -> Vec<&str> {
    let mut keys: Vec<(bool, bool, &str)> =
        metrics.iter().map(|one| (one.key.starts_with("system/"), one.step == 0, one.key.as_str())).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, _, key)| key).collect()
}

pub fn draw(run: &Run, shown: Shown) -> AnyView {
    let Shown { metric, by_time, log, curves } = shown;
    let path = address_of(run.info.id);
    let at = |metric: &str, by_time: bool, log: bool| {
        let pairs =
            [("metric", metric), ("x", if by_time { "time" } else { "" }), ("scale", if log { "log" } else { "" })];
        format!("{}#curves", address(&path, pairs))
    };
    let axes = vec![
        ("Steps".to_owned(), at(&metric, false, log), !by_time),
        ("Time".to_owned(), at(&metric, true, log), by_time),
    ];
    let scales = vec![
        ("Linear".to_owned(), at(&metric, by_time, false), !log),
        ("Logarithmic".to_owned(), at(&metric, by_time, true), log),
    ];
    let figures = curves.iter().map(|(key, points)| figure(run, key, points, by_time, log)).collect_view();
    let all = (!metric.is_empty()).then(|| view! { <p><a href=at("", by_time, log)>"All curves"</a></p> });
    let drawn = match (curves.is_empty(), run.metrics.is_empty()) {
        (_, true) => view! { <div class="panel"><Empty icon=Icon::Info title="No metric was logged" text="mlflow.log_metric(\"loss\", 0.1, step=1) is here at once."/></div> }.into_any(),
        (true, false) => view! { <p class="dense ink-2">"Each metric has one value; a curve needs two."</p> }.into_any(),
        (false, _) => view! { <div class="grid">{figures}</div> }.into_any(),
    };
    let controls = (!curves.is_empty()).then(|| {
        view! { <span class="row push"><Segmented label="X axis" items=axes/><Segmented label="Scale" items=scales/></span> }
    });
    view! {
        <section aria-labelledby="curves" class="curves">
            <div class="section-head"><h2 id="curves">"Metrics"</h2>{all}{controls}</div>
            <div class="stack gap-6">
                {drawn}
                {newest(run)}
            </div>
        </section>
    }
    .into_any()
}

fn figure(run: &Run, key: &str, points: &Points, by_time: bool, log: bool) -> AnyView {
    let seconds = |ms: i64| ms.saturating_sub(run.info.started_ms) as f64 / 1_000.0;
    let mut places: Vec<(f64, f64)> = points
        .points
        .iter()
        .map(|point| (if by_time { seconds(point.timestamp_ms) } else { point.step as f64 }, point.value))
        .collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let unit = if by_time { "seconds since the start" } else { "step" };
    let logged = points.logged.unsigned_abs();
    let thinned = match points.points.len() as u64 {
        shown if shown < logged => format!(" · {shown} drawn, every extreme among them"),
        _ => String::new(),
    };
    let note =
        format!("n = {}{thinned}{}", counted(logged, "point", "points"), if log { " · logarithmic" } else { "" });
    let curve = Curve { label: key.to_owned(), colour: 0, points: places, logged };
    let json = address(&format!("/api/v1/runs/{}/metrics", run.info.id), [("key", key), ("most", "10000")]);
    view! {
        <Curves title=finding(key, &points.points) note=note unit=unit curves=vec![curve] log=log>
            <a class="small" href=json>"Its points as JSON"</a>
        </Curves>
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

fn newest(run: &Run) -> Option<AnyView> {
    if run.metrics.is_empty() {
        return None;
    }
    let total = run.metrics.len() as u64;
    let rows = run.metrics.iter().map(|metric| {
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
    let foot = move || view! { <TableFoot total=total noun=noun/> };
    Some(view! { <Table caption="Newest value of each metric" head=head foot=foot>{rows}</Table> }.into_any())
}
