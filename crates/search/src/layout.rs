//! The fields of an index. The layout travels inside every commit, so that a reader never guesses.
//!
//! Two text fields carry all words: `text` holds every word of a document once more for each unit
//! of its weight (a title counts twice; BM25F with whole weights, one posting list for a word),
//! `scoped` holds each word behind the name of its field, which makes any attribute key a field of
//! the query language without a column of its own. Facets are one string column each. `exact` holds
//! values that are no words, such as ids of terms, behind the name of their facet.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tantivy::schema::{Field, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, TantivyError};

use crate::fault::Fault;
use crate::words::{ScopedTokenizer, WordTokenizer};

/// Raised when the meaning of the stored bytes changes: schema, folding of words, stored form.
const ENGINE: u32 = 2;

/// Which facets an index counts. Changing it means building the index anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The caller's version: raise it when documents are made in another way.
    pub version: u32,
    /// Names of the facet fields, as they stand in requests and queries.
    pub facets: Vec<String>,
}

/// What a commit carries as its payload.
#[derive(Serialize, Deserialize, PartialEq)]
struct Stamp {
    engine: u32,
    tantivy: String,
    layout: Layout,
}

impl Layout {
    /// The text stored with every commit, and compared when an index is opened.
    pub(crate) fn stamp(&self) -> String {
        let stamp = Stamp { engine: ENGINE, tantivy: tantivy::version_string().to_string(), layout: self.clone() };
        serde_json::to_string(&stamp).expect("a struct of strings and numbers is always JSON")
    }
}

/// Handles to the fields of the schema.
#[derive(Clone)]
pub(crate) struct Fields {
    pub schema: Schema,
    pub key: Field,
    pub owner: Field,
    pub collection: Field,
    pub link: Field,
    pub text: Field,
    pub scoped: Field,
    pub exact: Field,
    pub kind: Field,
    pub rank: Field,
    pub identity: Field,
    pub date: Field,
    pub accession_order: Field,
    pub title_order: Field,
    pub stored: Field,
    /// In the order of `Layout::facets`.
    pub facets: Vec<Field>,
}

/// Column names, which readers ask for.
pub(crate) const COLLECTION: &str = "collection";
pub(crate) const KIND: &str = "kind";
pub(crate) const RANK: &str = "rank";
pub(crate) const IDENTITY: &str = "identity";
pub(crate) const DATE: &str = "date";
pub(crate) const ACCESSION_ORDER: &str = "accession_order";
pub(crate) const TITLE_ORDER: &str = "title_order";

/// The column of the facet at `position` in the layout. Facet names are free text, columns are not.
pub(crate) fn facet_column(position: usize) -> String {
    format!("facet{position}")
}

impl Fields {
    pub(crate) fn new(layout: &Layout) -> Fields {
        let mut schema = Schema::builder();
        let words = |tokenizer: &str| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(tokenizer)
                    .set_index_option(IndexRecordOption::WithFreqsAndPositions),
            )
        };
        let whole = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(IndexRecordOption::Basic)
                .set_fieldnorms(false),
        );
        let column = || TextOptions::default().set_fast("raw");
        let number = || NumericOptions::default().set_fast();
        Fields {
            key: schema.add_text_field("key", STRING),
            owner: schema.add_text_field("owner", STRING),
            collection: schema.add_text_field(COLLECTION, STRING | column()),
            link: schema.add_text_field("link", STRING),
            text: schema.add_text_field("text", words(WordTokenizer::NAME)),
            scoped: schema.add_text_field("scoped", words(ScopedTokenizer::NAME)),
            exact: schema.add_text_field("exact", whole),
            kind: schema.add_u64_field(KIND, number()),
            rank: schema.add_u64_field(RANK, number()),
            identity: schema.add_u64_field(IDENTITY, number()),
            date: schema.add_i64_field(DATE, number()),
            accession_order: schema.add_text_field(ACCESSION_ORDER, column()),
            title_order: schema.add_text_field(TITLE_ORDER, column()),
            stored: schema.add_bytes_field("stored", tantivy::schema::STORED),
            facets: (0..layout.facets.len())
                .map(|position| schema.add_text_field(&facet_column(position), column()))
                .collect(),
            schema: schema.build(),
        }
    }
}

/// Makes our two tokenizers known to an opened index.
pub(crate) fn register_tokenizers(index: &Index) {
    let words = TextAnalyzer::from(WordTokenizer::default());
    let scoped = TextAnalyzer::from(ScopedTokenizer::default());
    index.tokenizers().register(WordTokenizer::NAME, words);
    index.tokenizers().register(ScopedTokenizer::NAME, scoped);
}

/// Opens an index; fails when it was built with another layout, engine or format.
pub(crate) fn open_index(dir: &Path, layout: &Layout, doing: &str) -> Result<Index, Fault> {
    let wanted = layout.stamp();
    let index = Index::open_in_dir(dir).map_err(|error| match error {
        TantivyError::IncompatibleIndex(other) => Fault::Layout { found: format!("{other:?}"), wanted: wanted.clone() },
        other => Fault::index(doing)(other),
    })?;
    let found = index.load_metas().map_err(Fault::index(doing))?.payload;
    if found.as_ref() != Some(&wanted) {
        return Err(Fault::Layout { found: found.unwrap_or_else(|| "none".to_string()), wanted });
    }
    register_tokenizers(&index);
    Ok(index)
}
