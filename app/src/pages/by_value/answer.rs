//! An answer for what is picked: first what it would do, then doing it.

use super::asked::{Asking, word};
use super::table::{PICK, kept, pick_all};
use crate::pages::curate::typed;
use crate::values::{is_said, state_words, term};
use chorale_model::Fault;
use chorale_model::fields::{Field, FieldKind};
use chorale_model::review::{Becomes, DecisionPreview, ReviewAnswer, ReviewValues};
use chorale_ui::number::{count, counted};
use chorale_ui::{Alert, Button, LinkButton, Tone, button::Kind};
use leptos::prelude::*;

/// What came of looking.
pub enum Looked {
    Would(DecisionPreview),
    Refused(Fault),
}

/// The words of each answer, as a button says them.
const ANSWERS: [(ReviewAnswer, &str); 5] = [
    (ReviewAnswer::Accept, "Accept"),
    (ReviewAnswer::Change, "Change to"),
    (ReviewAnswer::Reject, "Reject"),
    (ReviewAnswer::NotReported, "Not reported"),
    (ReviewAnswer::NotApplicable, "Not applicable"),
];

/// Below the table: what is picked gets one answer. It goes to this page, which shows what would become of it.
pub fn form(asking: &Asking, field: &Field, found: &ReviewValues) -> AnyView {
    let button = |(answer, words): (ReviewAnswer, &'static str)| {
        view! { <button class="btn" data-size="small" name="answer" value=word(&answer)>{words}</button> }
    };
    let [accept, change, others @ ..] = ANSWERS;
    view! {
        <form class="panel panel-body row gap-3" id=PICK action=super::PATH aria-label="Answer for what is picked">
            {kept(asking)}
            <span class="ink-2">"Picked, or"</span>
            {pick_all(asking, found.values)}
            {button(accept)}
            <span class="row gap-1">
                {button(change)}
                {to(asking, field)}
            </span>
            {others.map(button).collect_view()}
        </form>
    }
    .into_any()
}

/// What it is changed to.
fn to(asking: &Asking, field: &Field) -> AnyView {
    let label = format!("{} that it is changed to", field.label);
    match field.kind {
        FieldKind::Choice => {
            let options = field.choices.iter().map(|choice| {
                view! { <option value=choice.clone() selected=*choice == asking.term>{choice.clone()}</option> }
            });
            view! { <select class="input fit-content" name="term" aria-label=label><option value="">"choose"</option>{options.collect_view()}</select> }
                .into_any()
        }
        FieldKind::Term => {
            let terms = typed::terms_of(asking.filter.collection, &field.name);
            typed::term_box("by-value-term", label, "a term's name or id", terms, asking.term.clone(), false)
        }
        FieldKind::Quantity | FieldKind::Text => {
            view! { <input class="input by-value-to" name="term" aria-label=label placeholder="its value" value=asking.term.clone()/> }
                .into_any()
        }
    }
}

/// What an answer would do, with the step that does it.
pub fn draw(asking: &Asking, field: &Field, looked: Looked) -> AnyView {
    let Some(answer) = asking.answer else { return ().into_any() };
    let preview = match looked {
        Looked::Would(preview) => preview,
        Looked::Refused(fault) => {
            // One field is at fault, and the page has it in sight.
            let why = fault.fields.first().map_or(fault.message, |one| one.message.clone());
            return view! { <Alert tone=Tone::Bad title="That cannot be done." loud=true><p>{why}</p></Alert> }
                .into_any();
        }
    };
    let words = ANSWERS.iter().find(|(one, _)| *one == answer).map_or("", |(_, words)| words);
    let samples = counted(preview.samples.unsigned_abs(), "sample", "samples");
    let title = format!("{}, {samples}", counted(preview.values.unsigned_abs(), "value", "values"));
    let places = counted(preview.datasets.unsigned_abs(), "dataset", "datasets");
    let replaces = match preview.replaces {
        0 => "None of them has another accepted value.".to_owned(),
        n => format!("{} of them have it accepted now, and change.", count(n.unsigned_abs())),
    };
    let values = asking.picked.iter().enumerate().filter(|_| !asking.all);
    let values = values
        .map(|(at, id)| view! { <input type="hidden" name=format!("values[{at}]") value=id.to_string()/> })
        .collect_view();
    // A rule needs words to name; what matches a filter has too many.
    let from_now_on = (!asking.all).then(|| {
        view! {
            <label class="sr" for="decide-rule">"And from now on"</label>
            <select class="input fit-content" id="decide-rule" name="rule">
                <option value="">"this time"</option>
                <option value="collection">"and from now on, in this collection"</option>
                <option value="series">"and from now on, in this series"</option>
                <option value="submitter">"and from now on, of this submitter"</option>
            </select>
        }
    });
    let doing = match answer {
        ReviewAnswer::Change => format!("Change {samples}"),
        ReviewAnswer::Accept | ReviewAnswer::Reject => format!("{words} for {samples}"),
        ReviewAnswer::NotReported | ReviewAnswer::NotApplicable => format!("{words}: {samples}"),
    };
    view! {
        <section class="panel panel-body stack gap-3" aria-labelledby="would-h">
            <div class="section-head tight"><h2 id="would-h">{title}</h2><p>{format!("in {places}. {replaces}")}</p></div>
            {becomes(field, answer, preview.becomes)}
            <form class="row" method="post" action="/_fn/decide_values">
                {kept(asking)}
                {values}
                <input type="hidden" name="answer" value=word(&answer)/>
                <input type="hidden" name="term" value=asking.term.clone()/>
                <label class="sr" for="decide-why">"Why"</label>
                <input class="input grow by-value-why" id="decide-why" name="why" placeholder="why, for those who read the history; may stay empty" autocomplete="off"/>
                {from_now_on}
                <Button kind=Kind::Primary text=doing/>
                <LinkButton href=asking.here() text="Leave it"/>
            </form>
        </section>
    }
    .into_any()
}

fn becomes(field: &Field, answer: ReviewAnswer, all: Vec<Becomes>) -> AnyView {
    if answer == ReviewAnswer::Reject {
        let text = format!("The suggestion goes; what their {} is stays open.", field.label.to_lowercase());
        return view! { <p class="ink-2">{text}</p> }.into_any();
    }
    let line = |one: Becomes| {
        let value = match is_said(one.state) {
            true => term(&one.term, &one.label),
            false => view! { <b>{state_words(one.state)}</b> }.into_any(),
        };
        view! { <li>{value} " " <span class="num ink-2">{counted(one.samples.unsigned_abs(), "sample", "samples")}</span></li> }
    };
    view! { <ul class="plain" aria-label="What they become">{all.into_iter().map(line).collect_view()}</ul> }.into_any()
}
