//! The list itself: a row for each key, with what stands under it and one press for what is suggested.

use super::{Asking, PATH};
use crate::flash::Flash;
use crate::paging::Paging;
use crate::snippet;
use chorale_model::fields::Field;
use chorale_model::rules::{AttributeKey, AttributeKeys, KeyParser, KeyReads, KeyState, KeySuggestion, MappedKey};
use chorale_ui::number::count;
use chorale_ui::{Absent, Button, CopyAs, Empty, Glyph, Icon, LinkButton, Segmented, Table, TableFoot};
use leptos::prelude::*;

/// Values that stand beside a key.
const SHOWN: usize = 3;

pub fn filters(asking: &Asking) -> AnyView {
    let states = [(KeyState::Open, "Open", ""), (KeyState::Mapped, "Mapped", "mapped"), (KeyState::All, "All", "all")];
    let states =
        states.map(|(state, words, word)| (words.to_owned(), asking.with("state", word), state == asking.filter.state));
    let kept = asking.pairs().into_iter().filter(|(key, value)| *key != "q" && !value.is_empty());
    let kept = kept.map(|(key, value)| view! { <input type="hidden" name=key value=value/> }).collect_view();
    view! {
        <form class="row by-value-filters" role="search" aria-label="Keys" action=PATH>
            {kept}
            <label class="searchbox grow">
                <Glyph icon=Icon::Search/>
                <span class="sr">"What the key holds"</span>
                <input type="search" name="q" value=asking.filter.q.clone() placeholder="age, tissue, treat" data-search/>
                <kbd class="kbd" aria-hidden="true">"/"</kbd>
            </label>
            <Button text="Show"/>
            <span class="push"><Segmented label="State" items=states.into()/></span>
        </form>
    }
    .into_any()
}

pub fn draw(asking: &Asking, fields: &[Field], found: AttributeKeys, paging: Paging, may_map: bool) -> AnyView {
    if found.items.is_empty() {
        return nothing(asking);
    }
    let goes_on = use_context::<Option<Flash>>().flatten().is_some_and(|flash| flash.action == "map_key");
    let rows = found.items.into_iter().enumerate();
    let rows = rows.map(|(at, one)| row(asking, fields, one, may_map, goes_on && at == 0)).collect_view();
    let answers = may_map.then(|| view! { <th scope="col">"Map it"</th> });
    let head = move || {
        view! {
            <th scope="col">"Key"</th>
            <th scope="col" class="num" aria-sort="descending">"Samples"</th>
            <th scope="col" class="num wide-only">"Datasets"</th>
            <th scope="col" class="num wide-only" title="counted in each dataset by itself">"Values"</th>
            <th scope="col" class="wide-only">"For example"</th>
            <th scope="col" class="wide-only">"Reads as"</th>
            {answers}
        }
    };
    let total = found.total.unsigned_abs();
    let tools = view! { <CopyAs snippets=snippet::json(&asking.here(&[]).replacen(PATH, "/api/v1/keys", 1))/> };
    let Paging { first, next, took_ms } = paging;
    let noun = if total == 1 { "key" } else { "keys" };
    let foot =
        move || view! { <TableFoot total=total noun=noun took_ms=took_ms first=first next=next>{tools}</TableFoot> };
    view! { <div class="keys-list"><Table caption="Attribute keys" head=head foot=foot>{rows}</Table></div> }.into_any()
}

fn nothing(asking: &Asking) -> AnyView {
    let (title, text) = match (asking.filter.q.is_empty(), asking.filter.state) {
        (false, _) => ("Nothing matches", "Look for fewer letters, or in all keys."),
        (true, KeyState::Mapped) => ("No key is mapped", "Map the commonest first: they cover most."),
        (true, _) => ("No key is left", "Every key of this collection is mapped, or it has no samples."),
    };
    let all = super::list_of(asking.filter.collection, "", "all");
    view! {
        <div class="panel"><Empty icon=Icon::Ok title=title text=text><LinkButton href=all text="See all keys"/></Empty></div>
    }
    .into_any()
}

fn row(asking: &Asking, fields: &[Field], one: AttributeKey, may_map: bool, focused: bool) -> AnyView {
    let look = asking.here(&looked(&one.key, one.mapped.as_ref(), one.suggestions.first()));
    let examples: Vec<String> = one.examples.iter().take(SHOWN).map(|example| example.words.clone()).collect();
    let examples = match examples.is_empty() {
        true => view! { <Absent reason="nothing stands under it"/> }.into_any(),
        false => {
            let all: Vec<String> = one.examples.iter().map(|one| format!("{} ({})", one.words, one.samples)).collect();
            view! { <span class="mono clip" title=all.join(" · ")>{examples.join(" · ")}</span> }.into_any()
        }
    };
    let is_looked = one.key == asking.look;
    let answers = may_map.then(|| answers(asking, &one));
    let reads = one.mapped.as_ref().map(|one| &one.reads).or(one.suggestions.first().map(|one| &one.reads));
    let beneath = reads.map(|reads| view! { <span class="narrow-only hint">{words(fields, reads)}</span> });
    view! {
        <tr aria-selected=is_looked.then_some("true")>
            <th scope="row" class="wrap"><a class="quiet" href=look autofocus=focused><b>{one.key.clone()}</b></a> {beneath}</th>
            <td class="num">{count(one.samples.unsigned_abs())}</td>
            <td class="num wide-only">{count(one.datasets.unsigned_abs())}</td>
            <td class="num wide-only">{count(one.values.unsigned_abs())}</td>
            <td class="wide-only">{examples}</td>
            <td class="wide-only">{reading(fields, one.mapped.as_ref(), one.suggestions.first())}</td>
            {answers}
        </tr>
    }
    .into_any()
}

/// The pairs of an address that looks at a key's mapping, or at what is suggested.
fn looked<'a>(
    key: &'a str,
    mapped: Option<&'a MappedKey>,
    suggested: Option<&'a KeySuggestion>,
) -> Vec<(&'a str, &'a str)> {
    let mut pairs = vec![("look", key)];
    if let Some(reads) = mapped.map(|one| &one.reads).or(suggested.map(|one| &one.reads)) {
        pairs.extend([
            ("field", reads.field.as_str()),
            ("parser", parser_word(reads.parser)),
            ("unit", reads.unit.as_str()),
            ("yes", reads.yes.as_str()),
        ]);
    }
    pairs
}

fn reading(fields: &[Field], mapped: Option<&MappedKey>, suggested: Option<&KeySuggestion>) -> AnyView {
    match (mapped, suggested) {
        (Some(one), _) => {
            let title = format!("by {} on {}", one.by, one.at.day_text());
            view! { <span class="status" title=title><Glyph icon=Icon::Ok/> <b>{words(fields, &one.reads)}</b></span> }
                .into_any()
        }
        (None, Some(one)) => {
            view! { <span>{words(fields, &one.reads)}<span class="hint clip">{one.why.clone()}</span></span> }
                .into_any()
        }
        (None, None) => view! { <Absent reason="nothing is suggested: choose a field"/> }.into_any(),
    }
}

/// `Age, number in year`
pub fn words(fields: &[Field], reads: &KeyReads) -> String {
    if reads.parser == KeyParser::Ignore {
        return "nothing".to_owned();
    }
    let label =
        fields.iter().find(|field| field.name == reads.field).map_or(reads.field.as_str(), |field| &field.label);
    match (reads.parser, reads.unit.as_str()) {
        (KeyParser::Value, _) => label.to_owned(),
        (KeyParser::Number, "") => format!("{label}, number with unit"),
        (KeyParser::Number, unit) => format!("{label}, number in {unit}"),
        (parser, _) => format!("{label}, {}", parser.words()),
    }
}

/// As the address and JSON name it.
pub fn parser_word(parser: KeyParser) -> &'static str {
    match parser {
        KeyParser::Value => "value",
        KeyParser::Number => "number",
        KeyParser::YesNo => "yes_no",
        KeyParser::Date => "date",
        KeyParser::Text => "text",
        KeyParser::Ignore => "ignore",
    }
}

fn answers(asking: &Asking, one: &AttributeKey) -> AnyView {
    if let Some(mapped) = &one.mapped {
        let question = format!("Undo the mapping of \"{}\"? What it changed is taken back.", one.key);
        return view! {
            <td>
                <form method="post" action="/_fn/switch_rule" data-confirm=question>
                    <input type="hidden" name="rule" value=mapped.rule.to_string()/>
                    <input type="hidden" name="on" value="false"/>
                    <input type="hidden" name="take_back" value="true"/>
                    <button class="btn" data-size="small" aria-label=format!("Undo the mapping of {}", one.key) data-key="u">"Undo"</button>
                </form>
            </td>
        }
        .into_any();
    }
    let form = |reads: &KeyReads, text: &'static str, key: &'static str, kind: Option<&'static str>| {
        let kept = asking.pairs().into_iter().filter(|(_, value)| !value.is_empty());
        let kept = kept.map(|(key, value)| view! { <input type="hidden" name=key value=value/> }).collect_view();
        view! {
            <form method="post" action="/_fn/map_key">
                {kept}
                <input type="hidden" name="key" value=one.key.clone()/>
                <input type="hidden" name="field" value=reads.field.clone()/>
                <input type="hidden" name="parser" value=parser_word(reads.parser)/>
                <input type="hidden" name="unit" value=reads.unit.clone()/>
                <button class="btn" data-size="small" data-kind=kind aria-label=format!("{text}: {}", one.key) data-key=key>{text}</button>
            </form>
        }
    };
    let ignore = KeyReads { field: String::new(), parser: KeyParser::Ignore, unit: String::new(), yes: String::new() };
    let accept = one.suggestions.first().filter(|first| first.reads.parser != KeyParser::Ignore);
    view! {
        <td class="fit">
            <span class="row gap-1">
                {accept.map(|first| form(&first.reads, "Accept", "a", None))}
                {form(&ignore, "Ignore", "x", Some("quiet"))}
            </span>
        </td>
    }
    .into_any()
}
