//! Fields of collections, and the values that samples have in them.

use super::{get, put};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId};
use axum::Json;
use chorale_model::fields::{CollectionFields, FieldThresholds, UpdateFields};
use chorale_model::harmonize::{Coverage, DatasetPins, DatasetValues, SampleValues};
use chorale_model::{CollectionId, DatasetId, SampleId};
use chorale_platform::harmonize;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/collections/{collection}/fields", fields).says(|o| {
            o.summary("harmonize", "The harmonized fields of a collection; version 0 is the default set")
                .path("collection", "its id")
                .answers(Schema::of::<CollectionFields>())
        }),
        put("/api/v1/collections/{collection}/fields", update)
            .access(Access::Curator)
            .stands(&[("collection", "plain_collection")])
            .json(
                r#"{"version": 0, "fields": [{"name": "disease", "label": "Disease", "kind": "term", "level": "donor",
                    "many": true, "releases": ["MONDO"], "accept_precision": 0.95, "abstain_below": 0.3}]}"#,
            )
            .says(|o| {
                o.summary("harmonize", "Replaces the fields of a collection, and annotates its samples again")
                    .path("collection", "its id")
                    .takes(Schema::of::<UpdateFields>())
                    .answers(Schema::of::<CollectionFields>())
            }),
        get("/api/v1/collections/{collection}/thresholds", thresholds).says(|o| {
            o.summary(
                "harmonize",
                "From which score on suggestions are accepted, by the precision that each field asks for",
            )
            .path("collection", "its id")
            .answers(Schema::of::<FieldThresholds>())
        }),
        get("/api/v1/collections/{collection}/coverage", coverage).says(|o| {
            o.summary("harmonize", "How many samples of a collection have a value, field by field, now and before")
                .path("collection", "its id")
                .answers(Schema::of::<Coverage>())
        }),
        get("/api/v1/datasets/{dataset}/harmonized", dataset_values).says(|o| {
            o.summary("harmonize", "What the samples of a dataset say together")
                .path("dataset", "its id")
                .answers(Schema::of::<DatasetValues>())
        }),
        get("/api/v1/datasets/{dataset}/pins", dataset_pins).says(|o| {
            o.summary("harmonize", "What the values of a dataset were made with; null while it is not annotated")
                .path("dataset", "its id")
                .answers(Schema::of::<DatasetPins>())
        }),
        get("/api/v1/samples/{sample}/harmonized", sample_values).says(|o| {
            o.summary("harmonize", "The harmonized values of a sample, with score, method and evidence")
                .path("sample", "its id")
                .answers(Schema::of::<SampleValues>())
        }),
    ]
}

async fn fields(Caller(ctx): Caller, PathId(id): PathId<CollectionId>) -> Answered<Json<CollectionFields>> {
    Ok(Json(harmonize::fields_of(&ctx, id).await?))
}

async fn update(
    Caller(ctx): Caller,
    PathId(id): PathId<CollectionId>,
    Input(update): Input<UpdateFields>,
) -> Answered<Json<CollectionFields>> {
    Ok(Json(harmonize::update_fields(&ctx, id, update).await?))
}

async fn thresholds(Caller(ctx): Caller, PathId(id): PathId<CollectionId>) -> Answered<Json<FieldThresholds>> {
    Ok(Json(harmonize::field_thresholds(&ctx, id).await?))
}

async fn coverage(Caller(ctx): Caller, PathId(id): PathId<CollectionId>) -> Answered<Json<Coverage>> {
    Ok(Json(harmonize::coverage(&ctx, id).await?))
}

async fn dataset_values(Caller(ctx): Caller, PathId(id): PathId<DatasetId>) -> Answered<Json<DatasetValues>> {
    Ok(Json(harmonize::dataset_values(&ctx, id).await?))
}

async fn dataset_pins(Caller(ctx): Caller, PathId(id): PathId<DatasetId>) -> Answered<Json<Option<DatasetPins>>> {
    Ok(Json(harmonize::dataset_pins(&ctx, id).await?))
}

async fn sample_values(Caller(ctx): Caller, PathId(id): PathId<SampleId>) -> Answered<Json<SampleValues>> {
    Ok(Json(harmonize::sample_values(&ctx, id).await?))
}
