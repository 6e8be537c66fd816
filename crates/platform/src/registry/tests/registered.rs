//! Models whose versions clients register: words, stages, tags, aliases, lists, and what is nobody's but the platform's.

use super::*;
use crate::audit;
use chorale_model::audit::AuditFilter;
use chorale_model::experiments::{Asked, KeyValue};
use chorale_model::registry::{CreateModel, Source, Stage};
use std::collections::HashSet;

pub(super) async fn model(ctx: &Ctx, name: &str, tags: &[(&str, &str)]) -> RegisteredModel {
    let tags = tags.iter().map(|(key, value)| KeyValue::new(*key, *value)).collect();
    create_model(ctx, CreateModel { name: name.into(), description: format!("About {name}"), tags }).await.unwrap()
}

pub(super) async fn version(ctx: &Ctx, name: &str, uri: &str) -> ModelVersion {
    let source = Source { uri: uri.into(), location: uri.into(), run: "r1".into(), ..Source::default() };
    let new = NewSource { name: name.into(), description: "d".into(), tags: vec![KeyValue::new("t", uri)], source };
    register_source(ctx, new).await.unwrap()
}

fn asked(filter: &str, order: &[&str]) -> Asked {
    let order_by = order.iter().map(|key| (*key).to_owned()).collect();
    Asked { filter: filter.into(), order_by, ..Asked::default() }
}

#[tokio::test]
async fn a_registered_model_is_a_scientists_own_business() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (admin, curator, scientist) = people(&app).await;
        let made = model(&scientist, "Cell types – ü", &[("team", "a")]).await;
        assert_eq!((&*made.kind, made.latest_version, &*made.tags[0].value), ("mlflow", 0, "a"));
        let again = create_model(&scientist, CreateModel { name: made.name.clone(), ..CreateModel::default() }).await;
        assert_eq!(again.unwrap_err().kind, FaultKind::Conflict);
        for (at, uri) in ["s3://b/1", "s3://b/2", "s3://b/3"].into_iter().enumerate() {
            app.clock.advance(Time::SECOND);
            let made = version(&scientist, "Cell types – ü", uri).await;
            assert_eq!((made.version, &*made.source.uri, made.stage), (at as i64 + 1, uri, Stage::None));
        }
        let name = "Cell types – ü";
        set_stage(&scientist, name, 1, Stage::Production, false).await.unwrap();
        set_stage(&scientist, name, 2, Stage::Production, true).await.unwrap();
        let newest = newest_versions(&scientist, name, &[]).await.unwrap();
        let seen: Vec<_> = newest.iter().map(|one| (one.version, one.stage)).collect();
        assert_eq!(seen, [(1, Stage::Archived), (2, Stage::Production), (3, Stage::None)]);
        let archived = set_stage(&scientist, name, 3, Stage::Archived, true).await.unwrap_err();
        assert!(archived.message.contains("Staging and Production"), "{archived}");

        promote(&scientist, name, Promote { version: 2, alias: "best".into(), ..Promote::default() }).await.unwrap();
        assert_eq!(find_aliased(&scientist, name, "best").await.unwrap().unwrap().version, 2);
        let renamed = rename_model(&scientist, name, "Types").await.unwrap();
        assert_eq!((renamed.latest_version, &*renamed.aliases[0].alias, &*renamed.tags[0].key), (3, "best", "team"));
        assert_eq!(load_model(&scientist, name).await.unwrap_err().kind, FaultKind::Missing);
        let kept = load_version(&scientist, "Types", 2).await.unwrap();
        assert_eq!((&*kept.tags[0].value, &*kept.aliases[0], kept.stage), ("s3://b/2", "best", Stage::Production));

        // Its aliases go with it, and its number is not given again.
        delete_registered_version(&scientist, "Types", 2).await.unwrap();
        assert!(load_model(&scientist, "Types").await.unwrap().aliases.is_empty());
        assert_eq!(version(&scientist, "Types", "s3://b/4").await.version, 4);
        delete_model(&scientist, "Types").await.unwrap();
        assert_eq!(version(&scientist, &model(&scientist, "Types", &[]).await.name, "s3://b/5").await.version, 1);

        // A name of the platform's is nobody else's.
        let named = CreateModel { name: "harmonize".into(), ..CreateModel::default() };
        assert_eq!(create_model(&scientist, named).await.unwrap_err().fields[0].field, "name");
        assert_eq!(rename_model(&scientist, "Types", "harmonize").await.unwrap_err().fields[0].field, "new_name");
        let long = "x".repeat(10_001);
        assert_eq!(describe_model(&scientist, "Types", &long).await.unwrap_err().fields[0].field, "description");

        // What the platform works with is curators' business, and not made from elsewhere.
        create_version(&curator, new("harmonize")).await.unwrap();
        let champion = Promote { version: 1, alias: CHAMPION.into(), ..Promote::default() };
        assert_eq!(promote(&scientist, "harmonize", champion).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(describe_model(&scientist, "harmonize", "x").await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(delete_model(&curator, "harmonize").await.unwrap_err().kind, FaultKind::Invalid);
        app.clock.advance(Time::SECOND);
        promote(&curator, "harmonize", Promote { version: 1, alias: CHAMPION.into(), ..Promote::default() })
            .await
            .unwrap();
        assert_eq!(remove_alias(&curator, "harmonize", CHAMPION).await.unwrap_err().kind, FaultKind::Invalid);
        assert_eq!(find_aliased(&curator, "harmonize", CHAMPION).await.unwrap().unwrap().version, 1);
        assert_eq!(find_aliased(&curator, "harmonize", "Latest").await.unwrap().unwrap().version, 1);
        let rows =
            audit::list_rows(&admin, AuditFilter::default(), PageRequest { limit: Some(100), cursor: None }).await;
        let told: HashSet<String> = rows.unwrap().items.into_iter().map(|row| row.action).collect();
        for action in ["model.created", "model.renamed", "model.staged", "model.promoted", "model.version_deleted"] {
            assert!(told.contains(action), "{action} of {told:?}");
        }
        // Whoever sees the model sees what was done to it, and to one version of it.
        let page = || PageRequest { limit: Some(100), cursor: None };
        let kept = list_history(&scientist, "harmonize", None, page()).await.unwrap().items;
        let seen: Vec<&str> = kept.iter().map(|row| &*row.action).collect();
        assert_eq!(seen, ["model.promoted", "model.version_created"]);
        version(&scientist, "Types", "s3://b/6").await;
        app.clock.advance(Time::SECOND);
        promote(&scientist, "Types", Promote { version: 1, alias: "best".into(), ..Promote::default() }).await.unwrap();
        app.clock.advance(Time::SECOND);
        promote(&scientist, "Types", Promote { version: 2, alias: "best".into(), ..Promote::default() }).await.unwrap();
        let of = async |version| {
            let rows = list_history(&scientist, "Types", Some(version), page()).await.unwrap().items;
            rows.into_iter().map(|row| row.action).collect::<Vec<_>>().join(" ")
        };
        // A name tells what happened under it: a version 2 was deleted before this model had the name.
        assert_eq!(of(2).await, "model.promoted model.version_created model.version_deleted");
        assert_eq!(of(1).await, "model.promoted model.promoted model.version_created", "it lost the alias, too");
        assert_eq!(list_history(&scientist, "none", None, page()).await.unwrap_err().kind, FaultKind::Missing);
        let stranger = testing::organization(&app, "strangers").await;
        let stranger = testing::member_ctx(&app, stranger, Role::Admin).await;
        assert_eq!(list_history(&stranger, "Types", None, page()).await.unwrap_err().kind, FaultKind::Missing);

        let source = Source { uri: "s3://b/1".into(), ..Source::default() };
        let new = NewSource { name: "harmonize".into(), description: String::new(), tags: Vec::new(), source };
        assert_eq!(register_source(&curator, new).await.unwrap_err().kind, FaultKind::Invalid);
    }
}

#[tokio::test]
async fn models_and_versions_are_found_by_what_they_say() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (_, _, scientist) = people(&app).await;
        for (name, team) in [("a", "x"), ("b", "y"), ("c", "x")] {
            app.clock.advance(Time::SECOND);
            model(&scientist, name, &[("team", team)]).await;
        }
        model(&scientist, "prompt", &[("mlflow.prompt.is_prompt", "true"), ("team", "x")]).await;
        let names = async |filter: &str, order: &[&str]| -> String {
            let found = search_models(&scientist, &asked(filter, order)).await.unwrap();
            found.items.into_iter().map(|(model, _)| model.name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names("", &[]).await, "a b c");
        assert_eq!(names("tags.team = 'x'", &["timestamp desc"]).await, "c a");
        assert_eq!(names("name in ('a', 'b') or name like 'C'", &["name desc"]).await, "b a");
        assert_eq!(names("tags.`mlflow.prompt.is_prompt` = 'true'", &[]).await, "prompt");
        assert_eq!(names("tags.`mlflow.prompt.is_prompt` != 'true' and tags.team = 'x'", &[]).await, "a c");
        for (name, uri) in [("a", "s3://b/1"), ("a", "s3://b/2"), ("b", "s3://c/1")] {
            app.clock.advance(Time::SECOND);
            version(&scientist, name, uri).await;
        }
        let versions = async |filter: &str, order: &[&str]| -> Vec<(String, i64)> {
            let found = search_versions(&scientist, &asked(filter, order)).await.unwrap();
            found.items.into_iter().map(|one| (one.name, one.version)).collect()
        };
        let all = search_versions(&scientist, &asked("", &["name"])).await.unwrap().items;
        let own = |one: &ModelVersion| (one.source.uri.clone(), one.tags[0].value.clone());
        assert!(all.iter().map(own).all(|(uri, tag)| uri == tag), "each has its own tags");
        let of = |name: &str, version| (name.to_owned(), version);
        assert_eq!(versions("", &["name"]).await, [of("a", 2), of("a", 1), of("b", 1)]);
        assert_eq!(versions("", &[]).await, [of("b", 1), of("a", 2), of("a", 1)], "those changed last first");
        assert_eq!(versions("source_path like 's3://b%' and version_number > 1", &[]).await, [of("a", 2)]);
        assert_eq!(
            versions("run_id = 'r1' and not tags.t = 's3://b/2'", &["name desc"]).await,
            [of("b", 1), of("a", 1)]
        );
        let stranger = testing::organization(&app, "other").await;
        let stranger = testing::member_ctx(&app, stranger, Role::Admin).await;
        assert!(search_models(&stranger, &asked("", &[])).await.unwrap().items.is_empty());
        assert!(search_versions(&stranger, &asked("", &[])).await.unwrap().items.is_empty());
        assert_eq!(set_model_tag(&stranger, "a", KeyValue::new("k", "v")).await.unwrap_err().kind, FaultKind::Missing);
    }
}
