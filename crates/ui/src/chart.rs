//! Charts drawn on the server as SVG figures: the title states the finding, n is shown, axes carry units,
//! and the data stand in a table under `<details>`. Beyond 5,000 points use a canvas instead.

use crate::number::count;
use leptos::prelude::*;

/// A share of a whole as a small bar, `part` from 0 to 1.
#[component]
pub fn Bar(part: f64, #[prop(into)] label: String) -> impl IntoView {
    view! {
        <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=label>
            <rect width=format!("{:.1}", 100.0 * part.clamp(0.0, 1.0)) height="6"></rect>
        </svg>
    }
    .into_any()
}

/// Parts of a whole in one bar: each is its words, its count and its category colour (0: nothing is there). Their
/// numbers stand beside it, so the bar itself is read as one sentence.
#[component]
pub fn Shares(total: u64, parts: Vec<(&'static str, u64, u8)>) -> impl IntoView {
    let spoken = parts.iter().map(|(words, n, _)| format!("{words} {}", count(*n))).collect::<Vec<_>>().join(", ");
    let whole = total.max(1) as f64;
    let mut left = 0.0;
    let rects = parts.into_iter().filter(|(_, n, tint)| *n > 0 && *tint > 0).map(|(_, n, tint)| {
        let (x, width) = (left, 100.0 * n as f64 / whole);
        left += width;
        view! { <rect class=format!("c{tint}") x=format!("{x:.2}") width=format!("{width:.2}") height="6"></rect> }
    });
    view! {
        <svg class="bar" data-size="full" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=spoken>
            {rects.collect_view()}
        </svg>
    }
    .into_any()
}

/// Horizontal bars with direct labels: categories by count.
#[component]
pub fn BarList(
    /// The finding, as a sentence.
    #[prop(into)]
    title: String,
    /// What was counted: `n = 20 samples from 10 patients`.
    #[prop(into)]
    note: String,
    rows: Vec<(String, u64)>,
) -> impl IntoView {
    let max = rows.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1) as f64;
    let height = 36 * rows.len() + 4;
    let bars = rows.iter().enumerate().map(|(i, (label, n))| {
        let top = 36 * i;
        let width = 330.0 * *n as f64 / max;
        view! {
            <text class="lab" x="0" y=top + 15>{label.clone()}</text>
            <rect class="col c1" x="0" y=top + 20 width=format!("{width:.1}") height="9" rx="1.5"></rect>
            <text class="em" x=format!("{:.1}", width + 8.0) y=top + 28>{count(*n)}</text>
        }
    });
    let spoken = rows.iter().map(|(label, n)| format!("{label}: {n}")).collect::<Vec<_>>().join(", ");
    view! {
        <figure class="chart">
            <figcaption>{title}<small>{note}</small></figcaption>
            <svg class="plot" viewBox=format!("0 0 420 {height}") role="img" aria-label=spoken>{bars.collect_view()}</svg>
            {counts("Category", rows)}
        </figure>
    }
    .into_any()
}

/// Columns over an ordered axis, such as samples per year. `unit` names what is on the axis.
#[component]
pub fn Histogram(
    #[prop(into)] title: String,
    #[prop(into)] note: String,
    #[prop(into)] unit: String,
    columns: Vec<(String, u64)>,
    /// Without caption and table, for a facet.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let (width, height) = if small { (216.0, 44.0) } else { (420.0, 120.0) };
    let max = columns.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1) as f64;
    let step = width / columns.len().max(1) as f64;
    let bars = columns.iter().enumerate().map(|(i, (label, n))| {
        let tall = (height - 4.0) * *n as f64 / max;
        view! {
            <rect
                class="col"
                x=format!("{:.1}", step * i as f64 + step * 0.07)
                y=format!("{:.1}", height - tall)
                width=format!("{:.1}", step * 0.86)
                height=format!("{tall:.1}")
            >
                <title>{format!("{label}: {n}")}</title>
            </rect>
        }
    });
    let ends = columns.first().zip(columns.last()).map(|(first, last)| {
        view! {
            <text x="0" y=height + 13.0>{first.0.clone()}</text>
            <text x=width y=height + 13.0 text-anchor="end">{last.0.clone()}</text>
        }
    });
    let label = format!("{title}, {note}");
    let plot = view! {
        <svg class="plot" viewBox=format!("0 0 {width} {}", height + 16.0) role="img" aria-label=label>
            <path class="axis" d=format!("M0 {}h{width}", height + 0.5)></path>
            {bars.collect_view()}
            {ends}
        </svg>
    };
    if small {
        return view! { <div class="facet-plot">{plot}</div> }.into_any();
    }
    view! {
        <figure class="chart">
            <figcaption>{title}<small>{note}</small></figcaption>
            {plot}
            {counts(&unit, columns)}
        </figure>
    }
    .into_any()
}

fn counts(head: &str, rows: Vec<(String, u64)>) -> AnyView {
    data_table(&[head, "Count"], rows.into_iter().map(|(label, n)| vec![label, count(n)]).collect())
}

/// What a figure shows, as a table: the first column names, the others are numbers.
pub fn data_table(heads: &[&str], rows: Vec<Vec<String>>) -> AnyView {
    let heads =
        heads.iter().enumerate().map(|(n, head)| view! { <th scope="col" class:num={n > 0}>{(*head).to_owned()}</th> });
    let rows = rows.into_iter().map(|cells| {
        let mut cells = cells.into_iter();
        let name = cells.next();
        let numbers = cells.map(|text| view! { <td class="num">{text}</td> });
        view! { <tr><th scope="row">{name}</th>{numbers.collect_view()}</tr> }
    });
    view! {
        <details>
            <summary>"Data table"</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Data table">
                <table class="table">
                    <thead><tr>{heads.collect_view()}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// A line without axes, inside a row; its number stands beside it. From the lowest to the highest point, or over
/// `range` where lines of several rows are compared.
#[component]
pub fn Sparkline(points: Vec<f64>, #[prop(optional)] range: Option<(f64, f64)>) -> impl IntoView {
    let fitted = || points.iter().fold((f64::MAX, f64::MIN), |(low, high), p| (low.min(*p), high.max(*p)));
    let (low, high) = range.unwrap_or_else(fitted);
    let span = if high > low { high - low } else { 1.0 };
    let last = points.len().saturating_sub(1).max(1) as f64;
    let path = points
        .iter()
        .enumerate()
        .map(|(i, p)| format!("{:.1},{:.1}", 96.0 * i as f64 / last, 18.0 - 16.0 * (p - low) / span))
        .collect::<Vec<_>>()
        .join(" ");
    view! {
        <svg class="spark" viewBox="0 0 96 20" preserveAspectRatio="none" aria-hidden="true">
            <path class="area" d=format!("M{path} L96,20 L0,20z")></path>
            <path class="line" d=format!("M{path}")></path>
        </svg>
    }
    .into_any()
}
