//! Collections and the datasets in them.

use super::{get, patch, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use chorale_model::catalog::{Collection, CreateCollection, DatasetRow, DatasetSort, UpdateCollection};
use chorale_model::page::PageRequest;
use chorale_model::{CollectionId, Page};
use chorale_platform::catalog;
use http::StatusCode;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/collections", list).says(|o| {
            o.summary("collections", "Your own and shared collections").paged().answers(Schema::page::<Collection>())
        }),
        post("/api/v1/collections", create)
            .access(Access::Curator)
            .json(r#"{"name": "Made by an example <unique>"}"#)
            .says(|o| {
                o.summary("collections", "Makes a collection")
                    .takes(Schema::of::<CreateCollection>())
                    .status(201)
                    .answers(Schema::of::<Collection>())
            }),
        get("/api/v1/collections/{collection}", load).says(|o| {
            o.summary("collections", "One collection").path("collection", "its id").answers(Schema::of::<Collection>())
        }),
        patch("/api/v1/collections/{collection}", update)
            .access(Access::Curator)
            .json(r#"{"description": "Changed by an example"}"#)
            .says(|o| {
                o.summary("collections", "Renames or describes it")
                    .path("collection", "its id")
                    .takes(Schema::of::<UpdateCollection>())
                    .answers(Schema::of::<Collection>())
            }),
        post("/api/v1/collections/{collection}/sharing", share)
            .access(Access::Operator)
            .json(r#"{"shared": false}"#)
            .says(|o| {
                o.summary("collections", "Shares it with every organization of the deployment, or takes it back")
                    .path("collection", "its id")
                    .takes(Schema::of::<Sharing>())
                    .answers(Schema::of::<Collection>())
            }),
        get("/api/v1/collections/{collection}/datasets", datasets).query("sort=accession").says(|o| {
            o.summary("collections", "Its datasets")
                .path("collection", "its id")
                .query("sort", "accession, title, samples or updated")
                .paged()
                .answers(Schema::page::<DatasetRow>())
        }),
    ]
}

async fn list(Caller(ctx): Caller, Search(page): Search<PageRequest>) -> Answered<Json<Page<Collection>>> {
    Ok(Json(catalog::list_collections(&ctx, page).await?))
}

async fn create(
    Caller(ctx): Caller,
    Input(input): Input<CreateCollection>,
) -> Answered<(StatusCode, Json<Collection>)> {
    Ok((StatusCode::CREATED, Json(catalog::create_collection(&ctx, input).await?)))
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<CollectionId>) -> Answered<Json<Collection>> {
    Ok(Json(catalog::load_collection(&ctx, id).await?))
}

async fn update(
    Caller(ctx): Caller,
    PathId(id): PathId<CollectionId>,
    Input(input): Input<UpdateCollection>,
) -> Answered<Json<Collection>> {
    Ok(Json(catalog::update_collection(&ctx, id, input).await?))
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Sharing {
    /// With every organization of the deployment, to read.
    shared: bool,
}

async fn share(
    Caller(ctx): Caller,
    PathId(id): PathId<CollectionId>,
    Input(input): Input<Sharing>,
) -> Answered<Json<Collection>> {
    Ok(Json(catalog::share_collection(&ctx, id, input.shared).await?))
}

#[derive(Debug, Default, serde::Deserialize)]
struct Order {
    #[serde(default)]
    sort: DatasetSort,
}

async fn datasets(
    Caller(ctx): Caller,
    PathId(id): PathId<CollectionId>,
    Search(order): Search<Order>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<DatasetRow>>> {
    Ok(Json(catalog::list_datasets(&ctx, id, order.sort, page).await?))
}
