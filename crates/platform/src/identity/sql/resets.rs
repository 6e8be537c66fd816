use crate::db::sql;
use crate::{Db, Tx};
use chorale_model::{Fault, Time, UserId};
use uuid::Uuid;

pub async fn insert(tx: &mut Tx, code_sha256: Vec<u8>, user: UserId, now: Time, expires: Time) -> Result<(), Fault> {
    sql("insert into password_resets (code_sha256, user_id, created_at, expires_at) values ($1, $2, $3, $4)")
        .bind(code_sha256)
        .bind(user)
        .bind(now)
        .bind(expires)
        .run(tx)
        .await?;
    Ok(())
}

/// Whose password the code may set: the person's id and e-mail.
pub async fn find(db: &Db, code_sha256: Vec<u8>, now: Time) -> Result<Option<(UserId, String)>, Fault> {
    let row: Option<(Uuid, String)> =
        sql("select u.id, u.email from password_resets r join users u on u.id = r.user_id \
         where r.code_sha256 = $1 and r.expires_at > $2")
        .bind(code_sha256)
        .bind(now)
        .optional(db)
        .await?;
    Ok(row.map(|(id, email)| (UserId(id), email)))
}

/// Uses the code up; false when it was used meanwhile.
pub async fn take(tx: &mut Tx, code_sha256: Vec<u8>, now: Time) -> Result<bool, Fault> {
    let taken = sql("delete from password_resets where code_sha256 = $1 and expires_at > $2")
        .bind(code_sha256)
        .bind(now)
        .run(tx)
        .await?;
    Ok(taken > 0)
}

pub async fn delete_of(tx: &mut Tx, user: UserId) -> Result<(), Fault> {
    sql("delete from password_resets where user_id = $1").bind(user).run(tx).await?;
    Ok(())
}

pub async fn tidy(tx: &mut Tx, now: Time) -> Result<u64, Fault> {
    sql("delete from password_resets where expires_at <= $1").bind(now).run(tx).await
}
