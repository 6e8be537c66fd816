//! One pass over an organization's samples, some thousands at a time. Nearly all of them have nothing to do with a
//! change, so a row is taken apart only where its text names a term that goes.

use crate::harmonize::layers::{Held, held};
use crate::harmonize::{sql, stored};
use crate::{Db, curation};
use chorale_model::ontologies::GoneTerm;
use chorale_model::{CollectionId, Fault, OrganizationId, SampleId};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Samples that are read at once.
const BATCH: i64 = 2_000;

/// Terms that go, by their ids.
pub type Gone = HashMap<String, GoneTerm>;

/// A sample with a value that goes.
pub struct Touched {
    pub sample: SampleId,
    pub collection: CollectionId,
    /// Those that go alone.
    pub values: Vec<Held>,
    /// Of the row that they come from.
    pub version: String,
}

/// One reading.
pub struct Piece {
    /// Where the next one begins.
    pub last: Uuid,
    pub read: i64,
    pub touched: Vec<Touched>,
}

/// The samples after `after`; None behind the last.
pub async fn read(db: &Db, organization: OrganizationId, after: Uuid, gone: &Gone) -> Result<Option<Piece>, Fault> {
    let rows = sql::list_samples_after(db, organization, after, BATCH).await?;
    let Some(last) = rows.last().map(|row| row.sample) else { return Ok(None) };
    let read = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let ids: Vec<SampleId> = rows.iter().map(|row| SampleId(row.sample)).collect();
    let curations = curation::of_samples(db, organization, &ids).await?;
    let mut touched = Vec::new();
    for row in rows {
        let decided = curations.get(&SampleId(row.sample));
        let text = row.found.as_deref().unwrap_or("[]");
        if decided.is_none() && !names_any(text, gone) {
            continue;
        }
        let mut values = held(stored::read(text)?, decided);
        values.retain(|value| gone.contains_key(&value.said.term));
        if !values.is_empty() {
            touched.push(Touched {
                sample: SampleId(row.sample),
                collection: CollectionId(row.collection),
                values,
                version: row.annotator_version.unwrap_or_default(),
            });
        }
    }
    // Samples that earlier versions of a dataset held are nobody's now.
    let ids = touched.iter().map(|one| one.sample).collect();
    let here: HashSet<SampleId> = sql::list_held(db, organization, ids).await?.into_iter().collect();
    touched.retain(|one| here.contains(&one.sample));
    Ok(Some(Piece { last, read, touched }))
}

/// Whether a row's text names one of the terms, without taking it apart: ids hold nothing that JSON would escape.
fn names_any(text: &str, gone: &Gone) -> bool {
    let ids = text.split("\"t\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    ids.into_iter().any(|id| gone.contains_key(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harmonize::stored::Stored;
    use chorale_model::harmonize::ValueState;

    fn said(term: &str, label: &str) -> Stored {
        Stored {
            field: "disease".into(),
            state: ValueState::Present,
            term: term.into(),
            label: label.into(),
            submitted: false,
            waits: None,
            score: 1.0,
            method: "dictionary".into(),
            evidence: None,
            runner_up: Some(("MONDO:9".into(), "another".into(), 0.2)),
        }
    }

    #[test]
    fn a_rows_text_is_searched_for_terms_alone() {
        let term = |id: &str| GoneTerm {
            term: id.into(),
            label: String::new(),
            replaced_by: None,
            replacement_label: None,
            consider: Vec::new(),
        };
        let gone: Gone = ["MONDO:1", "MONDO:9"].map(|id| (id.to_owned(), term(id))).into();
        let text = |values: &[Stored]| stored::write(values).unwrap();
        assert!(names_any(&text(&[said("MONDO:2", "b"), said("MONDO:1", "a")]), &gone));
        assert!(!names_any(&text(&[said("MONDO:2", "MONDO:1"), said("MONDO:10", "\"t\":\"MONDO:1\"")]), &gone));
        assert!(!names_any(&text(&[]), &gone));
    }
}
