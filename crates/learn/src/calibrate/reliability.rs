//! How far scores are from what they promise (Naeini, Cooper & Hauskrecht 2015).

/// The examples whose score lies in one interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    pub examples: usize,
    /// Mean score.
    pub score: f64,
    /// Share that was right.
    pub right: f64,
}

/// The reliability table: `bins` intervals of one width over 0…1, the upper end of each included; empty ones are kept.
pub fn reliability(examples: &[(f32, bool)], bins: usize) -> Vec<Bin> {
    let bins = bins.max(1);
    let mut table = vec![Bin::default(); bins];
    for (score, right) in examples.iter().filter(|(score, _)| score.is_finite()) {
        let score = f64::from(*score);
        let place = ((score * bins as f64).ceil() - 1.0).clamp(0.0, (bins - 1) as f64) as usize;
        table[place].examples += 1;
        table[place].score += score;
        table[place].right += f64::from(u8::from(*right));
    }
    for bin in &mut table {
        let examples = bin.examples.max(1) as f64;
        bin.score /= examples;
        bin.right /= examples;
    }
    table
}

/// Expected calibration error: the mean distance of score and share right over the bins, by how many fell in.
pub fn expected_error(examples: &[(f32, bool)], bins: usize) -> f64 {
    let table = reliability(examples, bins);
    let all: usize = table.iter().map(|bin| bin.examples).sum();
    table.iter().map(|bin| bin.examples as f64 * (bin.score - bin.right).abs()).sum::<f64>() / all.max(1) as f64
}
