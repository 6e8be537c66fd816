//! The feed of changes and the reads behind the index.

use super::*;
use crate::catalog::{Listeners, SHARED_FEED};
use chorale_model::SampleId;
use std::sync::Mutex;

fn series(samples: &[(&str, &str)]) -> String {
    let mut text = String::from("^SERIES = GSE1\n!Series_title = One\n");
    for (accession, title) in samples {
        text.push_str(&format!("^SAMPLE = {accession}\n!Sample_title = {title}\n!Sample_platform_id = GPL1\n"));
    }
    text
}

/// A deployment whose changes are heard.
async fn heard(db: crate::Db) -> ([Ctx; 2], Arc<Mutex<Vec<String>>>) {
    let feeds: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = feeds.clone();
    let listeners = Listeners::default().with(move |_, _, feed| {
        let (heard, feed) = (heard.clone(), feed.to_owned());
        Box::pin(async move {
            heard.lock().unwrap().push(feed);
            Ok(())
        })
    });
    let app = Arc::try_unwrap(testing::deployment(db)).ok().unwrap().with_room(listeners);
    (two_organizations(Arc::new(app)).await, feeds)
}

#[tokio::test]
async fn each_publication_is_one_change_of_the_feed_it_is_in() {
    for db in each_engine().await {
        let ([ctx, _], feeds) = heard(db).await;
        let own = ctx.scope.unwrap().to_string();
        import_text(&ctx, "a.soft", &series(&[("GSM1", "A"), ("GSM2", "B")])).await;
        import_text(&ctx, "a.soft", &series(&[("GSM1", "A"), ("GSM2", "B")])).await;
        assert_eq!(*feeds.lock().unwrap(), std::slice::from_ref(&own), "the same bytes twice are one change");
        let id = datasets(&ctx).await[0].id;
        let changes = catalog::changes_after(&ctx.app, &own, 0, 10).await.unwrap();
        assert_eq!((changes[0].seq, changes[0].kind.as_str(), changes[0].id), (1, "dataset", id.0));

        let shared = collection(&ctx).await.id;
        catalog::share_collection(&ctx, shared, true).await.unwrap();
        catalog::share_collection(&ctx, shared, true).await.unwrap();
        assert_eq!(catalog::last_change(&ctx.app, &own).await.unwrap(), 2);
        assert_eq!(catalog::last_change(&ctx.app, SHARED_FEED).await.unwrap(), 1);
        import_text(&ctx, "a.soft", &series(&[("GSM1", "A")])).await;
        let changes = catalog::changes_after(&ctx.app, SHARED_FEED, 1, 10).await.unwrap();
        assert_eq!((changes.len(), changes[0].id), (1, id.0));
        assert_eq!(catalog::last_change(&ctx.app, &own).await.unwrap(), 2);
        catalog::delete_dataset(&ctx, id).await.unwrap();
        assert_eq!(catalog::last_change(&ctx.app, &own).await.unwrap(), 3);
        assert_eq!(catalog::last_change(&ctx.app, SHARED_FEED).await.unwrap(), 3);
        assert_eq!(feeds.lock().unwrap().len(), 6);
    }
}

#[tokio::test]
async fn the_index_reads_samples_in_bulk_and_learns_which_left() {
    for [ctx, _] in each_deployment().await {
        let organization = ctx.scope.unwrap();
        import_text(&ctx, "a.soft", &series(&[("GSM1", "A"), ("GSM2", "B"), ("GSM3", "C")])).await;
        ctx.app.clock.advance(chorale_model::Time::SECOND);
        import_text(&ctx, "t.tsv", "accession\ttitle\nGSM2\tB of the table\n").await;
        let found = datasets(&ctx).await;
        let one = found.iter().find(|d| d.accession == "GSE1").unwrap().id;
        let read = |after, limit| catalog::samples_for_index(&ctx.app, organization, one, after, limit);
        let first = read(-1, 2).await.unwrap();
        assert_eq!(first.iter().map(|s| s.title.as_str()).collect::<Vec<_>>(), ["A", "B of the table"]);
        let places: Vec<_> = first[1].datasets.iter().map(|d| d.accession.as_str()).collect();
        assert_eq!(places, ["GSE1", "t"], "a sample knows all its datasets, and the newest speaks for it");
        let second = read(first[1].position, 2).await.unwrap();
        assert_eq!(second.iter().map(|s| s.accession.as_str()).collect::<Vec<_>>(), ["GSM3"]);
        assert!(read(second[0].position, 2).await.unwrap().is_empty());

        let left = |after: Option<SampleId>| catalog::samples_left(&ctx.app, organization, one, after, 10);
        assert!(left(None).await.unwrap().is_empty());
        import_text(&ctx, "a.soft", &series(&[("GSM1", "A")])).await;
        let gone = left(None).await.unwrap();
        let still: Vec<_> = gone.iter().map(|l| l.still.as_ref().map(|s| s.accession.clone())).collect();
        assert_eq!(still.len(), 2);
        assert!(still.contains(&Some("GSM2".into())) && still.contains(&None), "{still:?}");
        assert!(left(gone.last().map(|l| l.id)).await.unwrap().is_empty());
        assert_eq!(collection(&ctx).await.samples, 2);

        catalog::delete_dataset(&ctx, one).await.unwrap();
        assert!(catalog::dataset_for_index(&ctx.app, organization, one).await.unwrap().is_none());
        assert_eq!(left(None).await.unwrap().len(), 3);
        assert_eq!(collection(&ctx).await.samples, 1);
        let sample = catalog::load_sample(&ctx, gone[0].id).await;
        assert_eq!(sample.is_ok(), gone[0].still.is_some());
    }
}

#[tokio::test]
async fn what_was_deleted_is_swept_a_day_later_and_no_earlier() {
    for [ctx, _] in each_deployment().await {
        import_text(&ctx, "a.soft", &series(&[("GSM1", "A"), ("GSM2", "B")])).await;
        import_text(&ctx, "t.tsv", "accession\ttitle\nGSM2\tB\n").await;
        let found = datasets(&ctx).await;
        let one = found.iter().find(|d| d.accession == "GSE1").unwrap().id;
        catalog::delete_dataset(&ctx, one).await.unwrap();
        let operator = Ctx::system(ctx.app.clone(), None);
        let sweep = async || {
            let enqueued = operator.clone();
            ctx.db()
                .write(move |tx| {
                    Box::pin(async move {
                        let job = NewJob::new(catalog::SWEEP, "Sweep", serde_json::json!({}));
                        enqueue(tx, &enqueued, None, job).await
                    })
                })
                .await
                .unwrap();
            run_until_idle(&ctx.app, &handlers()).await.unwrap();
            assert_counted(&ctx).await;
            let count = db::sql(
                "select (select count(*) from datasets), (select count(*) from samples), \
                                 (select count(*) from sample_versions), (select count(*) from version_samples)",
            );
            count.one::<(i64, i64, i64, i64)>(ctx.db()).await.unwrap()
        };
        assert_eq!(sweep().await, (2, 2, 3, 3));
        ctx.app.clock.advance(chorale_model::Time::DAY + chorale_model::Time::HOUR);
        assert_eq!(sweep().await, (1, 1, 1, 1));
        // The same bytes make it again, with the same ids.
        import_text(&ctx, "a.soft", &series(&[("GSM1", "A"), ("GSM2", "B")])).await;
        assert_eq!(collection(&ctx).await.samples, 2);
        assert_counted(&ctx).await;
    }
}

/// More rows than one statement deletes, and a dataset beside it that stays.
#[tokio::test]
async fn a_large_deleted_dataset_is_swept_in_steps() {
    for [ctx, _] in each_deployment().await {
        let names: Vec<String> = (0..1_300).map(|place| format!("GSM{place}")).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "A")).collect();
        import_text(&ctx, "many.soft", &series(&many)).await;
        import_text(&ctx, "t.tsv", "accession\ttitle\nGSM7\tstays\n").await;
        let found = datasets(&ctx).await;
        let large = found.iter().find(|dataset| dataset.accession == "GSE1").unwrap().id;
        catalog::delete_dataset(&ctx, large).await.unwrap();
        ctx.app.clock.advance(chorale_model::Time::DAY + chorale_model::Time::HOUR);
        crate::jobs::ensure_schedule(&ctx, "sweep", catalog::SWEEP, serde_json::json!({}), 1).await.unwrap();
        ctx.app.clock.advance(2 * chorale_model::Time::SECOND);
        run_until_idle(&ctx.app, &handlers()).await.unwrap();
        let left = db::sql(
            "select (select count(*) from datasets), (select count(*) from samples), \
             (select count(*) from sample_versions), (select count(*) from version_samples)",
        );
        assert_eq!(left.one::<(i64, i64, i64, i64)>(ctx.db()).await.unwrap(), (1, 1, 1, 1), "{}", ctx.db().engine());
    }
}

#[tokio::test]
async fn who_imported_a_shared_dataset_is_told_to_its_owner_alone() {
    for [ctx, other] in each_deployment().await {
        import_text(&ctx, "a.soft", &series(&[("GSM1", "A")])).await;
        catalog::share_collection(&ctx, collection(&ctx).await.id, true).await.unwrap();
        let id = datasets(&ctx).await[0].id;
        for (asker, told) in [(&ctx, true), (&other, false)] {
            let version = catalog::load_dataset(asker, id).await.unwrap().version;
            let one = catalog::load_version(asker, id, version.id).await.unwrap().version;
            let listed = catalog::list_versions(asker, id, all()).await.unwrap().items.remove(0);
            for version in [version, one, listed] {
                assert_eq!(version.provenance.file_name, "a.soft");
                assert_eq!((!version.created_by.is_empty(), version.provenance.job.is_some()), (told, told));
            }
        }
    }
}

/// The counter that the quota reads says what the table holds.
async fn assert_counted(ctx: &Ctx) {
    let both = db::sql(
        "select samples, (select count(*) from samples s where s.organization = organizations.id) \
         from organizations where id = $1",
    );
    let (counted, held) = both.bind(ctx.scope.unwrap()).one::<(i64, i64)>(ctx.db()).await.unwrap();
    assert_eq!(counted, held);
    assert!(held > 0, "there is something to count");
}
