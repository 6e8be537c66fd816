//! What only whoever runs the deployment does: organizations, first people, tokens that belong to nobody. The command
//! line calls these; so may a person whom it made an operator.

use super::sql::{members as sql_members, organizations as sql, users};
use super::{email, members, tokens, valid_name};
use crate::{Ctx, Db, audit};
use chorale_model::identity::{CreateToken, CreatedToken, Member, Organization};
use chorale_model::page::{Page, PageRequest};
use chorale_model::{Fault, FaultKind, OrganizationId, Role};
use serde_json::json;

/// Makes an organization without members.
pub async fn create_organization(ctx: &Ctx, name: &str, synthetic: bool) -> Result<Organization, Fault> {
    ctx.require_operator()?;
    let name = valid_name("name", name, 100)?;
    let organization = Organization { id: OrganizationId(ctx.app.ids.uuid()), name, synthetic, created_at: ctx.now() };
    let (row, actor) = (organization.clone(), ctx.clone());
    let made = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                sql::insert(tx, &row).await?;
                let detail = json!({"name": row.name, "synthetic": row.synthetic});
                audit::record_in(tx, &actor, row.id, "organization.created", "organization", row.id, detail).await
            })
        })
        .await;
    made.map_err(|mut fault| {
        if fault.kind == FaultKind::Conflict {
            fault.message = format!("an organization \"{}\" exists already; choose another name", organization.name);
        }
        fault
    })?;
    Ok(organization)
}

/// The organization of that name.
pub async fn find_organization_by_name(ctx: &Ctx, name: &str) -> Result<Option<Organization>, Fault> {
    ctx.require_operator()?;
    sql::find_by_name(ctx.db(), name.trim()).await
}

/// The organization that the context works in.
pub async fn load_organization(ctx: &Ctx) -> Result<Organization, Fault> {
    let id = ctx.require(Role::Scientist)?;
    sql::find(ctx.db(), id).await?.ok_or_else(|| Fault::missing("organization", id))
}

/// Every organization of the deployment, by name.
pub async fn list_organizations(ctx: &Ctx, page: PageRequest) -> Result<Page<Organization>, Fault> {
    ctx.require_operator()?;
    let limit = page.limit()?;
    let found = sql::list(ctx.db(), page.cursor.as_deref().unwrap_or(""), limit + 1).await?;
    Ok(Page::cut(found, limit, |organization| organization.name.clone()))
}

/// Those that are not being erased, for work that goes through all of them.
pub async fn list_alive(db: &Db) -> Result<Vec<OrganizationId>, Fault> {
    sql::list_alive(db).await
}

/// A member made by the operator.
pub struct CreatedUser {
    pub member: Member,
    /// The e-mail address was known: the person keeps their password and name, and only the membership is new.
    pub known: bool,
}

/// Makes a person with a password and their membership.
pub async fn create_user(
    ctx: &Ctx,
    address: &str,
    name: &str,
    organization: OrganizationId,
    role: Role,
    password: String,
) -> Result<CreatedUser, Fault> {
    ctx.require_operator()?;
    let new = members::prepare(ctx, address, name, Some(password)).await?;
    join(ctx, organization, role, new).await
}

/// A member whose password nobody knows, for tests that need none.
#[cfg(any(test, feature = "testing"))]
pub async fn create_user_without_password(
    ctx: &Ctx,
    address: &str,
    organization: OrganizationId,
    role: Role,
) -> Result<CreatedUser, Fault> {
    ctx.require_operator()?;
    let new = members::prepare(ctx, address, "", None).await?;
    join(ctx, organization, role, new).await
}

async fn join(ctx: &Ctx, organization: OrganizationId, role: Role, new: users::NewUser) -> Result<CreatedUser, Fault> {
    let actor = ctx.clone();
    let (member, known) = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let (user, known) = members::join(tx, &actor, organization, &new, role).await?;
                let member = sql_members::find(tx, organization, user).await?;
                Ok((member.ok_or_else(|| Fault::missing("user", user))?, known))
            })
        })
        .await?;
    Ok(CreatedUser { member, known })
}

/// Gives a person the operator's rights in the browser, or takes them.
pub async fn set_operator(ctx: &Ctx, address: &str, operator: bool) -> Result<(), Fault> {
    ctx.require_operator()?;
    let (email, actor) = (email::parse(address)?, ctx.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if users::set_operator(tx, &email, operator).await? == 0 {
                    return Err(Fault::missing("user", &email));
                }
                let Some(user) = users::find_id(tx, &email).await? else { return Err(Fault::missing("user", &email)) };
                for organization in sql_members::list_organizations(tx, user).await? {
                    let detail = json!({"email": email, "operator": operator});
                    audit::record_in(tx, &actor, organization, "user.operator_changed", "user", user, detail).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Makes a token of an organization that belongs to nobody and lives until an admin revokes it.
pub async fn create_operator_token(
    ctx: &Ctx,
    organization: OrganizationId,
    role: Role,
    name: &str,
) -> Result<CreatedToken, Fault> {
    ctx.require_operator()?;
    let input = CreateToken { name: name.to_owned(), role, expires_in_days: None };
    tokens::make(ctx, organization, None, input).await
}
