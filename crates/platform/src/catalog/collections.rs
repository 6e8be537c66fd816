//! Collections: made and renamed by their curators, shared by an operator alone.

use super::changes::{SHARED_FEED, record_change};
use super::{cursor, sql::collections as sql};
use crate::{Ctx, audit};
use chorale_model::catalog::{Collection, CreateCollection, UpdateCollection};
use chorale_model::page::PageRequest;
use chorale_model::{CollectionId, Fault, FaultKind, Page, Role};
use serde_json::json;
use uuid::Uuid;

pub async fn create_collection(ctx: &Ctx, input: CreateCollection) -> Result<Collection, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let name = checked_name(&input.name)?;
    let description = checked_description(&input.description)?;
    let id = CollectionId(ctx.app.ids.uuid());
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::insert(tx, organization, id, &name, &description, ctx_.now())
                    .await
                    .map_err(|fault| name_taken(fault, &name))?;
                audit::record(tx, &ctx_, "collection.created", "collection", id, json!({ "name": name })).await
            })
        })
        .await?;
    load_collection(ctx, id).await
}

/// Own and shared ones, by name.
pub async fn list_collections(ctx: &Ctx, page: PageRequest) -> Result<Page<Collection>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let (name, id): (String, Uuid) = cursor::decode(page.cursor.as_ref())?.unwrap_or_default();
    let rows = sql::list(ctx.db(), organization, &name, id, limit + 1).await?;
    let collections = rows.into_iter().map(Collection::from).collect();
    Ok(Page::cut(collections, limit, |c: &Collection| cursor::encode((&c.name, c.id))))
}

pub async fn load_collection(ctx: &Ctx, id: CollectionId) -> Result<Collection, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = sql::find(ctx.db(), organization, id).await?;
    row.map(Collection::from).ok_or_else(|| Fault::missing("collection", id))
}

/// The organization's own collection of this name.
pub async fn find_collection_by_name(ctx: &Ctx, name: &str) -> Result<Option<Collection>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    Ok(sql::find_by_name(ctx.db(), organization, name.trim()).await?.map(Collection::from))
}

/// Renames or describes one's own collection.
pub async fn update_collection(ctx: &Ctx, id: CollectionId, input: UpdateCollection) -> Result<Collection, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let name = input.name.as_deref().map(checked_name).transpose()?;
    let description = input.description.as_deref().map(checked_description).transpose()?;
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let found = sql::lock_own(tx, organization, id).await?;
                let before = found.ok_or_else(|| Fault::missing("collection", id))?;
                let after = name.unwrap_or_else(|| before.name.clone());
                sql::update(tx, organization, id, &after, description.as_deref(), ctx_.now())
                    .await
                    .map_err(|fault| name_taken(fault, &after))?;
                if after != before.name {
                    // The name is a facet of every document.
                    let feed = if before.shared { SHARED_FEED.to_owned() } else { organization.to_string() };
                    record_change(tx, &ctx_, organization, &feed, "collection", id.0).await?;
                }
                let detail = json!({ "name": after, "before": before.name });
                audit::record(tx, &ctx_, "collection.updated", "collection", id, detail).await
            })
        })
        .await?;
    load_collection(ctx, id).await
}

/// Shows a collection of the organization in scope to every organization, or to its own again. Both feeds hear it:
/// one gains the documents, the other loses them.
pub async fn share_collection(ctx: &Ctx, id: CollectionId, shared: bool) -> Result<Collection, Fault> {
    ctx.require_operator()?;
    let organization = ctx.require(Role::Scientist)?;
    let ctx_ = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let found = sql::lock_own(tx, organization, id).await?;
                let before = found.ok_or_else(|| Fault::missing("collection", id))?;
                if before.shared == shared {
                    return Ok(());
                }
                sql::set_shared(tx, organization, id, shared, ctx_.now()).await?;
                for feed in [organization.to_string().as_str(), SHARED_FEED] {
                    record_change(tx, &ctx_, organization, feed, "collection", id.0).await?;
                }
                let action = if shared { "collection.shared" } else { "collection.unshared" };
                audit::record(tx, &ctx_, action, "collection", id, json!({ "name": before.name })).await
            })
        })
        .await?;
    load_collection(ctx, id).await
}

fn checked_name(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Fault::field("name", "a collection needs a name")),
        1..=200 if !name.chars().any(char::is_control) => Ok(name.to_owned()),
        1..=200 => Err(Fault::field("name", "a name has no control characters; write it on one line")),
        length => Err(Fault::field("name", format!("{length} characters are too many; use at most 200"))),
    }
}

fn checked_description(description: &str) -> Result<String, Fault> {
    match description.chars().count() {
        0..=10_000 => Ok(description.trim().to_owned()),
        length => Err(Fault::field("description", format!("{length} characters are too many; use at most 10,000"))),
    }
}

fn name_taken(fault: Fault, name: &str) -> Fault {
    if fault.kind != FaultKind::Conflict {
        return fault;
    }
    Fault {
        cause: fault.cause,
        ..Fault::conflict(format!("there is a collection \"{name}\" already; choose another name"))
    }
}
