//! How far people who label the same things agree beyond chance, and how sure a share is. Labels are compared for equality
//! alone (nominal data). A coefficient is `None` where it is not defined: nothing was labelled twice, or chance alone would
//! always agree because only one label was ever used.

use std::collections::BTreeMap;

/// Cohen's kappa of two raters: one pair of labels for each thing that both labelled (Cohen 1960, *A coefficient of agreement
/// for nominal scales*).
pub fn cohen<L: Ord>(pairs: &[(L, L)]) -> Option<f64> {
    if pairs.is_empty() {
        return None;
    }
    let n = pairs.len() as f64;
    let (mut of_one, mut of_other) = (BTreeMap::new(), BTreeMap::new());
    for (one, other) in pairs {
        *of_one.entry(one).or_insert(0.0) += 1.0 / n;
        *of_other.entry(other).or_insert(0.0) += 1.0 / n;
    }
    let same = pairs.iter().filter(|(one, other)| one == other).count() as f64 / n;
    let chance: f64 = of_one.iter().filter_map(|(label, share)| Some(share * of_other.get(label)?)).sum();
    beyond(same, chance)
}

/// Fleiss' kappa of things that were each labelled by the same number of raters, not always the same ones (Fleiss 1971,
/// *Measuring nominal scale agreement among many raters*). `None` too where their numbers differ or are below two.
pub fn fleiss<L: Ord>(things: &[Vec<L>]) -> Option<f64> {
    let raters = things.first()?.len();
    if raters < 2 || things.iter().any(|labels| labels.len() != raters) {
        return None;
    }
    let (things_n, raters) = (things.len() as f64, raters as f64);
    let mut shares: BTreeMap<&L, f64> = BTreeMap::new();
    let mut same = 0.0;
    for labels in things {
        let counts = counted(labels);
        let agreeing: f64 = counts.values().map(|count| count * (count - 1.0)).sum();
        same += agreeing / (raters * (raters - 1.0)) / things_n;
        for (label, count) in counts {
            *shares.entry(label).or_default() += count / (raters * things_n);
        }
    }
    beyond(same, shares.values().map(|share| share * share).sum())
}

/// Krippendorff's alpha for nominal data: labels may be missing, and things with fewer than two are left out (Krippendorff
/// 2011, *Computing Krippendorff's Alpha-Reliability*).
pub fn krippendorff<L: Ord>(things: &[Vec<L>]) -> Option<f64> {
    let mut totals: BTreeMap<&L, f64> = BTreeMap::new();
    let (mut all, mut unlike) = (0.0, 0.0);
    for labels in things.iter().filter(|labels| labels.len() > 1) {
        let (n, counts) = (labels.len() as f64, counted(labels));
        let like: f64 = counts.values().map(|count| count * (count - 1.0)).sum();
        unlike += (n * (n - 1.0) - like) / (n - 1.0);
        all += n;
        for (label, count) in counts {
            *totals.entry(label).or_default() += count;
        }
    }
    let by_chance = all * all - totals.values().map(|total| total * total).sum::<f64>();
    (by_chance > 0.0).then(|| 1.0 - (all - 1.0) * unlike / by_chance)
}

/// The 95% interval of a share of `right` among `all` (Wilson 1927, *Probable inference, the law of succession, and
/// statistical inference*); everything where nothing was counted.
pub fn wilson(right: u64, all: u64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    if all == 0 {
        return (0.0, 1.0);
    }
    let (n, p) = (all as f64, right as f64 / all as f64);
    let (middle, whole) = (p + Z * Z / (2.0 * n), 1.0 + Z * Z / n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    (((middle - half) / whole).max(0.0), ((middle + half) / whole).min(1.0))
}

fn counted<L: Ord>(labels: &[L]) -> BTreeMap<&L, f64> {
    let mut counts = BTreeMap::new();
    for label in labels {
        *counts.entry(label).or_insert(0.0) += 1.0;
    }
    counts
}

/// What agreement is above chance, of what it could be above it.
fn beyond(same: f64, chance: f64) -> Option<f64> {
    // Sums of shares of one label are 1 but for rounding.
    (chance < 1.0 - 1e-12).then(|| (same - chance) / (1.0 - chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("it is defined");
        assert!((found - expected).abs() < 5e-10, "{found} is not {expected}");
    }

    /// Pairs from a table of counts.
    fn pairs(table: &[&[usize]]) -> Vec<(usize, usize)> {
        let cell = |(row, counts): (usize, &&[usize])| {
            counts.iter().enumerate().flat_map(|(column, n)| vec![(row, column); *n]).collect::<Vec<_>>()
        };
        table.iter().enumerate().flat_map(cell).collect()
    }

    /// Labels of each thing from how often it got each of them.
    fn things(table: &[&[usize]]) -> Vec<Vec<usize>> {
        let row = |counts: &&[usize]| counts.iter().enumerate().flat_map(|(label, n)| vec![label; *n]).collect();
        table.iter().map(row).collect()
    }

    /// Cohen 1960, table 2, which Cohen 1968 uses again: .492. To more places by scikit-learn 1.9.1:
    /// `cohen_kappa_score([0]*120+[1]*60+[2]*20, [0]*88+[1]*14+[2]*18+[0]*10+[1]*40+[2]*10+[0]*2+[1]*6+[2]*12)`
    #[test]
    fn cohen_is_as_published() {
        near(cohen(&pairs(&[&[88, 14, 18], &[10, 40, 10], &[2, 6, 12]])), 0.491525423729);
        // Fifty grants, read twice: 20 yes and 15 no of both.
        near(cohen(&pairs(&[&[20, 5], &[10, 15]])), 0.4);
        near(cohen(&[("a", "b"), ("b", "a")]), -1.0);
    }

    /// Fourteen raters, ten subjects, five categories: the example of Wikipedia's "Fleiss' kappa", .210; to more places by
    /// statsmodels 0.15.0: `fleiss_kappa(table)`.
    #[test]
    fn fleiss_is_as_published() {
        let table: [&[usize]; 10] = [
            &[0, 0, 0, 0, 14],
            &[0, 2, 6, 4, 2],
            &[0, 0, 3, 5, 6],
            &[0, 3, 9, 2, 0],
            &[2, 2, 8, 1, 1],
            &[7, 7, 0, 0, 0],
            &[3, 2, 6, 3, 0],
            &[2, 5, 3, 2, 2],
            &[6, 5, 2, 1, 0],
            &[0, 2, 2, 3, 7],
        ];
        near(fleiss(&things(&table)), 0.209930704422);
        // Fleiss 1971, table 1: thirty patients, six psychiatrists, five diagnoses; .430.
        near(fleiss(&things(&PATIENTS)), 0.430244520060);
    }

    const PATIENTS: [&[usize]; 30] = [
        &[0, 0, 0, 6, 0],
        &[0, 3, 0, 0, 3],
        &[0, 1, 4, 0, 1],
        &[0, 0, 0, 0, 6],
        &[0, 3, 0, 3, 0],
        &[2, 0, 4, 0, 0],
        &[0, 0, 4, 0, 2],
        &[2, 0, 3, 1, 0],
        &[2, 0, 0, 4, 0],
        &[0, 0, 0, 0, 6],
        &[1, 0, 0, 5, 0],
        &[1, 1, 0, 4, 0],
        &[0, 3, 3, 0, 0],
        &[1, 0, 0, 5, 0],
        &[0, 2, 0, 3, 1],
        &[0, 0, 5, 0, 1],
        &[3, 0, 0, 1, 2],
        &[5, 1, 0, 0, 0],
        &[0, 2, 0, 4, 0],
        &[1, 0, 2, 0, 3],
        &[0, 0, 0, 0, 6],
        &[0, 1, 0, 5, 0],
        &[0, 2, 0, 1, 3],
        &[2, 0, 0, 4, 0],
        &[1, 0, 0, 4, 1],
        &[0, 5, 0, 1, 0],
        &[4, 0, 0, 0, 2],
        &[0, 2, 0, 4, 0],
        &[1, 0, 5, 0, 0],
        &[0, 0, 0, 0, 6],
    ];

    /// Four observers, twelve units, some values missing: Krippendorff 2011, section D; .743. To more places by the
    /// package krippendorff 0.9.0: `alpha(reliability_data=data, level_of_measurement="nominal")`.
    #[test]
    fn krippendorff_is_as_published() {
        let observers = [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ];
        let unit = |at: usize| observers.iter().map(|of| of[at]).filter(|value| *value > 0).collect::<Vec<i32>>();
        near(krippendorff(&(0..12).map(unit).collect::<Vec<_>>()), 0.743421052632);
        // Two observers, ten units, two values: the same text, section A; .095.
        let [one, other] = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]];
        near(krippendorff(&one.into_iter().zip(other).map(|(a, b)| vec![a, b]).collect::<Vec<_>>()), 0.095238095238);
    }

    #[test]
    fn what_is_not_defined_is_no_number() {
        assert_eq!(cohen::<u8>(&[]), None);
        assert_eq!(cohen(&[(1, 1), (1, 1)]), None, "there is no other label");
        assert_eq!(fleiss::<u8>(&[]), None);
        assert_eq!(fleiss(&[vec![1, 2], vec![1]]), None);
        assert_eq!(fleiss(&[vec![1], vec![2]]), None);
        assert_eq!(krippendorff(&[vec![1], vec![2]]), None, "nothing was labelled twice");
        assert_eq!(krippendorff(&[vec![1, 1], vec![1, 1]]), None);
        near(krippendorff(&[vec![1, 1], vec![2, 2]]), 1.0);
    }

    /// statsmodels 0.15.0: `proportion_confint(right, all, method="wilson")`.
    #[test]
    fn a_share_has_its_interval() {
        for (right, all, low, high) in [
            (0, 5, 0.000000000000, 0.434482464783),
            (9, 10, 0.595849973205, 0.982123786905),
            (37, 50, 0.604468427352, 0.841284725064),
            (200, 200, 0.981154673623, 1.000000000000),
        ] {
            let found = wilson(right, all);
            near(Some(found.0), low);
            near(Some(found.1), high);
        }
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }
}
