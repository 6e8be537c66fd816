//! Tables of samples: what `sniff` makes of their head, then the reading.
#![no_main]

use chorale_formats::{Kind, sample_table};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let columns = sample_table::sniff(bytes);
    assert!(columns.mapping.is_none_or(|mapping| mapping.roles.len() == columns.names.len()));
    chorale_fuzz::check(&Kind::SampleTable, bytes);
});
