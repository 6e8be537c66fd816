//! Shares with their intervals over an ordered axis: how right something is, and how sure that is.

use crate::chart::data_table;
use crate::number::count;
use leptos::prelude::*;

/// One place on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct IntervalPoint {
    pub label: String,
    /// Share, low, high and of how many; None: of nothing.
    pub share: Option<(f64, f64, f64, u64)>,
}

/// Points with whiskers from 0 to 100%, in the order of the axis. `unit` names what is on it.
#[component]
pub fn Intervals(
    #[prop(into)] title: String,
    #[prop(into)] note: String,
    #[prop(into)] unit: String,
    points: Vec<IntervalPoint>,
    /// A share that is promised, with its words: a dashed line.
    promised: Option<(f64, String)>,
    /// From this part of the axis on, 0 to 1, with its words: shaded.
    from: Option<(f64, String)>,
) -> impl IntoView {
    const LEFT: f64 = 34.0;
    const WIDE: f64 = 440.0;
    const HIGH: f64 = 170.0;
    const TOP: f64 = 18.0;
    let y = |share: f64| TOP + (HIGH - TOP) * (1.0 - share.clamp(0.0, 1.0));
    let x = |part: f64| LEFT + (WIDE - LEFT) * part;
    let step = 1.0 / points.len().max(1) as f64;
    let grid = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| {
        view! {
            <path class="grid-line" d=format!("M{LEFT} {:.1}h{:.1}", y(share), WIDE - LEFT)></path>
            <text x=LEFT - 5.0 y=format!("{:.1}", y(share) + 4.0) text-anchor="end">{format!("{:.0}%", share * 100.0)}</text>
        }
    });
    let shade = from.map(|(part, words)| {
        let at = x(part.clamp(0.0, 1.0));
        let (anchor, inside) = if part > 0.6 { ("end", at - 4.0) } else { ("start", at + 4.0) };
        view! {
            <rect class="area c3" x=format!("{at:.1}") y=TOP width=format!("{:.1}", WIDE - at) height=HIGH - TOP></rect>
            <path class="axis" d=format!("M{at:.1} {TOP}V{HIGH}")></path>
            <text class="lab" x=format!("{inside:.1}") y="11" text-anchor=anchor>{words}</text>
        }
    });
    let promise = promised.map(|(share, words)| {
        view! {
            <path class="dash" d=format!("M{LEFT} {:.1}h{:.1}", y(share), WIDE - LEFT)></path>
            <text class="lab" x=LEFT + 4.0 y=format!("{:.1}", y(share) + 13.0)>{words}</text>
        }
    });
    let marks = points.iter().enumerate().filter_map(|(place, point)| {
        let (share, low, high, of) = point.share?;
        let at = x(step * (place as f64 + 0.5));
        let said = format!("{}: {}", point.label, words_of(share, low, high, of));
        Some(view! {
            <g>
                <title>{said}</title>
                <path class="whisk c1" d=format!("M{at:.1} {:.1}V{:.1}", y(high), y(low))></path>
                <circle class="dot c1" cx=format!("{at:.1}") cy=format!("{:.1}", y(share)) r="3.5"></circle>
            </g>
        })
    });
    let ends = points.first().zip(points.last()).map(|(first, last)| {
        view! {
            <text x=LEFT y=HIGH + 14.0>{first.label.clone()}</text>
            <text x=WIDE y=HIGH + 14.0 text-anchor="end">{last.label.clone()}</text>
        }
    });
    let spoken = format!("{title}, {note}");
    view! {
        <figure class="chart">
            <figcaption>{title.clone()}<small>{note}</small></figcaption>
            <svg class="plot" viewBox=format!("0 0 {WIDE} {}", HIGH + 18.0) role="img" aria-label=spoken>
                {shade}
                {grid.collect_view()}
                {promise}
                {marks.collect_view()}
                {ends}
                <text x=format!("{:.1}", x(0.5)) y=HIGH + 14.0 text-anchor="middle">{unit.clone()}</text>
            </svg>
            {table(&unit, points)}
        </figure>
    }
    .into_any()
}

fn percent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}

fn words_of(share: f64, low: f64, high: f64, of: u64) -> String {
    format!("{} ({} to {}), n = {}", percent(share), percent(low), percent(high), count(of))
}

fn table(unit: &str, points: Vec<IntervalPoint>) -> AnyView {
    let row = |point: IntervalPoint| {
        let (share, low, high, of) = point.share?;
        Some(vec![point.label, percent(share), format!("{} to {}", percent(low), percent(high)), count(of)])
    };
    data_table(&[unit, "Share", "95% interval", "n"], points.into_iter().filter_map(row).collect())
}
