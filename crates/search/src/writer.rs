//! The one writer of an index: upserts, deletes, commits, and the merges between them.
//!
//! One indexing thread; whoever holds the lease calls it. A commit ends with every merge finished,
//! so that the files it names are final. Files are immutable and never reused for other bytes, with
//! one care: two writers that went on from the same commit may give one name to different `.del`
//! files, so a publisher stores objects under names of its own.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::index::InvertedIndexReader;
use tantivy::indexer::{IndexWriterOptions, NoMergePolicy};
use tantivy::{Index, IndexWriter, SegmentReader, TantivyDocument, Term};

use crate::document::{Doc, Kind};
use crate::fault::Fault;
use crate::layout::{Fields, Layout, open_index, register_tokenizers};
use crate::order::identity;
use waiting::{Places, Waiting};

mod document_fields;
mod merging;
mod waiting;

/// Documents on their way to the indexing thread.
const MOST_WAITING: usize = 256;

/// Adds to and deletes from the index in a folder.
pub struct Writer {
    dir: PathBuf,
    index: Index,
    writer: IndexWriter<Waiting>,
    places: Places,
    fields: Fields,
    layout: Layout,
    names: document_fields::Names,
    /// The keys of committed documents, by segment.
    committed: Vec<Arc<InvertedIndexReader>>,
    /// Hashes of the keys that were added since.
    added: HashSet<u64>,
}

/// One immutable file of a commit (`meta.json` is the exception: each commit has its own).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct File {
    pub name: String,
    pub size_bytes: u64,
}

/// Everything that must lie in a folder for [`crate::Snapshot::open`] to read one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// Sorted by name; `meta.json` is among them.
    pub files: Vec<File>,
    /// Documents that are alive.
    pub documents: u64,
}

/// Which documents to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    Collection(String),
    Owner(String),
    /// Documents of one kind that link to an accession: the samples of a series.
    Linked(String),
}

impl Writer {
    /// Opens the index in `dir`, or creates it there. `memory_bytes` bounds what is buffered before
    /// a segment is written; 15 MB is the least.
    pub fn open(dir: &Path, layout: &Layout, memory_bytes: usize) -> Result<Writer, Fault> {
        let doing = || format!("opening the search index in {} for writing", dir.display());
        std::fs::create_dir_all(dir).map_err(Fault::files(doing()))?;
        let fields = Fields::new(layout);
        let exists = dir.join("meta.json").exists();
        let index = if exists {
            open_index(dir, layout, &doing())?
        } else {
            let index = Index::create_in_dir(dir, fields.schema.clone()).map_err(Fault::index(doing()))?;
            register_tokenizers(&index);
            index
        };
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(memory_bytes.max(15_000_000))
            .build();
        let writer: IndexWriter<Waiting> = index.writer_with_options(options).map_err(Fault::index(doing()))?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let mut writer = Writer {
            dir: dir.to_path_buf(),
            index,
            writer,
            places: Places::new(MOST_WAITING),
            fields,
            layout: layout.clone(),
            names: document_fields::Names::default(),
            committed: Vec::new(),
            added: HashSet::new(),
        };
        if exists {
            writer.read_keys()?;
        } else {
            writer.commit()?;
        }
        Ok(writer)
    }

    /// Adds a document, or replaces the one with its kind and id. Visible after the commit.
    pub fn upsert(&mut self, doc: &Doc) -> Result<(), Fault> {
        // tantivy keeps over a kilobyte for each delete until the commit: most documents are new.
        if self.may_hold(doc)? {
            self.delete(doc.kind, &doc.id);
        }
        self.added.insert(identity(doc.kind, &doc.id));
        let document = document_fields::make(&self.fields, &self.layout, &mut self.names, doc);
        let added = self.writer.add_document(self.places.wait(document)).map(drop);
        added.map_err(Fault::index(format!("indexing {}", doc.accession)))
    }

    /// Whether a document of this kind and id is in the index already. Two ids of one hash only
    /// cost a delete that finds nothing.
    fn may_hold(&self, doc: &Doc) -> Result<bool, Fault> {
        if self.added.contains(&identity(doc.kind, &doc.id)) {
            return Ok(true);
        }
        let key = Term::from_field_text(self.fields.key, &Doc::key(doc.kind, &doc.id));
        for keys in &self.committed {
            if keys.get_term_info(&key).map_err(Fault::files("looking up a document"))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read_keys(&mut self) -> Result<(), Fault> {
        self.added.clear();
        let keys = |segment: &tantivy::index::Segment| SegmentReader::open(segment)?.inverted_index(self.fields.key);
        let read = || -> tantivy::Result<_> { self.index.searchable_segments()?.iter().map(keys).collect() };
        self.committed = read().map_err(Fault::index("reading the keys of documents"))?;
        Ok(())
    }

    pub fn delete(&mut self, kind: Kind, id: &str) {
        self.writer.delete_term(Term::from_field_text(self.fields.key, &Doc::key(kind, id)));
    }

    pub fn delete_where(&mut self, filter: &Filter) {
        let term = match filter {
            Filter::Collection(id) => Term::from_field_text(self.fields.collection, id),
            Filter::Owner(id) => Term::from_field_text(self.fields.owner, id),
            Filter::Linked(accession) => Term::from_field_text(self.fields.link, accession),
        };
        self.writer.delete_term(term);
    }

    pub fn delete_all(&mut self) -> Result<(), Fault> {
        self.writer.delete_all_documents().map(drop).map_err(Fault::index("emptying the search index"))
    }

    /// Makes everything so far durable and visible, merges small segments, and names the files.
    pub fn commit(&mut self) -> Result<Files, Fault> {
        let mut prepared = self.writer.prepare_commit().map_err(Fault::index("committing the search index"))?;
        prepared.set_payload(&self.layout.stamp());
        prepared.commit().map_err(Fault::index("committing the search index"))?;
        merging::merge(&self.index, &mut self.writer)?;
        self.read_keys()?;
        self.files()
    }

    /// The files of the last commit.
    pub fn files(&self) -> Result<Files, Fault> {
        let metas = self.index.load_metas().map_err(Fault::index("reading the last commit"))?;
        let mut names: BTreeSet<String> =
            metas.list_segment_files().iter().map(|path| path.to_string_lossy().into_owned()).collect();
        names.insert("meta.json".to_string());
        let mut files = Vec::new();
        for name in names {
            // A segment names every file it could have; without deletes there is no `.del`.
            match std::fs::metadata(self.dir.join(&name)) {
                Ok(found) => files.push(File { name, size_bytes: found.len() }),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(Fault::files(format!("reading {name}"))(error)),
            }
        }
        let documents = metas.segments.iter().map(|segment| u64::from(segment.num_docs())).sum();
        Ok(Files { files, documents })
    }
}

/// Deletes files of older commits from a folder; returns how many bytes that freed. Readers that
/// have them open keep them until they close (on Unix).
pub fn remove_garbage(dir: &Path, keep: &Files) -> Result<u64, Fault> {
    let doing = || format!("removing old search files from {}", dir.display());
    let keep: BTreeSet<&str> = keep.files.iter().map(|file| file.name.as_str()).collect();
    let mut freed = 0;
    for entry in std::fs::read_dir(dir).map_err(Fault::files(doing()))? {
        let entry = entry.map_err(Fault::files(doing()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Segment files begin with the 32 hexadecimal digits of their segment.
        let segment = name.len() > 32 && name.bytes().take(32).all(|b| b.is_ascii_hexdigit());
        if segment && !keep.contains(name.as_str()) {
            freed += entry.metadata().map_err(Fault::files(doing()))?.len();
            std::fs::remove_file(entry.path()).map_err(Fault::files(doing()))?;
        }
    }
    Ok(freed)
}

/// What goes into the index for one document.
pub(crate) type Indexed = TantivyDocument;
