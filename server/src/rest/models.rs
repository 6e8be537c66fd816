//! Registered models, their versions and aliases.

use super::imports::accepted;
use super::{delete, get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathTexts, Search};
use axum::Json;
use axum::response::Response;
use chorale_model::jobs::Job;
use chorale_model::page::PageRequest;
use chorale_model::registry::{ModelVersion, Promote, RegisteredModel, VersionPreview};
use chorale_model::retraining::{Comparison, Retraining};
use chorale_model::{CollectionId, Fault, Page};
use chorale_platform::{harmonize, registry, retraining};
use http::StatusCode;
use serde::Deserialize;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/models", list).says(|o| {
            o.summary("models", "Registered models, by name").paged().answers(Schema::page::<RegisteredModel>())
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
            .access(Access::Curator)
            .json(r#"{"version": 1, "alias": "champion"}"#)
            .says(|o| {
                o.summary(
                    "models",
                    "Points an alias at a version; the champion does the work from then on. Annotators by curators, others by \
                     admins",
                )
                    .path("model", "its name")
                    .takes(Schema::of::<Promote>())
                    .answers(Schema::of::<ModelVersion>())
            }),
    ]
}

async fn list(Caller(ctx): Caller, Search(page): Search<PageRequest>) -> Answered<Json<Page<RegisteredModel>>> {
    Ok(Json(registry::list_models(&ctx, page).await?))
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
) -> Answered<Json<ModelVersion>> {
    Ok(Json(registry::promote(&ctx, &name, input).await?))
}
