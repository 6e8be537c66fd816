use crate::Tx;
use crate::db::sql;
use chorale_model::{Fault, Time};

/// Counts one failure, in a new window when the old one began before `window_start`: failures, and when the block ends.
pub async fn count(tx: &mut Tx, subject: &str, now: Time, window_start: Time) -> Result<(i64, Time), Fault> {
    let (failures, blocked_until): (i64, i64) = sql(
        "insert into sign_in_failures as f (subject, failures, window_started_at, blocked_until) values ($1, 1, $2, 0) \
         on conflict (subject) do update set \
           failures = case when f.window_started_at < $3 then 1 else f.failures + 1 end, \
           window_started_at = case when f.window_started_at < $3 then $2 else f.window_started_at end \
         returning failures, blocked_until",
    )
    .bind(subject)
    .bind(now)
    .bind(window_start)
    .one(tx)
    .await?;
    Ok((failures, Time(blocked_until)))
}

pub async fn block(tx: &mut Tx, subject: &str, until: Time) -> Result<(), Fault> {
    sql("update sign_in_failures set blocked_until = $2 where subject = $1").bind(subject).bind(until).run(tx).await?;
    Ok(())
}

pub async fn forget(tx: &mut Tx, subject: &str) -> Result<(), Fault> {
    sql("delete from sign_in_failures where subject = $1").bind(subject).run(tx).await?;
    Ok(())
}

/// Takes one failure back, and the block that it caused: had there been an earlier one, it would have been refused.
pub async fn give_back(tx: &mut Tx, subject: &str) -> Result<(), Fault> {
    sql("update sign_in_failures set failures = failures - 1, blocked_until = 0 where subject = $1 and failures > 0")
        .bind(subject)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn tidy(tx: &mut Tx, now: Time, window_start: Time) -> Result<u64, Fault> {
    sql("delete from sign_in_failures where blocked_until < $1 and window_started_at < $2")
        .bind(now)
        .bind(window_start)
        .run(tx)
        .await
}
