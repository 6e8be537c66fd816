//! Lineage as a picture that the server draws: what was read on the left, aliases on the right, each a link; and the same as a
//! table, for whoever reads rather than looks.

use crate::pages::registered;
use crate::pages::retraining::version_path;
use chorale_model::experiments::{Lineage, LineageEdge, LineageKind, LineageNode};
use leptos::prelude::*;
use std::collections::HashMap;

const WIDE: f64 = 168.0;
const HIGH: f64 = 44.0;
const BETWEEN: f64 = 48.0;
const UNDER: f64 = 12.0;
/// Signs of a title that a box has room for.
const ROOM: usize = 24;

pub fn draw(lineage: &Lineage, json: &str) -> AnyView {
    if lineage.edges.is_empty() {
        return view! {
            <section aria-labelledby="lineage-h">
                <div class="section-head"><h2 id="lineage-h">"Lineage"</h2></div>
                <p class="dense ink-2">"Nothing is known of where it came from or what came of it: no dataset, model or version is named beside it."</p>
            </section>
        }
        .into_any();
    }
    let more = lineage.has_more.then_some(" There is more: only the newest runs and versions are drawn.");
    let json = json.to_owned();
    view! {
        <section aria-labelledby="lineage-h">
            <div class="section-head"><h2 id="lineage-h">"Lineage"</h2><p>"from data to alias, as runs and versions name each other"</p></div>
            <figure class="chart">
                <figcaption>{finding(lineage)}<small>"an arrow leads from what was there to what came of it; digests and ids pin what was used." {more}</small></figcaption>
                {picture(lineage)}
                {table(lineage)}
            </figure>
            <p class="hint">"Programs read "<a href=json>"the same as JSON"</a>", with every id."</p>
        </section>
    }
    .into_any()
}

/// What the picture says, in a sentence.
fn finding(lineage: &Lineage) -> String {
    let titles = |kind: LineageKind| -> Vec<&str> {
        lineage.nodes.iter().filter(|node| node.kind == kind).map(|node| node.title.as_str()).collect()
    };
    let (data, aliases) = (titles(LineageKind::Dataset), titles(LineageKind::Alias));
    let versions = titles(LineageKind::Version).len();
    let from = match data.as_slice() {
        [] => "No dataset is named".to_owned(),
        [one] => format!("Trained on {one}"),
        [first, rest @ ..] => format!("Trained on {first} and {} more", rest.len()),
    };
    let to = match (versions, aliases.as_slice()) {
        (0, _) => "no version came of it".to_owned(),
        (1, []) => "one version came of it, which no alias stands for".to_owned(),
        (n, []) => format!("{n} versions came of it, which no alias stands for"),
        (_, names) => format!("stands behind {}", names.join(", ")),
    };
    format!("{from}; {to}.")
}

/// Where the box of each node is: columns of its layer, those that have none left out.
fn places(lineage: &Lineage) -> (HashMap<&str, (f64, f64)>, f64, f64) {
    let mut layers: Vec<i64> = lineage.nodes.iter().map(|node| node.layer).collect();
    layers.dedup();
    let column = |layer: i64| lineage.nodes.iter().filter(move |node| node.layer == layer);
    let tall = |many: usize| many as f64 * (HIGH + UNDER) - UNDER;
    let high = layers.iter().map(|layer| tall(column(*layer).count())).fold(0.0, f64::max);
    let mut places = HashMap::new();
    for (at, layer) in layers.iter().enumerate() {
        let top = (high - tall(column(*layer).count())) / 2.0;
        for (row, node) in column(*layer).enumerate() {
            let place = (1.0 + at as f64 * (WIDE + BETWEEN), 1.0 + top + row as f64 * (HIGH + UNDER));
            places.insert(node.id.as_str(), place);
        }
    }
    let wide = layers.len() as f64 * (WIDE + BETWEEN) - BETWEEN;
    (places, wide + 2.0, high + 2.0)
}

fn picture(lineage: &Lineage) -> AnyView {
    let (places, wide, high) = places(lineage);
    let edges = lineage.edges.iter().map(|edge| arrow(edge, &places)).collect_view();
    let boxes = lineage.nodes.iter().map(|node| drawn(node, places[node.id.as_str()])).collect_view();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="The picture of the lineage">
            <svg class="plot" width=wide height=high viewBox=format!("0 0 {wide} {high}") role="group" aria-label=finding(lineage)>
                {edges}
                {boxes}
            </svg>
        </div>
    }
    .into_any()
}

/// A line that ends in an arrow's head.
fn arrow(edge: &LineageEdge, places: &HashMap<&str, (f64, f64)>) -> Option<AnyView> {
    let ((fx, fy), (tx, ty)) = (places.get(edge.from.as_str())?, places.get(edge.to.as_str())?);
    let (x, y, to_x, to_y) = (fx + WIDE, fy + HIGH / 2.0, tx - 2.0, ty + HIGH / 2.0);
    let middle = (to_x - x) / 2.0;
    let line = format!(
        "M{x:.1} {y:.1}C{:.1} {y:.1} {:.1} {to_y:.1} {to_x:.1} {to_y:.1}M{:.1} {:.1}L{to_x:.1} {to_y:.1}L{:.1} {:.1}",
        x + middle,
        to_x - middle,
        to_x - 5.0,
        to_y - 4.0,
        to_x - 5.0,
        to_y + 4.0
    );
    Some(view! { <path class="axis" d=line><title>{edge.how.clone()}</title></path> }.into_any())
}

fn drawn(node: &LineageNode, (x, y): (f64, f64)) -> AnyView {
    let whole = format!("{} {}, {}", node.kind.word(), node.title, node.pin);
    let (title, pin) = (cut(&node.title), cut(&format!("{} · {}", node.kind.word(), short(node))));
    // The one that was asked for has a stronger frame.
    let frame = if node.is_here { "line" } else { "axis" };
    let inside = view! {
        <title>{whole}</title>
        <rect class=frame x=x y=y width=WIDE height=HIGH rx="4"></rect>
        <text class="em" x=x + 8.0 y=y + 18.0>{title}</text>
        <text x=x + 8.0 y=y + 34.0>{pin}</text>
    };
    match href(node) {
        Some(href) => view! { <a href=href>{inside}</a> }.into_any(),
        None => view! { <g>{inside}</g> }.into_any(),
    }
}

/// Of an id the beginning, as far as it tells two of them apart.
fn short(node: &LineageNode) -> String {
    match node.kind {
        LineageKind::Run | LineageKind::LoggedModel => node.pin.chars().take(10).collect(),
        _ => node.pin.clone(),
    }
}

fn cut(text: &str) -> String {
    match text.chars().count() > ROOM {
        true => format!("{}…", text.chars().take(ROOM - 1).collect::<String>()),
        false => text.to_owned(),
    }
}

/// The page of what has one.
fn href(node: &LineageNode) -> Option<String> {
    match (node.run, &node.model, node.version) {
        (Some(run), _, _) => Some(format!("/runs/{run}")),
        (None, Some(name), Some(version)) => Some(version_path(name, version)),
        (None, Some(name), None) => Some(format!("{}#aliases", registered::address_of(name))),
        _ => None,
    }
}

fn table(lineage: &Lineage) -> AnyView {
    let named = |id: &str| {
        let Some(node) = lineage.find(id) else { return ().into_any() };
        let text = format!("{} {}", node.kind.word(), node.title);
        let name = match href(node) {
            Some(href) => view! { <a href=href>{text}</a> }.into_any(),
            None => text.into_any(),
        };
        view! { {name}<div class="hint mono wrap">{node.pin.clone()}</div> }.into_any()
    };
    let rows = lineage.edges.iter().map(|edge| {
        view! { <tr><td>{named(&edge.from)}</td><td>{edge.how.clone()}</td><td>{named(&edge.to)}</td></tr> }
    });
    view! {
        <details>
            <summary>"As a table"</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Lineage as a table">
                <table class="table">
                    <thead><tr><th scope="col">"From"</th><th scope="col">"How"</th><th scope="col">"To"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_columns_and_those_without_anything_are_left_out() {
        let node = |id: &str, kind, layer| LineageNode {
            id: id.into(),
            kind,
            title: id.into(),
            pin: String::new(),
            layer,
            is_here: false,
            run: None,
            logged_model: None,
            model: None,
            version: None,
        };
        let nodes = vec![
            node("a", LineageKind::Dataset, 0),
            node("b", LineageKind::Dataset, 0),
            node("run", LineageKind::Run, 1),
            node("version", LineageKind::Version, 3),
        ];
        let lineage = Lineage { nodes, ..Lineage::default() };
        let (places, wide, high) = places(&lineage);
        assert_eq!((wide, high), (3.0 * WIDE + 2.0 * BETWEEN + 2.0, 2.0 * HIGH + UNDER + 2.0));
        assert_eq!(places["version"].0 - places["run"].0, WIDE + BETWEEN, "no column is empty");
        assert!(
            places["a"].1 < places["run"].1 && places["run"].1 < places["b"].1,
            "the smaller column is in the middle"
        );
        assert_eq!(finding(&lineage), "Trained on a and 1 more; one version came of it, which no alias stands for.");
    }
}
