//! The people of an organization, for its admins. Nobody becomes one without their own word, except by the operator's:
//! see `invitations`.

use super::sql::{members as sql, organizations, sessions, tokens, users};
use super::{email, password, valid_name};
use crate::{Ctx, Tx, audit};
use chorale_model::identity::{Member, UpdateMember};
use chorale_model::page::{Page, PageRequest};
use chorale_model::{Fault, OrganizationId, Role, UserId};
use serde_json::json;

/// Everybody who is or was a member, by e-mail address.
pub async fn list_members(ctx: &Ctx, page: PageRequest) -> Result<Page<Member>, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let limit = page.limit()?;
    let members = sql::list(ctx.db(), organization, page.cursor.as_deref().unwrap_or(""), limit + 1).await?;
    Ok(Page::cut(members, limit, |member| member.email.clone()))
}

/// Active members who may review, by name, for rooms that hand work to them.
pub async fn list_curators(ctx: &Ctx) -> Result<Vec<(UserId, String)>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    sql::list_curators(ctx.db(), organization).await
}

/// The row of a person who may be new.
pub(super) async fn prepare(
    ctx: &Ctx,
    address: &str,
    name: &str,
    password: Option<String>,
) -> Result<users::NewUser, Fault> {
    let email = email::parse(address)?;
    let name = name_or_address(name, &email)?;
    let password_hash = match password {
        Some(password) => {
            password::check_policy("password", &password, &email)?;
            Some(password::hash(ctx, password).await?)
        }
        None => None,
    };
    Ok(users::NewUser { id: UserId(ctx.app.ids.uuid()), email, name, password_hash, created_at: ctx.now() })
}

/// The name that was given, or what stands before the @.
pub(super) fn name_or_address(name: &str, email: &str) -> Result<String, Fault> {
    match name.trim() {
        "" => Ok(email::local_part(email).to_owned()),
        name => valid_name("name", name, 100),
    }
}

/// Makes the person, if there is none with this address, and the membership: the id, and whether they were known.
pub(super) async fn join(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    new: &users::NewUser,
    role: Role,
) -> Result<(UserId, bool), Fault> {
    let (user, known) = users::insert_or_find(tx, new).await?;
    if !sql::insert(tx, organization, user, role, new.created_at).await? {
        return Err(Fault::conflict(format!(
            "{} is in this organization already; change the role or activate the membership instead",
            new.email
        )));
    }
    let detail = json!({"email": new.email, "role": role});
    audit::record_in(tx, ctx, organization, "member.added", "user", user, detail).await?;
    Ok((user, known))
}

/// Changes a member's role or takes the membership away. Deactivating ends the person's sessions in this organization
/// and revokes their tokens in it.
pub async fn update_member(ctx: &Ctx, user: UserId, input: UpdateMember) -> Result<Member, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let actor = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                organizations::lock(tx, organization).await?;
                let Some(before) = sql::find(tx, organization, user).await? else {
                    return Err(Fault::missing("user", user));
                };
                let mut after = before.clone();
                after.role = input.role.unwrap_or(before.role);
                after.active = input.active.unwrap_or(before.active);
                if after == before {
                    return Ok(before);
                }
                sql::update(tx, organization, user, after.role, after.active).await?;
                let was_admin = before.active && before.role == Role::Admin;
                if was_admin && sql::count_admins(tx, organization).await? == 0 {
                    return Err(Fault::conflict(format!(
                        "{} is the last admin of this organization; make another member an admin first",
                        before.email
                    )));
                }
                if before.active && !after.active {
                    sessions::end_in(tx, organization, user).await?;
                    tokens::revoke_of(tx, organization, user, actor.now()).await?;
                }
                let detail = json!({
                    "email": before.email,
                    "before": {"role": before.role, "active": before.active},
                    "after": {"role": after.role, "active": after.active},
                });
                audit::record(tx, &actor, "member.updated", "user", user, detail).await?;
                Ok(after)
            })
        })
        .await
}
