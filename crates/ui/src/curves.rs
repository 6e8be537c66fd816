//! Lines over steps or time: what a metric did, of one run or of several beside each other.

use crate::chart::data_table;
use crate::number::count;
use leptos::prelude::*;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub label: String,
    /// Which colour it has, from 0: what it shows has the same one in every figure of a page.
    pub colour: usize,
    /// In the order of the axis. What is no finite number is a gap.
    pub points: Vec<(f64, f64)>,
    /// What the points were smoothed from, drawn faint behind them; empty where they are as they were logged.
    pub behind: Vec<(f64, f64)>,
    /// Of how many it was thinned.
    pub logged: u64,
}

impl Curve {
    /// As it was logged.
    pub fn own(&self) -> &[(f64, f64)] {
        if self.behind.is_empty() { &self.points } else { &self.behind }
    }
}

const LEFT: f64 = 46.0;
const RIGHT: f64 = 336.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 188.0;
/// More colours than that nobody tells apart.
const COLOURS: usize = 8;

/// Curves in one figure. `unit` names what is on the axis; with `log` the values stand on a logarithmic scale, on which what
/// is not above zero has no place.
#[component]
pub fn Curves(
    #[prop(into)] title: String,
    #[prop(into)] note: String,
    #[prop(into)] unit: String,
    curves: Vec<Curve>,
    #[prop(optional)] log: bool,
    /// Beneath the table: where all points are.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let scale = Scale::of(&curves, log);
    let lines = curves.iter().map(|curve| line(&scale, curve)).collect_view();
    let labels = labels(&scale, &curves);
    let rows = scale.y_ticks().into_iter().map(|value| {
        let y = scale.y(value);
        view! {
            <path class="grid-line" d=format!("M{LEFT} {y:.1}H{RIGHT}")></path>
            <text x=LEFT - 6.0 y=format!("{:.1}", y + 4.0) text-anchor="end">{short(value)}</text>
        }
    });
    let columns = ticks(scale.x0, scale.x1, 5).into_iter().map(|value| {
        view! { <text x=format!("{:.1}", scale.x(value)) y="204" text-anchor="middle">{short(value)}</text> }
    });
    let spoken = format!("{title}, {note}; {}", curves.iter().map(said).collect::<Vec<_>>().join("; "));
    view! {
        <figure class="chart">
            <figcaption>{title}<small>{note}</small></figcaption>
            <svg class="plot" viewBox="0 0 420 220" role="img" aria-label=spoken>
                {rows.collect_view()}
                {columns.collect_view()}
                <path class="axis" d=format!("M{LEFT} 188.5H{RIGHT}")></path>
                <text x=(LEFT + RIGHT) / 2.0 y="218" text-anchor="middle">{unit}</text>
                {lines}
                {labels}
            </svg>
            {table(curves)}
            {children.map(|children| children())}
        </figure>
    }
    .into_any()
}

/// From values to places.
struct Scale {
    x0: f64,
    x1: f64,
    /// Of the values, or of their logarithms.
    y0: f64,
    y1: f64,
    log: bool,
}

impl Scale {
    fn of(curves: &[Curve], log: bool) -> Scale {
        let points = || curves.iter().flat_map(|curve| curve.behind.iter().chain(&curve.points).copied());
        let (x0, x1) = span(points().filter(|(x, y)| x.is_finite() && has_place(*y, log)).map(|(x, _)| x));
        let (y0, y1) =
            span(points().map(|(_, y)| y).filter(|y| has_place(*y, log)).map(|y| if log { y.log10() } else { y }));
        Scale { x0, x1, y0, y1, log }
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * ((value - self.x0) / (self.x1 - self.x0)).clamp(0.0, 1.0)
    }

    fn y(&self, value: f64) -> f64 {
        let value = if self.log { value.log10() } else { value };
        BOTTOM - (BOTTOM - TOP) * ((value - self.y0) / (self.y1 - self.y0)).clamp(0.0, 1.0)
    }

    /// Values beside which a line is drawn.
    fn y_ticks(&self) -> Vec<f64> {
        if !self.log {
            return ticks(self.y0, self.y1, 4);
        }
        let decades = (self.y0.floor() as i32..=self.y1.ceil() as i32).map(|power| 10_f64.powi(power));
        let inside: Vec<f64> =
            decades.filter(|value| (self.y0 - 1e-9..=self.y1 + 1e-9).contains(&value.log10())).collect();
        match inside.len() {
            0 | 1 => ticks(self.y0, self.y1, 3).into_iter().map(|power| 10_f64.powf(power)).collect(),
            _ => inside,
        }
    }
}

/// MLflow writes what is beyond all numbers as the greatest one.
pub(crate) fn has_place(value: f64, log: bool) -> bool {
    value.abs() < f64::MAX && !value.is_nan() && (!log || value > 0.0)
}

/// The lowest and the highest, never the same.
pub(crate) fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return (0.0, 1.0);
    }
    if low == high {
        let by = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
        return (low - by, high + by);
    }
    (low, high)
}

/// At most about `most` round values between two.
pub(crate) fn ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let rough = (high - low) / most.max(1) as f64;
    if rough <= 0.0 || !rough.is_finite() {
        return Vec::new();
    }
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|by| by * power).find(|step| *step >= rough).unwrap_or(rough);
    let first = (low / step).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    // Beyond the whole numbers of an axis that is all one value there is nothing to mark.
    if last.saturating_sub(first) > 50 {
        return Vec::new();
    }
    (first..=last).map(|n| n as f64 * step).collect()
}

/// A number in as few signs as it takes.
pub(crate) fn short(value: f64) -> String {
    let size = value.abs();
    let text = match size {
        0.0 => "0".to_owned(),
        _ if !(1e-3..1e6).contains(&size) => format!("{value:.1e}"),
        _ => {
            let text = format!("{value:.4}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    };
    text.replace('-', "−")
}

fn line(scale: &Scale, curve: &Curve) -> AnyView {
    let class = match curve.colour < COLOURS {
        true => format!("line c{}", curve.colour + 1),
        false => "line faint".to_owned(),
    };
    let behind = (!curve.behind.is_empty()).then(|| {
        let class = class.replace("line", "line faint");
        view! { <path class=class d=traced(scale, &curve.behind).0></path> }
    });
    let (path, drawn) = traced(scale, &curve.points);
    let alone = (drawn == 1).then(|| curve.points.iter().find(|(_, y)| has_place(*y, scale.log))).flatten();
    let dot = alone.map(|(x, y)| {
        let class = class.replace("line", "dot");
        view! { <circle class=class cx=format!("{:.1}", scale.x(*x)) cy=format!("{:.1}", scale.y(*y)) r="3.5"></circle> }
    });
    view! { <g><title>{said(curve)}</title>{behind}<path class=class d=path></path>{dot}</g> }.into_any()
}

/// A path through points, and how many have a place on it.
fn traced(scale: &Scale, points: &[(f64, f64)]) -> (String, usize) {
    let mut path = String::new();
    let mut joined = false;
    let mut drawn = 0;
    for (x, y) in points {
        if !has_place(*y, scale.log) || !x.is_finite() {
            joined = false;
            continue;
        }
        let sign = if joined { " " } else { "M" };
        path.push_str(&format!("{sign}{:.1},{:.1}", scale.x(*x), scale.y(*y)));
        (joined, drawn) = (true, drawn + 1);
    }
    (path, drawn)
}

/// The name of each line beside its end, none upon another.
fn labels(scale: &Scale, curves: &[Curve]) -> AnyView {
    const HIGH: f64 = 13.0;
    let one_alone = curves.len() == 1;
    let ends = curves.iter().filter(|curve| curve.colour < COLOURS).filter_map(|curve| {
        let (_, y) = curve.points.iter().rfind(|(_, y)| has_place(*y, scale.log))?;
        let text = if one_alone { short(*y) } else { clipped(&curve.label) };
        Some((scale.y(*y), text, curve.colour + 1))
    });
    let mut ends: Vec<(f64, String, usize)> = ends.collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = TOP;
    for end in &mut ends {
        end.0 = end.0.max(free);
        free = end.0 + HIGH;
    }
    let over = (free - HIGH - BOTTOM).max(0.0);
    let texts = ends.into_iter().map(|(y, text, tint)| {
        let y = y - over;
        view! {
            <circle class=format!("dot c{tint}") cx=RIGHT + 8.0 cy=format!("{y:.1}") r="3"></circle>
            <text class="lab" x=RIGHT + 15.0 y=format!("{:.1}", y + 4.0)>{text}</text>
        }
    });
    texts.collect_view().into_any()
}

fn clipped(label: &str) -> String {
    const MOST: usize = 12;
    match label.chars().count() {
        0..=MOST => label.to_owned(),
        _ => label.chars().take(MOST - 1).chain(['…']).collect(),
    }
}

struct Summary {
    first: f64,
    low: f64,
    high: f64,
    last: f64,
}

fn summary(curve: &Curve) -> Option<Summary> {
    let values = || curve.own().iter().map(|(_, y)| *y).filter(|y| !y.is_nan());
    let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    Some(Summary { first: values().next()?, low, high, last: values().next_back()? })
}

fn said(curve: &Curve) -> String {
    match summary(curve) {
        Some(all) => format!("{}: {} to {}, at last {}", curve.label, all.low, all.high, all.last),
        None => format!("{}: no number", curve.label),
    }
}

/// What was logged, and what the last of it was smoothed to.
fn table(curves: Vec<Curve>) -> AnyView {
    let is_smoothed = curves.iter().any(|curve| !curve.behind.is_empty());
    let row = |curve: Curve| {
        let smoothed = is_smoothed.then(|| curve.points.last().map_or_else(|| "–".to_owned(), |(_, y)| y.to_string()));
        let cells = match summary(&curve) {
            Some(all) => [all.first, all.low, all.high, all.last].map(|value| value.to_string()),
            None => [(); 4].map(|()| "–".to_owned()),
        };
        [curve.label, count(curve.logged)].into_iter().chain(cells).chain(smoothed).collect()
    };
    let heads = ["Curve", "Points", "First", "Lowest", "Highest", "Last", "Smoothed"];
    data_table(&heads[..if is_smoothed { 7 } else { 6 }], curves.into_iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(values: &[f64]) -> Curve {
        let points = values.iter().enumerate().map(|(n, y)| (n as f64, *y)).collect();
        Curve { label: "loss".into(), colour: 0, points, behind: vec![], logged: values.len() as u64 }
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks(0.0, 50.0, 5), [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]);
        let tenths: Vec<String> = ticks(0.31, 0.72, 4).into_iter().map(short).collect();
        assert_eq!(tenths, ["0.4", "0.6"]);
        assert!(ticks(1.0, 1.0, 4).is_empty());
        assert!(ticks(0.0, f64::INFINITY, 4).is_empty());
    }

    #[test]
    fn what_is_no_number_is_a_gap_and_moves_no_scale() {
        let scale = Scale::of(&[curve(&[1.0, f64::NAN, 3.0, f64::MAX])], false);
        assert_eq!((scale.y0, scale.y1), (1.0, 3.0));
        assert_eq!((scale.y(3.0), scale.y(1.0)), (TOP, BOTTOM));
        let logged = Scale::of(&[curve(&[0.0, 0.01, 100.0])], true);
        assert_eq!((logged.y0, logged.y1), (-2.0, 2.0));
        assert_eq!(logged.y_ticks(), [0.01, 0.1, 1.0, 10.0, 100.0]);
        let flat = Scale::of(&[curve(&[5.0, 5.0])], false);
        assert!(flat.y0 < 5.0 && flat.y1 > 5.0);
    }
}
