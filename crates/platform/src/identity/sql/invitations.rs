use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::identity::Invitation;
use chorale_model::{Fault, InvitationId, OrganizationId, Time};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    role: String,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<Row> for Invitation {
    type Error = Fault;
    fn try_from(row: Row) -> Result<Self, Fault> {
        Ok(Invitation {
            id: InvitationId(row.id),
            email: row.email,
            name: row.name,
            role: row.role.parse()?,
            created_at: Time(row.created_at),
            expires_at: Time(row.expires_at),
        })
    }
}

/// Writes the invitation in place of an earlier one to the same address.
pub async fn put(
    tx: &mut Tx,
    organization: OrganizationId,
    invitation: &Invitation,
    code_sha256: Vec<u8>,
) -> Result<(), Fault> {
    sql("delete from invitations where organization = $1 and email = $2")
        .bind(organization)
        .bind(&invitation.email)
        .run(&mut *tx)
        .await?;
    sql("insert into invitations (organization, id, email, name, role, code_sha256, created_at, expires_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(organization)
    .bind(invitation.id)
    .bind(&invitation.email)
    .bind(&invitation.name)
    .bind(invitation.role.name())
    .bind(code_sha256)
    .bind(invitation.created_at)
    .bind(invitation.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// What is still open, by address.
pub async fn list(
    db: &Db,
    organization: OrganizationId,
    now: Time,
    after: &str,
    limit: i64,
) -> Result<Vec<Invitation>, Fault> {
    let rows: Vec<Row> = sql("select id, email, name, role, created_at, expires_at from invitations \
         where organization = $1 and expires_at > $2 and email > $3 order by email limit $4")
    .bind(organization)
    .bind(now)
    .bind(after)
    .bind(limit)
    .all(db)
    .await?;
    rows.into_iter().map(Invitation::try_from).collect()
}

/// The address of the invitation that was withdrawn, if there was one.
pub async fn withdraw(tx: &mut Tx, organization: OrganizationId, id: InvitationId) -> Result<Option<String>, Fault> {
    let row: Option<(String,)> = sql("delete from invitations where organization = $1 and id = $2 returning email")
        .bind(organization)
        .bind(id)
        .optional(tx)
        .await?;
    Ok(row.map(|(email,)| email))
}

/// An invitation as whoever holds its code may see it.
#[derive(sqlx_macros::FromRow)]
pub struct Held {
    pub organization: Uuid,
    pub organization_name: String,
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub role: String,
    pub expires_at: i64,
}

pub async fn find_by_code(db: &Db, code_sha256: Vec<u8>, now: Time) -> Result<Option<Held>, Fault> {
    sql("select i.organization, o.name as organization_name, i.id, i.email, i.name, i.role, i.expires_at \
         from invitations i join organizations o on o.id = i.organization \
         where i.code_sha256 = $1 and i.expires_at > $2 and o.erasing_at is null")
    .bind(code_sha256)
    .bind(now)
    .optional(db)
    .await
}

/// Uses the invitation up; false when that happened meanwhile.
pub async fn take(
    tx: &mut Tx,
    organization: OrganizationId,
    id: InvitationId,
    code_sha256: Vec<u8>,
    now: Time,
) -> Result<bool, Fault> {
    let taken =
        sql("delete from invitations where organization = $1 and id = $2 and code_sha256 = $3 and expires_at > $4")
            .bind(organization)
            .bind(id)
            .bind(code_sha256)
            .bind(now)
            .run(tx)
            .await?;
    Ok(taken > 0)
}

pub async fn tidy(tx: &mut Tx, now: Time) -> Result<u64, Fault> {
    sql("delete from invitations where expires_at <= $1").bind(now).run(tx).await
}
