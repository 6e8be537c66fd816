//! The form of a new project: what of the collection, who answers, and when it counts. What is wrong stands under its
//! control with what is right; what was typed stays.

use super::posted::{PostedPlan, wrong_with};
use super::{PATH, edit, sampling_words};
use crate::pages::fields::word;
use chorale_model::catalog::Collection;
use chorale_model::fields::Field as Column;
use chorale_model::projects::{Colleague, Sampling};
use chorale_model::review::ReviewState;
use chorale_model::{Fault, FaultKind, ProjectId};
use chorale_ui::icon::Glyph;
use chorale_ui::{Alert, Button, Field, Icon, Select, TextArea, Tone, button::Kind};
use leptos::prelude::*;

/// Parts that have a control, by the words at it, in its order.
const PARTS: [(&str, &str); 14] = [
    ("name", "Name"),
    ("fields", "Fields"),
    ("state", "State"),
    ("q", "Words, term or label"),
    ("least", "Score from"),
    ("most", "Score up to"),
    ("sampling", "Drawn"),
    ("items", "How many"),
    ("dataset", "Only what this dataset says"),
    ("reviewers", "Answers for each item"),
    ("people", "Reviewers"),
    ("checked", "An expert checks, percent"),
    ("passing", "Must pass, percent"),
    ("due_on", "Due on"),
];

/// What was typed, and what is wrong with it.
struct Typed<'t> {
    posted: &'t PostedPlan,
    fault: Option<Fault>,
}

impl Typed<'_> {
    fn wrong(&self, part: &str) -> Option<String> {
        wrong_with(self.fault.as_ref(), part).map(|wrong| format!("{}: {}", label(part), wrong.message))
    }

    /// The first control that is wrong, else the first one: where typing begins.
    fn begins(&self, part: &str) -> bool {
        let first = PARTS.iter().find(|(part, _)| self.wrong(part).is_some()).unwrap_or(&PARTS[0]);
        first.0 == part
    }

    fn line(&self, part: &'static str, r#type: &'static str, hint: Option<&str>) -> AnyView {
        let (name, value) = (label(part), self.posted.word(part).to_owned());
        let (hint, error) = (hint.map(str::to_owned), self.wrong(part));
        let (required, begins) = (part == "name", self.begins(part));
        match hint {
            Some(hint) => view! { <Field name=part label=name r#type=r#type value=value hint=hint error=error mono=part == "dataset" autofocus=begins/> },
            None => view! { <Field name=part label=name r#type=r#type value=value error=error required=required autofocus=begins/> },
        }
        .into_any()
    }

    fn choice(&self, part: &'static str, options: Vec<(String, String)>) -> AnyView {
        let (value, error) = (self.posted.word(part).to_owned(), self.wrong(part));
        view! { <Select name=part label=label(part) options=options value=value error=error/> }.into_any()
    }

    /// Boxes of one name, each with its value and words.
    fn boxes(&self, part: &'static str, hint: Option<&'static str>, all: Vec<(String, String)>) -> AnyView {
        let ticked: Vec<&str> = self.posted.ticked(part).collect();
        let boxes = all.into_iter().enumerate().map(|(at, (value, words))| {
            let checked = ticked.contains(&value.as_str());
            view! { <label class="option"><input class="check" type="checkbox" name=format!("{part}[{at}]") value=value checked=checked/>{words}</label> }
        });
        let boxes = boxes.collect_view();
        // Names of fields are short, and there are many: two stand side by side on a phone.
        let grid = if part == "fields" { "grid min-9 gap-2" } else { "grid min-12 gap-2" };
        let note = format!("boxes-{part}-note");
        let hint = hint.map(|hint| view! { <p class="hint">{hint}</p> });
        let error = self.wrong(part);
        let noted = error.is_some().then(|| note.clone());
        let error = error.map(|error| view! { <p class="field-error" id=note><Glyph icon=Icon::Bad/>{error}</p> });
        view! {
            <fieldset class="stack gap-3" aria-describedby=noted><legend class="label">{label(part)}</legend>{hint}<div class=grid>{boxes}</div>{error}</fieldset>
        }
        .into_any()
    }

    /// That it was refused, and whatever is wrong with no control.
    fn told(&self) -> Option<AnyView> {
        let fault = self.fault.as_ref()?;
        let elsewhere: Vec<&str> = match fault.fields.is_empty() {
            true => vec![fault.message.as_str()],
            false => {
                let others =
                    fault.fields.iter().filter(|wrong| wrong.field != "guideline" && label(&wrong.field).is_empty());
                others.map(|wrong| wrong.message.as_str()).collect()
            }
        };
        if fault.kind == FaultKind::Conflict {
            let text = format!(
                "{}. What you typed is below: look whether it still fits, and save again to put it into the newer draft.",
                fault.message
            );
            return Some(view! { <Alert tone=Tone::Warn title="Not saved: the draft changed meanwhile." loud=true><p>{text}</p></Alert> }.into_any());
        }
        let text = match elsewhere.is_empty() {
            true => "What is wrong stands under each control; what you typed is still there.".to_owned(),
            false => elsewhere.join("; "),
        };
        Some(
            view! { <Alert tone=Tone::Bad title="Not saved; nothing was changed." loud=true><p>{text}</p></Alert> }
                .into_any(),
        )
    }
}

fn label(part: &str) -> &'static str {
    PARTS.iter().find(|(name, _)| *name == part).map_or("", |(_, label)| *label)
}

/// The form of a new project, or of a `draft`; `fault` says why it is shown again.
pub fn draw(
    collection: &Collection,
    (fields, people): (Vec<Column>, Vec<Colleague>),
    draft: Option<ProjectId>,
    posted: &PostedPlan,
    fault: Option<Fault>,
) -> AnyView {
    let typed = Typed { posted, fault };
    let fields = fields.into_iter().map(|field| (field.name, field.label)).collect();
    let people = people.into_iter().map(|one| (one.user.to_string(), one.name)).collect();
    let samplings = [Sampling::Active, Sampling::All, Sampling::Random, Sampling::Uncertain, Sampling::Stratified]
        .map(|one| (word(&one), sampling_words(one).to_owned()));
    let states = [
        (ReviewState::Waiting, "what waits for review"),
        (ReviewState::Settled, "what is settled"),
        (ReviewState::All, "all of it"),
    ];
    let states = states.map(|(state, words)| (word(&state), words.to_owned()));
    let guideline = wrong_with(typed.fault.as_ref(), "guideline").map(|wrong| wrong.message.clone());
    let title = format!(
        "In {}: what is drawn is frozen as it is at that moment, and settles every sample that says it.",
        collection.name
    );
    let (heading, to, save) = match draft {
        None => ("New project", format!("{PATH}/new"), "Draft the project"),
        Some(id) => ("Change the draft", edit::address(id), "Save the draft"),
    };
    let version = posted.word("version").to_owned();
    let version = draft.map(|_| view! { <input type="hidden" name="version" value=version/> });
    let each = "Each item goes to as many of them as answer it, in turn. With nobody chosen every curator takes what comes next.";
    let dataset = "its id, as in its address; may be empty. A decision settles the same words in the whole collection.";
    view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div><h1>{heading}</h1><p class="page-sub">{title}</p></div>
            </header>
            <form class="stack gap-8" method="post" action=to>
                {typed.told()}
                <input type="hidden" name="collection" value=collection.id.to_string()/>
                {version}
                {typed.line("name", "text", None)}
                {typed.boxes("fields", None, fields)}
                <section class="stack gap-3" aria-labelledby="which-h">
                    <div class="section-head tight"><h2 id="which-h">"Which questions"</h2><p>"the same as in the list by value"</p></div>
                    <div class="grid min-12">
                        {typed.choice("state", states.into())}
                        {typed.line("q", "text", None)}
                        {typed.line("least", "text", None)}
                        {typed.line("most", "text", None)}
                        {typed.choice("sampling", samplings.into())}
                        {typed.line("items", "text", Some("at most 2,000; may be empty for everything"))}
                    </div>
                    {typed.line("dataset", "text", Some(dataset))}
                </section>
                <section class="stack gap-3" aria-labelledby="who-h">
                    <div class="section-head tight"><h2 id="who-h">"Who answers"</h2><p>"nobody sees another's answer before an item is closed"</p></div>
                    {typed.line("reviewers", "number", Some("1 to 5"))}
                    {typed.boxes("people", Some(each), people)}
                </section>
                <section class="stack gap-3" aria-labelledby="when-h">
                    <div class="section-head tight"><h2 id="when-h">"When it counts"</h2></div>
                    <div class="grid min-12">
                        {typed.line("checked", "number", Some("of the closed items; 0: none"))}
                        {typed.line("passing", "number", Some("of those that are checked"))}
                        {typed.line("due_on", "date", None)}
                    </div>
                </section>
                <TextArea name="guideline" label="Guideline" rows=8 value=posted.word("guideline").to_owned() hint="Markdown; what counts, with a hard case decided" error=guideline/>
                <div><Button kind=Kind::Primary text=save/></div>
            </form>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_goes_on_at_the_first_control_that_is_wrong() {
        let posted = PostedPlan::default();
        let faults = vec![Fault::field("items", "are missing"), Fault::field("fields", "are none")];
        let typed = Typed { posted: &posted, fault: Fault::together(faults).err() };
        assert_eq!(typed.wrong("items").as_deref(), Some("How many: are missing"));
        assert!(typed.begins("fields") && !typed.begins("items") && !typed.begins("name"));
        assert!(Typed { posted: &posted, fault: None }.begins("name"));
    }
}
