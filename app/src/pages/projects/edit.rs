//! A draft that is changed before it starts, in the form that it was made with.

use super::posted::{PostedPlan, ended};
use super::{PATH, form, of};
use crate::load::member_page;
use crate::redirect::go;
use crate::screen::{Place, Screen};
use chorale_model::projects::{Project, ProjectState};
use chorale_model::{Fault, ProjectId, Role};
use chorale_platform::{Ctx, catalog, harmonize, projects};
use chorale_ui::Crumb;
use leptos::prelude::*;

/// The page on which a draft is changed.
pub fn address(id: ProjectId) -> String {
    format!("{}/edit", of(id))
}

/// `/projects/{id}/edit`; the server gives a change that was posted as [`PostedPlan`].
#[component]
pub fn EditProjectPage() -> impl IntoView {
    let posted = use_context::<PostedPlan>();
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let id = asked.id()?;
        let refused = match &posted {
            None => None,
            Some(posted) => change(&asked.ctx, id, posted).await?,
        };
        let project = projects::load_project(&asked.ctx, id).await?;
        if project.state != ProjectState::Draft && refused.is_none() {
            go(&of(id));
        }
        let typed = match (posted, &refused) {
            (Some(posted), Some(fault)) => posted.seen(&project, fault),
            _ => PostedPlan::of(&project),
        };
        let collection = catalog::load_collection(&asked.ctx, project.plan.collection).await?;
        let fields = harmonize::fields_of(&asked.ctx, collection.id).await?.fields;
        let people = projects::list_curators(&asked.ctx).await?;
        Ok(screen(&project, form::draw(&collection, (fields, people), Some(id), &typed, refused)))
    })
}

/// Changes the draft and sends the browser back to it; gives what is wrong where the form is to be shown again.
async fn change(ctx: &Ctx, id: ProjectId, posted: &PostedPlan) -> Result<Option<Fault>, Fault> {
    let changed = match posted.change() {
        Ok(change) => projects::change_draft(ctx, id, change).await,
        Err(fault) => Err(fault),
    };
    ended(changed, "create_project", |_| "Changed. Start it to draw its items.".to_owned())
}

fn screen(project: &Project, body: AnyView) -> Screen {
    let name = project.plan.name.clone();
    let crumbs =
        vec![Crumb::link("Projects", PATH), Crumb::link(name.clone(), of(project.id)), Crumb::here("Change the draft")];
    Screen::new(format!("Change {name}"), Place::Projects, crumbs, body)
}
