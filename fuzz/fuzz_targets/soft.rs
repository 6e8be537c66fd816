//! SOFT: family, GSM, GPL, GDS and annotation files are one grammar.
#![no_main]

use chorale_formats::{Kind, detect};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = detect("fuzz.soft", bytes);
    chorale_fuzz::check(&Kind::SoftFamily, bytes);
});
