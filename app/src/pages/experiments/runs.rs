//! An experiment's runs as a table: the page and what stands around the rows.

use super::charts::{Cloud, DRAWN};
use super::groups::{self, Open};
use super::head::Selected;
use super::state::{Column, Shape, State, Wrong, said};
use super::{PATH, charts, head, says, table};
use crate::address::address;
use crate::flash::Notice;
use crate::load::{member_page, say_status};
use crate::pages::views;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::experiments::{
    Experiment, GroupRuns, KeyValue, Life, Logged, NOTE, PARENT, Run, RunGroups, RunKey, RunsPage as Found,
};
use chorale_model::{Fault, Role};
use chorale_platform::{Ctx, experiments};
use chorale_ui::{Button, CopyAs, Crumb, Empty, Icon, Kind, LinkButton, Segmented, Snippet, Table, TableFoot};
use leptos::prelude::*;

/// `/experiments/{experiment}?filter=…&order_by=…&column=…&baseline=…`
#[component]
pub fn RunsPage() -> impl IntoView {
    member_page(|asked| async move {
        let (mut state, wrong) = State::read(&asked)?;
        let ctx = &asked.ctx;
        let experiment = experiments::load_experiment(ctx, state.experiment).await?;
        if experiment.deleted {
            state.life = Life::Deleted;
        }
        let (cursor, limit) = match state.shape {
            Shape::Table if state.group.is_empty() => (asked.word("cursor"), SHOWN),
            // Groups are counted by themselves.
            Shape::Table => (String::new(), 1),
            Shape::Scatter | Shape::Parallel => (String::new(), DRAWN),
        };
        let place = state.path();
        let (found, keys, views) = futures::try_join!(
            experiments::list_runs(ctx, state.experiment, state.asked(cursor, limit)),
            experiments::list_run_keys(ctx, state.experiment, state.life),
            views::beside(&asked, &place, state.href()),
        )?;
        let grouped = match state.shape == Shape::Table && !state.group.is_empty() {
            true => Some(Grouped::load(ctx, &state, &keys).await?),
            false => None,
        };
        let cloud = match state.shape {
            Shape::Scatter => charts::cloud(ctx, &state, &found, &keys).await?,
            Shape::Table | Shape::Parallel => None,
        };
        let baseline = match state.baseline {
            Some(id) => Some(experiments::load_run(ctx, id).await?),
            None => None,
        };
        if let Some(wrong) = &wrong {
            say_status(&Fault::field("filter", wrong.message.clone()));
        }
        let pairs = state.pairs();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let paging = asked.paging(&state.path(), &pairs, found.next_cursor.as_deref());
        let paging = Paging { took_ms: Some(found.took_ms), ..paging };
        let removes = ctx.require(Role::Admin).is_ok();
        Ok(draw(Shown { experiment, state, wrong, found, keys, baseline, grouped, cloud, views, removes }, paging))
    })
}

/// Runs of a page.
const SHOWN: i64 = 100;

/// The groups, and the one that is open.
pub struct Grouped {
    found: RunGroups,
    open: Option<Open>,
}

impl Grouped {
    async fn load(ctx: &Ctx, state: &State, keys: &[RunKey]) -> Result<Grouped, Fault> {
        let metrics = groups::metrics(&state.shown(keys));
        let asked = GroupRuns { filter: state.filter.clone(), life: state.life, by: state.group.clone(), metrics };
        let found = experiments::group_runs(ctx, state.experiment, &asked).await?;
        let open = match &state.open {
            None => None,
            Some(value) => {
                let filter = groups::filter_of(state, value.as_deref());
                let asked = State { filter, ..state.clone() }.asked(String::new(), groups::SHOWN);
                let runs = experiments::list_runs(ctx, state.experiment, asked).await?.items;
                Some(Open { value: value.clone(), runs })
            }
        };
        Ok(Grouped { found, open })
    }
}

pub struct Shown {
    pub experiment: Experiment,
    pub state: State,
    pub wrong: Option<Wrong>,
    pub found: Found,
    pub keys: Vec<RunKey>,
    pub baseline: Option<Run>,
    pub grouped: Option<Grouped>,
    /// All runs of a scatter, where they are more than the table's first.
    pub cloud: Option<Cloud>,
    /// Beside the table: the ones that are kept.
    pub views: AnyView,
    /// Whether who looks may remove runs for good.
    pub removes: bool,
}

fn draw(shown: Shown, paging: Paging) -> Screen {
    let Shown { experiment, state, wrong, found, keys, baseline, grouped, cloud, views, removes } = shown;
    let columns = state.shown(&keys);
    let list = match (&grouped, state.shape) {
        _ if found.items.is_empty() && (baseline.is_none() || state.shape != Shape::Table) => nothing(&state),
        (Some(grouped), _) => group_table(&experiment, &state, &columns, grouped),
        (None, Shape::Table) => run_table(&experiment, &state, &columns, &found, baseline.as_ref(), paging),
        (None, Shape::Scatter | Shape::Parallel) => {
            let kept = head::kept(&state, &["x", "y", "colour"]);
            charts::draw(&state, &found, cloud.as_ref(), &keys, &columns, kept)
        }
    };
    let rows = grouped.is_none() && state.shape == Shape::Table && !found.items.is_empty();
    let selected = rows.then_some(match (experiment.deleted, state.life, removes) {
        (true, ..) => Selected::Compared,
        (false, Life::Deleted, true) => Selected::Removed,
        (false, Life::Deleted, false) => Selected::Restored,
        (false, ..) => Selected::Deleted,
    });
    let name = experiment.name.clone();
    let body = view! {
        <div class="page">
            {title(&experiment, &state)}
            <div class="stack gap-4">
                <Notice actions=&["create_experiment", "rename_experiment", "delete_experiment", "restore_experiment", "delete_runs", "restore_runs", "remove_runs", "save_view"]/>
                {head::draw(&state, wrong.as_ref(), &keys, &columns, baseline.as_ref(), selected)}
                {list}
                {views}
                {care(&experiment)}
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Experiments", PATH), Crumb::here(name.clone())];
    Screen::new(name, Place::Experiments, crumbs, body.into_any())
}

fn group_table(experiment: &Experiment, state: &State, columns: &[Column], grouped: &Grouped) -> AnyView {
    let Grouped { found, open } = grouped;
    let (heads, rows) = (groups::heads(state, columns), groups::rows(state, columns, found, open.as_ref()));
    let metrics = groups::metrics(columns);
    let pairs =
        [("by", state.group.clone()), ("filter", state.filter.clone()), ("life", state.list_pairs()[2].1.clone())];
    let pairs: Vec<(&str, String)> = pairs.into_iter().chain(metrics.into_iter().map(|key| ("metric", key))).collect();
    let json = address(
        &format!("/api/v1/experiments/{}/groups", experiment.id),
        pairs.iter().map(|(key, value)| (*key, value.as_str())),
    );
    let cut = found.total.unsigned_abs().saturating_sub(found.groups.len() as u64);
    let cut =
        (cut > 0).then(|| view! { <span>{format!("the {} with the most runs are shown", found.groups.len())}</span> });
    let tools = view! { {cut} <span class="wide-only">"mean ± standard deviation of each run's newest value"</span> <CopyAs snippets=snippet::json(&json)/> };
    let (total, took_ms) = (found.total.unsigned_abs(), found.took_ms);
    let noun = if total == 1 { "group" } else { "groups" };
    let foot = move || view! { <TableFoot total=total noun=noun took_ms=Some(took_ms)>{tools}</TableFoot> };
    let caption = format!("Runs of {} by {}", experiment.name, state.group);
    view! { <div class="runs"><Table caption=caption head=move || heads foot=foot>{rows}</Table></div> }.into_any()
}

fn run_table(
    experiment: &Experiment,
    state: &State,
    columns: &[Column],
    found: &Found,
    baseline: Option<&Run>,
    paging: Paging,
) -> AnyView {
    let total = found.total.unsigned_abs();
    let caption = match baseline {
        Some(baseline) => format!("Runs of {} with differences from {}", experiment.name, baseline.info.name),
        None => format!("Runs of {}", experiment.name),
    };
    let rows = table::rows(columns, &found.items, baseline, state);
    let heads = table::heads(columns, state);
    let csv = address(
        &format!("/api/v1/experiments/{}/runs.csv", experiment.id),
        state.list_pairs().iter().map(|(key, value)| (*key, value.as_str())),
    );
    let legend = baseline.map(|_| {
        view! { <span class="wide-only">"differences are from the baseline; green is better, as the metric's name says"</span> }
    });
    let tools = view! {
        {legend}
        <LinkButton kind=Kind::Quiet small=true icon=Icon::DownTray download=true href=csv text="Export CSV"/>
        <CopyAs snippets=snippets(experiment, state)/>
    };
    let foot = move || paging.foot(total, "run", "runs", tools);
    view! { <div class="runs"><Table caption=caption head=move || heads foot=foot>{rows}</Table></div> }.into_any()
}

fn title(experiment: &Experiment, state: &State) -> AnyView {
    let note = KeyValue::find(&experiment.tags, NOTE).map(str::to_owned);
    let lives = [(Life::Active, "Active"), (Life::Deleted, "Deleted")]
        .map(|(life, text)| (text.to_owned(), state.with(|other| other.life = life), state.life == life));
    let lives = (!experiment.deleted).then(|| view! { <Segmented label="Which runs" items=lives.to_vec()/> });
    let shapes = Shape::ALL
        .map(|shape| (shape.name().to_owned(), state.with(|other| other.shape = shape), state.shape == shape));
    view! {
        <header class="page-head">
            <div>
                <h1>{experiment.name.clone()}</h1>
                <p class="page-sub">{note.unwrap_or_else(|| format!("Experiment {}, made on {}.", experiment.id, says::moment(experiment.created_ms)))}</p>
            </div>
            <div class="row"><Segmented label="How runs are shown" items=shapes.to_vec()/>{lives}</div>
        </header>
    }
    .into_any()
}

fn nothing(state: &State) -> AnyView {
    let (title, text) = match (state.filter.is_empty(), state.life) {
        (false, _) => ("No run is like this", "Take a condition out of the filter."),
        (true, Life::Deleted) => (
            "No run is deleted",
            "What is deleted can be restored here, until it is removed for good after some weeks.",
        ),
        (true, _) => ("It has no run yet", "A run begins with mlflow.start_run(); what it logs is here at once."),
    };
    let all = (!state.filter.is_empty()).then(|| {
        let href = state.with(|other| other.filter = String::new());
        view! { <LinkButton href=href text="Show all runs"/> }
    });
    view! { <div class="panel"><Empty icon=Icon::Flask title=title text=text>{all}</Empty></div> }.into_any()
}

/// The same question for MLflow's client, and for everybody else.
fn snippets(experiment: &Experiment, state: &State) -> Vec<Snippet> {
    let json = address(
        &format!("/api/v1/experiments/{}/runs", experiment.id),
        state.list_pairs().iter().map(|(key, value)| (*key, value.as_str())),
    );
    [Snippet { language: "mlflow.search_runs()", text: python(state) }]
        .into_iter()
        .chain(snippet::json(&json))
        .collect()
}

fn python(state: &State) -> String {
    let mut said = vec![format!("experiment_ids=[\"{}\"]", state.experiment)];
    if !state.filter.is_empty() {
        said.push(format!("filter_string={}", literal(&state.filter)));
    }
    if !state.order_by.is_empty() {
        said.push(format!("order_by=[{}]", literal(&state.order_by)));
    }
    if state.life == Life::Deleted {
        said.push("run_view_type=mlflow.entities.ViewType.DELETED_ONLY".to_owned());
    }
    format!("import mlflow; runs = mlflow.search_runs({})", said.join(", "))
}

/// A text of JSON is one of Python too.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Its name, and whether it is there at all.
fn care(experiment: &Experiment) -> AnyView {
    let id = experiment.id.to_string();
    if experiment.deleted {
        return view! { <div class="row"><p class="dense ink-2">"This experiment is deleted and takes no runs."</p>{says::restore_experiment(experiment.id)}</div> }
            .into_any();
    }
    let question = format!("Delete {} with its runs? All of them can be restored.", experiment.name);
    view! {
        <details class="fold">
            <summary>"Rename or delete this experiment"</summary>
            <div class="row end">
                <form class="row end" method="post" action="/_fn/rename_experiment">
                    <input type="hidden" name="experiment" value=id.clone()/>
                    <chorale_ui::Field name="name" label="Name" value=experiment.name.clone() required=true/>
                    <Button text="Rename"/>
                </form>
                <form method="post" action="/_fn/delete_experiment" data-confirm=question>
                    <input type="hidden" name="experiment" value=id/>
                    <Button kind=Kind::Danger text="Delete the experiment"/>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// A filter that finds the runs which another one began.
pub fn children_of(run: &Run) -> String {
    let key = said(&(Logged::Tag, PARENT.to_owned()));
    format!("{key} = '{}'", run.info.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::experiments::ExperimentId;

    #[test]
    fn what_is_copied_is_python() {
        let (experiment, life, order_by) = (ExperimentId(3), Life::Active, "metrics.`a\\b` desc".to_owned());
        let filter = "params.a = \"x\u{200b}\u{1}\"".to_owned();
        let state = State { filter, order_by, life, ..State::of(experiment) };
        assert_eq!(
            python(&state),
            "import mlflow; runs = mlflow.search_runs(experiment_ids=[\"3\"], \
             filter_string=\"params.a = \\\"x\u{200b}\\u0001\\\"\", order_by=[\"metrics.`a\\\\b` desc\"])"
        );
    }
}
