//! The mapping of one key: which field, how it is read, and what it would do, before anybody presses.

use super::table::parser_word;
use super::{Asking, Looked, PATH};
use crate::pages::rules;
use chorale_model::fields::Field;
use chorale_model::rules::{AttributeKeys, KeyParser, KeyReads, RulePreview};
use chorale_ui::{Alert, Button, LinkButton, Tone, button::Kind};
use leptos::prelude::*;

pub fn draw(asking: &Asking, fields: &[Field], found: &AttributeKeys, looked: Option<Looked>) -> AnyView {
    let mapped = found.items.iter().find(|one| one.key == asking.look).is_some_and(|one| one.mapped.is_some());
    let result = match looked {
        None => ().into_any(),
        Some(Looked::Refused(fault)) => {
            let why = fault.fields.first().map_or(fault.message, |one| one.message.clone());
            view! { <Alert tone=Tone::Bad title="It cannot be read so." loud=true><p>{why}</p></Alert> }.into_any()
        }
        Some(Looked::Would(preview)) => would(asking, *preview, mapped),
    };
    view! {
        <section class="panel panel-body stack gap-3" aria-labelledby="look-h">
            <div class="section-head tight"><h2 id="look-h">{format!("How \"{}\" is read", asking.look)}</h2></div>
            {pickers(asking, fields)}
            {result}
        </section>
    }
    .into_any()
}

/// What it reads as; looking at it changes nothing.
fn pickers(asking: &Asking, fields: &[Field]) -> AnyView {
    let none = KeyReads { field: String::new(), parser: KeyParser::Value, unit: String::new(), yes: String::new() };
    let reads = asking.reads.clone().unwrap_or(none);
    let options = fields.iter().map(|field| {
        view! { <option value=field.name.clone() selected=field.name == reads.field>{field.label.clone()}</option> }
    });
    let parsers = KeyParser::ALL.map(|parser| {
        view! { <option value=parser_word(parser) selected=parser == reads.parser>{parser.words()}</option> }
    });
    let mut units: Vec<&str> = fields
        .iter()
        .filter(|field| field.kind == chorale_model::fields::FieldKind::Quantity)
        .flat_map(|field| field.choices.iter().map(String::as_str))
        .collect();
    units.sort_unstable();
    units.dedup();
    let units = units
        .into_iter()
        .map(|unit| view! { <option value=unit.to_owned() selected=unit == reads.unit>{unit.to_owned()}</option> });
    let kept = asking.pairs().into_iter().chain([("cursor", asking.cursor.clone()), ("look", asking.look.clone())]);
    let kept = kept.filter(|(_, value)| !value.is_empty());
    let kept = kept.map(|(key, value)| view! { <input type="hidden" name=key value=value/> }).collect_view();
    view! {
        <form class="row" action=PATH aria-label="Mapping">
            {kept}
            <span class="labelled"><label class="small ink-2" for="key-field">"Field"</label>
            <select class="input fit-content" id="key-field" name="field"><option value="">"choose"</option>{options.collect_view()}</select></span>
            <span class="labelled"><label class="small ink-2" for="key-parser">"as"</label>
            <select class="input fit-content" id="key-parser" name="parser">{parsers.collect_view()}</select></span>
            <span class="labelled"><label class="small ink-2" for="key-unit">"in"</label>
            <select class="input fit-content" id="key-unit" name="unit"><option value="">"the unit that it names"</option>{units.collect_view()}</select></span>
            <span class="labelled"><label class="small ink-2" for="key-yes">"yes means"</label>
            <input class="input by-value-to" id="key-yes" name="yes" value=reads.yes.clone() placeholder="of yes and no alone"/></span>
            <Button text="Look"/>
            <LinkButton href=asking.here(&[]) text="Leave it"/>
        </form>
    }
    .into_any()
}

fn would(asking: &Asking, preview: RulePreview, mapped: bool) -> AnyView {
    let Some(reads) = asking.reads.clone() else { return ().into_any() };
    let kept = asking.pairs().into_iter().filter(|(_, value)| !value.is_empty());
    let kept = kept.map(|(key, value)| view! { <input type="hidden" name=key value=value/> }).collect_view();
    let form = (!mapped).then(|| {
        view! {
            <form class="row" method="post" action="/_fn/map_key">
                {kept}
                <input type="hidden" name="key" value=asking.look.clone()/>
                <input type="hidden" name="field" value=reads.field/>
                <input type="hidden" name="parser" value=parser_word(reads.parser)/>
                <input type="hidden" name="unit" value=reads.unit/>
                <input type="hidden" name="yes" value=reads.yes/>
                <label class="sr" for="map-why">"Why"</label>
                <input class="input grow by-value-why" id="map-why" name="why" placeholder="why, for those who read the history; may stay empty" autocomplete="off"/>
                <Button kind=Kind::Primary text="Map it so"/>
            </form>
        }
    });
    view! {
        {rules::would::draw(preview)}
        {form}
    }
    .into_any()
}
