//! Invitations: the only way in which an admin makes somebody a member. The admin gets a link and hands it over, as
//! Chorale sends no mail; the membership exists once whoever has the link has accepted with a password.
//!
//! Whether an address belongs to an account of the deployment is nobody else's business, and nothing that an admin
//! asks or is answered depends on it: accounts are looked up only when a code is accepted, the policy for passwords is
//! checked before, and both cases cost one hash. (Somebody who takes up an invitation that was meant for another
//! learns it; so they would from any sign-up, and the audit log has them.)
//!
//! An account alone is not enough either: it may have been made by who invited the address first, and not by its
//! owner. So membership never follows from an account that exists; each organization hands over a code of its own.

use super::sql::{invitations as sql, members as sql_members, users};
use super::{email, limits, members, password, sha256};
use crate::{Actor, Ctx, audit};
use chorale_model::identity::{AcceptInvitation, CreatedInvitation, HeldInvitation, Invitation, Invite};
use chorale_model::page::{Page, PageRequest};
use chorale_model::{Fault, FaultKind, InvitationId, OrganizationId, Role, SessionId, Time, UserId};
use serde_json::json;
use uuid::Uuid;

const LIFETIME: i64 = 7 * Time::DAY;
/// The page that takes the code, below the public URL: `/invitation?code=…`.
pub const INVITATION_PATH: &str = "/invitation";

/// Asks a person in; an earlier invitation to the same address is void.
pub async fn invite(ctx: &Ctx, input: Invite) -> Result<CreatedInvitation, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let email = email::parse(&input.email)?;
    let name = members::name_or_address(&input.name, &email)?;
    let now = ctx.now();
    let invitation = Invitation {
        id: InvitationId(ctx.app.ids.uuid()),
        email,
        name,
        role: input.role,
        created_at: now,
        expires_at: now.plus(LIFETIME),
    };
    let code = ctx.app.ids.secret();
    let (row, code_sha256, actor) = (invitation.clone(), sha256(&code), ctx.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if sql_members::has_email(tx, organization, &row.email).await? {
                    return Err(Fault::conflict(format!(
                        "{} is in this organization already; change the role or activate the membership instead",
                        row.email
                    )));
                }
                sql::put(tx, organization, &row, code_sha256).await?;
                let detail = json!({"email": row.email, "role": row.role});
                audit::record(tx, &actor, "invitation.created", "invitation", row.id, detail).await
            })
        })
        .await?;
    Ok(CreatedInvitation { invitation, url: format!("{}{INVITATION_PATH}?code={code}", ctx.app.settings.public_url) })
}

/// Who was asked in and has not accepted yet, by e-mail address.
pub async fn list_invitations(ctx: &Ctx, page: PageRequest) -> Result<Page<Invitation>, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let limit = page.limit()?;
    let after = page.cursor.as_deref().unwrap_or("");
    let open = sql::list(ctx.db(), organization, ctx.now(), after, limit + 1).await?;
    Ok(Page::cut(open, limit, |invitation| invitation.email.clone()))
}

/// Makes an invitation's link void.
pub async fn withdraw_invitation(ctx: &Ctx, id: InvitationId) -> Result<(), Fault> {
    let organization = ctx.require(Role::Admin)?;
    let actor = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let found = sql::withdraw(tx, organization, id).await?;
                let email = found.ok_or_else(|| Fault::missing("invitation", id))?;
                audit::record(tx, &actor, "invitation.withdrawn", "invitation", id, json!({"email": email})).await
            })
        })
        .await
}

fn void() -> Fault {
    Fault::field(
        "code",
        "this invitation was accepted or withdrawn, has expired or was replaced; ask an admin of the organization for \
         a new one",
    )
}

/// What the holder of a code is asked into.
pub async fn hold_invitation(ctx: &Ctx, code: &str) -> Result<HeldInvitation, Fault> {
    let held = sql::find_by_code(ctx.db(), sha256(code.trim()), ctx.now()).await?.ok_or_else(void)?;
    Ok(HeldInvitation {
        organization_name: held.organization_name,
        email: held.email,
        role: held.role.parse()?,
        expires_at: Time(held.expires_at),
    })
}

/// Makes the holder of a code a member: with the password of the account that has the address, or else with a new
/// account. Wrong passwords count like failed sign-ins.
pub async fn accept_invitation(ctx: &Ctx, input: AcceptInvitation) -> Result<(), Fault> {
    let code_sha256 = sha256(input.code.trim());
    // Before hashing: an unknown code must not cost us a core.
    let held = sql::find_by_code(ctx.db(), code_sha256.clone(), ctx.now()).await?.ok_or_else(void)?;
    // Before the account is looked up: a password that is refused here tells nothing.
    password::check_policy("password", &input.password, &held.email)?;
    limits::count(ctx, &held.email).await?;
    let person = users::find_by_email(ctx.db(), &held.email).await?;
    let known = person.is_some();
    let password_hash = check(ctx, person, input.password).await?;
    let role: Role = held.role.parse()?;
    let (organization, id) = (OrganizationId(held.organization), InvitationId(held.id));
    let new = users::NewUser {
        id: UserId(ctx.app.ids.uuid()),
        email: held.email,
        name: held.name,
        password_hash,
        created_at: ctx.now(),
    };
    let request = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::take(tx, organization, id, code_sha256, request.now()).await? {
                    return Err(void());
                }
                let (user, existed) = users::insert_or_find(tx, &new).await?;
                if existed != known {
                    // Somebody made the account while we hashed: its password was not asked for.
                    return Err(Fault::conflict("this e-mail address got an account just now; accept once more"));
                }
                limits::forgive(tx, &new.email, &request.address).await?;
                // The password has shown who it is; the session is none that exists.
                let session = SessionId(Uuid::nil());
                let actor = Actor::User { user, session, role, email: new.email.clone(), operator: false };
                let actor = Ctx { actor, ..request };
                members::join(tx, &actor, organization, &new, role).await.map(|_| ())
            })
        })
        .await
}

/// The hash for a new account; nothing for one that exists and has this password.
async fn check(ctx: &Ctx, person: Option<users::User>, password: String) -> Result<Option<String>, Fault> {
    let Some(person) = person else {
        return password::hash(ctx, password).await.map(Some);
    };
    if password::verify(ctx, person.password_hash, password).await? {
        return Ok(None);
    }
    let mut fault = Fault::field(
        "password",
        "is not the one of your account; try again, or ask the operator of the deployment for a new one",
    );
    fault.kind = FaultKind::Forbidden;
    Err(fault)
}

/// Deletes invitations that expired.
pub(super) async fn tidy(tx: &mut crate::Tx, now: Time) -> Result<u64, Fault> {
    sql::tidy(tx, now).await
}
