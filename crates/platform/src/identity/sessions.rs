//! Signed-in browsers. A session has an id that may be shown and a secret that only the cookie knows; both are new at
//! every sign-in. It ends after 12 idle hours, after 7 days, at sign-out, with a new password, and when its membership
//! is deactivated.

use super::sql::{members, sessions as sql, users};
use super::{State, account, email, limits, password, sha256};
use crate::{Actor, Ctx, Deployment, audit};
use chorale_model::identity::{Me, Session, SignIn};
use chorale_model::page::{Page, PageRequest};
use chorale_model::{Fault, FaultKind, OrganizationId, Role, SessionId, Time, UserId};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// However busy it is, a session ends after this many microseconds.
pub const SESSION_LIFETIME: i64 = 7 * Time::DAY;
const IDLE: i64 = 12 * Time::HOUR;
/// `last_seen_at` is at most this much behind.
const TOUCH_EVERY: i64 = Time::MINUTE;

/// A session just made. The secret goes into the cookie and nowhere else.
pub struct SignedIn {
    pub secret: String,
    pub session: SessionId,
    pub expires_at: Time,
    pub me: Me,
}

/// Checks e-mail and password. Unknown, wrong and deactivated answer alike, after the same work. A session that the
/// request already had ends.
pub async fn sign_in(ctx: &Ctx, input: SignIn, user_agent: &str) -> Result<SignedIn, Fault> {
    let email = email::parse(&input.email)?;
    if input.password.is_empty() {
        return Err(Fault::field("password", "is empty; type your password"));
    }
    limits::count(ctx, &email).await?;
    let person = users::find_by_email(ctx.db(), &email).await?;
    // The nil id is nobody's: an unknown person costs the same statements.
    let id = UserId(person.as_ref().map_or(Uuid::nil(), |person| person.id));
    let places = members::list_active(ctx.db(), id).await?;
    let stored = person.as_ref().and_then(|person| person.password_hash.clone());
    let right = password::verify(ctx, stored, input.password).await?;
    let (Some(person), Some((organization, role)), true) = (person, places.first().copied(), right) else {
        metrics::counter!("chorale_sign_ins_total", "outcome" => "refused").increment(1);
        return Err(Fault::new(
            FaultKind::Unauthenticated,
            "the e-mail address or the password is wrong; try again, or ask an admin of your organization for a new \
             password",
        ));
    };
    metrics::counter!("chorale_sign_ins_total", "outcome" => "accepted").increment(1);
    begin(ctx, person, organization, role, user_agent).await
}

/// Signs a member in without a password, for tests.
#[cfg(any(test, feature = "testing"))]
pub async fn enter(ctx: &Ctx, user: UserId, organization: OrganizationId) -> Result<Ctx, Fault> {
    let missing = || Fault::missing("user", user);
    let person = users::find(ctx.db(), user).await?.ok_or_else(missing)?;
    let places = members::list_active(ctx.db(), user).await?;
    let (_, role) = places.into_iter().find(|(place, _)| *place == organization).ok_or_else(missing)?;
    let signed_in = begin(ctx, person, organization, role, "test").await?;
    let found = authenticate_session(&ctx.app, &signed_in.secret, "test".into(), ctx.address.clone()).await?;
    found.ok_or_else(missing)
}

async fn begin(
    ctx: &Ctx,
    person: users::User,
    organization: OrganizationId,
    role: Role,
    user_agent: &str,
) -> Result<SignedIn, Fault> {
    let (user, now, secret) = (UserId(person.id), ctx.now(), ctx.app.ids.secret());
    let (session, expires_at) = (SessionId(ctx.app.ids.uuid()), now.plus(SESSION_LIFETIME));
    let before = match ctx.actor {
        Actor::User { user, session, .. } => Some((user, session)),
        _ => None,
    };
    let row = sql::NewSession {
        id: session,
        secret_sha256: sha256(&secret),
        user,
        organization,
        address: ctx.address.chars().take(64).collect(),
        user_agent: user_agent.chars().filter(|c| !c.is_control()).take(300).collect(),
        created_at: now,
        expires_at,
    };
    let inside = Ctx {
        actor: Actor::User { user, session, role, email: person.email, operator: person.operator },
        scope: Some(organization),
        ..ctx.clone()
    };
    let actor = inside.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                limits::forgive(tx, &actor.actor_name(), &actor.address).await?;
                if let Some((user, session)) = before {
                    sql::end(tx, user, session).await?;
                }
                let detail = json!({"address": row.address, "user_agent": row.user_agent});
                sql::insert(tx, row).await?;
                members::touch(tx, organization, user, now).await?;
                audit::record(tx, &actor, "session.started", "session", session, detail).await
            })
        })
        .await?;
    Ok(SignedIn { secret, session, expires_at, me: account::me(&inside).await? })
}

/// Who a cookie's secret stands for: nobody when it is unknown, ended, expired, or its member deactivated.
pub async fn authenticate_session(
    app: &Arc<Deployment>,
    secret: &str,
    request_id: String,
    address: String,
) -> Result<Option<Ctx>, Fault> {
    let now = app.clock.now();
    let Some(live) = sql::find_live(&app.db, sha256(secret), now, now.plus(-IDLE)).await? else {
        return Ok(None);
    };
    let (user, session) = (UserId(live.user_id), SessionId(live.id));
    let organization = OrganizationId(live.organization);
    if now.since(Time(live.last_seen_at)) >= TOUCH_EVERY {
        touch(app, organization, user, session, now);
    }
    let role = live.role.parse()?;
    let actor = Actor::User { user, session, role, email: live.email, operator: live.operator };
    Ok(Some(Ctx { app: app.clone(), actor, scope: Some(organization), request_id, address }))
}

/// Notes the visit behind the request: a read must not wait for the disk.
fn touch(app: &Arc<Deployment>, organization: OrganizationId, user: UserId, session: SessionId, now: Time) {
    let db = app.db.clone();
    app.room::<State>().behind(async move {
        let written = db
            .write(move |tx| {
                Box::pin(async move {
                    sql::touch(tx, session, now).await?;
                    members::touch(tx, organization, user, now).await
                })
            })
            .await;
        if let Err(fault) = written {
            tracing::warn!(%fault, "a session's last visit was not noted");
        }
    });
}

/// The browser's own session: whose verb needs one is of no use to a token.
fn own_session(ctx: &Ctx) -> Result<(UserId, SessionId), Fault> {
    match ctx.actor {
        Actor::User { user, session, .. } => Ok((user, session)),
        Actor::Anonymous => Err(Fault::unauthenticated()),
        _ => Err(Fault::forbidden("this needs a person who signed in with a password, not a token")),
    }
}

/// Ends the session that asks.
pub async fn sign_out(ctx: &Ctx) -> Result<(), Fault> {
    let (_, session) = own_session(ctx)?;
    end_session(ctx, session).await
}

/// Works in another of the person's organizations from the next request on.
pub async fn switch_organization(ctx: &Ctx, organization: OrganizationId) -> Result<Me, Fault> {
    let (user, session) = own_session(ctx)?;
    let places = members::list_active(ctx.db(), user).await?;
    let Some((_, role)) = places.into_iter().find(|(place, _)| *place == organization) else {
        return Err(Fault::missing("organization", organization));
    };
    let mut inside = ctx.clone();
    inside.scope = Some(organization);
    if let Actor::User { role: present, .. } = &mut inside.actor {
        *present = role;
    }
    let actor = inside.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::set_organization(tx, session, organization).await?;
                members::touch(tx, organization, user, actor.now()).await?;
                audit::record(tx, &actor, "session.switched", "session", session, json!({})).await
            })
        })
        .await?;
    account::me(&inside).await
}

/// The asking person's live sessions, newest first.
pub async fn list_sessions(ctx: &Ctx, page: PageRequest) -> Result<Page<Session>, Fault> {
    ctx.require(Role::Scientist)?;
    let user = account::person(ctx)?;
    let current = match ctx.actor {
        Actor::User { session, .. } => Some(session),
        _ => None,
    };
    let (limit, now) = (page.limit()?, ctx.now());
    let rows = sql::list(ctx.db(), user, now, now.plus(-IDLE), page.before()?, limit + 1).await?;
    let sessions = rows.into_iter().map(|row| Session {
        id: SessionId(row.id),
        current: current == Some(SessionId(row.id)),
        address: row.address,
        user_agent: row.user_agent,
        created_at: Time(row.created_at),
        last_seen_at: Time(row.last_seen_at),
        expires_at: Time(row.expires_at),
    });
    Ok(Page::cut(sessions.collect(), limit, |session| session.id.to_string()))
}

/// Ends one of the asking person's sessions.
pub async fn end_session(ctx: &Ctx, session: SessionId) -> Result<(), Fault> {
    ctx.require(Role::Scientist)?;
    let user = account::person(ctx)?;
    let actor = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::end(tx, user, session).await? {
                    return Err(Fault::missing("session", session));
                }
                audit::record(tx, &actor, "session.ended", "session", session, json!({})).await
            })
        })
        .await
}

/// Deletes sessions that expired.
pub(super) async fn tidy(tx: &mut crate::Tx, now: Time) -> Result<u64, Fault> {
    sql::tidy(tx, now, now.plus(-IDLE)).await
}
