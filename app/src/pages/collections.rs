//! Collections: those of the organization and those that others share with it.

use crate::flash::Notice;
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::Role;
use chorale_model::catalog::Collection;
use chorale_model::identity::Me;
use chorale_platform::catalog;
use chorale_ui::number::count;
use chorale_ui::{Badge, Button, CopyAs, Crumb, Empty, Field, Icon, Table, button::Kind};
use leptos::prelude::*;

/// `/collections`
#[component]
pub fn CollectionsPage() -> impl IntoView {
    member_page(|asked| async move {
        let collections = catalog::list_collections(&asked.ctx, asked.page(50)).await?;
        let paging = asked.paging("/collections", &[], collections.next_cursor.as_deref());
        Ok(draw(&asked.me, collections.items, paging))
    })
}

/// One page of the list, and a form for a new one.
pub fn draw(me: &Me, collections: Vec<Collection>, paging: Paging) -> Screen {
    let may_create = me.role >= Role::Curator;
    let shown = collections.len();
    let list = if collections.is_empty() {
        view! {
            <div class="panel">
                <Empty icon=Icon::Stack title="There is no collection yet" text="A collection holds datasets that share a schema. Create one below, or import files straight into a new one."/>
            </div>
        }
        .into_any()
    } else {
        let rows = collections.into_iter().map(row).collect_view();
        let head = || {
            view! {
                <th scope="col">"Collection"</th>
                <th scope="col">"Owner"</th>
                <th scope="col" class="num">"Datasets"</th>
                <th scope="col" class="num">"Samples"</th>
                <th scope="col">"Changed"</th>
            }
        };
        let tools = view! { <CopyAs snippets=snippet::json("/api/v1/collections")/> };
        let foot = move || paging.foot_of_page(shown, "collection", "collections", tools);
        view! { <Table caption="Collections" head=head foot=foot>{rows}</Table> }.into_any()
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>"Collections"</h1>
                    <p class="page-sub">"Datasets that share a schema of fields, private to this organization or shared with every organization here."</p>
                </div>
            </header>
            <div class="stack gap-8">
                <Notice actions=&["create_collection"]/>
                {list}
                {may_create.then(create)}
            </div>
        </div>
    };
    Screen::new("Collections", Place::Collections, vec![Crumb::here("Collections")], body.into_any())
}

fn row(collection: Collection) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/collections/{}", collection.id)>{collection.name}</a>
                {collection.shared.then(|| view! { " " <Badge text="shared"/> })}
                <div class="hint">{collection.description}</div>
            </th>
            <td>{collection.owner_name}</td>
            <td class="num">{count(collection.datasets.unsigned_abs())}</td>
            <td class="num">{count(collection.samples.unsigned_abs())}</td>
            <td class="nowrap">{collection.updated_at.day_text()}</td>
        </tr>
    }
}

fn create() -> impl IntoView {
    view! {
        <section aria-labelledby="new-h" id="new">
            <div class="section-head"><h2 id="new-h">"New collection"</h2></div>
            <form class="grid min-15 end" method="post" action="/_fn/create_collection">
                <Field name="name" label="Name" required=true/>
                <Field name="description" label="What belongs in it"/>
                <div><Button kind=Kind::Primary icon=Icon::Plus text="Create collection"/></div>
            </form>
        </section>
    }
}
