use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::identity::Token;
use chorale_model::{Fault, OrganizationId, Role, Time, TokenId, UserId};
use uuid::Uuid;

pub struct NewToken {
    pub organization: OrganizationId,
    /// The token that made it.
    pub parent: Option<TokenId>,
    pub id: TokenId,
    pub secret_sha256: Vec<u8>,
    pub prefix: String,
    pub name: String,
    pub role: Role,
    pub user: Option<UserId>,
    pub created_at: Time,
    pub expires_at: Option<Time>,
}

pub async fn insert(tx: &mut Tx, token: NewToken) -> Result<(), Fault> {
    sql("insert into tokens (organization, id, secret_sha256, prefix, name, role, user_id, created_at, expires_at, \
         parent) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(token.organization)
    .bind(token.id)
    .bind(token.secret_sha256)
    .bind(token.prefix)
    .bind(token.name)
    .bind(token.role.name())
    .bind(token.user)
    .bind(token.created_at)
    .bind(token.expires_at)
    .bind(token.parent)
    .run(tx)
    .await?;
    Ok(())
}

/// When a live token expires; None when it is none any more. It stays locked until the transaction ends, so that
/// revoking it waits and then finds what was made meanwhile.
pub async fn hold(
    tx: &mut Tx,
    organization: OrganizationId,
    id: TokenId,
    now: Time,
) -> Result<Option<Option<Time>>, Fault> {
    let row: Option<(Option<i64>,)> = sql("update tokens set revoked_at = null where organization = $1 and id = $2 \
         and revoked_at is null and (expires_at is null or expires_at > $3) returning expires_at")
    .bind(organization)
    .bind(id)
    .bind(now)
    .optional(tx)
    .await?;
    Ok(row.map(|(expires_at,)| expires_at.map(Time)))
}

/// What a request with a token's secret may do, as the tables stand now.
#[derive(sqlx_macros::FromRow)]
pub struct Live {
    pub organization: Uuid,
    pub id: Uuid,
    pub name: String,
    pub role: String,
    pub user_id: Option<Uuid>,
    /// The maker's role now; absent when no person made it.
    pub maker_role: Option<String>,
    pub last_used_at: Option<i64>,
}

pub async fn find_live(db: &Db, secret_sha256: Vec<u8>, now: Time) -> Result<Option<Live>, Fault> {
    sql("select t.organization, t.id, t.name, t.role, t.user_id, m.role as maker_role, t.last_used_at \
         from tokens t join organizations o on o.id = t.organization \
         left join members m on m.organization = t.organization and m.user_id = t.user_id and m.active \
         where t.secret_sha256 = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $2) \
         and o.erasing_at is null and (t.user_id is null or m.user_id is not null)")
    .bind(secret_sha256)
    .bind(now)
    .optional(db)
    .await
}

pub async fn touch(tx: &mut Tx, organization: OrganizationId, id: TokenId, now: Time) -> Result<(), Fault> {
    sql("update tokens set last_used_at = $3 where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    prefix: String,
    role: String,
    email: Option<String>,
    created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TryFrom<Row> for Token {
    type Error = Fault;
    fn try_from(row: Row) -> Result<Self, Fault> {
        Ok(Token {
            id: TokenId(row.id),
            name: row.name,
            prefix: row.prefix,
            role: row.role.parse()?,
            created_by: row.email.unwrap_or_else(|| "operator".into()),
            created_at: Time(row.created_at),
            expires_at: row.expires_at.map(Time),
            last_used_at: row.last_used_at.map(Time),
            revoked_at: row.revoked_at.map(Time),
        })
    }
}

/// Newest first; of one person, or of everybody.
pub async fn list(
    db: &Db,
    organization: OrganizationId,
    user: Option<UserId>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Token>, Fault> {
    let rows: Vec<Row> = sql(
        "select t.id, t.name, t.prefix, t.role, u.email, t.created_at, t.expires_at, t.last_used_at, t.revoked_at \
         from tokens t left join users u on u.id = t.user_id \
         where t.organization = $1 and ($2 is null or t.user_id = $2) and ($3 is null or t.id < $3) \
         order by t.id desc limit $4",
    )
    .bind(organization)
    .bind(user)
    .bind(before)
    .bind(limit)
    .all(db)
    .await?;
    rows.into_iter().map(Token::try_from).collect()
}

/// The token's name and maker, if it is one of the organization.
pub async fn find_owner(
    tx: &mut Tx,
    organization: OrganizationId,
    id: TokenId,
) -> Result<Option<(String, Option<UserId>)>, Fault> {
    let row: Option<(String, Option<Uuid>)> =
        sql("select name, user_id from tokens where organization = $1 and id = $2")
            .bind(organization)
            .bind(id)
            .optional(tx)
            .await?;
    Ok(row.map(|(name, user)| (name, user.map(UserId))))
}

/// Whether it was live until now.
pub async fn revoke(tx: &mut Tx, organization: OrganizationId, id: TokenId, now: Time) -> Result<bool, Fault> {
    let changed = sql("update tokens set revoked_at = $3 where organization = $1 and id = $2 and revoked_at is null")
        .bind(organization)
        .bind(id)
        .bind(now)
        .run(tx)
        .await?;
    Ok(changed > 0)
}

/// Revokes every token that this one made, and those that they made.
pub async fn revoke_made_by(tx: &mut Tx, organization: OrganizationId, id: TokenId, now: Time) -> Result<u64, Fault> {
    sql("with recursive made (id) as ( \
           select id from tokens where organization = $1 and parent = $2 \
           union select t.id from tokens t join made on t.parent = made.id where t.organization = $1) \
         update tokens set revoked_at = $3 where organization = $1 and id in (select id from made) \
         and revoked_at is null")
    .bind(organization)
    .bind(id)
    .bind(now)
    .run(tx)
    .await
}

/// Revokes every token that the person made, in whatever organization.
pub async fn revoke_all_of(tx: &mut Tx, user: UserId, now: Time) -> Result<u64, Fault> {
    sql("update tokens set revoked_at = $2 where user_id = $1 and revoked_at is null")
        .bind(user)
        .bind(now)
        .run(tx)
        .await
}

/// Revokes every token that the person made in this organization.
pub async fn revoke_of(tx: &mut Tx, organization: OrganizationId, user: UserId, now: Time) -> Result<u64, Fault> {
    sql("update tokens set revoked_at = $3 where organization = $1 and user_id = $2 and revoked_at is null")
        .bind(organization)
        .bind(user)
        .bind(now)
        .run(tx)
        .await
}
