//! The value table of one platform's samples, as a file brings it: sample by sample (SOFT) or row by row (a matrix).
//! A table that cannot be kept is given up with a reason; the raw file still has it.

use crate::catalog::NewValues;
use chorale_formats::{Column, PARSER_VERSION};
use chorale_lake::{Builder, Error, Meta, Parts, Summary, value_column};
use std::path::{Path, PathBuf};

pub struct Values {
    folder: PathBuf,
    builder: Option<Builder>,
    /// Columns of the open table.
    feature: usize,
    value: usize,
    /// The open table's rows go into the builder.
    taking: bool,
    by_rows: bool,
    told_valueless: bool,
    /// Why there is no table, or not of every sample.
    pub remarks: Vec<String>,
}

impl Values {
    pub fn new(folder: &Path, platform: &str) -> Values {
        let meta = Meta { platform: platform.to_owned(), parser_version: PARSER_VERSION.to_owned(), ..Meta::default() };
        let mut values = Values {
            folder: folder.to_owned(),
            builder: None,
            feature: 0,
            value: 1,
            taking: false,
            by_rows: false,
            told_valueless: false,
            remarks: Vec::new(),
        };
        values.builder = values.kept("its temporary file", Builder::new(folder, meta));
        values
    }

    /// A sample's own table begins.
    pub fn begin_sample(&mut self, accession: &str, columns: &[Column]) {
        self.taking = false;
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let Some(choice) = value_column(&names) else {
            if !std::mem::replace(&mut self.told_valueless, true) {
                self.remark(format!(
                    "Tables such as {accession}'s have no column VALUE; their values stay in the raw file."
                ));
            }
            return;
        };
        let Some(builder) = &mut self.builder else { return };
        builder.leave(&choice.left);
        if let Err(error) = builder.begin_sample(accession) {
            self.remark(format!("The values of {accession} are left out of the value table: {error}."));
            return;
        }
        (self.feature, self.value, self.taking) = (choice.feature, choice.value, true);
    }

    /// A matrix begins: `columns` name the features and then the samples.
    pub fn begin_matrix(&mut self, columns: &[Column]) {
        let names: Vec<&str> = columns.iter().skip(1).map(|column| column.name.as_str()).collect();
        let Some(builder) = &mut self.builder else { return };
        let begun = builder.begin_rows(&names);
        self.by_rows = true;
        self.taking = begun.is_ok();
        if let Err(error) = begun {
            self.give_up("the matrix", &error);
        }
    }

    /// A row of a sample's table.
    pub fn sample_row(&mut self, cells: &[&str]) {
        if !self.taking {
            return;
        }
        let (feature, value) = (cells[self.feature], cells[self.value]);
        let Some(builder) = &mut self.builder else { return };
        let fed = builder.value(feature, value);
        if let Err(error) = fed {
            self.give_up(feature, &error);
        }
    }

    pub fn matrix_row(&mut self, cells: &[&str]) {
        if !self.taking {
            return;
        }
        let Some(builder) = &mut self.builder else { return };
        let fed = builder.row(cells[0], &cells[1..]);
        if let Err(error) = fed {
            self.give_up(cells[0], &error);
        }
    }

    pub fn end_table(&mut self) {
        if std::mem::take(&mut self.taking)
            && !self.by_rows
            && let Some(builder) = &mut self.builder
            && let Err(error) = builder.finish_sample()
        {
            self.give_up("a sample", &error);
        }
    }

    /// Writes the table, if there is one.
    pub fn finish(&mut self) -> Option<NewValues> {
        self.end_table();
        let builder = self.builder.take().filter(|builder| !builder.is_empty())?;
        let path = self.kept("a name", new_path(&self.folder))?;
        let summary = self.kept("the table", builder.finish(&path))?;
        if summary.repeated_features > 0 {
            let first = summary.first_repeated_feature.clone().unwrap_or_default();
            let count = summary.repeated_features;
            self.remark(format!("{count} values of features that came before, such as {first}, are left out."));
        }
        Some(values_at(path, summary))
    }

    fn give_up(&mut self, at: &str, error: &dyn std::fmt::Display) {
        self.builder = None;
        self.taking = false;
        self.remark(format!("No value table is kept, because of {at}: {error}."));
    }

    fn kept<T, E: std::fmt::Display>(&mut self, what: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.give_up(what, &error)).ok()
    }

    /// A thousand samples with the same trouble are one remark.
    fn remark(&mut self, remark: String) {
        if self.remarks.len() < 3 {
            self.remarks.push(remark);
        }
    }
}

/// The values of some samples, from a table of more; None when it has none of theirs.
pub fn part(of: &Parts, samples: &[&str], folder: &Path) -> Result<Option<NewValues>, Error> {
    let path = new_path(folder)?;
    Ok(of.write(samples, folder, &path)?.map(|summary| values_at(path, summary)))
}

/// A file of its own in the import's folder, which is removed as a whole.
fn new_path(folder: &Path) -> std::io::Result<PathBuf> {
    Ok(tempfile::NamedTempFile::new_in(folder)?.into_temp_path().keep()?)
}

fn values_at(path: PathBuf, summary: Summary) -> NewValues {
    let narrow = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    NewValues {
        path,
        content_sha256: summary.content_sha256,
        features: narrow(summary.rows),
        samples: narrow(summary.samples),
    }
}
