//! Isotonic regression by pooling adjacent violators (Barlow et al. 1972), as in scikit-learn.

use crate::artifact::{Damaged, Reader, Writer};

/// A rising curve, linear between its points and level outside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Isotonic {
    /// Score and probability, both ascending.
    points: Vec<(f32, f32)>,
}

impl Isotonic {
    /// Least squares among rising curves; `examples` are score, outcome and weight. Scores that are equal are averaged
    /// first. Examples without a finite score and a positive weight are left out.
    pub fn fit(examples: &[(f32, f32, f32)]) -> Isotonic {
        let mut sorted: Vec<_> = examples.iter().copied().filter(|(x, _, w)| x.is_finite() && *w > 0.0).collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut pools: Vec<Pool> = Vec::new();
        for same in sorted.chunk_by(|a, b| a.0 == b.0) {
            let weight: f64 = same.iter().map(|(_, _, w)| f64::from(*w)).sum();
            let sum: f64 = same.iter().map(|(_, y, w)| f64::from(*y) * f64::from(*w)).sum();
            let mut pool = Pool { from: same[0].0, to: same[0].0, weight, sum };
            while let Some(before) = pools.pop_if(|before| before.mean() >= pool.mean()) {
                pool = Pool {
                    from: before.from,
                    to: pool.to,
                    weight: before.weight + pool.weight,
                    sum: before.sum + pool.sum,
                };
            }
            pools.push(pool);
        }
        let mut points = Vec::with_capacity(2 * pools.len());
        for pool in pools {
            points.push((pool.from, pool.mean() as f32));
            if pool.to > pool.from {
                points.push((pool.to, pool.mean() as f32));
            }
        }
        Isotonic { points }
    }

    /// The value at a score; the score itself where nothing was fitted.
    pub fn apply(&self, score: f32) -> f32 {
        let after = self.points.partition_point(|(x, _)| *x <= score);
        match (after.checked_sub(1).map(|at| self.points[at]), self.points.get(after)) {
            (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (score - x0) / (x1 - x0),
            (Some((_, y)), None) => y,
            (None, Some((_, y))) => *y,
            (None, None) => score,
        }
    }

    pub fn write(&self, to: &mut Writer) {
        to.list(&self.points, |to, (x, y)| {
            to.f32(*x);
            to.f32(*y);
        });
    }

    /// # Errors
    /// When the bytes are no rising curve.
    pub fn read(from: &mut Reader<'_>) -> Result<Isotonic, Damaged> {
        let points = from.list(|from| Ok((from.f32()?, from.f32()?)))?;
        let rising = points.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 <= two[1].1);
        if rising {
            Ok(Isotonic { points })
        } else {
            Err(Damaged("a calibration curve of the model does not rise".into()))
        }
    }
}

struct Pool {
    from: f32,
    to: f32,
    weight: f64,
    sum: f64,
}

impl Pool {
    fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}
