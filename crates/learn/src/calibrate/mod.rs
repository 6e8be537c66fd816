//! Scores that hold what they say: of all suggestions with a score of 0.9, nine in ten should be right.
//!
//! [`Isotonic`] needs a few hundred examples and follows any rising curve; [`Platt`] has two parameters and serves where
//! examples are few. [`reliability()`] and [`expected_error`] measure either.

mod isotonic;
mod platt;
mod reliability;

pub use isotonic::Isotonic;
pub use platt::Platt;
pub use reliability::{Bin, expected_error, reliability};
