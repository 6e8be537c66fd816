//! What becomes of a version or a model that nobody needs: archived, brought back, deleted.

use chorale_model::registry::{ModelVersion, RegisteredModel, Stage};
use chorale_ui::{Button, Kind};
use leptos::prelude::*;

/// Those who may change a model archive its versions; admins delete what no alias stands for.
pub fn version(version: &ModelVersion, archives: bool, deletes: bool) -> Option<AnyView> {
    if !archives && !deletes {
        return None;
    }
    let (name, number, is_archived) = (version.name.clone(), version.version, version.stage == Stage::Archived);
    let archive = archives.then(|| {
        let (text, hint) = match is_archived {
            false => ("Archive the version", "It stays as it is, with the stage Archived; aliases still find it."),
            true => ("Bring it back from the archive", "It has no stage then."),
        };
        view! {
            <form method="post" action="/_fn/archive_version" class="stack gap-2">
                <input type="hidden" name="name" value=name.clone()/>
                <input type="hidden" name="version" value=number/>
                <input type="hidden" name="archived" value=(!is_archived).to_string()/>
                <p class="hint">{hint}</p>
                <div><Button text=text/></div>
            </form>
        }
    });
    let delete = deletes.then(|| {
        let question = format!("Delete version {number} of {name} for good? Its number is not given again.");
        view! {
            <form method="post" action="/_fn/delete_version" data-confirm=question class="stack gap-2">
                <input type="hidden" name="name" value=name/>
                <input type="hidden" name="version" value=number/>
                <p class="hint">"Refused while an alias stands for it. The run that made it stays."</p>
                <div><Button kind=Kind::Danger text="Delete the version"/></div>
            </form>
        }
    });
    Some(fold("Archive or delete this version", view! { {archive} {delete} }.into_any()))
}

pub fn model(model: &RegisteredModel) -> AnyView {
    let name = model.name.clone();
    let question = format!("Delete {name} with all its versions for good?");
    let form = view! {
        <form method="post" action="/_fn/delete_model" data-confirm=question class="stack gap-2">
            <input type="hidden" name="name" value=name/>
            <p class="hint">"Its versions, aliases and tags go with it; the runs that made them stay."</p>
            <div><Button kind=Kind::Danger text="Delete the model"/></div>
        </form>
    };
    fold("Delete this model", form.into_any())
}

fn fold(title: &'static str, body: AnyView) -> AnyView {
    view! { <details class="fold"><summary>{title}</summary><div class="stack gap-4">{body}</div></details> }.into_any()
}
