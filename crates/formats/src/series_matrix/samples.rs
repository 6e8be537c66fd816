//! Owns the handing over of a matrix's series and samples, once all of their lines are read.

use super::Reader;
use super::header::Header;
use crate::entity::{Attribute, Entity, EntityKind};
use crate::error::Error;
use crate::sink::{Sink, go_on};
use crate::warning::{Severity, quoted};
use std::collections::HashSet;

impl<S: Sink + ?Sized> Reader<'_, S> {
    /// Hands over the series, then each sample. `named` are the samples above the matrix.
    pub(super) fn hand_over(&mut self, named: &[String], line: u64) -> Result<(), Error> {
        let header = std::mem::take(&mut self.header);
        self.hand_over_series(header.series(), line)?;
        let samples = header.samples();
        if samples.is_empty() && !named.is_empty() {
            let expected = "expected !Sample_geo_accession";
            self.warn(
                line,
                Severity::Warning,
                "No line names the samples",
                expected,
                "took their names from the matrix",
            );
        } else if !named.is_empty() && named != samples {
            let expected = "expected the order of !Sample_geo_accession";
            let what = "The matrix names other samples than the metadata";
            self.warn(line, Severity::Warning, what, expected, "kept both as they are");
        }
        if let Some((at, short)) = header.ragged() {
            let what = format!("{} has not one cell for each of {} samples", quoted(short), samples.len());
            self.warn(at, Severity::Warning, what, "expected one", "gave each sample the cell at its place");
        }
        self.announced = header.announced();
        if samples.is_empty() {
            self.hand_over_samples(&header, named, line)
        } else {
            self.hand_over_samples(&header, samples, header.samples_at())
        }
    }

    /// `at` is the line that names the samples.
    fn hand_over_samples(&mut self, header: &Header, accessions: &[String], at: u64) -> Result<(), Error> {
        let mut seen = HashSet::new();
        for (place, accession) in accessions.iter().enumerate() {
            let nameless = accession.is_empty();
            let accession = if nameless { format!("sample-at-column-{}", place + 2) } else { accession.clone() };
            if nameless {
                let done = format!("called it {}", quoted(&accession));
                self.warn(at, Severity::Warning, "A sample without accession", "expected one in each cell", done);
            }
            let mut entity = Entity {
                kind: EntityKind::Sample,
                accession,
                line: at,
                attributes: header.attributes(place),
                continued: false,
            };
            entity.continued = !seen.insert(entity.key_hash());
            if entity.continued {
                let what = format!("sample {} comes again", quoted(&entity.accession));
                self.warn(at, Severity::Warning, what, "expected each accession once", "kept both");
            } else {
                self.report.entities += 1;
                self.report.samples += 1;
            }
            go_on(self.sink.entity(entity), at)?;
        }
        Ok(())
    }

    fn hand_over_series(&mut self, attributes: Vec<Attribute>, line: u64) -> Result<(), Error> {
        let mut series = Entity {
            kind: EntityKind::Series,
            accession: String::new(),
            line: attributes.first().map_or(1, |first| first.line),
            attributes,
            continued: false,
        };
        match series.first("geo_accession") {
            Some(accession) => series.accession = accession.to_owned(),
            None => {
                series.accession = "series-at-line-1".to_owned();
                let expected = "expected !Series_geo_accession";
                let done = format!("called it {}", quoted(&series.accession));
                self.warn(series.line, Severity::Warning, "A series without accession", expected, done);
            }
        }
        self.of.accession.clone_from(&series.accession);
        self.report.entities += 1;
        go_on(self.sink.entity(series), line)
    }
}
