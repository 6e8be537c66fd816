//! What people decided about values: batches, taking one back, and the history of a sample.

use super::{get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use chorale_model::curation::{Batch, BatchFilter, RevertBatch, SampleHistory};
use chorale_model::page::PageRequest;
use chorale_model::{BatchId, Page, SampleId};
use chorale_platform::curation;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/curations", list).query("kind=decision").says(|o| {
            o.summary("curations", "Batches of decisions about values, newest first; those that were taken back too")
                .query("kind", "decision, upgrade or rule; all of them when absent")
                .paged()
                .answers(Schema::page::<Batch>())
        }),
        get("/api/v1/curations/{batch}", load)
            .says(|o| o.summary("curations", "One batch").path("batch", "its id").answers(Schema::of::<Batch>())),
        post("/api/v1/curations/{batch}/revert", revert)
            .access(Access::Curator)
            .stands(&[("batch", "doomed_batch")])
            .json(r#"{"why": "An example"}"#)
            .says(|o| {
                o.summary(
                    "curations",
                    "Takes a batch back: values are what they were without it; upgrades need an admin",
                )
                .path("batch", "its id")
                .takes(Schema::of::<RevertBatch>())
                .answers(Schema::of::<Batch>())
            }),
        get("/api/v1/samples/{sample}/history", history).says(|o| {
            o.summary("curations", "Who decided what about a sample, when and why, and what stood there")
                .path("sample", "its id")
                .answers(Schema::of::<SampleHistory>())
        }),
    ]
}

async fn list(
    Caller(ctx): Caller,
    Search(filter): Search<BatchFilter>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<Batch>>> {
    Ok(Json(curation::list_batches(&ctx, filter, page).await?))
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<BatchId>) -> Answered<Json<Batch>> {
    Ok(Json(curation::load_batch(&ctx, id).await?))
}

async fn revert(
    Caller(ctx): Caller,
    PathId(id): PathId<BatchId>,
    Input(input): Input<RevertBatch>,
) -> Answered<Json<Batch>> {
    Ok(Json(curation::revert_batch(&ctx, id, input).await?))
}

async fn history(Caller(ctx): Caller, PathId(id): PathId<SampleId>) -> Answered<Json<SampleHistory>> {
    Ok(Json(curation::history(&ctx, id).await?))
}
