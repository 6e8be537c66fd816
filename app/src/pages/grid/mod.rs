//! The grid of a study: its samples × fields with the abstract beside, edited like a spreadsheet. The island adds arrows,
//! ranges, copying and pasting; everything it does can be done by the forms beneath, which look before they change.

mod forms;
mod posted;
mod table;
pub mod titles;
mod would;

pub use posted::Posted;

use crate::address::address;
use crate::flash::Notice;
use crate::load::{Asked, member_page, say_status};
use crate::screen::{Place, Screen};
use chorale_model::curation::{Batch, BatchFilter};
use chorale_model::fields::Field;
use chorale_model::grid::{ChangeGrid, Grid, GridChange, GridChanged};
use chorale_model::page::PageRequest;
use chorale_model::{CollectionId, DatasetId, Fault, FaultKind, Role};
use chorale_platform::{catalog, curation, grid, harmonize};
use chorale_ui::{Crumb, Icon, LinkButton};
use leptos::prelude::*;

/// Rows of one page.
const SHOWN: i64 = 100;
/// Columns, where nobody chose any.
const COLUMNS: usize = 8;
/// Decisions that can be undone from here.
const LATEST: i64 = 5;

pub fn path_of(dataset: DatasetId) -> String {
    format!("/grid/{dataset}")
}

/// `/grid/{id}`; the server gives a change that was posted as [`Posted`].
#[component]
pub fn GridPage() -> impl IntoView {
    let posted = use_context::<Posted>();
    member_page(|asked| async move {
        let dataset = catalog::load_dataset(&asked.ctx, asked.id()?).await?;
        let all = harmonize::fields_of(&asked.ctx, dataset.collection).await?.fields;
        let chosen = chosen(&asked);
        let mut shown = grid::load_grid(&asked.ctx, dataset.id, &chosen, asked.page(SHOWN)).await?;
        if chosen.is_empty() {
            usual(&mut shown);
        }
        let may_change = asked.me.role >= Role::Curator && dataset.owner == asked.me.organization.id;
        let looked = match posted {
            Some(posted) if may_change => Some(look(&asked, dataset.id, posted.change()).await?),
            _ => None,
        };
        let latest = match may_change {
            true => {
                let page = PageRequest { cursor: None, limit: Some(LATEST) };
                curation::list_batches(&asked.ctx, BatchFilter::default(), page).await?.items
            }
            false => Vec::new(),
        };
        let columns = chosen.join(",");
        let paging = asked.paging(&path_of(dataset.id), &[("fields", &columns)], shown.next_cursor.as_deref());
        let crumbs = vec![
            Crumb::link(dataset.collection_name.clone(), format!("/collections/{}", dataset.collection)),
            Crumb::link(dataset.accession.clone(), format!("/datasets/{}", dataset.id)),
            Crumb::here("Grid"),
        ];
        Ok(draw(
            Shown { grid: shown, collection: dataset.collection, all, columns, looked, latest, may_change },
            crumbs,
            paging,
        ))
    })
}

/// What came of looking at a change.
pub enum Looked {
    Would(Box<GridChange>, Box<GridChanged>),
    Refused(Fault),
}

/// A change that cannot be looked at is said beside the grid, and the rest of the page stays.
pub(super) async fn look(
    asked: &Asked,
    dataset: DatasetId,
    change: Result<GridChange, Fault>,
) -> Result<Looked, Fault> {
    let found = match change {
        Ok(change) => {
            let asking = ChangeGrid { change: change.clone(), why: String::new() };
            grid::preview_grid(&asked.ctx, dataset, asking).await.map(|would| (change, would))
        }
        Err(fault) => Err(fault),
    };
    match found {
        Ok((change, would)) => Ok(Looked::Would(Box::new(change), Box::new(would))),
        Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::Conflict) => {
            say_status(&fault);
            Ok(Looked::Refused(fault))
        }
        Err(fault) => Err(fault),
    }
}

fn chosen(asked: &Asked) -> Vec<String> {
    let all = asked.query.get_all("fields").unwrap_or_default();
    let names = all.iter().flat_map(|names| names.split(','));
    names.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The columns in which these rows say anything, and behind them the first of the others.
fn usual(grid: &mut Grid) {
    let says = |at: usize| grid.rows.iter().filter(|row| !row.cells[at].text.is_empty()).count();
    let mut places: Vec<(usize, usize)> = (0..grid.fields.len()).map(|at| (at, says(at))).collect();
    places.sort_by_key(|(at, n)| (std::cmp::Reverse(*n), *at));
    places.truncate(COLUMNS);
    places.sort_by_key(|(at, n)| (*n == 0, *at));
    let kept: Vec<usize> = places.into_iter().map(|(at, _)| at).collect();
    grid.fields = kept.iter().map(|at| grid.fields[*at].clone()).collect();
    for row in &mut grid.rows {
        row.cells = kept.iter().map(|at| row.cells[*at].clone()).collect();
    }
}

/// Everything that is drawn.
pub struct Shown {
    pub grid: Grid,
    pub collection: CollectionId,
    /// Fields that may be columns.
    pub all: Vec<Field>,
    /// Those that were chosen, with commas between them.
    pub columns: String,
    pub looked: Option<Looked>,
    pub latest: Vec<Batch>,
    pub may_change: bool,
}

pub fn draw(shown: Shown, crumbs: Vec<Crumb>, paging: crate::paging::Paging) -> Screen {
    let Shown { grid, collection, all, columns, looked, latest, may_change } = shown;
    let title = format!("Grid of {}", grid.accession);
    let titles = address(&format!("{}/titles", path_of(grid.dataset)), []);
    let export =
        |kind: &str| address(&format!("/api/v1/datasets/{}/grid.{kind}", grid.dataset), [("fields", columns.as_str())]);
    let (csv, tsv) = (export("csv"), export("tsv"));
    let result = looked.map(|looked| would::draw(&grid, &all, looked));
    let forms = may_change.then(|| forms::draw(&grid, collection));
    let summary = (!grid.summary.is_empty()).then(|| {
        view! { <aside class="panel panel-body grid-abstract" aria-labelledby="abstract-h"><h2 class="aside-h" id="abstract-h">"What the study says"</h2><p class="dense prose">{grid.summary.clone()}</p></aside> }
    });
    let island = may_change.then(|| view! { <crate::islands::Grid dataset=grid.dataset.to_string()/> });
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>{title.clone()}</h1>
                    <p class="page-sub">{grid.title.clone()}</p>
                </div>
            </header>
            <div class="stack gap-4">
                <Notice actions=&["change_grid", "revert_batch"]/>
                {result}
                <div class="grid-study">
                    <div class="stack gap-3">
                        {table::columns(&grid, &all)}
                        {table::draw(&grid, collection, may_change, paging, csv, tsv)}
                        {island}
                    </div>
                    {summary}
                </div>
                {forms}
                {super::by_value::batches::draw(latest, may_change)}
            </div>
        </div>
    };
    let action = may_change.then(|| view! { <LinkButton href=titles icon=Icon::Columns text="Read titles"/> });
    let screen = Screen::new(title, Place::Collections, crumbs, body.into_any());
    Screen { search: false, ..screen }.with_action(action)
}
