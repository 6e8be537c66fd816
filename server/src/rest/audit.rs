//! The audit log, for admins.

use super::get;
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Search};
use axum::Json;
use chorale_model::audit::{AuditFilter, AuditRow, ChainCheck, ChainHead};
use chorale_model::page::PageRequest;
use chorale_model::{Fault, Page};
use chorale_platform::audit;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/audit", list).access(Access::Admin).query("action=member").says(|o| {
            o.summary("audit", "Who did what, newest first")
                .query("action", "member.added, or member for all of its actions")
                .query("actor", "an e-mail address, a token's name, or an id")
                .query("object", "the id of what it was done to")
                .query("from", "RFC 3339")
                .query("to", "RFC 3339")
                .paged()
                .answers(Schema::page::<AuditRow>())
        }),
        get("/api/v1/audit/head", head).access(Access::Admin).says(|o| {
            o.summary("audit", "The newest sealed link of the chain; keep it elsewhere")
                .answers(Schema::of::<ChainHead>())
        }),
        get("/api/v1/audit/check", check).access(Access::Admin).says(|o| {
            o.summary("audit", "Checks the whole chain, and that it still holds a head that was kept")
                .query("position", "of the kept head")
                .query("hash", "of the kept head")
                .answers(Schema::of::<ChainCheck>())
        }),
    ]
}

async fn list(
    Caller(ctx): Caller,
    Search(filter): Search<AuditFilter>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<AuditRow>>> {
    Ok(Json(audit::list_rows(&ctx, filter, page).await?))
}

async fn head(Caller(ctx): Caller) -> Answered<Json<ChainHead>> {
    Ok(Json(audit::head(&ctx).await?))
}

#[derive(serde::Deserialize)]
struct Kept {
    position: Option<i64>,
    hash: Option<String>,
}

async fn check(Caller(ctx): Caller, Search(kept): Search<Kept>) -> Answered<Json<ChainCheck>> {
    Ok(Json(match (kept.position, kept.hash) {
        (None, None) => audit::verify(&ctx).await?,
        (Some(position), Some(hash)) => audit::verify_against(&ctx, position, &hash).await?,
        _ => {
            return Err(Fault::field("position", "send position and hash of the kept head together, or neither").into());
        }
    }))
}
