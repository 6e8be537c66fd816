//! Things as lines over several axes that stand beside each other. The last axis gives the colour.

use crate::dimension::{Dimension, Thing, things_table, told};
use leptos::prelude::*;

const APART: f64 = 130.0;
const LEFT: f64 = 90.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 264.0;

/// Lines. Where a thing has no value its line has a gap.
#[component]
pub fn Parallel(
    #[prop(into)] title: String,
    #[prop(into)] note: String,
    things: Vec<Thing>,
    axes: Vec<Dimension>,
) -> impl IntoView {
    let across = |n: usize| LEFT + APART * n as f64;
    let up = |place: f64| BOTTOM - (BOTTOM - TOP) * place;
    let wide = across(axes.len().saturating_sub(1)) + 40.0;
    let every: Vec<&Dimension> = axes.iter().collect();
    let drawn: Vec<usize> = (0..things.len()).collect();
    let lines = drawn.iter().map(|at| {
        let tint = axes.last().map_or_else(String::new, |last| last.tint(*at));
        let (thing, says) = (&things[*at], told(&things[*at], *at, &every));
        let path = path(&axes, *at, across, up);
        view! {
            <a href=thing.href.clone() tabindex="-1" aria-label=thing.label.clone()>
                <path class=format!("line {tint}") d=path><title>{says}</title></path>
            </a>
        }
    });
    let lines = lines.collect_view();
    let rules = axes.iter().enumerate().map(|(n, axis)| {
        let x = across(n);
        let marks = axis.marks().into_iter().map(|(place, text)| {
            view! { <text class="halo" x=format!("{:.1}", x - 6.0) y=format!("{:.1}", up(place) + 4.0) text-anchor="end">{text}</text> }
        });
        view! {
            <path class="axis" d=format!("M{x} {TOP}V{BOTTOM}")></path>
            {marks.collect_view()}
            <text class="lab" x=x y="14" text-anchor="middle">{axis.label.clone()}</text>
        }
    });
    let rules = rules.collect_view();
    let spoken = format!("{title}, {note}; every line is in the data table");
    let legend = axes.last().map(Dimension::legend);
    view! {
        <figure class="chart parallel">
            <figcaption>{title}<small>{note}</small></figcaption>
            <div class="scroll" tabindex="0" role="region" aria-label="Axes beside each other">
                <svg class="plot" viewBox=format!("0 0 {wide} 274") width=wide height="274" role="group" aria-label=spoken>
                    {lines}
                    {rules}
                </svg>
            </div>
            {legend}
            {things_table(&things, &drawn, &every)}
        </figure>
    }
    .into_any()
}

/// A line through the axes; a value beside two gaps is a short stroke on its axis.
fn path(axes: &[Dimension], at: usize, across: impl Fn(usize) -> f64, up: impl Fn(f64) -> f64) -> String {
    let places: Vec<Option<f64>> = axes.iter().map(|axis| axis.place(at)).collect();
    let mut path = String::new();
    for (n, place) in places.iter().enumerate() {
        let Some(place) = place else { continue };
        let (x, y) = (across(n), up(*place));
        let before = n > 0 && places[n - 1].is_some();
        let after = places.get(n + 1).is_some_and(Option::is_some);
        match (before, after) {
            (true, _) => path.push_str(&format!("L{x:.1},{y:.1}")),
            (false, true) => path.push_str(&format!("M{x:.1},{y:.1}")),
            (false, false) => path.push_str(&format!("M{:.1},{y:.1}h8", x - 4.0)),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_gap_where_there_is_no_value() {
        let axis = |values: [&str; 2]| {
            Dimension::of("a", values.map(|text| Some(text.to_owned()).filter(|text| !text.is_empty())).to_vec())
        };
        let axes = [axis(["0", "1"]), axis(["1", "0"]), axis(["", "1"]), axis(["0", "1"])];
        let drawn = |at| path(&axes, at, |n| n as f64, |place| place);
        assert_eq!(drawn(0), "M0.0,0.0L1.0,1.0M-1.0,0.0h8");
        assert_eq!(drawn(1).matches('L').count(), 3);
    }
}
