//! Decisions about few samples, and taking them back.

use super::*;

#[tokio::test]
async fn one_decision_settles_all_that_say_it_and_is_undone_as_a_whole() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "hepatocellular carcinoma").await;
        let asked = scene.about(&question, ReviewAnswer::Accept);
        let looked = preview(&scene.curator, asked.clone()).await.unwrap();
        assert_eq!((looked.values, looked.samples, looked.datasets, looked.replaces), (1, 2, 1, 0));
        assert_eq!((looked.becomes[0].term.as_str(), looked.becomes[0].samples), ("MONDO:0007256", 2));
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")], "looking changes nothing");

        let decided = scene.decide(asked.clone()).await.unwrap();
        let batch = decided.batch.unwrap();
        assert_eq!((decided.samples, decided.job), (2, None));
        for sample in ["S1", "S2"] {
            assert_eq!(scene.known(sample, "disease").await, [human("MONDO:0007256")], "{sample}");
        }
        let kept = values(&scene.curator, scene.samples["S1"], "disease").await.remove(0);
        assert_eq!(kept.evidence.map(|read| read.text).as_deref(), Some("hepatocellular carcinoma"));
        assert_eq!(scene.known("S3", "disease").await, [automatic("MONDO:0007256")], "it says it otherwise");
        assert_eq!(scene.found("disease", "MONDO:0007256").await, 2);
        let left = scene.list(scene.of("disease")).await;
        assert_eq!((words(&left), left.gathering), (vec![("HCC tumor", 1, 1), ("psoriasis", 1, 1)], false));

        // Somebody else had the list open, too.
        let late = decide(&scene.curator, asked).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict, "{late:?}");

        curation::revert_batch(&scene.curator, batch, RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")]);
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 4);
        assert_eq!(scene.found("disease", "MONDO:0007256").await, 0);
        let again = scene.question("disease", "hepatocellular carcinoma").await;
        assert_eq!(again.id, question.id, "it is the same question");
    }
}

#[tokio::test]
async fn each_answer_does_what_it_says() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "HCC tumor").await;
        let term = Some("Liver cancer".to_owned());
        scene.decide(DecideValues { term, ..scene.about(&question, ReviewAnswer::Change) }).await.unwrap();
        assert_eq!(scene.known("S3", "disease").await, [human("MONDO:0002691")]);

        let question = scene.question("disease", "psoriasis").await;
        scene.decide(scene.about(&question, ReviewAnswer::Reject)).await.unwrap();
        assert_eq!(scene.known("S4", "disease").await, []);

        let question = scene.question("sex", "female").await;
        scene.decide(scene.about(&question, ReviewAnswer::NotReported)).await.unwrap();
        let state = |sample: &'static str| {
            let id = scene.samples[sample];
            let curator = &scene.curator;
            async move { values(curator, id, "sex").await.into_iter().map(|value| value.state).collect::<Vec<_>>() }
        };
        assert_eq!(state("S2").await, [ValueState::NotReported]);
        assert_eq!(state("S1").await, [ValueState::Present]);

        // What was settled is changed where all of it is looked at.
        let settled = ReviewFilter { state: ReviewState::All, q: "hcc".into(), ..scene.of("disease") };
        let term = Some("MONDO:0007256".to_owned());
        let asked =
            DecideValues { matching: settled, values: None, term, ..scene.about(&question, ReviewAnswer::Change) };
        assert_eq!(preview(&scene.curator, asked.clone()).await.unwrap().replaces, 1);
        scene.decide(asked).await.unwrap();
        assert_eq!(scene.known("S3", "disease").await, [human("MONDO:0007256")]);
        let batches = list_batches(&scene.curator, BatchFilter::default(), PageRequest::default()).await.unwrap();
        let titles: Vec<&str> = batches.items.iter().map(|batch| batch.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "Change disease to hepatocellular carcinoma",
                "No sex is reported",
                "Reject disease as suggested",
                "Change disease to liver cancer"
            ]
        );
    }
}

#[tokio::test]
async fn what_cannot_be_asked_or_answered_says_why() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "psoriasis").await;
        let organization = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, organization, Role::Admin).await;
        let scientist = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Scientist).await;
        let asked = scene.about(&question, ReviewAnswer::Accept);
        let list = |ctx: Ctx, filter: ReviewFilter| async move {
            list_values(&ctx, filter, ReviewOrder::default(), PageRequest::default()).await.unwrap_err()
        };
        assert_eq!(list(stranger.clone(), scene.of("disease")).await.kind, FaultKind::Missing);
        assert_eq!(decide(&stranger, asked.clone()).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(decide(&scientist, asked.clone()).await.unwrap_err().kind, FaultKind::Forbidden);
        assert!(list_fields(&stranger).await.unwrap().is_empty());

        let says = |fault: Fault| fault.to_string();
        let fault = says(list(scene.curator.clone(), scene.of("colour")).await);
        assert!(fault.contains("\"colour\" is no field of Livers") && fault.contains("disease"), "{fault}");
        let fault = says(list(scene.curator.clone(), ReviewFilter { least: Some(7.0), ..scene.of("sex") }).await);
        assert!(fault.contains("between 0 and 1"), "{fault}");
        let refused = |asked: DecideValues| async { says(decide(&scene.curator, asked).await.unwrap_err()) };
        let change =
            |term: &str| DecideValues { term: Some(term.to_owned()), ..scene.about(&question, ReviewAnswer::Change) };
        for (asked, words) in [
            (change(""), "is missing; say which value"),
            (change("MONDO:9"), "no term of an ontology in use"),
            (change("UBERON:0002107"), "(liver) is no value: disease takes terms of MONDO"),
            (change("liver"), "no term of an ontology in use, by its name or its id: disease takes"),
            (DecideValues { values: Some(Vec::new()), ..asked.clone() }, "are none; select one"),
            (DecideValues { term: Some("MONDO:1".into()), ..asked.clone() }, "only \"change\" does"),
            (DecideValues { why: "x".repeat(2_001), ..asked.clone() }, "too long"),
            (
                DecideValues { values: Some(vec![question.id, QuestionId(uuid::Uuid::nil())]), ..asked.clone() },
                "1 of these 2",
            ),
        ] {
            let fault = refused(asked).await;
            assert!(fault.contains(words), "{fault} has not {words:?}");
        }
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 4, "nothing was decided");
    }
}

#[tokio::test]
async fn of_two_who_decide_at_once_the_second_is_told_and_nothing_is_doubled() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let second = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Curator).await;
        for field in ["disease", "tissue", "sex"] {
            for question in scene.list(scene.of(field)).await.items {
                let asked = scene.about(&question, ReviewAnswer::Accept);
                let (one, other) = tokio::join!(decide(&scene.curator, asked.clone()), decide(&second, asked));
                let refused = [&one, &other].into_iter().filter_map(|one| one.as_ref().err()).collect::<Vec<_>>();
                assert_eq!(refused.len(), 1, "{one:?} {other:?}");
                assert_eq!(refused[0].kind, FaultKind::Conflict, "{refused:?}");
            }
        }
        idle(&scene.app).await;
        let question = scene.question("disease", "psoriasis").await;
        let late = decide(&second, scene.about(&question, ReviewAnswer::Accept)).await.unwrap_err();
        let said = late.to_string();
        assert!(said.contains("decided it at") && said.contains("Accept disease as suggested"), "{said}");
        for sample in ["S1", "S2", "S3", "S4"] {
            let history = curation::history(&scene.curator, scene.samples[sample]).await.unwrap();
            let of_disease = history.items.iter().filter(|one| one.field == "disease").count();
            assert_eq!(of_disease, 1, "{sample}");
        }
    }
}

#[tokio::test]
async fn an_answer_may_speak_of_one_sample_and_name_further_values() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "hepatocellular carcinoma").await;
        let field = harmonize::fields_of(&scene.curator, scene.collection).await.unwrap().fields;
        assert!(field.iter().any(|field| field.name == "disease" && field.many), "several diseases hold at once");
        let also = vec!["psoriasis".to_owned(), "MONDO:0007256".to_owned()];
        let asked =
            DecideValues { also, only: Some(scene.samples["S2"]), ..scene.about(&question, ReviewAnswer::Accept) };
        assert_eq!(preview(&scene.curator, asked.clone()).await.unwrap().samples, 1);
        let decided = scene.decide(asked.clone()).await.unwrap();
        assert_eq!(decided.samples, 1);
        let mut known = scene.known("S2", "disease").await;
        known.sort();
        assert_eq!(known, [human("MONDO:0005083"), human("MONDO:0007256")]);
        assert_eq!(scene.known("S1", "disease").await, [automatic("MONDO:0007256")], "it speaks of one alone");
        assert_eq!(scene.question("disease", "hepatocellular carcinoma").await.waiting, 1);
        assert_eq!(scene.decide(asked).await.unwrap_err().kind, FaultKind::Conflict);
        // Before anything is gathered, the question is shown by a sample that still waits.
        let looked = NextTask { question: Some(question.id), ..next_of(&scene, None) };
        let left = next_task(&scene.curator, looked).await.unwrap().unwrap();
        assert_eq!((left.accession.as_str(), left.question.waiting), ("S1", 1));

        curation::revert_batch(&scene.curator, decided.batch.unwrap(), RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.known("S2", "disease").await, [automatic("MONDO:0007256")]);

        let sex = scene.question("sex", "female").await;
        let refused = |asked: DecideValues| async { decide(&scene.curator, asked).await.unwrap_err().to_string() };
        let several = vec!["male".to_owned()];
        let fault = refused(DecideValues { also: several.clone(), ..scene.about(&sex, ReviewAnswer::Accept) }).await;
        assert!(fault.contains("takes one"), "{fault}");
        let fault = refused(DecideValues { also: several, ..scene.about(&question, ReviewAnswer::Reject) }).await;
        assert!(fault.contains("says there is none"), "{fault}");
        let nobody = vec!["no such disease".to_owned()];
        let fault = refused(DecideValues { also: nobody, ..scene.about(&question, ReviewAnswer::Accept) }).await;
        assert!(fault.contains("no term of an ontology in use"), "{fault}");
        let fault = refused(DecideValues { only: Some(scene.samples["S2"]), values: None, ..everything(&scene) }).await;
        assert!(fault.contains("name that value alone"), "{fault}");
    }
}

#[tokio::test]
async fn what_is_taken_back_waits_again_at_once_and_who_answered_is_known() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "hepatocellular carcinoma").await;
        let batch = decide(&scene.curator, scene.about(&question, ReviewAnswer::Accept)).await.unwrap().batch.unwrap();
        assert_eq!(scene.question("disease", "hepatocellular carcinoma").await.waiting, 0);
        let of = question_of(&scene.curator, scene.collection, "disease", batch).await.unwrap();
        assert_eq!(of, Some(question.id));
        assert_eq!(curation::list_own(&scene.curator, 5).await.unwrap()[0].id, batch);
        let second = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Curator).await;
        assert!(curation::list_own(&second, 5).await.unwrap().is_empty(), "an undo is one's own");

        // Before any job has run.
        curation::revert_batch(&scene.curator, batch, RevertBatch::default()).await.unwrap();
        assert_eq!(scene.question("disease", "hepatocellular carcinoma").await.waiting, 2);
        let again = NextTask { question: Some(question.id), ..next_of(&scene, None) };
        let task = next_task(&scene.curator, again).await.unwrap().unwrap();
        let earlier = &task.earlier[0];
        assert_eq!((earlier.batch, earlier.answer, earlier.samples), (batch, ReviewAnswer::Accept, 2));
        assert_eq!((earlier.by.clone(), earlier.why.as_str()), (scene.curator.actor_name(), "a test"));
        assert!(earlier.reverted && task.held_by.is_none());
        scene.decide(scene.about(&question, ReviewAnswer::NotReported)).await.unwrap();
        assert_eq!(scene.list(scene.of("disease")).await.waiting, 2, "the others");
    }
}

#[tokio::test]
async fn a_question_that_gathering_forgot_is_there_again_when_its_answer_is_taken_back() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "hepatocellular carcinoma").await;
        let answer = scene.about(&question, ReviewAnswer::NotReported);
        let batch = scene.decide(answer).await.unwrap().batch.unwrap();
        let again = || NextTask { question: Some(question.id), ..next_of(&scene, None) };
        let gone = next_task(&scene.curator, again()).await.unwrap_err();
        assert_eq!(gone.kind, FaultKind::Missing, "its samples say something else now");

        // Before any job has run, and after they have.
        curation::revert_batch(&scene.curator, batch, RevertBatch::default()).await.unwrap();
        assert_eq!(next_task(&scene.curator, again()).await.unwrap().unwrap().question.waiting, question.waiting);
        idle(&scene.app).await;
        assert_eq!(scene.question("disease", "hepatocellular carcinoma").await, question);
    }
}
