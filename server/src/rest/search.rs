//! Search over samples and datasets.

use super::{get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::extract::Pairs;
use crate::web::{Answered, Caller};
use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chorale_model::discovery::{FACETS, IndexState, Kind, SearchRequest, SearchResponse, Sort};
use chorale_model::{Fault, JobId};
use chorale_platform::discovery;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use std::str::FromStr;

pub(super) fn routes() -> Vec<Route> {
    let parameters = |o: crate::routes::Operation| {
        let asked = o
            .query("q", "words, \"phrases\", AND OR NOT, (…), field:value, prefix*")
            .query("kind", "samples or datasets")
            .query("sort", "relevance, accession, title or newest");
        FACETS.iter().fold(asked, |o, facet| o.choice(facet.name, "a value of this facet; several: any of them"))
    };
    vec![
        get("/api/v1/search", search).query("q=tumor&facets=organism,platform").says(|o| {
            parameters(o.summary("search", "Ranked samples or datasets, with exact facet counts"))
                .query("facets", "facets to count, separated by commas")
                .query("facet_limit", "values of each facet, 0 to 200; 10 when absent")
                .query(
                    "expand",
                    "none, or terms that words of q shall not be widened to: -MONDO:0002691,-UBERON:0002107",
                )
                .query("limit", "0 to 500; 20 when absent")
                .query("cursor", "next_cursor of the page before")
                .answers(Schema::of::<SearchResponse>())
        }),
        get("/api/v1/search.csv", export)
            .pace(crate::web::pace::Pace::Stream)
            .query("q=tumor")
            .says(|o| parameters(o.summary("search", "Every hit as CSV")).answers_as("text/csv", Schema::text())),
        get("/api/v1/index", state)
            .says(|o| o.summary("search", "How far search is behind the catalog").answers(Schema::of::<IndexState>())),
        post("/api/v1/index/rebuild", rebuild).access(Access::Admin).says(|o| {
            o.summary("search", "Builds the organization's index anew from the catalog")
                .status(202)
                .answers(Schema::list::<JobId>())
        }),
    ]
}

async fn search(Caller(ctx): Caller, Pairs(pairs): Pairs) -> Answered<Json<SearchResponse>> {
    Ok(Json(discovery::search(&ctx, request(pairs)?).await?))
}

async fn export(Caller(ctx): Caller, Pairs(pairs): Pairs) -> Answered<Response> {
    let asked = request(pairs)?;
    let name = format!("attachment; filename=\"{}.csv\"", asked.kind.name());
    let lines = discovery::export_csv(&ctx, asked).await?;
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(lines)).into_response())
}

async fn state(Caller(ctx): Caller) -> Answered<Json<IndexState>> {
    Ok(Json(discovery::index_state(&ctx).await?))
}

async fn rebuild(Caller(ctx): Caller) -> Answered<Response> {
    Ok((http::StatusCode::ACCEPTED, Json(discovery::reindex(&ctx).await?)).into_response())
}

/// A search as its address says it: every key that is a facet's name is a choice.
fn request(pairs: Vec<(String, String)>) -> Result<SearchRequest, Fault> {
    let mut asked = SearchRequest::default();
    for (key, value) in pairs {
        match key.as_str() {
            "q" => asked.q = value,
            "kind" => asked.kind = kind(&value)?,
            "sort" => asked.sort = sort(&value)?,
            "facets" => {
                asked.facets =
                    value.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
            }
            "limit" => asked.limit = Some(number("limit", &value)?),
            "facet_limit" => asked.facet_limit = Some(number("facet_limit", &value)?),
            "expand" => asked.expand = Some(value).filter(|terms| !terms.is_empty()),
            "cursor" => asked.cursor = Some(value).filter(|cursor| !cursor.is_empty()),
            facet if FACETS.iter().any(|known| known.name == facet) => asked.chosen.entry(key).or_default().push(value),
            other => {
                let known: Vec<&str> = FACETS.iter().map(|facet| facet.name).collect();
                return Err(Fault::field(
                    other,
                    format!("is neither a parameter of a search nor a facet; facets are {}", known.join(", ")),
                ));
            }
        }
    }
    Ok(asked)
}

fn kind(text: &str) -> Result<Kind, Fault> {
    match text {
        "samples" => Ok(Kind::Samples),
        "datasets" => Ok(Kind::Datasets),
        other => Err(Fault::field("kind", format!("\"{other}\" is no kind of result; choose samples or datasets"))),
    }
}

fn sort(text: &str) -> Result<Sort, Fault> {
    match text {
        "relevance" | "" => Ok(Sort::Relevance),
        "accession" => Ok(Sort::Accession),
        "title" => Ok(Sort::Title),
        "newest" => Ok(Sort::Newest),
        other => {
            Err(Fault::field("sort", format!("\"{other}\" is no order; choose relevance, accession, title or newest")))
        }
    }
}

fn number(field: &str, text: &str) -> Result<i64, Fault> {
    i64::from_str(text).map_err(|_| Fault::field(field, format!("\"{text}\" is no whole number")))
}
