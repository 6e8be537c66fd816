//! Dual coordinate descent for one class against the rest. One dual variable per row moves at a time while w = Σ y α x
//! follows; the rows come in a new order each pass.

use super::{Loss, Options};
use crate::{Matrix, SplitMix64};

pub(super) struct Problem<'a> {
    pub rows: &'a Matrix,
    /// ‖x‖² of each row with its constant.
    pub squares: &'a [f64],
    pub is_positive: &'a [bool],
    pub weights: &'a [f32],
    pub options: &'a Options,
}

impl Problem<'_> {
    /// The weights of all columns, the constant's last.
    pub fn solve(&self, class: u64) -> Vec<f64> {
        let active: Vec<u32> = (0..self.rows.rows() as u32).filter(|row| self.weights[*row as usize] > 0.0).collect();
        let random = SplitMix64::new(self.options.seed ^ class.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        match self.options.loss {
            Loss::Logistic => self.logistic(active, random),
            Loss::SquaredHinge => self.squared_hinge(active, random),
        }
    }

    fn c(&self, row: usize) -> f64 {
        let class = if self.is_positive[row] { self.options.positive_weight } else { 1.0 };
        self.options.c * f64::from(self.weights[row]) * class
    }

    fn y(&self, row: usize) -> f64 {
        if self.is_positive[row] { 1.0 } else { -1.0 }
    }

    fn dot(&self, w: &[f64], row: usize) -> f64 {
        let constant = w[w.len() - 1] * f64::from(self.options.bias);
        constant + self.rows.row(row).iter().map(|(column, x)| w[*column as usize] * f64::from(*x)).sum::<f64>()
    }

    fn add(&self, w: &mut [f64], row: usize, step: f64) {
        for (column, x) in self.rows.row(row) {
            w[*column as usize] += step * f64::from(*x);
        }
        let last = w.len() - 1;
        w[last] += step * f64::from(self.options.bias);
    }

    /// Algorithm 5 of Yu et al. with the inner Newton steps of its appendix; α and C − α are kept apart so that neither
    /// loses its digits near a bound.
    fn logistic(&self, mut order: Vec<u32>, mut random: SplitMix64) -> Vec<f64> {
        const INNER_STEPS: usize = 100;
        let mut w = vec![0.0; self.rows.columns() + 1];
        let mut alpha = vec![(0.0, 0.0); self.rows.rows()];
        for row in &order {
            let row = *row as usize;
            let first = (0.001 * self.c(row)).min(1e-8);
            alpha[row] = (first, self.c(row) - first);
            self.add(&mut w, row, self.y(row) * first);
        }
        let mut inner_tolerance = 1e-2_f64;
        let smallest_tolerance = self.options.tolerance.min(1e-8);
        for _ in 0..self.options.passes {
            random.shuffle(&mut order);
            let (mut newton_steps, mut largest) = (0_usize, 0.0_f64);
            for row in &order {
                let row = *row as usize;
                let (a, b, c) = (self.squares[row], self.y(row) * self.dot(&w, row), self.c(row));
                let (low, high) = alpha[row];
                // The one of α and C − α that ends up in the lower half is the variable.
                let swapped = 0.5 * a * (high - low) + b < 0.0;
                let (old, sign) = if swapped { (high, -1.0) } else { (low, 1.0) };
                let mut z = if c - old < 0.5 * c { 0.1 * old } else { old };
                let gradient_at = |z: f64| a * (z - old) + sign * b + (z / (c - z)).ln();
                let mut gradient = gradient_at(z);
                largest = largest.max(gradient.abs());
                let mut steps = 0;
                while steps <= INNER_STEPS && gradient.abs() >= inner_tolerance {
                    let next = z - gradient / (a + c / (c - z) / z);
                    z = if next <= 0.0 { z * 0.1 } else { next };
                    gradient = gradient_at(z);
                    steps += 1;
                }
                newton_steps += steps;
                if steps > 0 {
                    alpha[row] = if swapped { (c - z, z) } else { (z, c - z) };
                    self.add(&mut w, row, sign * (z - old) * self.y(row));
                }
            }
            if largest < self.options.tolerance {
                break;
            }
            if newton_steps <= order.len() / 10 {
                inner_tolerance = smallest_tolerance.max(0.1 * inner_tolerance);
            }
        }
        w
    }

    /// Algorithm 3 of Hsieh et al. with shrinking: rows whose variable rests at its bound are left out until the end.
    fn squared_hinge(&self, mut order: Vec<u32>, mut random: SplitMix64) -> Vec<f64> {
        let mut w = vec![0.0; self.rows.columns() + 1];
        let mut alpha = vec![0.0_f64; self.rows.rows()];
        let all = order.len();
        let mut active = all;
        let mut bound_before = f64::INFINITY;
        for _ in 0..self.options.passes {
            random.shuffle(&mut order[..active]);
            let (mut largest, mut smallest) = (f64::NEG_INFINITY, f64::INFINITY);
            let mut at = 0;
            while at < active {
                let row = order[at] as usize;
                let diagonal = 0.5 / self.c(row);
                let gradient = self.y(row) * self.dot(&w, row) - 1.0 + alpha[row] * diagonal;
                if alpha[row] == 0.0 && gradient > bound_before {
                    active -= 1;
                    order.swap(at, active);
                    continue;
                }
                let projected = if alpha[row] == 0.0 { gradient.min(0.0) } else { gradient };
                largest = largest.max(projected);
                smallest = smallest.min(projected);
                if projected.abs() > 1e-12 {
                    let old = alpha[row];
                    alpha[row] = (old - gradient / (self.squares[row] + diagonal)).max(0.0);
                    self.add(&mut w, row, (alpha[row] - old) * self.y(row));
                }
                at += 1;
            }
            if largest - smallest <= self.options.tolerance {
                if active == all {
                    break;
                }
                active = all;
                bound_before = f64::INFINITY;
            } else {
                bound_before = if largest <= 0.0 { f64::INFINITY } else { largest };
            }
        }
        w
    }
}
