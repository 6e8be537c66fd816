//! Ended jobs that have outlived their use.

use crate::db::{Db, Tx, Value, sql, sql_in};
use chorale_model::{Fault, Time};
use uuid::Uuid;

/// Jobs that ended before `members`, and those of the deployment itself that ended before `own`, oldest first. A job
/// that brought a file in stays: it is what the file's provenance points at, and the record of a raw file that no
/// dataset names.
pub async fn list_outlived(db: &Db, members: Time, own: Time, limit: i64) -> Result<Vec<Uuid>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select j.id from jobs j \
         where j.ended_at < $2 and (j.organization is null or j.ended_at < $1) \
         and j.state in ('succeeded', 'failed', 'cancelled') \
         and not exists (select 1 from job_files k where k.job = j.id and k.state = 'succeeded') \
         order by j.ended_at, j.id limit $3")
    .bind(members)
    .bind(own)
    .bind(limit)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Deletes jobs with what they reported, unless one was tried again since it was listed. How many went.
pub async fn delete_ended(tx: &mut Tx, ids: Vec<Uuid>, own: Time) -> Result<u64, Fault> {
    let ids = ids.into_iter().map(Value::from).collect();
    // Takes the rows' locks, so that none is tried again from here on.
    let held: Vec<(Uuid,)> = sql_in(
        "update jobs set ended_at = ended_at where ended_at < $1 and id in",
        vec![own.into()],
        ids,
        "returning id",
    )
    .all(&mut *tx)
    .await?;
    let held: Vec<Value> = held.into_iter().map(|(id,)| Value::from(id)).collect();
    for reports in [
        "delete from job_files where job in",
        "delete from job_warnings where job in",
        "delete from job_warning_totals where job in",
    ] {
        sql_in(reports, Vec::new(), held.clone(), "").run(&mut *tx).await?;
    }
    sql_in("delete from jobs where id in", Vec::new(), held, "").run(tx).await
}
