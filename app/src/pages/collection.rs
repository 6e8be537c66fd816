//! One collection with its datasets.

use crate::address::address;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use chorale_model::Page;
use chorale_model::catalog::DatasetSort;
use chorale_model::catalog::{Collection, DatasetRow};
use chorale_platform::catalog;
use chorale_ui::number::count;
use chorale_ui::{Badge, Crumb, Empty, Fact, Facts, Icon, LinkButton, Pages, Table, TableFoot};
use leptos::prelude::*;

/// `/collections/{id}`
#[component]
pub fn CollectionPage() -> impl IntoView {
    member_page(|asked| async move {
        let collection = catalog::load_collection(&asked.ctx, asked.id()?).await?;
        let datasets =
            catalog::list_datasets(&asked.ctx, collection.id, DatasetSort::default(), asked.page(50)).await?;
        Ok(draw(collection, datasets, asked.is_first_page()))
    })
}

/// The collection and one page of its datasets; `first_page` says whether there is one before it.
pub fn draw(collection: Collection, datasets: Page<DatasetRow>, first_page: bool) -> Screen {
    let base = format!("/collections/{}", collection.id);
    let next = datasets.next_cursor.map(|cursor| address(&base, [("cursor", cursor.as_str())])).unwrap_or_default();
    let first = if first_page { String::new() } else { base };
    let total = collection.datasets.unsigned_abs();
    let list = if datasets.items.is_empty() {
        view! {
            <div class="panel">
                <Empty icon=Icon::Import title="This collection is empty" text="Import a series, a matrix or a table of samples into it.">
                    <LinkButton href=format!("/import?collection={}", collection.id) text="Import into this collection"/>
                </Empty>
            </div>
        }
        .into_any()
    } else {
        let rows = datasets.items.into_iter().map(row).collect_view();
        let head = || {
            view! {
                <th scope="col">"Dataset"</th>
                <th scope="col">"Platform"</th>
                <th scope="col">"Organism"</th>
                <th scope="col" class="num">"Samples"</th>
                <th scope="col" class="num">"Version"</th>
                <th scope="col">"Changed"</th>
            }
        };
        let foot = move || view! { <TableFoot total=total noun="datasets"><Pages first=first next=next/></TableFoot> };
        view! { <Table caption="Datasets" head=head foot=foot>{rows}</Table> }.into_any()
    };
    let name = collection.name.clone();
    let heading = name.clone();
    let search = address("/search", [("collection", name.as_str())]);
    let import = format!("/import?collection={}", collection.id);
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>{heading} {collection.shared.then(|| view! { " " <Badge text="shared"/> })}</h1>
                    <p class="page-sub">{collection.description}</p>
                </div>
            </header>
            <Facts>
                <Fact label="Datasets">{count(total)}</Fact>
                <Fact label="Distinct samples">{count(collection.samples.unsigned_abs())}</Fact>
                <Fact label="Owner">{collection.owner_name.clone()}</Fact>
                <Fact label="Since">{collection.created_at.day_text()}</Fact>
                <Fact label="Search in it"><a href=search>"all samples"</a></Fact>
            </Facts>
            {list}
        </div>
    };
    let crumbs = vec![Crumb::link("Collections", "/collections"), Crumb::here(name.clone())];
    Screen::new(name, Place::Collections, crumbs, body.into_any())
        .with_action(view! { <LinkButton href=import icon=Icon::Import text="Import"/> })
}

fn row(dataset: DatasetRow) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <a class="acc" href=format!("/datasets/{}", dataset.id)>{dataset.accession}</a>
                <div class="hint clip">{dataset.title}</div>
            </th>
            <td class="acc">{dataset.platform}</td>
            <td>{dataset.organisms.join(", ")}</td>
            <td class="num">{count(dataset.samples.unsigned_abs())}</td>
            <td class="num">{dataset.version}</td>
            <td class="nowrap">{dataset.updated_at.day_text()}</td>
        </tr>
    }
}
