//! Every screen in its faces, drawn from example data.

use super::fixtures::*;
use super::harmonized;
use chorale_app::pages::registered::search::Search;
use chorale_app::pages::{
    account, annotate, audit, collection, collections, coverage, dataset, fields, help, import, job, jobs, members,
    model, models, ontologies, organization, promotions, retraining, sample, search, term, terms, version,
};
use chorale_app::paging::Paging;
use chorale_app::screen::Screen;
use chorale_model::catalog::{DatasetSort, SampleSort};
use chorale_model::discovery::{Kind, SearchResponse};
use chorale_model::jobs::JobState;
use chorale_model::{Fault, Page, Role};

fn page<T>(items: Vec<T>) -> Page<T> {
    Page { items, next_cursor: None }
}

/// In the middle of a list.
fn turned() -> Paging {
    Paging::new("/list", &[], "cursor", Some("here"), Some("next"))
}

fn samples(page: Vec<chorale_model::catalog::SampleRow>, q: &str, view: dataset::View) -> dataset::Samples {
    let (values, fields) = (harmonized::values_of_rows(), harmonized::fields());
    dataset::Samples { page, sort: SampleSort::Title, q: q.to_owned(), paging: turned(), view, values, fields }
}

fn pins() -> Option<chorale_model::harmonize::DatasetPins> {
    Some(harmonized::pins())
}

/// An operator's rights.
const MAY: ontologies::May = ontologies::May { operate: true, compare: true };

/// The overview of a dataset whose samples say this together.
pub fn dataset_with(values: chorale_model::harmonize::DatasetValues) -> Screen {
    dataset::draw(dataset(), pins(), overview(values))
}

fn overview(values: chorale_model::harmonize::DatasetValues) -> dataset::Shown {
    dataset::Shown::Overview { samples: sample_rows(), values, quoted: sample_rows(), may_start: true }
}

fn noticed(page: Vec<chorale_model::jobs::Warning>, severity: &str) -> job::Noticed {
    let counts = [("note".to_owned(), 1), ("warning".to_owned(), 1)].into();
    job::Noticed { page, counts, severity: severity.to_owned(), paging: Paging::default() }
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
    ("collections", || collections::draw(&me(Role::Curator), vec![collection()], Paging::default())),
    ("collections-empty", || collections::draw(&me(Role::Scientist), vec![], Paging::default())),
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
        collection::draw(collection(), vec![row], DatasetSort::Samples, turned())
    }),
    ("collection-empty", || collection::draw(collection(), vec![], DatasetSort::default(), Paging::default())),
    ("dataset", || dataset_with(harmonized::dataset_values())),
    ("dataset-not-annotated", || dataset::draw(dataset(), None, overview(harmonized::unharmonized()))),
    ("dataset-samples", || {
        dataset::draw(dataset(), pins(), dataset::Shown::Samples(samples(sample_rows(), "", dataset::View::Raw)))
    }),
    ("dataset-samples-harmonized", || {
        dataset::draw(dataset(), pins(), dataset::Shown::Samples(samples(sample_rows(), "", dataset::View::Harmonized)))
    }),
    ("dataset-samples-both", || {
        dataset::draw(dataset(), pins(), dataset::Shown::Samples(samples(sample_rows(), "", dataset::View::Both)))
    }),
    ("dataset-samples-nothing", || {
        dataset::draw(dataset(), pins(), dataset::Shown::Samples(samples(vec![], "spleen", dataset::View::Raw)))
    }),
    ("dataset-samples-empty", || {
        dataset::draw(dataset(), pins(), dataset::Shown::Samples(samples(vec![], "", dataset::View::Raw)))
    }),
    ("dataset-files", || dataset::draw(dataset(), pins(), dataset::Shown::Files(files(), turned()))),
    ("dataset-history", || {
        dataset::draw(dataset(), pins(), dataset::Shown::History(vec![version(2), version(1)], Paging::default()))
    }),
    ("sample", || sample::draw(sample(), harmonized::sample_values(), harmonized::fields())),
    ("sample-curated", || sample::draw(sample(), harmonized::curated_values(), harmonized::fields())),
    ("sample-not-annotated", || sample::draw(sample(), harmonized::not_annotated(), harmonized::fields())),
    ("annotate", || annotate::draw(&harmonized::posted(), &harmonized::fields(), None)),
    ("annotate-attributes", || {
        annotate::draw(&harmonized::posted(), &harmonized::fields(), Some(Ok(harmonized::annotated())))
    }),
    ("annotate-text", || {
        annotate::draw(&harmonized::prose(), &harmonized::fields(), Some(Ok(harmonized::read_in_prose())))
    }),
    ("annotate-nothing", || {
        annotate::draw(&harmonized::prose(), &harmonized::fields(), Some(Ok(harmonized::nothing_read())))
    }),
    ("annotate-refused", || {
        let fault = Fault::field("text", "There is no text. Write what the source says, or fill in the example.");
        annotate::draw(&annotate::Posted::default(), &harmonized::fields(), Some(Err(fault)))
    }),
    ("terms", || terms::draw("renal", "disease", &harmonized::fields(), Some(harmonized::term_hits()))),
    ("terms-begin", || terms::draw("", "", &harmonized::fields(), None)),
    ("terms-nothing", || {
        let none = chorale_model::ontologies::TermHits { items: vec![], took_ms: 0.4 };
        terms::draw("xyzzy", "disease", &harmonized::fields(), Some(none))
    }),
    ("term", || term::draw(harmonized::term())),
    ("term-obsolete", || term::draw(harmonized::cell_line())),
    ("ontologies", || {
        ontologies::draw(harmonized::releases(), Some(harmonized::problems()), harmonized::upgrades(), MAY)
    }),
    ("ontologies-changes", || {
        ontologies::draw(harmonized::releases(), Some(harmonized::upgrade(2_411)), harmonized::upgrades(), MAY)
    }),
    ("ontologies-changes-none", || {
        let may = ontologies::May { operate: false, compare: true };
        ontologies::draw(harmonized::releases(), Some(harmonized::upgrade(0)), (vec![], Paging::default()), may)
    }),
    ("ontologies-read", || {
        ontologies::draw(harmonized::releases(), None, harmonized::upgrades(), ontologies::May::default())
    }),
    ("ontologies-empty", || {
        let none = (vec![], Paging::default());
        ontologies::draw(harmonized::no_releases(), None, none, ontologies::May::default())
    }),
    ("coverage", || coverage::draw(&collection(), harmonized::coverage(), true)),
    ("coverage-not-annotated", || {
        let none = chorale_model::harmonize::Coverage { annotated: 0, history: vec![], ..harmonized::coverage() };
        coverage::draw(&collection(), none, false)
    }),
    ("fields", || {
        let (set, thresholds) = (harmonized::collection_fields(2), harmonized::thresholds());
        let open = fields::Open { posted: fields::Posted::of(2, &set.fields[0]), fault: None };
        fields::draw(&collection(), set, &thresholds, Some(open), true)
    }),
    ("fields-refused", || {
        let mut fault = Fault::field("name", "name stands twice; each name is one field");
        fault.fields.extend(Fault::field("releases", "releases are missing: name the ontologies").fields);
        let open = fields::Open { posted: fields::Posted::new_field(2), fault: Some(fault) };
        fields::draw(&collection(), harmonized::collection_fields(2), &harmonized::thresholds(), Some(open), true)
    }),
    ("fields-conflict", || {
        let set = harmonized::collection_fields(3);
        let fault = Fault::conflict("somebody else changed these fields since you opened them");
        let open = fields::Open { posted: fields::Posted::of(3, &set.fields[1]), fault: Some(fault) };
        fields::draw(&collection(), set, &harmonized::thresholds(), Some(open), true)
    }),
    ("fields-read", || fields::draw(&collection(), harmonized::collection_fields(0), &Default::default(), None, false)),
    ("models", || models::draw(&Search::default(), harmonized::models(), Paging::default(), None)),
    ("models-empty", || models::draw(&Search::default(), vec![], Paging::default(), None)),
    ("models-wrong", || {
        let wrong = Some((7, "says nothing of an alias".to_owned()));
        let search = Search { typed: "name = 1".into(), works: "tissue".into(), wrong, ..Search::default() };
        models::draw(&search, vec![], Paging::default(), None)
    }),
    ("models-first", || {
        let first = retraining::draw(harmonized::first_retraining(), Role::Curator);
        models::draw(&Search::default(), vec![], Paging::default(), Some(first))
    }),
    ("model", || {
        let may = model::May { change: true, preview: true, delete: true };
        let next = Some(retraining::draw(harmonized::retraining(), Role::Curator));
        model::draw(model::Shown { may, next, ..harmonized::model() }, Paging::default())
    }),
    ("model-preview", || {
        let may = model::May { change: false, preview: true, delete: false };
        let preview = Some(harmonized::version_preview());
        model::draw(model::Shown { may, preview, ..harmonized::model() }, Paging::default())
    }),
    ("model-preview-none", || {
        let none =
            chorale_model::registry::VersionPreview { samples: 0, fields: vec![], ..harmonized::version_preview() };
        model::draw(model::Shown { preview: Some(none), ..harmonized::model() }, Paging::default())
    }),
    ("model-version", || version::draw(harmonized::version(Some(harmonized::comparison()), true))),
    ("model-version-unjudged", || {
        let compared = harmonized::comparison();
        let none = chorale_model::retraining::Comparison {
            present: None,
            held_out_series: 0,
            rows: vec![],
            changes: vec![],
            ..compared
        };
        version::draw(harmonized::version(Some(none), false))
    }),
    ("model-version-uncompared", || version::draw(harmonized::version(None, false))),
    ("registered-model", || {
        let may = model::May { change: true, preview: false, delete: true };
        model::draw(model::Shown { may, ..harmonized::registered() }, Paging::default())
    }),
    ("registered-model-empty", || {
        let mut shown = harmonized::registered();
        (shown.model.aliases, shown.model.latest_version, shown.versions) = (vec![], 0, vec![]);
        model::draw(shown, Paging::default())
    }),
    ("registered-version", || version::draw(harmonized::registered_version(true))),
    ("registered-version-elsewhere", || version::draw(harmonized::registered_version(false))),
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
            turned(),
            NOW,
        )
    }),
    ("jobs-empty", || jobs::draw(&me(Role::Scientist), page(vec![]), Some(JobState::Failed), Paging::default(), NOW)),
    ("job", || job::draw(&me(Role::Curator), job(4, JobState::Succeeded), noticed(warnings(), ""), NOW)),
    ("job-failed", || job::draw(&me(Role::Curator), job(3, JobState::Failed), noticed(vec![], "note"), NOW)),
    ("account", || account::draw(&me(Role::Admin), (sessions(), Paging::default()), (tokens(), turned()), "dark", NOW)),
    ("members", || members::draw(&me(Role::Admin), page(members()), invitations(), turned())),
    ("members-alone", || members::draw(&me(Role::Admin), page(members()), vec![], Paging::default())),
    ("organization", || organization::draw(&me(Role::Admin), report(), &harmonized::protected())),
    ("promotions", || {
        let waiting = Some(chorale_model::registry::PromotionState::Waiting);
        promotions::draw(waiting, "", page(vec![harmonized::promotion().request]), Paging::default())
    }),
    ("promotions-none", || promotions::draw(None, "m", page(vec![]), Paging::default())),
    ("promotion", || promotions::draw_one(harmonized::promotion())),
    ("promotion-own", || {
        let review = harmonized::promotion();
        promotions::draw_one(chorale_model::registry::PromotionReview { is_own: true, may_answer: false, ..review })
    }),
    ("promotion-rejected", || {
        let mut review = harmonized::promotion();
        review.request.state = chorale_model::registry::PromotionState::Rejected;
        review.request.answered_by = Some("admin@example.org".into());
        (review.metrics, review.params) = (vec![], vec![]);
        promotions::draw_one(review)
    }),
    ("audit", || {
        audit::draw(&chorale_model::audit::AuditFilter::default(), audit_rows(), chain_head(), None, turned())
    }),
    ("help", help::draw),
];

fn asked() -> search::Query {
    search::Query { q: "renal".into(), ..search::Query::default() }.toggled("organism", "Homo sapiens")
}
