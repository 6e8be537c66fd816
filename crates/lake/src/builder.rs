//! Owns the gathering of a table, sample by sample (as SOFT brings it) or row by row (as a series matrix
//! does). One table is fed in one of the two ways.

use crate::assemble::assemble;
use crate::error::Error;
use crate::features::Features;
use crate::spill::{Column, Spill};
use crate::{FEATURE_ID, Meta};
use serde::Serialize;
use std::collections::HashSet;
use std::path::Path;

/// Rows of a row group; a segment never crosses from one into the next.
const GROUP_ROWS: usize = 65_536;
/// Rows that wait in memory before they are turned into columns.
const BLOCK_BYTES: usize = 32 << 20;
/// The values of one sample.
const MOST_SAMPLE_BYTES: usize = 512 << 20;

/// What became of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub rows: u64,
    pub samples: u64,
    pub numeric_samples: u64,
    pub size_bytes: u64,
    /// SHA-256 of what the table says, whatever its file's bytes are.
    pub content_sha256: String,
    /// Values or rows left out because their feature came before, and the first such feature.
    pub repeated_features: u64,
    pub first_repeated_feature: Option<String>,
}

/// Gathers one table.
pub struct Builder {
    meta: Meta,
    group_rows: usize,
    block_bytes: usize,
    features: Features,
    names: Vec<String>,
    known: HashSet<String>,
    columns: Vec<Column>,
    spill: Spill,
    feeding: Feeding,
    /// The texts that wait, one after another.
    text: String,
    /// Where each lies in `text`. By samples: of each feature. By rows: row after row.
    cells: Vec<Option<(u32, u32)>>,
    summary: Summary,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Feeding {
    Nothing,
    /// Between samples.
    Samples,
    /// Inside one; the place at which the next feature is expected.
    Sample {
        guess: usize,
    },
    /// The first of the rows that wait.
    Rows {
        first: usize,
    },
}

impl Builder {
    /// A new table whose temporary file lies in `dir`.
    ///
    /// # Errors
    /// When no file can be made there.
    pub fn new(dir: &Path, meta: Meta) -> Result<Self, Error> {
        Self::sized(dir, meta, GROUP_ROWS, BLOCK_BYTES)
    }

    pub(crate) fn sized(dir: &Path, meta: Meta, group_rows: usize, block_bytes: usize) -> Result<Self, Error> {
        Ok(Self {
            meta,
            group_rows,
            block_bytes,
            features: Features::default(),
            names: Vec::new(),
            known: HashSet::from([FEATURE_ID.to_owned()]),
            columns: Vec::new(),
            spill: Spill::new(dir)?,
            feeding: Feeding::Nothing,
            text: String::new(),
            cells: Vec::new(),
            summary: Summary::default(),
        })
    }

    /// Remembers columns of the source that are not in the table, each once.
    pub fn leave<S: AsRef<str>>(&mut self, columns: &[S]) {
        for column in columns {
            if !self.meta.columns_left.iter().any(|known| known == column.as_ref()) {
                self.meta.columns_left.push(column.as_ref().to_owned());
            }
        }
    }

    /// Whether nothing was fed: then there is no table to finish.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() || self.features.len() == 0
    }

    /// # Errors
    /// When the sample was there before, another is open, or the table is fed by rows.
    pub fn begin_sample(&mut self, accession: &str) -> Result<(), Error> {
        match self.feeding {
            Feeding::Nothing | Feeding::Samples => {}
            Feeding::Sample { .. } => return Err(Error::misuse("finish the sample before the next begins")),
            Feeding::Rows { .. } => return Err(Error::misuse("a table is fed by samples or by rows, not both")),
        }
        self.add_column(accession)?;
        self.text.clear();
        self.cells.clear();
        self.cells.resize(self.features.len(), None);
        self.feeding = Feeding::Sample { guess: 0 };
        Ok(())
    }

    /// One value of the open sample. Of a feature that comes twice, the first value is kept.
    ///
    /// # Errors
    /// When no sample is open, or the table grows too large.
    pub fn value(&mut self, feature: &str, value: &str) -> Result<(), Error> {
        let Feeding::Sample { guess } = self.feeding else {
            return Err(Error::misuse("begin a sample before its values"));
        };
        let place = self.features.place(feature, guess)?;
        self.feeding = Feeding::Sample { guess: place + 1 };
        if place >= self.cells.len() {
            self.cells.resize(place + 1, None);
        }
        if self.cells[place].is_some() {
            self.repeated(feature);
            return Ok(());
        }
        self.cells[place] = Some(self.keep(value)?);
        Ok(())
    }

    /// The place of a feature, new at the end when it was not known; for [`Self::value_at`].
    pub(crate) fn place(&mut self, feature: &str) -> Result<usize, Error> {
        let next = self.features.len();
        self.features.place(feature, next)
    }

    /// One value of the open sample, of the feature at a place that [`Self::place`] gave.
    pub(crate) fn value_at(&mut self, place: usize, value: &str) -> Result<(), Error> {
        let cell = self.keep(value)?;
        self.cells[place] = Some(cell);
        Ok(())
    }

    /// # Errors
    /// When no sample is open, or the temporary file can't be written.
    pub fn finish_sample(&mut self) -> Result<(), Error> {
        if !matches!(self.feeding, Feeding::Sample { .. }) {
            return Err(Error::misuse("no sample is open"));
        }
        let Some(column) = self.columns.last_mut() else { return Ok(()) };
        for (group, cells) in self.cells.chunks(self.group_rows).enumerate() {
            let texts = cells.iter().map(|cell| cell.map(|(from, to)| &self.text[from as usize..to as usize]));
            self.spill.append(column, group * self.group_rows, texts)?;
        }
        self.feeding = Feeding::Samples;
        Ok(())
    }

    /// Names the samples of a table that is fed by rows.
    ///
    /// # Errors
    /// When a name comes twice, or the table was fed before.
    pub fn begin_rows<S: AsRef<str>>(&mut self, accessions: &[S]) -> Result<(), Error> {
        if self.feeding != Feeding::Nothing {
            return Err(Error::misuse("a table is fed by samples or by rows, not both"));
        }
        for accession in accessions {
            self.add_column(accession.as_ref())?;
        }
        self.feeding = Feeding::Rows { first: 0 };
        Ok(())
    }

    /// One feature's value in each sample. Of a feature that comes twice, the first row is kept.
    ///
    /// # Errors
    /// When the row has not one value for each sample, or the temporary file can't be written.
    pub fn row(&mut self, feature: &str, values: &[&str]) -> Result<(), Error> {
        let Feeding::Rows { first } = self.feeding else {
            return Err(Error::misuse("name the samples before the rows"));
        };
        if values.len() != self.names.len() {
            let what = format!("feature {feature:?} has {} values for {} samples", values.len(), self.names.len());
            return Err(Error::misuse(what));
        }
        let next = self.features.len();
        if self.features.place(feature, next)? < next {
            self.repeated(feature);
            return Ok(());
        }
        for value in values {
            let cell = self.keep(value)?;
            self.cells.push(Some(cell));
        }
        let waiting = self.text.len() + self.cells.len() * size_of::<Option<(u32, u32)>>();
        if waiting >= self.block_bytes || self.features.len().is_multiple_of(self.group_rows) {
            self.turn(first)?;
        }
        Ok(())
    }

    /// Writes the table to a new file and makes it durable.
    ///
    /// # Errors
    /// When nothing was fed, a sample is open, or a file can't be written.
    pub fn finish(mut self, path: &Path) -> Result<Summary, Error> {
        match self.feeding {
            Feeding::Nothing => return Err(Error::misuse("the table has no samples")),
            Feeding::Sample { .. } => return Err(Error::misuse("finish the last sample before the table")),
            Feeding::Rows { first } => self.turn(first)?,
            Feeding::Samples => {}
        }
        // The waiting room is as large as the largest sample: give it back before the writer takes its own.
        self.text = String::new();
        self.cells = Vec::new();
        let spilled = self.spill.into_reader()?;
        let group_rows = self.group_rows;
        let (size_bytes, content_sha256) =
            assemble(path, &self.meta, &self.features, &self.names, &self.columns, spilled, group_rows)?;
        let mut summary = self.summary;
        summary.rows = self.features.len() as u64;
        summary.samples = self.names.len() as u64;
        summary.numeric_samples = self.columns.iter().filter(|column| !column.text).count() as u64;
        summary.size_bytes = size_bytes;
        summary.content_sha256 = content_sha256;
        Ok(summary)
    }

    fn add_column(&mut self, accession: &str) -> Result<(), Error> {
        if !self.known.insert(accession.to_owned()) {
            return Err(Error::misuse(format!("sample {accession:?} is already in the table")));
        }
        self.names.push(accession.to_owned());
        self.columns.push(Column::default());
        Ok(())
    }

    fn keep(&mut self, value: &str) -> Result<(u32, u32), Error> {
        let from = self.text.len();
        if from + value.len() > MOST_SAMPLE_BYTES {
            return Err(Error::too_large(format!("a sample has more than {MOST_SAMPLE_BYTES} bytes of values")));
        }
        self.text.push_str(value);
        let narrow = |bytes: usize| u32::try_from(bytes).expect("bounded by the limit above");
        Ok((narrow(from), narrow(self.text.len())))
    }

    fn repeated(&mut self, feature: &str) {
        self.summary.repeated_features += 1;
        self.summary.first_repeated_feature.get_or_insert_with(|| feature.to_owned());
    }

    /// Turns the rows that wait into columns.
    fn turn(&mut self, first: usize) -> Result<(), Error> {
        let width = self.names.len();
        if !self.cells.is_empty() {
            for (place, column) in self.columns.iter_mut().enumerate() {
                let cells = self.cells[place..].iter().step_by(width);
                let texts = cells.map(|cell| cell.map(|(from, to)| &self.text[from as usize..to as usize]));
                self.spill.append(column, first, texts)?;
            }
        }
        self.text.clear();
        self.cells.clear();
        self.feeding = Feeding::Rows { first: self.features.len() };
        Ok(())
    }
}
