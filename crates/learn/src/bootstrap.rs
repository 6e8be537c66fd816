//! Percentile intervals by resampling groups (Efron & Tibshirani 1993, chapter 13; whole groups, because rows of one study
//! are no independent draws).

use crate::SplitMix64;

/// A statistic with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// On all groups.
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// Whether 0 lies outside.
    pub fn excludes_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// The interval that holds `confidence` (0.95) of the statistic over `rounds` resamples of the groups. `statistic` is
/// given how often each group was drawn; for a paired difference it computes both systems from the same counts. A round
/// whose statistic is not a number is left out.
pub fn percentile(
    groups: usize,
    rounds: usize,
    confidence: f64,
    seed: u64,
    mut statistic: impl FnMut(&[u32]) -> f64,
) -> Interval {
    let value = statistic(&vec![1; groups]);
    let mut random = SplitMix64::new(seed);
    let mut drawn = vec![0_u32; groups];
    let mut values = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        drawn.fill(0);
        for _ in 0..groups {
            drawn[random.below(groups)] += 1;
        }
        values.push(statistic(&drawn));
    }
    values.retain(|value| !value.is_nan());
    values.sort_unstable_by(f64::total_cmp);
    let tail = (1.0 - confidence.clamp(0.0, 1.0)) / 2.0;
    Interval {
        value,
        low: quantile(&values, tail).unwrap_or(value),
        high: quantile(&values, 1.0 - tail).unwrap_or(value),
    }
}

/// Linear between order statistics (numpy's default); none of an empty list.
fn quantile(sorted: &[f64], at: f64) -> Option<f64> {
    let place = at * (sorted.len().checked_sub(1)?) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(low + (high - low) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_mean_is_that_of_theory() {
        // 400 groups of a fair coin: the standard error is 0.5 / 20.
        let values: Vec<f64> = (0..400).map(|n| f64::from(n % 2)).collect();
        let mean = |drawn: &[u32]| {
            let sum: f64 = drawn.iter().zip(&values).map(|(n, v)| f64::from(*n) * v).sum();
            sum / f64::from(drawn.iter().sum::<u32>())
        };
        let interval = percentile(400, 2000, 0.95, 1, mean);
        assert_eq!(interval.value, 0.5);
        assert!((interval.low - (0.5 - 1.96 * 0.025)).abs() < 0.005, "{interval:?}");
        assert!((interval.high - (0.5 + 1.96 * 0.025)).abs() < 0.005, "{interval:?}");
        assert_eq!(interval, percentile(400, 2000, 0.95, 1, mean));
    }

    #[test]
    fn a_constant_difference_excludes_zero_and_no_groups_give_no_panic() {
        assert!(percentile(10, 100, 0.95, 1, |_| 0.1).excludes_zero());
        assert!(!percentile(10, 100, 0.95, 1, |_| 0.0).excludes_zero());
        assert!(percentile(0, 10, 0.95, 1, |_| f64::NAN).value.is_nan());
    }
}
