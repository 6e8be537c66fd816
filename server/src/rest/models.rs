//! Registered models, their versions and aliases.

use super::experiments::asked;
use super::imports::accepted;
use super::{delete, get, patch, post, put};
use crate::routes::{Access, Route, Schema};
use crate::web::extract::Pairs;
use crate::web::{Answered, Caller, Input, PathTexts, Search};
use axum::Json;
use axum::response::{IntoResponse, Response};
use chorale_model::audit::AuditRow;
use chorale_model::experiments::{KeyValue, Life, Lineage};
use chorale_model::jobs::Job;
use chorale_model::page::PageRequest;
use chorale_model::registry::{
    Describe, ModelVersion, Promote, Promotion, PromotionRequest, RegisteredModel, VersionCard, VersionPreview,
};
use chorale_model::retraining::{Comparison, Retraining};
use chorale_model::{CollectionId, Fault, Page};
use chorale_platform::{experiments, harmonize, registry, retraining};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/models", list).query("filter=name+ilike+'%25a%25'&order_by=timestamp+desc").says(|o| {
            o.summary("models", "Registered models, by name where no order is asked for")
                .query("filter", "name ilike '%tissue%' and tags.team = 'a'; AND, OR, NOT and parentheses")
                .choice("order_by", "name, or timestamp desc: the one that was changed last first")
                .query("limit", "1 to 1,000; 100 when absent")
                .query("cursor", "next_cursor of the page before")
                .answers(Schema::page::<RegisteredModel>())
        }),
        get("/api/v1/models/{model}", load).says(|o| {
            o.summary("models", "One registered model with its aliases")
                .path("model", "its name")
                .answers(Schema::of::<RegisteredModel>())
        }),
        get("/api/v1/models/{model}/versions", versions).says(|o| {
            o.summary("models", "Its versions with parameters, artifacts and evaluations, newest first")
                .path("model", "its name")
                .paged()
                .answers(Schema::page::<ModelVersion>())
        }),
        get("/api/v1/models/{model}/versions/{version}", load_version).says(|o| {
            o.summary("models", "One version")
                .path("model", "the model's name")
                .path("version", "its number")
                .answers(Schema::of::<ModelVersion>())
        }),
        get("/api/v1/models/{model}/versions/{version}/preview", preview)
            .access(Access::Curator)
            .stands(&[("model", "annotator"), ("version", "dictionary")])
            .query("collection=<collection>")
            .says(|o| {
                o.summary(
                    "models",
                    "What a version of the annotator would say otherwise than the one that works, on some samples",
                )
                .path("model", "harmonize")
                .path("version", "its number; 0 is the dictionary alone")
                .query("collection", "whose samples are compared; spread over all of yours when absent")
                .answers(Schema::of::<VersionPreview>())
            }),
        get("/api/v1/models/{model}/versions/{version}/comparison", comparison)
            .stands(&[("version", "compared_version")])
            .says(|o| {
                o.summary("models", "How a version does beside the one before it, on labels that neither saw")
                    .path("model", "its name")
                    .path("version", "its number")
                    .answers(Schema::of::<Comparison>())
            }),
        get("/api/v1/models/{model}/retraining", retraining_of).stands(&[("model", "annotator")]).says(|o| {
            o.summary("models", "What a next version would learn from: decisions that no version was taught")
                .path("model", "harmonize")
                .answers(Schema::of::<Retraining>())
        }),
        post("/api/v1/models/{model}/retraining", start_retraining)
            .access(Access::Curator)
            .stands(&[("model", "annotator")])
            .says(|o| {
                o.summary("models", "Trains the next version from curators' decisions, in the background, and proposes it")
                    .path("model", "harmonize")
                    .status(202)
                    .answers(Schema::of::<Job>().under("job"))
            }),
        delete("/api/v1/models/{model}/versions/{version}", delete_version)
            .access(Access::Admin)
            .stands(&[("version", "doomed_version")])
            .says(|o| {
                o.summary("models", "Deletes a version that no alias stands for; its number is not given again")
                    .path("model", "the model's name")
                    .path("version", "its number")
                    .status(204)
            }),
        post("/api/v1/models/{model}/promote", promote)
            .stands(&[("model", "registered")])
            .json(r#"{"version": 1, "alias": "best"}"#)
            .says(|o| {
                o.summary(
                    "models",
                    "Points an alias at a version; of a model of the platform the champion does the work from then on. Annotators \
                     by curators, other models of the platform by admins, registered ones by everybody. Where the alias is \
                     protected, 202 with the request that waits for another person",
                )
                    .path("model", "its name")
                    .takes(Schema::of::<Promote>())
                    .answers(Schema::of::<ModelVersion>())
            }),
        delete("/api/v1/models/{model}/aliases/{alias}", remove_alias)
            .stands(&[("model", "registered"), ("alias", "doomed_alias")])
            .says(|o| {
                let summary = "Takes an alias away from the version that it stands for; where the alias is protected, 202 with \
                    the request that waits for another person";
                o.summary("models", summary)
                    .path("model", "its name")
                    .path("alias", "the alias")
                    .status(204)
            }),
        patch("/api/v1/models/{model}", describe)
            .stands(&[("model", "registered")])
            .json(r#"{"description": "An example"}"#)
            .says(|o| {
                o.summary("models", "Gives a model other words")
                    .path("model", "its name")
                    .takes(Schema::of::<Describe>())
                    .answers(Schema::of::<RegisteredModel>())
            }),
        put("/api/v1/models/{model}/tags", tag)
            .stands(&[("model", "registered")])
            .json(r#"{"key": "team", "value": "a"}"#)
            .says(|o| {
                o.summary("models", "Sets a tag of a model")
                    .path("model", "its name")
                    .takes(Schema::of::<KeyValue>())
                    .status(204)
            }),
        delete("/api/v1/models/{model}/tags/{key}", untag)
            .stands(&[("model", "registered"), ("key", "doomed_tag")])
            .says(|o| {
                o.summary("models", "Takes a tag away").path("model", "its name").path("key", "the tag's").status(204)
            }),
        get("/api/v1/models/{model}/history", history).query("version=1").says(|o| {
            o.summary("models", "What was done to a model or to one of its versions, and by whom, newest first")
                .path("model", "its name")
                .query("version", "only what names this one")
                .paged()
                .answers(Schema::page::<AuditRow>())
        }),
        patch("/api/v1/models/{model}/versions/{version}", describe_version)
            .stands(&[("model", "registered")])
            .json(r#"{"description": "An example"}"#)
            .says(|o| {
                o.summary("models", "Gives a version other words")
                    .path("model", "the model's name")
                    .path("version", "its number")
                    .takes(Schema::of::<Describe>())
                    .answers(Schema::of::<ModelVersion>())
            }),
        put("/api/v1/models/{model}/versions/{version}/tags", tag_version)
            .stands(&[("model", "registered")])
            .json(r#"{"key": "team", "value": "a"}"#)
            .says(|o| {
                o.summary("models", "Sets a tag of a version")
                    .path("model", "the model's name")
                    .path("version", "its number")
                    .takes(Schema::of::<KeyValue>())
                    .status(204)
            }),
        delete("/api/v1/models/{model}/versions/{version}/tags/{key}", untag_version)
            .stands(&[("model", "registered"), ("key", "doomed_tag")])
            .says(|o| {
                o.summary("models", "Takes a tag of a version away")
                    .path("model", "the model's name")
                    .path("version", "its number")
                    .path("key", "the tag's")
                    .status(204)
            }),
        get("/api/v1/models/{model}/versions/{version}/lineage", lineage).stands(&[("model", "registered")]).says(|o| {
            o.summary("models", "What a version came from and what came of it: data, runs, models, versions, aliases")
                .path("model", "the model's name")
                .path("version", "its number")
                .answers(Schema::of::<Lineage>())
        }),
        get("/api/v1/models/{model}/versions/{version}/card", card).stands(&[("model", "registered")]).says(|o| {
            o.summary("models", "A version with the run that it came from, its files, and what they say of its format")
                .path("model", "the model's name")
                .path("version", "its number")
                .answers(Schema::of::<VersionCard>())
        }),
    ]
}

async fn list(Caller(ctx): Caller, Pairs(pairs): Pairs) -> Answered<Json<Page<RegisteredModel>>> {
    let asked = asked(pairs)?;
    if asked.life != Life::default() {
        return Err(Fault::field("life", "is nothing of a model's: one that is deleted is gone; leave it out").into());
    }
    Ok(Json(registry::search_models(&ctx, &asked).await?.map(|(model, _)| model)))
}

async fn load(Caller(ctx): Caller, PathTexts(name): PathTexts<String>) -> Answered<Json<RegisteredModel>> {
    Ok(Json(registry::load_model(&ctx, &name).await?))
}

async fn versions(
    Caller(ctx): Caller,
    PathTexts(name): PathTexts<String>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<ModelVersion>>> {
    Ok(Json(registry::list_versions(&ctx, &name, page).await?))
}

/// What is no number names no version.
fn number(name: &str, version: &str) -> Result<i64, Fault> {
    version.parse().map_err(|_| Fault::missing("model version", format!("{name}/{version}")))
}

async fn load_version(
    Caller(ctx): Caller,
    PathTexts((name, version)): PathTexts<(String, String)>,
) -> Answered<Json<ModelVersion>> {
    Ok(Json(registry::load_version(&ctx, &name, number(&name, &version)?).await?))
}

#[derive(Deserialize)]
struct Where {
    collection: Option<CollectionId>,
}

async fn preview(
    Caller(ctx): Caller,
    PathTexts((name, version)): PathTexts<(String, String)>,
    Search(asked): Search<Where>,
) -> Answered<Json<VersionPreview>> {
    let version = number(&name, &version)?;
    Ok(Json(harmonize::preview_version(&ctx, &name, version, asked.collection).await?))
}

async fn comparison(
    Caller(ctx): Caller,
    PathTexts((name, version)): PathTexts<(String, String)>,
) -> Answered<Json<Comparison>> {
    Ok(Json(retraining::comparison(&ctx, &name, number(&name, &version)?).await?))
}

async fn retraining_of(Caller(ctx): Caller, PathTexts(name): PathTexts<String>) -> Answered<Json<Retraining>> {
    Ok(Json(retraining::standing(&ctx, &name).await?))
}

async fn start_retraining(Caller(ctx): Caller, PathTexts(name): PathTexts<String>) -> Answered<Response> {
    Ok(accepted(&retraining::start(&ctx, &name).await?))
}

async fn delete_version(
    Caller(ctx): Caller,
    PathTexts((name, version)): PathTexts<(String, String)>,
) -> Answered<StatusCode> {
    registry::delete_version(&ctx, &name, number(&name, &version)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn promote(
    Caller(ctx): Caller,
    PathTexts(name): PathTexts<String>,
    Input(input): Input<Promote>,
) -> Answered<Response> {
    Ok(match registry::promote_or_ask(&ctx, &name, input).await? {
        Promotion::Done(version) => Json(version).into_response(),
        Promotion::Waits(request) => waits(*request),
    })
}

/// Nothing was done yet: another person is asked.
fn waits(request: PromotionRequest) -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "request": request }))).into_response()
}

async fn remove_alias(
    Caller(ctx): Caller,
    PathTexts((name, alias)): PathTexts<(String, String)>,
) -> Answered<Response> {
    Ok(match registry::remove_alias_or_ask(&ctx, &name, &alias, String::new()).await? {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(request) => waits(request),
    })
}

async fn describe(
    Caller(ctx): Caller,
    PathTexts(name): PathTexts<String>,
    Input(input): Input<Describe>,
) -> Answered<Json<RegisteredModel>> {
    Ok(Json(registry::describe_model(&ctx, &name, &input.description).await?))
}

async fn tag(
    Caller(ctx): Caller,
    PathTexts(name): PathTexts<String>,
    Input(tag): Input<KeyValue>,
) -> Answered<StatusCode> {
    registry::set_model_tag(&ctx, &name, tag).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn untag(Caller(ctx): Caller, PathTexts((name, key)): PathTexts<(String, String)>) -> Answered<StatusCode> {
    registry::delete_model_tag(&ctx, &name, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct OfVersion {
    version: Option<i64>,
}

async fn history(
    Caller(ctx): Caller,
    PathTexts(name): PathTexts<String>,
    Search(of): Search<OfVersion>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<AuditRow>>> {
    Ok(Json(registry::list_history(&ctx, &name, of.version, page).await?))
}

async fn describe_version(
    Caller(ctx): Caller,
    PathTexts((name, version)): PathTexts<(String, String)>,
    Input(input): Input<Describe>,
) -> Answered<Json<ModelVersion>> {
    Ok(Json(registry::describe_version(&ctx, &name, number(&name, &version)?, input.description).await?))
}

async fn tag_version(
    Caller(ctx): Caller,
    PathTexts((name, version)): PathTexts<(String, String)>,
    Input(tag): Input<KeyValue>,
) -> Answered<StatusCode> {
    registry::set_version_tag(&ctx, &name, number(&name, &version)?, tag).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn untag_version(
    Caller(ctx): Caller,
    PathTexts((name, version, key)): PathTexts<(String, String, String)>,
) -> Answered<StatusCode> {
    registry::delete_version_tag(&ctx, &name, number(&name, &version)?, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn card(
    Caller(ctx): Caller,
    PathTexts((name, version)): PathTexts<(String, String)>,
) -> Answered<Json<VersionCard>> {
    Ok(Json(experiments::load_version_card(&ctx, &name, number(&name, &version)?).await?))
}

async fn lineage(
    Caller(ctx): Caller,
    PathTexts((name, version)): PathTexts<(String, String)>,
) -> Answered<Json<Lineage>> {
    Ok(Json(experiments::version_lineage(&ctx, &name, number(&name, &version)?).await?))
}
