//! Cells of the CSV files that people download, and the samples of one version as such a file.

use super::{datasets, samples};
use crate::Ctx;
use bytes::Bytes;
use chorale_model::catalog::{SampleRow, SampleSort};
use chorale_model::page::PageRequest;
use chorale_model::{DatasetId, Fault, VersionId};
use futures::stream::{self, BoxStream, StreamExt};

/// Columns of the samples' file; `attributes` holds what the source said as `key: value | key: value`.
const HEADER: &str = "position,id,accession,title,organisms,attributes\r\n";

/// RFC 4180 quoting. A cell that a spreadsheet would run as a formula gets an apostrophe before it.
pub fn csv_cell(cell: &str) -> String {
    let guarded = match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') if cell.parse::<f64>().is_err() => format!("'{cell}"),
        _ => cell.to_owned(),
    };
    if guarded.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

/// What is asked for, page after page.
struct Asked {
    ctx: Ctx,
    dataset: DatasetId,
    version: VersionId,
    q: String,
    sort: SampleSort,
}

impl Asked {
    async fn page(&self, cursor: Option<String>) -> Result<chorale_model::Page<SampleRow>, Fault> {
        let page = PageRequest { cursor, limit: Some(PageRequest::MAX) };
        samples::list_samples(&self.ctx, self.dataset, Some(self.version), Some(&self.q), self.sort, page).await
    }
}

/// The samples of a dataset's version (the current one when absent) that contain `q`, as CSV in chunks. The version is
/// settled with the first page, so that one published meanwhile cannot mix in; a fault until then is answered at once.
pub async fn export_samples(
    ctx: &Ctx,
    dataset: DatasetId,
    version: Option<VersionId>,
    q: &str,
    sort: SampleSort,
) -> Result<BoxStream<'static, Result<Bytes, Fault>>, Fault> {
    let version = match version {
        Some(version) => version,
        None => datasets::load_dataset(ctx, dataset).await?.version.id,
    };
    let asked = Asked { ctx: ctx.clone(), dataset, version, q: q.to_owned(), sort };
    let first = asked.page(None).await?;
    let pages = stream::unfold((asked, Some(first)), |(asked, page)| async move {
        let page = page?;
        let text: String = page.items.iter().map(line).collect();
        let next = match page.next_cursor {
            None => None,
            Some(cursor) => match asked.page(Some(cursor)).await {
                Ok(next) => Some(next),
                Err(fault) => return Some((Err(fault), (asked, None))),
            },
        };
        Some((Ok(Bytes::from(text)), (asked, next)))
    });
    Ok(stream::once(async { Ok(Bytes::from_static(HEADER.as_bytes())) }).chain(pages).fuse().boxed())
}

fn line(sample: &SampleRow) -> String {
    let attributes: Vec<String> = sample.attributes.iter().map(|a| format!("{}: {}", a.key, a.value)).collect();
    let cells = [
        sample.position.to_string(),
        sample.id.to_string(),
        sample.accession.clone(),
        sample.title.clone(),
        sample.organisms.join("; "),
        attributes.join(" | "),
    ];
    let mut line = cells.map(|cell| csv_cell(&cell)).join(",");
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn cells_are_quoted_and_never_run() {
        assert_eq!(csv_cell("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(csv_cell("=1+1"), "'=1+1");
        assert_eq!(csv_cell("-1.5"), "-1.5");
    }
}
