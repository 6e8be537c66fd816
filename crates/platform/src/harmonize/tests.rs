use super::*;
use crate::catalog;
use crate::db::tests::each_engine;
use crate::jobs::list_jobs;
use crate::testing::{self, idle, member_ctx};
use crate::{Deployment, discovery, ontologies, sources};
use chorale_model::discovery::{Kind, SearchRequest, SearchResponse, TermQuery};
use chorale_model::fields::{ChangeFields, CollectionFields, Field, FieldChange, UpdateFields};
use chorale_model::harmonize::{Annotate, AnnotateItem, StartAnnotation, Value, ValueState};
use chorale_model::jobs::{JobFilter, JobState};
use chorale_model::page::PageRequest;
use chorale_model::sources::Import;
use chorale_model::{CollectionId, DatasetId, FaultKind, Role, SampleId};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

mod decided;

pub(crate) const DISEASES: &str = "format-version: 1.2\nontology: mondo\n
[Term]\nid: MONDO:0000001\nname: disease\n
[Term]\nid: MONDO:0004992\nname: cancer\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:0005154\nname: liver disease\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:0002691\nname: liver cancer\nis_a: MONDO:0004992\nis_a: MONDO:0005154\n
[Term]\nid: MONDO:0007256\nname: hepatocellular carcinoma\nsynonym: \"HCC\" EXACT []\nis_a: MONDO:0002691\n
[Term]\nid: MONDO:0005059\nname: leukemia\nis_a: MONDO:0004992\n
[Term]\nid: MONDO:0004963\nname: T-cell acute lymphoblastic leukemia\nsynonym: \"T-ALL\" EXACT []\nis_a: MONDO:0005059\n
[Term]\nid: MONDO:0005083\nname: psoriasis\nis_a: MONDO:0000001\n";

pub(crate) const ANATOMY: &str = "format-version: 1.2\nontology: uberon\n
[Term]\nid: UBERON:0001062\nname: anatomical entity\n
[Term]\nid: UBERON:0001007\nname: digestive system\nis_a: UBERON:0001062\n
[Term]\nid: UBERON:0002107\nname: liver\nrelationship: part_of UBERON:0001007\nis_a: UBERON:0001062\n
[Term]\nid: UBERON:0002097\nname: skin of body\nsynonym: \"skin\" EXACT []\nis_a: UBERON:0001062\n";

/// Two livers with cancer of two kinds, one without, and a skin.
const TABLE: &str = "accession\ttitle\ttissue\tdisease\tsex\n\
    S1\tone\tliver\thepatocellular carcinoma\tmale\n\
    S2\ttwo\tliver\tliver cancer\tfemale\n\
    S3\tthree\tliver\tleukemia\tfemale\n\
    S4\tfour\tskin\tpsoriasis\tmale\n";

pub(crate) async fn install(app: &Arc<Deployment>, name: &str, text: &str) {
    let file = tempfile::NamedTempFile::with_suffix(".obo").unwrap();
    std::fs::write(file.path(), text).unwrap();
    ontologies::install_file(&Ctx::operator(app.clone(), None), name, file.path()).await.unwrap();
    app.clock.advance(10 * chorale_model::Time::SECOND);
    idle(app).await;
}

pub(crate) async fn import_text(ctx: &Ctx, name: &str, text: &str) -> CollectionId {
    let mut upload = sources::begin_upload(ctx, name).unwrap();
    upload.write(text.as_bytes()).await.unwrap();
    let files = vec![upload.finish().await.unwrap()];
    import(ctx, files).await
}

async fn import_geo(ctx: &Ctx, file: &str) -> CollectionId {
    let shared = std::env::var("CHORALE_SHARED_DATA").unwrap_or_else(|_| "../../../shared/data".into());
    let path = PathBuf::from(shared).join("geo").join(file);
    assert!(path.exists(), "{} is missing; set CHORALE_SHARED_DATA to the folder of the real data", path.display());
    let files = vec![sources::upload_local(ctx, &path).await.unwrap()];
    import(ctx, files).await
}

async fn import(ctx: &Ctx, files: Vec<chorale_model::sources::UploadedFile>) -> CollectionId {
    let import = Import { collection_name: Some("Livers".into()), create_collection: true, files, ..Import::default() };
    sources::start_import(ctx, import).await.unwrap();
    idle(&ctx.app).await;
    catalog::find_collection_by_name(ctx, "Livers").await.unwrap().unwrap().id
}

/// The default fields, accepting what the dictionary is only half sure of.
fn lenient() -> Vec<Field> {
    default_fields().into_iter().map(|field| Field { accept_precision: 0.4, abstain_below: 0.1, ..field }).collect()
}

pub(crate) async fn lend(ctx: &Ctx, collection: CollectionId) {
    update_fields(ctx, collection, UpdateFields { version: 0, fields: lenient() }).await.unwrap();
    idle(&ctx.app).await;
}

/// No suggestion is precise enough for the collection's fields.
pub(crate) async fn everything_waits(ctx: &Ctx, collection: CollectionId) {
    let strict = default_fields().into_iter().map(|field| Field { accept_precision: 1.0, abstain_below: 0.1, ..field });
    update_fields(ctx, collection, UpdateFields { version: 0, fields: strict.collect() }).await.unwrap();
    idle(&ctx.app).await;
}

async fn find(ctx: &Ctx, asked: SearchRequest) -> SearchResponse {
    discovery::search(ctx, SearchRequest { kind: Kind::Samples, ..asked }).await.unwrap()
}

fn asking(q: &str) -> SearchRequest {
    SearchRequest { q: q.to_owned(), ..SearchRequest::default() }
}

fn accessions(found: &SearchResponse) -> Vec<&str> {
    let mut all: Vec<&str> = found.hits.iter().map(|hit| hit.accession.as_str()).collect();
    all.sort_unstable();
    all
}

pub(crate) async fn samples_of(ctx: &Ctx) -> BTreeMap<String, SampleId> {
    let found = find(ctx, asking("")).await;
    found.hits.into_iter().map(|hit| (hit.accession, SampleId(hit.id))).collect()
}

pub(crate) async fn values(ctx: &Ctx, sample: SampleId, field: &str) -> Vec<Value> {
    let all = sample_values(ctx, sample).await.unwrap().values;
    all.into_iter().filter(|value| value.field == field).collect()
}

async fn jobs_of(ctx: &Ctx, kind: &str) -> usize {
    let filter = JobFilter { kind: Some(kind.to_owned()), state: Some(JobState::Succeeded) };
    list_jobs(ctx, filter, PageRequest::default()).await.unwrap().items.len()
}

#[tokio::test]
async fn a_table_is_annotated_then_indexed_once_and_found_by_descent() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
        let other = member_ctx(&app, testing::organization(&app, "other").await, Role::Admin).await;
        install(&app, "MONDO", DISEASES).await;
        install(&app, "UBERON", ANATOMY).await;
        let collection = import_text(&own, "livers.tsv", TABLE).await;
        assert_eq!(
            (jobs_of(&own, ANNOTATE).await, jobs_of(&own, "index").await),
            (1, 1),
            "annotated, then indexed once"
        );
        lend(&own, collection).await;

        let samples = samples_of(&own).await;
        let disease = values(&own, samples["S1"], "disease").await;
        assert_eq!((disease[0].term.as_str(), disease[0].accepted), ("MONDO:0007256", true), "{disease:?}");
        let evidence = disease[0].evidence.as_ref().unwrap();
        assert_eq!((evidence.text.as_str(), evidence.start), ("hepatocellular carcinoma", 0), "{evidence:?}");
        let sex = values(&own, samples["S1"], "sex").await;
        assert_eq!((sex[0].term.as_str(), sex[0].label.as_str()), ("PATO:0000384", "male"));

        let mut asked = asking("");
        asked.chosen.insert("disease".into(), vec!["MONDO:0002691".into()]);
        asked.facets = vec!["disease".into(), "tissue".into()];
        let found = find(&own, asked).await;
        assert_eq!(accessions(&found), ["S1", "S2"], "liver cancer and a kind of it");
        let hcc = found.hits.iter().find(|hit| hit.accession == "S1").unwrap();
        assert_eq!(hcc.reasons, ["disease is hepatocellular carcinoma, a kind of liver cancer"]);
        assert!(hcc.values.iter().any(|value| value.field == "tissue" && value.label == "liver"), "{:?}", hcc.values);
        let counts: BTreeMap<&str, (u64, Option<&str>)> = found.facets["disease"]
            .iter()
            .map(|value| (value.value.as_str(), (value.count, value.parent.as_deref())))
            .collect();
        // Liver disease counts the samples of liver cancer alone, and says nothing more; disease is above everything.
        let expected = BTreeMap::from([
            ("MONDO:0004992", (3, None)),
            ("MONDO:0002691", (2, Some("MONDO:0004992"))),
            ("MONDO:0007256", (1, Some("MONDO:0002691"))),
            ("MONDO:0004963", (0, None)),
            ("MONDO:0005059", (1, Some("MONDO:0004992"))),
            ("MONDO:0005083", (1, None)),
        ]);
        let expected: BTreeMap<_, _> = expected.into_iter().filter(|(_, (count, _))| *count > 0).collect();
        assert_eq!(counts, expected);
        assert_eq!(found.facets["disease"][0].label, "cancer");

        // A chosen term that no sample has keeps its name.
        let mut asked = asking("");
        asked.chosen.insert("disease".into(), vec!["MONDO:0004963".into()]);
        asked.facets = vec!["disease".into()];
        let none = find(&own, asked).await;
        let chosen = none.facets["disease"].iter().find(|value| value.value == "MONDO:0004963").unwrap();
        assert_eq!((none.total, chosen.count, chosen.label.as_str()), (0, 0, "T-cell acute lymphoblastic leukemia"));

        // Somebody else sees nothing of it.
        assert_eq!(find(&other, asking("disease:MONDO:0002691")).await.total, 0);
        let foreign = sample_values(&other, samples["S1"]).await.unwrap_err();
        assert_eq!(foreign.kind, FaultKind::Missing, "{foreign}");
    }
}

#[tokio::test]
async fn words_of_a_query_are_widened_to_terms_unless_they_are_left_out() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
        install(&app, "MONDO", DISEASES).await;
        install(&app, "UBERON", ANATOMY).await;
        let collection = import_text(&own, "livers.tsv", TABLE).await;
        lend(&own, collection).await;

        let wide = find(&own, asking("liver cancer")).await;
        assert_eq!(accessions(&wide), ["S1", "S2"]);
        let [expansion] = wide.expansions.as_slice() else { panic!("{:?}", wide.expansions) };
        assert_eq!((expansion.text.as_str(), expansion.term.as_str()), ("liver cancer", "MONDO:0002691"));
        assert_eq!((expansion.field.as_str(), expansion.kinds), ("disease", 1));
        let narrow = find(&own, SearchRequest { expand: Some("none".into()), ..asking("liver cancer") }).await;
        assert_eq!((accessions(&narrow), narrow.expansions.len()), (vec!["S2"], 0));
        let without =
            find(&own, SearchRequest { expand: Some("-MONDO:0002691".into()), ..asking("liver cancer") }).await;
        assert!(
            without.expansions.iter().all(|expansion| expansion.term != "MONDO:0002691"),
            "{:?}",
            without.expansions
        );
        let both = find(&own, asking("cancer -leukemia sex:male")).await;
        assert_eq!(accessions(&both), ["S1"], "cancer is widened, leukemia is taken as it is said: {:#?}", both.hits);
        for q in ["disease:\"liver cancer\"", "disease:MONDO:0002691", "disease:HCC OR disease:\"liver cancer\""] {
            assert_eq!(accessions(&find(&own, asking(q)).await), ["S1", "S2"], "{q}");
        }
        let wrong = SearchRequest { expand: Some("liver".into()), ..asking("liver cancer") };
        let refused = discovery::search(&own, wrong).await.unwrap_err();
        assert_eq!((refused.kind, refused.fields[0].field.as_str()), (FaultKind::Invalid, "expand"), "{refused}");

        let typed = TermQuery { q: "liv".into(), field: Some("disease".into()), collection: None, limit: Some(5) };
        let terms = discovery::search_terms(&own, typed).await.unwrap().items;
        let liver = terms.iter().find(|hit| hit.id == "MONDO:0002691").unwrap();
        assert_eq!((liver.samples, liver.path.first().map(String::as_str)), (Some(2), Some("disease")), "{terms:?}");
        assert!(terms.iter().all(|hit| hit.release == "MONDO"));
        let card = discovery::load_term(&own, "MONDO:0002691").await.unwrap();
        assert_eq!((card.samples, card.samples_direct, card.field.as_deref()), (2, 1, Some("disease")));
        assert_eq!(card.children[0].samples, 1, "{:?}", card.children);
        let unknown = discovery::load_term(&own, "MONDO:9").await.unwrap_err();
        assert_eq!(unknown.kind, FaultKind::Missing, "{unknown}");
    }
}

const CANCERS: &str = "format-version: 1.2\nontology: mondo\n
[Term]\nid: MONDO:0000001\nname: disease\n
[Term]\nid: MONDO:2\nname: cancer\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:3\nname: carcinoma\nis_a: MONDO:2\n
[Term]\nid: MONDO:4\nname: clear cell adenocarcinoma\nis_a: MONDO:3\n
[Term]\nid: MONDO:5\nname: prostate cancer\nis_a: MONDO:2\n
[Term]\nid: MONDO:6\nname: prostate carcinoma\nis_a: MONDO:3\nis_a: MONDO:5\n
[Term]\nid: MONDO:7\nname: kidney cancer\nis_a: MONDO:2\n
[Term]\nid: MONDO:8\nname: renal cell carcinoma\nis_a: MONDO:7\n
[Term]\nid: MONDO:9\nname: bladder cancer\nis_a: MONDO:2\n
[Term]\nid: MONDO:10\nname: psoriasis\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:11\nname: asthma\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:12\nname: gout\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:13\nname: migraine\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:14\nname: eczema\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:15\nname: scurvy\nis_a: MONDO:0000001\n
[Term]\nid: MONDO:16\nname: rickets\nis_a: MONDO:0000001\n";

const ORGANS: &str = "format-version: 1.2\nontology: uberon\n
[Term]\nid: UBERON:0001062\nname: anatomical entity\n
[Term]\nid: UBERON:2\nname: prostate gland\nsynonym: \"prostate\" EXACT []\nis_a: UBERON:0001062\n
[Term]\nid: UBERON:3\nname: kidney\nis_a: UBERON:0001062\n
[Term]\nid: UBERON:4\nname: urinary bladder\nsynonym: \"bladder\" EXACT []\nis_a: UBERON:0001062\n";

#[tokio::test]
async fn a_longer_name_is_never_taken_apart() {
    let table = "accession\ttitle\ttissue\tdisease\n\
        P1\tone\tprostate\tprostate cancer\n\
        P2\ttwo\tprostate\tcarcinoma\n\
        K1\tthree\tkidney\trenal cell carcinoma\n\
        K2\tfour\tkidney\tclear cell adenocarcinoma\n\
        B1\tfive\tbladder\tcarcinoma\n";
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
        install(&app, "MONDO", CANCERS).await;
        install(&app, "UBERON", ORGANS).await;
        let collection = import_text(&own, "organs.tsv", table).await;
        lend(&own, collection).await;

        // Samples have a kind of it.
        let kidney = find(&own, asking("kidney cancer")).await;
        assert_eq!(accessions(&kidney), ["K1"], "a kidney with another cancer is none: {:?}", kidney.expansions);
        let told = |found: &SearchResponse| -> Vec<(String, String, Option<String>)> {
            let expansions = found.expansions.iter().cloned();
            expansions.map(|one| (one.text, one.term, one.instead_of)).collect()
        };
        assert_eq!(told(&kidney), [("kidney cancer".into(), "MONDO:7".into(), None)]);

        // None has it; one is said to have what is right above it. The other has its words.
        let prostate = find(&own, asking("prostate carcinoma")).await;
        assert_eq!(accessions(&prostate), ["P1", "P2"]);
        let instead = Some("prostate carcinoma".to_owned());
        assert_eq!(told(&prostate), [("prostate carcinoma".into(), "MONDO:5".into(), instead)]);
        let hit = prostate.hits.iter().find(|hit| hit.accession == "P1").unwrap();
        assert_eq!(hit.reasons, ["disease is prostate cancer, and no sample is said to have prostate carcinoma"]);
        let asked = SearchRequest { expand: Some("-MONDO:5".into()), ..asking("prostate carcinoma") };
        let alone = find(&own, asked).await;
        assert_eq!((accessions(&alone), told(&alone)), (vec!["P2"], Vec::new()));
        let asked = SearchRequest { expand: Some("-MONDO:6".into()), ..asking("prostate carcinoma") };
        assert_eq!(told(&find(&own, asked).await), Vec::new(), "what is left out is not taken apart either");

        // None has it or what lies above it.
        let bladder = find(&own, asking("bladder cancer")).await;
        assert_eq!((accessions(&bladder), told(&bladder)), (Vec::<&str>::new(), Vec::new()));

        // Words that name nothing together are widened each.
        let apart = find(&own, asking("carcinoma prostate")).await;
        assert_eq!((accessions(&apart), apart.expansions.len()), (vec!["P2"], 2), "{:?}", apart.expansions);
    }
}

#[tokio::test]
async fn a_real_series_is_annotated_and_found_and_a_second_run_changes_nothing() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
        // Before there is an ontology nothing is annotated, and everything is searchable.
        let collection = import_geo(&own, "family_soft/GSE14618_family.soft.gz").await;
        assert_eq!(find(&own, asking("")).await.total, 92);
        assert_eq!((jobs_of(&own, ANNOTATE).await, coverage(&own, collection).await.unwrap().annotated), (0, 0));
        install(&app, "MONDO", DISEASES).await;
        lend(&own, collection).await;

        let mut asked = asking("");
        asked.chosen.insert("disease".into(), vec!["MONDO:0004992".into()]);
        let found = find(&own, asked).await;
        assert_eq!(found.total, 92, "T-ALL is a cancer");
        assert_eq!(found.hits[0].reasons, ["disease is T-cell acute lymphoblastic leukemia, a kind of cancer"]);
        let sample = SampleId(found.hits[0].id);
        let organism = values(&own, sample, "organism").await;
        assert_eq!(organism[0].term, "NCBITaxon:9606");
        assert_eq!(organism[0].layer, chorale_model::harmonize::Layer::Submitter);

        let dataset = found.hits[0].datasets[0].id;
        let together = dataset_values(&own, dataset).await.unwrap();
        let disease = together.fields.iter().find(|field| field.field == "disease").unwrap();
        assert_eq!((disease.values[0].term.as_str(), disease.without), ("MONDO:0004963", 0), "{disease:?}");
        assert_eq!(disease.values[0].samples, together.samples);
        let listed = list_sample_values(&own, dataset, &[sample, SampleId(uuid::Uuid::nil())]).await.unwrap();
        assert_eq!((listed.len(), listed[0].sample), (1, sample));

        let counted = coverage(&own, collection).await.unwrap();
        let of_disease = counted.fields.iter().find(|field| field.field == "disease").unwrap();
        assert_eq!((counted.samples, counted.annotated, of_disease.accepted, of_disease.without), (92, 92, 92, 0));
        assert_eq!(counted.history.len(), 1, "one point to a day");

        let before = sample_values(&own, sample).await.unwrap();
        let state = discovery::index_state(&own).await.unwrap();
        app.clock.advance(chorale_model::Time::DAY);
        let job =
            start_annotation(&own, StartAnnotation { collection: Some(collection), dataset: None }).await.unwrap();
        idle(&app).await;
        let ended = crate::jobs::load_job(&own, job.id).await.unwrap();
        assert_eq!(ended.result.unwrap()["samples"], 0, "nothing was to be done");
        assert_eq!(sample_values(&own, sample).await.unwrap(), before);
        assert_eq!(discovery::index_state(&own).await.unwrap(), state, "and nothing to be indexed");

        // Another set of ontologies reads everything again.
        install(&app, "UBERON", ANATOMY).await;
        let after = sample_values(&own, sample).await.unwrap();
        assert!(after.annotated_at > before.annotated_at);
        assert_ne!(after.values[0].version, before.values[0].version);
    }
}

/// A family file of livers.
fn family(series: &str, samples: &[&str]) -> String {
    let mut text = format!("^SERIES = {series}\n!Series_title = Livers\n");
    for sample in samples {
        text.push_str(&format!(
            "^SAMPLE = {sample}\n!Sample_title = {sample}\n!Sample_platform_id = GPL1\n!Sample_source_name_ch1 = liver\n"
        ));
    }
    text
}

#[tokio::test]
async fn a_sample_of_two_series_counts_once_whichever_comes_first() {
    let whole = ("GSE1", family("GSE1", &["GSM1", "GSM2", "GSM3"]));
    let part = ("GSE2", family("GSE2", &["GSM1", "GSM2"]));
    for order in [[&whole, &part], [&part, &whole]] {
        for db in each_engine().await {
            let app = testing::deployment(db);
            let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
            install(&app, "UBERON", ANATOMY).await;
            let mut collection = None;
            for (name, text) in order {
                collection = Some(import_text(&own, &format!("{name}.soft"), text).await);
            }
            let collection = collection.unwrap();
            let tissues = async || {
                let counted = coverage(&own, collection).await.unwrap();
                let tissue = counted.fields.iter().find(|field| field.field == "tissue").unwrap();
                (counted.samples, counted.annotated, tissue.accepted + tissue.in_review)
            };
            assert_eq!(tissues().await, (3, 3, 3), "{order:?}");

            // The part grows beyond the whole: what both hold is at home in the other one now.
            let more = family("GSE2", &["GSM1", "GSM2", "GSM4", "GSM5", "GSM6"]);
            import_text(&own, "GSE2.soft", &more).await;
            assert_eq!(tissues().await, (6, 6, 6), "{order:?}");
            let recorded = coverage(&own, collection).await.unwrap().history;
            assert_eq!(recorded.last().unwrap().samples, 6, "what is kept of the day is right too");
        }
    }
}

#[tokio::test]
async fn fields_are_versioned_and_checked() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
        install(&app, "MONDO", DISEASES).await;
        let collection = import_text(&own, "livers.tsv", TABLE).await;
        let first = fields_of(&own, collection).await.unwrap();
        assert_eq!((first.version, first.fields.len()), (0, default_fields().len()));
        let changed = update_fields(&own, collection, UpdateFields { version: 0, fields: lenient() }).await.unwrap();
        assert_eq!((changed.version, changed.fields[0].accept_precision), (1, 0.4));
        let late = update_fields(&own, collection, UpdateFields { version: 0, fields: lenient() }).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict, "{late}");
        update_fields(&own, collection, UpdateFields { version: 1, fields: lenient() }).await.unwrap();

        let wrong = |change: &dyn Fn(&mut Field)| {
            let mut fields = default_fields();
            change(&mut fields[0]);
            let own = own.clone();
            async move { update_fields(&own, collection, UpdateFields { version: 2, fields }).await.unwrap_err() }
        };
        let branch = wrong(&|field| field.branch = Some("MONDO:7".into())).await;
        assert_eq!(branch.fields[0].field, "fields[0].branch", "{branch}");
        assert!(branch.message.contains("\"disease\"") && branch.message.contains("MONDO:7 is no term"), "{branch}");
        let name = wrong(&|field| field.name = "Dis ease".into()).await;
        assert_eq!(name.fields[0].field, "fields[0].name", "{name}");
        let twice = wrong(&|field| field.name = "tissue".into()).await;
        assert!(twice.message.contains("stands twice"), "{twice}");
        let choices = wrong(&|field| field.choices = vec!["a".into()]).await;
        assert_eq!(choices.fields[0].field, "fields[0].choices", "{choices}");
        let thresholds = wrong(&|field| field.accept_precision = 1.5).await;
        assert_eq!(thresholds.fields[0].field, "fields[0].accept_precision", "{thresholds}");
        let scientist = member_ctx(&app, own.scope.unwrap(), Role::Scientist).await;
        let update = UpdateFields { version: 2, fields: lenient() };
        assert_eq!(update_fields(&scientist, collection, update).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn one_field_is_changed_at_a_time_and_everything_wrong_with_it_is_named() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Curator).await;
        install(&app, "MONDO", DISEASES).await;
        let collection = import_text(&own, "livers.tsv", TABLE).await;
        let change = async |version, change| change_fields(&own, collection, ChangeFields { version, change }).await;
        let names = |set: &CollectionFields| -> Vec<String> { set.fields.iter().map(|one| one.name.clone()).collect() };
        let usual = default_fields();
        let note = Field { name: "note".into(), label: "Note".into(), ..text_field() };

        let added = change(0, FieldChange::Add { field: note.clone() }).await.unwrap();
        assert_eq!((added.version, added.fields.last().unwrap()), (1, &note));
        let moved = change(1, FieldChange::Move { name: "note".into(), up: true }).await.unwrap();
        assert_eq!((moved.version, names(&moved)[usual.len() - 1].as_str()), (2, "note"));
        let first = change(2, FieldChange::Move { name: usual[0].name.clone(), up: true }).await.unwrap_err();
        assert!(first.kind == FaultKind::Invalid && first.message.contains("is the first one already"), "{first}");

        // Who read another version hears of that first, whatever is wrong besides; nothing is changed.
        let wrong = Field { name: "Note".into(), label: " ".into(), abstain_below: f64::NAN, ..note.clone() };
        let late = change(1, FieldChange::Remove { name: "gone".into() }).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict, "{late}");
        let refused = change(2, FieldChange::Replace { name: "note".into(), field: wrong }).await.unwrap_err();
        let told: Vec<&str> = refused.fields.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(told, ["name", "label", "abstain_below"], "{refused}");
        assert!(refused.fields[0].message.starts_with("name is made of a-z"), "{refused:?}");
        let taken = Field { name: "disease".into(), ..note.clone() };
        let twice = change(2, FieldChange::Replace { name: "note".into(), field: taken }).await.unwrap_err();
        assert_eq!(twice.fields.len(), 1, "{twice:?}");
        assert_eq!(twice.fields[0].message, "name stands twice; each name is one field");

        let longer = Field { guideline: "What else is known.".into(), ..note };
        let replaced = change(2, FieldChange::Replace { name: "note".into(), field: longer.clone() }).await.unwrap();
        assert!(replaced.version == 3 && replaced.fields.contains(&longer));
        let removed = change(3, FieldChange::Remove { name: "note".into() }).await.unwrap();
        assert_eq!((removed.version, &removed.fields), (4, &usual));
        let missing = change(4, FieldChange::Remove { name: "note".into() }).await.unwrap_err();
        assert_eq!(missing.kind, FaultKind::Missing, "{missing}");
        update_fields(&own, collection, UpdateFields { version: 4, fields: lenient() }).await.unwrap();
        assert_eq!(change(5, FieldChange::Reset).await.unwrap().fields, usual);

        // The dictionary alone says itself how sure it is.
        let thresholds = field_thresholds(&own, collection).await.unwrap();
        let disease = thresholds.fields.iter().find(|one| one.field == "disease").unwrap();
        assert_eq!((disease.accepted_from, disease.calibrated), (Some(usual[0].accept_precision), false));
        assert!(thresholds.annotator.is_some());
        let other = member_ctx(&app, testing::organization(&app, "other").await, Role::Curator).await;
        for kind in [
            field_thresholds(&other, collection).await.unwrap_err().kind,
            change_fields(&other, collection, ChangeFields { version: 6, change: FieldChange::Reset })
                .await
                .unwrap_err()
                .kind,
        ] {
            assert_eq!(kind, FaultKind::Missing);
        }
    }
}

fn text_field() -> Field {
    default_fields().into_iter().find(|field| field.name == "batch").unwrap()
}

#[tokio::test]
async fn a_dataset_says_what_its_values_were_made_with() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
        let other = member_ctx(&app, testing::organization(&app, "other").await, Role::Admin).await;
        let collection = import_text(&own, "livers.tsv", TABLE).await;
        let found = find(&own, asking("S1")).await;
        let dataset = found.hits[0].datasets[0].id;
        assert_eq!(dataset_pins(&own, dataset).await.unwrap(), None, "no ontology, no annotation");
        install(&app, "MONDO", DISEASES).await;
        install(&app, "LOCAL", ANATOMY).await;
        let pins = dataset_pins(&own, dataset).await.unwrap().unwrap();
        let names: Vec<&str> = pins.releases.iter().map(|release| release.name.as_str()).collect();
        assert_eq!((names, pins.fields_version), (vec!["MONDO"], 0), "no field takes terms of LOCAL");
        assert!(pins.annotator.starts_with("dictionary-"), "{pins:?}");
        lend(&own, collection).await;
        assert_eq!(dataset_pins(&own, dataset).await.unwrap().unwrap().fields_version, 1);
        assert_eq!(dataset_pins(&other, dataset).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn texts_are_answered_with_spans_in_scalar_values() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Scientist).await;
        let text = "Gewebe “Ä”: hepatocellular carcinoma";
        let item = |id: i64, text: Option<&str>, attributes: Option<BTreeMap<String, String>>| AnnotateItem {
            id: id.into(),
            text: text.map(str::to_owned),
            attributes,
            study: None,
        };
        let pairs = BTreeMap::from([("tissue".to_owned(), "liver".to_owned())]);
        let items = vec![item(1, Some(text), None), item(2, None, Some(pairs))];
        let ask = || annotate(&own, Annotate { items: items.clone() });
        assert!(
            ask().await.unwrap().items.iter().all(|item| item.suggestions.is_empty()),
            "no ontology, no suggestion"
        );
        install(&app, "MONDO", DISEASES).await;
        install(&app, "UBERON", ANATOMY).await;
        let answered = ask().await.unwrap().items;
        assert_eq!(answered[0].id, 1);
        let disease = answered[0].suggestions.iter().find(|one| one.field == "disease").unwrap();
        let evidence = disease.evidence.as_ref().unwrap();
        let said: String =
            text.chars().skip(evidence.start as usize).take((evidence.end - evidence.start) as usize).collect();
        assert_eq!((disease.term.as_str(), said.as_str()), ("MONDO:0007256", "hepatocellular carcinoma"));
        assert_eq!((evidence.attribute.as_deref(), disease.state), (None, ValueState::Present));
        let tissue = answered[1].suggestions.iter().find(|one| one.field == "tissue").unwrap();
        assert_eq!(tissue.evidence.as_ref().unwrap().attribute.as_deref(), Some("tissue"));
    }
}

#[tokio::test]
async fn a_dataset_of_others_is_not_annotated_by_me() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
        let other = member_ctx(&app, testing::organization(&app, "other").await, Role::Admin).await;
        let collection = import_text(&own, "livers.tsv", TABLE).await;
        let asked = StartAnnotation { collection: Some(collection), dataset: None };
        assert_eq!(start_annotation(&other, asked).await.unwrap_err().kind, FaultKind::Missing);
        let operator = Ctx::operator(app.clone(), own.scope);
        catalog::share_collection(&operator, collection, true).await.unwrap();
        let asked = StartAnnotation { collection: Some(collection), dataset: None };
        assert_eq!(start_annotation(&other, asked).await.unwrap_err().kind, FaultKind::Forbidden);
        let both = StartAnnotation { collection: Some(collection), dataset: Some(DatasetId(uuid::Uuid::nil())) };
        assert_eq!(start_annotation(&own, both).await.unwrap_err().fields[0].field, "dataset");
        // Without ontologies the job says so.
        let job = start_annotation(&own, StartAnnotation::default()).await.unwrap();
        idle(&app).await;
        let note = crate::jobs::load_job(&own, job.id).await.unwrap().result.unwrap()["note"].to_string();
        assert!(note.contains("no ontology is in use"), "{note}");
    }
}
