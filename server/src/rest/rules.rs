//! Rules: attribute keys that are mapped once, and decisions that stand.

use super::{get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use chorale_model::page::PageRequest;
use chorale_model::rules::{AttributeKeys, KeyFilter, MakeRule, Rule, RuleFilter, RuleMade, RulePreview, SwitchRule};
use chorale_model::{Page, RuleId};
use chorale_platform::rules;

const EXAMPLE: &str = r#"{"collection": "<collection>", "scope": {"kind": "collection"}, "says": {"kind": "words",
    "field": "stage", "attribute": "stage", "words": "late <unique>", "becomes": {"kind": "is", "term": "IV"}}, "why": "An example"}"#;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/keys", keys).query("collection=<collection>&state=all").says(|o| {
            o.summary("rules", "The attribute keys of a collection, the commonest first, with how they may be mapped")
                .query("collection", "whose samples; your own")
                .query("q", "what the key holds")
                .query("state", "open, mapped or all; open when absent")
                .paged()
                .answers(Schema::of::<AttributeKeys>())
        }),
        get("/api/v1/rules", list).query("collection=<collection>").says(|o| {
            o.summary("rules", "Decisions that stand, newest first: rules about words and mapped keys")
                .query("collection", "of one collection; of all when absent")
                .paged()
                .answers(Schema::page::<Rule>())
        }),
        get("/api/v1/rules/{rule}", load)
            .says(|o| o.summary("rules", "One rule").path("rule", "its id").answers(Schema::of::<Rule>())),
        post("/api/v1/rules/preview", preview).access(Access::Curator).json(EXAMPLE).says(|o| {
            o.summary("rules", "What a rule would do to what is there now; nothing changes")
                .takes(Schema::of::<MakeRule>())
                .answers(Schema::of::<RulePreview>())
        }),
        post("/api/v1/rules", make).access(Access::Curator).json(EXAMPLE).says(|o| {
            o.summary("rules", "Makes a rule, or maps a key: it is applied by a job now, and to every later import")
                .takes(Schema::of::<MakeRule>())
                .answers(Schema::of::<RuleMade>())
        }),
        post("/api/v1/rules/{rule}/switch", switch)
            .access(Access::Curator)
            .stands(&[("rule", "doomed_rule")])
            .json(r#"{"on": false, "take_back": true, "why": "An example"}"#)
            .says(|o| {
                o.summary("rules", "Switches a rule on or off; off, what it changed is taken back if you say so")
                    .path("rule", "its id")
                    .takes(Schema::of::<SwitchRule>())
                    .answers(Schema::of::<Rule>())
            }),
    ]
}

async fn keys(
    Caller(ctx): Caller,
    Search(filter): Search<KeyFilter>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<AttributeKeys>> {
    Ok(Json(rules::list_keys(&ctx, filter, page).await?))
}

async fn list(
    Caller(ctx): Caller,
    Search(filter): Search<RuleFilter>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<Rule>>> {
    Ok(Json(rules::list_rules(&ctx, filter, page).await?))
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<RuleId>) -> Answered<Json<Rule>> {
    Ok(Json(rules::load_rule(&ctx, id).await?))
}

async fn preview(Caller(ctx): Caller, Input(asked): Input<MakeRule>) -> Answered<Json<RulePreview>> {
    Ok(Json(rules::preview_rule(&ctx, asked).await?))
}

async fn make(Caller(ctx): Caller, Input(asked): Input<MakeRule>) -> Answered<Json<RuleMade>> {
    Ok(Json(rules::make_rule(&ctx, asked).await?))
}

async fn switch(
    Caller(ctx): Caller,
    PathId(id): PathId<RuleId>,
    Input(asked): Input<SwitchRule>,
) -> Answered<Json<Rule>> {
    Ok(Json(rules::switch_rule(&ctx, id, asked).await?))
}
