//! Reads the files that biomedical data comes in: SOFT (series, samples, platforms, datasets), series
//! matrices and tables of samples, plain or gzip, as streams; and the [`yaml`] that MLflow writes beside models and runs.
//!
//! Owns what the formats mean. It must never touch SQL, HTTP or async, never open a path, and never hold
//! more than its [`Limits`] allow, whatever the bytes are. What is odd in a file becomes a [`Warning`]
//! with its line; what cannot be read, an [`Error`] with line and remedy.
//!
//! Start at [`open`], [`detect()`] and [`read`]; what comes out goes to a [`Sink`].
//!
//! ```
//! # use chorale_formats::*;
//! # use std::ops::ControlFlow;
//! #[derive(Default)]
//! struct Titles(Vec<String>);
//! impl Sink for Titles {
//!     fn entity(&mut self, entity: Entity) -> Flow {
//!         self.0.extend(entity.title().map(str::to_owned));
//!         ControlFlow::Continue(())
//!     }
//!     fn table(&mut self, _: &TableOf, _: &[Column]) -> Flow { ControlFlow::Continue(()) }
//!     fn row(&mut self, _: &[&str]) -> Flow { ControlFlow::Continue(()) }
//!     fn table_end(&mut self, _: u64) -> Flow { ControlFlow::Continue(()) }
//!     fn warning(&mut self, _: Warning) {}
//!     fn progress(&mut self, _: u64, _: u64) -> Flow { ControlFlow::Continue(()) }
//! }
//! let file = "^SAMPLE = GSM1\n!Sample_title = Kidney\n";
//! let limits = Limits::default();
//! let mut input = open("GSM1.soft", file.as_bytes(), &limits)?;
//! let kind = detect("GSM1.soft", input.head()?);
//! let mut titles = Titles::default();
//! let report = read(&kind, input, &limits, &mut titles)?;
//! assert_eq!((report.samples, titles.0), (1, vec!["Kidney".to_owned()]));
//! # Ok::<(), Error>(())
//! ```

mod detect;
mod entity;
mod error;
mod inflate;
mod input;
mod limits;
pub mod sample_table;
mod series_matrix;
mod sink;
mod soft;
mod text;
mod warning;
pub mod yaml;

pub use detect::{Kind, detect};
pub use entity::{Attribute, Entity, EntityKind, Relation};
pub use error::{Cause, Error};
pub use input::{Input, file_name, open};
pub use limits::Limits;
pub use sink::{Column, Flow, Report, Sink, Stop, TableOf};
pub use warning::{Severity, Warning};

use std::io::Read;

/// Changes when the same bytes may read differently; kept as provenance beside everything read.
pub const PARSER_VERSION: &str = concat!("chorale-formats ", env!("CARGO_PKG_VERSION"));

/// Reads a whole file into a sink. A sample table must have columns that are recognized; others go
/// through [`sample_table::read`] with a mapping.
///
/// # Errors
/// When the kind has no reader, the bytes make no sense, a limit is passed, the source fails or the sink
/// stops. Everything up to the error's line has been handed over.
pub fn read<R: Read, S: Sink + ?Sized>(
    kind: &Kind,
    mut input: Input<R>,
    limits: &Limits,
    sink: &mut S,
) -> Result<Report, Error> {
    match kind {
        Kind::SoftFamily | Kind::GplAnnotation => soft::read(input, limits, sink),
        Kind::SeriesMatrix => series_matrix::read(input, limits, sink),
        Kind::SampleTable => {
            let columns = sample_table::sniff(input.head()?);
            let mapping = columns.mapping.ok_or_else(|| {
                Error::new(Cause::Unsupported, 1, "No column of this table is known to name its samples")
                    .expected("a column such as accession, geo_accession, sample or run")
                    .remedy("Say in the import form what each column means.")
            })?;
            sample_table::read(input, &mapping, limits, sink)
        }
        Kind::Unknown { why, remedy } => Err(Error::new(Cause::Unsupported, 0, why.clone()).remedy(remedy.clone())),
    }
}
