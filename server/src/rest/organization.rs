//! The organization as a whole: usage, quotas, export, erasure.

use super::{get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chorale_model::identity::Organization;
use chorale_model::jobs::{Job, JobState};
use chorale_model::metering::{Quota, UsageReport};
use chorale_model::{JobId, Time};
use chorale_platform::{care, identity, metering};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use serde_json::json;

pub(super) fn routes() -> Vec<Route> {
    // No whole job: nobody of the organization can sign in any more to follow it.
    let begun = vec![("id", true, Schema::of::<JobId>()), ("state", true, Schema::of::<JobState>())];
    let begun = Schema::object(begun).under("job");
    vec![
        get("/api/v1/organization", load)
            .says(|o| o.summary("organization", "The organization").answers(Schema::of::<Organization>())),
        get("/api/v1/organization/usage", usage).access(Access::Admin).says(|o| {
            o.summary("organization", "What was used, by whom, and the quotas")
                .query("from", "RFC 3339; 30 days ago when absent")
                .query("to", "RFC 3339; now when absent")
                .answers(Schema::of::<UsageReport>())
        }),
        get("/api/v1/organization/quotas", quotas).access(Access::Admin).says(|o| {
            o.summary("organization", "Limits and how much of them is taken").answers(Schema::list::<Quota>())
        }),
        post("/api/v1/organization/exports", export).access(Access::Admin).says(|o| {
            o.summary("organization", "Packs every row and object of the organization, as a job")
                .status(202)
                .answers(Schema::of::<Job>().under("job"))
        }),
        get("/api/v1/organization/exports/{job}", download)
            .stands(&[("job", "export_job")])
            .access(Access::Admin)
            .pace(Pace::Stream)
            .says(|o| {
                o.summary("organization", "The finished export, a tar file")
                    .path("job", "the job's id")
                    .answers_as("application/x-tar", Schema::binary())
            }),
        post("/api/v1/organization/erasure", erase)
            .access(Access::Admin)
            .json(r#"{"name": "<organization_name>"}"#)
            .says(|o| {
                o.summary("organization", "Erases the organization, for good; the name must be repeated")
                    .takes(Schema::of::<Erasure>())
                    .status(202)
                    .answers(begun)
            }),
    ]
}

async fn load(Caller(ctx): Caller) -> Answered<Json<Organization>> {
    Ok(Json(identity::load_organization(&ctx).await?))
}

#[derive(serde::Deserialize)]
struct Span {
    from: Option<Time>,
    to: Option<Time>,
}

async fn usage(Caller(ctx): Caller, Search(span): Search<Span>) -> Answered<Json<UsageReport>> {
    let to = span.to.unwrap_or_else(|| ctx.now());
    let from = span.from.unwrap_or_else(|| to.plus(-30 * Time::DAY));
    Ok(Json(metering::report(&ctx, from, to).await?))
}

async fn quotas(Caller(ctx): Caller) -> Answered<Json<Vec<Quota>>> {
    Ok(Json(metering::list_quotas(&ctx).await?))
}

async fn export(Caller(ctx): Caller) -> Answered<Response> {
    let job = care::export_organization(&ctx).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "job": job }))).into_response())
}

async fn download(Caller(ctx): Caller, PathId(job): PathId<JobId>) -> Answered<Response> {
    let (size, bytes) = care::open_export(&ctx, job).await?;
    let headers = [
        (CONTENT_TYPE, "application/x-tar".to_owned()),
        (CONTENT_LENGTH, size.to_string()),
        (CONTENT_DISPOSITION, "attachment; filename=\"organization.tar\"".to_owned()),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Erasure {
    /// The organization's, again, so that nobody erases it by accident.
    name: String,
}

async fn erase(Caller(ctx): Caller, Input(input): Input<Erasure>) -> Answered<Response> {
    let job = care::erase_organization(&ctx, &input.name).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "job": { "id": job, "state": JobState::Queued } }))).into_response())
}
