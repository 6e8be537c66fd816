//! Where in its dataset a question is asked, as runs of positions: a decision about five samples of a table of 100,000 reads
//! these five and their neighbours.

use crate::Deployment;
use crate::harmonize::{self, ReadSample};
use chorale_model::{DatasetId, Fault, OrganizationId};

/// Samples between two runs that are read with them: another reading costs more.
const NEAR: i64 = 100;

/// Runs of positions that grow to the right, as text: `0-15,40`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    text: String,
    run: Option<(i64, i64)>,
}

impl Places {
    /// A position behind all others; one that is there already changes nothing.
    pub fn push(&mut self, position: i64) {
        self.run = match self.run {
            Some((first, last)) if position <= last + 1 => Some((first, last.max(position))),
            _ => {
                self.close();
                Some((position, position))
            }
        };
    }

    fn close(&mut self) {
        let Some((first, last)) = self.run.take() else { return };
        if !self.text.is_empty() {
            self.text.push(',');
        }
        self.text.push_str(&first.to_string());
        if last > first {
            self.text.push('-');
            self.text.push_str(&last.to_string());
        }
    }

    pub fn into_text(mut self) -> String {
        self.close();
        self.text
    }
}

/// The samples of a dataset among which somebody asks, read window by window.
pub struct Windows {
    dataset: DatasetId,
    /// First and last positions, the nearest last.
    left: Vec<(i64, i64)>,
}

impl Windows {
    /// All that the `places` of questions hold; the whole dataset where one of them is unknown.
    pub fn of<'a>(dataset: DatasetId, places: impl IntoIterator<Item = Option<&'a str>>) -> Result<Windows, Fault> {
        let mut left = windows(places)?;
        left.reverse();
        Ok(Windows { dataset, left })
    }

    /// How many samples are read, of so many at most.
    pub fn samples(&self, most: i64) -> i64 {
        let spans = self.left.iter().map(|(first, last)| (last - first).saturating_add(1));
        spans.fold(0, i64::saturating_add).min(most)
    }

    /// The next samples, so many at most; None behind the last.
    pub async fn next(
        &mut self,
        app: &Deployment,
        organization: OrganizationId,
        most: i64,
    ) -> Result<Option<Vec<ReadSample>>, Fault> {
        let Some((first, last)) = self.left.pop() else { return Ok(None) };
        let limit = most.min((last - first).saturating_add(1));
        // Behind the dataset's last sample nobody asks.
        let read = harmonize::read_samples(app, organization, self.dataset, first - 1, limit).await?;
        let Some((position, mut samples)) = read else { return Ok(None) };
        if position < last {
            self.left.push((position + 1, last));
        }
        samples.retain(|sample| sample.position <= last);
        Ok(Some(samples))
    }
}

fn windows<'a>(all: impl IntoIterator<Item = Option<&'a str>>) -> Result<Vec<(i64, i64)>, Fault> {
    let read = |text: &str| text.parse::<i64>().map_err(|e| Fault::internal("reading the places of a question", e));
    let mut runs = Vec::new();
    for text in all {
        let Some(text) = text else { return Ok(vec![(0, i64::MAX)]) };
        for run in text.split(',').filter(|run| !run.is_empty()) {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            runs.push((read(first)?, read(last)?));
        }
    }
    runs.sort_unstable();
    let mut windows: Vec<(i64, i64)> = Vec::new();
    for (first, last) in runs {
        match windows.last_mut() {
            Some(window) if first <= window.1 + NEAR => window.1 = window.1.max(last),
            _ => windows.push((first, last)),
        }
    }
    Ok(windows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(positions: &[i64]) -> String {
        let mut places = Places::default();
        positions.iter().for_each(|position| places.push(*position));
        places.into_text()
    }

    #[test]
    fn positions_are_runs() {
        assert_eq!(text(&[]), "");
        assert_eq!(text(&[7]), "7");
        assert_eq!(text(&[0, 1, 2, 2, 5, 9, 10]), "0-2,5,9-10");
    }

    #[test]
    fn what_lies_near_is_read_at_once() {
        let of = |all: &[Option<&str>]| windows(all.iter().copied()).unwrap();
        assert_eq!(of(&[Some("0-2,5,9-10")]), [(0, 10)]);
        assert_eq!(of(&[Some("400,9000-9001"), Some("3,450")]), [(3, 3), (400, 450), (9_000, 9_001)]);
        assert_eq!(of(&[Some("3"), None]), [(0, i64::MAX)], "one is unknown");
        assert_eq!(of(&[]), []);
        assert!(windows([Some("3-x")]).is_err());
    }
}
