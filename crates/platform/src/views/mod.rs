//! Saved views: a list's address under a name, for oneself or for the organization. Owns `saved_views`. It must never lead
//! anywhere but to the platform's own lists; what a view shows is read under the rights of whoever opens it.

mod sql;

use crate::{Actor, Ctx, audit};
use chorale_model::views::{PLACES, SaveView, UpdateView, View, ViewFilter, is_place};
use chorale_model::{Fault, Role, ViewId};
use serde_json::json;
use uuid::Uuid;

const LONGEST_NAME: usize = 100;
const LONGEST_ADDRESS: usize = 2_000;
/// Views of one person.
const MOST: i64 = 200;

/// One's own and those of the organization, by name.
pub async fn list_views(ctx: &Ctx, filter: ViewFilter) -> Result<Vec<View>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let place = filter.place.unwrap_or_default();
    sql::list(ctx.db(), organization, person(ctx), &place).await
}

/// Keeps an address under a name; one's own view of this name leads there from now on.
pub async fn save_view(ctx: &Ctx, input: SaveView) -> Result<View, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let name = named(&input.name)?;
    let (place, address) = placed(&input.address)?;
    let (me, at, inner) = (person(ctx), ctx.now(), ctx.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let known = sql::find_named(tx, organization, me, &place, &name).await?;
                let id = known.unwrap_or_else(|| ViewId(inner.app.ids.uuid()));
                if known.is_none() && sql::count_of(tx, organization, me).await? >= MOST {
                    let why = format!("you keep {MOST} views already; delete some at /views first");
                    return Err(Fault::conflict(why));
                }
                let view = View {
                    id,
                    name,
                    address,
                    shared: input.shared,
                    owner: chorale_model::UserId(me),
                    owner_name: inner.actor_name(),
                    mine: true,
                    updated_at: at,
                };
                sql::put(tx, organization, &place, &view).await?;
                let detail = json!({ "name": view.name, "shared": view.shared });
                audit::record(tx, &inner, "view.saved", "view", id, detail).await?;
                Ok(view)
            })
        })
        .await
}

/// Renames it, or says who sees it; one's own, and as an admin those of the organization.
pub async fn update_view(ctx: &Ctx, id: ViewId, input: UpdateView) -> Result<View, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let name = input.name.as_deref().map(named).transpose()?;
    let (me, at, inner) = (person(ctx), ctx.now(), ctx.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let found = sql::find(tx, organization, me, id).await?;
                let mut view = allowed(&inner, found, id)?;
                let (place, _) = placed(&view.address)?;
                if let Some(name) = name {
                    view.name = name;
                }
                view.shared = input.shared.unwrap_or(view.shared);
                view.updated_at = at;
                sql::put(tx, organization, &place, &view).await?;
                let detail = json!({ "name": view.name, "shared": view.shared });
                audit::record(tx, &inner, "view.changed", "view", id, detail).await?;
                Ok(view)
            })
        })
        .await
}

pub async fn delete_view(ctx: &Ctx, id: ViewId) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let (me, inner) = (person(ctx), ctx.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let found = sql::find(tx, organization, me, id).await?;
                let view = allowed(&inner, found, id)?;
                sql::delete(tx, organization, id).await?;
                audit::record(tx, &inner, "view.deleted", "view", id, json!({ "name": view.name })).await
            })
        })
        .await
}

/// What is private to somebody else is not there.
fn allowed(ctx: &Ctx, found: Option<View>, id: ViewId) -> Result<View, Fault> {
    let view = found.ok_or_else(|| Fault::missing("saved view", id))?;
    match view.mine || ctx.require(Role::Admin).is_ok() {
        true => Ok(view),
        false => {
            let why = format!("\"{}\" is {}'s; they or an admin change it", view.name, view.owner_name);
            Err(Fault::forbidden(why))
        }
    }
}

fn named(name: &str) -> Result<String, Fault> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Fault::field("name", "is empty; write a name")),
        n if n > LONGEST_NAME => Err(Fault::field("name", format!("has {n} characters; at most {LONGEST_NAME} fit"))),
        _ if name.chars().any(char::is_control) => Err(Fault::field("name", "holds a control character")),
        _ => Ok(name.to_owned()),
    }
}

/// The path of a list and the whole address, without the place in the list.
fn placed(address: &str) -> Result<(String, String), Fault> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    if !is_place(path) {
        let known = PLACES.join(", ");
        let why = format!("leads to no list that is kept; those are {known}, and /experiments/ with a number");
        return Err(Fault::field("address", why));
    }
    if address.chars().count() > LONGEST_ADDRESS || address.chars().any(|c| c.is_control() || c == '#') {
        let why = format!("is no address of a list, or has more than {LONGEST_ADDRESS} characters");
        return Err(Fault::field("address", why));
    }
    // What is picked and where one has scrolled to belong to a moment.
    let kept = url::form_urlencoded::parse(query.as_bytes());
    let kept =
        kept.filter(|(key, value)| !["cursor", "pick", "answer", "term", "why"].contains(&&**key) && !value.is_empty());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    Ok((path.to_owned(), if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }))
}

/// Whose view it is: a person's, or of the program that works with a token.
fn person(ctx: &Ctx) -> Uuid {
    match &ctx.actor {
        Actor::User { user, .. } | Actor::Token { user: Some(user), .. } => user.0,
        Actor::Token { token, .. } => token.0,
        Actor::Anonymous | Actor::Operator | Actor::System => Uuid::nil(),
    }
}

#[cfg(test)]
mod tests;
