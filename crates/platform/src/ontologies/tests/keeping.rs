//! What is removed, and when; what a backup holds.

use super::*;
use crate::objects::{Key, ONTOLOGIES, Objects};
use crate::{Clock, Db, Ids, care};

async fn objects(place: &Place) -> usize {
    place.app.objects.list(ONTOLOGIES).await.unwrap().len()
}

async fn sweep(place: &Place) -> u64 {
    let ctx = Ctx::system(place.app.clone(), None);
    super::super::sweep::sweep(&ctx, &crate::jobs::StopSignal::default()).await.unwrap()
}

#[tokio::test]
async fn the_release_in_use_goes_last_and_its_file_after_the_backups() {
    for db in each_engine().await {
        let place = place(db).await;
        let first = place.install("UBERON", ANATOMY).await;
        let second = place.install("UBERON", LATER).await;
        let refused = remove_release(&place.operator, "UBERON", &first.sha256).await.unwrap_err();
        assert!(refused.kind == FaultKind::Conflict && refused.message.contains("use another release"), "{refused}");
        remove_release(&place.operator, "UBERON", &second.sha256).await.unwrap();
        prepare(&place.app).await.unwrap();
        remove_release(&place.operator, "UBERON", &first.sha256).await.unwrap();
        let again = remove_release(&place.operator, "UBERON", &first.sha256).await.unwrap_err();
        assert_eq!(again.kind, FaultKind::Missing);
        assert!(library(&place.app).await.unwrap().pins().is_empty());
        assert_eq!(place.count("select count(*) from ontology_problems").await, 0);
        assert_eq!((sweep(&place).await, objects(&place).await), (0, 3));
        place.app.clock.advance(29 * Time::DAY);
        assert_eq!((sweep(&place).await, objects(&place).await), (0, 3));
        place.app.clock.advance(2 * Time::DAY);
        // The prepared set was given up by the second sweep and waits for as long.
        assert_eq!((sweep(&place).await, objects(&place).await), (2, 1));
        place.app.clock.advance(31 * Time::DAY);
        assert_eq!((sweep(&place).await, objects(&place).await), (1, 0));
        assert_eq!(place.count("select count(*) from ontology_unused_objects").await, 0);
    }
}

#[tokio::test]
async fn what_is_named_stays_and_what_nobody_ever_named_goes() {
    for db in each_engine().await {
        let place = place(db).await;
        place.install("UBERON", ANATOMY).await;
        prepare(&place.app).await.unwrap();
        let stray = Key::ontology(place.app.ids.uuid(), &"0".repeat(64));
        place.app.objects.put(&stray, "of a process that was killed").await.unwrap();
        // The store's own clock says when an object was written.
        let now = Clock::System.now();
        let ahead = now.0 - place.app.clock.now().0;
        place.app.clock.advance(ahead);
        assert_eq!(sweep(&place).await, 0);
        place.app.clock.advance(31 * Time::DAY);
        assert_eq!(sweep(&place).await, 1);
        assert!(!place.app.objects.exists(stray.as_str()).await.unwrap());
        assert!(library(&testing::restarted(&place.app)).await.unwrap().find("UBERON:2").is_some());
        // The sweep of organizations' objects knows nothing of these.
        care::sweep_objects(&place.app, &crate::jobs::StopSignal::default()).await.unwrap();
        assert_eq!(objects(&place).await, 2);
    }
}

/// SQLite alone: the objects are the same for both, and care's own tests restore both databases.
#[tokio::test]
async fn a_backup_brings_the_releases_back() {
    let place = place(each_engine().await.remove(0)).await;
    let made = place.install("UBERON", ANATOMY).await;
    prepare(&place.app).await.unwrap();
    let to = place.folder.path().join("backup");
    care::backup(&place.app, "sqlite:", &to).await.unwrap();
    let url = format!("sqlite://{}", place.folder.path().join("restored.db").display());
    let store = Objects::open(&format!("file://{}", place.folder.path().join("restored").display())).unwrap();
    let report = care::restore(&url, &store, &to).await.unwrap();
    assert_eq!((report.objects_copied, report.objects_verified), (2, 1), "its file is checked against its hash");
    // Prepared sets need not come back.
    for object in store.list(ONTOLOGIES).await.unwrap() {
        if object.key.ends_with("/prepared") {
            store.delete(&object.key).await.unwrap();
        }
    }
    let clock = Clock::manual(testing::START);
    let settings = crate::ctx::Settings { cache_dir: place.folder.path().join("cache"), ..Default::default() };
    let cache = settings.cache_dir.join("ontologies");
    let db = Db::open(&url).await.unwrap();
    let app = Deployment::new(db, store, clock.clone(), Ids::new(clock), settings);
    let app = Arc::new(app.with_room(crate::jobs::State::default()).with_room(State::new(cache)));
    assert_eq!(list_releases(&Ctx::operator(app.clone(), None)).await.unwrap().items, [made]);
    assert!(library(&app).await.unwrap().find("UBERON:2").is_some());
}
