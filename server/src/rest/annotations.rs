//! Annotation of the catalog's samples, as jobs.

use super::imports::accepted;
use super::post;
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input};
use axum::response::Response;
use chorale_model::harmonize::StartAnnotation;
use chorale_model::jobs::Job;
use chorale_platform::harmonize;

pub(super) fn routes() -> Vec<Route> {
    vec![post("/api/v1/annotations", start).access(Access::Curator).json(r#"{"collection": "<collection>"}"#).says(
        |o| {
            o.summary("annotate", "Annotates a dataset, a collection or everything you own again, as a job")
                .takes(Schema::of::<StartAnnotation>())
                .status(202)
                .answers(Schema::of::<Job>().under("job"))
        },
    )]
}

async fn start(Caller(ctx): Caller, Input(asked): Input<StartAnnotation>) -> Answered<Response> {
    Ok(accepted(&harmonize::start_annotation(&ctx, asked).await?))
}
