//! API tokens: `chorale_<prefix>_<secret>`, 8 and 64 hexadecimal digits, of which the secret's 256 bits are random
//! and the prefix is there to recognise it by. Kept as the SHA-256 of the whole text. A token can at most what its
//! maker can at the moment of the request, and nothing once the maker is deactivated. A token that a token made ends
//! with it, at the latest.

use super::sql::tokens as sql;
use super::{State, account, sha256, valid_name};
use crate::{Actor, Ctx, Deployment, audit};
use chorale_model::identity::{CreateToken, CreatedToken, Token};
use chorale_model::page::{Page, PageRequest};
use chorale_model::{Fault, FaultKind, OrganizationId, Role, Time, TokenId, UserId};
use serde_json::json;
use std::sync::Arc;

/// `last_used_at` is at most this much behind.
const TOUCH_EVERY: i64 = Time::MINUTE;
const LONGEST_DAYS: i64 = 3_660;

/// Makes a token of the asking person in this organization. The answer holds the secret, for the only time.
pub async fn create_token(ctx: &Ctx, input: CreateToken) -> Result<CreatedToken, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let user = account::person(ctx)?;
    if ctx.role().is_none_or(|own| input.role > own) {
        let own = ctx.role().map_or("none", Role::name);
        return Err(Fault::field(
            "role",
            format!("{} is more than your own role, {own}; choose at most that", input.role),
        ));
    }
    make(ctx, organization, Some(user), input).await
}

/// Makes a token for `user`, or for nobody: the operator's.
pub(super) async fn make(
    ctx: &Ctx,
    organization: OrganizationId,
    user: Option<UserId>,
    input: CreateToken,
) -> Result<CreatedToken, Fault> {
    let name = valid_name("name", &input.name, 100)?;
    let now = ctx.now();
    let expires_at = match input.expires_in_days {
        None => None,
        Some(days @ 1..=LONGEST_DAYS) => Some(now.plus(days * Time::DAY)),
        Some(days) => {
            return Err(Fault::field(
                "expires_in_days",
                format!("{days} days is out of range; choose 1 to {LONGEST_DAYS}, or leave it out"),
            ));
        }
    };
    let parent = match ctx.actor {
        Actor::Token { token, .. } => Some(token),
        _ => None,
    };
    let prefix = format!("chorale_{}", hex::encode(ctx.app.ids.bytes::<4>()));
    let secret = format!("{prefix}_{}", ctx.app.ids.secret());
    let mut token = Token {
        id: TokenId(ctx.app.ids.uuid()),
        name,
        prefix,
        role: input.role,
        created_by: ctx.actor_name(),
        created_at: now,
        expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    let mut row = sql::NewToken {
        organization,
        parent,
        id: token.id,
        secret_sha256: sha256(&secret),
        prefix: token.prefix.clone(),
        name: token.name.clone(),
        role: token.role,
        user,
        created_at: now,
        expires_at,
    };
    let actor = ctx.clone();
    token.expires_at = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                if let Some(parent) = row.parent {
                    row.expires_at = within(sql::hold(tx, organization, parent, now).await?, row.expires_at)?;
                }
                let detail = json!({"name": row.name, "role": row.role, "expires_at": row.expires_at});
                let (id, expires_at) = (row.id, row.expires_at);
                sql::insert(tx, row).await?;
                audit::record_in(tx, &actor, organization, "token.created", "token", id, detail).await?;
                Ok(expires_at)
            })
        })
        .await?;
    Ok(CreatedToken { token, secret })
}

/// When a token that a token makes expires: when asked, but not after its maker. The maker may have ended meanwhile.
fn within(maker: Option<Option<Time>>, asked: Option<Time>) -> Result<Option<Time>, Fault> {
    match (maker.ok_or_else(ended)?, asked) {
        (Some(end), Some(asked)) if asked > end => Err(Fault::field(
            "expires_in_days",
            format!("the token that asks expires itself on {}; choose less, or leave it out", end.day_text()),
        )),
        (end, asked) => Ok(asked.or(end)),
    }
}

fn ended() -> Fault {
    Fault::new(
        FaultKind::Unauthenticated,
        "this token is unknown, expired or revoked; make a new one under Account, Tokens",
    )
}

/// Who a bearer token stands for. Unknown, expired, revoked and orphaned ones answer alike.
pub async fn authenticate_token(
    app: &Arc<Deployment>,
    bearer: &str,
    request_id: String,
    address: String,
) -> Result<Ctx, Fault> {
    let now = app.clock.now();
    let Some(live) = sql::find_live(&app.db, sha256(bearer.trim()), now).await? else {
        return Err(ended());
    };
    let (organization, token) = (OrganizationId(live.organization), TokenId(live.id));
    if live.last_used_at.is_none_or(|at| now.since(Time(at)) >= TOUCH_EVERY) {
        touch(app, organization, token, now);
    }
    let own: Role = live.role.parse()?;
    let role = match live.maker_role {
        Some(maker) => own.min(maker.parse()?),
        None => own,
    };
    let actor = Actor::Token { token, user: live.user_id.map(UserId), role, name: live.name };
    Ok(Ctx { app: app.clone(), actor, scope: Some(organization), request_id, address })
}

/// Notes the use behind the request: a read must not wait for the disk.
fn touch(app: &Arc<Deployment>, organization: OrganizationId, token: TokenId, now: Time) {
    let db = app.db.clone();
    app.room::<State>().behind(async move {
        let written = db.write(move |tx| Box::pin(async move { sql::touch(tx, organization, token, now).await })).await;
        if let Err(fault) = written {
            tracing::warn!(%fault, "a token's last use was not noted");
        }
    });
}

/// Tokens of this organization, newest first: the asking person's own, or everybody's for an admin.
pub async fn list_tokens(ctx: &Ctx, everybody: bool, page: PageRequest) -> Result<Page<Token>, Fault> {
    let organization = ctx.require(if everybody { Role::Admin } else { Role::Scientist })?;
    let user = if everybody { None } else { Some(account::person(ctx)?) };
    let limit = page.limit()?;
    let tokens = sql::list(ctx.db(), organization, user, page.before()?, limit + 1).await?;
    Ok(Page::cut(tokens, limit, |token| token.id.to_string()))
}

/// Ends a token and those it made: one's own, or any of the organization's for an admin. Revoking it twice is no fault.
pub async fn revoke_token(ctx: &Ctx, token: TokenId) -> Result<(), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let actor = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let found = sql::find_owner(tx, organization, token).await?;
                let Some((name, owner)) = found else { return Err(Fault::missing("token", token)) };
                let own = owner.is_some() && owner == actor.user();
                if !own && actor.role() < Some(Role::Admin) {
                    return Err(Fault::missing("token", token));
                }
                if sql::revoke(tx, organization, token, actor.now()).await? {
                    let made = sql::revoke_made_by(tx, organization, token, actor.now()).await?;
                    let detail = json!({"name": name, "made_by_it": made});
                    audit::record(tx, &actor, "token.revoked", "token", token, detail).await?;
                }
                Ok(())
            })
        })
        .await
}
