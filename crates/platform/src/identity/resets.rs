//! One-time links to choose a new password, made by an admin and handed over by them: Chorale sends no mail. Whoever
//! has the link has the account for an hour, so an admin makes one only for people of this organization alone;
//! anybody else's is the operator's to make. Nobody can put a person out of their admin's reach but the person: a
//! membership elsewhere begins with their own acceptance.

use super::sql::{members, resets as sql, sessions, tokens, users};
use super::{email, limits, password, sha256};
use crate::{Actor, Ctx, audit};
use chorale_model::identity::{PasswordReset, ResetPassword};
use chorale_model::{Fault, Role, SessionId, Time, UserId};
use serde_json::json;
use uuid::Uuid;

const LIFETIME: i64 = Time::HOUR;
/// The page that takes the code, below the public URL: `/reset-password?code=…`.
pub const RESET_PATH: &str = "/reset-password";

/// Makes a link; one made before for the same person is void.
pub async fn create_password_reset(ctx: &Ctx, user: UserId) -> Result<PasswordReset, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let person = users::find(ctx.db(), user).await?;
    let (code, now, actor) = (ctx.app.ids.secret(), ctx.now(), ctx.clone());
    let (expires_at, code_sha256) = (now.plus(LIFETIME), sha256(&code));
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let member = members::find(tx, organization, user).await?;
                let (Some(person), Some(member)) = (person, member) else {
                    return Err(Fault::missing("user", user));
                };
                let places = members::list_organizations(tx, user).await?;
                if actor.require_operator().is_err() && (person.operator || places.len() > 1) {
                    return Err(Fault::forbidden(format!(
                        "the password of {0} opens more than this organization, so its admins cannot reset it; ask the \
                         operator of the deployment for \"chorale admin user reset {0}\"",
                        member.email
                    )));
                }
                sql::delete_of(tx, user).await?;
                sql::insert(tx, code_sha256, user, now, expires_at).await?;
                let detail = json!({"email": member.email});
                audit::record(tx, &actor, "user.password_reset_created", "user", user, detail).await
            })
        })
        .await?;
    Ok(link(ctx, &code, expires_at))
}

/// Makes a link for anybody of the deployment, with or without a membership: the operator's.
pub async fn create_password_reset_by_email(ctx: &Ctx, address: &str) -> Result<PasswordReset, Fault> {
    ctx.require_operator()?;
    let email = email::parse(address)?;
    let (code, now, actor) = (ctx.app.ids.secret(), ctx.now(), ctx.clone());
    let (expires_at, code_sha256) = (now.plus(LIFETIME), sha256(&code));
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let Some(user) = users::find_id(tx, &email).await? else { return Err(Fault::missing("user", &email)) };
                sql::delete_of(tx, user).await?;
                sql::insert(tx, code_sha256, user, now, expires_at).await?;
                for organization in members::list_organizations(tx, user).await? {
                    let detail = json!({"email": email});
                    let action = "user.password_reset_created";
                    audit::record_in(tx, &actor, organization, action, "user", user, detail).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(link(ctx, &code, expires_at))
}

fn link(ctx: &Ctx, code: &str, expires_at: Time) -> PasswordReset {
    PasswordReset { url: format!("{}{RESET_PATH}?code={code}", ctx.app.settings.public_url), expires_at }
}

/// Sets the password of whoever the code was made for, uses the code up, and ends the person's sessions and tokens:
/// whoever had the account until now has nothing left.
pub async fn reset_password(ctx: &Ctx, input: ResetPassword) -> Result<(), Fault> {
    let void = || Fault::field("code", "this link was used, has expired or was replaced; ask an admin for a new one");
    let code_sha256 = sha256(input.code.trim());
    // Before hashing: an unknown code must not cost us a core.
    let (user, email) = sql::find(ctx.db(), code_sha256.clone(), ctx.now()).await?.ok_or_else(void)?;
    password::check_policy("new", &input.new, &email)?;
    let hash = password::hash(ctx, input.new).await?;
    // The code has shown who it is; the session is none that exists.
    let session = SessionId(Uuid::nil());
    let actor = Actor::User { user, session, role: Role::Scientist, email: email.clone(), operator: false };
    let actor = Ctx { actor, ..ctx.clone() };
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::take(tx, code_sha256, actor.now()).await? {
                    return Err(void());
                }
                users::set_password(tx, user, &hash).await?;
                limits::forget(tx, &email).await?;
                let ended = sessions::end_all(tx, user, None).await?;
                let revoked = tokens::revoke_all_of(tx, user, actor.now()).await?;
                for organization in members::list_organizations(tx, user).await? {
                    let detail = json!({"sessions_ended": ended, "tokens_revoked": revoked});
                    audit::record_in(tx, &actor, organization, "user.password_reset", "user", user, detail).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Deletes codes that expired.
pub(super) async fn tidy(tx: &mut crate::Tx, now: Time) -> Result<u64, Fault> {
    sql::tidy(tx, now).await
}
