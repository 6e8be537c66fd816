//! Runs by the value of a param: how many, and the mean of each metric with how much runs differ. A group opens beneath its row.

use super::says;
use super::state::{Column, State, said};
use super::table;
use chorale_model::experiments::{GroupMetric, Logged, Run, RunGroup, RunGroups};
use chorale_ui::number::count;
use chorale_ui::{Absent, Glyph, Icon};
use leptos::prelude::*;

/// Runs of an open group; all of them are a link away.
pub const SHOWN: i64 = 50;

/// A group that is open, with its first runs.
pub struct Open {
    pub value: Option<String>,
    pub runs: Vec<Run>,
}

/// The metrics among the columns: what has a mean.
pub fn metrics(columns: &[Column]) -> Vec<String> {
    columns.iter().filter(|(of, _)| *of == Logged::Metric).map(|(_, key)| key.clone()).collect()
}

/// A filter that finds the runs of a group, besides what is filtered anyway.
pub fn filter_of(state: &State, value: Option<&str>) -> String {
    let key = said(&(Logged::Param, state.group.clone()));
    let own = match value {
        Some(value) => format!("{key} = '{}'", value.replace('\'', "''")),
        None => format!("{key} is null"),
    };
    match state.filter.trim().is_empty() {
        true => own,
        false => format!("({}) and {own}", state.filter),
    }
}

pub fn heads(state: &State, columns: &[Column]) -> AnyView {
    let own = metrics(columns).into_iter().map(|key| view! { <th scope="col" class="num">{key}</th> }).collect_view();
    view! {
        <th class="fit" scope="col"><span class="sr">"Open"</span></th>
        <th scope="col">{state.group.clone()}</th>
        <th scope="col" class="num">"Runs"</th>
        {own}
    }
    .into_any()
}

pub fn rows(state: &State, columns: &[Column], found: &RunGroups, open: Option<&Open>) -> AnyView {
    let keys = metrics(columns);
    let row = |group: &RunGroup| {
        let open = open.filter(|open| open.value == group.value);
        let beneath = open.map(|open| {
            let runs = open.runs.iter().map(|run| member(&keys, run)).collect_view();
            let more = (open.runs.len() as i64) < group.runs;
            let all = more.then(|| {
                let href = table_of(state, group);
                view! { <tr><td class="fit"></td><td colspan=(keys.len() + 2).to_string()><a href=href>{format!("All {} in the table", count(group.runs.unsigned_abs()))}</a></td></tr> }
            });
            view! { {runs} {all} }
        });
        view! { {head(state, &keys, group, open.is_some())} {beneath} }
    };
    found.groups.iter().map(row).collect_view().into_any()
}

/// The table of a group's runs alone.
fn table_of(state: &State, group: &RunGroup) -> String {
    let filter = filter_of(state, group.value.as_deref());
    state.with(|other| {
        (other.filter, other.group, other.open) = (filter, String::new(), None);
    })
}

fn head(state: &State, keys: &[String], group: &RunGroup, is_open: bool) -> AnyView {
    let name = group.value.clone().unwrap_or_else(|| "not given".to_owned());
    let value = group.value.clone();
    let href = state.with(|other| other.open = (!is_open).then_some(value));
    let (icon, says) = match is_open {
        true => (Icon::Down, format!("Close the runs with {name}")),
        false => (Icon::Right, format!("Open the runs with {name}")),
    };
    let cells = keys.iter().map(|key| mean(group.metrics.iter().find(|one| one.key == *key), key, group.runs));
    let name = match &group.value {
        Some(value) => view! { <span class="mono">{value.clone()}</span> }.into_any(),
        None => view! { <span class="ink-3">"not given"</span> }.into_any(),
    };
    view! {
        <tr data-group>
            <td class="fit"><a class="icon-link" href=href aria-label=says.clone() title=says aria-expanded=if is_open { "true" } else { "false" }><Glyph icon=icon/></a></td>
            <th scope="row">{name}</th>
            <td class="num"><a href=table_of(state, group)>{count(group.runs.unsigned_abs())}</a></td>
            {cells.collect_view()}
        </tr>
    }
    .into_any()
}

fn mean(metric: Option<&GroupMetric>, key: &str, runs: i64) -> AnyView {
    let Some(metric) = metric else {
        return view! { <td class="num"><Absent reason=format!("no run of the group has a number for {key}")/></td> }
            .into_any();
    };
    let spread = metric.sd.map(|sd| format!(" ± {}", says::number(sd)));
    let of = format!(
        "{} with a number, of {} runs: mean {}",
        count(metric.runs.unsigned_abs()),
        count(runs.unsigned_abs()),
        metric.mean
    );
    let title = match metric.sd {
        Some(sd) => format!("{of}, standard deviation {sd}"),
        None => format!("{of}; one run has no deviation"),
    };
    view! { <td class="num" title=title>{says::number(metric.mean)}<span class="ink-3">{spread}</span></td> }.into_any()
}

fn member(keys: &[String], run: &Run) -> AnyView {
    let cells = keys.iter().map(|key| table::cell(&(Logged::Metric, key.clone()), run, None)).collect_view();
    view! {
        <tr>
            <td class="fit"></td>
            <td class="nowrap"><a href=super::run::address_of(run.info.id)>{run.info.name.clone()}</a></td>
            <td class="nowrap">{says::state(&run.info)}</td>
            {cells}
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::experiments::ExperimentId;

    #[test]
    fn a_group_is_a_filter_besides_the_one_there_is() {
        let mut state = State { group: "learning rate".into(), ..State::of(ExperimentId(1)) };
        assert_eq!(filter_of(&state, Some("it's")), "params.`learning rate` = 'it''s'");
        state.filter = "metrics.loss < 1 or tags.a = 'b'".into();
        assert_eq!(filter_of(&state, None), "(metrics.loss < 1 or tags.a = 'b') and params.`learning rate` is null");
    }
}
