//! The fields of a collection: what each takes, how sure an annotator must be, and what curators are told about it.
//! Curators of its owner change them here, one at a time; everybody else reads. The form is posted to the page, so that
//! what was typed stays where something is wrong with it.

mod form;
mod list;
mod posted;

use crate::flash::{Flash, Notice};
use crate::load::{member_page, say_status};
use crate::redirect::go;
use crate::screen::{Place, Screen};
use chorale_model::catalog::Collection;
use chorale_model::fields::{ChangeFields, CollectionFields, Field, FieldChange, FieldThresholds};
use chorale_model::{CollectionId, Fault, FaultKind, Role};
use chorale_platform::{Ctx, catalog, harmonize};
use chorale_ui::{Crumb, Fact, Facts, Icon, LinkButton};
use leptos::prelude::*;
pub use posted::{Posted, word};

/// `/collections/{id}/fields`; `?edit=NAME` opens a field, `?add=1` a new one. The server gives what was posted as
/// [`Posted`].
#[component]
pub fn FieldsPage() -> impl IntoView {
    let posted = use_context::<Posted>();
    member_page(|asked| async move {
        let collection = catalog::load_collection(&asked.ctx, asked.id()?).await?;
        let refused = match &posted {
            None => None,
            Some(posted) => save(&asked.ctx, collection.id, posted).await?,
        };
        let fields = harmonize::fields_of(&asked.ctx, collection.id).await?;
        let thresholds = harmonize::field_thresholds(&asked.ctx, collection.id).await.unwrap_or_else(|fault| {
            tracing::warn!(%fault, "fields are shown without the scores that follow from their precision");
            FieldThresholds::default()
        });
        let may_edit = asked.me.role >= Role::Curator && collection.owner == asked.me.organization.id;
        let (edit, add) = (asked.word("edit"), !asked.word("add").is_empty());
        let open = match (posted, refused) {
            (Some(posted), Some(fault)) => Some(Open { posted: posted.seen(&fields, &fault), fault: Some(fault) }),
            _ if !may_edit => None,
            _ if add => Some(Open { posted: Posted::new_field(fields.version), fault: None }),
            _ => fields
                .fields
                .iter()
                .find(|field| field.name == edit)
                .map(|field| Open { posted: Posted::of(fields.version, field), fault: None }),
        };
        Ok(draw(&collection, fields, &thresholds, open, may_edit))
    })
}

/// Makes the change and sends the browser on; gives what is wrong where the form is to be shown again.
async fn save(ctx: &Ctx, collection: CollectionId, posted: &Posted) -> Result<Option<Fault>, Fault> {
    let changed = match posted.change() {
        Ok(change) => harmonize::change_fields(ctx, collection, change).await,
        Err(fault) => Err(fault),
    };
    match changed {
        Ok(fields) => {
            let message =
                format!("{} is saved; this is version {} of the fields.", posted.label.trim(), fields.version);
            Flash { action: "change_field".to_owned(), good: true, message, secret: None }.leave();
            go(&address(collection));
            Ok(None)
        }
        Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::Conflict) => {
            say_status(&fault);
            Ok(Some(fault))
        }
        Err(fault) => Err(fault),
    }
}

/// The change of a field that stands in a row of the table: `up`, `down` or `remove`.
pub fn row_change(version: i64, name: String, what: &str) -> Result<ChangeFields, Fault> {
    let change = match what {
        "up" => FieldChange::Move { name, up: true },
        "down" => FieldChange::Move { name, up: false },
        "remove" => FieldChange::Remove { name },
        _ => return Err(Fault::field("what", "is up, down or remove")),
    };
    Ok(ChangeFields { version, change })
}

/// The page of a collection's fields.
pub fn address(collection: CollectionId) -> String {
    format!("/collections/{collection}/fields")
}

/// A field in its form, with what is wrong with it.
pub struct Open {
    pub posted: Posted,
    pub fault: Option<Fault>,
}

/// The page; `may_edit` says that the asker may change the fields.
pub fn draw(
    collection: &Collection,
    fields: CollectionFields,
    thresholds: &FieldThresholds,
    open: Option<Open>,
    may_edit: bool,
) -> Screen {
    let name = collection.name.clone();
    let readers = (!may_edit).then(|| {
        let owner = collection.owner_name.clone();
        view! { <p class="dense ink-2">{format!("Curators of {owner} change these fields; you read them.")}</p> }
    });
    let now = fields.version;
    let form = open.filter(|_| may_edit).map(|open| form::draw(collection.id, &fields, thresholds, open));
    let facts = facts(&fields, thresholds);
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>{format!("Fields of {name}")}</h1>
                    <p class="page-sub">"The harmonized columns of its samples: what each takes, and how sure an annotator must be before a value holds without a person. A change annotates the samples again."</p>
                </div>
            </header>
            <div class="stack gap-6">
                <Notice actions=&["change_field", "reset_fields"]/>
                {facts}
                {readers}
                {form}
                {list::draw(collection.id, now, &fields.fields, thresholds, may_edit)}
            </div>
        </div>
    };
    let crumbs = vec![
        Crumb::link("Collections", "/collections"),
        Crumb::link(name.clone(), format!("/collections/{}", collection.id)),
        Crumb::here("Fields"),
    ];
    let add = may_edit.then(|| {
        let href = format!("{}?add=1", address(collection.id));
        view! { <LinkButton kind=chorale_ui::Kind::Primary href=href icon=Icon::Plus text="Add a field"/> }
    });
    Screen::new(format!("Fields of {name}"), Place::Collections, crumbs, body.into_any()).with_action(add)
}

fn facts(fields: &CollectionFields, thresholds: &FieldThresholds) -> AnyView {
    let version = match fields.version {
        0 => "the default set".to_owned(),
        version => version.to_string(),
    };
    let by = fields.updated_by.clone().filter(|by| !by.is_empty());
    let by = by.map(|by| view! { <Fact label="Changed by">{by}</Fact> });
    let at = fields.updated_at.map(|at| view! { <Fact label="Changed">{at.minute_text()} " UTC"</Fact> });
    let annotator = thresholds.annotator.clone().map(|version| {
        view! { <Fact label="Annotator"><span class="mono">{version}</span></Fact> }
    });
    let total = fields.fields.len();
    view! {
        <Facts>
            <Fact label="Fields">{total}</Fact>
            <Fact label="Version">{version}</Fact>
            {by}
            {at}
            {annotator}
        </Facts>
    }
    .into_any()
}

/// `95 of 100`, `97.5 of 100`.
fn of_hundred(share: f64) -> String {
    let percent = (share * 1e4).round() / 1e2;
    format!("{percent} of 100")
}

/// From which score on its suggestions hold, with the annotator that works now.
fn threshold_words(thresholds: &FieldThresholds, field: &Field) -> Option<String> {
    let found = thresholds.fields.iter().find(|one| one.field == field.name)?;
    Some(match (found.accepted_from, found.calibrated) {
        (Some(from), _) if found.chosen => format!("from score {from:.2}, chosen"),
        (None, _) => "at no score; all wait".to_owned(),
        (Some(from), true) => format!("from score {from:.2}"),
        (Some(from), false) => format!("from score {from:.2}, not calibrated"),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_share_is_written_without_the_noise_of_floats() {
        assert_eq!(super::of_hundred(0.95), "95 of 100");
        assert_eq!(super::of_hundred(0.29), "29 of 100");
        assert_eq!(super::of_hundred(0.975), "97.5 of 100");
    }

    #[test]
    fn a_row_changes_in_three_ways() {
        assert!(super::row_change(1, "disease".into(), "up").is_ok());
        let fault = super::row_change(1, "disease".into(), "sideways").expect_err("a fault");
        assert_eq!(fault.fields[0].field, "what");
    }
}
