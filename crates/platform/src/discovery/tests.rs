use super::*;
use crate::catalog::{self, SHARED_FEED};
use crate::db::tests::each_engine;
use crate::jobs::{Handler, run_until_idle};
use crate::testing::{self, member_ctx};
use crate::{Ctx, Deployment, sources};
use chorale_model::discovery::{Kind, SearchRequest, SearchResponse, Sort};
use chorale_model::page::PageRequest;
use chorale_model::sources::Import;
use chorale_model::{CollectionId, FaultKind, Role};
use futures::TryStreamExt;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

fn geo(file: &str) -> PathBuf {
    let shared = std::env::var("CHORALE_SHARED_DATA").unwrap_or_else(|_| "../../../shared/data".into());
    let path = PathBuf::from(shared).join("geo").join(file);
    assert!(path.exists(), "{} is missing; set CHORALE_SHARED_DATA to the folder of the real data", path.display());
    path
}

fn handlers() -> Vec<Arc<dyn Handler>> {
    vec![Arc::new(sources::ImportHandler), Arc::new(IndexJob), Arc::new(SweepJob)]
}

/// Imports files into the collection "Real" and brings search up to date.
async fn import(ctx: &Ctx, files: &[&str]) -> CollectionId {
    let mut uploaded = Vec::new();
    for file in files {
        uploaded.push(sources::upload_local(ctx, &geo(file)).await.unwrap());
    }
    let import =
        Import { collection_name: Some("Real".into()), create_collection: true, files: uploaded, ..Import::default() };
    sources::start_import(ctx, import).await.unwrap();
    run_until_idle(&ctx.app, &handlers()).await.unwrap();
    // A search asks for the newest generation at most ten times a second.
    ctx.app.clock.advance(chorale_model::Time::SECOND);
    catalog::find_collection_by_name(ctx, "Real").await.unwrap().unwrap().id
}

fn asking(kind: Kind, q: &str) -> SearchRequest {
    SearchRequest { kind, q: q.into(), ..SearchRequest::default() }
}

async fn samples(ctx: &Ctx, q: &str) -> SearchResponse {
    search(ctx, asking(Kind::Samples, q)).await.unwrap()
}

async fn two_organizations(app: &Arc<Deployment>) -> (Ctx, Ctx) {
    let (own, other) = (testing::organization(app, "own").await, testing::organization(app, "other").await);
    (member_ctx(app, own, Role::Admin).await, member_ctx(app, other, Role::Admin).await)
}

const KIDNEY: &str = "family_soft/GSE6344_family.soft.gz";
const LEUKEMIA: &str = "family_soft/GSE14618_family.soft.gz";

#[tokio::test]
async fn what_was_imported_is_found_counted_and_nobody_elses() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, other) = two_organizations(&app).await;
        import(&own, &[KIDNEY]).await;

        let found = samples(&own, "tumor").await;
        assert!(found.total > 0 && found.total < 40, "{}", found.total);
        let hit = &found.hits[0];
        assert!(hit.accession.starts_with("GSM") && hit.organisms == ["Homo sapiens"], "{hit:?}");
        assert_eq!(hit.datasets[0].accession, "GSE6344");
        let snippet = hit.snippet.as_ref().expect("a hit says where it matched");
        assert!(
            snippet.fragments.iter().any(|f| f.marked && f.text.to_lowercase().starts_with("tumor")),
            "{snippet:?}"
        );

        let all = samples(&own, "").await;
        assert_eq!(all.total, 40);
        let platforms: BTreeMap<&str, u64> =
            all.facets["platform"].iter().map(|value| (value.value.as_str(), value.count)).collect();
        assert_eq!(platforms, BTreeMap::from([("GPL96", 20), ("GPL97", 20)]));
        assert_eq!(all.facets["collection"][0].label, "Real");
        for (said, total) in [("Real", 40), (all.facets["collection"][0].value.as_str(), 40), ("Unreal", 0)] {
            let mut asked = asking(Kind::Samples, "");
            asked.chosen.insert("collection".to_owned(), vec![said.to_owned()]);
            assert_eq!(search(&own, asked).await.unwrap().total, total, "in the collection {said}");
        }
        assert_eq!((all.facets["molecule"][0].value.as_str(), all.facets["molecule"][0].count), ("total RNA", 40));
        assert_eq!(all.facets["year"][0].value, "2006");

        let datasets = search(&own, asking(Kind::Datasets, "gse6344")).await.unwrap();
        assert_eq!((datasets.total, datasets.hits[0].samples), (2, 20));
        assert_eq!(samples(&other, "tumor").await.total, 0);
        assert_eq!(samples(&other, "").await.facets["platform"], vec![]);
    }
}

#[tokio::test]
async fn the_empty_query_is_counted_anew_for_each_generation_organization_and_right() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, other) = two_organizations(&app).await;
        import(&own, &[KIDNEY]).await;
        let first = samples(&own, "").await;
        assert_eq!((samples(&own, "").await.hits, first.total), (first.hits.clone(), 40));
        assert_eq!(samples(&other, "").await.total, 0, "what was kept is its own organization's");
        import(&own, &[LEUKEMIA]).await;
        let more = samples(&own, "").await;
        assert!(more.total > 40 && more.generations > first.generations, "{more:?}");
        let shorter = SearchRequest { limit: Some(1), ..asking(Kind::Samples, "") };
        assert_eq!(search(&own, shorter).await.unwrap().hits.len(), 1, "another request is another answer");
        // What is kept names no sample that is gone from the catalog.
        let datasets = search(&own, asking(Kind::Datasets, "GSE14618")).await.unwrap();
        catalog::delete_dataset(&own, chorale_model::DatasetId(datasets.hits[0].id)).await.unwrap();
        let shown = samples(&own, "").await;
        assert!(shown.hits.iter().all(|hit| hit.datasets.iter().all(|dataset| dataset.accession != "GSE14618")));
    }
}

#[tokio::test]
async fn a_shared_collection_is_searched_together_with_ones_own() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, other) = two_organizations(&app).await;
        let shared = import(&own, &[KIDNEY]).await;
        import(&other, &[LEUKEMIA]).await;
        let before = samples(&other, "").await.total;
        assert!(before > 0);

        let operator = Ctx::operator(app.clone(), own.scope);
        catalog::share_collection(&operator, shared, true).await.unwrap();
        run_until_idle(&app, &handlers()).await.unwrap();
        app.clock.advance(chorale_model::Time::SECOND);
        assert_eq!(samples(&other, "").await.total, before + 40, "both at once");
        assert_eq!(samples(&own, "").await.total, 40, "moved, not doubled");
        let hit = &samples(&other, "tumor study:GSE6344").await.hits[0];
        assert_eq!(Some(hit.owner), own.scope);

        catalog::share_collection(&operator, shared, false).await.unwrap();
        // Even before the indexes hear of it: collections are filtered by what is true now.
        assert_eq!(samples(&other, "").await.total, before);
        run_until_idle(&app, &handlers()).await.unwrap();
        app.clock.advance(chorale_model::Time::SECOND);
        assert_eq!(samples(&own, "").await.total, 40);
        assert_eq!(readers::reader(&own, SHARED_FEED, None).await.unwrap().unwrap().snapshot.documents(), 0);
    }
}

#[tokio::test]
async fn the_same_bytes_publish_no_new_generation() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        import(&own, &[KIDNEY]).await;
        let before = index_state(&own).await.unwrap();
        assert_eq!(before.changes_indexed, before.changes_total);
        import(&own, &[KIDNEY]).await;
        assert_eq!(index_state(&own).await.unwrap(), before);
    }
}

#[tokio::test]
async fn a_deleted_dataset_leaves_search() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        import(&own, &[KIDNEY, LEUKEMIA]).await;
        let hits = search(&own, asking(Kind::Datasets, "study:GSE6344")).await.unwrap().hits;
        assert_eq!(hits.len(), 2);
        for hit in hits {
            catalog::delete_dataset(&own, chorale_model::DatasetId(hit.id)).await.unwrap();
        }
        // The rows are gone at once; the counts follow with the index.
        assert_eq!(samples(&own, "study:GSE6344").await.hits, vec![]);
        run_until_idle(&app, &handlers()).await.unwrap();
        app.clock.advance(chorale_model::Time::SECOND);
        assert_eq!(samples(&own, "study:GSE14618").await.total, 92);
        let gone = SearchRequest {
            chosen: BTreeMap::from([("study".into(), vec!["GSE6344".into()])]),
            ..asking(Kind::Samples, "")
        };
        assert_eq!(search(&own, gone).await.unwrap().total, 0);
    }
}

#[tokio::test]
async fn a_lost_index_is_rebuilt_from_the_catalog() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        import(&own, &[KIDNEY]).await;
        let feed = own.scope.unwrap().to_string();
        for object in app.objects.list(&format!("{feed}/search")).await.unwrap() {
            app.objects.delete(&object.key).await.unwrap();
        }
        let restarted = testing::restarted(&app);
        std::fs::remove_dir_all(app.settings.cache_dir.join("search")).unwrap();
        let own = Ctx { app: restarted.clone(), ..own };
        assert_eq!(search(&own, asking(Kind::Samples, "tumor")).await.unwrap_err().kind, FaultKind::Busy);
        run_until_idle(&restarted, &handlers()).await.unwrap();
        restarted.clock.advance(chorale_model::Time::SECOND);
        assert_eq!(samples(&own, "").await.total, 40);
    }
}

#[tokio::test]
async fn pages_stay_on_the_generation_of_the_first() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        import(&own, &[KIDNEY]).await;
        let ask = |cursor| SearchRequest { limit: Some(7), cursor, sort: Sort::Accession, ..asking(Kind::Samples, "") };
        let first = search(&own, ask(None)).await.unwrap();
        import(&own, &[LEUKEMIA]).await;
        assert!(samples(&own, "").await.total > 40);
        let (mut seen, mut cursor) = (first.hits, first.next_cursor);
        while let Some(next) = cursor {
            let page = search(&own, ask(Some(next))).await.unwrap();
            assert_eq!(page.total, 40);
            seen.extend(page.hits);
            cursor = page.next_cursor;
        }
        assert_eq!(seen.len(), 40);
        assert!(seen.is_sorted_by(|a, b| a.accession < b.accession));
    }
}

#[tokio::test]
async fn a_wrong_question_says_what_and_where() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        import(&own, &[KIDNEY]).await;
        let fault = |asked: SearchRequest| {
            let own = own.clone();
            async move { search(&own, asked).await.unwrap_err() }
        };
        let syntax = fault(asking(Kind::Samples, "liver (cancer")).await;
        assert_eq!((syntax.kind, syntax.fields[0].offset), (FaultKind::Invalid, Some(6)), "{syntax}");
        // A hundred kilobytes, ten thousand clauses, brackets that never end or never began.
        let hostile = [
            ("x".repeat(100 << 10), 4_096),
            ("é".repeat(50 << 10), 2_048),
            ("a ".repeat(10_000), 4_096),
            (vec!["a"; 10_000].join(" OR "), 4_096),
            ("a ".repeat(300), 512),
            ("liver) cancer".to_owned(), 5),
            ("liver AND (kidney".to_owned(), 10),
        ];
        for (query, offset) in hostile {
            let shown: String = query.chars().take(30).collect();
            let refused = fault(asking(Kind::Samples, &query)).await;
            assert_eq!(
                (refused.kind, refused.fields[0].field.as_str()),
                (FaultKind::Invalid, "q"),
                "{shown}: {refused}"
            );
            assert_eq!(refused.fields[0].offset, Some(offset), "{shown}: {refused}");
            assert!(refused.message.len() < 500, "{shown}: the refusal is as long as the query");
        }
        let facet = fault(SearchRequest { facets: vec!["colour".into()], ..asking(Kind::Samples, "") }).await;
        assert!(facet.message.contains("there is no facet \"colour\""), "{facet}");
        let limit = fault(SearchRequest { limit: Some(501), ..asking(Kind::Samples, "") }).await;
        assert!(limit.message.contains("0 to 500"), "{limit}");
        let cursor = fault(SearchRequest { cursor: Some("x".into()), ..asking(Kind::Samples, "") }).await;
        assert!(cursor.message.contains("start again"), "{cursor}");
    }
}

#[tokio::test]
async fn every_hit_is_exported_once() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        import(&own, &["family_soft/GSE1133_family.soft.gz", LEUKEMIA]).await;
        let total = samples(&own, "").await.total;
        assert!(total > 500, "more than one page: {total}");
        let chunks: Vec<bytes::Bytes> =
            export_csv(&own, asking(Kind::Samples, "")).await.unwrap().try_collect().await.unwrap();
        let text = String::from_utf8(chunks.concat()).unwrap();
        let mut ids: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len() as u64, total);
    }
}

#[tokio::test]
async fn old_generations_are_swept_and_the_live_one_stays() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        import(&own, &[KIDNEY]).await;
        import(&own, &[LEUKEMIA]).await;
        let total = samples(&own, "").await.total;
        let feed = own.scope.unwrap().to_string();
        let before = app.objects.list(&format!("{feed}/search")).await.unwrap().len();
        // Objects carry the file system's times, so the clock has to pass today by far.
        app.clock.advance(400 * 365 * chorale_model::Time::DAY);
        let ctx = Ctx::operator(app.clone(), None);
        crate::jobs::ensure_schedule(&ctx, "sweep", "index.sweep", serde_json::json!({}), 1).await.unwrap();
        app.clock.advance(2 * chorale_model::Time::SECOND);
        run_until_idle(&app, &handlers()).await.unwrap();
        let after = app.objects.list(&format!("{feed}/search")).await.unwrap().len();
        assert!(after < before, "{after} < {before}");
        let fresh = Ctx { app: testing::restarted(&app), ..Ctx::operator(app.clone(), own.scope) };
        assert_eq!(samples(&fresh, "").await.total, total);
        assert!(catalog::list_collections(&fresh, PageRequest::default()).await.unwrap().items.len() == 1);
    }
}

#[tokio::test]
async fn an_index_job_is_not_cancelled_and_a_lost_one_is_made_up_for() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        let files = vec![sources::upload_local(&own, &geo(KIDNEY)).await.unwrap()];
        let collection_name = Some("Real".into());
        let import = Import { collection_name, create_collection: true, files, ..Import::default() };
        sources::start_import(&own, import).await.unwrap();
        let importing: [Arc<dyn Handler>; 1] = [Arc::new(sources::ImportHandler)];
        run_until_idle(&app, &importing).await.unwrap();
        let filter = chorale_model::jobs::JobFilter { kind: Some("index".into()), state: None };
        let waiting = crate::jobs::list_jobs(&own, filter, PageRequest::default()).await.unwrap().items;
        let fault = crate::jobs::cancel_job(&own, waiting[0].id).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Conflict, "{fault}");

        // As a version did that let it be cancelled.
        let lost = "update jobs set state = 'cancelled', ended_at = 0, idempotency_key = null where kind = 'index'";
        let lost = app.db.write(move |tx| Box::pin(async move { crate::db::sql(lost).run(tx).await })).await.unwrap();
        assert_eq!(lost, 1);
        assert_eq!(samples(&own, "").await.total, 0);
        let ctx = Ctx::operator(app.clone(), None);
        crate::jobs::ensure_schedule(&ctx, "repair", "index.repair", serde_json::json!({}), 1).await.unwrap();
        app.clock.advance(2 * chorale_model::Time::SECOND);
        let repairing: [Arc<dyn Handler>; 2] = [Arc::new(IndexJob), Arc::new(RepairJob)];
        run_until_idle(&app, &repairing).await.unwrap();
        app.clock.advance(chorale_model::Time::SECOND);
        assert_eq!(samples(&own, "").await.total, 40);
    }
}

#[tokio::test]
async fn a_disk_that_refuses_is_no_damage_and_starts_no_rebuild() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, _) = two_organizations(&app).await;
        import(&own, &[KIDNEY]).await;
        let generations = samples(&own, "").await.generations;
        let restarted = testing::restarted(&app);
        let cache = app.settings.cache_dir.join("search");
        std::fs::remove_dir_all(&cache).unwrap();
        std::fs::create_dir_all(&cache).unwrap();
        // Where the folder of local copies belongs stands something else.
        std::fs::write(cache.join("files"), "").unwrap();
        let own = Ctx { app: restarted.clone(), ..own };
        let fault = search(&own, asking(Kind::Samples, "tumor")).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Busy, "{fault}");
        assert!(fault.message.contains("cannot be fetched at this moment"), "{fault}");
        assert_eq!(run_until_idle(&restarted, &handlers()).await.unwrap(), 0, "nothing was enqueued");
        std::fs::remove_file(cache.join("files")).unwrap();
        let again = samples(&own, "").await;
        assert_eq!((again.total, again.generations), (40, generations));
    }
}

#[tokio::test]
async fn a_key_of_a_collection_that_is_not_seen_is_no_field() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let (own, other) = two_organizations(&app).await;
        let shared = import(&own, &[KIDNEY]).await;
        import(&other, &[LEUKEMIA]).await;
        let operator = Ctx::operator(app.clone(), own.scope);
        catalog::share_collection(&operator, shared, true).await.unwrap();
        run_until_idle(&app, &handlers()).await.unwrap();
        app.clock.advance(chorale_model::Time::SECOND);
        let key = "\"secret cohort\":x";
        let mut upload = sources::begin_upload(&own, "secret.tsv").unwrap();
        upload.write(b"accession\ttitle\tsecret cohort\nGSM1\tone\tx\n").await.unwrap();
        let files = vec![upload.finish().await.unwrap()];
        let into = Import { collection: Some(shared), files, ..Import::default() };
        sources::start_import(&own, into).await.unwrap();
        run_until_idle(&app, &handlers()).await.unwrap();
        app.clock.advance(chorale_model::Time::SECOND);
        assert_eq!(samples(&other, key).await.total, 1, "it is shared");
        // Not shared any more, and the index has not heard of it yet.
        catalog::share_collection(&operator, shared, false).await.unwrap();
        let refused = search(&other, asking(Kind::Samples, key)).await.unwrap_err();
        let unknown = search(&other, asking(Kind::Samples, "\"nobody s key\":x")).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Invalid, "{refused}");
        assert_eq!(refused.message.replace("secret cohort", "KEY"), unknown.message.replace("nobody s key", "KEY"));
    }
}
