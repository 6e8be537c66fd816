//! An experiment's runs as a table: the page and what stands around the rows.

use super::state::{State, Wrong, said};
use super::{PATH, head, says, table};
use crate::address::address;
use crate::flash::Notice;
use crate::load::{member_page, say_status};
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::Fault;
use chorale_model::experiments::{Experiment, KeyValue, Life, Logged, NOTE, PARENT, Run, RunKey, RunsPage as Found};
use chorale_platform::experiments;
use chorale_ui::{Button, CopyAs, Crumb, Empty, Icon, Kind, LinkButton, Segmented, Snippet, Table};
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
        let (found, keys) = futures::try_join!(
            experiments::list_runs(ctx, state.experiment, state.asked(asked.word("cursor"))),
            experiments::list_run_keys(ctx, state.experiment, state.life),
        )?;
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
        Ok(draw(Shown { experiment, state, wrong, found, keys, baseline }, paging))
    })
}

pub struct Shown {
    pub experiment: Experiment,
    pub state: State,
    pub wrong: Option<Wrong>,
    pub found: Found,
    pub keys: Vec<RunKey>,
    pub baseline: Option<Run>,
}

fn draw(shown: Shown, paging: Paging) -> Screen {
    let Shown { experiment, state, wrong, found, keys, baseline } = &shown;
    let columns = state.shown(keys);
    let total = found.total.unsigned_abs();
    let list = if found.items.is_empty() && baseline.is_none() {
        nothing(state)
    } else {
        let caption = match baseline {
            Some(baseline) => format!("Runs of {} with differences from {}", experiment.name, baseline.info.name),
            None => format!("Runs of {}", experiment.name),
        };
        let rows = table::rows(&columns, &found.items, baseline.as_ref(), state);
        let heads = table::heads(&columns, state);
        let csv = address(
            &format!("/api/v1/experiments/{}/runs.csv", experiment.id),
            state.list_pairs().iter().map(|(key, value)| (*key, value.as_str())),
        );
        let legend = baseline.as_ref().map(|_| {
            view! { <span class="wide-only">"differences are from the baseline; green is better, as the metric's name says"</span> }
        });
        let tools = view! {
            {legend}
            <LinkButton kind=Kind::Quiet small=true icon=Icon::DownTray download=true href=csv text="Export CSV"/>
            <CopyAs snippets=snippets(experiment, state)/>
        };
        let foot = move || paging.foot(total, "run", "runs", tools);
        view! { <div class="runs"><Table caption=caption head=move || heads foot=foot>{rows}</Table></div> }.into_any()
    };
    let name = experiment.name.clone();
    let body = view! {
        <div class="page">
            {title(experiment, state)}
            <div class="stack gap-4">
                <Notice actions=&["create_experiment", "rename_experiment", "delete_experiment", "restore_experiment", "delete_run", "restore_run"]/>
                {head::draw(state, wrong.as_ref(), keys, &columns, baseline.as_ref(), !found.items.is_empty())}
                {list}
                {care(experiment)}
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Experiments", PATH), Crumb::here(name.clone())];
    Screen::new(name, Place::Experiments, crumbs, body.into_any())
}

fn title(experiment: &Experiment, state: &State) -> AnyView {
    let note = KeyValue::find(&experiment.tags, NOTE).map(str::to_owned);
    let lives = [(Life::Active, "Active"), (Life::Deleted, "Deleted")]
        .map(|(life, text)| (text.to_owned(), state.with(|other| other.life = life), state.life == life));
    let lives = (!experiment.deleted).then(|| view! { <Segmented label="Which runs" items=lives.to_vec()/> });
    view! {
        <header class="page-head">
            <div>
                <h1>{experiment.name.clone()}</h1>
                <p class="page-sub">{note.unwrap_or_else(|| format!("Experiment {}, made on {}.", experiment.id, says::moment(experiment.created_ms)))}</p>
            </div>
            {lives}
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
        return view! { <div class="row"><p class="dense ink-2">"This experiment is deleted and takes no runs."</p>{says::restore("experiment", &id)}</div> }
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
        let state = State { experiment, filter, order_by, life, columns: None, baseline: None };
        assert_eq!(
            python(&state),
            "import mlflow; runs = mlflow.search_runs(experiment_ids=[\"3\"], \
             filter_string=\"params.a = \\\"x\u{200b}\\u0001\\\"\", order_by=[\"metrics.`a\\\\b` desc\"])"
        );
    }
}
