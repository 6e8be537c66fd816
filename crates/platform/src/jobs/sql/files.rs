//! `job_files`: what became of each file of a job.

use crate::db::{Value, sql, sql_in};
use crate::{Db, Tx};
use chorale_model::jobs::{JobDataset, JobFile, JobState};
use chorale_model::{Fault, JobId};
use std::collections::HashMap;
use uuid::Uuid;

/// The files of jobs, in one statement for a whole list of them.
pub async fn list_files(db: &Db, jobs: &[JobId]) -> Result<HashMap<JobId, Vec<JobFile>>, Fault> {
    type FileRow = (Uuid, String, String, String, Option<String>, Option<i64>, String, i64);
    let rows: Vec<FileRow> = sql_in(
        "select job, name, state, message, sha256, size_bytes, datasets, samples from job_files where job in",
        Vec::new(),
        jobs.iter().map(|job| Value::from(*job)).collect(),
        "order by job, position",
    )
    .all(db)
    .await?;
    let mut files: HashMap<JobId, Vec<JobFile>> = HashMap::new();
    for (job, name, state, message, sha256, size_bytes, datasets, samples) in rows {
        let datasets: Vec<JobDataset> =
            serde_json::from_str(&datasets).map_err(|e| Fault::internal("reading a job's files", e))?;
        let file = JobFile { name, state, message, sha256, size_bytes, datasets, samples };
        files.entry(JobId(job)).or_default().push(file);
    }
    Ok(files)
}

pub async fn put_file(tx: &mut Tx, job: JobId, position: i64, file: &JobFile) -> Result<(), Fault> {
    let datasets = serde_json::to_string(&file.datasets).map_err(|e| Fault::internal("writing a job's files", e))?;
    sql("insert into job_files (job, position, name, state, message, sha256, size_bytes, datasets, samples) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (job, position) do update set \
         name = excluded.name, state = excluded.state, message = excluded.message, sha256 = excluded.sha256, \
         size_bytes = excluded.size_bytes, datasets = excluded.datasets, samples = excluded.samples")
    .bind(job)
    .bind(position)
    .bind(&file.name)
    .bind(&file.state)
    .bind(&file.message)
    .bind(file.sha256.clone())
    .bind(file.size_bytes)
    .bind(datasets)
    .bind(file.samples)
    .run(tx)
    .await?;
    Ok(())
}

/// Files that wait or are at work when their job ends in `state`, end with it.
pub async fn end_files(tx: &mut Tx, job: JobId, state: JobState) -> Result<(), Fault> {
    sql("update job_files set state = $2 where job = $1 and state in ('queued', 'running')")
        .bind(job)
        .bind(state.name())
        .run(tx)
        .await
        .map(|_| ())
}
