//! Rules: decisions that stand, with who made them and why, what they did, and the switch.

pub mod new;
pub mod typed;
pub mod would;

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::rules::{Rule, RuleFilter, RuleSays, RuleScope};
use chorale_model::{CollectionId, Role};
use chorale_platform::rules;
use chorale_ui::number::{count, counted};
use chorale_ui::{CopyAs, Crumb, Empty, Icon, LinkButton, Status, Table, TableFoot, Tone};
use leptos::prelude::*;

const SHOWN: i64 = 50;

pub const PATH: &str = "/rules";

/// `/rules`, or those of one collection.
#[component]
pub fn RulesPage() -> impl IntoView {
    member_page(|asked| async move {
        let word = asked.word("collection");
        let collection: Option<CollectionId> = if word.is_empty() { None } else { Some(word.parse()?) };
        let found = rules::list_rules(&asked.ctx, RuleFilter { collection }, asked.page(SHOWN)).await?;
        let paging = asked.paging(PATH, &[("collection", &word)], found.next_cursor.as_deref());
        let here = address("/api/v1/rules", [("collection", word.as_str())]);
        Ok(draw(found.items, &word, &here, paging, asked.me.role >= Role::Curator))
    })
}

/// `collection` is the one whose rules these are, or empty.
pub fn draw(all: Vec<Rule>, collection: &str, json: &str, paging: Paging, may_switch: bool) -> Screen {
    let total = all.len() as u64;
    let list = match total {
        0 => view! {
            <div class="panel">
                <Empty icon=Icon::Queue title="Nothing stands yet" text="Say \"and from now on\" beside a decision by value, map a key, or write a rule: what is imported later follows.">
                    <LinkButton href="/by-value" text="Review by value"/>
                </Empty>
            </div>
        }
        .into_any(),
        _ => {
            let rows = all.into_iter().map(|rule| row(rule, may_switch)).collect_view();
            let switch = may_switch.then(|| view! { <th scope="col">"Switch"</th> });
            let head = move || {
                view! {
                    <th scope="col">"Rule"</th>
                    <th scope="col" class="wide-only">"Where"</th>
                    <th scope="col" class="wide-only">"By"</th>
                    <th scope="col" class="num wide-only">"Samples"</th>
                    <th scope="col" class="wide-only">"Last applied"</th>
                    <th scope="col" class="wide-only">"State"</th>
                    {switch}
                }
            };
            let tools = view! { <CopyAs snippets=snippet::json(json)/> };
            let Paging { first, next, took_ms } = paging;
            let noun = if total == 1 { "rule on this page" } else { "rules on this page" };
            let foot = move || view! { <TableFoot total=total noun=noun took_ms=took_ms first=first next=next>{tools}</TableFoot> };
            view! { <Table caption="Rules" head=head foot=foot>{rows}</Table> }.into_any()
        }
    };
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>"Rules"</h1>
                    <p class="page-sub">"Decisions that stand. Each is applied to what is imported, once to a sample; what a person decided stays. Where two speak of the same words, the narrower one decides."</p>
                </div>
            </header>
            <div class="stack gap-4">
                <Notice actions=&["switch_rule", "make_rule"]/>
                {list}
            </div>
        </div>
    };
    let make = may_switch.then(|| {
        let href = address(&format!("{PATH}/new"), [("collection", collection)]);
        view! { <LinkButton href=href icon=Icon::Plus text="New rule"/> }
    });
    Screen::new("Rules", Place::Rules, vec![Crumb::here("Rules")], body.into_any()).with_action(make)
}

fn row(rule: Rule, may_switch: bool) -> AnyView {
    let place = match &rule.scope {
        RuleScope::Collection => rule.collection_name.clone(),
        RuleScope::Series { .. } => format!("series {} in {}", rule.series, rule.collection_name),
        RuleScope::Submitter { name } => format!("what {name} submitted to {}", rule.collection_name),
    };
    let field = match &rule.says {
        RuleSays::Words { field, .. } => format!("of {}", field.replace('_', " ")),
        RuleSays::Key { .. } => "a mapped key".to_owned(),
    };
    let conflicts = rule.conflicts.iter().map(would::conflict).collect_view();
    let why = (!rule.why.is_empty()).then(|| view! { <div class="hint">{rule.why.clone()}</div> });
    let applied = rule.last_applied.map_or_else(|| "–".to_owned(), |at| format!("{} UTC", at.minute_text()));
    let times = counted(rule.applied.unsigned_abs(), "batch", "batches");
    let beneath = format!("{place} · {}", counted(rule.samples.unsigned_abs(), "sample", "samples"));
    let state = || match (rule.on, &rule.switched) {
        (true, _) => view! { <Status tone=Tone::Ok word="on"/> }.into_any(),
        (false, switched) => {
            let title = switched.as_ref().map_or_else(String::new, |by| {
                let why = if by.why.is_empty() { String::new() } else { format!(": {}", by.why) };
                format!("by {} on {}{why}", by.by, by.at.day_text())
            });
            view! { <span title=title><Status tone=Tone::Plain icon=Icon::Pause word="off"/></span> }.into_any()
        }
    };
    let switch = may_switch.then(|| switch(&rule));
    view! {
        <tr>
            <th scope="row" class="wrap"><b>{rule.title.clone()}</b> " " <span class="ink-3">{field}</span> {why} {conflicts}<div class="narrow-only hint">{state()} {beneath}</div></th>
            <td class="wide-only">{place.clone()}</td>
            <td class="wide-only nowrap" title=format!("{} UTC", rule.at.minute_text())>{rule.by.clone()}</td>
            <td class="num wide-only" title=times>{count(rule.samples.unsigned_abs())}</td>
            <td class="wide-only nowrap">{applied}</td>
            <td class="wide-only">{state()}</td>
            {switch}
        </tr>
    }
    .into_any()
}

fn switch(rule: &Rule) -> AnyView {
    let form = |on: bool, take_back: bool, text: &'static str, confirm: Option<String>| {
        view! {
            <form method="post" action="/_fn/switch_rule" data-confirm=confirm>
                <input type="hidden" name="rule" value=rule.id.to_string()/>
                <input type="hidden" name="on" value=on.to_string()/>
                <input type="hidden" name="take_back" value=take_back.to_string()/>
                <button class="btn" data-size="small" data-kind=(!take_back).then_some("quiet") aria-label=format!("{text}: {}", rule.title)>{text}</button>
            </form>
        }
    };
    let buttons = match rule.on {
        true => {
            let samples = counted(rule.samples.unsigned_abs(), "sample", "samples");
            let question = format!("Switch the rule off and take back what it changed, on {samples}?");
            view! { {form(false, false, "Off", None)} {form(false, true, "Off, and undo", Some(question))} }.into_any()
        }
        false => form(true, false, "On", None).into_any(),
    };
    view! { <td class="rule-switch"><span class="row gap-1">{buttons}</span></td> }.into_any()
}
