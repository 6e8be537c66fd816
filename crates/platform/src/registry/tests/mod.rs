//! The registry on both engines: what is kept, who may, and that nobody sees another organization's models.

mod promotions;
mod registered;

use super::*;
use crate::db::tests::each_engine;
use crate::{Deployment, testing};
use chorale_model::experiments::Asked;
use chorale_model::page::PageRequest;
use chorale_model::registry::{Alias, Evaluation, Promote};
use chorale_model::{FaultKind, Time};
use std::sync::{Arc, Mutex};

fn new(name: &str) -> NewVersion {
    NewVersion {
        name: name.into(),
        kind: "annotator".into(),
        description: "Words into terms".into(),
        params: vec![("folds".into(), "5".into()), ("c".into(), "0.5".into())],
        artifacts: vec![NewArtifact::bytes("model.bin", "weights"), NewArtifact::bytes("notes/read me.txt", "")],
    }
}

async fn people(app: &Arc<Deployment>) -> (Ctx, Ctx, Ctx) {
    let organization = testing::organization(app, "own").await;
    let admin = testing::member_ctx(app, organization, Role::Admin).await;
    let curator = testing::member_ctx(app, organization, Role::Curator).await;
    let scientist = testing::member_ctx(app, organization, Role::Scientist).await;
    (admin, curator, scientist)
}

#[tokio::test]
async fn a_version_is_kept_whole_and_found_by_its_alias() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (admin, curator, scientist) = people(&app).await;
        let organization = admin.scope.unwrap();
        let first = create_version(&curator, new("harmonize")).await.unwrap();
        assert_eq!((first.version, &*first.created_by, first.created_at), (1, &*curator.actor_name(), testing::START));
        assert_eq!(first.params, new("").params);
        let kept: Vec<_> = first.artifacts.iter().map(|one| (&*one.path, one.size_bytes)).collect();
        assert_eq!(kept, [("model.bin", 7), ("notes/read me.txt", 0)]);
        let bytes = artifact(&app, organization, "harmonize", 1, "model.bin").await.unwrap();
        assert_eq!((&*bytes, &first.artifacts[0].sha256), (&b"weights"[..], &crate::objects::sha256_hex(b"weights")));
        let absent = artifact(&app, organization, "harmonize", 1, "absent").await.unwrap_err();
        assert_eq!(absent.kind, FaultKind::Missing);

        assert_eq!(find_promoted(&app, organization, "harmonize", CHAMPION).await.unwrap(), None);
        let champion = |version| Promote { version, alias: CHAMPION.into(), ..Promote::default() };
        assert_eq!(promote(&admin, "harmonize", champion(1)).await.unwrap().aliases, [CHAMPION]);
        app.clock.advance(Time::HOUR);
        assert_eq!(create_version(&curator, new("harmonize")).await.unwrap().version, 2);
        promote(&admin, "harmonize", champion(2)).await.unwrap();
        let promoted = find_promoted(&app, organization, "harmonize", CHAMPION).await.unwrap().unwrap();
        assert_eq!((promoted.version, promoted.aliases), (2, vec![CHAMPION.to_owned()]));
        assert!(load_version(&scientist, "harmonize", 1).await.unwrap().aliases.is_empty());

        let model = load_model(&scientist, "harmonize").await.unwrap();
        assert_eq!((model.latest_version, &*model.kind), (2, "annotator"));
        assert_eq!(model.aliases, [Alias { alias: CHAMPION.into(), version: 2 }]);
        assert_eq!((model.created_at, model.updated_at), (testing::START, app.clock.now()));
        assert_eq!(promote(&admin, "harmonize", champion(3)).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn a_file_is_an_artifact_and_a_damaged_one_is_told() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (_, curator, _) = people(&app).await;
        let organization = curator.scope.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("large");
        std::fs::write(&file, vec![7_u8; 3 << 20]).unwrap();
        let artifacts = vec![NewArtifact::file("large", &file)];
        create_version(&curator, NewVersion { artifacts, ..new("m") }).await.unwrap();
        assert_eq!(artifact(&app, organization, "m", 1, "large").await.unwrap().len(), 3 << 20);
        let key = app.objects.list(&format!("{organization}/models")).await.unwrap().remove(0).key;
        app.objects.delete(&key).await.unwrap();
        let other = crate::objects::Key::from_backup(&key);
        app.objects.put(&other, vec![8_u8; 3 << 20]).await.unwrap();
        let fault = artifact(&app, organization, "m", 1, "large").await.unwrap_err();
        assert!(fault.kind == FaultKind::Internal && fault.to_string().contains("SHA-256"), "{fault}");
        let absent = NewVersion { artifacts: vec![NewArtifact::file("x", folder.path().join("absent"))], ..new("m") };
        assert!(create_version(&curator, absent).await.is_err());
        assert_eq!(load_model(&curator, "m").await.unwrap().latest_version, 1, "what failed gave no number");
    }
}

#[tokio::test]
async fn numbers_are_given_once_and_what_an_alias_stands_for_stays() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (admin, curator, _) = people(&app).await;
        for _ in 0..3 {
            create_version(&curator, new("m")).await.unwrap();
        }
        promote(&admin, "m", Promote { version: 2, alias: "champion".into(), ..Promote::default() }).await.unwrap();
        let made = Evaluation { dataset: "gold".into(), metrics: vec![("f1".into(), 0.5)], created_at: Time(0) };
        record_evaluation(&curator, "m", 3, made).await.unwrap();
        let fault = delete_version(&admin, "m", 2).await.unwrap_err();
        assert!(fault.kind == FaultKind::Conflict && fault.message.contains("is its champion"), "{fault}");
        delete_version(&admin, "m", 3).await.unwrap();
        assert_eq!(delete_version(&admin, "m", 3).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(create_version(&curator, new("m")).await.unwrap().version, 4);
        let page = list_versions(&curator, "m", PageRequest { cursor: None, limit: Some(2) }).await.unwrap();
        assert_eq!(page.items.iter().map(|one| one.version).collect::<Vec<_>>(), [4, 2]);
        assert_eq!(page.items[1].aliases, ["champion"]);
        let rest = PageRequest { cursor: page.next_cursor, limit: Some(2) };
        let rest = list_versions(&curator, "m", rest).await.unwrap();
        assert_eq!((rest.items[0].version, rest.items.len(), rest.next_cursor), (1, 1, None));
        // What is deleted is nobody's and waits for the sweep.
        let stop = crate::jobs::StopSignal::default();
        let swept = crate::care::sweep_objects(&app, &stop).await.unwrap();
        assert_eq!((swept.waiting, swept.removed), (2, 0));
        app.clock.advance(31 * Time::DAY);
        assert_eq!(crate::care::sweep_objects(&app, &stop).await.unwrap().removed, 2);
        let organization = admin.scope.unwrap();
        assert_eq!(app.objects.list(&format!("{organization}/models")).await.unwrap().len(), 6);
        artifact(&app, organization, "m", 2, "model.bin").await.unwrap();
    }
}

#[tokio::test]
async fn evaluations_are_kept_in_their_order() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (_, curator, scientist) = people(&app).await;
        create_version(&curator, new("m")).await.unwrap();
        let made = |dataset: &str, value| Evaluation {
            dataset: dataset.into(),
            metrics: vec![("ale/tissue/close_f1".into(), value), ("n".into(), 3.0)],
            created_at: Time(0),
        };
        record_evaluation(&curator, "m", 1, made("gold", 0.25)).await.unwrap();
        app.clock.advance(Time::MINUTE);
        let version = record_evaluation(&curator, "m", 1, made("gold", 0.75)).await.unwrap();
        let seen: Vec<_> = version.evaluations.iter().map(|one| (one.created_at, one.metrics[0].1)).collect();
        assert_eq!(seen, [(testing::START, 0.25), (app.clock.now(), 0.75)]);
        for (bad, field) in [(made("", 0.5), "dataset"), (made("gold", f64::NAN), "metrics")] {
            assert_eq!(record_evaluation(&curator, "m", 1, bad).await.unwrap_err().fields[0].field, field);
        }
        assert_eq!(record_evaluation(&curator, "m", 9, made("g", 0.5)).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(record_evaluation(&scientist, "m", 1, made("g", 0.5)).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn roles_and_organizations_are_kept_apart() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (_, curator, scientist) = people(&app).await;
        assert_eq!(create_version(&scientist, new("m")).await.unwrap_err().kind, FaultKind::Forbidden);
        create_version(&curator, new("m")).await.unwrap();
        let input = Promote { version: 1, alias: CHAMPION.into(), ..Promote::default() };
        assert_eq!(promote(&scientist, "m", input.clone()).await.unwrap_err().kind, FaultKind::Forbidden);
        // Annotators are curators' business, other models are admins'.
        create_version(&curator, NewVersion { kind: "response".into(), ..new("other") }).await.unwrap();
        assert_eq!(promote(&curator, "other", input.clone()).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(promote(&curator, "m", input.clone()).await.unwrap().aliases, [CHAMPION]);
        assert_eq!(delete_version(&curator, "m", 1).await.unwrap_err().kind, FaultKind::Forbidden);

        let other = testing::organization(&app, "other").await;
        let stranger = testing::member_ctx(&app, other, Role::Admin).await;
        assert!(search_models(&stranger, &Asked::default()).await.unwrap().items.is_empty());
        for fault in [
            load_model(&stranger, "m").await.unwrap_err(),
            list_versions(&stranger, "m", PageRequest::default()).await.unwrap_err(),
            load_version(&stranger, "m", 1).await.unwrap_err(),
            promote(&stranger, "m", input).await.unwrap_err(),
            delete_version(&stranger, "m", 1).await.unwrap_err(),
            artifact(&app, other, "m", 1, "model.bin").await.unwrap_err(),
        ] {
            assert_eq!(fault.kind, FaultKind::Missing, "{fault}");
        }
        // The same name is another model there.
        assert_eq!(create_version(&stranger, new("m")).await.unwrap().version, 1);
        let other_kind = NewVersion { kind: "classifier".into(), ..new("m") };
        let fault = create_version(&curator, other_kind).await.unwrap_err();
        assert!(fault.kind == FaultKind::Conflict && fault.message.contains("of kind annotator"), "{fault}");
        assert_eq!(load_model(&curator, "m").await.unwrap().latest_version, 1);
    }
}

#[tokio::test]
async fn what_is_no_version_is_refused_with_its_place() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (_, curator, _) = people(&app).await;
        let artifact = |path: &str| NewArtifact::bytes(path, "x");
        for (bad, field) in [
            (NewVersion { name: "a b".into(), ..new("") }, "name"),
            (NewVersion { kind: "".into(), ..new("m") }, "kind"),
            (NewVersion { description: "x".repeat(10_001), ..new("m") }, "description"),
            (NewVersion { artifacts: vec![], ..new("m") }, "artifacts"),
            (NewVersion { artifacts: vec![artifact("../m")], ..new("m") }, "artifacts"),
            (NewVersion { artifacts: vec![artifact("m"), artifact("m")], ..new("m") }, "artifacts"),
        ] {
            assert_eq!(create_version(&curator, bad).await.unwrap_err().fields[0].field, field);
        }
        assert!(search_models(&curator, &Asked::default()).await.unwrap().items.is_empty());
        assert!(app.objects.list("").await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn artifacts_count_as_stored_and_a_full_organization_gets_no_more() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (admin, curator, _) = people(&app).await;
        create_version(&curator, new("m")).await.unwrap();
        let quotas = crate::metering::list_quotas(&admin).await.unwrap();
        assert_eq!(quotas.iter().find(|quota| quota.name == "stored_bytes").unwrap().used, 7);
        let operator = Ctx::operator(app.clone(), admin.scope);
        crate::metering::set_quota(&operator, admin.scope.unwrap(), "stored_bytes", Some(10)).await.unwrap();
        assert_eq!(create_version(&curator, new("m")).await.unwrap_err().kind, FaultKind::Limited);
        assert_eq!(load_model(&curator, "m").await.unwrap().latest_version, 1);
    }
}

#[tokio::test]
async fn models_are_paged_by_name() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (_, curator, scientist) = people(&app).await;
        for name in ["b", "a", "c"] {
            create_version(&curator, new(name)).await.unwrap();
        }
        let asked = |cursor| Asked { limit: Some(2), cursor, ..Asked::default() };
        let page = search_models(&scientist, &asked(None)).await.unwrap();
        assert_eq!(page.items.iter().map(|(one, _)| &*one.name).collect::<Vec<_>>(), ["a", "b"]);
        let page = search_models(&scientist, &asked(page.next_cursor)).await.unwrap();
        assert_eq!((&*page.items[0].0.name, page.next_cursor), ("c", None));
    }
}

#[tokio::test]
async fn listeners_hear_of_a_promotion_in_its_transaction() {
    for db in each_engine().await {
        let heard: Arc<Mutex<Vec<Promoted>>> = Arc::default();
        let hears = heard.clone();
        let listeners = Listeners::default().with(move |_, _, promoted| {
            hears.lock().unwrap().push(promoted.clone());
            let refuse = promoted.alias == "refused";
            Box::pin(async move { if refuse { Err(Fault::conflict("no")) } else { Ok(()) } })
        });
        let app = testing::deployment_of(db, |app| app.with_room(listeners));
        let (admin, curator, _) = people(&app).await;
        create_version(&curator, new("m")).await.unwrap();
        let input = |alias: &str| Promote { version: 1, alias: alias.into(), ..Promote::default() };
        promote(&admin, "m", input("champion")).await.unwrap();
        promote(&admin, "m", input("champion")).await.unwrap();
        assert!(promote(&admin, "m", input("refused")).await.is_err());
        let told: Vec<_> = heard.lock().unwrap().iter().map(|one| (one.alias.clone(), one.version)).collect();
        assert_eq!(told, [("champion".into(), 1), ("refused".into(), 1)], "the second time nothing changed");
        assert_eq!(load_version(&admin, "m", 1).await.unwrap().aliases, ["champion"], "it is undone with its listener");
    }
}

#[tokio::test]
async fn mutations_are_in_the_audit_log() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (admin, curator, _) = people(&app).await;
        create_version(&curator, new("m")).await.unwrap();
        create_version(&curator, new("m")).await.unwrap();
        promote(&admin, "m", Promote { version: 1, alias: CHAMPION.into(), ..Promote::default() }).await.unwrap();
        let made = Evaluation { dataset: "gold".into(), metrics: vec![], created_at: Time(0) };
        record_evaluation(&curator, "m", 1, made).await.unwrap();
        delete_version(&admin, "m", 2).await.unwrap();
        let filter = chorale_model::audit::AuditFilter { object: Some("m".into()), ..Default::default() };
        let rows = crate::audit::list_rows(&admin, filter, PageRequest::default()).await.unwrap().items;
        let mut actions: Vec<&str> = rows.iter().map(|row| &*row.action).collect();
        actions.sort_unstable();
        let created = "model.version_created";
        assert_eq!(actions, ["model.evaluated", "model.promoted", created, created, "model.version_deleted"]);
    }
}
