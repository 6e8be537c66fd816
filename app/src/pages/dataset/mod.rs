//! A dataset: what it is, its samples beside what the source said, its files down to the raw bytes, its versions.

mod aside;
mod tabs;

use crate::load::{Asked, member_page};
use crate::screen::{Place, Screen};
use chorale_model::Fault;
use chorale_model::catalog::SampleSort;
use chorale_model::catalog::{Dataset, File, SampleRow, Version};
use chorale_model::{DatasetId, Page};
use chorale_platform::catalog;
use chorale_ui::number::count;
use chorale_ui::{Absent, Badge, Crumb, Fact, Facts, Icon, LinkButton, Tab, Tabs};
use leptos::prelude::*;

pub use aside::relations;
pub use tabs::source;

/// `/datasets/{id}`
#[component]
pub fn OverviewPage() -> impl IntoView {
    member_page(|asked| async move { Ok(draw(load(&asked).await?, Shown::Overview)) })
}

/// `/datasets/{id}/samples`
#[component]
pub fn SamplesPage() -> impl IntoView {
    member_page(|asked| async move {
        let dataset = load(&asked).await?;
        let sort = SampleSort::default();
        let page = catalog::list_samples(&asked.ctx, dataset.id, None, None, sort, asked.page(50)).await?;
        Ok(draw(dataset, Shown::Samples { page, first_page: asked.is_first_page() }))
    })
}

/// `/datasets/{id}/files`
#[component]
pub fn FilesPage() -> impl IntoView {
    member_page(|asked| async move {
        let dataset = load(&asked).await?;
        let files = catalog::list_files(&asked.ctx, dataset.id, asked.page(200)).await?;
        Ok(draw(dataset, Shown::Files(files.items)))
    })
}

/// `/datasets/{id}/history`
#[component]
pub fn HistoryPage() -> impl IntoView {
    member_page(|asked| async move {
        let dataset = load(&asked).await?;
        let versions = catalog::list_versions(&asked.ctx, dataset.id, asked.page(200)).await?;
        Ok(draw(dataset, Shown::History(versions.items)))
    })
}

async fn load(asked: &Asked) -> Result<Dataset, Fault> {
    catalog::load_dataset(&asked.ctx, asked.id()?).await
}

/// What one tab shows.
pub enum Shown {
    Overview,
    /// One page of samples; `first_page` says whether there is one before it.
    Samples {
        page: Page<SampleRow>,
        first_page: bool,
    },
    Files(Vec<File>),
    History(Vec<Version>),
}

/// The page of `dataset` at one of its tabs.
pub fn draw(dataset: Dataset, shown: Shown) -> Screen {
    let accession = dataset.accession.clone();
    let crumbs = vec![
        Crumb::link("Collections", "/collections"),
        Crumb::link(dataset.collection_name.clone(), format!("/collections/{}", dataset.collection)),
        Crumb::here(accession.clone()),
    ];
    let id = dataset.id;
    let aside = aside::draw(&dataset);
    let (here, content) = match shown {
        Shown::Overview => ("", tabs::overview(&dataset)),
        Shown::Samples { page, first_page } => ("samples", tabs::samples(&dataset, page, first_page)),
        Shown::Files(files) => ("files", tabs::files(files)),
        Shown::History(versions) => ("history", tabs::history(versions)),
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
    let values = dataset.value_table.is_some().then(|| {
        view! { <LinkButton href=format!("/api/v1/datasets/{id}/values.parquet") download=true icon=Icon::DownTray text="Values"/> }
    });
    Screen::new(accession, Place::Collections, crumbs, body.into_any()).with_action(values)
}

fn head(dataset: &Dataset) -> AnyView {
    let (summary, cut) = beginning(&dataset.summary);
    let summary = summary.to_owned();
    let organisms = dataset.organisms.join(", ");
    let siblings = dataset.siblings.iter().map(|other| {
        view! {
            <li>
                <a class="acc" href=format!("/datasets/{}", other.id)>{other.platform.clone()}</a>
                {format!(", {} samples", count(other.samples.unsigned_abs()))}
            </li>
        }
    });
    let samples = count(dataset.samples.unsigned_abs());
    let on =
        (!dataset.platform.is_empty()).then(|| view! { "on " <span class="acc">{dataset.platform.clone()}</span> });
    let platform = match dataset.platform_title.is_empty() {
        true => view! { <Absent reason="not reported by the source"/> }.into_any(),
        false => dataset.platform_title.clone().into_any(),
    };
    let features = dataset.value_table.as_ref().map(|values| count(values.features.unsigned_abs()));
    let siblings = (!dataset.siblings.is_empty()).then(|| siblings.collect_view());
    view! {
        <header class="page-head">
            <div>
                <p class="row small ink-3">
                    <span class="acc">{dataset.accession.clone()}</span>
                    {on}
                    <Badge text=format!("version {}", dataset.version.number)/>
                </p>
                <h1>{if dataset.title.is_empty() { dataset.accession.clone() } else { dataset.title.clone() }}</h1>
                <p class="page-sub">{summary}{cut}</p>
            </div>
        </header>
        <Facts>
            <Fact label="Samples">{samples}</Fact>
            <Fact label="Organism">
                {if organisms.is_empty() { view! { <Absent reason="not reported by the source"/> }.into_any() } else { organisms.into_any() }}
            </Fact>
            <Fact label="Platform">{platform}</Fact>
            <Fact label="Features">
                {match features {
                    Some(features) => features.into_any(),
                    None => view! { <Absent reason="the source has no value table"/> }.into_any(),
                }}
            </Fact>
            {siblings.map(|siblings| view! { <Fact label="Other platforms"><ul>{siblings}</ul></Fact> })}
        </Facts>
    }
    .into_any()
}

/// The first 240 characters or so of a summary, up to a word's end, and what says that there is more.
pub(super) fn beginning(text: &str) -> (&str, &'static str) {
    let Some((end, _)) = text.char_indices().nth(240) else { return (text, "") };
    let word = text[..end].rfind(' ').unwrap_or(end);
    (&text[..word], " …")
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
