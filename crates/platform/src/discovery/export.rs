//! Every hit of a query as CSV, page by page on one pinned generation: memory does not grow with the answer.

use super::request::MAX_LIMIT;
use super::search::search;
use crate::Ctx;
use crate::catalog::csv_cell;
use bytes::Bytes;
use chorale_model::Fault;
use chorale_model::discovery::{Hit, SearchRequest};
use futures::stream::{self, BoxStream, StreamExt};

/// Columns of the file; `attributes` holds what the source said as `key: value | key: value`.
const HEADER: &str = "kind,id,accession,title,platform,organisms,datasets,samples,collection,attributes\r\n";

/// The CSV in chunks. A fault of the first page is answered at once, before any byte was sent.
pub async fn export_csv(
    ctx: &Ctx,
    mut asked: SearchRequest,
) -> Result<BoxStream<'static, Result<Bytes, Fault>>, Fault> {
    asked.limit = Some(MAX_LIMIT);
    asked.facet_limit = Some(0);
    asked.cursor = None;
    let first = search(ctx, asked.clone()).await?;
    let start = (ctx.clone(), asked, Some(first));
    let pages = stream::unfold(start, |(ctx, mut asked, page)| async move {
        let page = page?;
        let kind = asked.kind.name();
        let text: String = page.hits.iter().map(|hit| line(kind, hit)).collect();
        let next = match page.next_cursor {
            None => None,
            Some(cursor) => {
                asked.cursor = Some(cursor);
                match search(&ctx, asked.clone()).await {
                    Ok(next) => Some(next),
                    Err(fault) => return Some((Err(fault), (ctx, asked, None))),
                }
            }
        };
        Some((Ok(Bytes::from(text)), (ctx, asked, next)))
    });
    Ok(stream::once(async { Ok(Bytes::from_static(HEADER.as_bytes())) }).chain(pages).fuse().boxed())
}

fn line(kind: &str, hit: &Hit) -> String {
    let datasets: Vec<&str> = hit.datasets.iter().map(|dataset| dataset.accession.as_str()).collect();
    let attributes: Vec<String> = hit.attributes.iter().map(|a| format!("{}: {}", a.key, a.value)).collect();
    let cells = [
        kind.to_owned(),
        hit.id.to_string(),
        hit.accession.clone(),
        hit.title.clone(),
        hit.platform.clone(),
        hit.organisms.join("; "),
        datasets.join("; "),
        hit.samples.to_string(),
        hit.collection.to_string(),
        attributes.join(" | "),
    ];
    let mut line = cells.map(|cell| csv_cell(&cell)).join(",");
    line.push_str("\r\n");
    line
}
