//! Before a project starts.

use super::*;

#[tokio::test]
async fn a_draft_is_changed_until_it_starts_and_of_two_the_second_is_told() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let made = create_project(&scene.one, scene.plan()).await.unwrap();
        let change = |version, plan: CreateProject| ChangeDraft { version, plan };
        let people = vec![scene.other.user().unwrap(), scene.third.user().unwrap()];
        let guideline = || "Take what the *pathologist* says.".to_owned();
        let narrow = CreateProject { name: "Psoriasis".into(), q: "psoriasis".into(), people, ..scene.plan() };
        let changed = change_draft(&scene.other, made.id, change(made.version, narrow.clone())).await.unwrap();
        assert_eq!((changed.plan.name.as_str(), changed.version, changed.guideline.version), ("Psoriasis", 2, 1));
        assert_eq!(changed.people.len(), 2);
        let late = change_draft(&scene.one, made.id, change(made.version, scene.plan())).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict);
        assert_eq!(load_project(&scene.one, made.id).await.unwrap(), changed, "nothing of the first is lost");
        let other = CreateProject { guideline: "Another.".into(), ..narrow.clone() };
        let changed = change_draft(&scene.one, made.id, change(2, other)).await.unwrap();
        assert_eq!((changed.guideline.version, changed.guideline.text.as_str()), (2, "Another."));

        // Everything that is wrong is told at once, and changes nothing.
        let wrong = CreateProject { name: " ".into(), fields: vec!["colour".into()], reviewers: 9, ..narrow.clone() };
        let fault = change_draft(&scene.one, made.id, change(3, wrong)).await.unwrap_err();
        let parts: Vec<&str> = fault.fields.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(parts, ["name", "fields", "reviewers", "people"]);
        let elsewhere = CreateProject { collection: CollectionId(uuid::Uuid::nil()), ..narrow.clone() };
        let fault = change_draft(&scene.one, made.id, change(3, elsewhere)).await.unwrap_err();
        assert_eq!(fault.fields[0].field, "collection");
        assert_eq!(load_project(&scene.one, made.id).await.unwrap(), changed);
        let organization = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, organization, Role::Admin).await;
        let foreign = change_draft(&stranger, made.id, change(3, narrow.clone())).await.unwrap_err();
        assert_eq!(foreign.kind, FaultKind::Missing);

        let started = start_project(&scene.one, made.id).await.unwrap();
        assert_eq!(started.progress.items, 1, "what the change asks for");
        let plan = CreateProject { guideline: guideline(), ..narrow };
        let told = change_draft(&scene.one, made.id, change(3, plan)).await.unwrap_err();
        assert!(told.kind == FaultKind::Conflict && told.message.contains("has been started"), "{told}");
    }
}

#[tokio::test]
async fn guidelines_have_versions_and_what_cannot_be_asked_says_why() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(scene.plan()).await;
        let write = |version, text: &str| WriteGuideline { version, text: text.to_owned() };
        let second = write_guideline(&scene.other, id, write(1, "Take what the paper says.")).await.unwrap();
        assert_eq!((second.guideline.version, second.guideline.text.as_str()), (2, "Take what the paper says."));
        let late = write_guideline(&scene.one, id, write(1, "Mine.")).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict);
        assert_eq!(list_guidelines(&scene.one, id).await.unwrap().len(), 2);
        let task = next(&scene.one, id).await.task.unwrap();
        assert_eq!(task.guideline.version, 2);
        for ctx in [&scene.one, &scene.other] {
            answer_item(ctx, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap();
        }
        let closed = list_closed(&scene.one, id, PageRequest::default()).await.unwrap().items.remove(0);
        assert!(closed.answers.iter().all(|given| given.guideline == 2));

        let refused = |plan: CreateProject| async { create_project(&scene.one, plan).await.unwrap_err().to_string() };
        let user = scene.one.user().unwrap();
        for (plan, words) in [
            (CreateProject { name: " ".into(), ..scene.plan() }, "is missing; name the project"),
            (CreateProject { fields: vec!["colour".into()], ..scene.plan() }, "\"colour\" is no field"),
            (CreateProject { fields: Vec::new(), ..scene.plan() }, "choose one at least"),
            (CreateProject { reviewers: 6, ..scene.plan() }, "1 to 5 curators"),
            (CreateProject { sampling: Sampling::Random, ..scene.plan() }, "say how many are drawn"),
            (CreateProject { people: vec![user], ..scene.plan() }, "choose 2 at least"),
            (CreateProject { people: vec![user, UserId(uuid::Uuid::nil())], ..scene.plan() }, "is no curator"),
            (CreateProject { checked: 101, ..scene.plan() }, "give 0 to 100"),
        ] {
            let said = refused(plan).await;
            assert!(said.contains(words), "{said} has not {words:?}");
        }
        let organization = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, organization, Role::Admin).await;
        assert_eq!(load_project(&stranger, id).await.unwrap_err().kind, FaultKind::Missing);
        assert!(list_projects(&stranger, PageRequest::default()).await.unwrap().items.is_empty());
        assert_eq!(next_item(&stranger, id, NextItem::default()).await.unwrap_err().kind, FaultKind::Missing);
        let scientist = member_ctx(&scene.app, scene.one.scope.unwrap(), Role::Scientist).await;
        assert_eq!(next_item(&scientist, id, NextItem::default()).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(start_project(&scene.one, id).await.unwrap_err().kind, FaultKind::Conflict);
        assert_eq!(cancel_project(&scene.one, id).await.unwrap().state, ProjectState::Cancelled);
        assert_eq!(next(&scene.one, id).await.task, None);
        let closed = answer_item(&scene.one, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap_err();
        assert_eq!(closed.kind, FaultKind::Conflict);
    }
}
