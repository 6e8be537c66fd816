//! What is written about items.

use super::*;

#[tokio::test]
async fn what_is_written_about_an_item_is_kept_back_until_it_is_closed_wherever_it_is_read() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let organization = scene.one.scope.unwrap();
        let reader = member_ctx(&scene.app, organization, Role::Scientist).await;
        let handle = |ctx: &Ctx| ctx.actor_name().split('@').next().unwrap().to_owned();
        // Before anything is drawn, somebody wrote about the question in the one-by-one review.
        let found = review::list_values(
            &scene.third,
            chorale_model::review::ReviewFilter {
                q: "psoriasis".into(),
                ..review_filter(&scene, ReviewState::Waiting)
            },
            ReviewOrder::default(),
            PageRequest::default(),
        );
        let question = found.await.unwrap().items.remove(0);
        let about = CommentsOf { collection: scene.collection, field: "disease".into(), question: question.id };
        let write = |text: &str| NewComment {
            collection: scene.collection,
            field: "disease".into(),
            question: question.id,
            text: text.to_owned(),
        };
        review::comment(&scene.third, write("early hint")).await.unwrap();
        // Comments stand in the order of their time.
        let later = || scene.app.clock.advance(Time::SECOND);
        later();
        let read = |ctx: &Ctx| {
            let (ctx, about) = (ctx.clone(), about.clone());
            async move {
                let found = review::list_comments(&ctx, about).await.unwrap();
                let texts: Vec<String> = found.items.into_iter().map(|one| one.text).collect();
                (texts, found.kept_back)
            }
        };
        let texts = |of: &[&str]| of.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(read(&scene.one).await, (texts(&["early hint"]), false));

        let id = scene.started(CreateProject { q: "psoriasis".into(), ..scene.plan() }).await;
        let item = next(&scene.one, id).await.task.unwrap().item;
        let said = format!("I take it for psoriasis, @{} and @{}", handle(&scene.other), handle(&reader));
        let written = comment_item(&scene.one, id, item, CommentItem { text: said.clone() }).await.unwrap();
        later();
        assert_eq!((written.words.as_str(), written.mentions.len()), ("psoriasis", 2));
        // By the other way in, the same question: the same rule.
        review::comment(&scene.third, write("a late hint")).await.unwrap();
        later();
        assert_eq!(read(&scene.one).await, (vec![said.clone()], true), "one's own alone");
        assert_eq!(read(&scene.third).await.0, ["early hint", "a late hint"]);
        for ctx in [&scene.other, &scene.admin] {
            assert_eq!(read(ctx).await, (Vec::new(), true));
            assert_eq!(list_item_comments(ctx, id, item).await.unwrap().items, []);
        }
        // Another program of the same name is another author.
        let token = chorale_model::TokenId(scene.app.ids.uuid());
        let actor = Actor::Token { token, user: None, role: Role::Curator, name: scene.one.actor_name() };
        assert_eq!(read(&Ctx { actor, ..scene.one.clone() }).await.0, [] as [String; 0]);
        let mentions = |ctx: &Ctx| {
            let ctx = ctx.clone();
            async move {
                let found = review::list_mentions(&ctx, PageRequest::default()).await.unwrap().items;
                (found.len(), review::count_unread(&ctx).await.unwrap().unread)
            }
        };
        for ctx in [&scene.other, &reader] {
            assert_eq!(mentions(ctx).await, (0, 0));
            review::read_mentions(ctx, ReadMentions::default()).await.unwrap();
        }

        // All answers are there, and differ: admins, who see names beside answers, read; curators do not yet.
        answer_item(&scene.one, id, answer(item, ReviewAnswer::Accept)).await.unwrap();
        assert_eq!(read(&scene.admin).await, (Vec::new(), true), "one answer is missing");
        answer_item(&scene.other, id, answer(item, ReviewAnswer::Reject)).await.unwrap();
        let all = vec!["early hint".to_owned(), said.clone(), "a late hint".to_owned()];
        assert_eq!(read(&scene.admin).await, (all.clone(), false));
        let answered = comment_item(&scene.third, id, item, CommentItem { text: "the expert's".into() }).await;
        answered.unwrap();
        assert_eq!(read(&scene.other).await, (Vec::new(), true));
        assert_eq!(mentions(&scene.other).await, (0, 0));

        // Closed, everybody reads everything, and whoever is mentioned finds it: reading all before lost nothing.
        adjudicate(&scene.third, id, answer(item, ReviewAnswer::Accept)).await.unwrap();
        let all = [all, vec!["the expert's".to_owned()]].concat();
        for ctx in [&scene.one, &scene.other, &scene.third, &scene.admin] {
            assert_eq!(read(ctx).await, (all.clone(), false));
        }
        assert_eq!((mentions(&scene.other).await, mentions(&reader).await), ((1, 1), (1, 1)));
        let closed = list_closed(&scene.other, id, PageRequest::default()).await.unwrap().items.remove(0);
        assert_eq!(closed.comments.into_iter().map(|one| one.text).collect::<Vec<_>>(), all);

        // In a project that was called off nothing is kept back; a stranger finds no item at all.
        let plan =
            CreateProject { name: "Again".into(), state: ReviewState::All, q: "psoriasis".into(), ..scene.plan() };
        let again = scene.started(plan).await;
        assert!(read(&scene.other).await.1);
        cancel_project(&scene.one, again).await.unwrap();
        assert!(!read(&scene.other).await.1);
        let elsewhere = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, elsewhere, Role::Admin).await;
        let text = || CommentItem { text: "x".into() };
        assert_eq!(comment_item(&stranger, id, item, text()).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(list_item_comments(&stranger, id, item).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(comment_item(&reader, id, item, text()).await.unwrap_err().kind, FaultKind::Forbidden);
        let empty = comment_item(&scene.one, id, item, CommentItem { text: " ".into() }).await.unwrap_err();
        assert_eq!(empty.fields[0].field, "text");
    }
}
