//! Automatic curation: how right it is by people's decisions, and from which score on it is accepted.

use super::{get, put};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, PathTexts, Search};
use axum::Json;
use axum::response::{IntoResponse, Response};
use chorale_model::automatic::{
    AutomaticAsked, AutomaticDetail, AutomaticFields, LookAtThreshold, SetThreshold, ThresholdPreview, ThresholdSet,
};
use chorale_model::harmonize::Hold;
use chorale_model::{CollectionId, Page};
use chorale_platform::{automatic, harmonize};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/collections/{collection}/automatic", fields).says(|o| {
            o.summary(
                "automatic",
                "Precision and recall of each field's annotators, as decisions say, and its threshold",
            )
            .path("collection", "its id")
            .answers(Schema::of::<AutomaticFields>())
        }),
        get("/api/v1/collections/{collection}/automatic.csv", table).says(|o| {
            o.summary("automatic", "The same as CSV, a row for each field and version of the annotator")
                .path("collection", "its id")
                .answers_as("text/csv", Schema::text())
        }),
        get("/api/v1/collections/{collection}/automatic/{field}", detail).says(|o| {
            o.summary("automatic", "One field by twentieths of the score, and what each threshold would accept")
                .path("collection", "its id")
                .path("field", "its name")
                .query("annotator", "a version such as harmonize-3; the present one when absent")
                .answers(Schema::of::<AutomaticDetail>())
        }),
        get("/api/v1/collections/{collection}/automatic/{field}/preview", preview).query("from=0.85").says(|o| {
            o.summary("automatic", "What another threshold would accept and send to review; nothing changes")
                .path("collection", "its id")
                .path("field", "its name")
                .query("from", "a score; the one that follows from the promised precision when absent")
                .answers(Schema::of::<ThresholdPreview>())
        }),
        put("/api/v1/collections/{collection}/automatic/{field}/threshold", set)
            .access(Access::Curator)
            .stands(&[("collection", "plain_collection")])
            .json(r#"{"version": 0, "from": 0.85}"#)
            .says(|o| {
                o.summary(
                    "automatic",
                    "Accepts a field's suggestions from a score on; its samples are annotated again by a job",
                )
                .path("collection", "its id")
                .path("field", "its name")
                .takes(Schema::of::<SetThreshold>())
                .answers(Schema::of::<ThresholdSet>())
            }),
        get("/api/v1/collections/{collection}/holds", holds).says(|o| {
            o.summary("automatic", "Fields of which nothing is accepted automatically until an alert is resolved")
                .path("collection", "its id")
                .answers(Schema::page::<Hold>())
        }),
    ]
}

async fn fields(Caller(ctx): Caller, PathId(id): PathId<CollectionId>) -> Answered<Json<AutomaticFields>> {
    Ok(Json(automatic::list_fields(&ctx, id).await?))
}

async fn table(Caller(ctx): Caller, PathId(id): PathId<CollectionId>) -> Answered<Response> {
    let text = automatic::csv(&ctx, id).await?;
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"automatic.csv\"")];
    Ok((headers, text).into_response())
}

async fn detail(
    Caller(ctx): Caller,
    PathTexts((collection, field)): PathTexts<(String, String)>,
    Search(asked): Search<AutomaticAsked>,
) -> Answered<Json<AutomaticDetail>> {
    Ok(Json(automatic::field_detail(&ctx, collection.parse()?, &field, asked).await?))
}

#[derive(serde::Deserialize)]
struct Looked {
    from: Option<f64>,
}

async fn preview(
    Caller(ctx): Caller,
    PathTexts((collection, field)): PathTexts<(String, String)>,
    Search(asked): Search<Looked>,
) -> Answered<Json<ThresholdPreview>> {
    let asked = LookAtThreshold { from: asked.from };
    Ok(Json(automatic::preview_threshold(&ctx, collection.parse()?, &field, asked).await?))
}

async fn set(
    Caller(ctx): Caller,
    PathTexts((collection, field)): PathTexts<(String, String)>,
    Input(asked): Input<SetThreshold>,
) -> Answered<Json<ThresholdSet>> {
    Ok(Json(automatic::set_threshold(&ctx, collection.parse()?, &field, asked).await?))
}

async fn holds(Caller(ctx): Caller, PathId(id): PathId<CollectionId>) -> Answered<Json<Page<Hold>>> {
    Ok(Json(Page { items: harmonize::list_holds(&ctx, id).await?, next_cursor: None }))
}
