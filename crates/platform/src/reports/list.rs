//! Reports as the owner's curators and as their reporters see them.

use super::{person, sql};
use crate::Ctx;
use chorale_model::page::PageRequest;
use chorale_model::reports::{Report, ReportCounts, ReportFilter};
use chorale_model::{Fault, Page, ReportId, Role};

/// So far a list is paged; whoever wants more narrows it.
const FARTHEST: i64 = 100_000;

/// Reports about the organization's own samples: of those that wait the ones first that settle most.
pub async fn list_reports(ctx: &Ctx, filter: ReportFilter, page: PageRequest) -> Result<Page<Report>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (limit, offset) = (page.limit()?, offset(&page)?);
    let mut items = sql::list(ctx.db(), organization, &filter, person(ctx), offset, limit + 1).await?;
    let more = items.len() as i64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(Page { items, next_cursor: more.then(|| (offset + limit).to_string()) })
}

/// One's own reports, whoever owns the sample; the newest first.
pub async fn list_mine(ctx: &Ctx, page: PageRequest) -> Result<Page<Report>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let items = sql::list_mine(ctx.db(), organization, person(ctx), page.before()?, limit + 1).await?;
    Ok(Page::cut(items, limit, |report| report.id.to_string()))
}

/// For members of the owner, and for whoever filed it.
pub async fn load_report(ctx: &Ctx, id: ReportId) -> Result<Report, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let found = match sql::find(ctx.db(), organization, id).await? {
        Some(own) => Some(own),
        None => sql::find_mine(ctx.db(), organization, person(ctx), id).await?,
    };
    found.ok_or_else(|| Fault::missing("report", id))
}

/// What the asker should look at.
pub async fn counts(ctx: &Ctx) -> Result<ReportCounts, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (open, news) = futures::try_join!(
        sql::count_open(ctx.db(), organization),
        sql::count_news(ctx.db(), organization, person(ctx)),
    )?;
    Ok(ReportCounts { open, news })
}

/// One's own reports that were answered are no news any more.
pub async fn see_mine(ctx: &Ctx) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let reporter = person(ctx);
    ctx.db().write(move |tx| Box::pin(async move { sql::see_mine(tx, organization, reporter).await })).await
}

fn offset(page: &PageRequest) -> Result<i64, Fault> {
    let Some(text) = &page.cursor else { return Ok(0) };
    let offset = text.parse().ok().filter(|offset| (0..=FARTHEST).contains(offset));
    offset.ok_or_else(|| Fault::field("cursor", "is none of this list's; begin again without one"))
}
