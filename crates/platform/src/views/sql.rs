//! Every statement on saved views.

use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::views::View;
use chorale_model::{Fault, OrganizationId, Time, UserId, ViewId};
use uuid::Uuid;

#[derive(sqlx_macros::FromRow)]
struct ViewRow {
    id: Uuid,
    address: String,
    name: String,
    shared: bool,
    owner: Uuid,
    owner_name: String,
    updated_at: i64,
}

impl ViewRow {
    fn view(self, me: Uuid) -> View {
        View {
            id: ViewId(self.id),
            name: self.name,
            address: self.address,
            shared: self.shared,
            owner: UserId(self.owner),
            owner_name: self.owner_name,
            mine: self.owner == me,
            updated_at: Time(self.updated_at),
        }
    }
}

// Of others what they share.
macro_rules! seen {
    () => {
        "select id, address, name, shared, owner, owner_name, updated_at from saved_views \
         where organization = $1 and (owner = $2 or shared = true) "
    };
}

pub async fn list(db: &Db, organization: OrganizationId, me: Uuid, place: &str) -> Result<Vec<View>, Fault> {
    let rows: Vec<ViewRow> = sql(concat!(seen!(), "and ($3 = '' or place = $3) order by name, id limit 1000"))
        .bind(organization)
        .bind(me)
        .bind(place)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.view(me)).collect())
}

pub async fn find(tx: &mut Tx, organization: OrganizationId, me: Uuid, id: ViewId) -> Result<Option<View>, Fault> {
    let row: Option<ViewRow> =
        sql(concat!(seen!(), "and id = $3")).bind(organization).bind(me).bind(id).optional(tx).await?;
    Ok(row.map(|row| row.view(me)))
}

/// One's own with this name at this place.
pub async fn find_named(
    tx: &mut Tx,
    organization: OrganizationId,
    me: Uuid,
    place: &str,
    name: &str,
) -> Result<Option<ViewId>, Fault> {
    let row: Option<(Uuid,)> =
        sql("select id from saved_views where organization = $1 and owner = $2 and place = $3 and name = $4")
            .bind(organization)
            .bind(me)
            .bind(place)
            .bind(name)
            .optional(tx)
            .await?;
    Ok(row.map(|(id,)| ViewId(id)))
}

pub async fn count_of(tx: &mut Tx, organization: OrganizationId, me: Uuid) -> Result<i64, Fault> {
    let (count,): (i64,) = sql("select count(*) from saved_views where organization = $1 and owner = $2")
        .bind(organization)
        .bind(me)
        .one(tx)
        .await?;
    Ok(count)
}

pub async fn put(tx: &mut Tx, organization: OrganizationId, place: &str, view: &View) -> Result<(), Fault> {
    sql("insert into saved_views (organization, id, place, address, name, shared, owner, owner_name, updated_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (organization, id) do update set \
         address = excluded.address, name = excluded.name, shared = excluded.shared, updated_at = excluded.updated_at")
    .bind(organization)
    .bind(view.id)
    .bind(place)
    .bind(&view.address)
    .bind(&view.name)
    .bind(view.shared)
    .bind(view.owner)
    .bind(&view.owner_name)
    .bind(view.updated_at)
    .run(tx)
    .await
    .map(drop)
}

pub async fn delete(tx: &mut Tx, organization: OrganizationId, id: ViewId) -> Result<(), Fault> {
    sql("delete from saved_views where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .run(tx)
        .await
        .map(drop)
}
