//! Curators and batches are measured: gold items, checks, agreement.

use super::*;

#[tokio::test]
async fn gold_items_look_like_all_others_settle_nothing_and_measure_curators() {
    for db in each_engine().await {
        let scene = scene(db).await;
        // What another project came to, and an answer by hand.
        let narrow = CreateProject { name: "Before".into(), q: "psoriasis".into(), reviewers: 1, ..scene.plan() };
        let before = scene.started(narrow).await;
        work_through(&scene.third, before, &[]).await;
        idle(&scene.app).await;
        let known = list_closed(&scene.admin, before, PageRequest::default()).await.unwrap().items.remove(0);
        let id = scene.started(CreateProject { q: "carcinoma".into(), ..scene.plan() }).await;
        let items = load_project(&scene.one, id).await.unwrap().progress.items;
        let of_item =
            AddGold { item: Some(known.id), field: None, question: None, answer: None, term: None, also: Vec::new() };
        let settled = AddGold {
            item: None,
            field: Some("disease".into()),
            question: Some(known.question.id),
            answer: Some(ReviewAnswer::Accept),
            term: None,
            also: Vec::new(),
        };
        let told = add_gold(&scene.admin, id, settled).await.unwrap_err().to_string();
        assert!(told.contains("settled before"), "{told}");
        add_gold(&scene.admin, id, of_item.clone()).await.unwrap();
        let again = add_gold(&scene.admin, id, of_item.clone()).await.unwrap_err();
        assert_eq!(again.kind, FaultKind::Conflict);
        let leukemia = review::list_values(
            &scene.one,
            chorale_model::review::ReviewFilter { q: "leukemia".into(), ..review_filter(&scene, ReviewState::Waiting) },
            ReviewOrder::default(),
            PageRequest::default(),
        );
        let question = leukemia.await.unwrap().items.remove(0);
        let by_hand = AddGold {
            item: None,
            field: Some("disease".into()),
            question: Some(question.id),
            answer: Some(ReviewAnswer::Accept),
            term: None,
            also: Vec::new(),
        };
        add_gold(&scene.admin, id, by_hand).await.unwrap();
        let curator = add_gold(&scene.one, id, of_item).await.unwrap_err();
        assert_eq!(curator.kind, FaultKind::Forbidden);
        assert_eq!(list_gold(&scene.one, id).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(load_project(&scene.one, id).await.unwrap().progress.items, items + 2);

        // Every answer of the gold items has the shape of the others', and shows no more of it.
        let shape = |task: &ProjectTask| {
            let mut json = serde_json::to_value(task).unwrap();
            let question = json["question"].as_object_mut().unwrap();
            assert!(question["waiting"].as_i64().unwrap() > 0 && question["reason"].is_null(), "{question:?}");
            assert!(!json["evidence"].is_null(), "{json}");
            let mut keys: Vec<String> = json.as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys
        };
        let mut shapes = HashSet::new();
        while let Some(task) = next(&scene.one, id).await.task {
            shapes.insert(shape(&task));
            let is_psoriasis = task.question.words == "psoriasis";
            scene.app.clock.advance(5 * Time::SECOND);
            let said = if is_psoriasis { ReviewAnswer::Reject } else { ReviewAnswer::Accept };
            answer_item(&scene.one, id, answer(task.item, said)).await.unwrap();
        }
        assert_eq!(shapes.len(), 1);
        work_through(&scene.other, id, &[]).await;
        idle(&scene.app).await;
        assert_eq!(scene.known("S5").await[0].1, Layer::Automatic, "a gold item settles nothing");
        assert_eq!(scene.state(id).await, ProjectState::Approved);

        let gold = list_gold(&scene.admin, id).await.unwrap();
        let mut counted: Vec<(i64, i64)> = gold.iter().map(|one| (one.answers, one.right)).collect();
        counted.sort_unstable();
        assert_eq!(counted, [(2, 1), (2, 2)]);
        let of = |work: Vec<chorale_model::projects::PersonWork>, ctx: &Ctx| {
            let user = ctx.user().unwrap();
            work.into_iter().find(|one| one.user == user).unwrap()
        };
        let seen = of(list_work(&scene.admin, id).await.unwrap(), &scene.one);
        let accuracy = seen.accuracy.unwrap();
        assert_eq!((accuracy.answers, accuracy.right, seen.median_s), (2, 1, Some(5.0)));
        assert!(accuracy.low > 0.09 && accuracy.high < 0.91, "{accuracy:?}");
        // Oneself from the next day on; never a colleague's.
        assert_eq!(of(list_work(&scene.one, id).await.unwrap(), &scene.one).accuracy, None);
        scene.app.clock.advance(Time::DAY);
        let own = list_work(&scene.one, id).await.unwrap();
        assert_eq!(of(own.clone(), &scene.one).accuracy, Some(accuracy));
        assert_eq!(of(own, &scene.other).accuracy, None);
        let closed = list_closed(&scene.one, id, PageRequest::default()).await.unwrap().items;
        assert!(closed.len() as i64 == items + 2 && closed.iter().all(|one| one.gold.is_none() && one.batch.is_none()));
    }
}

#[tokio::test]
async fn an_expert_checks_some_and_what_fails_is_decided_again() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let plan = CreateProject { reviewers: 1, checked: 50, passing: 100, ..scene.plan() };
        let id = scene.started(plan).await;
        work_through(&scene.one, id, &[]).await;
        idle(&scene.app).await;
        let project = load_project(&scene.one, id).await.unwrap();
        assert_eq!((project.state, project.progress.to_check), (ProjectState::InAcceptance, 2));
        let dispute = next_dispute(&scene.other, id, NextItem::default()).await.unwrap().unwrap();
        assert_eq!((dispute.asked, dispute.left), (ExpertAsked::Check, 2));
        assert!(dispute.outcome.is_some());
        let check = |item, passes| CheckItem { item, passes, note: "not what it says".into() };
        let own = check_item(&scene.one, id, check(dispute.task.item, true)).await.unwrap_err();
        assert_eq!(own.kind, FaultKind::Forbidden);
        check_item(&scene.other, id, check(dispute.task.item, false)).await.unwrap();
        let twice = check_item(&scene.other, id, check(dispute.task.item, true)).await.unwrap_err();
        assert_eq!(twice.kind, FaultKind::Conflict);
        let second = next_dispute(&scene.other, id, NextItem { skip: Some(dispute.task.item), item: None }).await;
        check_item(&scene.other, id, check(second.unwrap().unwrap().task.item, true)).await.unwrap();
        let project = load_project(&scene.one, id).await.unwrap();
        assert_eq!((project.state, project.progress.disputed), (ProjectState::InReview, 1), "it goes back");
        assert_eq!((project.progress.passed, project.progress.failed), (1, 1));
        idle(&scene.app).await;
        let undone = list_batches(&scene.one, BatchFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!(undone.iter().filter(|batch| batch.reverted.is_some()).count(), 1);

        adjudicate(&scene.other, id, answer(dispute.task.item, ReviewAnswer::Reject)).await.unwrap();
        idle(&scene.app).await;
        let mut checked = 0;
        while let Some(next) = next_dispute(&scene.other, id, NextItem::default()).await.unwrap() {
            assert_eq!(next.asked, ExpertAsked::Check);
            check_item(&scene.other, id, check(next.task.item, true)).await.unwrap();
            checked += 1;
        }
        assert_eq!((checked, scene.state(id).await), (2, ProjectState::Approved));
    }
}

#[tokio::test]
async fn agreement_is_counted_over_closed_items() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(scene.plan()).await;
        work_through(&scene.one, id, &["psoriasis"]).await;
        work_through(&scene.other, id, &[]).await;
        let found = list_agreement(&scene.one, id).await.unwrap();
        assert_eq!((found[0].items, found[0].same), (3, 3), "the disputed one is not closed");
        let dispute = next_dispute(&scene.third, id, NextItem::default()).await.unwrap().unwrap();
        adjudicate(&scene.third, id, answer(dispute.task.item, ReviewAnswer::Accept)).await.unwrap();
        let found = list_agreement(&scene.one, id).await.unwrap();
        let all = &found[0];
        assert_eq!((all.items, all.same, all.pairs.len()), (4, 3, 1));
        // hcc, hcc, leukemia of both; rejected by one, psoriasis by the other: scikit-learn 1.9.1,
        // cohen_kappa_score(["h","h","l","r"], ["h","h","l","p"])
        let kappa = all.pairs[0].kappa.unwrap();
        assert!((kappa - 0.636_363_636_363).abs() < 1e-9, "{kappa}");
        assert_eq!(found[1].field.as_deref(), Some("disease"));
        assert!(all.fleiss.is_some() && all.krippendorff.is_some());
    }
}
