//! "This is wrong": filing it, the owner's tasks, and the answer that goes back.

use super::{get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use axum::response::{IntoResponse, Response};
use chorale_model::page::PageRequest;
use chorale_model::reports::{
    AnswerReport, AssignReport, DeclineReport, FileReport, Report, ReportCounts, ReportFilter,
};
use chorale_model::{Page, ReportId};
use chorale_platform::reports;
use http::StatusCode;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/reports", list).query("state=open").says(|o| {
            o.summary("reports", "What members hold for wrong in your organization's samples: what settles most first")
                .query("state", "open, answered or declined; all of them when absent")
                .query("collection", "whose samples")
                .query("field", "its name")
                .query("taken", "true: those that you have taken")
                .paged()
                .answers(Schema::page::<Report>())
        }),
        post("/api/v1/reports", file)
            .json(r#"{"sample": "<clean_sample>", "field": "disease", "words": "An example"}"#)
            .says(|o| {
                o.summary("reports", "Says that a value is wrong or missing; a task of the sample's owner")
                    .takes(Schema::of::<FileReport>())
                    .status(201)
                    .answers(Schema::of::<Report>())
            }),
        get("/api/v1/reports/mine", mine).says(|o| {
            o.summary("reports", "Your own reports, with what was answered").paged().answers(Schema::page::<Report>())
        }),
        post("/api/v1/reports/mine/seen", seen)
            .says(|o| o.summary("reports", "You have seen what was answered so far").status(204)),
        get("/api/v1/reports/counts", counts).says(|o| {
            o.summary("reports", "How many wait in your organization, and how many answers you have not seen")
                .answers(Schema::of::<ReportCounts>())
        }),
        get("/api/v1/reports/{report}", load).says(|o| {
            o.summary("reports", "One report, for members of the owner and for whoever filed it")
                .path("report", "its id")
                .answers(Schema::of::<Report>())
        }),
        post("/api/v1/reports/{report}/assign", assign).access(Access::Curator).json(r#"{"assignee": null}"#).says(
            |o| {
                o.summary("reports", "Takes a report, lets it go, or as an admin gives it to a curator")
                    .path("report", "its id")
                    .takes(Schema::of::<AssignReport>())
                    .answers(Schema::of::<Report>())
            },
        ),
        post("/api/v1/reports/{report}/answer", answer)
            .access(Access::Curator)
            .stands(&[("report", "open_report")])
            .json(r#"{"answer": "not_reported", "words": "An example"}"#)
            .says(|o| {
                o.summary("reports", "Settles a report by a decision about the sample, or about all that say the same")
                    .path("report", "its id")
                    .takes(Schema::of::<AnswerReport>())
                    .answers(Schema::of::<Report>())
            }),
        post("/api/v1/reports/{report}/decline", decline)
            .access(Access::Curator)
            .stands(&[("report", "open_report")])
            .json(r#"{"words": "An example"}"#)
            .says(|o| {
                o.summary("reports", "Leaves the value as it is, with the reason")
                    .path("report", "its id")
                    .takes(Schema::of::<DeclineReport>())
                    .answers(Schema::of::<Report>())
            }),
    ]
}

async fn list(
    Caller(ctx): Caller,
    Search(filter): Search<ReportFilter>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<Report>>> {
    Ok(Json(reports::list_reports(&ctx, filter, page).await?))
}

async fn file(Caller(ctx): Caller, Input(input): Input<FileReport>) -> Answered<Response> {
    Ok((StatusCode::CREATED, Json(reports::file(&ctx, input).await?)).into_response())
}

async fn mine(Caller(ctx): Caller, Search(page): Search<PageRequest>) -> Answered<Json<Page<Report>>> {
    Ok(Json(reports::list_mine(&ctx, page).await?))
}

async fn seen(Caller(ctx): Caller) -> Answered<StatusCode> {
    reports::see_mine(&ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn counts(Caller(ctx): Caller) -> Answered<Json<ReportCounts>> {
    Ok(Json(reports::counts(&ctx).await?))
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<ReportId>) -> Answered<Json<Report>> {
    Ok(Json(reports::load_report(&ctx, id).await?))
}

async fn assign(
    Caller(ctx): Caller,
    PathId(id): PathId<ReportId>,
    Input(input): Input<AssignReport>,
) -> Answered<Json<Report>> {
    Ok(Json(reports::assign(&ctx, id, input).await?))
}

async fn answer(
    Caller(ctx): Caller,
    PathId(id): PathId<ReportId>,
    Input(input): Input<AnswerReport>,
) -> Answered<Json<Report>> {
    Ok(Json(reports::answer(&ctx, id, input).await?))
}

async fn decline(
    Caller(ctx): Caller,
    PathId(id): PathId<ReportId>,
    Input(input): Input<DeclineReport>,
) -> Answered<Json<Report>> {
    Ok(Json(reports::decline(&ctx, id, input).await?))
}
