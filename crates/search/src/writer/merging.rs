//! Which segments are merged after a commit: as few as small commits allow, without writing the
//! large ones over and over.

use tantivy::index::SegmentId;
use tantivy::{Index, IndexWriter};

use super::waiting::Waiting;
use crate::fault::Fault;

/// So many segments of one size become one of the next.
const FAN_IN: usize = 4;
/// Segments smaller than this count as one size.
const SMALL_DOCUMENTS: u32 = 2_000;
/// A segment is written anew when more than this share of it is deleted.
const MAX_DELETED_PERCENT: u32 = 30;

/// Merges until nothing is left to merge.
pub(super) fn merge(index: &Index, writer: &mut IndexWriter<Waiting>) -> Result<(), Fault> {
    let doing = "merging segments of the search index";
    while let Some(segments) = next(index)? {
        writer.merge(&segments).wait().map_err(Fault::index(doing))?;
    }
    Ok(())
}

/// The next segments to merge. At most `FAN_IN - 1` segments of each size stay, so there are at
/// most three for every power of four above `SMALL_DOCUMENTS`.
fn next(index: &Index) -> Result<Option<Vec<SegmentId>>, Fault> {
    let metas = index.load_metas().map_err(Fault::index("reading the last commit"))?;
    let mut sizes: Vec<Vec<SegmentId>> = Vec::new();
    for segment in &metas.segments {
        let deleted = segment.num_deleted_docs();
        if deleted > 0 && deleted * 100 / segment.max_doc().max(1) > MAX_DELETED_PERCENT {
            return Ok(Some(vec![segment.id()]));
        }
        let size = (segment.num_docs() / SMALL_DOCUMENTS).max(1).ilog(FAN_IN as u32) as usize;
        if sizes.len() <= size {
            sizes.resize(size + 1, Vec::new());
        }
        sizes[size].push(segment.id());
    }
    Ok(sizes.into_iter().find(|segments| segments.len() >= FAN_IN))
}
