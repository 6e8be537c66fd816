use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::{Fault, Time, UserId};
use uuid::Uuid;

#[derive(Clone, Debug, sqlx_macros::FromRow)]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub password_hash: Option<String>,
    pub operator: bool,
    pub single_keys: bool,
}

pub struct NewUser {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub password_hash: Option<String>,
    pub created_at: Time,
}

pub async fn find(db: &Db, id: UserId) -> Result<Option<User>, Fault> {
    sql("select id, email, name, password_hash, operator, single_keys from users where id = $1")
        .bind(id)
        .optional(db)
        .await
}

pub async fn find_by_email(db: &Db, email: &str) -> Result<Option<User>, Fault> {
    sql("select id, email, name, password_hash, operator, single_keys from users where email = $1")
        .bind(email)
        .optional(db)
        .await
}

/// Inserts the person unless the address is known; the id of whoever has it, and whether it was known.
pub async fn insert_or_find(tx: &mut Tx, user: &NewUser) -> Result<(UserId, bool), Fault> {
    let inserted = sql("insert into users (id, email, name, password_hash, operator, single_keys, created_at) \
         values ($1, $2, $3, $4, false, true, $5) on conflict (email) do nothing")
    .bind(user.id)
    .bind(&user.email)
    .bind(&user.name)
    .bind(user.password_hash.clone())
    .bind(user.created_at)
    .run(&mut *tx)
    .await?;
    let (id,): (Uuid,) = sql("select id from users where email = $1").bind(&user.email).one(tx).await?;
    Ok((UserId(id), inserted == 0))
}

pub async fn set_password(tx: &mut Tx, id: UserId, hash: &str) -> Result<(), Fault> {
    sql("update users set password_hash = $2 where id = $1").bind(id).bind(hash).run(tx).await?;
    Ok(())
}

pub async fn set_preferences(
    tx: &mut Tx,
    id: UserId,
    name: Option<String>,
    single_keys: Option<bool>,
) -> Result<(), Fault> {
    sql("update users set name = coalesce($2, name), single_keys = coalesce($3, single_keys) where id = $1")
        .bind(id)
        .bind(name)
        .bind(single_keys)
        .run(tx)
        .await?;
    Ok(())
}

/// How many rows had this address.
pub async fn set_operator(tx: &mut Tx, email: &str, operator: bool) -> Result<u64, Fault> {
    sql("update users set operator = $2 where email = $1").bind(email).bind(operator).run(tx).await
}

pub async fn find_id(tx: &mut Tx, email: &str) -> Result<Option<UserId>, Fault> {
    let row: Option<(Uuid,)> = sql("select id from users where email = $1").bind(email).optional(tx).await?;
    Ok(row.map(|(id,)| UserId(id)))
}
