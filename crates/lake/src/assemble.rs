//! Owns the writing of the Parquet file: row group after row group, in each column after column, so that
//! only one column's share of one row group is in memory. What is written is hashed on the way: two tables that say
//! the same have the same hash, however they were fed and whatever their files' bytes are.

use crate::error::Error;
use crate::features::Features;
use crate::spill::{Column, SpillReader, number};
use crate::{FEATURE_ID, Meta};
use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Writes the file and syncs it; the answer is its size, and the SHA-256 of what it says.
pub(crate) fn assemble(
    path: &Path,
    meta: &Meta,
    features: &Features,
    names: &[String],
    columns: &[Column],
    mut spilled: SpillReader,
    group_rows: usize,
) -> Result<(u64, String), Error> {
    let file = File::create(path)?;
    let mut said = Said(Sha256::new());
    let schema = Arc::new(schema(names, columns)?);
    let properties = Arc::new(properties(meta, names.len(), group_rows));
    let mut writer = SerializedFileWriter::new(file.try_clone()?, schema, properties)?;
    // Each column's next segment that was not written yet.
    let mut next = vec![0; columns.len()];
    for (name, column) in names.iter().zip(columns) {
        said.text(name);
        said.0.update([u8::from(column.text)]);
    }
    for first in (0..features.len()).step_by(group_rows) {
        let rows = first..features.len().min(first + group_rows);
        let mut group = writer.next_row_group()?;
        write_features(&mut group, features, rows.clone(), &mut said)?;
        for (column, next) in columns.iter().zip(&mut next) {
            write_column(&mut group, column, next, rows.clone(), &mut spilled, &mut said)?;
        }
        group.close()?;
    }
    writer.close()?;
    file.sync_all()?;
    Ok((file.metadata()?.len(), hex::encode(said.0.finalize())))
}

/// The hash of what a table says. Its row groups are a constant of ours, so their order is the table's.
struct Said(Sha256);

impl Said {
    /// Two texts are never taken for one.
    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    /// A NaN's payload has no text, so it says nothing.
    fn number(&mut self, number: f64) {
        let bits = if number.is_nan() { f64::NAN.to_bits() } else { number.to_bits() };
        self.0.update(bits.to_le_bytes());
    }
}

fn schema(names: &[String], columns: &[Column]) -> Result<Type, Error> {
    let text = |name: &str, repetition| {
        Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_logical_type(Some(LogicalType::String))
            .with_repetition(repetition)
            .build()
    };
    let mut fields = vec![Arc::new(text(FEATURE_ID, Repetition::REQUIRED)?)];
    for (name, column) in names.iter().zip(columns) {
        let field = if column.text {
            text(name, Repetition::OPTIONAL)?
        } else {
            Type::primitive_type_builder(name, Physical::DOUBLE).with_repetition(Repetition::OPTIONAL).build()?
        };
        fields.push(Arc::new(field));
    }
    Ok(Type::group_type_builder("values").with_fields(fields).build()?)
}

fn properties(meta: &Meta, samples: usize, group_rows: usize) -> WriterProperties {
    // Whoever reads row by row holds a page of every column: keep them within 64 MiB in all.
    let page_rows = ((64 << 20) / (size_of::<f64>() * samples.max(1))).clamp(256, 16_384);
    let entry = |key: &str, value: &str| KeyValue::new(format!("chorale.{key}"), value.to_owned());
    let metadata = vec![
        entry("source", &meta.source),
        entry("accession", &meta.accession),
        entry("platform", &meta.platform),
        entry("parser_version", &meta.parser_version),
        entry("columns_left", &meta.columns_left.join("\t")),
    ];
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by("chorale".to_owned())
        .set_key_value_metadata(Some(metadata))
        .set_max_row_group_row_count(Some(group_rows))
        .set_data_page_row_count_limit(page_rows)
        .set_write_batch_size(page_rows.min(1_024))
        .set_dictionary_enabled(false)
        // Statistics of measurements prune nothing and would double the footer of a wide table.
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled(ColumnPath::from(FEATURE_ID), EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_encoding(Encoding::PLAIN)
        .build()
}

fn write_features(
    group: &mut SerializedRowGroupWriter<'_, File>,
    features: &Features,
    rows: Range<usize>,
    said: &mut Said,
) -> Result<(), Error> {
    rows.clone().for_each(|row| said.text(features.get(row)));
    let texts: Vec<ByteArray> = rows.map(|row| ByteArray::from(features.get(row))).collect();
    let mut column = next_column(group)?;
    column.typed::<ByteArrayType>().write_batch(&texts, None, None)?;
    Ok(column.close()?)
}

fn write_column(
    group: &mut SerializedRowGroupWriter<'_, File>,
    column: &Column,
    next: &mut usize,
    rows: Range<usize>,
    spilled: &mut SpillReader,
    said: &mut Said,
) -> Result<(), Error> {
    // 1 where a value is; the values themselves stand without gaps.
    let mut present = vec![0_i16; rows.len()];
    let mut numbers: Vec<f64> = Vec::new();
    let mut texts: Vec<ByteArray> = Vec::new();
    while let Some(segment) = column.segments.get(*next).filter(|segment| segment.first_row < rows.end) {
        spilled.read(*segment, |row, cell| {
            if column.text {
                said.text(cell);
                texts.push(ByteArray::from(cell));
                present[row - rows.start] = 1;
            } else if let Some(number) = number(cell) {
                said.number(number);
                numbers.push(number);
                present[row - rows.start] = 1;
            }
        })?;
        *next += 1;
    }
    said.0.update(present.iter().map(|level| u8::from(*level == 1)).collect::<Vec<u8>>());
    let mut writer = next_column(group)?;
    if column.text {
        writer.typed::<ByteArrayType>().write_batch(&texts, Some(&present), None)?;
    } else {
        writer.typed::<DoubleType>().write_batch(&numbers, Some(&present), None)?;
    }
    Ok(writer.close()?)
}

fn next_column<'a>(
    group: &'a mut SerializedRowGroupWriter<'_, File>,
) -> Result<parquet::file::writer::SerializedColumnWriter<'a>, Error> {
    group.next_column()?.ok_or_else(|| Error::misuse("the schema has fewer columns than the table"))
}
