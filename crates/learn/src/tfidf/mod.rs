//! Texts as weighted n-grams, by scikit-learn's definitions (`TfidfVectorizer`), so that its results compare:
//! term frequency `1 + ln(count)` if sublinear, inverse document frequency `ln((1 + n) / (1 + df)) + 1`, rows of length 1.
//!
//! The vocabulary keeps 64-bit hashes instead of the n-grams themselves: with a million n-grams the chance that any two
//! share a hash is 3·10⁻⁸, the artifact is a third of the size, and analysing a text allocates nothing per n-gram.
//! Hashing into a fixed number of columns was left out: it saves the table but lets unrelated n-grams share a weight.
//!
//! Start at [`Vectorizer::fit`]; several tasks over the same texts share a [`Vocabulary`], each with [`Weights`] of its own.

mod analyzer;
mod vectorizer;
mod vocabulary;
mod weights;

pub use analyzer::{Analyzer, hash};
pub use vectorizer::Vectorizer;
pub use vocabulary::{Options, Vocabulary};
pub use weights::Weights;
