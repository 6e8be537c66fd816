//! Series matrices.
#![no_main]

use chorale_formats::Kind;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| chorale_fuzz::check(&Kind::SeriesMatrix, bytes));
