//! Experiments, their runs, runs beside each other, and one run. What is logged comes from MLflow's clients; here it is
//! looked at. `state` is what the address of a runs table says, `axes` what that of curves says, `charts` and `groups` are the table in other shapes, `figures` which metrics are
//! drawn, `says` how values are written.

mod axes;
mod charts;
mod compare;
mod figures;
mod groups;
mod head;
mod run;
mod runs;
mod says;
mod smoothing;
mod state;
mod table;

pub use compare::ComparePage;
pub use run::RunPage;
pub use runs::RunsPage;
pub use says::{delta, number};

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::Page;
use chorale_model::experiments::{Asked, ExperimentId, ExperimentSummary, KeyValue, Life};
use chorale_platform::experiments;
use chorale_ui::number::count;
use chorale_ui::{Absent, Badge, Button, CopyAs, Crumb, Empty, Field, Glyph, Icon, Kind, LinkButton, Segmented, Table};
use leptos::prelude::*;

pub const PATH: &str = "/experiments";
const SHOWN: i64 = 50;

/// Where an experiment's runs are.
pub fn address_of(id: ExperimentId) -> String {
    format!("{PATH}/{id}")
}

/// `/experiments?q=words&life=deleted`
#[component]
pub fn ExperimentsPage() -> impl IntoView {
    member_page(|asked| async move {
        let (q, life) = (asked.word("q"), asked.choice::<Life>("life")?);
        let wanted = Asked {
            filter: filter_of(&q),
            life,
            limit: Some(SHOWN),
            cursor: Some(asked.word("cursor")).filter(|cursor| !cursor.is_empty()),
            ..Asked::default()
        };
        let found = experiments::list_experiments(&asked.ctx, &wanted).await?;
        let pairs = [("q", q.as_str()), ("life", word_of(life))];
        let paging = asked.paging(PATH, &pairs, found.next_cursor.as_deref());
        Ok(draw(&q, life, found, paging))
    })
}

/// Every word is somewhere in the name. The grammar has no escape: a `_` stands for any one character, and a `%`, which would
/// stand for any number of them, is left out.
pub fn filter_of(q: &str) -> String {
    let words = q.split_whitespace().map(|word| word.replace('%', "").replace('\'', "''"));
    let one = |word: String| format!("name ilike '%{word}%'");
    words.filter(|word| !word.is_empty()).map(one).collect::<Vec<_>>().join(" and ")
}

/// As an address has it: what is usual stands there with no word.
fn word_of(life: Life) -> &'static str {
    if life == Life::default() { "" } else { life.word() }
}

fn draw(q: &str, life: Life, found: Page<ExperimentSummary>, paging: Paging) -> Screen {
    let shown = found.items.len();
    let list = match shown {
        0 => nothing(q, life),
        _ => {
            let rows = found.items.into_iter().map(row).collect_view();
            let head = || {
                view! {
                    <th scope="col">"Experiment"</th>
                    <th scope="col" class="num">"Runs"</th>
                    <th scope="col">"Last activity (UTC)"</th>
                    <th scope="col" class="wide-only">"Tags"</th>
                    <th scope="col" class="num wide-only">"Number"</th>
                }
            };
            let json = address("/api/v1/experiments", [("filter", &*filter_of(q)), ("life", word_of(life))]);
            let tools = view! { <CopyAs snippets=snippet::json(&json)/> };
            let foot = move || paging.foot_of_page(shown, "experiment", "experiments", tools);
            view! { <Table caption="Experiments" head=head foot=foot>{rows}</Table> }.into_any()
        }
    };
    let lives = [(Life::Active, "Active"), (Life::Deleted, "Deleted")];
    let lives =
        lives.map(|(one, text)| (text.to_owned(), address(PATH, [("q", q), ("life", word_of(one))]), one == life));
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>"Experiments"</h1>
                    <p class="page-sub">"What notebooks and pipelines log with MLflow's client: set MLFLOW_TRACKING_URI to this address and MLFLOW_TRACKING_TOKEN to a token of yours, and change nothing else."</p>
                </div>
                <Segmented label="Which experiments" items=lives.to_vec()/>
            </header>
            <div class="stack gap-8">
              <div class="stack gap-4">
                <Notice actions=&["create_experiment", "restore_experiment", "delete_experiment"]/>
                <form role="search" class="row" action=PATH aria-label="Experiments">
                    <input type="hidden" name="life" value=word_of(life)/>
                    <label class="searchbox grow">
                        <Glyph icon=Icon::Search/>
                        <span class="sr">"Words of the name"</span>
                        <input type="search" name="q" value=q.to_owned() placeholder="Words of the name"/>
                    </label>
                    <Button text="Filter"/>
                </form>
                {list}
              </div>
              {new()}
            </div>
        </div>
    };
    Screen::new("Experiments", Place::Experiments, vec![Crumb::here("Experiments")], body.into_any())
}

fn nothing(q: &str, life: Life) -> AnyView {
    let (title, text) = match (q.trim().is_empty(), life) {
        (false, _) => ("No experiment has these words in its name", "Leave out a word, or look among the others."),
        (true, Life::Deleted) => (
            "No experiment is deleted",
            "What is deleted can be restored here with its runs, until it is removed for good after some weeks.",
        ),
        (true, _) => (
            "There is no experiment yet",
            "Make one below, or let MLflow's client make it: mlflow.set_experiment(\"name\").",
        ),
    };
    let all = (!q.trim().is_empty()).then(|| view! { <LinkButton href=PATH text="Show all experiments"/> });
    view! { <div class="panel"><Empty icon=Icon::Flask title=title text=text>{all}</Empty></div> }.into_any()
}

fn row(one: ExperimentSummary) -> AnyView {
    let ExperimentSummary { experiment, runs, active_ms } = one;
    let href = address_of(experiment.id);
    let runs_href = match experiment.deleted {
        true => address(&href, [("life", "deleted")]),
        false => href.clone(),
    };
    let active = match active_ms {
        Some(ms) => says::moment(ms).into_any(),
        None => view! { <Absent reason="it has no run"/> }.into_any(),
    };
    let restore = experiment.deleted.then(|| says::restore_experiment(experiment.id));
    view! {
        <tr>
            <th scope="row" class="wrap"><a href=href>{experiment.name}</a> {restore}</th>
            <td class="num"><a href=runs_href>{count(runs.unsigned_abs())}</a></td>
            <td class="nowrap">{active}</td>
            <td class="wide-only">{tags(&experiment.tags)}</td>
            <td class="num wide-only">{experiment.id.0}</td>
        </tr>
    }
    .into_any()
}

/// Clients' own tags say nothing to people in a list.
fn tags(all: &[KeyValue]) -> AnyView {
    let own: Vec<&KeyValue> = all.iter().filter(|tag| !tag.key.starts_with("mlflow.")).collect();
    if own.is_empty() {
        return view! { <Absent reason="it has no tags"/> }.into_any();
    }
    let badges = own.into_iter().map(|tag| view! { <Badge text=format!("{}: {}", tag.key, tag.value)/> });
    view! { <span class="row gap-1">{badges.collect_view()}</span> }.into_any()
}

fn new() -> impl IntoView {
    view! {
        <section aria-labelledby="new-h" id="new">
            <div class="section-head"><h2 id="new-h">"New experiment"</h2></div>
            <form class="grid min-15 end" method="post" action="/_fn/create_experiment">
                <Field name="name" label="Name" required=true/>
                <div><Button kind=Kind::Primary icon=Icon::Plus text="Create experiment"/></div>
            </form>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_looked_for_and_a_quote_ends_nothing() {
        assert_eq!(filter_of(""), "");
        assert_eq!(filter_of(" liver  o'neil "), "name ilike '%liver%' and name ilike '%o''neil%'");
        assert_eq!(filter_of("% 90% val_loss"), "name ilike '%90%' and name ilike '%val_loss%'");
    }
}
