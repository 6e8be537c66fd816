//! The whole grid of a study as a file.

use super::show::load_grid;
use crate::Ctx;
use crate::catalog::csv_cell;
use bytes::Bytes;
use chorale_model::grid::Grid;
use chorale_model::page::PageRequest;
use chorale_model::{DatasetId, Fault};
use futures::stream::{self, BoxStream, StreamExt};

/// Accession, title and each field, as CSV or with tabs; page after page, so that a large study needs no more memory. A
/// fault of the first page is answered at once.
pub async fn export_grid(
    ctx: &Ctx,
    dataset: DatasetId,
    names: Vec<String>,
    with_tabs: bool,
) -> Result<BoxStream<'static, Result<Bytes, Fault>>, Fault> {
    let page = |cursor| PageRequest { cursor, limit: Some(PageRequest::MAX) };
    let first = load_grid(ctx, dataset, &names, page(None)).await?;
    let mut head = vec!["accession".to_owned(), "title".to_owned()];
    head.extend(first.fields.iter().map(|field| field.name.clone()));
    let head = line(head, with_tabs);
    let ctx = ctx.clone();
    let pages = stream::unfold(Some(first), move |grid| {
        let (ctx, names) = (ctx.clone(), names.clone());
        async move {
            let grid = grid?;
            let text = lines(&grid, with_tabs);
            match grid.next_cursor {
                None => Some((Ok(Bytes::from(text)), None)),
                Some(cursor) => match load_grid(&ctx, dataset, &names, page(Some(cursor))).await {
                    Ok(next) => Some((Ok(Bytes::from(text)), Some(next))),
                    Err(fault) => Some((Err(fault), None)),
                },
            }
        }
    });
    Ok(stream::once(async move { Ok(Bytes::from(head)) }).chain(pages).boxed())
}

fn lines(grid: &Grid, with_tabs: bool) -> String {
    let of = |row: &chorale_model::grid::GridRow| {
        let mut cells = vec![row.accession.clone(), row.title.clone()];
        cells.extend(row.cells.iter().map(|cell| cell.text.clone()));
        line(cells, with_tabs)
    };
    grid.rows.iter().map(of).collect()
}

/// With tabs a cell with a tab or a line end stands in quotes, as spreadsheets paste it.
fn line(cells: Vec<String>, with_tabs: bool) -> String {
    // Between tabs a comma needs no quotes, and a tab does.
    let cell = |text: String| match with_tabs {
        false => csv_cell(&text),
        true if text.contains(['\t', '\n', '\r', '"']) => format!("\"{}\"", text.replace('"', "\"\"")),
        true if text.contains(',') => text,
        true => csv_cell(&text),
    };
    let between = if with_tabs { "\t" } else { "," };
    format!("{}\r\n", cells.into_iter().map(cell).collect::<Vec<_>>().join(between))
}
