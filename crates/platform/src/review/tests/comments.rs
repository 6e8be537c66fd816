//! What is written about questions.

use super::*;

#[tokio::test]
async fn comments_mention_colleagues_of_the_same_organization_alone() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let organization = scene.curator.scope.unwrap();
        let colleague = member_ctx(&scene.app, organization, Role::Scientist).await;
        let other = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, other, Role::Admin).await;
        let question = scene.question("disease", "psoriasis").await;
        let handle = |ctx: &Ctx| ctx.actor_name().split('@').next().unwrap().to_owned();
        let new = |text: String| NewComment {
            collection: scene.collection,
            field: "disease".into(),
            question: question.id,
            text,
        };
        let text = format!("@{} and @{}, see this. @nobody too", handle(&colleague), handle(&stranger));
        let written = comment(&scene.curator, new(text)).await.unwrap();
        assert_eq!(written.mentions, [handle(&colleague)], "nobody else is a member");
        assert_eq!((written.words.as_str(), written.by.clone()), ("psoriasis", scene.curator.actor_name()));
        let of = CommentsOf { collection: scene.collection, field: "disease".into(), question: question.id };
        let found = list_comments(&scene.curator, of.clone()).await.unwrap();
        assert_eq!((found.items.as_slice(), found.kept_back), (std::slice::from_ref(&written), false));

        assert_eq!(count_unread(&colleague).await.unwrap().unread, 1);
        assert_eq!(count_unread(&scene.curator).await.unwrap().unread, 0);
        assert_eq!(count_unread(&stranger).await.unwrap().unread, 0);
        let found = list_mentions(&colleague, PageRequest::default()).await.unwrap().items;
        assert_eq!(found, [Mention { comment: written.clone(), read: false }]);
        assert!(list_mentions(&stranger, PageRequest::default()).await.unwrap().items.is_empty());
        let read = ReadMentions { comment: Some(written.id) };
        assert_eq!(read_mentions(&stranger, read.clone()).await.unwrap().unread, 0);
        assert_eq!(count_unread(&colleague).await.unwrap().unread, 1, "nobody reads for another");
        assert_eq!(read_mentions(&colleague, read).await.unwrap().unread, 0);
        assert!(list_mentions(&colleague, PageRequest::default()).await.unwrap().items[0].read);

        let people = |q: &str| PersonQuery { q: q.to_owned() };
        let offered = list_people(&scene.curator, people(&handle(&colleague)[..12])).await.unwrap().items;
        assert!(offered.iter().any(|one| one.handle == handle(&colleague)), "{offered:?}");
        let all = list_people(&scene.curator, people("")).await.unwrap().items;
        assert!(all.iter().all(|one| one.handle != handle(&stranger)), "{all:?}");
        assert_eq!(all.len(), 2);

        assert_eq!(list_comments(&stranger, of).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(comment(&stranger, new("x".into())).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(comment(&colleague, new("x".into())).await.unwrap_err().kind, FaultKind::Forbidden);
        for (text, says) in [("  ", "is empty"), (&"x".repeat(4_001), "at most 4000 fit")] {
            let fault = comment(&scene.curator, new(text.to_owned())).await.unwrap_err().to_string();
            assert!(fault.contains(says), "{fault}");
        }
    }
}
