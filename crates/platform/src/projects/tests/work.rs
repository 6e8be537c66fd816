//! Answering items, and closing them.

use super::*;

#[tokio::test]
async fn what_two_agree_on_settles_itself_and_what_they_do_not_is_adjudicated() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(scene.plan()).await;
        let project = load_project(&scene.one, id).await.unwrap();
        assert_eq!(
            (project.state, project.progress.items, project.progress.answers_needed),
            (ProjectState::ToDo, 4, 8)
        );

        let seen = work_through(&scene.one, id, &["psoriasis"]).await;
        assert_eq!(seen.len(), 4, "{seen:?}");
        assert_eq!(scene.state(id).await, ProjectState::InReview);
        idle(&scene.app).await;
        assert_eq!(scene.known("S1").await[0].1, Layer::Automatic, "one answer of two settles nothing");
        assert_eq!(work_through(&scene.other, id, &[]).await, seen, "both have all of it");
        idle(&scene.app).await;
        assert_eq!(scene.known("S1").await, [("MONDO:0007256".to_owned(), Layer::Human)]);
        assert_eq!(scene.known("S4").await[0].1, Layer::Automatic, "they disagree");
        let progress = load_project(&scene.one, id).await.unwrap().progress;
        assert_eq!((progress.closed, progress.disputed, progress.open), (3, 1, 0));

        // Who answered does not judge; who did not sees the answers under letters, an admin under names.
        assert!(next_dispute(&scene.one, id, NextItem::default()).await.unwrap().is_none());
        let dispute = next_dispute(&scene.third, id, NextItem::default()).await.unwrap().unwrap();
        assert_eq!((dispute.asked, dispute.left), (ExpertAsked::Adjudicate, 1));
        let who: Vec<&str> = dispute.answers.iter().map(|given| given.who.as_str()).collect();
        assert_eq!(who, ["A", "B"]);
        let states: Vec<_> = dispute.answers.iter().map(|given| given.outcome.answer).collect();
        assert_eq!(states, [ReviewAnswer::Reject, ReviewAnswer::Accept]);
        let seen = next_dispute(&scene.admin, id, NextItem::default()).await.unwrap().unwrap();
        assert!(seen.answers.iter().all(|given| given.who.contains('@')), "{:?}", seen.answers);
        let item = dispute.task.item;
        let own = adjudicate(&scene.one, id, answer(item, ReviewAnswer::Accept)).await.unwrap_err();
        assert_eq!(own.kind, FaultKind::Forbidden);
        let said = AnswerItem {
            term: Some("liver cancer".into()),
            note: "the paper says so".into(),
            ..answer(item, ReviewAnswer::Change)
        };
        adjudicate(&scene.third, id, said.clone()).await.unwrap();
        let late = adjudicate(&scene.admin, id, said).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict);
        assert_eq!(scene.state(id).await, ProjectState::Approved, "nobody asked for a check");
        idle(&scene.app).await;
        assert_eq!(scene.known("S4").await, [("MONDO:0002691".to_owned(), Layer::Human)]);

        // Undone, it has to be decided again.
        let batches = list_batches(&scene.one, BatchFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!(batches.len(), 4);
        let undone = batches.iter().find(|batch| batch.why.contains("the paper says so")).unwrap();
        curation::revert_batch(&scene.other, undone.id, RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.known("S4").await[0].1, Layer::Automatic);
        assert_eq!(scene.state(id).await, ProjectState::InReview);
        let again = next_dispute(&scene.third, id, NextItem::default()).await.unwrap().unwrap();
        assert_eq!(again.task.item, item);
    }
}

#[tokio::test]
async fn nobody_sees_what_others_say_before_an_item_is_closed() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(scene.plan()).await;
        let task = next(&scene.one, id).await.task.unwrap();
        let said = AnswerItem {
            term: Some("liver cancer".into()),
            note: "a secret remark".into(),
            ..answer(task.item, ReviewAnswer::Change)
        };
        answer_item(&scene.one, id, said).await.unwrap();
        let theirs = next(&scene.other, id).await;
        assert_eq!(theirs.task.as_ref().unwrap().item, task.item);
        let everything = format!(
            "{theirs:?} {:?} {:?} {:?} {:?}",
            load_project(&scene.other, id).await.unwrap(),
            list_work(&scene.other, id).await.unwrap(),
            list_agreement(&scene.other, id).await.unwrap(),
            list_closed(&scene.other, id, PageRequest::default()).await.unwrap(),
        );
        assert!(!everything.contains("secret remark"), "{everything}");
        assert!(next_dispute(&scene.third, id, NextItem::default()).await.unwrap().is_none());
        assert!(list_closed(&scene.admin, id, PageRequest::default()).await.unwrap().items.is_empty());
        assert_eq!(list_agreement(&scene.admin, id).await.unwrap()[0].items, 0);

        // What the same words became elsewhere is another's answer, too.
        let all = ReviewState::All;
        let filter = review_filter(&scene, all);
        let found =
            review::list_values(&scene.one, filter.clone(), ReviewOrder::default(), PageRequest::default()).await;
        let words = &task.question.words;
        let question = found.unwrap().items.into_iter().find(|one| one.words == *words).unwrap();
        let (values, term) = (Some(vec![question.id]), Some("leukemia".to_owned()));
        let asked = DecideValues {
            matching: filter,
            values,
            answer: ReviewAnswer::Change,
            term,
            also: Vec::new(),
            only: None,
            why: String::new(),
        };
        review::decide(&scene.admin, asked).await.unwrap();
        idle(&scene.app).await;
        let shown = next(&scene.other, id).await.task.unwrap();
        assert_eq!(shown.question, task.question, "it is as it was when it was drawn");
        assert!(shown.ranked.iter().all(|one| one.why != RankedWhy::DecidedBefore), "{:?}", shown.ranked);
        assert_eq!(shown.evidence, task.evidence);

        answer_item(&scene.other, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap();
        let dispute = next_dispute(&scene.third, id, NextItem::default()).await.unwrap().unwrap();
        assert_eq!(dispute.answers[0].note, "a secret remark");
    }
}

#[tokio::test]
async fn a_place_is_one_persons_for_a_while_and_an_answer_can_be_taken_back() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(CreateProject { reviewers: 1, ..scene.plan() }).await;
        let item = |mine: &MyTask| mine.task.as_ref().map(|task| task.item);
        let first = next(&scene.one, id).await;
        assert_eq!(item(&next(&scene.one, id).await), item(&first), "whoever holds it has it again");
        let second = next(&scene.other, id).await;
        assert_ne!(item(&second), item(&first));

        // Passed over, it is another's; and comes to who passed it over behind the others.
        let skip = NextItem { skip: item(&first), item: None };
        let after = next_item(&scene.one, id, skip).await.unwrap();
        assert!(item(&after).is_some() && item(&after) != item(&first) && item(&after) != item(&second));
        assert_eq!(item(&next(&scene.third, id).await), item(&first));
        // Left lying, it comes free, and whoever left it is told.
        scene.app.clock.advance(11 * Time::MINUTE);
        let mut free = HashSet::new();
        while let Some(task) = next(&scene.admin, id).await.task {
            free.insert(task.item);
            answer_item(&scene.admin, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap();
        }
        assert_eq!(free.len(), 4, "all three lay, and one was never taken");
        let told = answer_item(&scene.other, id, answer(item(&second).unwrap(), ReviewAnswer::Reject)).await;
        assert_eq!(told.unwrap_err().kind, FaultKind::Conflict);

        // With two reviewers an answer can be taken back until the other one has come.
        let id = scene.started(CreateProject { name: "Again".into(), state: ReviewState::All, ..scene.plan() }).await;
        let task = next(&scene.one, id).await.task.unwrap();
        answer_item(&scene.one, id, answer(task.item, ReviewAnswer::Reject)).await.unwrap();
        let twice = answer_item(&scene.one, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap_err();
        assert_eq!(twice.kind, FaultKind::Conflict);
        assert_eq!(take_back(&scene.one, id).await.unwrap().item, Some(task.item));
        let again = NextItem { skip: None, item: Some(task.item) };
        assert_eq!(item(&next_item(&scene.one, id, again).await.unwrap()), Some(task.item));
        answer_item(&scene.one, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap();
        answer_item(&scene.other, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap();
        assert_eq!(take_back(&scene.one, id).await.unwrap(), TakenBack { item: None }, "it is closed");
    }
}

#[tokio::test]
async fn chosen_people_share_the_work_evenly_and_hand_it_on() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let user = |ctx: &Ctx| ctx.user().unwrap();
        let people = vec![user(&scene.one), user(&scene.other), user(&scene.third)];
        let id = scene.started(CreateProject { people, ..scene.plan() }).await;
        let work = list_work(&scene.one, id).await.unwrap();
        let mut waiting: Vec<i64> = work.iter().map(|one| one.waiting).collect();
        waiting.sort_unstable();
        assert_eq!(waiting, [2, 3, 3]);
        let stranger = next_item(&scene.admin, id, NextItem::default()).await.unwrap_err();
        assert_eq!(stranger.kind, FaultKind::Forbidden, "an admin was not chosen");

        let from = Some(user(&scene.third));
        let handed =
            assign_tasks(&scene.one, id, AssignTasks { to: user(&scene.admin), from, tasks: 10 }).await.unwrap();
        assert!((2..=3).contains(&handed.tasks), "{handed:?}");
        assert_eq!(next(&scene.third, id).await.task, None);
        assert_eq!(work_through(&scene.admin, id, &[]).await.len() as i64, handed.tasks);
        work_through(&scene.one, id, &[]).await;

        // What the third of them leaves lying for three days, others may take.
        assert_eq!(next(&scene.one, id).await.task, None, "the rest is the other's");
        scene.app.clock.advance(4 * Time::DAY);
        let lying: i64 = list_work(&scene.one, id).await.unwrap().iter().map(|one| one.lying).sum();
        assert!(lying > 0);
        assert!(!work_through(&scene.one, id, &[]).await.is_empty());
        let progress = load_project(&scene.one, id).await.unwrap().progress;
        assert!(progress.answers <= progress.answers_needed);
        let tasks = sql::list_done(&scene.app.db, scene.one.scope.unwrap(), id).await.unwrap();
        let mut places: BTreeMap<ItemId, i64> = BTreeMap::new();
        tasks.iter().for_each(|task| *places.entry(task.item).or_default() += 1);
        assert!(places.values().all(|of_item| *of_item <= 2), "{places:?}");
    }
}

#[tokio::test]
async fn two_last_answers_at_once_close_an_item_once() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(scene.plan()).await;
        let mut items = Vec::new();
        for ctx in [&scene.one, &scene.other] {
            items.push(next(ctx, id).await.task.unwrap().item);
        }
        assert_eq!(items[0], items[1]);
        let said = answer(items[0], ReviewAnswer::Accept);
        let (a, b) =
            futures::join!(answer_item(&scene.one, id, said.clone()), answer_item(&scene.other, id, said.clone()));
        a.unwrap();
        b.unwrap();
        idle(&scene.app).await;
        let closed = list_closed(&scene.admin, id, PageRequest::default()).await.unwrap().items;
        assert_eq!((closed.len(), closed[0].answers.len()), (1, 2));
        assert!(closed[0].batch.is_some(), "{closed:?}");
        let batches = list_batches(&scene.one, BatchFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!(batches.len(), 1);
        let third = answer_item(&scene.third, id, said).await.unwrap_err();
        assert_eq!(third.kind, FaultKind::Conflict);
    }
}
