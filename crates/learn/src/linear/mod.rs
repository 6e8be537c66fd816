//! L2-regularized linear classifiers on sparse rows, one against the rest, as LIBLINEAR defines and solves them.
//!
//! Of the crates looked at, `linfa-logistic` and `smartcore` want dense arrays (25,000 texts × 300,000 n-grams would be
//! 30 GB), `linfa-svm` solves the kernel problem in memory of rows², and the bindings to LIBLINEAR itself bring C++ code.
//! Dual coordinate descent is short, exact and deterministic, so it is written here and tested against scikit-learn.
//! L1 was left out: the small weights of an L2 model, dropped after training, make as sparse a model at the same quality.
//!
//! Start at [`train`].

mod classifier;
mod dual;

pub use classifier::{Classifier, sigmoid};

use crate::Matrix;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is minimized beside ½‖w‖².
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// C Σ ln(1 + exp(−y w·x)): logistic regression (Yu, Huang & Lin 2011, algorithm 5).
    Logistic,
    /// C Σ max(0, 1 − y w·x)²: linear SVM (Hsieh et al. 2008), scikit-learn's `LinearSVC`.
    SquaredHinge,
}

/// How a model is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    pub loss: Loss,
    /// C, the inverse of the regularization's strength; each row's is multiplied by its weight.
    pub c: f64,
    /// Multiplies the weight of a class's own rows.
    pub positive_weight: f64,
    /// A constant column is added (and regularized, as LIBLINEAR does); 0 for none.
    pub bias: f32,
    /// Stops when no coordinate could move further than this.
    pub tolerance: f64,
    /// Passes over the rows, at most.
    pub passes: usize,
    pub seed: u64,
    /// Threads that share the classes, at least 1; the result does not depend on it.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Options {
        let (loss, positive_weight, bias) = (Loss::Logistic, 1.0, 1.0);
        Options { loss, c: 1.0, positive_weight, bias, tolerance: 0.1, passes: 100, seed: 0, threads: 1 }
    }
}

/// Trains one model per class. `positives[class]` lists the rows of the class, ascending; all others are its rest.
/// `weights` has one number per row, 1 for a plain row, 0 leaves it out. Weights smaller than `drop_below` are dropped.
///
/// # Panics
/// When `weights` has another length than the rows, or a class names a row that is not there: both are the caller's own.
pub fn train(rows: &Matrix, positives: &[Vec<u32>], weights: &[f32], options: &Options, drop_below: f32) -> Classifier {
    assert_eq!(rows.rows(), weights.len(), "one weight per row");
    let next = AtomicUsize::new(0);
    let squares: Vec<f64> = (0..rows.rows())
        .map(|row| {
            rows.row(row).iter().map(|(_, x)| f64::from(*x).powi(2)).sum::<f64>() + f64::from(options.bias).powi(2)
        })
        .collect();
    let work = || {
        let mut done = Vec::new();
        loop {
            let class = next.fetch_add(1, Ordering::Relaxed);
            let Some(positive) = positives.get(class) else { return done };
            let mut is_positive = vec![false; rows.rows()];
            for row in positive {
                is_positive[*row as usize] = true;
            }
            let problem = dual::Problem { rows, squares: &squares, is_positive: &is_positive, weights, options };
            done.push((class, sparse(&problem.solve(class as u64), drop_below)));
        }
    };
    let mut models: Vec<(usize, Sparse)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..options.threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for worker in workers {
            all.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    });
    models.sort_unstable_by_key(|(class, _)| *class);
    Classifier::new(rows.columns(), options.bias, models.into_iter().map(|(_, model)| model))
}

/// The weights of one class that were kept, and that of the constant column.
type Sparse = (Vec<(u32, f32)>, f32);

fn sparse(weights: &[f64], drop_below: f32) -> Sparse {
    let (bias, columns) = weights.split_last().expect("the constant column is always there");
    let kept = columns.iter().enumerate().map(|(column, w)| (column as u32, *w as f32));
    (kept.filter(|(_, w)| w.abs() > drop_below).collect(), *bias as f32)
}
