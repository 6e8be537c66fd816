//! Owns the entity that is being read: its attributes and column descriptions until they are handed over.
//! It must never grow past the limits.

use crate::entity::{Attribute, Entity, EntityKind};
use crate::error::{Cause, Error};
use crate::limits::Limits;
use crate::sink::{Column, TableOf};
use crate::warning::grouped;

pub(super) struct Draft {
    entity: Entity,
    described: Vec<Column>,
    bytes: usize,
    handed_over: bool,
    announced: Option<Announced>,
    has_table: bool,
}

/// Whether a key is `…_data_row_count`, in whatever case. Asked for every line of metadata, so it copies nothing.
fn announces_rows(key: &str) -> bool {
    const WORD: &str = "data_row_count";
    key.len().checked_sub(WORD.len()).is_some_and(|at| key.as_bytes()[at..].eq_ignore_ascii_case(WORD.as_bytes()))
}

/// What a `…_data_row_count` line said.
#[derive(Clone)]
pub(super) struct Announced {
    pub line: u64,
    pub key: String,
    pub rows: u64,
}

impl Draft {
    pub fn new(kind: EntityKind, accession: &str, line: u64) -> Self {
        let entity = Entity { kind, accession: accession.to_owned(), line, attributes: Vec::new(), continued: false };
        Self { entity, described: Vec::new(), bytes: 0, handed_over: false, announced: None, has_table: false }
    }

    pub fn attribute(&mut self, key: &str, value: &str, line: u64, limits: &Limits) -> Result<(), Error> {
        self.grow(key.len() + value.len(), line, limits)?;
        if announces_rows(key) {
            self.announced = value.parse().ok().map(|rows| Announced { line, key: key.to_owned(), rows });
        }
        self.entity.attributes.push(Attribute { key: key.to_owned(), value: value.to_owned(), line });
        Ok(())
    }

    pub fn describe_column(&mut self, name: &str, description: &str, line: u64, limits: &Limits) -> Result<(), Error> {
        self.grow(name.len() + description.len(), line, limits)?;
        self.described.push(Column { name: name.to_owned(), description: description.to_owned() });
        Ok(())
    }

    fn grow(&mut self, bytes: usize, line: u64, limits: &Limits) -> Result<(), Error> {
        self.bytes += bytes;
        let count = self.entity.attributes.len() + self.described.len();
        if count < limits.max_attributes && self.bytes <= limits.max_entity_bytes {
            return Ok(());
        }
        let (lines, size) = (grouped(limits.max_attributes as u64), grouped(limits.max_entity_bytes as u64));
        let what = format!("A {} has more than {lines} lines or {size} bytes of description", self.entity.kind.word());
        Err(Error::new(Cause::TooLarge, line, what)
            .remedy("Check that the file is genuine; an operator can raise the limit."))
    }

    /// Whether a line can be the header of a table that nothing announced: it begins with the first
    /// column that was described.
    pub fn is_header(&self, text: &str) -> bool {
        let mut cells = text.split('\t');
        self.described.first().is_some_and(|first| cells.next().is_some_and(|cell| cell.trim() == first.name))
    }

    /// Gives an entity that has no accession one: what its attributes say, else its line. The answer is
    /// what was made up, if anything was.
    pub fn name_if_nameless(&mut self) -> Option<(u64, String)> {
        if !self.entity.accession.is_empty() {
            return None;
        }
        let said = self.entity.first("geo_accession").or_else(|| self.entity.first("platform"));
        if let Some(said) = said.map(str::to_owned) {
            self.entity.accession = said;
            return None;
        }
        let line = self.entity.line;
        self.entity.accession = match self.entity.kind {
            EntityKind::Database => self.entity.first("name").unwrap_or("database").to_owned(),
            kind => format!("{}-at-line-{line}", kind.word()),
        };
        (self.entity.kind != EntityKind::Database).then(|| (line, self.entity.accession.clone()))
    }

    /// What was gathered, once: nothing the second time, unless attributes came after the table.
    pub fn take_entity(&mut self) -> Option<Entity> {
        if self.handed_over && self.entity.attributes.is_empty() {
            return None;
        }
        let mut taken = Entity {
            kind: self.entity.kind,
            accession: self.entity.accession.clone(),
            line: self.entity.line,
            attributes: std::mem::take(&mut self.entity.attributes),
            continued: self.handed_over,
        };
        if let (true, Some(first)) = (taken.continued, taken.attributes.first()) {
            taken.line = first.line;
        }
        self.handed_over = true;
        self.bytes = 0;
        Some(taken)
    }

    pub fn table_of(&self) -> TableOf {
        TableOf { kind: self.entity.kind, accession: self.entity.accession.clone() }
    }

    pub fn announced(&self) -> Option<&Announced> {
        self.announced.as_ref()
    }

    pub fn mark_table(&mut self) {
        self.has_table = true;
    }

    /// What was announced for a table that never came.
    pub fn missing_table(&self) -> Option<Announced> {
        self.announced.clone().filter(|announced| announced.rows > 0 && !self.has_table)
    }

    /// The columns of a header with their descriptions. Of columns that share a name, the n-th takes the
    /// n-th description; trailing cells without a name are no columns.
    pub fn columns(&self, header: &str) -> Vec<Column> {
        let mut names: Vec<&str> = header.split('\t').map(str::trim).collect();
        while names.last().is_some_and(|name| name.is_empty()) {
            names.pop();
        }
        let mut taken = vec![false; self.described.len()];
        let mut columns = Vec::with_capacity(names.len());
        for name in names {
            // Nearly always the description stands at the same place; only else is it looked for.
            let place = Some(columns.len())
                .filter(|at| self.described.get(*at).is_some_and(|column| column.name == name))
                .or_else(|| self.find_description(name, &taken));
            let description = place.map_or_else(String::new, |at| {
                taken[at] = true;
                self.described[at].description.clone()
            });
            columns.push(Column { name: name.to_owned(), description });
        }
        columns
    }

    fn find_description(&self, name: &str, taken: &[bool]) -> Option<usize> {
        // A header of very many undescribed columns must not cost their square.
        const MOST: usize = 2_000;
        if self.described.len() > MOST {
            return None;
        }
        self.described.iter().zip(taken).position(|(column, taken)| !taken && column.name == name)
    }
}
