//! The engine from outside: commits and their files, upserts and deletes, snippets, refusals.

mod commits;
mod fields;
mod snippets;

use chorale_search::*;

pub fn layout() -> Layout {
    Layout { version: 1, facets: vec!["tissue".to_string(), "sex".to_string()] }
}

/// A sample with a title and attributes; `tissue` and `sex` become facets too.
pub fn sample(id: &str, title: &str, attributes: &[(&str, &str)]) -> Doc {
    let attributes: Vec<(String, String)> =
        attributes.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    let facets = attributes.iter().filter(|(key, _)| key == "tissue" || key == "sex").cloned().collect();
    Doc {
        kind: Kind::Sample,
        id: id.to_string(),
        owner: "lab".to_string(),
        collection: "main".to_string(),
        accession: format!("GSM{id}"),
        title: title.to_string(),
        summary: String::new(),
        attributes,
        facets,
        terms: Vec::new(),
        links: vec!["GSE1".to_string()],
        date: None,
        sample_count: 1,
    }
}

/// A folder with an index of these documents.
pub struct Indexed {
    pub folder: tempfile::TempDir,
    pub writer: Writer,
    pub files: Files,
}

pub fn indexed(docs: &[Doc]) -> Indexed {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut writer = Writer::open(folder.path(), &layout(), 0).expect("the index is made");
    for doc in docs {
        writer.upsert(doc).expect("the document is indexed");
    }
    let files = writer.commit().expect("the index is committed");
    Indexed { folder, writer, files }
}

impl Indexed {
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::open(self.folder.path(), &layout()).expect("the index opens")
    }
}

pub fn ask(snapshot: &Snapshot, text: &str) -> Result<Response, Fault> {
    let mut request = Request::new(Kind::Sample, parse(text)?);
    request.facets = layout().facets;
    search(&[snapshot], &request)
}

/// Ids of the hits, sorted.
pub fn ids(snapshot: &Snapshot, text: &str) -> Vec<String> {
    let mut ids: Vec<String> =
        ask(snapshot, text).expect("the query is well formed").hits.into_iter().map(|hit| hit.id).collect();
    ids.sort();
    ids
}
