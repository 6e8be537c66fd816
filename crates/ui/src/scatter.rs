//! Things as points between two axes, with a colour for a third. Each leads to what it is.

use crate::dimension::{Dimension, Thing, things_table, told};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const LEFT: f64 = 64.0;
const RIGHT: f64 = 412.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 252.0;

/// Points. Those without a value on one of the axes are not drawn; `note` says how many there are. What the dimensions have
/// beyond `things` is a cloud behind them: thousands of points as one shape for each colour, each place once.
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
    let radius = if x.texts.len() > things.len() { "2.5" } else { "3.5" };
    let points = drawn.iter().filter_map(|at| {
        let (cx, cy) = (across(x.place(*at)?), up(y.place(*at)?));
        let tint = colour.as_ref().map_or_else(|| "c1".to_owned(), |colour| colour.tint(*at));
        let (thing, says) = (&things[*at], told(&things[*at], *at, &dimensions));
        Some(view! {
            <a href=thing.href.clone() tabindex="-1" aria-label=thing.label.clone()>
                <circle class=format!("dot {tint}") cx=format!("{cx:.1}") cy=format!("{cy:.1}") r=radius><title>{says}</title></circle>
            </a>
        })
    });
    let points = points.collect_view();
    let mut cloud: BTreeMap<String, BTreeSet<(i32, i32)>> = BTreeMap::new();
    for at in things.len()..x.texts.len() {
        if let (Some(x), Some(y)) = (x.place(at), y.place(at)) {
            let tint = colour.as_ref().map_or_else(|| "c1".to_owned(), |colour| colour.tint(at));
            cloud.entry(tint).or_default().insert((across(x).round() as i32, up(y).round() as i32));
        }
    }
    let cloud = cloud.into_iter().map(|(tint, places)| {
        let mut d = String::with_capacity(10 * places.len());
        for (x, y) in places {
            d.push_str(&format!("M{x} {y}h0"));
        }
        view! { <path class=format!("cloud {tint}") d=d></path> }
    });
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
    let tabled = if x.texts.len() > things.len() { "the linked points are" } else { "every point is" };
    let spoken = format!("{title}, {note}; {tabled} in the data table");
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
                {cloud.collect_view()}
                {points}
            </svg>
            {legend}
            {things_table(&things, &drawn, &dimensions)}
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_the_links_is_a_cloud_of_each_place_once() {
        let words = |all: &[&str]| all.iter().map(|text| Some((*text).to_owned())).collect::<Vec<_>>();
        let numbers = |all: [f64; 6]| all.iter().map(|number| Some(number.to_string())).collect::<Vec<_>>();
        let things = vec![Thing { label: "first".into(), href: "/runs/1".into() }];
        let mut across = numbers([0.0, 0.0, 1.0, 1.000_001, 0.5, 0.7]);
        across[5] = None;
        let x = Dimension::of("x", across);
        let y = Dimension::of("y", numbers([0.0, 0.0, 1.0, 1.0, 0.5, 0.5]));
        let colour = Dimension::of("kind", words(&["a", "a", "b", "b", "b", "b"]));
        let html = view! { <Scatter title="t" note="n" things=things x=x y=y colour=Some(colour)/> }.to_html();
        assert_eq!(html.matches("<circle").count(), 1, "{html}");
        let clouds: Vec<&str> = html.split("<path").filter(|path| path.contains("cloud c")).collect();
        let found = |tint: &str| clouds.iter().find(|path| path.contains(tint)).map(|path| path.matches("h0").count());
        assert_eq!(clouds.len(), 2, "one shape for each colour: {html}");
        assert_eq!((found("cloud c1"), found("cloud c2")), (Some(1), Some(2)), "two lie on one place: {html}");
    }
}
