//! One sample.

use super::get;
use crate::routes::{Route, Schema};
use crate::web::{Answered, Caller, PathId};
use axum::Json;
use chorale_model::SampleId;
use chorale_model::catalog::Sample;
use chorale_platform::catalog;

pub(super) fn routes() -> Vec<Route> {
    vec![get("/api/v1/samples/{sample}", load).says(|o| {
        o.summary("samples", "A sample with everything the source said, and every dataset that holds it")
            .path("sample", "its id")
            .answers(Schema::of::<Sample>())
    })]
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<SampleId>) -> Answered<Json<Sample>> {
    Ok(Json(catalog::load_sample(&ctx, id).await?))
}
