//! Staging: the rows of a version that nobody sees yet, written in transactions too short to keep others waiting.
//!
//! A crash leaves samples that no version names and a version without a number. The next attempt of the job takes
//! the version away ([`discard`]) and finds the samples in place, because their ids follow from what they say;
//! what nobody takes up again is swept a day later.

use super::publish::Planned;
use super::sql::publish::VersionRow;
use super::sql::stage::{self as sql, Row};
use super::version::{NewSample, NewVersion};
use crate::jobs::Running;
use chorale_model::{Fault, OrganizationId, VersionId};
use std::time::{Duration, Instant};

/// Samples to a transaction, three rows each: the first batch, and between which bounds the next ones adapt, so that
/// each holds the writer about as long as it should whatever the disk and the machine are.
const FIRST: usize = 100;
const FEWEST: usize = 20;
const MOST: usize = 1_000;
/// How long a transaction should hold the writer; half of what others may be kept waiting.
const HOLD: Duration = Duration::from_millis(25);

/// Writes the version's row without a number, and its samples.
pub(super) async fn write(
    job: &Running,
    organization: OrganizationId,
    id: VersionId,
    row: &VersionRow,
    plan: Vec<Planned>,
    mut new: NewVersion,
) -> Result<NewVersion, Fault> {
    let staged = row.clone();
    job.write(move |tx| Box::pin(async move { sql::insert_version(tx, organization, id, &staged).await })).await?;
    let total = i64::try_from(plan.len()).unwrap_or(i64::MAX);
    let now = job.ctx.now();
    let (collection, span) = (new.collection, new.span);
    let what = format!("Writing {} on {}", new.accession, new.platform);
    let mut plan = plan.into_iter();
    let (mut position, mut size) = (0, FIRST);
    loop {
        let batch: Vec<Planned> = plan.by_ref().take(size).collect();
        if batch.is_empty() {
            return Ok(new);
        }
        let (back, rows) = job
            .blocking(move || {
                let rows = rows_of(&mut new, batch, position);
                (new, rows)
            })
            .await?;
        new = back;
        let rows = rows?;
        position += i64::try_from(rows.len()).unwrap_or(0);
        let held = job
            .write(move |tx| {
                Box::pin(async move {
                    let begun = Instant::now();
                    sql::insert_samples(tx, organization, collection, id, rows, now).await?;
                    Ok(begun.elapsed())
                })
            })
            .await?;
        size = next_size(size, held);
        let done = span.from + (span.to - span.from) * position / total.max(1);
        job.progress(done, span.total, "bytes", &what).await?;
    }
}

/// Half as many when the last batch took too long, twice as many when it was quick.
fn next_size(size: usize, held: Duration) -> usize {
    if held > HOLD {
        (size / 2).max(FEWEST)
    } else if held < HOLD / 3 {
        (size * 2).min(MOST)
    } else {
        size
    }
}

fn rows_of(new: &mut NewVersion, batch: Vec<Planned>, first: i64) -> Result<Vec<Row>, Fault> {
    let row = |(place, planned): (usize, Planned)| {
        let said: Option<NewSample> = planned.entry.map(|entry| new.samples.read(entry)).transpose()?;
        Ok(Row { position: first + i64::try_from(place).unwrap_or(0), planned, said })
    };
    batch.into_iter().enumerate().map(row).collect()
}

/// Takes a version that was never published away again.
pub(super) async fn discard(job: &Running, organization: OrganizationId, id: VersionId) -> Result<(), Fault> {
    loop {
        let more =
            job.write(move |tx| Box::pin(async move { sql::delete_members(tx, organization, id).await })).await?;
        if more == 0 {
            break;
        }
    }
    job.write(move |tx| Box::pin(async move { sql::delete_unpublished(tx, organization, id).await })).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_adapt_to_how_long_they_hold_the_writer() {
        assert_eq!(next_size(100, HOLD * 2), 50);
        assert_eq!(next_size(100, HOLD / 2), 100);
        assert_eq!(next_size(100, HOLD / 10), 200);
        assert_eq!((next_size(MOST, HOLD / 10), next_size(FEWEST, HOLD * 2)), (MOST, FEWEST));
    }
}
