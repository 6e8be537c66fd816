//! A dataset: what it is, its samples beside what the source said, its files down to the raw bytes, its versions.

mod aside;
mod facts;
mod groups;
mod samples;
mod tabs;
mod values;

use crate::flash::Notice;
use crate::load::{Asked, member_page};
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use chorale_model::catalog::{Dataset, File, SampleRow, SampleSort, Version};
use chorale_model::harmonize::{DatasetPins, DatasetValues};
use chorale_model::page::PageRequest;
use chorale_model::{DatasetId, Fault, Role, SampleId};
use chorale_platform::{catalog, harmonize};
use chorale_ui::{Badge, Crumb, Icon, LinkButton, Tab, Tabs};
use leptos::prelude::*;

pub use aside::{relations, short_hash};
pub use samples::Samples;
pub use tabs::source;
pub use values::{View, unsaid, words_in};

/// Samples that are read to say how those of a dataset differ.
const COMPARED: i64 = 200;

/// `/datasets/{id}`
#[component]
pub fn OverviewPage() -> impl IntoView {
    member_page(|asked| async move {
        let dataset = load(&asked).await?;
        let first = PageRequest { cursor: None, limit: Some(COMPARED) };
        let values = async {
            let values = harmonize::dataset_overview(&asked.ctx, dataset.id).await?;
            let quoted = catalog::list_samples_by_id(&asked.ctx, dataset.id, &values::quoted(&values)).await?;
            Ok((values, quoted))
        };
        // Side by side: together they are most of the page's time.
        let (samples, (values, quoted), pins) = futures::try_join!(
            catalog::list_samples(&asked.ctx, dataset.id, None, None, SampleSort::Position, first),
            values,
            harmonize::dataset_pins(&asked.ctx, dataset.id),
        )?;
        let may_start = asked.me.role >= Role::Curator && dataset.owner == asked.me.organization.id;
        Ok(draw(dataset, pins, Shown::Overview { samples: samples.items, values, quoted, may_start }))
    })
}

/// `/datasets/{id}/samples`
#[component]
pub fn SamplesPage() -> impl IntoView {
    member_page(|asked| async move {
        let dataset = load(&asked).await?;
        let (sort, q): (SampleSort, _) = (asked.choice("sort")?, asked.word("q"));
        let page = catalog::list_samples(&asked.ctx, dataset.id, None, Some(&q), sort, asked.page(50)).await?;
        let chosen = View::of(&asked.word("show"));
        let values = match chosen {
            Some(View::Raw) => Vec::new(),
            _ => {
                let ids: Vec<SampleId> = page.items.iter().map(|sample| sample.id).collect();
                harmonize::list_sample_values(&asked.ctx, dataset.id, &ids).await?
            }
        };
        let fields = harmonize::fields_of(&asked.ctx, dataset.collection).await?.fields;
        let annotated = values.iter().any(|sample| !sample.values.is_empty());
        let view = chosen.unwrap_or(if annotated { View::Harmonized } else { View::Raw });
        let state = [("sort", Samples::key(sort)), ("q", q.as_str()), ("show", chosen.map(View::key).unwrap_or(""))];
        let path = format!("/datasets/{}/samples", dataset.id);
        let paging = asked.paging(&path, &state, page.next_cursor.as_deref());
        let pins = harmonize::dataset_pins(&asked.ctx, dataset.id).await?;
        Ok(draw(dataset, pins, Shown::Samples(Samples { page: page.items, sort, q, paging, view, values, fields })))
    })
}

/// `/datasets/{id}/files`
#[component]
pub fn FilesPage() -> impl IntoView {
    member_page(|asked| async move {
        let dataset = load(&asked).await?;
        let files = catalog::list_files(&asked.ctx, dataset.id, asked.page(50)).await?;
        let path = format!("/datasets/{}/files", dataset.id);
        let paging = asked.paging(&path, &[], files.next_cursor.as_deref());
        let pins = harmonize::dataset_pins(&asked.ctx, dataset.id).await?;
        Ok(draw(dataset, pins, Shown::Files(files.items, paging)))
    })
}

/// `/datasets/{id}/history`
#[component]
pub fn HistoryPage() -> impl IntoView {
    member_page(|asked| async move {
        let dataset = load(&asked).await?;
        let versions = catalog::list_versions(&asked.ctx, dataset.id, asked.page(50)).await?;
        let path = format!("/datasets/{}/history", dataset.id);
        let paging = asked.paging(&path, &[], versions.next_cursor.as_deref());
        let pins = harmonize::dataset_pins(&asked.ctx, dataset.id).await?;
        Ok(draw(dataset, pins, Shown::History(versions.items, paging)))
    })
}

async fn load(asked: &Asked) -> Result<Dataset, Fault> {
    catalog::load_dataset(&asked.ctx, asked.id()?).await
}

/// What one tab shows.
pub enum Shown {
    /// With the first samples, to say how they differ, and those whose words stand beside a value.
    Overview {
        samples: Vec<SampleRow>,
        values: DatasetValues,
        quoted: Vec<SampleRow>,
        /// The asker may have the dataset annotated.
        may_start: bool,
    },
    Samples(Samples),
    Files(Vec<File>, Paging),
    History(Vec<Version>, Paging),
}

/// The page of `dataset` at one of its tabs; it has pins once it is annotated.
pub fn draw(dataset: Dataset, pins: Option<DatasetPins>, shown: Shown) -> Screen {
    let accession = dataset.accession.clone();
    let crumbs = vec![
        Crumb::link("Collections", "/collections"),
        Crumb::link(dataset.collection_name.clone(), format!("/collections/{}", dataset.collection)),
        Crumb::here(accession.clone()),
    ];
    let id = dataset.id;
    let aside = aside::draw(&dataset, pins);
    let (here, content) = match shown {
        Shown::Overview { samples, values, quoted, may_start } => {
            let values = values::draw(&values, &quoted, may_start);
            (
                "",
                view! { <Notice actions=&["start_annotation"]/> {tabs::overview(&dataset, &samples, values)} }
                    .into_any(),
            )
        }
        Shown::Samples(found) => ("samples", samples::draw(&dataset, found)),
        Shown::Files(files, paging) => ("files", tabs::files(files, paging)),
        Shown::History(versions, paging) => ("history", tabs::history(versions, paging)),
    };
    let body = view! {
        <div class="page">
            {head(&dataset)}
            {tab_links(id, here, dataset.samples.unsigned_abs())}
            <div class="with-aside">
                <div class="stack gap-8">{content}</div>
                {aside}
            </div>
        </div>
    };
    let grid = super::grid::path_of(id);
    let values = dataset.value_table.is_some().then(|| {
        view! { <LinkButton href=format!("/api/v1/datasets/{id}/values.parquet") download=true icon=Icon::DownTray text="Values"/> }
    });
    Screen::new(accession, Place::Collections, crumbs, body.into_any())
        .with_action(view! { {values} <LinkButton href=grid icon=Icon::Columns text="Grid"/> })
}

/// The summary stands here when it is short; a long one is read under Overview.
fn head(dataset: &Dataset) -> AnyView {
    let summary = is_short(&dataset.summary).then(|| dataset.summary.clone());
    let on =
        (!dataset.platform.is_empty()).then(|| view! { "on " <span class="acc">{dataset.platform.clone()}</span> });
    view! {
        <header class="page-head">
            <div>
                <p class="row small ink-3">
                    <span class="acc">{dataset.accession.clone()}</span>
                    {on}
                    <Badge text=format!("version {}", dataset.version.number)/>
                </p>
                <h1>{if dataset.title.is_empty() { dataset.accession.clone() } else { dataset.title.clone() }}</h1>
                {summary.map(|summary| view! { <p class="page-sub">{summary}</p> })}
            </div>
        </header>
        {facts::draw(dataset)}
    }
    .into_any()
}

/// Short enough for the head of the page.
pub(super) fn is_short(text: &str) -> bool {
    text.chars().nth(240).is_none()
}

fn tab_links(id: DatasetId, here: &str, samples: u64) -> AnyView {
    let tab = |text, part: &'static str, n| Tab {
        text,
        href: if part.is_empty() { format!("/datasets/{id}") } else { format!("/datasets/{id}/{part}") },
        n,
        here: here == part,
    };
    let tabs = vec![
        tab("Overview", "", None),
        tab("Samples", "samples", Some(samples)),
        tab("Files", "files", None),
        tab("History", "history", None),
    ];
    view! { <Tabs label="Dataset" tabs=tabs/> }.into_any()
}
