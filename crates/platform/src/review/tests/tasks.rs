//! One question at a time.

use super::*;

#[tokio::test]
async fn the_next_question_is_worth_most_and_is_one_curators_alone() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let second = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Curator).await;
        let words = |task: &Option<ReviewTask>| task.as_ref().map(|task| task.question.words.clone());
        let mut worth = scene.list(scene.of("disease")).await.items;
        worth.sort_by(|a, b| {
            let worth = |one: &ReviewValue| one.waiting as f64 * (1.05 - one.score);
            worth(b).total_cmp(&worth(a))
        });
        let worth: Vec<String> = worth.into_iter().map(|one| one.words).collect();
        let first = next_task(&scene.curator, next_of(&scene, None)).await.unwrap();
        assert_eq!(words(&first).as_ref(), Some(&worth[0]));
        let again = next_task(&scene.curator, next_of(&scene, None)).await.unwrap();
        assert_eq!(words(&again), words(&first), "whoever holds it has it again");
        let others = next_task(&second, next_of(&scene, None)).await.unwrap();
        assert_eq!(words(&others).as_ref(), Some(&worth[1]));

        let task = first.unwrap();
        assert_eq!((task.values, task.waiting), (3, 4));
        let said = task.attributes.iter().find(|one| one.value == task.question.words).unwrap();
        let read = task.evidence.as_ref().unwrap();
        assert!(said.key == "disease" && said.value.contains(&read.text), "{task:#?}");
        let suggested = &task.ranked[0];
        assert_eq!((&suggested.term, suggested.why), (&task.question.term, RankedWhy::Suggested));
        assert!(!suggested.path.is_empty() && !task.guideline.is_empty(), "{task:#?}");

        // Passed over, it goes to the other; left lying, it comes free.
        let third = next_task(&scene.curator, next_of(&scene, Some(task.question.id))).await.unwrap();
        assert_eq!(words(&third).as_ref(), Some(&worth[2]));
        let nothing = next_task(&scene.curator, next_of(&scene, third.map(|task| task.question.id))).await.unwrap();
        assert!(nothing.is_none(), "the rest is the other's, or was passed over");
        scene.app.clock.advance(11 * Time::MINUTE);
        let free = next_task(&scene.curator, next_of(&scene, None)).await.unwrap();
        assert_eq!(words(&free).as_ref(), Some(&worth[1]));
        scene.app.clock.advance(2 * Time::DAY);
        let back = next_task(&scene.curator, next_of(&scene, None)).await.unwrap();
        assert_eq!(words(&back).as_ref(), Some(&worth[0]));
    }
}

#[tokio::test]
async fn what_the_same_words_became_before_is_offered() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let question = scene.question("disease", "HCC tumor").await;
        let term = Some("liver cancer".to_owned());
        scene.decide(DecideValues { term, ..scene.about(&question, ReviewAnswer::Change) }).await.unwrap();
        // The same table again, as another series: its words wait anew.
        let more = "accession\ttitle\tdisease\nS9\tbiopsy 9\tHCC tumor\n";
        let import = import_text(&scene.curator, "more.tsv", more).await;
        assert_eq!(import, scene.collection);
        idle(&scene.app).await;
        let asked = NextTask { question: Some(question.id), ..next_of(&scene, None) };
        let task = next_task(&scene.curator, asked).await.unwrap().unwrap();
        assert_eq!((task.question.waiting, task.before[0].term.as_str()), (1, "MONDO:0002691"), "{task:#?}");
        let offered = task.ranked.iter().find(|one| one.term == "MONDO:0002691").unwrap();
        assert_eq!(offered.why, RankedWhy::DecidedBefore);
        let missing = NextTask { question: Some(QuestionId(uuid::Uuid::nil())), ..next_of(&scene, None) };
        assert_eq!(next_task(&scene.curator, missing).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn what_comes_after_a_question_is_held_with_it_and_freed() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let second = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Curator).await;
        let first = next_task(&scene.curator, next_of(&scene, None)).await.unwrap().unwrap();
        let after = NextTask { after: Some(first.question.id), ..next_of(&scene, None) };
        let ahead = next_task(&scene.curator, after.clone()).await.unwrap().unwrap();
        assert_ne!(ahead.question.id, first.question.id);
        // Two of three are the first curator's.
        let theirs = next_task(&second, next_of(&scene, None)).await.unwrap().unwrap();
        assert!(![first.question.id, ahead.question.id].contains(&theirs.question.id));
        let then = NextTask { after: Some(theirs.question.id), ..next_of(&scene, None) };
        assert!(next_task(&second, then.clone()).await.unwrap().is_none());
        // Whoever looks at another's question is told whose it is.
        let looked = NextTask { question: Some(first.question.id), ..next_of(&scene, None) };
        let told = next_task(&second, looked).await.unwrap().unwrap();
        assert_eq!(told.held_by, Some(scene.curator.actor_name()));
        assert_eq!(first.held_by, None);

        let freed = FreeTask { collection: scene.collection, field: "disease".into(), question: ahead.question.id };
        free(&second, freed.clone()).await.unwrap();
        assert!(next_task(&second, then.clone()).await.unwrap().is_none(), "nobody frees what another holds");
        free(&scene.curator, freed).await.unwrap();
        assert_eq!(next_task(&second, then).await.unwrap().unwrap().question.id, ahead.question.id);
    }
}

#[tokio::test]
async fn values_are_ranked_by_the_annotator_with_their_distance_place_and_meaning() {
    for db in each_engine().await {
        let table = format!("{TABLE}S6\tbiopsy 6\tliver\tHCC or leukemia\tmale\n");
        let scene = scene(db, &table).await;
        let question = scene.question("disease", "HCC or leukemia").await;
        let asked = NextTask { question: Some(question.id), ..next_of(&scene, None) };
        let task = next_task(&scene.curator, asked).await.unwrap().unwrap();
        assert!(task.many && task.ranked.len() > 1, "{task:#?}");
        let first = &task.ranked[0];
        assert_eq!((&first.term, first.score), (&question.term, Some(question.score)));
        let read = first.read.as_ref().map(|read| read.text.as_str());
        assert!(read == Some("HCC") || read == Some("leukemia"), "{read:?}");
        assert!(task.ranked[1].score.is_some() && task.ranked[1].read.is_some(), "{:#?}", task.ranked[1]);
        assert!(first.path.contains(&"disease".to_owned()), "{first:#?}");
        let scored: Vec<f64> = task.ranked[1..].iter().filter_map(|one| one.score).collect();
        assert!(scored.is_sorted_by(|a, b| a >= b), "{scored:?}");
        for pair in task.ranked.windows(2).filter(|pair| pair[1].score.is_some()) {
            let ahead = pair[0].score.unwrap() - pair[1].score.unwrap();
            assert_eq!(pair[0].ahead, Some(ahead));
        }
        let terms: std::collections::BTreeSet<_> =
            task.ranked.iter().map(|one| (&one.term, one.state.name())).collect();
        assert_eq!(terms.len(), task.ranked.len(), "each stands once");
        assert!(task.known.iter().any(|value| value.field == "sex"), "{:#?}", task.known);
    }
}
