//! The list itself: what narrows it, and a row for each value with its own answer.

use super::PATH;
use super::asked::{ALL, Asking, STATES, word};
use crate::attribute::short_key;
use crate::flash::Flash;
use crate::paging::Paging;
use crate::snippet;
use crate::values::{is_said, method_title, shown, state_words};
use chorale_model::catalog::Collection;
use chorale_model::fields::Field;
use chorale_model::review::{ReviewSort, ReviewState, ReviewValue, ReviewValues};
use chorale_ui::number::{count, counted};
use chorale_ui::{
    Absent, Button, CopyAs, Empty, Glyph, Icon, LinkButton, Score, Segmented, SortHead, Table, TableFoot,
};
use leptos::prelude::*;

/// The form that picks, outside of the table: a row's checkbox names it.
pub const PICK: &str = "pick-values";

pub fn filters(asking: &Asking, collection: &Collection, fields: &[Field]) -> AnyView {
    let states = STATES
        .map(|(state, words)| (words.to_owned(), asking.with("state", &word(&state)), state == asking.filter.state));
    let options = fields.iter().map(|field| {
        let chosen = field.name == asking.filter.field;
        view! { <option value=field.name.clone() selected=chosen>{field.label.clone()}</option> }
    });
    let kept = asking.pairs().into_iter().filter(|(key, value)| ["state", "sort"].contains(key) && !value.is_empty());
    let kept = kept.map(|(key, value)| view! { <input type="hidden" name=key value=value/> }).collect_view();
    let score = |score: Option<f64>| score.map(|score| score.to_string()).unwrap_or_default();
    view! {
        <form class="row by-value-filters" role="search" aria-label="Values" action=PATH>
            <input type="hidden" name="collection" value=collection.id.to_string()/>
            {kept}
            <label class="sr" for="by-value-field">"Field"</label>
            <select class="input fit-content" id="by-value-field" name="field">{options.collect_view()}</select>
            <label class="searchbox grow">
                <Glyph icon=Icon::Search/>
                <span class="sr">"Words, term or label"</span>
                <input type="search" name="q" value=asking.filter.q.clone() placeholder="hcc, hepatocell, MONDO:0007256" data-search/>
                <kbd class="kbd" aria-hidden="true">"/"</kbd>
            </label>
            <label class="small ink-2" for="by-value-least">"Score"</label>
            <input class="input by-value-score" id="by-value-least" name="least" inputmode="decimal" placeholder="from" value=score(asking.filter.least)/>
            <label class="sr" for="by-value-most">"Score, up to"</label>
            <input class="input by-value-score" id="by-value-most" name="most" inputmode="decimal" placeholder="to" value=score(asking.filter.most)/>
            <Button text="Show"/>
            <span class="push"><Segmented label="State" items=states.into()/></span>
        </form>
    }
    .into_any()
}

pub fn draw(asking: &Asking, found: ReviewValues, paging: Paging, may_decide: bool) -> AnyView {
    if found.items.is_empty() {
        return nothing(asking);
    }
    let (values, waiting) = (found.values.unsigned_abs(), found.waiting.unsigned_abs());
    // Whoever has just decided goes on with the next row, from the keyboard too.
    let goes_on = use_context::<Option<Flash>>().flatten().is_some_and(|flash| flash.action == "decide_values");
    let rows = found.items.into_iter().enumerate();
    let rows = rows.map(|(at, one)| row(asking, one, may_decide, goes_on && at == 0)).collect_view();
    let sort = |text: &'static str, sort: ReviewSort, way: &'static str, number: bool| {
        let sorted = (asking.order.sort == sort).then_some(way);
        let href = asking.with("sort", &word(&sort));
        view! { <SortHead text=text href=href sorted=sorted number=number/> }
    };
    let pick = may_decide.then(|| view! { <th class="fit"><span class="sr">"Pick"</span></th> });
    let answers = may_decide.then(|| view! { <th scope="col">"Answer"</th> });
    let (words, samples, score) = (
        sort("Source says", ReviewSort::Words, "ascending", false),
        sort("Samples", ReviewSort::Samples, "descending", true),
        sort("Score", ReviewSort::Score, "ascending", true),
    );
    let head = move || {
        view! {
            {pick}
            {words}
            <th scope="col" class="wide-only">"Attribute"</th>
            {samples}
            <th scope="col" class="num wide-only">"Datasets"</th>
            <th scope="col" class="wide-only">"Suggestion"</th>
            {score}
            {answers}
        }
    };
    let one_by_one = crate::pages::curate::address_of(asking.filter.collection, &asking.filter.field);
    let one_by_one = may_decide.then(|| view! { <LinkButton href=one_by_one text="One by one" small=true/> });
    let project = asking.here().replacen(PATH, "/projects/new", 1);
    let project = may_decide.then(|| view! { <LinkButton href=project text="As a project" small=true/> });
    let by_worth = asking.with("sort", &word(&ReviewSort::Worth));
    let by_worth = (may_decide && asking.order.sort != ReviewSort::Worth)
        .then(|| view! { <LinkButton href=by_worth text="What teaches most first" small=true/> });
    let rest = asking.here().replacen(PATH, "/api/v1/review/values", 1);
    let file = rest.replacen("/values", "/values.csv", 1);
    let tools = view! { <LinkButton href=file text="CSV" small=true/> <CopyAs snippets=snippet::json(&rest)/> };
    let noun = if values == 1 { "value" } else { "values" };
    let noun = format!("{noun}, {}", counted(waiting, "suggestion waits", "suggestions wait"));
    let Paging { first, next, took_ms } = paging;
    let foot = move || {
        view! { <TableFoot total=values noun=noun took_ms=took_ms first=first next=next>{by_worth}{one_by_one}{project}{tools}</TableFoot> }
    };
    view! {
        <div class="by-value" data-decides=may_decide.then_some("")>
            <Table caption="What sources say, with what it would become" head=head foot=foot>{rows}</Table>
        </div>
    }
    .into_any()
}

fn nothing(asking: &Asking) -> AnyView {
    let is_narrow = !asking.filter.q.is_empty() || asking.filter.least.is_some() || asking.filter.most.is_some();
    let (title, text) = match (is_narrow, asking.filter.state) {
        (true, _) => ("Nothing matches", "Look for fewer letters, or for every score."),
        (false, ReviewState::Waiting) => (
            "Nothing waits in this field",
            "What annotators were sure of is accepted already; it can be looked at and changed.",
        ),
        (false, _) => ("Nothing is known in this field", "No sample of the collection has a value here."),
    };
    let wider = match is_narrow {
        true => (asking.with("q", ""), "Look for everything"),
        false => (asking.with("state", "all"), "See all values"),
    };
    view! {
        <div class="panel"><Empty icon=Icon::Ok title=title text=text><LinkButton href=wider.0 text=wider.1/></Empty></div>
    }
    .into_any()
}

fn row(asking: &Asking, one: ReviewValue, may_decide: bool, focused: bool) -> AnyView {
    let waits = asking.filter.state == ReviewState::Waiting;
    let samples = if waits { one.waiting } else { one.samples };
    let picked = asking.is_picked(one.id);
    let attribute = match one.attribute.is_empty() {
        true => view! { <Absent reason="nothing says it: the text of the study implies it"/> }.into_any(),
        false => view! { <span title=one.attribute.clone()>{short_key(&one.attribute).to_owned()}</span> }.into_any(),
    };
    let said = match one.attribute.is_empty() {
        true => view! { <span class="ink-3">"implied in "</span>{one.words.clone()} }.into_any(),
        false => view! { <span class="mono">{one.words.clone()}</span> }.into_any(),
    };
    let why = one.reason.clone().filter(|_| one.waiting > 0).unwrap_or_default();
    let next = one.runner_up.as_ref().map(|next| {
        let label = if next.label.is_empty() { &next.term } else { &next.label };
        view! { <div class="hint">{format!("next best {label}")}</div> }
    });
    let pick = may_decide.then(|| {
        let label = format!("Pick {}", one.words);
        view! {
            <td class="fit"><input class="check" type="checkbox" form=PICK name="pick" value=one.id.to_string() checked=picked aria-label=label data-key="s"/></td>
        }
    });
    let answers = may_decide.then(|| answers(asking, &one, samples));
    // Where the table is narrow it stands beneath the words.
    let becomes = if is_said(one.state) { one.label.clone() } else { state_words(one.state).to_owned() };
    let settled = (one.waiting == 0).then(|| view! { " " <span class="badge">"settled"</span> });
    view! {
        <tr aria-selected=picked.then_some("true")>
            {pick}
            <th scope="row" class="by-value-said"><a class="quiet" href=format!("/samples/{}", one.sample) title=why autofocus=focused>{said}</a> {settled} <span class="narrow-only hint">{becomes}</span></th>
            <td class="ink-3 nowrap wide-only">{attribute}</td>
            <td class="num"><b>{count(samples.unsigned_abs())}</b></td>
            <td class="num wide-only">{count(one.datasets.unsigned_abs())}</td>
            <td class="wide-only">{shown(one.state, &one.term, &one.label)} {next}</td>
            <td class="num" title=method_title(&one.method)><Score value=one.score/></td>
            {answers}
        </tr>
    }
    .into_any()
}

/// One press for what is usual; everything else is an answer to what is picked.
fn answers(asking: &Asking, one: &ReviewValue, samples: i64) -> AnyView {
    if one.waiting == 0 {
        return view! { <td></td> }.into_any();
    }
    let hidden = asking.pairs().into_iter().filter(|(key, value)| *key != "sort" && !value.is_empty());
    let hidden = hidden.map(|(key, value)| view! { <input type="hidden" name=key value=value/> }).collect_view();
    let says =
        |what: &str| format!("{what} for {}: {}", counted(samples.unsigned_abs(), "sample", "samples"), one.words);
    view! {
        <td>
            <form class="row gap-1" method="post" action="/_fn/decide_values">
                {hidden}
                <input type="hidden" name="values[0]" value=one.id.to_string()/>
                <button class="btn" data-size="small" name="answer" value="accept" aria-label=says("Accept") data-key="a">"Accept"</button>
                <button class="btn" data-size="small" data-kind="quiet" name="answer" value="reject" aria-label=says("Reject") data-key="x">"Reject"</button>
            </form>
        </td>
    }
    .into_any()
}

/// Hidden fields of the list, for a form that leads back to it.
pub fn kept(asking: &Asking) -> AnyView {
    let pairs = asking.pairs().into_iter().filter(|(_, value)| !value.is_empty());
    pairs.map(|(key, value)| view! { <input type="hidden" name=key value=value/> }).collect_view().into_any()
}

/// The choice of everything that matches.
pub fn pick_all(asking: &Asking, values: i64) -> AnyView {
    let words = format!("all {} that match", counted(values.unsigned_abs(), "value", "values"));
    view! { <label class="option"><input class="check" type="checkbox" name="pick" value=ALL checked=asking.all/>{words}</label> }
        .into_any()
}
