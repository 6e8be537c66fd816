//! The fields of a collection: rows that are moved or removed, and the default set. The form of a field is the page's own.

use super::answer::{Done, Refusal, answer, ctx};
use crate::pages::fields::row_change;
use chorale_model::fields::{ChangeFields, FieldChange};
use chorale_platform::harmonize;
use leptos::prelude::*;

/// `what` is up, down or remove.
#[server(prefix = "/_fn", endpoint = "change_field")]
pub async fn change_field(collection: String, version: i64, name: String, what: String) -> Result<(), Refusal> {
    answer("change_field", async {
        let change = row_change(version, name.clone(), &what)?;
        let fields = harmonize::change_fields(&ctx()?, collection.parse()?, change).await?;
        let done = if what == "remove" { "is removed" } else { "is moved" };
        Ok(Done::said(format!("{name} {done}; this is version {} of the fields.", fields.version)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "reset_fields")]
pub async fn reset_fields(collection: String, version: i64) -> Result<(), Refusal> {
    answer("reset_fields", async {
        let change = ChangeFields { version, change: FieldChange::Reset };
        let fields = harmonize::change_fields(&ctx()?, collection.parse()?, change).await?;
        Ok(Done::said(format!("The default set holds again, as version {} of the fields.", fields.version)))
    })
    .await
}
