//! Terms of the ontologies in use, with the samples that have them.

use super::get;
use crate::routes::{Route, Schema};
use crate::web::{Answered, Caller, PathTexts, Search};
use axum::Json;
use chorale_model::discovery::TermQuery;
use chorale_model::ontologies::{Term, TermHits};
use chorale_platform::discovery;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/terms", search).query("q=liv&field=tissue&limit=5").says(|o| {
            o.summary("terms", "The terms that best fit what was typed, for forms")
                .query("q", "a few letters, or an id")
                .query("field", "only terms of this field's ontologies")
                .query("collection", "whose field it is: only what that field takes, by its branch too")
                .query("limit", "0 to 100; 10 when absent")
                .answers(Schema::of::<TermHits>())
        }),
        get("/api/v1/terms/{term}", load).says(|o| {
            o.summary("terms", "A term with its names, its neighbours in the tree and the samples that have it")
                .path("term", "its id, such as MONDO:0007256")
                .answers(Schema::of::<Term>())
        }),
    ]
}

async fn search(Caller(ctx): Caller, Search(asked): Search<TermQuery>) -> Answered<Json<TermHits>> {
    Ok(Json(discovery::search_terms(&ctx, asked).await?))
}

async fn load(Caller(ctx): Caller, PathTexts(id): PathTexts<String>) -> Answered<Json<Term>> {
    Ok(Json(discovery::load_term(&ctx, &id).await?))
}
