//! One library for many who ask, in one process and in several, also when what was prepared is lost.

use super::*;
use crate::objects::ONTOLOGIES;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const SETS: &str = "select count(*) from ontology_sets";

#[tokio::test]
async fn a_library_is_prepared_once_however_many_ask() {
    for db in each_engine().await {
        let place = place(db).await;
        place.install("UBERON", ANATOMY).await;
        let asked = futures::future::join_all((0..50).map(|_| {
            let app = place.app.clone();
            tokio::spawn(async move { library(&app).await.unwrap() })
        }));
        let given: Vec<_> = asked.await.into_iter().map(Result::unwrap).collect();
        assert!(given.iter().all(|one| Arc::ptr_eq(one, &given[0])));
        let prepared = place.app.objects.list(ONTOLOGIES).await.unwrap();
        assert_eq!(prepared.iter().filter(|object| object.key.ends_with("/prepared")).count(), 1);
        assert!(Arc::ptr_eq(&library(&place.app).await.unwrap(), &given[0]), "nothing changed, nothing is loaded");
        assert_eq!(place.work().await, 1, "the job finds the set prepared");
        assert!(Arc::ptr_eq(&library(&place.app).await.unwrap(), &given[0]));
    }
}

#[tokio::test]
async fn another_process_loads_what_one_has_prepared_and_sees_a_change_at_once() {
    for db in each_engine().await {
        let place = place(db).await;
        place.install("UBERON", ANATOMY).await;
        prepare(&place.app).await.unwrap();
        let server = testing::restarted(&place.app);
        let before = library(&server).await.unwrap();
        assert_eq!((before.pins().len(), place.count(SETS).await), (1, 1));
        let copies = std::fs::read_dir(place.app.settings.cache_dir.join("ontologies")).unwrap().count();
        assert_eq!(copies, 1);

        // The command line installs; until the set is prepared the server answers with the one it has.
        place.install("CL", CELLS).await;
        assert!(!list_releases(&place.operator).await.unwrap().prepared);
        assert!(Arc::ptr_eq(&library(&server).await.unwrap(), &before));
        place.app.clock.advance(Time::MINUTE);
        run_until_idle(&server, &handlers()).await.unwrap();
        assert!(list_releases(&place.operator).await.unwrap().prepared);
        let after = library(&server).await.unwrap();
        assert_eq!((after.pins().len(), after.find("CL:1").is_some(), place.count(SETS).await), (2, true, 2));
        // And the process that installed it follows.
        assert_eq!(place.labels(&["CL:1"]).await, [said("hepatocyte")]);
        assert_eq!(place.count(SETS).await, 2);
    }
}

#[tokio::test]
async fn several_installations_wait_for_one_preparation() {
    for db in each_engine().await {
        let place = place(db).await;
        place.install("UBERON", ANATOMY).await;
        place.install("CL", CELLS).await;
        place.install("ANATOMY", LATER).await;
        assert_eq!(run_until_idle(&place.app, &handlers()).await.unwrap(), 0, "others may follow");
        assert_eq!(place.work().await, 1);
        assert_eq!((place.count(SETS).await, library(&place.app).await.unwrap().pins().len()), (1, 3));
    }
}

#[tokio::test]
async fn what_was_prepared_and_is_lost_is_prepared_again() {
    for db in each_engine().await {
        let place = place(db).await;
        place.install("UBERON", ANATOMY).await;
        prepare(&place.app).await.unwrap();
        let cache = place.app.settings.cache_dir.join("ontologies");
        let prepared = async || {
            let listed = place.app.objects.list(ONTOLOGIES).await.unwrap();
            listed.into_iter().find(|object| object.key.ends_with("/prepared")).unwrap().key
        };
        // A damaged copy is fetched again.
        for entry in std::fs::read_dir(&cache).unwrap() {
            std::fs::write(entry.unwrap().path(), "not a library").unwrap();
        }
        let first = prepared().await;
        assert!(library(&testing::restarted(&place.app)).await.unwrap().find("UBERON:2").is_some());
        assert_eq!(prepared().await, first);
        // So is one whose object is damaged or gone, from the releases' files.
        let gone = first.clone();
        let app = place.app.clone();
        std::fs::remove_dir_all(&cache).unwrap();
        app.objects.delete(&gone).await.unwrap();
        app.objects.put(&crate::objects::Key::from_backup(&gone), "not a library").await.unwrap();
        assert!(library(&testing::restarted(&place.app)).await.unwrap().find("UBERON:2").is_some());
        assert_eq!(place.count("select count(*) from ontology_unused_objects").await, 1);
        let (second,): (String,) = statement("select object_key from ontology_sets").one(&place.app.db).await.unwrap();
        assert_ne!(second, first);
        std::fs::remove_dir_all(&cache).unwrap();
        app.objects.delete(&second).await.unwrap();
        assert!(library(&testing::restarted(&place.app)).await.unwrap().find("UBERON:2").is_some());
        assert_eq!(place.count(SETS).await, 1);
    }
}

#[tokio::test]
async fn a_release_whose_file_is_gone_says_so_and_comes_back_with_its_file() {
    for db in each_engine().await {
        let place = place(db).await;
        let made = place.install("UBERON", ANATOMY).await;
        let raw = place.app.objects.list(ONTOLOGIES).await.unwrap().remove(0).key;
        assert!(raw.ends_with(&format!("/raw/{}", made.sha256)), "{raw}");
        place.app.objects.delete(&raw).await.unwrap();
        let fault = library(&place.app).await.err().unwrap();
        assert!(
            fault.message.contains("UBERON releases/2026-01-01 is gone") && fault.message.contains("install it again")
        );
        assert_eq!(place.install("UBERON", ANATOMY).await, made);
        assert_eq!(place.labels(&["UBERON:2"]).await, [said("liver")]);
    }
}

#[tokio::test]
async fn listeners_hear_when_another_set_is_ready_and_not_before() {
    for db in each_engine().await {
        let heard: Arc<AtomicUsize> = Arc::default();
        let actors: Arc<Mutex<Vec<String>>> = Arc::default();
        let (count, names) = (heard.clone(), actors.clone());
        let listeners = Listeners::default().with(move |_, ctx, _| {
            count.fetch_add(1, Ordering::SeqCst);
            names.lock().unwrap().push(ctx.actor_name());
            Box::pin(async { Ok(()) })
        });
        let place = place_of(testing::deployment_of(db, |app| app.with_room(listeners))).await;
        let times = || heard.load(Ordering::SeqCst);
        let first = place.install("UBERON", ANATOMY).await;
        assert_eq!(times(), 0, "it is not prepared yet");
        place.work().await;
        assert_eq!(times(), 1);
        let second = place.install("UBERON", LATER).await;
        place.work().await;
        assert_eq!(times(), 1, "nothing else is in use");
        use_release(&place.operator, "UBERON", &second.sha256).await.unwrap();
        place.work().await;
        assert_eq!(times(), 2);
        use_release(&place.operator, "UBERON", &first.sha256).await.unwrap();
        assert_eq!(times(), 3, "that set is prepared already");
        use_release(&place.operator, "UBERON", &first.sha256).await.unwrap();
        assert_eq!(times(), 3, "nothing changed");
        assert_eq!(actors.lock().unwrap()[..2], ["system", "system"]);
        // A set that nobody uses any more when it is ready is none to hear of.
        place.install("CL", CELLS).await;
        let cells = list_releases(&place.operator).await.unwrap().items.remove(0);
        remove_release(&place.operator, "CL", &cells.sha256).await.unwrap();
        assert_eq!(times(), 4, "back to a set that is prepared");
        place.work().await;
        assert_eq!(times(), 4);
    }
}

#[tokio::test]
async fn an_upgraded_binary_prepares_what_it_cannot_read() {
    for db in each_engine().await {
        let place = place(db).await;
        place.install("UBERON", ANATOMY).await;
        prepare(&place.app).await.unwrap();
        place.work().await;
        assert!(!enqueue_preparation(&place.app).await.unwrap());
        let older = "update ontology_sets set layout = layout - 1";
        place.app.db.write(move |tx| Box::pin(async move { statement(older).run(tx).await })).await.unwrap();
        assert!(enqueue_preparation(&place.app).await.unwrap());
        assert!(enqueue_preparation(&place.app).await.unwrap());
        assert_eq!(place.work().await, 1, "one job, however many processes start");
        assert!(!enqueue_preparation(&place.app).await.unwrap());
        assert_eq!(place.count(SETS).await, 2, "the older binary beside it is not disturbed");
    }
}
