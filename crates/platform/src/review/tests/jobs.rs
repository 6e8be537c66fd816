//! Decisions that a job carries out: whole or not at all, and nobody else's meanwhile.

use super::*;

/// So many samples that a job settles them.
fn many() -> String {
    table_of(2_300)
}

fn table_of(samples: usize) -> String {
    let mut table = TABLE.to_owned();
    (6..samples).for_each(|n| table.push_str(&format!("S{n}\tbiopsy {n}\tliver\tleukemia\tmale\n")));
    table
}

#[tokio::test]
async fn many_samples_are_settled_by_a_job_and_nobody_sees_half_of_it() {
    for db in each_engine().await {
        let scene = scene(db, &many()).await;
        let all = everything(&scene);
        let decided = decide(&scene.curator, all).await.unwrap();
        let job = decided.job.unwrap();
        assert_eq!((decided.samples, decided.batch), (2_298, None));
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")]);
        idle(&scene.app).await;
        let job = load_job(&scene.curator, job).await.unwrap();
        assert_eq!((job.state, job.result.as_ref().unwrap()["samples"].as_i64()), (JobState::Succeeded, Some(2_298)));
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 0);
        assert_eq!(scene.found("disease", "MONDO:0005059").await, 2_294);
        let batch = serde_json::from_value(job.result.unwrap()["batch"].clone()).unwrap();
        curation::revert_batch(&scene.curator, batch, RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 2_298);
    }
}

#[tokio::test]
async fn what_a_job_is_deciding_is_nobody_elses_question() {
    for db in each_engine().await {
        let scene = scene(db, &many()).await;
        let leukemia = scene.question("disease", "leukemia").await;
        let asked = scene.about(&leukemia, ReviewAnswer::Accept);
        assert_eq!(next_task(&scene.curator, next_of(&scene, None)).await.unwrap().unwrap().question.id, leukemia.id);
        let job = decide(&scene.curator, asked.clone()).await.unwrap().job.unwrap();
        // Neither as the next question, nor by name, nor one sample of it, nor with others.
        let next = next_task(&scene.curator, next_of(&scene, None)).await.unwrap().unwrap();
        assert_ne!(next.question.id, leukemia.id);
        let refused = |asked| async {
            let fault = decide(&scene.curator, asked).await.unwrap_err();
            assert_eq!(fault.kind, FaultKind::Conflict, "{fault:?}");
            assert!(fault.message.contains("Accept disease as suggested"), "{fault:?}");
        };
        refused(asked.clone()).await;
        refused(DecideValues { only: Some(leukemia.sample), ..asked.clone() }).await;
        refused(everything(&scene)).await;
        assert_eq!(
            list_jobs(&scene.curator, JobFilter { kind: Some("decide".into()), state: None }, PageRequest::default())
                .await
                .unwrap()
                .items
                .len(),
            1
        );
        // Another question meanwhile.
        let other = scene.question("disease", "psoriasis").await;
        decide(&scene.curator, scene.about(&other, ReviewAnswer::Accept)).await.unwrap();
        // A job that ends without having decided leaves it to others.
        crate::jobs::cancel_job(&scene.curator, job).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.question("disease", "leukemia").await.waiting, 2_294);
        let decided = scene.decide(asked).await.unwrap();
        assert_eq!((decided.samples, scene.question("disease", "leukemia").await.waiting), (2_294, 0));
        // Jobs go after some months, and what they were deciding with them.
        scene.app.clock.advance(100 * Time::DAY);
        crate::jobs::forget_ended(&Ctx::system(scene.app.clone(), None)).await.unwrap();
        assert_eq!(load_job(&scene.curator, job).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn a_job_that_begins_again_decides_what_it_took() {
    for db in each_engine().await {
        let scene = scene(db, &many()).await;
        let ids = [scene.question("disease", "leukemia").await.id.0];
        let decide = || async {
            let asked = scene.about(&scene.question("disease", "psoriasis").await, ReviewAnswer::Accept);
            decide(&scene.curator, DecideValues { values: None, ..asked }).await
        };
        let job = decide().await.unwrap().job.unwrap();
        let begin = |job| {
            let (organization, filter) = (scene.curator.scope.unwrap(), scene.of("disease"));
            scene.app.db.write(move |tx| {
                Box::pin(async move { sql::begin_settling(tx, organization, &filter, &ids, job).await })
            })
        };
        assert!(begin(job).await.unwrap(), "as it may after its process was killed");
        assert!(!begin(chorale_model::JobId(uuid::Uuid::nil())).await.unwrap(), "another's");
        idle(&scene.app).await;
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 0);
    }
}

#[tokio::test]
async fn a_decision_reads_where_its_question_is_asked() {
    for db in each_engine().await {
        let rows = (0..2_500).map(|n| match n {
            3 | 4 | 1_200 | 2_499 => format!("S{n}\tbiopsy {n}\tskin\tpsoriasis\tmale\n"),
            _ => format!("S{n}\tbiopsy {n}\tliver\tleukemia\tmale\n"),
        });
        let table = format!("accession\ttitle\ttissue\tdisease\tsex\n{}", rows.collect::<String>());
        let scene = scene(db, &table).await;
        let rows = |waiting| {
            let filter = ReviewFilter { state: ReviewState::All, ..scene.of("disease") };
            let (curator, organization) = (&scene.curator, scene.curator.scope.unwrap());
            async move {
                let rows = sql::list_rows(curator.db(), organization, &filter, None).await.unwrap();
                let mut rows: Vec<_> =
                    rows.into_iter().map(|row| (row.words, row.waiting, row.places.unwrap())).collect();
                rows.sort();
                assert_eq!(rows[1], ("psoriasis".to_owned(), waiting, "3-4,1200,2499".to_owned()));
            }
        };
        rows(4).await;
        let question = scene.question("disease", "psoriasis").await;
        let decided = scene.decide(scene.about(&question, ReviewAnswer::Reject)).await.unwrap();
        assert_eq!((decided.samples, decided.job), (4, None));
        assert_eq!((scene.known("S3", "disease").await, scene.known("S4", "disease").await), (vec![], vec![]));
        let left = ReviewFilter { state: ReviewState::All, ..scene.of("disease") };
        assert_eq!(words(&scene.list(left).await), [("leukemia", 2_496, 2_496)], "wherever it stands");
        // What an older program gathered knows no places: all of the dataset is read.
        curation::revert_batch(&scene.curator, decided.batch.unwrap(), RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        rows(4).await;
        let unknown: &[&str] = &["update review_values set places = null"];
        statements(&scene.app.db, (unknown, unknown)).await;
        let decided = scene.decide(scene.about(&question, ReviewAnswer::Reject)).await.unwrap();
        assert_eq!(decided.samples, 4);
    }
}

/// As if somebody cancelled the job when it has written some of its decisions.
const CANCELS: (&[&str], &[&str]) = (
    &["create trigger cancels after insert on curations when (select count(*) from curations) > 400 \
       begin update jobs set cancelling = true where kind = 'decide' and state = 'running'; end"],
    &[
        "create function cancels() returns trigger language plpgsql as $$ begin \
         if (select count(*) from curations) > 400 then \
         update jobs set cancelling = true where kind = 'decide' and state = 'running'; end if; return null; end $$",
        "create trigger cancels after insert on curations for each statement execute function cancels()",
    ],
);

async fn statements(db: &crate::Db, (sqlite, postgres): (&'static [&'static str], &'static [&'static str])) {
    let texts = if matches!(db, crate::Db::Sqlite { .. }) { sqlite } else { postgres };
    db.write(move |tx| {
        Box::pin(async move {
            for text in texts {
                crate::db::sql(text).run(&mut *tx).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

/// Curations, batches and answers, those that count for nothing too.
async fn written(db: &crate::Db) -> (i64, i64, i64) {
    let text = "select (select count(*) from curations), (select count(*) from curation_batches), \
                (select count(*) from review_answers)";
    crate::db::sql(text).one(db).await.unwrap()
}

#[tokio::test]
async fn a_decision_that_is_cancelled_while_it_is_written_leaves_nothing() {
    for db in each_engine().await {
        let scene = scene(db, &many()).await;
        statements(&scene.app.db, CANCELS).await;
        let id = scene.decide(everything(&scene)).await.unwrap().job.unwrap();
        let job = load_job(&scene.curator, id).await.unwrap();
        assert_eq!((job.state, job.attempts), (JobState::Cancelled, 1), "{job:?}");
        assert_eq!(written(&scene.app.db).await, (0, 0, 0), "what was written is gone");
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")]);
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 2_298);

        let dropped = (&["drop trigger cancels"][..], &["drop trigger cancels on curations"][..]);
        statements(&scene.app.db, dropped).await;
        let id = scene.decide(everything(&scene)).await.unwrap().job.unwrap();
        assert_eq!(load_job(&scene.curator, id).await.unwrap().state, JobState::Succeeded);
        assert_eq!(written(&scene.app.db).await, (2_298, 1, 4));
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 0);
    }
}

#[tokio::test]
async fn a_decision_whose_process_is_killed_while_it_is_written_is_made_once_by_the_next() {
    /// Looks at how far it is before it gives up.
    const LOOKS: usize = 20_000;
    for db in each_engine().await {
        // Several times as many as are written at once: on a busy machine some of it is seen.
        let scene = scene(db, &table_of(8_300)).await;
        let id = decide(&scene.curator, everything(&scene)).await.unwrap().job.unwrap();
        let app = scene.app.clone();
        let killed = tokio::spawn(async move {
            let deciding: Vec<Arc<dyn Handler>> = vec![Arc::new(DecideJob)];
            run_until_idle(&app, &deciding).await
        });
        for look in 0.. {
            assert!(look < LOOKS, "it never began to write");
            if written(&scene.app.db).await.0 > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        killed.abort();
        assert!(killed.await.is_err(), "it had not ended");
        let half = written(&scene.app.db).await;
        assert!(half.0 > 0 && half.0 < 8_298, "{half:?}");
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")], "nobody sees half of it");
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 8_298);

        let next = testing::restarted(&scene.app);
        next.clock.advance(30 * Time::MINUTE);
        idle(&next).await;
        let job = load_job(&scene.curator, id).await.unwrap();
        assert_eq!((job.state, job.attempts), (JobState::Succeeded, 2), "{job:?}");
        assert_eq!(job.result.unwrap()["samples"].as_i64(), Some(8_298));
        assert_eq!(written(&scene.app.db).await, (8_298, 1, 4), "once each");
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 0);
        assert_eq!(scene.known("S1", "disease").await, [human("MONDO:0007256")]);
    }
}
