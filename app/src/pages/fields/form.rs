//! The form of one field. What is wrong stands under its control with what is right; what was typed stays.

use super::posted::{Posted, word};
use super::{Open, address};
use chorale_model::fields::{CollectionFields, FieldKind, FieldThresholds, Level};
use chorale_model::{CollectionId, Fault, FaultKind};
use chorale_ui::{Alert, Button, Field, Icon, Select, TextArea, Tone, button::Kind};
use leptos::prelude::*;

/// The kinds with the words of people.
pub const KINDS: [(FieldKind, &str); 4] = [
    (FieldKind::Term, "a term of an ontology"),
    (FieldKind::Choice, "one of a list"),
    (FieldKind::Quantity, "a number with a unit"),
    (FieldKind::Text, "a text"),
];

pub const LEVELS: [(Level, &str); 3] = [(Level::Donor, "donor"), (Level::Sample, "sample"), (Level::Study, "study")];

/// Parts that have a control, in its order; what is wrong with another stands at the top.
const PARTS: [&str; 11] = [
    "label",
    "name",
    "kind",
    "level",
    "releases",
    "branch",
    "accept_precision",
    "abstain_below",
    "accept_from",
    "choices",
    "guideline",
];

/// What is wrong, by part.
struct Wrong(Option<Fault>);

impl Wrong {
    fn with(&self, part: &str) -> Option<String> {
        let found = self.0.as_ref()?.fields.iter().find(|wrong| wrong.field == part)?;
        Some(format!("{part} {}", found.message.strip_prefix(part).unwrap_or(&found.message).trim_start()))
    }

    /// The first control that is wrong, else the first one: where typing begins.
    fn begins(&self, part: &str) -> bool {
        let first = PARTS.iter().find(|part| self.with(part).is_some()).unwrap_or(&PARTS[0]);
        *first == part
    }
}

/// The form, above the table.
pub fn draw(collection: CollectionId, fields: &CollectionFields, thresholds: &FieldThresholds, open: Open) -> AnyView {
    let Open { posted, fault } = open;
    let title = match fields.fields.iter().find(|field| field.name == posted.before) {
        Some(field) => format!("Edit {}", field.label),
        None => "Add a field".to_owned(),
    };
    let told = fault.as_ref().map(|fault| said(fault, fields));
    let wrong = Wrong(fault);
    let (back, to, leave) = (address(collection), address(collection), address(collection));
    view! {
        <section aria-labelledby="form-h">
            <div class="section-head">
                <h2 id="form-h">{title}</h2>
                <a class="small push" href=back>"Close"</a>
            </div>
            <form class="stack gap-5" method="post" action=to aria-labelledby="form-h">
                {told}
                <input type="hidden" name="version" value=posted.version.clone()/>
                <input type="hidden" name="before" value=posted.before.clone()/>
                {controls(&posted, &wrong, thresholds)}
                <div class="row">
                    <Button kind=Kind::Primary icon=Icon::Check text="Save the field"/>
                    <a class="small" href=leave>"Leave it as it is"</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// What happened, that nothing is lost, and what to do.
fn said(fault: &Fault, fields: &CollectionFields) -> AnyView {
    if fault.kind == FaultKind::Conflict {
        let by = fields.updated_by.as_deref().filter(|by| !by.is_empty()).unwrap_or("Somebody else");
        let text = format!(
            "{by} saved version {} meanwhile, which the table shows. What you typed is below: look whether it still fits, \
             and save again to put it into their version.",
            fields.version
        );
        return view! { <Alert tone=Tone::Warn title="Not saved: the fields changed meanwhile." loud=true><p>{text}</p></Alert> }
            .into_any();
    }
    let elsewhere: Vec<String> = match fault.fields.is_empty() {
        true => vec![fault.message.clone()],
        false => {
            let others = fault.fields.iter().filter(|wrong| !PARTS.contains(&wrong.field.as_str()));
            others.map(|wrong| wrong.message.clone()).collect()
        }
    };
    let text = match elsewhere.is_empty() {
        true => "What is wrong stands under each control; what you typed is still there.".to_owned(),
        false => elsewhere.join("; "),
    };
    view! { <Alert tone=Tone::Bad title="Not saved; nothing was changed." loud=true><p>{text}</p></Alert> }.into_any()
}

fn controls(posted: &Posted, wrong: &Wrong, thresholds: &FieldThresholds) -> AnyView {
    let kinds: Vec<(String, &str)> = KINDS.iter().map(|(kind, words)| (word(kind), *words)).collect();
    let levels: Vec<(String, &str)> = LEVELS.iter().map(|(level, words)| (word(level), *words)).collect();
    let now = thresholds.fields.iter().find(|one| one.field == posted.before);
    let now = now.map_or_else(String::new, |one| match one.accepted_from {
        Some(from) => format!("; as saved, from score {from:.2} on"),
        None => "; as saved, at no score".to_owned(),
    });
    let precision = format!("0 to 1: suggestions of which at least so many are right hold without a person{now}");
    view! {
        <div class="grid min-15">
            {line(wrong, "label", "Label", &posted.label, "as people read it", false)}
            {line(wrong, "name", "Name", &posted.name, "as queries and JSON say it: cell_type. Annotators know a field by it", true)}
            {choice(wrong, "kind", "Kind", &kinds, &posted.kind)}
            {choice(wrong, "level", "Of the", &levels, &posted.level)}
            {line(wrong, "releases", "Ontologies", &posted.releases, "of a term: MONDO, or several between commas", true)}
            {line(wrong, "branch", "Branch", &posted.branch, "of a term: only this one and those below it, such as CL:0000000", true)}
            {line(wrong, "accept_precision", "Precision to accept by itself", &posted.accept_precision, &precision, false)}
            {line(wrong, "abstain_below", "Least score", &posted.abstain_below, "0 to 1: suggestions with a smaller one are not kept", false)}
            {line(wrong, "accept_from", "Accept from score", &posted.accept_from, "0 to 1: suggestions with this score hold, whatever the calibration says; empty: by the precision", false)}
        </div>
        <label class="row gap-2" for="field-many">
            <input type="checkbox" id="field-many" name="many" value="true" checked=!posted.many.is_empty()/>
            "Several values may hold at once"
        </label>
        <div class="grid min-22">
            {area(wrong, "choices", "Choices or units", &posted.choices, "one to a line: the values of a list, the units of a number")}
            {area(wrong, "guideline", "Guideline", &posted.guideline, "for curators, in Markdown: what counts, with a hard case decided")}
        </div>
    }
    .into_any()
}

fn line(wrong: &Wrong, part: &'static str, label: &'static str, value: &str, hint: &str, mono: bool) -> AnyView {
    view! {
        <Field
            name=part
            label=label
            value=value.to_owned()
            hint=hint.to_owned()
            error=wrong.with(part)
            mono=mono
            autocomplete="off"
            autofocus=wrong.begins(part)
        />
    }
    .into_any()
}

fn area(wrong: &Wrong, part: &'static str, label: &'static str, value: &str, hint: &str) -> AnyView {
    view! {
        <TextArea
            name=part
            label=label
            rows=5
            value=value.to_owned()
            hint=hint.to_owned()
            error=wrong.with(part)
            autofocus=wrong.begins(part)
        />
    }
    .into_any()
}

fn choice(wrong: &Wrong, part: &'static str, label: &'static str, options: &[(String, &str)], chosen: &str) -> AnyView {
    let options = options.iter().map(|(key, words)| (key.clone(), (*words).to_owned())).collect();
    view! { <Select name=part label=label options=options value=chosen.to_owned() error=wrong.with(part)/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_stands_at_its_control_and_typing_begins_there() {
        let mut fault = Fault::field("name", "name stands twice; each name is one field");
        fault.fields.extend(Fault::field("choices", "are missing").fields);
        let wrong = Wrong(Some(fault));
        assert_eq!(wrong.with("name").as_deref(), Some("name stands twice; each name is one field"));
        assert_eq!(wrong.with("choices").as_deref(), Some("choices are missing"));
        assert!(wrong.with("label").is_none() && wrong.begins("name") && !wrong.begins("label"));
        assert!(Wrong(None).begins("label"));
    }
}
