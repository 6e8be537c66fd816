//! What happened to a model or to one of its versions, as the audit log has it.

use crate::{Ctx, audit};
use chorale_model::audit::AuditRow;
use chorale_model::page::PageRequest;
use chorale_model::{Fault, Page};

/// Newest first. A model that was renamed tells what happened under the name that it has now.
pub async fn list_history(
    ctx: &Ctx,
    name: &str,
    version: Option<i64>,
    page: PageRequest,
) -> Result<Page<AuditRow>, Fault> {
    match version {
        Some(version) => super::load_version(ctx, name, version).await.map(drop)?,
        None => super::load_model(ctx, name).await.map(drop)?,
    }
    audit::list_of(ctx, "model", name, version, page).await
}
