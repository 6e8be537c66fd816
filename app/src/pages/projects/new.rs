//! A new project: which collection, then its form. A draft is posted to the page, so that what was typed stays where
//! something is wrong with it.

use super::posted::PostedPlan;
use super::{PATH, form, of};
use crate::address::{address, one};
use crate::flash::Flash;
use crate::load::{Asked, member_page, say_status};
use crate::redirect::go;
use crate::screen::{Place, Screen};
use chorale_model::catalog::Collection;
use chorale_model::page::PageRequest;
use chorale_model::{Fault, FaultKind, Role};
use chorale_platform::{Ctx, catalog, harmonize, projects};
use chorale_ui::number::counted;
use chorale_ui::{Crumb, Empty, Icon, LinkButton};
use leptos::prelude::*;

/// `/projects/new?collection=…`; the server gives a draft that was posted as [`PostedPlan`].
#[component]
pub fn NewProjectPage() -> impl IntoView {
    let posted = use_context::<PostedPlan>();
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let refused = match &posted {
            None => None,
            Some(posted) => make(&asked.ctx, posted).await?,
        };
        let typed = match (posted, one(&asked.query, "collection")) {
            (Some(posted), _) => posted,
            (None, None) => return choose(&asked).await,
            // What the list that led here showed.
            (None, Some(collection)) => {
                let same = ["q", "state", "least", "most"].map(|name| (name, asked.word(name)));
                let known = [("collection", collection), ("fields[0]", asked.word("field"))];
                PostedPlan::begin(known.into_iter().chain(same))
            }
        };
        let collection = catalog::load_collection(&asked.ctx, typed.collection()?).await?;
        let fields = harmonize::fields_of(&asked.ctx, collection.id).await?.fields;
        let people = projects::list_curators(&asked.ctx).await?;
        Ok(screen(form::draw(&collection, (fields, people), None, &typed, refused)))
    })
}

/// Drafts the project and sends the browser on to it; gives what is wrong where the form is to be shown again.
async fn make(ctx: &Ctx, posted: &PostedPlan) -> Result<Option<Fault>, Fault> {
    let made = match posted.plan() {
        Ok(plan) => projects::create_project(ctx, plan).await,
        Err(fault) => Err(fault),
    };
    match made {
        Ok(project) => {
            let message = "Drafted. Start it to draw its items.".to_owned();
            Flash { action: "create_project".to_owned(), good: true, message, secret: None }.leave();
            go(&of(project.id));
            Ok(None)
        }
        Err(fault) if fault.kind == FaultKind::Invalid => {
            say_status(&fault);
            Ok(Some(fault))
        }
        Err(fault) => Err(fault),
    }
}

/// First of all, a collection.
async fn choose(asked: &Asked) -> Result<Screen, Fault> {
    let all = PageRequest { cursor: None, limit: Some(PageRequest::MAX) };
    let found = catalog::list_collections(&asked.ctx, all).await?.items;
    let own: Vec<Collection> =
        found.into_iter().filter(|one| one.owner == asked.me.organization.id && one.samples > 0).collect();
    let list = match own.is_empty() {
        true => view! {
            <div class="panel"><Empty icon=Icon::Stack title="There is nothing to review yet" text="Import samples into a collection first."><LinkButton href="/import" text="Import"/></Empty></div>
        }
        .into_any(),
        false => {
            let lines = own.into_iter().map(|one| {
                let id = one.id.to_string();
                let href = address(&format!("{PATH}/new"), [("collection", id.as_str())]);
                let samples = counted(one.samples.unsigned_abs(), "sample", "samples");
                view! { <li><b><a href=href>{one.name}</a></b> <span class="hint">{samples}</span></li> }
            });
            view! { <ul class="stack gap-2" data-rows>{lines.collect_view()}</ul> }.into_any()
        }
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head"><div><h1>"New project"</h1><p class="page-sub">"Of which collection?"</p></div></header>
            {list}
        </div>
    };
    Ok(screen(body.into_any()))
}

fn screen(body: AnyView) -> Screen {
    let crumbs = vec![Crumb::link("Projects", PATH), Crumb::here("New project")];
    Screen::new("New project", Place::Projects, crumbs, body)
}
