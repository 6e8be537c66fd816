//! Owns `Error`: what went wrong with a value table, and what to do.

use std::fmt;

#[derive(Debug)]
pub enum Cause {
    /// The calls came in an order that makes no table.
    Misuse,
    /// A table beyond what one file holds.
    TooLarge,
    Io(std::io::Error),
    Parquet(parquet::errors::ParquetError),
}

#[derive(Debug)]
pub struct Error {
    pub cause: Cause,
    pub what: String,
    pub remedy: String,
}

impl Error {
    pub(crate) fn misuse(what: impl Into<String>) -> Self {
        Self { cause: Cause::Misuse, what: what.into(), remedy: String::new() }
    }

    pub(crate) fn too_large(what: impl Into<String>) -> Self {
        let remedy = "The raw file stays downloadable; its values are not kept as a table.".to_owned();
        Self { cause: Cause::TooLarge, what: what.into(), remedy }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let remedy = "Check the free space and the permissions of the data folder.".to_owned();
        Self { what: format!("a value table could not be read or written: {error}"), cause: Cause::Io(error), remedy }
    }
}

impl From<parquet::errors::ParquetError> for Error {
    fn from(error: parquet::errors::ParquetError) -> Self {
        let remedy = "Import the source again to rebuild the table.".to_owned();
        Self { what: format!("a value table is damaged: {error}"), cause: Cause::Parquet(error), remedy }
    }
}

impl From<arrow_schema::ArrowError> for Error {
    fn from(error: arrow_schema::ArrowError) -> Self {
        parquet::errors::ParquetError::from(error).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, ". {}", self.remedy) }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Io(error) => Some(error),
            Cause::Parquet(error) => Some(error),
            Cause::Misuse | Cause::TooLarge => None,
        }
    }
}
