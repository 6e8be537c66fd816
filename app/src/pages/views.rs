//! Saved views: beside a list the ones of its kind and keeping it as it is; and a page of all, to rename and delete.

use crate::flash::Notice;
use crate::load::{Asked, member_page};
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::identity::Me;
use chorale_model::views::{View, ViewFilter};
use chorale_model::{Fault, Role};
use chorale_platform::views;
use chorale_ui::{Absent, Button, CopyAs, Crumb, Empty, Icon, Kind, LinkButton, Table, TableFoot};
use leptos::prelude::*;

const PATH: &str = "/views";

/// `/views`
#[component]
pub fn ViewsPage() -> impl IntoView {
    member_page(|asked| async move {
        let all = views::list_views(&asked.ctx, ViewFilter::default()).await?;
        Ok(draw(&asked.me, all))
    })
}

/// Everything that is kept.
pub fn draw(me: &Me, all: Vec<View>) -> Screen {
    let list = if all.is_empty() { nothing() } else { table(all, me.role >= Role::Admin) };
    let body = view! {
        <div class="page">
            <header class="page-head"><div><h1>"Saved views"</h1><p class="page-sub">"Lists as they are narrowed and ordered. What a view shows is always read anew, with your own rights."</p></div></header>
            <div class="stack gap-4"><Notice actions=&["update_view", "delete_view"]/>{list}</div>
        </div>
    };
    Screen::new("Saved views", Place::Nowhere, vec![Crumb::here("Saved views")], body.into_any())
}

fn nothing() -> AnyView {
    view! {
        <div class="panel"><Empty icon=Icon::Marker title="No list is kept yet" text="Narrow a list, in search or in review by value, and keep it under a name."><LinkButton href="/by-value" text="Review by value"/></Empty></div>
    }
    .into_any()
}

fn table(all: Vec<View>, may_all: bool) -> AnyView {
    let total = all.len() as u64;
    let rows = all.into_iter().map(|one| row(one, may_all)).collect_view();
    let head = || {
        view! {
            <th scope="col">"View"</th>
            <th scope="col" class="wide-only">"Where"</th>
            <th scope="col" class="wide-only">"Whose"</th>
            <th scope="col">"Name and who sees it"</th>
        }
    };
    let foot = move || {
        view! { <TableFoot total=total noun=if total == 1 { "view" } else { "views" }><CopyAs snippets=snippet::json("/api/v1/views")/></TableFoot> }
    };
    view! { <Table caption="Saved views" head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(one: View, may_all: bool) -> AnyView {
    let place = one.address.split('?').next().unwrap_or_default().trim_start_matches('/').replace('-', " ");
    let may = one.mine || may_all;
    let (label, id) = (format!("Name of {}", one.name), one.id.to_string());
    let change = match may {
        false => view! { <Absent reason="only its owner or an admin changes it"/> }.into_any(),
        true => view! {
            <form class="row" method="post" action="/_fn/update_view">
                <input type="hidden" name="view" value=id.clone()/>
                <input class="input by-value-to" name="name" value=one.name.clone() aria-label=label required/>
                <label class="option"><input class="check" type="checkbox" name="shared" value="true" checked=one.shared/>"everybody here"</label>
                <button class="btn" data-size="small">"Keep"</button>
            </form>
        }
        .into_any(),
    };
    let question = format!("Delete the view \"{}\"?", one.name);
    let delete = may.then(|| {
        view! {
            <form method="post" action="/_fn/delete_view" data-confirm=question>
                <input type="hidden" name="view" value=id/>
                <Button kind=Kind::Danger small=true text="Delete"/>
            </form>
        }
    });
    let whose = if one.mine { "yours".to_owned() } else { one.owner_name.clone() };
    view! {
        <tr>
            <th scope="row"><a href=one.address.clone()>{one.name.clone()}</a></th>
            <td class="wide-only">{place}</td>
            <td class="wide-only">{whose}</td>
            <td><span class="row">{change} {delete}</span></td>
        </tr>
    }
    .into_any()
}

/// The views of a list's page, to be drawn beside it.
pub async fn beside(asked: &Asked, place: &str, here: String) -> Result<AnyView, Fault> {
    let all = views::list_views(&asked.ctx, ViewFilter { place: Some(place.to_owned()) }).await?;
    Ok(draw_beside(all, here))
}

/// Links to the views there are, and a form that keeps the list as it is, at `here`.
pub fn draw_beside(all: Vec<View>, here: String) -> AnyView {
    let any = !all.is_empty();
    let links = all.into_iter().map(|one| {
        let whose = (!one.mine).then(|| view! { " " <span class="ink-3">{one.owner_name.clone()}</span> });
        view! { <li><a href=one.address.clone()>{one.name.clone()}</a>{whose}</li> }
    });
    let links = any.then(|| view! { <ul class="row">{links.collect_view()}</ul> });
    let manage = any.then(|| view! { <a class="small" href=PATH>"Rename and delete"</a> });
    view! {
        <details>
            <summary class="small">"Saved views"</summary>
            <div class="stack gap-2">
                {links}
                <form class="row" method="post" action="/_fn/save_view" aria-label="Keep this list">
                    <input type="hidden" name="address" value=here/>
                    <label class="sr" for="view-name">"A name for this list"</label>
                    <input class="input" id="view-name" name="name" placeholder="keep this list as …" required autocomplete="off"/>
                    <label class="option"><input class="check" type="checkbox" name="shared" value="true"/>"for everybody here"</label>
                    <button class="btn" data-size="small">"Keep"</button>
                    {manage}
                </form>
            </div>
        </details>
    }
    .into_any()
}
