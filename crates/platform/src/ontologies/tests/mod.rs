//! Ontologies on both engines: releases and rights here; the library, its processes and its repair in `sharing`;
//! addresses and their jobs in `fetching`; what outlives a removal in `keeping`.

mod fetching;
mod keeping;
mod sharing;

use super::*;
use crate::db::{sql as statement, tests::each_engine};
use crate::jobs::{Handler, run_until_idle};
use crate::{Deployment, testing};
use chorale_model::Time;
use chorale_model::audit::AuditFilter;
use chorale_model::ontologies::InstallOntology;
use std::path::PathBuf;
use std::sync::Arc;

const ANATOMY: &str = "format-version: 1.2\ndata-version: releases/2026-01-01\n\n[Term]\nid: UBERON:1\nname: organ\n\n\
    [Term]\nid: UBERON:2\nname: liver\nsynonym: \"iecur\" EXACT []\nis_a: UBERON:1\n\n\
    [Term]\nid: UBERON:3\nname: gill\nis_a: UBERON:9\n\n\
    [Term]\nid: UBERON:4\nname: old spleen\nis_obsolete: true\n";
const LATER: &str = "format-version: 1.2\ndata-version: releases/2026-02-01\n\n[Term]\nid: UBERON:1\nname: organ\n\n\
    [Term]\nid: UBERON:2\nname: hepatic organ\nis_a: UBERON:1\n\n\
    [Term]\nid: UBERON:3\nname: obsolete gill\nis_obsolete: true\nreplaced_by: UBERON:5\nconsider: UBERON:1\n\n\
    [Term]\nid: UBERON:5\nname: branchia\nis_a: UBERON:1\n";
const CELLS: &str = "format-version: 1.2\n\n[Term]\nid: CL:1\nname: hepatocyte\n";
const CIRCLE: &str =
    "format-version: 1.2\n\n[Term]\nid: X:1\nname: a\nis_a: X:2\n\n[Term]\nid: X:2\nname: b\nis_a: X:1\n";

/// A deployment with two organizations, its operator, and a folder with the files.
struct Place {
    app: Arc<Deployment>,
    operator: Ctx,
    own: OrganizationId,
    other: OrganizationId,
    folder: tempfile::TempDir,
}

async fn place(db: crate::Db) -> Place {
    place_of(testing::deployment(db)).await
}

async fn place_of(app: Arc<Deployment>) -> Place {
    let (own, other) = (testing::organization(&app, "own").await, testing::organization(&app, "other").await);
    let operator = Ctx::operator(app.clone(), None);
    Place { operator, own, other, folder: tempfile::tempdir().unwrap(), app }
}

impl Place {
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    async fn install(&self, name: &str, text: &str) -> OntologyRelease {
        install_file(&self.operator, name, &self.file("file.obo", text)).await.unwrap()
    }

    /// Does what waits, the preparation that others may follow included.
    async fn work(&self) -> usize {
        self.app.clock.advance(Time::MINUTE);
        run_until_idle(&self.app, &handlers()).await.unwrap()
    }

    async fn labels(&self, ids: &[&str]) -> Vec<Option<String>> {
        let library = library(&self.app).await.unwrap();
        ids.iter().map(|id| library.find(id).map(|term| library.label(term).to_owned())).collect()
    }

    async fn count(&self, text: &'static str) -> i64 {
        let (count,): (i64,) = statement(text).one(&self.app.db).await.unwrap();
        count
    }
}

fn handlers() -> Vec<Arc<dyn Handler>> {
    vec![Arc::new(InstallJob), Arc::new(PrepareJob), Arc::new(SweepJob)]
}

fn said(label: &str) -> Option<String> {
    Some(label.to_owned())
}

#[tokio::test]
async fn the_first_release_of_a_name_is_in_use_and_says_what_it_holds() {
    for db in each_engine().await {
        let place = place(db).await;
        let made = place.install("uberon", ANATOMY).await;
        assert_eq!((&*made.name, &*made.version, &*made.format), ("UBERON", "releases/2026-01-01", "obo"));
        assert_eq!((made.terms, made.obsolete, made.names, made.problems), (4, 1, 4, 1));
        assert_eq!(made.sha256, crate::objects::sha256_hex(ANATOMY.as_bytes()));
        assert_eq!((made.size_bytes, made.in_use), (ANATOMY.len() as i64, true));
        assert_eq!((made.installed_at, &*made.installed_by), (testing::START, "operator"));
        assert!(made.source.ends_with("/file.obo"), "{}", made.source);
        assert_eq!(place.labels(&["UBERON:2", "UBERON:7"]).await, [said("liver"), None]);

        let scientist = testing::member_ctx(&place.app, place.own, Role::Scientist).await;
        let listed = list_releases(&scientist).await.unwrap();
        assert_eq!((&listed.items[..], listed.prepared), (&[made.clone()][..], true));
        assert!(listed.known.iter().any(|known| known.name == "MONDO" && known.address.is_some()));
        let problems = release_problems(&scientist, "UBERON", &made.sha256).await.unwrap();
        assert_eq!((problems.total, problems.items.len(), problems.items[0].line), (1, 1, 14));
        assert!(problems.items[0].message.contains("UBERON:9"), "{problems:?}");
        assert_eq!(release_problems(&scientist, "UBERON", "00").await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn another_release_waits_until_it_is_used() {
    for db in each_engine().await {
        let place = place(db).await;
        let first = place.install("UBERON", ANATOMY).await;
        place.app.clock.advance(Time::HOUR);
        let second = place.install("UBERON", LATER).await;
        assert!(!second.in_use);
        assert_eq!(place.labels(&["UBERON:2", "UBERON:5"]).await, [said("liver"), None]);
        let used = use_release(&place.operator, "uberon", &second.sha256[..8]).await.unwrap();
        assert_eq!((used.in_use, &used.sha256), (true, &second.sha256));
        let states: Vec<_> = list_releases(&place.operator).await.unwrap().items;
        let states: Vec<_> = states.into_iter().map(|one| (one.sha256, one.in_use)).collect();
        assert_eq!(states, [(second.sha256.clone(), true), (first.sha256.clone(), false)]);
        place.work().await;
        assert_eq!(place.labels(&["UBERON:2", "UBERON:5"]).await, [said("hepatic organ"), said("branchia")]);
        // Back again, and what is unknown or too short changes nothing.
        use_release(&place.operator, "UBERON", &first.sha256).await.unwrap();
        for wrong in ["00000000", "", &first.sha256[..7], &second.sha256[..4]] {
            assert_eq!(use_release(&place.operator, "UBERON", wrong).await.unwrap_err().kind, FaultKind::Missing);
        }
        assert_eq!(place.labels(&["UBERON:2"]).await, [said("liver")]);
    }
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    for db in each_engine().await {
        let place = place(db).await;
        let first = place.install("UBERON", ANATOMY).await;
        prepare(&place.app).await.unwrap();
        let before = place.app.objects.list("").await.unwrap();
        place.app.clock.advance(Time::HOUR);
        assert_eq!(place.install("UBERON", ANATOMY).await, first);
        assert_eq!(place.app.objects.list("").await.unwrap(), before);
        assert_eq!(place.count("select generation from ontology_current").await, 1);
        // Under another name it is another release.
        assert_eq!(place.install("ANATOMY", ANATOMY).await.name, "ANATOMY");
        assert_eq!(place.count("select generation from ontology_current").await, 2);
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_the_thing_the_place_and_the_remedy() {
    for db in each_engine().await {
        let place = place(db).await;
        let refused = async |name: &str, path: PathBuf| {
            let fault = install_file(&place.operator, name, &path).await.unwrap_err();
            assert_eq!(fault.fields.len(), 1, "{fault}");
            fault.message
        };
        let said = refused("LOCAL", place.file("circle.obo", CIRCLE)).await;
        for part in ["circle.obo cannot be installed as LOCAL", "line ", "X:1", "X:2", "nothing was changed"] {
            assert!(said.contains(part), "{said}");
        }
        let said = refused("MONDO", place.file("cells.obo", CELLS)).await;
        assert!(said.contains("cells.obo holds no term of MONDO, its first is CL:1"), "{said}");
        let said = refused("LOCAL", place.file("empty.obo", "")).await;
        assert!(said.contains("empty.obo cannot be installed"), "{said}");
        let said = refused("LOCAL", place.folder.path().to_owned()).await;
        assert!(said.contains("is no file"), "{said}");
        let said = refused("LOCAL", place.folder.path().join("absent")).await;
        assert!(said.contains("does not exist; check the path"), "{said}");
        let said = refused("no name", place.file("cells.obo", CELLS)).await;
        assert!(said.contains("\"no name\" is no name of an ontology"), "{said}");
        let unknown = install_from(&place.operator, "NOPE", None).await.unwrap_err();
        assert!(unknown.message.contains("--from") && unknown.message.contains("UBERON (https://"), "{unknown}");
        assert!(list_releases(&place.operator).await.unwrap().items.is_empty());
        assert!(place.app.objects.list("").await.unwrap().is_empty());
        assert_eq!(place.count("select generation from ontology_current").await, 0);
        assert!(
            library(&place.app).await.unwrap().pins().is_empty(),
            "nothing is installed, and that is a library too"
        );
    }
}

#[tokio::test]
async fn only_an_operator_changes_ontologies_and_every_organization_hears_of_it() {
    for db in each_engine().await {
        let place = place(db).await;
        let admin = testing::member_ctx(&place.app, place.own, Role::Admin).await;
        let file = place.file("file.obo", ANATOMY);
        let input = InstallOntology { name: "UBERON".into(), from: None };
        assert_eq!(install_file(&admin, "UBERON", &file).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(install(&admin, input).await.unwrap_err().kind, FaultKind::Forbidden);
        let first = place.install("UBERON", ANATOMY).await;
        let second = place.install("UBERON", LATER).await;
        for fault in [
            use_release(&admin, "UBERON", &second.sha256).await.unwrap_err(),
            remove_release(&admin, "UBERON", &first.sha256).await.unwrap_err(),
        ] {
            assert_eq!(fault.kind, FaultKind::Forbidden);
        }
        let nobody = Ctx::anonymous(place.app.clone(), "r".into(), String::new());
        assert_eq!(list_releases(&nobody).await.unwrap_err().kind, FaultKind::Unauthenticated);
        use_release(&place.operator, "UBERON", &second.sha256).await.unwrap();
        remove_release(&place.operator, "UBERON", &first.sha256).await.unwrap();
        for organization in [place.own, place.other] {
            let ctx = Ctx::operator(place.app.clone(), Some(organization));
            let filter = AuditFilter { object: Some("UBERON".into()), ..AuditFilter::default() };
            let rows = crate::audit::list_rows(&ctx, filter, PageRequest::default()).await.unwrap().items;
            let mut actions: Vec<&str> = rows.iter().map(|row| &*row.action).collect();
            actions.sort_unstable();
            assert_eq!(actions, ["ontology.installed", "ontology.installed", "ontology.removed", "ontology.used"]);
            let used = rows.iter().find(|row| row.action == "ontology.used").unwrap();
            assert_eq!(used.detail["before"], first.sha256.as_str());
        }
    }
}

#[tokio::test]
async fn a_release_without_a_version_has_the_one_in_its_name_or_the_day() {
    for db in each_engine().await {
        let place = place(db).await;
        let named = place.file("CL-ontology-v2026-03-26.obo", CELLS);
        assert_eq!(install_file(&place.operator, "CL", &named).await.unwrap().version, "v2026-03-26");
        assert_eq!(place.install("CELLS", CELLS).await.version, "2026-03-04");
        let library = library(&place.app).await.unwrap();
        let versions: Vec<_> = library.pins().iter().map(|pin| (&*pin.name, &*pin.version)).collect();
        assert_eq!(versions, [("CELLS", "2026-03-04"), ("CL", "v2026-03-26")]);
    }
}

#[tokio::test]
async fn an_upgrade_says_what_it_would_change() {
    for db in each_engine().await {
        let place = place(db).await;
        place.install("UBERON", ANATOMY).await;
        let second = place.install("UBERON", LATER).await;
        let admin = testing::member_ctx(&place.app, place.own, Role::Admin).await;
        let changes = release_changes(&admin, "UBERON", &second.sha256).await.unwrap();
        assert_eq!((&*changes.from_version, &*changes.to_version), ("releases/2026-01-01", "releases/2026-02-01"));
        assert_eq!((changes.added, changes.relabelled, changes.gone.len()), (1, 1, 1));
        let gone = &changes.gone[0];
        assert_eq!((&*gone.term, &*gone.label, &gone.consider[..]), ("UBERON:3", "gill", &["UBERON:1".to_owned()][..]));
        assert_eq!((&gone.replaced_by, &gone.replacement_label), (&said("UBERON:5"), &said("branchia")));
        let curator = testing::member_ctx(&place.app, place.own, Role::Curator).await;
        let refused = release_changes(&curator, "UBERON", &second.sha256).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Forbidden);
        assert_eq!(release_changes(&admin, "CL", "0").await.unwrap_err().kind, FaultKind::Missing);
    }
}
