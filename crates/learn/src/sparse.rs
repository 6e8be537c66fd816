//! Rows of few numbers among many columns (compressed sparse rows).

/// A matrix of `rows × columns`; a row's columns ascend.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    columns: usize,
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Matrix {
    /// Without rows.
    pub fn new(columns: usize) -> Matrix {
        Matrix { columns, starts: vec![0], entries: Vec::new() }
    }

    /// Adds a row. Entries are put in order; entries of one column are added up; columns past the end are left out.
    pub fn push(&mut self, entries: &mut [(u32, f32)]) {
        entries.sort_unstable_by_key(|(column, _)| *column);
        let begin = self.entries.len();
        for (column, value) in entries.iter().filter(|(column, _)| (*column as usize) < self.columns) {
            match self.entries[begin..].last_mut() {
                Some((last, sum)) if last == column => *sum += value,
                _ => self.entries.push((*column, *value)),
            }
        }
        self.starts.push(self.entries.len());
    }

    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    pub fn row(&self, index: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[index]..self.starts[index + 1]]
    }
}
