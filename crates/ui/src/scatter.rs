//! Things as points between two axes, with a colour for a third. Each leads to what it is.

use crate::dimension::{Dimension, Thing, things_table, told};
use leptos::prelude::*;

const LEFT: f64 = 64.0;
const RIGHT: f64 = 412.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 252.0;

/// Points. Those without a value on one of the axes are not drawn; `note` says how many there are.
#[component]
pub fn Scatter(
    #[prop(into)] title: String,
    #[prop(into)] note: String,
    things: Vec<Thing>,
    x: Dimension,
    y: Dimension,
    #[prop(optional_no_strip)] colour: Option<Dimension>,
) -> impl IntoView {
    let drawn: Vec<usize> = (0..things.len()).filter(|at| x.place(*at).is_some() && y.place(*at).is_some()).collect();
    let dimensions: Vec<&Dimension> = [&x, &y].into_iter().chain(&colour).collect();
    let across = |place: f64| LEFT + (RIGHT - LEFT) * place;
    let up = |place: f64| BOTTOM - (BOTTOM - TOP) * place;
    let points = drawn.iter().filter_map(|at| {
        let (cx, cy) = (across(x.place(*at)?), up(y.place(*at)?));
        let tint = colour.as_ref().map_or_else(|| "c1".to_owned(), |colour| colour.tint(*at));
        let (thing, says) = (&things[*at], told(&things[*at], *at, &dimensions));
        Some(view! {
            <a href=thing.href.clone() tabindex="-1" aria-label=thing.label.clone()>
                <circle class=format!("dot {tint}") cx=format!("{cx:.1}") cy=format!("{cy:.1}") r="3.5"><title>{says}</title></circle>
            </a>
        })
    });
    let points = points.collect_view();
    let rows = y.marks().into_iter().map(|(place, text)| {
        let y = up(place);
        view! {
            <path class="grid-line" d=format!("M{LEFT} {y:.1}H{RIGHT}")></path>
            <text x=LEFT - 6.0 y=format!("{:.1}", y + 4.0) text-anchor="end">{text}</text>
        }
    });
    let columns = x.marks().into_iter().map(|(place, text)| {
        view! { <text x=format!("{:.1}", across(place)) y="268" text-anchor="middle">{text}</text> }
    });
    let spoken = format!("{title}, {note}; every point is in the data table");
    let legend = colour.as_ref().map(Dimension::legend);
    view! {
        <figure class="chart scatter">
            <figcaption>{title}<small>{note}</small></figcaption>
            <p class="small ink-3">{format!("↑ {}", y.label)}</p>
            <svg class="plot" viewBox="0 0 420 288" role="group" aria-label=spoken>
                {rows.collect_view()}
                {columns.collect_view()}
                <path class="axis" d=format!("M{LEFT} {TOP}V{BOTTOM}.5H{RIGHT}")></path>
                <text x=(LEFT + RIGHT) / 2.0 y="284" text-anchor="middle">{x.label.clone()}</text>
                {points}
            </svg>
            {legend}
            {things_table(&things, &drawn, &dimensions)}
        </figure>
    }
    .into_any()
}
