//! How sure a share of successes is.

/// Of the normal distribution: 95% lie between minus this and this.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's 95% interval of a share, without continuity correction: E. B. Wilson, "Probable inference, the law of
/// succession, and statistical inference", JASA 22 (1927). From 0 to 1 where there was no trial.
pub fn wilson(successes: u64, trials: u64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (trials as f64, successes.min(trials) as f64 / trials as f64);
    let z2 = Z * Z;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::wilson;

    /// `statsmodels.stats.proportion.proportion_confint(k, n, method="wilson")`, statsmodels 0.15.0.
    const STATSMODELS: [(u64, u64, f64, f64); 7] = [
        (0, 10, 0.0, 0.277_532_799_862_889_26),
        (8, 10, 0.490_162_471_536_641_83, 0.943_317_848_545_624_7),
        (10, 10, 0.722_467_200_137_110_6, 1.0),
        (81, 263, 0.255_288_519_878_274_2, 0.366_209_576_982_800_04),
        (45, 50, 0.786_397_685_625_203_4, 0.956_524_235_068_109_5),
        (1, 1, 0.206_549_314_377_123_8, 1.0),
        (9_500, 10_000, 0.945_552_884_156_975_8, 0.954_101_517_309_415_2),
    ];

    #[test]
    fn intervals_are_those_of_statsmodels() {
        for (k, n, low, high) in STATSMODELS {
            let (l, h) = wilson(k, n);
            assert!((l - low).abs() < 1e-12 && (h - high).abs() < 1e-12, "{k} of {n}: {l} {h}");
        }
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }
}
