//! One commit of an index, opened for reading. Cheap to keep several: files are mapped, not read,
//! and what is unpacked from a segment is shared with the next snapshot that still has it.
//!
//! It never writes into its folder, not even a lock, so a folder of hard links serves as well.

mod facet_column;
mod facet_values;
mod segment;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tantivy::TantivyDocument;
use tantivy::schema::Value;

use crate::document::{Doc, Kind};
use crate::fault::Fault;
use crate::layout::{Fields, Layout, open_index};

pub(crate) use facet_column::FacetColumn;
pub(crate) use facet_values::FacetValues;
pub(crate) use segment::{Segment, Ties};

/// Merged facet values that a snapshot keeps, at most: eight facets alone and beside three others.
const KEPT_VALUES: usize = 32;

/// A commit that stays as it was, whatever a writer does.
pub struct Snapshot {
    pub(crate) layout: Layout,
    pub(crate) fields: Fields,
    pub(crate) segments: Vec<Segment>,
    /// Facet values over sets of snapshots of which this is the first, newest last.
    values: Mutex<Vec<(ValuesKey, Arc<FacetValues>)>>,
}

/// A facet, and the segments over which its values are merged.
#[derive(Clone, PartialEq, Eq)]
struct ValuesKey {
    facet: usize,
    segments: Vec<tantivy::index::SegmentId>,
}

impl Snapshot {
    /// Opens the commit that `meta.json` in `dir` names.
    pub fn open(dir: &Path, layout: &Layout) -> Result<Snapshot, Fault> {
        Snapshot::open_after(dir, layout, None)
    }

    /// Opens a later commit; segments that `before` has too are not unpacked again.
    pub fn open_after(dir: &Path, layout: &Layout, before: Option<&Snapshot>) -> Result<Snapshot, Fault> {
        let doing = || format!("opening the search index in {}", dir.display());
        let index = open_index(dir, layout, &doing())?;
        let mut segments = Vec::new();
        for segment in index.searchable_segments().map_err(Fault::index(doing()))? {
            let older = before.filter(|before| before.layout == *layout).map(|before| &before.segments);
            let same = older.and_then(|older| older.iter().find(|older| older.reader.segment_id() == segment.id()));
            segments.push(Segment::open(&segment, layout, same).map_err(Fault::index(doing()))?);
        }
        Ok(Snapshot { layout: layout.clone(), fields: Fields::new(layout), segments, values: Mutex::new(Vec::new()) })
    }

    /// Documents that are alive.
    pub fn documents(&self) -> u64 {
        self.segments.iter().map(|segment| u64::from(segment.reader.num_docs())).sum()
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The document as it was given to the writer.
    pub(crate) fn stored(&self, segment: &Segment, doc: u32) -> Result<Doc, Fault> {
        let doing = "reading a stored document";
        let stored: TantivyDocument = segment.store()?.get(doc).map_err(Fault::index(doing))?;
        let bytes = stored.get_first(self.fields.stored).and_then(|value| value.as_bytes());
        serde_json::from_slice(bytes.unwrap_or_default())
            .map_err(|error| Fault::Index { doing: doing.to_string(), cause: error.to_string() })
    }

    /// Touches what a first query needs, so that it is as fast as the second.
    pub fn warm(&self) -> Result<(), Fault> {
        for segment in &self.segments {
            for kind in [Kind::Sample, Kind::Dataset] {
                segment.visible(kind, None)?;
            }
            if segment.reader.max_doc() > 0 {
                self.stored(segment, 0)?;
            }
            segment.touch([self.fields.text, self.fields.scoped]).map_err(Fault::index("warming the search index"))?;
        }
        for facet in 0..self.layout.facets.len() {
            facet_values(&[self], facet)?;
        }
        Ok(())
    }
}

/// The merged values of a facet over several snapshots, in their order. Kept by the first.
pub(crate) fn facet_values(snapshots: &[&Snapshot], facet: usize) -> Result<Arc<FacetValues>, Fault> {
    let segments: Vec<&Segment> = snapshots.iter().flat_map(|snapshot| &snapshot.segments).collect();
    let key = ValuesKey { facet, segments: segments.iter().map(|segment| segment.reader.segment_id()).collect() };
    let kept = || snapshots[0].values.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((_, values)) = kept().iter().find(|(of, _)| *of == key) {
        return Ok(Arc::clone(values));
    }
    let values = Arc::new(FacetValues::merge(&segments, facet)?);
    let mut kept = kept();
    if kept.len() >= KEPT_VALUES {
        kept.remove(0);
    }
    kept.push((key, Arc::clone(&values)));
    Ok(values)
}

/// Collections that may be seen; none means all.
pub(crate) type Allowed<'a> = Option<&'a BTreeSet<String>>;
