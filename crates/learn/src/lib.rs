//! Learning from rows: features of text, regularized linear models, calibration, and what an evaluation needs.
//!
//! Pure functions of their arguments: no SQL, no files, no clock; whatever is random takes a seed, and the same seed gives
//! the same bytes however many threads work. It knows nothing of samples or terms: a class is a number here.
//!
//! Start at [`tfidf::Vectorizer`] for features, at [`linear::train`] for models, at [`calibrate`] for probabilities that
//! hold what they say, at [`folds`] and [`bootstrap`] for judging all of it without fooling oneself, and at [`agreement`]
//! for judging the people who label.

pub mod agreement;
pub mod artifact;
pub mod boost;
pub mod bootstrap;
pub mod calibrate;
pub mod folds;
pub mod linear;
mod random;
pub mod sparse;
pub mod tfidf;

pub use artifact::Damaged;
pub use random::SplitMix64;
pub use sparse::Matrix;
