//! Above the rows: the filter with its fault at the character, what is chosen, the columns, and the way to a comparison.

use super::state::{Column, Shape, State, Wrong, name_of, said};
use chorale_model::experiments::{Logged, Run, RunKey};
use chorale_ui::{Button, Caret, Chip, Glyph, Icon, Kind};
use leptos::prelude::*;

const NOTE: &str = "filter-note";
const OFFERED: &str = "filter-list";
/// What can be done with the runs that are ticked, beside comparing them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Selected {
    Compared,
    Deleted,
    Restored,
    /// Or restored.
    Removed,
}

/// Names the form that checkboxes in the rows belong to.
pub const COMPARE: &str = "compare";

pub fn draw(
    state: &State,
    wrong: Option<&Wrong>,
    keys: &[RunKey],
    columns: &[Column],
    baseline: Option<&Run>,
    selected: Option<Selected>,
) -> AnyView {
    let compare = selected.map(|selected| {
        let delete = (selected == Selected::Deleted)
            .then(|| view! { <Button kind=Kind::Quiet small=true post_to="/_fn/delete_runs" text="Delete them"/> });
        let restore = matches!(selected, Selected::Restored | Selected::Removed)
            .then(|| view! { <Button small=true post_to="/_fn/restore_runs" text="Restore them"/> });
        let question = "Remove the selected runs for good, with all that they logged? Nobody can bring them back.";
        let remove = (selected == Selected::Removed).then(|| {
            view! { <Button kind=Kind::Danger small=true post_to="/_fn/remove_runs" confirm=question text="Remove them for good"/> }
        });
        view! {
            <form id=COMPARE class="row push" method="get" action=format!("{}/compare", state.path()) aria-label="The selected runs">
                <Button icon=Icon::Columns small=true text="Compare the selected runs"/>
                {delete} {restore} {remove}
            </form>
        }
    });
    let baseline = baseline.map(|run| {
        let without = state.with(|other| other.baseline = None);
        view! { <Chip key="baseline" text=run.info.name.clone() remove=without/> }
    });
    view! {
        <div class="stack gap-2">
            {filter(state, wrong, keys)}
            <div class="row">
                {baseline}
                {grouping(state, keys)}
                {chooser(state, keys, columns)}
                {compare}
            </div>
        </div>
    }
    .into_any()
}

fn filter(state: &State, wrong: Option<&Wrong>, keys: &[RunKey]) -> AnyView {
    // As a filter writes them, one a line: what is offered while somebody types.
    let known = keys.iter().map(|one| said(&(one.of, one.key.clone()))).collect::<Vec<_>>().join("\n");
    let typed = wrong.map_or_else(|| state.filter.clone(), |wrong| wrong.typed.clone());
    let still = if state.filter.is_empty() { "All runs are shown." } else { "The last filter still holds." };
    let caret = wrong.map(|wrong| {
        let message = format!("{}. {still}", sentence(&wrong.message));
        view! { <div role="alert"><Caret at=wrong.at message=message id=NOTE/></div> }
    });
    view! {
        <form role="search" aria-label="Runs" class="stack gap-2" action=state.path()>
            <div class="row">
                <div class="termbox grow">
                    <label class="sr" for="filter">"Filter runs"</label>
                    <input
                        class="input"
                        data-mono
                        id="filter"
                        name="filter"
                        data-filter=known
                        aria-controls=OFFERED
                        value=typed
                        placeholder="metrics.loss < 0.1 and params.model = 'forest'"
                        spellcheck="false"
                        autocomplete="off"
                        aria-invalid=wrong.map(|_| "true")
                        aria-describedby=wrong.map(|_| NOTE)
                    />
                    <ul class="termbox-list" id=OFFERED role="listbox" aria-label="What may come next" hidden></ul>
                </div>
                <Button text="Filter"/>
            </div>
            {caret}
            <input type="hidden" name="last" value=state.filter.clone()/>
            {kept(state, &["filter"])}
        </form>
    }
    .into_any()
}

/// Without the full stop that is written after it.
fn sentence(message: &str) -> &str {
    message.trim_end_matches('.')
}

/// What else the address says, as hidden fields of a form.
pub fn kept(state: &State, but: &[&str]) -> AnyView {
    let pairs = state.pairs().into_iter().filter(|(key, value)| !value.is_empty() && !but.contains(key));
    pairs.map(|(key, value)| view! { <input type="hidden" name=key value=value/> }).collect_view().into_any()
}

/// A menu of the params, by each of which the runs can be grouped.
fn grouping(state: &State, keys: &[RunKey]) -> Option<AnyView> {
    if state.shape != Shape::Table {
        return None;
    }
    let params: Vec<&RunKey> = keys.iter().filter(|one| one.of == Logged::Param).collect();
    if params.is_empty() && state.group.is_empty() {
        return None;
    }
    let item = |key: String, text: String| {
        let href = state.with(|other| (other.group, other.open) = (key.clone(), None));
        let here = (state.group == key).then_some("true");
        view! { <a class="menu-item" href=href aria-current=here>{text}</a> }
    };
    let items = params.into_iter().map(|one| item(one.key.clone(), one.key.clone())).collect_view();
    let said = if state.group.is_empty() { "nothing" } else { &state.group };
    Some(
        view! {
            <details class="menu" data-start>
                <summary class="btn" data-size="small"><Glyph icon=Icon::Stack/> "Group by: " {said.to_owned()}</summary>
                <div class="menu-list column-chooser">{item(String::new(), "nothing".to_owned())}{items}</div>
            </details>
        }
        .into_any(),
    )
}

/// A menu of the keys that occur; without script it is a form like any other.
fn chooser(state: &State, keys: &[RunKey], columns: &[Column]) -> AnyView {
    let groups = Logged::ALL.into_iter().map(|of| {
        // A key that the newest runs don't have stays where somebody chose it.
        let mut own: Vec<&str> = keys.iter().filter(|one| one.of == of).map(|one| one.key.as_str()).collect();
        own.extend(columns.iter().filter(|(kind, key)| *kind == of && !keys.iter().any(|one| one.of == of && one.key == *key)).map(|(_, key)| key.as_str()));
        if own.is_empty() {
            return ().into_any();
        }
        let boxes = own.into_iter().map(|key| {
            let column = (of, key.to_owned());
            let is_on = columns.contains(&column);
            view! { <label class="menu-item option"><input class="check" type="checkbox" name="column" value=name_of(&column) checked=is_on/>{key.to_owned()}</label> }
        });
        let title = match of {
            Logged::Metric => "Metrics",
            Logged::Param => "Params",
            Logged::Tag => "Tags",
        };
        view! { <fieldset><legend class="hint">{title}</legend>{boxes.collect_view()}</fieldset> }.into_any()
    });
    let of = |kind: Logged| columns.iter().filter(|(of, _)| *of == kind).count();
    let many = |n: usize, one: &str| chorale_ui::number::counted(n as u64, one, &format!("{one}s"));
    let tags = match of(Logged::Tag) {
        0 => String::new(),
        n => format!(", {}", many(n, "tag")),
    };
    let said = format!("{}, {}{tags}", many(of(Logged::Metric), "metric"), many(of(Logged::Param), "param"));
    view! {
        <details class="menu" data-start>
            <summary class="btn" data-size="small"><Glyph icon=Icon::Columns/> "Columns: " {said}</summary>
            <form class="menu-list column-chooser" action=state.path()>
                {kept(state, &["column"])}
                <input type="hidden" name="column" value="none"/>
                {groups.collect_view()}
                <p class="hint">"The keys that the newest 500 runs have."</p>
                <Button kind=Kind::Primary small=true text="Show these columns"/>
            </form>
        </details>
    }
    .into_any()
}
