//! The runs of a table as a picture: points between two of its columns, or lines over several. The address says which.

use super::run;
use super::state::{Column, Shape, State, name_of};
use chorale_model::Fault;
use chorale_model::experiments::{Logged, Run, RunKey, RunsPage as Found};
use chorale_platform::{Ctx, experiments};
use chorale_ui::number::{count, counted};
use chorale_ui::{Button, Dimension, Empty, Icon, Parallel, Scatter, Select, Thing};
use leptos::prelude::*;

/// Runs that are drawn as links, the first in the order of the table.
pub const DRAWN: i64 = 1_000;
/// Axes that still stand beside each other.
const MOST_AXES: usize = 12;

/// What all runs have under the columns of a scatter: as many texts for each column as there are runs.
pub type Cloud = Vec<(Column, Vec<Option<String>>)>;

/// Where the table's first runs are not all.
pub async fn cloud(ctx: &Ctx, state: &State, found: &Found, keys: &[RunKey]) -> Result<Option<Cloud>, Fault> {
    if found.total <= found.items.len() as i64 {
        return Ok(None);
    }
    let (Some(x), Some(y)) = axes(state, &state.shown(keys)) else { return Ok(None) };
    let mut columns: Vec<Column> = [x, y].into_iter().chain(state.colour.clone()).collect();
    columns.sort();
    columns.dedup();
    let values = experiments::list_values(ctx, state.experiment, &state.filter, state.life, &columns).await?;
    Ok(Some(columns.into_iter().zip(values).collect()))
}

pub fn draw(
    state: &State,
    found: &Found,
    cloud: Option<&Cloud>,
    keys: &[RunKey],
    columns: &[Column],
    kept: AnyView,
) -> AnyView {
    let things: Vec<Thing> = found.items.iter().map(thing).collect();
    match state.shape {
        Shape::Parallel => parallel(found, columns, things),
        Shape::Scatter | Shape::Table => scatter(state, found, cloud, keys, columns, things, kept),
    }
}

fn thing(run: &Run) -> Thing {
    Thing { label: run.info.name.clone(), href: run::address_of(run.info.id) }
}

/// What the runs have under a column, then all that are behind them.
fn dimension(column: &Column, runs: &[Run], cloud: Option<&Cloud>) -> Dimension {
    let (of, key) = column;
    let own = runs.iter().map(|run| match (run.find_value(*of, key), of) {
        (Some(text), Logged::Param | Logged::Tag) if cloud.is_some() => Some(experiments::cut_value(&text)),
        (found, _) => found.map(String::from),
    });
    let behind =
        cloud.into_iter().flatten().filter(|(one, _)| one == column).flat_map(|(_, texts)| texts.iter().cloned());
    Dimension::of(key.clone(), own.chain(behind).collect())
}

/// How many of the runs are lines.
fn lines(found: &Found) -> String {
    let (shown, total) = (found.items.len() as u64, found.total.unsigned_abs());
    match shown < total {
        true => format!("the first {} of {} runs in the order of the table", count(shown), count(total)),
        false => format!("n = {}", counted(shown, "run", "runs")),
    }
}

/// Which runs are shown, and why some are not drawn.
fn with(shown: String, without: usize, what: &str) -> String {
    match without {
        0 => shown,
        _ => format!("{shown} · {} without {what} not drawn", counted(without as u64, "run", "runs")),
    }
}

fn parallel(found: &Found, columns: &[Column], things: Vec<Thing>) -> AnyView {
    // What the runs were given stands before what came of it, which gives the colour.
    let mut chosen: Vec<&Column> = columns.iter().collect();
    chosen.sort_by_key(|(of, _)| *of == Logged::Metric);
    let dropped = chosen.len().saturating_sub(MOST_AXES);
    let axes: Vec<Dimension> =
        chosen.into_iter().skip(dropped).map(|column| dimension(column, &found.items, None)).collect();
    if axes.len() < 2 {
        return view! { <div class="panel"><Empty icon=Icon::Columns title="Two columns make a picture" text="Choose two or more columns above: each becomes an axis, the last one gives the colour."/></div> }
            .into_any();
    }
    let last = axes.last().map_or_else(String::new, |axis| axis.label.clone());
    let more = match dropped {
        0 => String::new(),
        _ => format!(" · the last {MOST_AXES} of {} columns", MOST_AXES + dropped),
    };
    let note = format!("{}{more}", lines(found));
    view! { <Parallel title=format!("How {} columns meet, coloured by {last}", axes.len()) note=note things=things axes=axes/> }
        .into_any()
}

fn scatter(
    state: &State,
    found: &Found,
    cloud: Option<&Cloud>,
    keys: &[RunKey],
    columns: &[Column],
    things: Vec<Thing>,
    kept: AnyView,
) -> AnyView {
    let (x, y) = axes(state, columns);
    let chooser = chooser(state, keys, x.as_ref(), y.as_ref(), kept);
    let (Some(x), Some(y)) = (x, y) else {
        return view! { {chooser} <div class="panel"><Empty icon=Icon::Columns title="Two axes make a picture" text="Choose what is drawn across and what is drawn up."/></div> }
            .into_any();
    };
    let of = |column: &Column| dimension(column, &found.items, cloud);
    let (across, up, colour) = (of(&x), of(&y), state.colour.as_ref().map(of));
    // Those behind are all; where there are none, the things are.
    let all = if cloud.is_some() { things.len()..across.texts.len() } else { 0..things.len() };
    let drawn = all.len() as u64;
    let without = all.filter(|at| across.place(*at).is_none() || up.place(*at).is_none()).count();
    let total = found.total.unsigned_abs();
    let shown = match (cloud, drawn < total) {
        (Some(_), true) => format!("the newest {} of {} runs", count(drawn), count(total)),
        _ => format!("n = {}", counted(total, "run", "runs")),
    };
    let links =
        cloud.map(|_| format!(" · the first {} in the order of the table are links", count(things.len() as u64)));
    let note = format!("{}{}", with(shown, without, &format!("{} or {}", x.1, y.1)), links.unwrap_or_default());
    view! {
        {chooser}
        <Scatter title=format!("{} over {}", y.1, x.1) note=note things=things x=across y=up colour=colour/>
    }
    .into_any()
}

/// The chosen ones; else the first metric over the first param, or over the second metric.
fn axes(state: &State, columns: &[Column]) -> (Option<Column>, Option<Column>) {
    let of = |kind: Logged| columns.iter().filter(move |(of, _)| *of == kind).cloned();
    let y = state.y.clone().or_else(|| of(Logged::Metric).next());
    let x = state.x.clone().or_else(|| of(Logged::Param).next()).or_else(|| of(Logged::Metric).nth(1));
    (x, y)
}

fn chooser(state: &State, keys: &[RunKey], x: Option<&Column>, y: Option<&Column>, kept: AnyView) -> AnyView {
    let mut all: Vec<Column> = keys.iter().map(|one| (one.of, one.key.clone())).collect();
    let chosen = [x, y, state.colour.as_ref()];
    // A key that the newest runs don't have stays where somebody chose it.
    all.extend(
        chosen
            .into_iter()
            .flatten()
            .filter(|column| !keys.iter().any(|one| (one.of, &one.key) == (column.0, &column.1)))
            .cloned(),
    );
    all.dedup();
    let options = || all.iter().map(|column| (name_of(column), name_of(column))).collect::<Vec<_>>();
    let named = |column: Option<&Column>| column.map(name_of).unwrap_or_default();
    let nothing = [(String::new(), "nothing".to_owned())];
    let colours: Vec<(String, String)> = nothing.into_iter().chain(options()).collect();
    view! {
        <form class="row end" action=state.path() aria-label="Axes">
            {kept}
            <Select name="x" label="Across" options=options() value=named(x)/>
            <Select name="y" label="Up" options=options() value=named(y)/>
            <Select name="colour" label="Colour" options=colours value=named(state.colour.as_ref())/>
            <Button text="Draw"/>
        </form>
    }
    .into_any()
}
