//! Answers of several values.

use super::*;

#[tokio::test]
async fn several_values_are_one_answer_from_the_first_curator_to_the_samples() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let fields = vec!["disease".into(), "tissue".into()];
        let id = scene.started(CreateProject { fields, ..scene.plan() }).await;
        let named = |of: &[&str]| of.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let also = |item, of: &[&str]| AnswerItem { also: named(of), ..answer(item, ReviewAnswer::Accept) };
        // What each says of the words; everything else is accepted by both.
        let says = |ctx: &Ctx, task: &ProjectTask| {
            let is_one = ctx.user() == scene.one.user();
            let to = |term: &str, of: &[&str]| AnswerItem {
                term: Some(term.to_owned()),
                also: named(of),
                ..answer(task.item, ReviewAnswer::Change)
            };
            match (task.question.words.as_str(), is_one) {
                // The same set in other words and another order, one of it named twice.
                ("hepatocellular carcinoma", true) => also(task.item, &["psoriasis", "leukemia", "MONDO:0005083"]),
                ("hepatocellular carcinoma", false) => to("leukemia", &["psoriasis", "hepatocellular carcinoma"]),
                // A part of a set is not the set.
                ("leukemia", true) => also(task.item, &["psoriasis"]),
                _ => answer(task.item, ReviewAnswer::Accept),
            }
        };
        for ctx in [&scene.one, &scene.other] {
            while let Some(task) = next(ctx, id).await.task {
                assert_eq!(task.many, task.question.field == "disease");
                if !task.many {
                    let told = answer_item(ctx, id, also(task.item, &["skin"])).await.unwrap_err().to_string();
                    assert!(told.contains("tissue takes one"), "{told}");
                }
                let given = says(ctx, &task);
                answer_item(ctx, id, given).await.unwrap();
            }
        }
        idle(&scene.app).await;
        let human = |terms: &[&str]| -> Vec<(String, Layer)> {
            terms.iter().map(|term| ((*term).to_owned(), Layer::Human)).collect()
        };
        let known = |sample: &'static str| {
            let scene = &scene;
            async move {
                let mut known = scene.known(sample).await;
                known.sort_by(|a, b| a.0.cmp(&b.0));
                known
            }
        };
        let three = human(&["MONDO:0005059", "MONDO:0005083", "MONDO:0007256"]);
        assert_eq!(known("S1").await, three);
        assert_eq!(known("S2").await, three);
        assert_eq!(known("S5").await[0].1, Layer::Automatic, "they disagree");
        let batches = list_batches(&scene.one, BatchFilter::default(), PageRequest::default()).await.unwrap().items;
        assert!(
            batches.iter().any(|one| one.title == "Accept disease as suggested, with leukemia, psoriasis"),
            "{batches:#?}"
        );

        // Who adjudicates sees whole sets, and decides one.
        let dispute = next_dispute(&scene.third, id, NextItem::default()).await.unwrap().unwrap();
        let mut sets: Vec<Vec<&str>> = dispute.answers.iter().map(|given| given.outcome.says().1).collect();
        sets.sort();
        assert_eq!(sets, [vec!["MONDO:0005059"], vec!["MONDO:0005059", "MONDO:0005083"]]);
        let decided = AnswerItem {
            term: Some("liver cancer".into()),
            also: named(&["psoriasis"]),
            ..answer(dispute.task.item, ReviewAnswer::Change)
        };
        adjudicate(&scene.third, id, decided).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(known("S5").await, human(&["MONDO:0002691", "MONDO:0005083"]));

        // The closed item keeps the set, once each, the suggestion first; agreement counts it as one label.
        let closed = list_closed(&scene.one, id, PageRequest::default()).await.unwrap().items;
        let of = |words: &str| closed.iter().find(|one| one.question.words == words).unwrap();
        let outcome = of("hepatocellular carcinoma").outcome.clone().unwrap();
        assert_eq!((outcome.answer, outcome.term.as_str()), (ReviewAnswer::Accept, "MONDO:0007256"));
        let beside: Vec<&str> = outcome.also.iter().map(|one| one.label.as_str()).collect();
        assert_eq!(beside, ["leukemia", "psoriasis"]);
        assert!(of("hepatocellular carcinoma").answers.iter().all(|given| given.outcome == outcome));
        let agreement = list_agreement(&scene.one, id).await.unwrap();
        let disease = agreement.iter().find(|one| one.field.as_deref() == Some("disease")).unwrap();
        assert_eq!((disease.items, disease.same), (4, 3));

        // A gold item compares whole sets.
        let gold = scene
            .started(CreateProject {
                name: "Gold".into(),
                q: "psoriasis".into(),
                state: ReviewState::All,
                ..scene.plan()
            })
            .await;
        let known = AddGold {
            item: Some(of("leukemia").id),
            field: None,
            question: None,
            answer: None,
            term: None,
            also: Vec::new(),
        };
        assert_eq!(add_gold(&scene.admin, gold, known).await.unwrap().known.also.len(), 1);
        for (ctx, with) in [(&scene.one, &["psoriasis"][..]), (&scene.other, &[][..])] {
            while let Some(task) = next(ctx, gold).await.task {
                let said = match task.question.words.as_str() {
                    "leukemia" => AnswerItem {
                        term: Some("liver cancer".into()),
                        also: named(with),
                        ..answer(task.item, ReviewAnswer::Change)
                    },
                    _ => answer(task.item, ReviewAnswer::Accept),
                };
                answer_item(ctx, gold, said).await.unwrap();
            }
        }
        let measured = list_gold(&scene.admin, gold).await.unwrap();
        assert_eq!((measured[0].answers, measured[0].right), (2, 1));
    }
}
