//! What a person does with their own account.

use super::sql::{organizations, sessions, users};
use super::{limits, password, valid_name};
use crate::{Actor, Ctx, audit};
use chorale_model::identity::{ChangePassword, Me, Preferences};
use chorale_model::{Fault, FaultKind, Role, UserId};
use serde_json::json;

/// The person behind the session or token.
pub(super) fn person(ctx: &Ctx) -> Result<UserId, Fault> {
    ctx.user().ok_or_else(|| match ctx.actor {
        Actor::Anonymous => Fault::unauthenticated(),
        _ => Fault::forbidden("this needs a person; the token was made by the operator and belongs to nobody"),
    })
}

async fn load(ctx: &Ctx) -> Result<users::User, Fault> {
    let user = person(ctx)?;
    users::find(ctx.db(), user).await?.ok_or_else(|| Fault::missing("user", user))
}

/// Who asks, and where.
pub async fn me(ctx: &Ctx) -> Result<Me, Fault> {
    let scope = ctx.require(Role::Scientist)?;
    let person = load(ctx).await?;
    let organization = organizations::find(ctx.db(), scope).await?;
    Ok(Me {
        user: UserId(person.id),
        email: person.email,
        name: person.name,
        organization: organization.ok_or_else(|| Fault::missing("organization", scope))?,
        role: ctx.role().ok_or_else(Fault::unauthenticated)?,
        memberships: organizations::list_memberships(ctx.db(), UserId(person.id)).await?,
        single_keys: person.single_keys,
    })
}

/// Changes what is given and keeps the rest.
pub async fn set_preferences(ctx: &Ctx, input: Preferences) -> Result<Me, Fault> {
    ctx.require(Role::Scientist)?;
    let user = person(ctx)?;
    let name = input.name.map(|name| valid_name("name", &name, 100)).transpose()?;
    let (actor, single_keys) = (ctx.clone(), input.single_keys);
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let detail = json!({"name": name, "single_keys": single_keys});
                users::set_preferences(tx, user, name, single_keys).await?;
                audit::record(tx, &actor, "user.preferences_changed", "user", user, detail).await
            })
        })
        .await?;
    me(ctx).await
}

/// Sets a new password for whoever knows the current one, and ends the person's other sessions. Wrong attempts count
/// like failed sign-ins: a stolen session is no place to guess from.
pub async fn change_password(ctx: &Ctx, input: ChangePassword) -> Result<(), Fault> {
    ctx.require(Role::Scientist)?;
    let person = load(ctx).await?;
    password::check_policy("new", &input.new, &person.email)?;
    if input.new == input.current {
        return Err(Fault::field("new", "is the current password; choose another one"));
    }
    limits::count(ctx, &person.email).await?;
    if !password::verify(ctx, person.password_hash, input.current).await? {
        let mut fault = Fault::field("current", "is not your password; try again");
        fault.kind = FaultKind::Forbidden;
        return Err(fault);
    }
    let hash = password::hash(ctx, input.new).await?;
    let (user, email, actor) = (UserId(person.id), person.email, ctx.clone());
    let keep = match ctx.actor {
        Actor::User { session, .. } => Some(session),
        _ => None,
    };
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                limits::forgive(tx, &email, &actor.address).await?;
                users::set_password(tx, user, &hash).await?;
                let ended = sessions::end_all(tx, user, keep).await?;
                let detail = json!({"sessions_ended": ended});
                audit::record(tx, &actor, "user.password_changed", "user", user, detail).await
            })
        })
        .await
}
