//! Splits that keep a group together: the siblings of one study must not stand on both sides.

use crate::SplitMix64;

/// The fold of a group, in `0..folds`: a function of the group, the seed and nothing else, so that a group stays in its
/// fold when rows are added and another program can make the same split (SplitMix64 of `group + seed`, modulo `folds`).
pub fn fold_of(group: u64, folds: usize, seed: u64) -> usize {
    (SplitMix64::new(group.wrapping_add(seed)).next_u64() % folds.max(1) as u64) as usize
}

/// Group k-fold with folds of nearly equal weight: groups by falling size, each to the lightest fold (the greedy rule of
/// scikit-learn's `GroupKFold`), groups of one size in an order that the seed decides. Gives the fold of each row.
pub fn balanced(groups: &[u64], folds: usize, seed: u64) -> Vec<usize> {
    let folds = folds.max(1);
    let mut sizes: std::collections::BTreeMap<u64, usize> = std::collections::BTreeMap::new();
    for group in groups {
        *sizes.entry(*group).or_default() += 1;
    }
    let mut order: Vec<(u64, usize)> = sizes.into_iter().collect();
    SplitMix64::new(seed).shuffle(&mut order);
    order.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let mut weights = vec![0_usize; folds];
    let mut fold_of_group = rustc_hash::FxHashMap::default();
    for (group, size) in order {
        let lightest = (0..folds).min_by_key(|fold| weights[*fold]).unwrap_or(0);
        weights[lightest] += size;
        fold_of_group.insert(group, lightest);
    }
    groups.iter().map(|group| fold_of_group[group]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_never_split_and_folds_are_even() {
        let groups: Vec<u64> = (0..1000).map(|row| row * row % 97).collect();
        let folds = balanced(&groups, 5, 7);
        for (a, fold) in groups.iter().zip(&folds) {
            assert!(groups.iter().zip(&folds).all(|(b, other)| a != b || fold == other));
        }
        let sizes: Vec<usize> = (0..5).map(|fold| folds.iter().filter(|f| **f == fold).count()).collect();
        assert!(sizes.iter().all(|size| size.abs_diff(200) <= 20), "{sizes:?}");
        assert_eq!(folds, balanced(&groups, 5, 7));
        assert_ne!(folds, balanced(&groups, 5, 8));
    }

    #[test]
    fn the_fold_of_a_group_is_what_another_program_computes() {
        // splitmix64(seed 0), first output, from the reference implementation: 0xE220A8397B1DCDAF.
        assert_eq!(fold_of(0, usize::MAX, 0), (0xE220_A839_7B1D_CDAF_u64 % usize::MAX as u64) as usize);
        assert_eq!(fold_of(3, 5, 4), fold_of(4, 5, 3));
    }
}
