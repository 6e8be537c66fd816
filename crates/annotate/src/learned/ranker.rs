//! The second stage: log-odds that a candidate is right. The mean of two models: trees follow how the evidence depends on
//! each other, a straight line stays sober where training saw nothing alike.

use super::candidates::COUNT;
use chorale_learn::artifact::{Damaged, Reader, Writer};
use chorale_learn::boost::{self, Boosted};
use chorale_learn::{Matrix, linear};

/// Standardized numbers are cut here, so that none alone outweighs all others.
const MOST: f32 = 5.0;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ranker {
    trees: Boosted,
    line: Vec<Slope>,
    constant: f32,
}

/// What one number of a candidate adds to the log-odds: its distance from the mean in standard deviations, weighted.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Slope {
    mean: f32,
    deviation: f32,
    weight: f32,
}

impl Slope {
    fn standardized(&self, value: f32) -> f32 {
        ((value - self.mean) / self.deviation).clamp(-MOST, MOST)
    }
}

impl Ranker {
    /// Trains both; `values` holds [`COUNT`] numbers per row. Rows without weight say nothing.
    pub fn train(values: &[f32], outcomes: &[bool], weights: &[f32], options: &boost::Options) -> Ranker {
        let trees = Boosted::train(&boost::Table { width: COUNT, values, outcomes, weights }, options);
        let mut line: Vec<Slope> = (0..COUNT).map(|number| slope(number, values, weights)).collect();
        let mut rows = Matrix::new(COUNT);
        for row in values.chunks_exact(COUNT) {
            let standardized = row.iter().zip(&line).map(|(value, slope)| slope.standardized(*value));
            rows.push(&mut standardized.enumerate().map(|(at, value)| (at as u32, value)).collect::<Vec<_>>());
        }
        let right = (0..outcomes.len() as u32).filter(|row| outcomes[*row as usize]).collect();
        let options = linear::Options { passes: 30, tolerance: 0.01, ..linear::Options::default() };
        let model = linear::train(&rows, &[right], weights, &options, 0.0);
        for (at, slope) in line.iter_mut().enumerate() {
            slope.weight = model.column(at as u32).first().map_or(0.0, |(_, weight)| *weight);
        }
        Ranker { trees, line, constant: model.constant(0) }
    }

    /// Log-odds of being right.
    pub fn decide(&self, values: &[f32]) -> f32 {
        let line = self.line.iter().zip(values).map(|(slope, value)| slope.weight * slope.standardized(*value));
        0.5 * (self.trees.decide(values) + self.constant + line.sum::<f32>())
    }

    pub fn write(&self, to: &mut Writer) {
        self.trees.write(to);
        to.list(&self.line, |to, slope| {
            to.f32(slope.mean);
            to.f32(slope.deviation);
            to.f32(slope.weight);
        });
        to.f32(self.constant);
    }

    /// # Errors
    /// When the bytes are not what [`Ranker::write`] wrote.
    pub fn read(from: &mut Reader<'_>) -> Result<Ranker, Damaged> {
        let trees = Boosted::read(from)?;
        let line = from.list(|from| Ok(Slope { mean: from.f32()?, deviation: from.f32()?, weight: from.f32()? }))?;
        if line.len() != COUNT {
            return Err(Damaged(format!("a candidate has {COUNT} numbers, and the model weighs {}", line.len())));
        }
        Ok(Ranker { trees, line, constant: from.f32()? })
    }
}

/// Weighted mean and standard deviation of one number over all rows.
fn slope(number: usize, values: &[f32], weights: &[f32]) -> Slope {
    const LEAST_DEVIATION: f64 = 1e-3;
    let column = || values.iter().skip(number).step_by(COUNT).zip(weights).map(|(v, w)| (f64::from(*v), f64::from(*w)));
    let all = weights.iter().map(|weight| f64::from(*weight)).sum::<f64>().max(f64::MIN_POSITIVE);
    let mean = column().map(|(value, weight)| value * weight).sum::<f64>() / all;
    let variance = column().map(|(value, weight)| (value - mean).powi(2) * weight).sum::<f64>() / all;
    Slope { mean: mean as f32, deviation: variance.sqrt().max(LEAST_DEVIATION) as f32, weight: 0.0 }
}
