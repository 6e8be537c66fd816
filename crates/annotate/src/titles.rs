//! Titles that carry the design of a study: `Cg_HAB_01`, `liver_heat_stress_rep1`. What separates their parts, and what each
//! part is: the same everywhere, a number that tells replicates apart, groups, or different in nearly every sample.

use std::collections::{BTreeMap, HashMap};

/// Signs that may separate parts, as people write them.
const SEPARATORS: [&str; 12] = ["_", "-", " ", ",", ";", "/", "|", ".", "_-", "_ ", ", ", "- "];
/// Proposals that are worth a look.
const MOST: usize = 4;
/// Parts of one title.
const PARTS: usize = 16;
/// Titles that do not have as many parts as most do are left out; where fewer fit it is no design.
const LEAST_FITTING: f64 = 0.5;

/// What a part of a title is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// The same in every title.
    Constant,
    /// A number, or a word with one: `01`, `rep3`.
    Number,
    /// Few values that come again: the design.
    Groups,
    /// Another one in nearly every title.
    Varying,
}

/// One part of the titles of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct TitlePart {
    pub kind: PartKind,
    /// With the titles that have it, the commonest first.
    pub values: Vec<(String, u64)>,
}

/// How the titles of a study may be taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct TitleSplit {
    /// Each sign of it separates.
    pub separators: String,
    pub parts: Vec<TitlePart>,
    /// Titles that have so many parts.
    pub fitting: u64,
}

/// The parts of one title. Separators that stand together are one.
#[must_use]
pub fn parts<'t>(title: &'t str, separators: &str) -> Vec<&'t str> {
    let is_separator = |c: char| separators.contains(c);
    title.split(is_separator).map(str::trim).filter(|part| !part.is_empty()).take(PARTS).collect()
}

/// What the titles are when these signs separate them; None where they have no parts, or not equally many.
#[must_use]
pub fn split(titles: &[&str], separators: &str) -> Option<TitleSplit> {
    let all: Vec<Vec<&str>> = titles.iter().map(|title| parts(title, separators)).collect();
    let mut lengths: BTreeMap<usize, u64> = BTreeMap::new();
    for parts in all.iter().filter(|parts| parts.len() > 1) {
        *lengths.entry(parts.len()).or_default() += 1;
    }
    // Of two as common lengths the shorter one: more titles may be read so by another look.
    let (length, fitting) = lengths.into_iter().max_by_key(|(length, n)| (*n, std::cmp::Reverse(*length)))?;
    if (fitting as f64) < LEAST_FITTING * titles.len() as f64 {
        return None;
    }
    let part = |at: usize| {
        let mut values: HashMap<&str, u64> = HashMap::new();
        for parts in all.iter().filter(|parts| parts.len() == length) {
            *values.entry(parts[at]).or_default() += 1;
        }
        let kind = kind_of(&values, fitting);
        let mut values: Vec<(String, u64)> = values.into_iter().map(|(value, n)| (value.to_owned(), n)).collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        TitlePart { kind, values }
    };
    Some(TitleSplit { separators: separators.to_owned(), parts: (0..length).map(part).collect(), fitting })
}

/// Ways to take the titles apart, the likeliest first: where most titles have equally many parts, and most parts are groups.
#[must_use]
pub fn propose(titles: &[&str]) -> Vec<TitleSplit> {
    let mut all: Vec<TitleSplit> = Vec::new();
    for separators in SEPARATORS {
        let Some(found) = split(titles, separators) else { continue };
        // More signs that change nothing are no other way.
        if !all.iter().any(|known| known.parts == found.parts) {
            all.push(found);
        }
    }
    let total = titles.len().max(1) as f64;
    let worth = |split: &TitleSplit| {
        let count = |kind: PartKind| split.parts.iter().filter(|part| part.kind == kind).count() as f64;
        let design = count(PartKind::Groups) + 0.5 * count(PartKind::Number) + 0.1 * count(PartKind::Constant);
        split.fitting as f64 / total * (design - 0.3 * count(PartKind::Varying))
    };
    all.retain(|split| split.parts.iter().any(|part| matches!(part.kind, PartKind::Groups | PartKind::Number)));
    all.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then_with(|| a.separators.len().cmp(&b.separators.len())));
    all.truncate(MOST);
    all
}

fn kind_of(values: &HashMap<&str, u64>, titles: u64) -> PartKind {
    if values.len() == 1 {
        return PartKind::Constant;
    }
    let stem = |value: &str| value.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let numbered = values.keys().all(|value| value.ends_with(|c: char| c.is_ascii_digit()));
    let mut stems: Vec<String> = values.keys().map(|value| stem(value)).collect();
    stems.sort();
    stems.dedup();
    if numbered && stems.len() == 1 {
        return PartKind::Number;
    }
    // Groups come again: on average each value in two titles.
    match (values.len() as u64) * 2 <= titles {
        true => PartKind::Groups,
        false => PartKind::Varying,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(split: &TitleSplit) -> Vec<PartKind> {
        split.parts.iter().map(|part| part.kind).collect()
    }

    /// The titles of GSE29014 as NCBI GEO has them: mice of three strains, five regions of the brain.
    const REGIONS: &str = "Cg_HAB_01 Cg_NAB_02 Cg_LAB_03 Cg_NAB_04 Cg_HAB_05 Cg_LAB_06 Cg_LAB_07 Cg_NAB_08 Cg_HAB_09 Cg_LAB_10 \
        Cg_HAB_11 Cg_NAB_12 Cg_NAB_13 Cg_LAB_14 Cg_NAB_15 Cg_LAB_16 Cg_HAB_17 CeA_NAB_18 CeA_HAB_01 \
        CeA_NAB_02 CeA_LAB_03 CeA_NAB_04 CeA_HAB_05 CeA_LAB_06 CeA_LAB_19 CeA_NAB_08 CeA_HAB_20 CeA_LAB_14 \
        CeA_NAB_15 CeA_HAB_17 CeA_NAB_13 PVN_LAB_07 CeA_HAB_11 CeA_HAB_09 PVN_NAB_13 CeA_LAB_21 PVN_NAB_12 \
        PVN_HAB_05 PVN_HAB_09 PVN_NAB_02 PVN_LAB_14 PVN_HAB_11 PVN_NAB_18 PVN_HAB_01 PVN_LAB_03 PVN_HAB_20 \
        PVN_LAB_06 PVN_NAB_04 PVN_LAB_10 PVN_HAB_17 BLA_LAB_14 BLA_LAB_03 BLA_HAB_11 BLA_HAB_01 BLA_HAB_09 \
        BLA_LAB_10 BLA_HAB_17 BLA_LAB_06 BLA_HAB_05 BLA_LAB_07 BLA_NAB_12 BLA_NAB_13 BLA_NAB_02 BLA_NAB_04 \
        BLA_NAB_08 BLA_NAB_15 DG_LAB_14 DG_HAB_11 DG_NAB_15 DG_LAB_06 DG_HAB_01 DG_NAB_02 DG_HAB_05 \
        DG_LAB_10 DG_NAB_04 DG_HAB_17 DG_LAB_16 DG_HAB_09";

    fn regions() -> Vec<&'static str> {
        REGIONS.split_whitespace().collect()
    }

    #[test]
    fn a_design_in_titles_is_found() {
        use PartKind::{Constant, Groups, Number};
        let best = propose(&regions()).remove(0);
        assert_eq!((best.separators.as_str(), kinds(&best)), ("_", vec![Groups, Groups, Number]));
        assert_eq!(best.parts[1].values, [("HAB".into(), 27), ("NAB".into(), 26), ("LAB".into(), 25)]);
        assert_eq!(best.fitting, 78);
        // Of one region alone the region is the same everywhere.
        let one: Vec<&str> = regions().into_iter().filter(|title| title.starts_with("Cg")).collect();
        assert_eq!(kinds(&split(&one, "_").unwrap()), [Constant, Groups, Number]);
    }

    #[test]
    fn a_longer_design_is_taken_apart_at_its_own_signs() {
        use PartKind::{Constant, Groups, Number};
        let titles: Vec<String> = ["normoxicControl", "hypoxic"]
            .iter()
            .flat_map(|a| ["1-Hour", "24-Hour"].map(|b| (a, b)))
            .flat_map(|(a, b)| [1, 2, 3].map(|n| format!("hippocampus_{a}_vehicleControl_{b}_rep{n}")))
            .collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        let under = split(&titles, "_").unwrap();
        assert_eq!(kinds(&under), [Constant, Groups, Constant, Groups, Number]);
        assert!(propose(&titles).iter().any(|split| split.separators == "_"));
    }

    #[test]
    fn titles_without_a_design_are_left_alone() {
        for titles in [
            vec!["Liver", "Tonsil (Hu. Ton. 5.29.98)", "Leukopheresis (Post-ficoll)"],
            vec!["R13", "R14", "R15"],
            vec![],
            vec!["", " ", "_"],
        ] {
            assert_eq!(propose(&titles), [], "{titles:?}");
        }
        let mixed = ["BAL_37_A1B1", "BAL_15a_A0B1", "BAL_15b_A0B0", "BAL_16_A0B1", "BAL_17_A0B1", "BAL_18_A1B1"];
        let split = split(&mixed, "_").unwrap();
        assert_eq!(kinds(&split), [PartKind::Constant, PartKind::Varying, PartKind::Groups]);
        // A title that does not fit is counted out.
        let odd: Vec<&str> = regions().into_iter().chain(["pool"]).collect();
        assert_eq!(propose(&odd)[0].fitting, 78);
    }

    proptest::proptest! {
        #[test]
        fn any_titles_are_read(titles in proptest::collection::vec(".{0,30}", 0..20)) {
            let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
            for found in propose(&titles) {
                let fitting = titles.iter().filter(|t| parts(t, &found.separators).len() == found.parts.len()).count();
                proptest::prop_assert_eq!(fitting as u64, found.fitting);
                for part in &found.parts {
                    proptest::prop_assert_eq!(part.values.iter().map(|value| value.1).sum::<u64>(), found.fitting);
                }
            }
        }
    }
}
