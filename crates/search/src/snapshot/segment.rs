//! A segment with what is unpacked from it once and used by every query.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tantivy::SegmentReader;
use tantivy::columnar::ColumnValues;
use tantivy::schema::Field;
use tantivy::store::StoreReader;

use super::facet_column::SharedColumn;
use super::{Allowed, FacetColumn};
use crate::document::Kind;
use crate::fault::Fault;
use crate::layout::{COLLECTION, IDENTITY, KIND, Layout, RANK, facet_column};

/// Sets of visible documents that are kept: one for each kind and set of collections asked for.
const KEPT_SETS: usize = 16;
/// Blocks of stored documents (16 KB each) that are kept unpacked.
const KEPT_BLOCKS: usize = 16;

pub(crate) struct Segment {
    pub reader: SegmentReader,
    /// In the order of the layout's facets; shared with other snapshots of the same segment.
    facets: Arc<Vec<OnceLock<SharedColumn>>>,
    visible: Mutex<Vec<VisibleSet>>,
    store: OnceLock<StoreReader>,
    ties: OnceLock<Ties>,
}

/// What breaks ties between documents, unpacked once.
#[derive(Clone)]
pub(crate) struct Ties {
    pub ranks: Arc<dyn ColumnValues<u64>>,
    pub identities: Arc<dyn ColumnValues<u64>>,
}

struct VisibleSet {
    kind: Kind,
    collections: Option<BTreeSet<String>>,
    documents: Arc<Vec<u64>>,
}

impl Segment {
    /// `same` is the same segment in another snapshot: its deletes may differ, its columns don't.
    pub fn open(
        segment: &tantivy::index::Segment,
        layout: &Layout,
        same: Option<&Segment>,
    ) -> tantivy::Result<Segment> {
        let facets = match same {
            Some(same) => Arc::clone(&same.facets),
            None => Arc::new(layout.facets.iter().map(|_| OnceLock::new()).collect()),
        };
        let reader = SegmentReader::open(segment)?;
        Ok(Segment { reader, facets, visible: Mutex::new(Vec::new()), store: OnceLock::new(), ties: OnceLock::new() })
    }

    pub fn facet(&self, position: usize) -> Result<&FacetColumn, Fault> {
        let slot = &self.facets[position];
        if slot.get().is_none() {
            let column = FacetColumn::read(&self.reader, &facet_column(position))
                .map_err(Fault::index("reading a facet's values"))?;
            // Another query may have read it meanwhile; both read the same.
            slot.set(Arc::new(column)).ok();
        }
        Ok(slot.get().expect("set above"))
    }

    pub fn store(&self) -> Result<&StoreReader, Fault> {
        if self.store.get().is_none() {
            let store = self.reader.get_store_reader(KEPT_BLOCKS).map_err(Fault::files("reading stored documents"))?;
            self.store.set(store).ok();
        }
        Ok(self.store.get().expect("set above"))
    }

    pub fn ties(&self) -> tantivy::Result<&Ties> {
        if self.ties.get().is_none() {
            let columns = self.reader.fast_fields();
            let ranks = columns.u64(RANK)?.first_or_default_col(0);
            let identities = columns.u64(IDENTITY)?.first_or_default_col(0);
            self.ties.set(Ties { ranks, identities }).ok();
        }
        Ok(self.ties.get().expect("set above"))
    }

    /// A bit for each document of this kind that is alive and in a collection that may be seen.
    pub fn visible(&self, kind: Kind, collections: Allowed) -> Result<Arc<Vec<u64>>, Fault> {
        let same = |set: &&VisibleSet| set.kind == kind && set.collections.as_ref() == collections;
        if let Some(set) = self.kept().iter().find(same) {
            return Ok(Arc::clone(&set.documents));
        }
        let documents = self.read_visible(kind, collections).map_err(Fault::index("reading collections"))?;
        let documents = Arc::new(documents);
        let mut kept = self.kept();
        if kept.len() >= KEPT_SETS {
            kept.remove(0);
        }
        kept.push(VisibleSet { kind, collections: collections.cloned(), documents: Arc::clone(&documents) });
        Ok(documents)
    }

    /// Reads a value of every page that ranking needs of any document.
    pub fn touch(&self, texts: [Field; 2]) -> tantivy::Result<()> {
        const PAGE_BYTES: usize = 4096;
        let ties = self.ties()?;
        let mut sum = 0u64;
        for field in texts {
            self.reader.inverted_index(field)?;
            let lengths = self.reader.get_fieldnorms_reader(field)?;
            for doc in (0..self.reader.max_doc()).step_by(PAGE_BYTES) {
                sum = sum.wrapping_add(u64::from(lengths.fieldnorm_id(doc)));
            }
        }
        for column in [&ties.ranks, &ties.identities] {
            for doc in (0..self.reader.max_doc()).step_by(PAGE_BYTES / size_of::<u64>()) {
                sum = sum.wrapping_add(column.get_val(doc));
            }
        }
        std::hint::black_box(sum);
        Ok(())
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<VisibleSet>> {
        self.visible.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_visible(&self, kind: Kind, collections: Allowed) -> tantivy::Result<Vec<u64>> {
        let columns = self.reader.fast_fields();
        let kinds = columns.u64(KIND)?;
        let mut allowed = None;
        if let Some(collections) = collections {
            let mut places = Vec::new();
            let column = columns.str(COLLECTION)?;
            if let Some(column) = &column {
                places = vec![false; column.num_terms()];
                for collection in collections {
                    if let Some(place) = column.dictionary().term_ord(collection.as_bytes())? {
                        places[place as usize] = true;
                    }
                }
            }
            allowed = Some((column, places));
        }
        let may_see = |doc| match &allowed {
            None => true,
            Some((Some(column), places)) => column.ords().first(doc).is_some_and(|place| places[place as usize]),
            Some((None, _)) => false,
        };
        let mut documents = vec![0u64; (self.reader.max_doc() as usize).div_ceil(64)];
        for doc in 0..self.reader.max_doc() {
            let visible = !self.reader.is_deleted(doc) && kinds.first(doc) == Some(kind.code()) && may_see(doc);
            documents[doc as usize / 64] |= u64::from(visible) << (doc % 64);
        }
        Ok(documents)
    }
}
