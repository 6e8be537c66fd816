//! `job_warnings` and their totals.

use crate::db::{Value, insert_many, sql};
use crate::{Db, Tx};
use chorale_model::jobs::Warning;
use chorale_model::{Fault, JobId};

/// An empty `severity` is every one.
pub async fn list_warnings(
    db: &Db,
    id: JobId,
    severity: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Warning)>, Fault> {
    type WarningRow = (i64, String, i64, String, String, String, String, String);
    let rows: Vec<WarningRow> = sql("select position, file, line, severity, message, what, expected, done \
                                      from job_warnings where job = $1 and ($2 = '' or severity = $2) \
                                     and position > $3 order by position limit $4")
    .bind(id)
    .bind(severity)
    .bind(after)
    .bind(limit)
    .all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(position, file, line, severity, message, what, expected, done)| {
            (position, Warning { file, line, severity, message, what, expected, done })
        })
        .collect())
}

pub async fn count_warnings(db: &Db, id: JobId) -> Result<Vec<(String, i64)>, Fault> {
    sql("select severity, count(*) from job_warnings where job = $1 group by severity").bind(id).all(db).await
}

pub async fn add_warnings(tx: &mut Tx, job: JobId, kept: Vec<Warning>, seen: i64) -> Result<(), Fault> {
    let (last,): (i64,) =
        sql("select coalesce(max(position), -1) from job_warnings where job = $1").bind(job).one(&mut *tx).await?;
    let rows: Vec<[Value; 9]> = kept
        .into_iter()
        .zip(last + 1..)
        .map(|(w, position)| {
            [
                job.into(),
                position.into(),
                w.file.into(),
                w.line.into(),
                w.severity.into(),
                w.message.into(),
                w.what.into(),
                w.expected.into(),
                w.done.into(),
            ]
        })
        .collect();
    insert_many(
        tx,
        "insert into job_warnings (job, position, file, line, severity, message, what, expected, done)",
        rows,
        "",
    )
    .await?;
    sql("insert into job_warning_totals (job, total) values ($1, $2) \
         on conflict (job) do update set total = job_warning_totals.total + excluded.total")
    .bind(job)
    .bind(seen)
    .run(tx)
    .await?;
    Ok(())
}

/// A retried job reports from the beginning.
pub async fn forget_reports(tx: &mut Tx, job: JobId) -> Result<(), Fault> {
    sql("delete from job_warnings where job = $1").bind(job).run(&mut *tx).await?;
    sql("delete from job_warning_totals where job = $1").bind(job).run(tx).await?;
    Ok(())
}
