//! Values as small numbers: at most 64 intervals per feature, cut at quantiles.

use super::Table;

pub(super) const MOST: usize = 64;

pub(super) struct Bins {
    /// Upper ends of all intervals but the last, by feature.
    pub cuts: Vec<Vec<f32>>,
    /// The interval of each value, feature by feature.
    pub of: Vec<Vec<u8>>,
}

impl Bins {
    pub fn new(table: &Table<'_>) -> Bins {
        let (mut cuts, mut of) = (Vec::with_capacity(table.width), Vec::with_capacity(table.width));
        for feature in 0..table.width {
            let column = || table.values.iter().skip(feature).step_by(table.width).copied();
            let ends = ends(column().filter(|value| !value.is_nan()).collect());
            of.push(column().map(|value| ends.partition_point(|end| *end < value) as u8).collect());
            cuts.push(ends);
        }
        Bins { cuts, of }
    }
}

fn ends(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_unstable_by(f32::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    let mut ends: Vec<f32> = if distinct.len() <= MOST {
        distinct.windows(2).map(|two| two[0] + (two[1] - two[0]) / 2.0).collect()
    } else {
        (1..MOST).map(|part| values[part * (values.len() - 1) / MOST]).collect()
    };
    ends.dedup();
    ends
}
