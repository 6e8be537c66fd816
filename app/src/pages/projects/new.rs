//! A new project: which collection, then its form. A draft is posted to the page, so that what was typed stays where
//! something is wrong with it.

use super::posted::{PostedPlan, ended};
use super::{PATH, form};
use crate::address::one;
use crate::load::{Asked, member_page};
use crate::pages::which_collection;
use crate::screen::{Place, Screen};
use chorale_model::{Fault, Role};
use chorale_platform::{Ctx, catalog, harmonize, projects};
use chorale_ui::Crumb;
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
    ended(made, "create_project", |_| "Drafted. Start it to draw its items.".to_owned())
}

/// First of all, a collection.
async fn choose(asked: &Asked) -> Result<Screen, Fault> {
    let none = ["There is nothing to review yet", "Import samples into a collection first."];
    let mut own = which_collection::own(asked).await?;
    own.retain(|one| one.samples > 0);
    Ok(screen(which_collection::ask("New project", "Of which collection?", &format!("{PATH}/new"), own, none)))
}

fn screen(body: AnyView) -> Screen {
    let crumbs = vec![Crumb::link("Projects", PATH), Crumb::here("New project")];
    Screen::new("New project", Place::Projects, crumbs, body)
}
