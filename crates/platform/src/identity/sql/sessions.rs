use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::{Fault, OrganizationId, SessionId, Time, UserId};
use uuid::Uuid;

pub struct NewSession {
    pub id: SessionId,
    pub secret_sha256: Vec<u8>,
    pub user: UserId,
    pub organization: OrganizationId,
    pub address: String,
    pub user_agent: String,
    pub created_at: Time,
    pub expires_at: Time,
}

pub async fn insert(tx: &mut Tx, session: NewSession) -> Result<(), Fault> {
    sql("insert into sessions (id, secret_sha256, user_id, organization, address, user_agent, created_at, last_seen_at, expires_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8)")
    .bind(session.id)
    .bind(session.secret_sha256)
    .bind(session.user)
    .bind(session.organization)
    .bind(session.address)
    .bind(session.user_agent)
    .bind(session.created_at)
    .bind(session.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// What a request with a session's secret may do, as the tables stand now.
#[derive(sqlx_macros::FromRow)]
pub struct Live {
    pub id: Uuid,
    pub user_id: Uuid,
    pub organization: Uuid,
    pub email: String,
    pub operator: bool,
    pub role: String,
    pub last_seen_at: i64,
}

pub async fn find_live(db: &Db, secret_sha256: Vec<u8>, now: Time, idle_since: Time) -> Result<Option<Live>, Fault> {
    sql("select s.id, s.user_id, s.organization, u.email, u.operator, m.role, s.last_seen_at \
         from sessions s join users u on u.id = s.user_id \
         join members m on m.organization = s.organization and m.user_id = s.user_id \
         join organizations o on o.id = s.organization \
         where s.secret_sha256 = $1 and s.expires_at > $2 and s.last_seen_at > $3 and m.active and o.erasing_at is null")
    .bind(secret_sha256)
    .bind(now)
    .bind(idle_since)
    .optional(db)
    .await
}

pub async fn touch(tx: &mut Tx, id: SessionId, now: Time) -> Result<(), Fault> {
    sql("update sessions set last_seen_at = $2 where id = $1 and last_seen_at < $2").bind(id).bind(now).run(tx).await?;
    Ok(())
}

pub async fn set_organization(tx: &mut Tx, id: SessionId, organization: OrganizationId) -> Result<(), Fault> {
    sql("update sessions set organization = $2 where id = $1").bind(id).bind(organization).run(tx).await?;
    Ok(())
}

#[derive(sqlx_macros::FromRow)]
pub struct Row {
    pub id: Uuid,
    pub address: String,
    pub user_agent: String,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub expires_at: i64,
}

/// A person's live sessions, newest first; `before` is the id that the page before ended with.
pub async fn list(
    db: &Db,
    user: UserId,
    now: Time,
    idle_since: Time,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Row>, Fault> {
    sql("select id, address, user_agent, created_at, last_seen_at, expires_at from sessions \
         where user_id = $1 and expires_at > $2 and last_seen_at > $3 and ($4 is null or id < $4) \
         order by id desc limit $5")
    .bind(user)
    .bind(now)
    .bind(idle_since)
    .bind(before)
    .bind(limit)
    .all(db)
    .await
}

/// Ends one session of the person; whether there was one.
pub async fn end(tx: &mut Tx, user: UserId, id: SessionId) -> Result<bool, Fault> {
    Ok(sql("delete from sessions where user_id = $1 and id = $2").bind(user).bind(id).run(tx).await? > 0)
}

/// Ends the person's sessions except `keep`.
pub async fn end_all(tx: &mut Tx, user: UserId, keep: Option<SessionId>) -> Result<u64, Fault> {
    sql("delete from sessions where user_id = $1 and ($2 is null or id <> $2)").bind(user).bind(keep).run(tx).await
}

/// Ends the person's sessions that work in this organization.
pub async fn end_in(tx: &mut Tx, organization: OrganizationId, user: UserId) -> Result<u64, Fault> {
    sql("delete from sessions where organization = $1 and user_id = $2").bind(organization).bind(user).run(tx).await
}

pub async fn tidy(tx: &mut Tx, now: Time, idle_since: Time) -> Result<u64, Fault> {
    sql("delete from sessions where expires_at <= $1 or last_seen_at <= $2").bind(now).bind(idle_since).run(tx).await
}
