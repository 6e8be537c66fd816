//! What the samples of large datasets say together, kept for whoever looks next: adding up 100,000 samples takes a third of
//! a second. It is what it was when it was added up as long as nothing was published, annotated or decided since; what an
//! annotation has written by half shows after a minute at the latest.

use crate::catalog::{self, SHARED_FEED};
use crate::{Ctx, curation};
use chorale_model::catalog::Dataset;
use chorale_model::harmonize::DatasetValues;
use chorale_model::{DatasetId, Fault, Time, VersionId};
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

/// Smaller datasets are added up each time, in milliseconds.
pub const LEAST_SAMPLES: i64 = 2_000;
const KEPT: NonZeroUsize = NonZeroUsize::new(32).expect("it is not zero");
const LONGEST: i64 = Time::MINUTE;

/// What a sum stands on.
#[derive(Clone, PartialEq)]
pub struct Ground {
    version: VersionId,
    fields: i64,
    own_changes: i64,
    shared_changes: i64,
    decided_at: Option<Time>,
}

impl Ground {
    pub async fn of(ctx: &Ctx, dataset: &Dataset, fields: i64) -> Result<Ground, Fault> {
        Ok(Ground {
            version: dataset.version.id,
            fields,
            own_changes: catalog::last_change(&ctx.app, &dataset.owner.to_string()).await?,
            shared_changes: catalog::last_change(&ctx.app, SHARED_FEED).await?,
            decided_at: curation::newest_change(ctx.db(), dataset.owner).await?,
        })
    }
}

/// The newest sums of this process.
pub struct Sums(Mutex<LruCache<DatasetId, Kept>>);

struct Kept {
    ground: Ground,
    at: Time,
    values: Arc<DatasetValues>,
}

impl Default for Sums {
    fn default() -> Self {
        Sums(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Sums {
    pub fn find(&self, dataset: DatasetId, ground: &Ground, now: Time) -> Option<Arc<DatasetValues>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(&dataset).filter(|kept| kept.ground == *ground && now.0 - kept.at.0 < LONGEST)?;
        Some(found.values.clone())
    }

    pub fn keep(&self, dataset: DatasetId, ground: Ground, at: Time, values: Arc<DatasetValues>) {
        let kept = Kept { ground, at, values };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(dataset, kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_sum_is_kept_while_nothing_changes_and_for_a_minute() {
        let (sums, dataset) = (Sums::default(), DatasetId(Uuid::from_u128(1)));
        let ground = Ground {
            version: VersionId(Uuid::from_u128(2)),
            fields: 0,
            own_changes: 7,
            shared_changes: 0,
            decided_at: None,
        };
        let values = DatasetValues { dataset, samples: 5_000, annotated: 5_000, fields: Vec::new() };
        sums.keep(dataset, ground.clone(), Time(0), Arc::new(values.clone()));
        assert_eq!(sums.find(dataset, &ground, Time(Time::MINUTE - 1)).as_deref(), Some(&values));
        assert_eq!(sums.find(dataset, &ground, Time(Time::MINUTE)), None);
        let changed = [
            Ground { own_changes: 8, ..ground.clone() },
            Ground { shared_changes: 1, ..ground.clone() },
            Ground { fields: 1, ..ground.clone() },
            Ground { decided_at: Some(Time(3)), ..ground.clone() },
            Ground { version: VersionId(Uuid::from_u128(3)), ..ground },
        ];
        for other in changed {
            assert_eq!(sums.find(dataset, &other, Time(1)), None);
        }
    }
}
