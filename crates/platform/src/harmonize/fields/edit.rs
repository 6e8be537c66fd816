//! Changes of one field at a time, for who edits them by hand: the rest of the set stays as it is.

use super::{check, default_fields, fields_of, update_fields};
use crate::Ctx;
use chorale_model::fields::{ChangeFields, CollectionFields, Field, FieldChange, UpdateFields};
use chorale_model::{CollectionId, Fault, Role};

/// Changes one field of one's own collection, or goes back to the default set. What is wrong with the field is named by
/// its parts; a conflict when somebody else changed the fields since they were read.
pub async fn change_fields(
    ctx: &Ctx,
    collection: CollectionId,
    asked: ChangeFields,
) -> Result<CollectionFields, Fault> {
    ctx.require(Role::Curator)?;
    let now = fields_of(ctx, collection).await?;
    let (version, changed) = (asked.version, asked.change);
    // Of another version the verb below says that it is another one, whatever was asked.
    let of_this = now.version == version;
    let mut fields = now.fields;
    let edited = match apply(&mut fields, changed) {
        Ok(edited) => edited,
        Err(fault) if of_this => return Err(fault),
        Err(_) => None,
    };
    let told = edited.and_then(|place| Some((place, fields.get(place)?.name.clone())));
    let updated = update_fields(ctx, collection, UpdateFields { version, fields }).await;
    updated.map_err(|fault| match told {
        Some((place, name)) => check::of_one(fault, place, &name),
        None => fault,
    })
}

/// Makes the change, and says which field a person has written.
fn apply(fields: &mut Vec<Field>, change: FieldChange) -> Result<Option<usize>, Fault> {
    match change {
        FieldChange::Add { field } => {
            fields.push(field);
            Ok(Some(fields.len() - 1))
        }
        FieldChange::Replace { name, field } => {
            let place = place_of(fields, &name)?;
            fields[place] = field;
            Ok(Some(place))
        }
        FieldChange::Remove { name } => {
            fields.remove(place_of(fields, &name)?);
            Ok(None)
        }
        FieldChange::Move { name, up } => {
            let place = place_of(fields, &name)?;
            let other = if up { place.checked_sub(1) } else { Some(place + 1).filter(|next| *next < fields.len()) };
            let other = other.ok_or_else(|| {
                let end = if up { "first" } else { "last" };
                Fault::invalid(format!("the field \"{name}\" is the {end} one already"))
            })?;
            fields.swap(place, other);
            Ok(None)
        }
        FieldChange::Reset => {
            *fields = default_fields();
            Ok(None)
        }
    }
}

fn place_of(fields: &[Field], name: &str) -> Result<usize, Fault> {
    let shown: String = name.chars().take(100).collect();
    fields.iter().position(|field| field.name == name).ok_or_else(|| Fault::missing("field", shown))
}
