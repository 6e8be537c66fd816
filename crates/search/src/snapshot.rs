//! One commit of an index, opened for reading. Cheap to keep several: files are mapped, not read.
//!
//! It never writes into its folder, not even a lock, so a folder of hard links serves as well.

use std::path::Path;

use tantivy::directory::MmapDirectory;
use tantivy::{Index, SegmentReader};

use crate::fault::Fault;
use crate::layout::{Fields, Layout, register_tokenizers};
use crate::writer::check_layout;

/// A commit that stays as it was, whatever a writer does.
pub struct Snapshot {
    pub(crate) layout: Layout,
    pub(crate) fields: Fields,
    pub(crate) segments: Vec<SegmentReader>,
}

impl Snapshot {
    /// Opens the commit that `meta.json` in `dir` names.
    pub fn open(dir: &Path, layout: &Layout) -> Result<Snapshot, Fault> {
        let doing = || format!("opening the search index in {}", dir.display());
        let directory =
            MmapDirectory::open(dir).map_err(|error| Fault::Index { doing: doing(), cause: error.to_string() })?;
        let index = Index::open(directory).map_err(Fault::index(doing()))?;
        check_layout(&index, layout)?;
        register_tokenizers(&index);
        let segments = index.searchable_segments().map_err(Fault::index(doing()))?;
        let segments =
            segments.iter().map(SegmentReader::open).collect::<Result<Vec<_>, _>>().map_err(Fault::index(doing()))?;
        Ok(Snapshot { layout: layout.clone(), fields: Fields::new(layout), segments })
    }

    /// Documents that are alive.
    pub fn documents(&self) -> u64 {
        self.segments.iter().map(|segment| u64::from(segment.num_docs())).sum()
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Touches what a first query needs, so that it is as fast as the second.
    pub fn warm(&self) -> Result<(), Fault> {
        for segment in &self.segments {
            segment.inverted_index(self.fields.text).map_err(Fault::index("warming the search index"))?;
        }
        Ok(())
    }
}
