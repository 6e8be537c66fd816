//! Smoothing of curves: the exponential moving average that TensorBoard draws, without its pull towards zero at the start.

/// What the page offers: how much of the average before stays in each point.
pub const WEIGHTS: [f64; 4] = [0.0, 0.6, 0.9, 0.99];
/// So many points are read to be smoothed, of each curve: thinned ones would be smoothed over other spans.
pub const READ: i64 = 4_000;

/// Each value as the average of those up to it, of which each counts `weight` times as much as the one after it. What is no
/// number is left as it is and counts for nothing.
pub fn smoothed(values: impl Iterator<Item = f64>, weight: f64) -> Vec<f64> {
    let (mut last, mut left) = (0.0, 1.0);
    values
        .map(|value| {
            if !value.is_finite() || value.abs() == f64::MAX {
                return value;
            }
            last = last * weight + (1.0 - weight) * value;
            left *= weight;
            last / (1.0 - left)
        })
        .collect()
}

/// At most about `most` of the points: of each stretch its lowest and its highest, in their order, and both ends.
pub fn thin(points: Vec<(f64, f64)>, most: usize) -> Vec<(f64, f64)> {
    let stretches = (most / 2).max(1);
    if points.len() <= most {
        return points;
    }
    let each = points.len().div_ceil(stretches);
    let mut kept = Vec::with_capacity(2 * stretches + 2);
    for (at, stretch) in points.chunks(each).enumerate() {
        let by = |a: &usize, b: &usize| stretch[*a].1.total_cmp(&stretch[*b].1);
        let mut own = vec![(0..stretch.len()).min_by(by), (0..stretch.len()).max_by(by)];
        own.extend([(at == 0).then_some(0), ((at + 1) * each >= points.len()).then(|| stretch.len() - 1)]);
        let mut own: Vec<usize> = own.into_iter().flatten().collect();
        own.sort_unstable();
        own.dedup();
        kept.extend(own.into_iter().map(|n| stretch[n]));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By TensorBoard's `resmoothDataset` (vz_line_chart2/line-chart.ts): last = last * w + (1 - w) * next, divided by
    /// 1 - w^n. `python3 -c` of these three lines gave the numbers; pandas' `ewm(alpha=0.4, adjust=True)` is the same sum.
    #[test]
    fn it_is_the_average_that_tensorboard_draws() {
        let expected = [1.0, 2.25, 2.122_448_979_591_837, 4.823_529_411_764_706, 4.466_342_817_487_855];
        let own = smoothed([1.0, 3.0, 2.0, 8.0, 4.0].into_iter(), 0.6);
        for (own, expected) in own.iter().zip(expected) {
            assert!((own - expected).abs() < 1e-12, "{own} {expected}");
        }
        assert_eq!(smoothed([2.0, 2.0, 2.0].into_iter(), 0.9)[2], 2.0, "nothing is pulled to zero");
    }

    #[test]
    fn what_is_no_number_stays_a_gap_and_counts_for_nothing() {
        let own = smoothed([1.0, f64::NAN, 3.0].into_iter(), 0.6);
        assert!(own[1].is_nan());
        assert!((own[2] - 2.25).abs() < 1e-12);
    }

    #[test]
    fn a_thinned_curve_keeps_its_ends_and_its_extremes() {
        let points: Vec<(f64, f64)> = (0..10_000).map(|n| (f64::from(n), f64::from(n % 7))).collect();
        let mut spiked = points.clone();
        spiked[4_321].1 = 99.0;
        spiked[8_765].1 = -99.0;
        let kept = thin(spiked.clone(), 600);
        assert!(kept.len() <= 604, "{}", kept.len());
        assert_eq!((kept[0], kept[kept.len() - 1]), (spiked[0], spiked[9_999]));
        assert!(kept.contains(&(4_321.0, 99.0)) && kept.contains(&(8_765.0, -99.0)));
        assert!(kept.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(thin(points[..600].to_vec(), 600), points[..600]);
    }
}
