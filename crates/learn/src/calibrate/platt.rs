//! Platt's scaling: a logistic curve over a score (Platt 1999, with the safeguarded Newton steps of Lin, Lin & Weng 2007).

use crate::artifact::{Damaged, Reader, Writer};

/// p = 1 / (1 + e^(a·score + b)); a is negative for a score that rises with the probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Platt {
    pub a: f64,
    pub b: f64,
}

impl Platt {
    /// Greatest likelihood, with targets drawn in from 0 and 1 by one example as Platt does.
    pub fn fit(examples: &[(f32, bool)]) -> Platt {
        let positives = examples.iter().filter(|(_, right)| *right).count() as f64;
        let negatives = examples.len() as f64 - positives;
        let (high, low) = ((positives + 1.0) / (positives + 2.0), 1.0 / (negatives + 2.0));
        let target = |right: bool| if right { high } else { low };
        let loss = |a: f64, b: f64| -> f64 {
            examples
                .iter()
                .map(|(score, right)| {
                    let f = f64::from(*score) * a + b;
                    // Written so that neither sign of f overflows.
                    if f >= 0.0 {
                        target(*right) * f + (-f).exp().ln_1p()
                    } else {
                        (target(*right) - 1.0) * f + f.exp().ln_1p()
                    }
                })
                .sum()
        };
        let (mut a, mut b) = (0.0, ((negatives + 1.0) / (positives + 1.0)).ln());
        let mut value = loss(a, b);
        for _ in 0..100 {
            let (mut h11, mut h22, mut h21, mut g1, mut g2) = (1e-12, 1e-12, 0.0, 0.0, 0.0);
            for (score, right) in examples {
                let x = f64::from(*score);
                let p = 1.0 / (1.0 + (x * a + b).exp());
                let (d1, d2) = (target(*right) - p, p * (1.0 - p));
                h11 += x * x * d2;
                h22 += d2;
                h21 += x * d2;
                g1 += x * d1;
                g2 += d1;
            }
            if g1.abs() < 1e-5 && g2.abs() < 1e-5 {
                break;
            }
            let determinant = h11 * h22 - h21 * h21;
            let (da, db) = (-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant);
            let slope = g1 * da + g2 * db;
            let mut step = 1.0;
            while step >= 1e-10 && loss(a + step * da, b + step * db) >= value + 1e-4 * step * slope {
                step /= 2.0;
            }
            if step < 1e-10 {
                break;
            }
            (a, b) = (a + step * da, b + step * db);
            value = loss(a, b);
        }
        Platt { a, b }
    }

    pub fn apply(&self, score: f32) -> f32 {
        (1.0 / (1.0 + (self.a * f64::from(score) + self.b).exp())) as f32
    }

    pub fn write(&self, to: &mut Writer) {
        to.f32(self.a as f32);
        to.f32(self.b as f32);
    }

    /// # Errors
    /// When the bytes end too early or a parameter is not finite.
    pub fn read(from: &mut Reader<'_>) -> Result<Platt, Damaged> {
        Ok(Platt { a: f64::from(from.f32()?), b: f64::from(from.f32()?) })
    }
}
