//! What the targets of the readers share: a sink that checks what every reader promises, and small limits
//! so that the fuzzer finds ways around them.

use chorale_formats::{Column, Entity, Flow, Kind, Limits, Sink, TableOf, Warning, open, read};
use std::ops::ControlFlow::Continue;

#[derive(Default)]
struct Checked {
    entities: u64,
    warnings: u64,
    columns: Option<usize>,
    rows: u64,
}

impl Sink for Checked {
    fn entity(&mut self, entity: Entity) -> Flow {
        assert!(self.columns.is_none(), "an entity inside a table");
        assert!(!entity.accession.is_empty() && entity.line > 0);
        self.entities += u64::from(!entity.continued);
        // The accessors take what they find, whatever it is.
        let _ = (entity.title(), entity.organisms(), entity.platforms(), entity.series(), entity.samples());
        let _ = (entity.characteristics(1), entity.relations(), entity.description(), entity.channels());
        Continue(())
    }

    fn table(&mut self, _: &TableOf, columns: &[Column]) -> Flow {
        assert!(self.columns.replace(columns.len()).is_none(), "a table inside a table");
        self.rows = 0;
        Continue(())
    }

    fn row(&mut self, cells: &[&str]) -> Flow {
        assert_eq!(Some(cells.len()), self.columns);
        self.rows += 1;
        Continue(())
    }

    fn table_end(&mut self, rows: u64) -> Flow {
        assert_eq!(rows, self.rows);
        assert!(self.columns.take().is_some());
        Continue(())
    }

    fn warning(&mut self, warning: Warning) {
        assert!(warning.line > 0 && !warning.what.is_empty());
        self.warnings += 1;
    }

    fn progress(&mut self, _: u64, _: u64) -> Flow {
        Continue(())
    }
}

/// Reads bytes as a kind of file and checks the promises.
pub fn check(kind: &Kind, bytes: &[u8]) {
    let limits = Limits { max_line_bytes: 4 << 10, max_warnings: 20, max_decompressed_bytes: 4 << 20, ..Limits::default() };
    let mut sink = Checked::default();
    let result = open("fuzz", bytes, &limits).and_then(|input| read(kind, input, &limits, &mut sink));
    assert!(sink.warnings <= limits.max_warnings);
    match result {
        Ok(report) => {
            assert_eq!(report.entities, sink.entities);
            assert!(report.entities > 0 && sink.columns.is_none() && report.warnings_total >= sink.warnings);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
