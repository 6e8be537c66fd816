//! The fields of a collection: the default set until somebody edits them, then their own, versioned. Editing starts
//! annotation anew, because thresholds and branches decide what is kept.

mod check;
mod day;
mod defaults;
mod edit;
mod read;
mod thresholds;
mod value;

pub use defaults::default_fields;
pub use edit::change_fields;
pub use read::{Read, Reader};
pub use thresholds::field_thresholds;
pub use value::check_value;

use super::{jobs, sql};
use crate::{Ctx, audit, catalog, ontologies};
use check::check;
use chorale_model::fields::{CollectionFields, Field, UpdateFields};
use chorale_model::{CollectionId, Fault, OrganizationId, Role, Time};
use serde_json::json;

/// The fields of a collection that the asker sees.
pub async fn fields_of(ctx: &Ctx, collection: CollectionId) -> Result<CollectionFields, Fault> {
    let found = catalog::load_collection(ctx, collection).await?;
    load(ctx.db(), found.owner, collection).await
}

/// As [`fields_of`], for the platform's own work.
pub(super) async fn load(
    on: impl Into<crate::db::Target<'_>>,
    owner: OrganizationId,
    collection: CollectionId,
) -> Result<CollectionFields, Fault> {
    Ok(match sql::find_fields(on, owner, collection).await? {
        None => {
            CollectionFields { collection, version: 0, fields: default_fields(), updated_at: None, updated_by: None }
        }
        Some(row) => CollectionFields {
            collection,
            version: row.version,
            fields: parse(&row.fields)?,
            updated_at: Some(Time(row.updated_at)),
            updated_by: Some(row.updated_by),
        },
    })
}

fn parse(text: &str) -> Result<Vec<Field>, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::internal("reading the fields of a collection", e))
}

/// Replaces the fields of one's own collection. A conflict when somebody else changed them since they were read.
pub async fn update_fields(
    ctx: &Ctx,
    collection: CollectionId,
    update: UpdateFields,
) -> Result<CollectionFields, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let found = catalog::load_collection(ctx, collection).await?;
    if found.owner != organization {
        return Err(Fault::forbidden(format!(
            "the collection \"{}\" is {}'s, who alone changes its fields; make your own and copy what you need",
            found.name, found.owner_name
        )));
    }
    check(&update.fields, &*ontologies::library(&ctx.app).await?)?;
    let text = serde_json::to_string(&update.fields).map_err(|e| Fault::internal("writing fields", e))?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let now = inner.now();
                let before = load(&mut *tx, organization, collection).await?.fields;
                let row = sql::FieldsRow {
                    version: update.version + 1,
                    fields: text,
                    updated_at: now.0,
                    updated_by: inner.actor_name(),
                };
                if !sql::put_fields(tx, organization, collection, update.version, &row).await? {
                    return Err(Fault::conflict(
                        "somebody else changed these fields since you opened them; load them again and repeat your change",
                    ));
                }
                let thresholds = thresholds(&before, &update.fields);
                let what = json!({ "version": row.version, "fields": update.fields.len(), "thresholds": thresholds });
                audit::record(tx, &inner, "collection.fields_changed", "collection", collection, what).await?;
                jobs::enqueue_collection(tx, &inner, organization, collection).await?;
                load(tx, organization, collection).await
            })
        })
        .await
}

/// From which score on fields were accepted and are, where somebody chose another one.
fn thresholds(before: &[Field], after: &[Field]) -> Vec<serde_json::Value> {
    let change = |field: &Field| {
        let was = before.iter().find(|one| one.name == field.name).and_then(|one| one.accept_from);
        (was != field.accept_from).then(|| json!({ "field": field.name, "before": was, "after": field.accept_from }))
    };
    after.iter().filter_map(change).collect()
}
