//! Owns `Limits`: how much a file may make a reader hold or do. Every reader's memory is a function of
//! these numbers and never of the file.

/// What bounds a reader. The defaults pass every real GEO file that we know of.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// The longest line, and the longest quoted record of a sample table.
    pub max_line_bytes: usize,
    /// Decompressed bytes over compressed bytes, judged once [`Limits::ratio_from_bytes`] were inflated.
    pub max_ratio: u64,
    /// The ratio is not judged before that: a few short lines may well compress 200 times.
    pub ratio_from_bytes: u64,
    pub max_decompressed_bytes: u64,
    /// Attributes and column descriptions of one entity. A busy platform lists 180,000 samples.
    pub max_attributes: usize,
    /// Bytes of one entity's attributes, or of the header of one series matrix.
    pub max_entity_bytes: usize,
    /// Entities in one file.
    pub max_entities: u64,
    /// Columns of one table.
    pub max_columns: usize,
    /// Warnings handed to the sink; the ones beyond are only counted.
    pub max_warnings: u64,
    /// How many decompressed bytes lie between two calls of [`crate::Sink::progress`].
    pub progress_every_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_line_bytes: 16 << 20,
            max_ratio: 100,
            ratio_from_bytes: 8 << 20,
            max_decompressed_bytes: 64 << 30,
            max_attributes: 500_000,
            max_entity_bytes: 64 << 20,
            max_entities: 2_000_000,
            max_columns: 200_000,
            max_warnings: 1_000,
            progress_every_bytes: 1 << 20,
        }
    }
}
