//! One collection with its datasets.

use crate::address::address;
use crate::islands::Columns;
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::catalog::{Collection, DatasetRow, DatasetSort};
use chorale_platform::catalog;
use chorale_ui::number::count;
use chorale_ui::{Absent, Badge, CopyAs, Crumb, Empty, Fact, Facts, Icon, LinkButton, SortHead, Table};
use leptos::prelude::*;

/// `/collections/{id}`
#[component]
pub fn CollectionPage() -> impl IntoView {
    member_page(|asked| async move {
        let collection = catalog::load_collection(&asked.ctx, asked.id()?).await?;
        let sort: DatasetSort = asked.choice("sort")?;
        let datasets = catalog::list_datasets(&asked.ctx, collection.id, sort, asked.page(50)).await?;
        let path = format!("/collections/{}", collection.id);
        let paging = asked.paging(&path, &[("sort", &asked.word("sort"))], datasets.next_cursor.as_deref());
        Ok(draw(collection, datasets.items, sort, paging))
    })
}

/// The collection and one page of its datasets.
pub fn draw(collection: Collection, datasets: Vec<DatasetRow>, sort: DatasetSort, paging: Paging) -> Screen {
    let base = format!("/collections/{}", collection.id);
    let total = collection.datasets.unsigned_abs();
    let list = if datasets.is_empty() {
        view! {
            <div class="panel">
                <Empty icon=Icon::Import title="This collection is empty" text="Import a series, a matrix or a table of samples into it.">
                    <LinkButton href=format!("/import?collection={}", collection.id) text="Import into this collection"/>
                </Empty>
            </div>
        }
        .into_any()
    } else {
        let rows = datasets.into_iter().map(row).collect_view();
        let by = move |key: &str| address(&base, [("sort", key)]);
        let order = move |one: DatasetSort, order: &'static str| (sort == one).then_some(order);
        let head = move || {
            view! {
                <SortHead text="Dataset" href=by("") sorted=order(DatasetSort::Accession, "ascending")/>
                <SortHead text="Title" href=by("title") sorted=order(DatasetSort::Title, "ascending")/>
                <th scope="col" data-column="Platform">"Platform"</th>
                <th scope="col" data-column="Organism">"Organism"</th>
                <SortHead text="Samples" number=true href=by("samples") sorted=order(DatasetSort::Samples, "descending")/>
                <th scope="col" class="num" data-column="Version">"Version"</th>
                <SortHead text="Changed" href=by("updated") sorted=order(DatasetSort::Updated, "descending")/>
            }
        };
        let pairs = [("kind", "datasets"), ("collection", collection.name.as_str())];
        let csv = address("/api/v1/search.csv", pairs);
        let tools = view! {
            <Columns/>
            <CopyAs snippets=snippet::json(&address("/api/v1/search", pairs))/>
            <LinkButton kind=chorale_ui::Kind::Quiet small=true download=true icon=Icon::DownTray href=csv text="CSV"/>
        };
        let foot = move || paging.foot(total, "dataset", "datasets", tools);
        view! { <Table caption="Datasets" head=head foot=foot>{rows}</Table> }.into_any()
    };
    let name = collection.name.clone();
    let heading = name.clone();
    let search = address("/search", [("collection", name.as_str())]);
    let coverage = format!("/collections/{}/coverage", collection.id);
    let fields = super::fields::address(collection.id);
    let import = format!("/import?collection={}", collection.id);
    let keys = super::keys::list_of(collection.id, "", "");
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
                <Fact label="Harmonized"><a href=coverage>"coverage of each field"</a>", "<a href=fields>"fields"</a></Fact>
                <Fact label="Attribute keys"><a href=keys>"mapped to fields"</a></Fact>
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
    let said = |text: String| match text.is_empty() {
        true => view! { <Absent reason="not reported by the source"/> }.into_any(),
        false => text.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a class="acc" href=format!("/datasets/{}", dataset.id)>{dataset.accession}</a></th>
            <td class="roomy">{said(dataset.title)}</td>
            <td class="acc">{said(dataset.platform)}</td>
            <td>{said(dataset.organisms.join(", "))}</td>
            <td class="num">{count(dataset.samples.unsigned_abs())}</td>
            <td class="num">{dataset.version}</td>
            <td class="nowrap">{dataset.updated_at.day_text()}</td>
        </tr>
    }
}
