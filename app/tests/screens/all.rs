//! Every screen in its faces, drawn from example data.

use super::fixtures::*;
use chorale_app::pages::{
    account, audit, collection, collections, dataset, help, import, job, jobs, members, organization, sample, search,
};
use chorale_app::screen::Screen;
use chorale_model::discovery::{Kind, SearchResponse};
use chorale_model::jobs::JobState;
use chorale_model::{Fault, Page, Role};

fn page<T>(items: Vec<T>) -> Page<T> {
    Page { items, next_cursor: None }
}

fn importing(jobs: Vec<chorale_model::jobs::Job>) -> import::Import {
    import::Import { collections: vec![collection()], chosen: String::new(), max_upload_bytes: 4 << 30, jobs, now: NOW }
}

/// Name and drawing of each; the name says the screen and its face.
pub const SCREENS: &[(&str, fn() -> Screen)] = &[
    ("search", || search::draw(&asked(), Ok((answer(), 118)))),
    ("search-datasets", || {
        search::draw(&search::Query { kind: Kind::Datasets, ..search::Query::default() }, Ok((answer(), 118)))
    }),
    ("search-empty", || search::draw(&asked(), Ok((SearchResponse::default(), 0)))),
    ("search-error", || {
        let query = search::Query { q: "tissue:liver and (disease:hcc".into(), ..search::Query::default() };
        search::draw(&query, Err(Fault::field_at("q", Some(17), "this bracket is never closed")))
    }),
    ("collections", || collections::draw(&me(Role::Curator), vec![collection()])),
    ("collections-empty", || collections::draw(&me(Role::Scientist), vec![])),
    ("collection", || {
        let row = chorale_model::catalog::DatasetRow {
            id: dataset().id,
            accession: "GSE6344".into(),
            platform: "GPL96".into(),
            title: dataset().title,
            organisms: dataset().organisms,
            samples: 20,
            version: 2,
            updated_at: NOW,
        };
        collection::draw(collection(), page(vec![row]), true)
    }),
    ("collection-empty", || collection::draw(collection(), page(vec![]), true)),
    ("dataset", || dataset::draw(dataset(), dataset::Shown::Overview)),
    ("dataset-samples", || {
        dataset::draw(dataset(), dataset::Shown::Samples { page: page(sample_rows()), first_page: true })
    }),
    ("dataset-files", || dataset::draw(dataset(), dataset::Shown::Files(files()))),
    ("dataset-history", || dataset::draw(dataset(), dataset::Shown::History(vec![version(2), version(1)]))),
    ("sample", || sample::draw(sample())),
    ("import", || {
        import::draw(importing(vec![
            job(1, JobState::Running),
            job(2, JobState::Queued),
            job(3, JobState::Failed),
            job(4, JobState::Succeeded),
        ]))
    }),
    ("import-empty", || import::draw(importing(vec![]))),
    ("jobs", || {
        jobs::draw(
            &me(Role::Curator),
            page(vec![job(1, JobState::Running), job(4, JobState::Succeeded)]),
            None,
            true,
            NOW,
        )
    }),
    ("jobs-empty", || jobs::draw(&me(Role::Scientist), page(vec![]), Some(JobState::Failed), true, NOW)),
    ("job", || job::draw(&me(Role::Curator), job(4, JobState::Succeeded), page(warnings()), "", true, NOW)),
    ("job-failed", || job::draw(&me(Role::Curator), job(3, JobState::Failed), page(vec![]), "note", true, NOW)),
    ("account", || account::draw(&me(Role::Admin), sessions(), page(tokens()), "dark", NOW)),
    ("members", || members::draw(&me(Role::Admin), page(members()), true)),
    ("organization", || organization::draw(&me(Role::Admin), report())),
    ("audit", || {
        audit::draw(&chorale_model::audit::AuditFilter::default(), page(audit_rows()), chain_head(), None, true)
    }),
    ("help", help::draw),
];

fn asked() -> search::Query {
    search::Query { q: "renal".into(), ..search::Query::default() }.toggled("organism", "Homo sapiens")
}
