use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::identity::Member;
use chorale_model::{Fault, OrganizationId, Role, Time, UserId};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
struct Row {
    user_id: Uuid,
    email: String,
    name: String,
    role: String,
    active: bool,
    last_seen_at: Option<i64>,
    joined_at: i64,
}

impl TryFrom<Row> for Member {
    type Error = Fault;
    fn try_from(row: Row) -> Result<Self, Fault> {
        Ok(Member {
            user: UserId(row.user_id),
            email: row.email,
            name: row.name,
            role: row.role.parse()?,
            active: row.active,
            last_seen_at: row.last_seen_at.map(Time),
            joined_at: Time(row.joined_at),
        })
    }
}

pub async fn list(db: &Db, organization: OrganizationId, after: &str, limit: i64) -> Result<Vec<Member>, Fault> {
    let rows: Vec<Row> = sql("select m.user_id, u.email, u.name, m.role, m.active, m.last_seen_at, m.joined_at \
         from members m join users u on u.id = m.user_id \
         where m.organization = $1 and u.email > $2 order by u.email limit $3")
    .bind(organization)
    .bind(after)
    .bind(limit)
    .all(db)
    .await?;
    rows.into_iter().map(Member::try_from).collect()
}

/// Those whom a curator may give work to: their ids and addresses.
pub async fn list_curators(db: &Db, organization: OrganizationId) -> Result<Vec<(UserId, String)>, Fault> {
    let rows: Vec<(Uuid, String)> = sql("select m.user_id, u.email from members m join users u on u.id = m.user_id \
         where m.organization = $1 and m.active and m.role in ('curator', 'admin') order by u.email limit 500")
    .bind(organization)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, email)| (UserId(id), email)).collect())
}

/// Everybody who is a member now, by address: user, address, name.
pub async fn list_people(db: &Db, organization: OrganizationId) -> Result<Vec<(UserId, String, String)>, Fault> {
    let rows: Vec<(Uuid, String, String)> = sql("select m.user_id, u.email, u.name from members m \
         join users u on u.id = m.user_id where m.organization = $1 and m.active = true order by u.email")
    .bind(organization)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(user, email, name)| (UserId(user), email, name)).collect())
}

pub async fn find(tx: &mut Tx, organization: OrganizationId, user: UserId) -> Result<Option<Member>, Fault> {
    let row: Option<Row> = sql("select m.user_id, u.email, u.name, m.role, m.active, m.last_seen_at, m.joined_at \
         from members m join users u on u.id = m.user_id where m.organization = $1 and m.user_id = $2")
    .bind(organization)
    .bind(user)
    .optional(tx)
    .await?;
    row.map(Member::try_from).transpose()
}

/// Whether the membership is new.
pub async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    user: UserId,
    role: Role,
    now: Time,
) -> Result<bool, Fault> {
    let inserted = sql("insert into members (organization, user_id, role, active, joined_at) \
         values ($1, $2, $3, true, $4) on conflict (organization, user_id) do nothing")
    .bind(organization)
    .bind(user)
    .bind(role.name())
    .bind(now)
    .run(tx)
    .await?;
    Ok(inserted > 0)
}

/// Whether somebody with this address is or was a member.
pub async fn has_email(tx: &mut Tx, organization: OrganizationId, email: &str) -> Result<bool, Fault> {
    let (count,): (i64,) = sql("select count(*) from members m join users u on u.id = m.user_id \
         where m.organization = $1 and u.email = $2")
    .bind(organization)
    .bind(email)
    .one(tx)
    .await?;
    Ok(count > 0)
}

pub async fn update(
    tx: &mut Tx,
    organization: OrganizationId,
    user: UserId,
    role: Role,
    active: bool,
) -> Result<(), Fault> {
    sql("update members set role = $3, active = $4 where organization = $1 and user_id = $2")
        .bind(organization)
        .bind(user)
        .bind(role.name())
        .bind(active)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn count_admins(tx: &mut Tx, organization: OrganizationId) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(*) from members where organization = $1 and role = 'admin' and active")
        .bind(organization)
        .one(tx)
        .await?;
    Ok(count)
}

/// Every organization that the person is or was a member of.
pub async fn list_organizations(tx: &mut Tx, user: UserId) -> Result<Vec<OrganizationId>, Fault> {
    let rows: Vec<(Uuid,)> =
        sql("select organization from members where user_id = $1 order by joined_at, organization")
            .bind(user)
            .all(tx)
            .await?;
    Ok(rows.into_iter().map(|(id,)| OrganizationId(id)).collect())
}

/// Where the person may work, first joined first: organization and role.
pub async fn list_active(db: &Db, user: UserId) -> Result<Vec<(OrganizationId, Role)>, Fault> {
    let rows: Vec<(Uuid, String)> =
        sql("select m.organization, m.role from members m join organizations o on o.id = m.organization \
         where m.user_id = $1 and m.active and o.erasing_at is null order by m.joined_at, m.organization")
        .bind(user)
        .all(db)
        .await?;
    rows.into_iter().map(|(id, role)| Ok((OrganizationId(id), role.parse()?))).collect()
}

pub async fn touch(tx: &mut Tx, organization: OrganizationId, user: UserId, now: Time) -> Result<(), Fault> {
    sql("update members set last_seen_at = $3 where organization = $1 and user_id = $2")
        .bind(organization)
        .bind(user)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}
