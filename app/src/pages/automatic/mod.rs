//! Automatic curation: how right the annotators are in each field, as people's decisions say, and from which score on what
//! they suggest is accepted without a person. With a collection it lists the fields, with a field it is that one's figures
//! and its slider.

mod field;
mod fields;
mod words;

use crate::address::{address, one};
use crate::load::member_page;
use crate::screen::{Place, Screen};
use chorale_model::automatic::{AutomaticAsked, LookAtThreshold};
use chorale_model::catalog::Collection;
use chorale_model::page::PageRequest;
use chorale_model::{CollectionId, Fault, Role};
use chorale_platform::{alerts, automatic, catalog};
use chorale_ui::number::count;
use chorale_ui::{Crumb, Empty, Icon, LinkButton, Table};
use leptos::prelude::*;

pub const PATH: &str = "/automatic";

/// Where the fields of a collection are measured.
pub fn address_of(collection: CollectionId) -> String {
    address(PATH, [("collection", collection.to_string().as_str())])
}

/// Where one field is.
pub fn address_of_field(collection: CollectionId, field: &str) -> String {
    address(PATH, [("collection", collection.to_string().as_str()), ("field", field)])
}

/// `/automatic?collection=…&field=…&from=…`
#[component]
pub fn AutomaticPage() -> impl IntoView {
    member_page(|asked| async move {
        let ctx = &asked.ctx;
        let Some(id) = one(&asked.query, "collection") else {
            let page = PageRequest { cursor: None, limit: Some(PageRequest::MAX) };
            let own = catalog::list_collections(ctx, page).await?.items.into_iter();
            return Ok(overview(own.filter(|one| one.owner == asked.me.organization.id).collect()));
        };
        let collection = catalog::load_collection(ctx, id.parse()?).await?;
        let Some(name) = one(&asked.query, "field") else {
            return Ok(fields::draw(&collection, automatic::list_fields(ctx, collection.id).await?));
        };
        let annotator = one(&asked.query, "annotator");
        let detail = automatic::field_detail(ctx, collection.id, &name, AutomaticAsked { annotator }).await?;
        let alert = match detail.field.alert {
            Some(id) => Some(alerts::load_alert(ctx, id).await?),
            None => None,
        };
        let looked =
            match asked.word("from").trim() {
                "" => None,
                "precision" => Some(None),
                text => Some(Some(text.parse::<f64>().map_err(|_| {
                    Fault::field("from", format!("\"{text}\" is no score; give a number such as 0.85"))
                })?)),
            };
        let looked = match looked {
            Some(from) => {
                let asked = LookAtThreshold { from };
                Some((from, automatic::preview_threshold(ctx, collection.id, &name, asked).await?))
            }
            None => None,
        };
        let may_set = asked.me.role >= Role::Curator;
        Ok(field::draw(field::Shown { collection, detail, alert, looked, may_set }))
    })
}

/// Without a collection: which there are.
fn overview(own: Vec<Collection>) -> Screen {
    let list = match own.is_empty() {
        true => view! {
            <div class="panel">
                <Empty icon=Icon::Stack title="There is no collection yet" text="Samples are annotated after an import; what curators decide about them is measured here.">
                    <LinkButton href="/collections" text="See the collections"/>
                </Empty>
            </div>
        }
        .into_any(),
        false => {
            let row = |one: Collection| {
                view! {
                    <tr>
                        <th scope="row"><a href=address_of(one.id)>{one.name}</a></th>
                        <td class="num">{count(one.samples.unsigned_abs())}</td>
                    </tr>
                }
            };
            let head = || view! { <th scope="col">"Collection"</th><th scope="col" class="num">"Samples"</th> };
            let rows = own.into_iter().map(row).collect_view();
            view! { <Table caption="Collections" head=head>{rows}</Table> }.into_any()
        }
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>"Automatic curation"</h1>
                    <p class="page-sub">{words::ABOUT}</p>
                </div>
            </header>
            {list}
        </div>
    };
    Screen::new("Automatic curation", Place::Automatic, vec![Crumb::here("Automatic")], body.into_any())
}
