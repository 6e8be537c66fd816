use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::identity::{Membership, Organization};
use chorale_model::{Fault, OrganizationId, Time, UserId};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    synthetic: bool,
    created_at: i64,
}

impl From<Row> for Organization {
    fn from(row: Row) -> Self {
        Organization {
            id: OrganizationId(row.id),
            name: row.name,
            synthetic: row.synthetic,
            created_at: Time(row.created_at),
        }
    }
}

pub async fn insert(tx: &mut Tx, organization: &Organization) -> Result<(), Fault> {
    sql("insert into organizations (id, name, synthetic, created_at) values ($1, $2, $3, $4)")
        .bind(organization.id)
        .bind(&organization.name)
        .bind(organization.synthetic)
        .bind(organization.created_at)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn find(db: &Db, id: OrganizationId) -> Result<Option<Organization>, Fault> {
    let row: Option<Row> =
        sql("select id, name, synthetic, created_at from organizations where id = $1").bind(id).optional(db).await?;
    Ok(row.map(Organization::from))
}

pub async fn find_by_name(db: &Db, name: &str) -> Result<Option<Organization>, Fault> {
    let row: Option<Row> = sql("select id, name, synthetic, created_at from organizations where name = $1")
        .bind(name)
        .optional(db)
        .await?;
    Ok(row.map(Organization::from))
}

pub async fn list(db: &Db, after: &str, limit: i64) -> Result<Vec<Organization>, Fault> {
    let rows: Vec<Row> =
        sql("select id, name, synthetic, created_at from organizations where name > $1 order by name limit $2")
            .bind(after)
            .bind(limit)
            .all(db)
            .await?;
    Ok(rows.into_iter().map(Organization::from).collect())
}

pub async fn list_alive(db: &Db) -> Result<Vec<OrganizationId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select id from organizations where erasing_at is null order by id").all(db).await?;
    Ok(rows.into_iter().map(|(id,)| OrganizationId(id)).collect())
}

/// Holds the organization's row until the transaction ends, so that two changes of its members run one after the
/// other. (Both dialects have no shared statement to lock; an update that changes nothing locks on both.)
pub async fn lock(tx: &mut Tx, id: OrganizationId) -> Result<(), Fault> {
    sql("update organizations set synthetic = synthetic where id = $1").bind(id).run(tx).await?;
    Ok(())
}

/// Where a person may work now, by name.
pub async fn list_memberships(db: &Db, user: UserId) -> Result<Vec<Membership>, Fault> {
    let rows: Vec<(Uuid, String, String)> =
        sql("select o.id, o.name, m.role from members m join organizations o on o.id = m.organization \
         where m.user_id = $1 and m.active and o.erasing_at is null order by o.name")
        .bind(user)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|(id, name, role)| Ok(Membership { organization: OrganizationId(id), name, role: role.parse()? }))
        .collect()
}
