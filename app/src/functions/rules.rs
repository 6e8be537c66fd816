//! Mapping keys, making rules about words, and switching rules.

use super::answer::{Done, Refusal, answer as answered, ctx};
use crate::pages::keys;
use crate::pages::rules::{PATH, typed::Typed};
use chorale_model::Fault;
use chorale_model::rules::{KeyParser, KeyReads, MakeRule as Made, RuleSays, RuleScope, SwitchRule as Switch};
use chorale_platform::rules;
use leptos::prelude::*;

/// Maps a key of a collection to a field, or to none.
#[server(prefix = "/_fn", endpoint = "map_key")]
pub async fn map_key(
    collection: String,
    key: String,
    #[server(default)] field: String,
    parser: String,
    #[server(default)] unit: String,
    #[server(default)] yes: String,
    #[server(default)] why: String,
    #[server(default)] q: String,
    #[server(default)] state: String,
) -> Result<(), Refusal> {
    answered("map_key", async {
        let collection = collection.parse()?;
        let to = keys::list_of(collection, &q, &state);
        let reads = KeyReads { field, parser: parser_of(&parser)?, unit, yes };
        let says = RuleSays::Key { key, reads };
        let made = rules::make_rule(&ctx()?, Made { collection, scope: RuleScope::Collection, says, why }).await?;
        let message = format!("{}. It is applied in the background, now and to every later import.", made.rule.title);
        Ok(Done { to: Some(to), ..Done::said(message) })
    })
    .await
}

/// Makes a rule about words; a refusal leads back to the form, whose address has what was typed.
#[server(prefix = "/_fn", endpoint = "make_rule")]
pub async fn make_rule(
    collection: String,
    field: String,
    #[server(default)] attribute: String,
    words: String,
    answer: String,
    #[server(default)] term: String,
    scope: String,
    #[server(default)] of: String,
    #[server(default)] why: String,
) -> Result<(), Refusal> {
    answered("make_rule", async {
        let (ctx, collection) = (ctx()?, collection.parse()?);
        let typed = Typed { collection, field, attribute, words, answer, term, scope, of, why };
        let made = rules::make_rule(&ctx, typed.rule(&ctx).await?).await?;
        let message = format!("{}. It is applied in the background, now and to every later import.", made.rule.title);
        Ok(Done { to: Some(PATH.to_owned()), ..Done::said(message) })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "switch_rule")]
pub async fn switch_rule(
    rule: String,
    on: bool,
    #[server(default)] take_back: bool,
    #[server(default)] why: String,
) -> Result<(), Refusal> {
    answered("switch_rule", async {
        let rule = rules::switch_rule(&ctx()?, rule.parse()?, Switch { on, take_back, why }).await?;
        let how = match (rule.on, take_back) {
            (true, _) => "is on again, and is applied in the background",
            (false, true) => "is off, and what it changed is taken back",
            (false, false) => "is off; what it changed stays",
        };
        Ok(Done::said(format!("{} – the rule {how}.", rule.title)))
    })
    .await
}

/// A parser, as its JSON names it.
fn parser_of(text: &str) -> Result<KeyParser, Fault> {
    serde_json::from_value(text.into()).map_err(|_| Fault::field("parser", format!("\"{text}\" is no choice here")))
}
