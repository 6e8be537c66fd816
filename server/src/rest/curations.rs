//! What people decided about values: batches, taking one back, and the history of a sample.

use super::{get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use chorale_model::curation::{Batch, BatchChange, BatchFilter, BatchSummary, OneDecision, RevertBatch, SampleHistory};
use chorale_model::harmonize::SampleLayers;
use chorale_model::page::PageRequest;
use chorale_model::{BatchId, Page, SampleId};
use chorale_platform::{curation, harmonize};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/curations", list).query("kind=decision").says(|o| {
            o.summary("curations", "Batches of decisions about values, newest first; those that were taken back too")
                .query("kind", "decision, upgrade, rule or import; all of them when absent")
                .query("by", "whose: an e-mail address, or a token's name")
                .query("field", "those that decide this field of some sample")
                .query("collection", "those about samples of this collection")
                .query("state", "all, standing or taken_back; all when absent")
                .query("from", "a day in UTC, 2026-03-04: from its beginning on")
                .query("to", "up to the end of this day")
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
        get("/api/v1/curations/{batch}/summary", summary).says(|o| {
            o.summary("curations", "What a batch changed, added up, and whether any of it was taken back or put back")
                .path("batch", "its id")
                .answers(Schema::of::<BatchSummary>())
        }),
        get("/api/v1/curations/{batch}/changes", changes).says(|o| {
            o.summary("curations", "A batch's decisions, sample by sample: before and after")
                .path("batch", "its id")
                .paged()
                .answers(Schema::page::<BatchChange>())
        }),
        post("/api/v1/curations/{batch}/restore", restore)
            .access(Access::Curator)
            .stands(&[("batch", "reverted_batch")])
            .json(r#"{"why": "An example"}"#)
            .says(|o| {
                o.summary("curations", "Puts a batch back that was taken back; upgrades need an admin")
                    .path("batch", "its id")
                    .takes(Schema::of::<RevertBatch>())
                    .answers(Schema::of::<Batch>())
            }),
        post("/api/v1/curations/{batch}/decisions/revert", revert_one)
            .access(Access::Curator)
            .stands(&[("batch", "doomed_batch")])
            .json(r#"{"sample": "<sample>", "field": "sex", "why": "An example"}"#)
            .says(|o| {
                o.summary("curations", "Takes back what a batch decided about one field of a sample")
                    .path("batch", "its id")
                    .takes(Schema::of::<OneDecision>())
                    .answers(Schema::of::<Batch>())
            }),
        post("/api/v1/curations/{batch}/decisions/restore", restore_one)
            .access(Access::Curator)
            .stands(&[("batch", "withdrawn_batch")])
            .json(r#"{"sample": "<sample>", "field": "sex", "why": "An example"}"#)
            .says(|o| {
                o.summary("curations", "Lets a decision count again that was taken back by itself")
                    .path("batch", "its id")
                    .takes(Schema::of::<OneDecision>())
                    .answers(Schema::of::<Batch>())
            }),
        get("/api/v1/samples/{sample}/layers", layers).says(|o| {
            o.summary("curations", "Every layer of a sample's values: automatic, submitter's own, and each decision")
                .path("sample", "its id")
                .answers(Schema::of::<SampleLayers>())
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

async fn summary(Caller(ctx): Caller, PathId(id): PathId<BatchId>) -> Answered<Json<BatchSummary>> {
    Ok(Json(curation::batch_summary(&ctx, id).await?))
}

async fn changes(
    Caller(ctx): Caller,
    PathId(id): PathId<BatchId>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<BatchChange>>> {
    Ok(Json(curation::list_changes(&ctx, id, page).await?))
}

async fn restore(
    Caller(ctx): Caller,
    PathId(id): PathId<BatchId>,
    Input(input): Input<RevertBatch>,
) -> Answered<Json<Batch>> {
    Ok(Json(curation::restore_batch(&ctx, id, input).await?))
}

async fn revert_one(
    Caller(ctx): Caller,
    PathId(id): PathId<BatchId>,
    Input(one): Input<OneDecision>,
) -> Answered<Json<Batch>> {
    Ok(Json(curation::revert_decision(&ctx, id, one).await?))
}

async fn restore_one(
    Caller(ctx): Caller,
    PathId(id): PathId<BatchId>,
    Input(one): Input<OneDecision>,
) -> Answered<Json<Batch>> {
    Ok(Json(curation::restore_decision(&ctx, id, one).await?))
}

async fn layers(Caller(ctx): Caller, PathId(id): PathId<SampleId>) -> Answered<Json<SampleLayers>> {
    Ok(Json(harmonize::sample_layers(&ctx, id).await?))
}
