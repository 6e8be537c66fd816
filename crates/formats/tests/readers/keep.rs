//! What the tests share: where the real data lies, and a sink that keeps everything.

use chorale_formats::*;
use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// The folder of real files. It is required: without it these tests would prove nothing.
pub fn shared_data() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("CHORALE_SHARED_DATA").map_or_else(beside, PathBuf::from);
    assert!(
        folder.join("geo").is_dir(),
        "no real data at {}: set CHORALE_SHARED_DATA to the folder that holds geo/",
        folder.display()
    );
    folder
}

/// The files of a folder of the real data, sorted by name.
pub fn files(folder: &str) -> Vec<PathBuf> {
    let path = shared_data().join(folder);
    let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    files.sort();
    files
}

#[derive(Debug, Default, PartialEq)]
pub struct Table {
    pub of: Option<TableOf>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
    pub ended: Option<u64>,
}

/// Keeps everything; checks what a sink may rely on.
#[derive(Debug, Default, PartialEq)]
pub struct Keep {
    pub entities: Vec<Entity>,
    pub tables: Vec<Table>,
    pub warnings: Vec<Warning>,
}

impl Keep {
    pub fn of(&self, kind: EntityKind) -> Vec<&Entity> {
        self.entities.iter().filter(|entity| entity.kind == kind).collect()
    }

    pub fn tables_of(&self, kind: EntityKind) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(move |table| table.of.as_ref().is_some_and(|of| of.kind == kind))
    }

    pub fn warned(&self, what: &str) -> Option<&Warning> {
        self.warnings.iter().find(|warning| warning.what.contains(what))
    }
}

impl Sink for Keep {
    fn entity(&mut self, entity: Entity) -> Flow {
        assert!(self.tables.last().is_none_or(|table| table.ended.is_some()), "an entity inside a table");
        self.entities.push(entity);
        ControlFlow::Continue(())
    }

    fn table(&mut self, of: &TableOf, columns: &[Column]) -> Flow {
        let known = self.entities.iter().any(|one| one.kind == of.kind && one.accession == of.accession);
        assert!(known, "a table before its entity: {of:?}");
        self.tables.push(Table { of: Some(of.clone()), columns: columns.to_vec(), ..Table::default() });
        ControlFlow::Continue(())
    }

    fn row(&mut self, cells: &[&str]) -> Flow {
        let table = self.tables.last_mut().expect("a table before its rows");
        assert_eq!(cells.len(), table.columns.len(), "as many cells as columns");
        table.rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
        ControlFlow::Continue(())
    }

    fn table_end(&mut self, rows: u64) -> Flow {
        let table = self.tables.last_mut().expect("a table before its end");
        assert_eq!(rows, table.rows.len() as u64);
        table.ended = Some(rows);
        ControlFlow::Continue(())
    }

    fn warning(&mut self, warning: Warning) {
        assert!(!warning.what.is_empty() && !warning.done.is_empty(), "{warning:?}");
        self.warnings.push(warning);
    }

    fn progress(&mut self, _: u64, _: u64) -> Flow {
        ControlFlow::Continue(())
    }
}

/// Reads bytes as whatever they are.
pub fn read_bytes(name: &str, bytes: &[u8]) -> (Result<Report, Error>, Keep) {
    read_with(name, bytes, &Limits::default())
}

pub fn read_with(name: &str, bytes: impl std::io::Read, limits: &Limits) -> (Result<Report, Error>, Keep) {
    let mut keep = Keep::default();
    let result = open(name, bytes, limits).and_then(|mut input| {
        let kind = detect(name, input.head()?);
        read(&kind, input, limits, &mut keep)
    });
    (result, keep)
}

pub fn read_file(path: &Path) -> (Report, Keep) {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.file_name().expect("a file").to_string_lossy();
    let (result, keep) = read_with(&name, file, &Limits::default());
    (result.unwrap_or_else(|error| panic!("{}: {error}", path.display())), keep)
}
