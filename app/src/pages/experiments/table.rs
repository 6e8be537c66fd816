//! The rows of runs, with the baseline pinned above them.

use super::head::COMPARE;
use super::state::{Column, State, said};
use super::{run, says};
use chorale_model::experiments::{Life, Logged, Run};
use chorale_ui::{Absent, Glyph, Icon, SortHead, Status, Tone};
use leptos::prelude::*;

pub fn heads(columns: &[Column], state: &State) -> AnyView {
    let fixed = |text: &'static str, key: &str, descending: bool| {
        let (href, sorted) = state.sorted_by(key, descending);
        view! { <SortHead text=text href=href sorted=sorted/> }
    };
    let (started, by_start) = state.sorted_by("start_time", true);
    let own = columns.iter().map(|column| {
        let is_metric = column.0 == Logged::Metric;
        let (href, sorted) = state.sorted_by(&said(column), is_metric);
        view! { <SortHead text=column.1.clone() href=href sorted=sorted number=is_metric/> }
    });
    view! {
        <th class="fit" scope="col"><span class="sr">"Select"</span></th>
        {fixed("Run", "run_name", false)}
        {fixed("State", "status", false)}
        <th scope="col" class="wide-only" aria-sort=by_start><a href=started>"Started (UTC)"</a></th>
        <th scope="col" class="num wide-only">"Took"</th>
        {own.collect_view()}
    }
    .into_any()
}

pub fn rows(columns: &[Column], runs: &[Run], baseline: Option<&Run>, state: &State) -> AnyView {
    let pinned = baseline.map(|run| pinned(columns, run));
    let others = runs.iter().filter(|run| baseline.is_none_or(|pinned| pinned.info.id != run.info.id));
    let rows = others.map(|run| row(columns, run, baseline, state)).collect_view();
    view! { {pinned} {rows} }.into_any()
}

fn pinned(columns: &[Column], run: &Run) -> AnyView {
    let cells = columns.iter().map(|column| cell(column, run, None)).collect_view();
    view! {
        <tr data-baseline>
            <td class="fit"><Glyph icon=Icon::Pin/></td>
            <th scope="row" class="nowrap"><a href=run::address_of(run.info.id)><b>{run.info.name.clone()}</b></a></th>
            <td><Status tone=Tone::Plain icon=Icon::Pin word="baseline"/></td>
            <td class="nowrap wide-only ink-3">{says::moment(run.info.started_ms)}</td>
            <td class="num wide-only">{says::took(&run.info)}</td>
            {cells}
        </tr>
    }
    .into_any()
}

fn row(columns: &[Column], run: &Run, baseline: Option<&Run>, state: &State) -> AnyView {
    let info = &run.info;
    let cells = columns.iter().map(|column| cell(column, run, baseline)).collect_view();
    let pin = state.with(|other| other.baseline = Some(info.id));
    let pin_says = format!("Compare all with {}", info.name);
    let restore = (state.life == Life::Deleted).then(|| says::restore_run(info.id));
    view! {
        <tr>
            <td class="fit">
                <span class="row">
                    <input class="check" type="checkbox" name="runs[]" value=info.id.to_string() form=COMPARE aria-label=format!("Select {}", info.name)/>
                    <a class="icon-link" href=pin aria-label=pin_says.clone() title=pin_says><Glyph icon=Icon::Pin/></a>
                </span>
            </td>
            <th scope="row" class="nowrap"><a href=run::address_of(info.id)>{info.name.clone()}</a></th>
            <td>{says::state(info)} {restore}</td>
            <td class="nowrap wide-only ink-3">{says::moment(info.started_ms)}</td>
            <td class="num wide-only">{says::took(info)}</td>
            {cells}
        </tr>
    }
    .into_any()
}

/// What a run has under a column, with the difference from the baseline.
pub fn cell((of, key): &Column, run: &Run, baseline: Option<&Run>) -> AnyView {
    let metric = run.find_metric(key).filter(|_| *of == Logged::Metric);
    if let Some(metric) = metric {
        let other = baseline.and_then(|run| run.find_metric(key));
        let delta = other.and_then(|other| says::delta(key, metric.value, other.value));
        let href = run::address_of_metric(run.info.id, key);
        return view! { <td class="num"><a href=href title=format!("{} at step {}", metric.value, metric.step)>{says::number(metric.value)}</a> " " {delta}</td> }
            .into_any();
    }
    match run.find_value(*of, key).map(String::from) {
        Some(value) => {
            view! { <td><span class="clip short" title=value.clone()>{value.clone()}</span></td> }.into_any()
        }
        None => view! { <td class:num=*of == Logged::Metric><Absent reason=format!("{key} was not logged")/></td> }
            .into_any(),
    }
}
