//! Promotions to protected aliases: they wait for another person, and no other road leads around that.

use super::registered::{model, version};
use super::*;
use chorale_model::UserId;
use chorale_model::registry::{
    ApprovePromotion, Promotion, PromotionFilter, PromotionRequest, PromotionState, ProtectedAliases, RejectPromotion,
    Stage,
};

/// An organization that protects `champion` and `production`, with a model of three versions, whose first is champion.
struct Scene {
    app: Arc<Deployment>,
    admin: Ctx,
    curator: Ctx,
    scientist: Ctx,
}

fn to(version: i64, alias: &str) -> Promote {
    Promote { version, alias: alias.into(), why: "it is better".into() }
}

fn beside(holder: Option<i64>) -> ApprovePromotion {
    ApprovePromotion { holder, note: "looks right".into() }
}

impl Scene {
    async fn new(db: crate::Db) -> Scene {
        let app = testing::deployment(db);
        let (admin, curator, scientist) = people(&app).await;
        model(&scientist, "m", &[]).await;
        for uri in ["s3://b/1", "s3://b/2", "s3://b/3"] {
            version(&scientist, "m", uri).await;
        }
        promote(&scientist, "m", to(1, "champion")).await.unwrap();
        let aliases = vec!["Champion".to_owned(), "production".to_owned(), "champion".to_owned()];
        let kept = protect_aliases(&admin, ProtectedAliases { aliases }).await.unwrap();
        assert_eq!(kept.aliases, ["champion", "production"], "each once, in small letters");
        Scene { app, admin, curator, scientist }
    }

    /// A second later than whatever came before, so that lists are in one order.
    async fn ask(&self, version: i64) -> PromotionRequest {
        self.app.clock.advance(Time::SECOND);
        match promote_or_ask(&self.scientist, "m", to(version, "champion")).await.unwrap() {
            Promotion::Waits(request) => *request,
            Promotion::Done(version) => panic!("it was done: {version:?}"),
        }
    }

    async fn champion(&self) -> Option<i64> {
        find_aliased(&self.scientist, "m", "champion").await.unwrap().map(|one| one.version)
    }
}

#[tokio::test]
async fn a_protected_alias_moves_when_another_person_approves() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let request = scene.ask(2).await;
        assert_eq!((request.version, request.held, request.holder), (Some(2), Some(1), Some(1)));
        assert_eq!(
            (request.state, &*request.why, request.is_stale()),
            (PromotionState::Waiting, "it is better", false)
        );
        assert_eq!(scene.champion().await, Some(1), "nothing moved");
        // A client that has no way to wait is told where it waits; the same once more is the same request.
        let fault = promote(&scene.scientist, "m", to(2, "champion")).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden);
        assert!(fault.message.contains(&format!("/promotions/{}", request.id)), "{fault}");
        assert_eq!(scene.ask(2).await.id, request.id);
        assert_eq!(count_promotions(&scene.curator).await.unwrap(), 1);
        assert_eq!(count_promotions(&scene.scientist).await.unwrap(), 0, "who may not answer has nothing to do");
        assert_eq!(may_answer(&scene.curator, request.id).await.unwrap(), MayAnswer { answer: true, is_own: false });
        assert_eq!(may_answer(&scene.scientist, request.id).await.unwrap(), MayAnswer { answer: false, is_own: true });

        let refused = approve_promotion(&scene.scientist, request.id, beside(Some(1))).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Forbidden);
        let looked_at_another = approve_promotion(&scene.curator, request.id, beside(None)).await.unwrap_err();
        assert_eq!(looked_at_another.kind, FaultKind::Conflict);
        scene.app.clock.advance(Time::SECOND);
        let approved = approve_promotion(&scene.curator, request.id, beside(Some(1))).await.unwrap();
        assert_eq!((approved.state, &*approved.note), (PromotionState::Approved, "looks right"));
        assert_eq!(approved.answered_by, Some(scene.curator.actor_name()));
        assert_eq!(scene.champion().await, Some(2));
        // The second of two is told, and nothing is lost.
        let second =
            reject_promotion(&scene.admin, request.id, RejectPromotion { note: "no".into() }).await.unwrap_err();
        assert!(second.kind == FaultKind::Conflict && second.message.contains("approved by"), "{second}");
        let page = PageRequest { limit: Some(100), cursor: None };
        let told = list_history(&scene.scientist, "m", Some(2), page).await.unwrap().items;
        let mut told: Vec<&str> = told.iter().map(|row| &*row.action).collect();
        // Two rows of one moment come in either order.
        told[..2].sort_unstable();
        assert_eq!(told[..3], ["model.promoted", "promotion.approved", "promotion.requested"]);
        // What is not protected moves at once.
        assert_eq!(promote(&scene.scientist, "m", to(3, "candidate")).await.unwrap().aliases, ["candidate"]);
    }
}

#[tokio::test]
async fn nobody_approves_what_they_asked_for_by_any_road() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let Promotion::Waits(own) = promote_or_ask(&scene.curator, "m", to(2, "champion")).await.unwrap() else {
            panic!("it was done")
        };
        let fault = approve_promotion(&scene.curator, own.id, beside(Some(1))).await.unwrap_err();
        assert!(fault.kind == FaultKind::Forbidden && fault.message.contains("yourself"), "{fault}");
        // A token of the same person is the same person; a program's own token is nobody.
        let token = |user: Option<UserId>| {
            let token = chorale_model::TokenId(scene.app.ids.uuid());
            let actor = crate::Actor::Token { token, user, role: Role::Admin, name: "robot".into() };
            Ctx { actor, ..scene.curator.clone() }
        };
        for road in [token(scene.curator.user()), token(None), Ctx::operator(scene.app.clone(), scene.admin.scope)] {
            let fault = approve_promotion(&road, own.id, beside(Some(1))).await.unwrap_err();
            assert_eq!(fault.kind, FaultKind::Forbidden, "{fault}");
        }
        let other = token(scene.admin.user());
        assert_eq!(withdraw_promotion(&other, own.id).await.unwrap_err().kind, FaultKind::Forbidden);
        approve_promotion(&other, own.id, beside(Some(1))).await.unwrap();
        assert_eq!(scene.champion().await, Some(2), "another person's token is another person");
        // What an operator asks for at the command line waits, too.
        let operator = Ctx::operator(scene.app.clone(), scene.admin.scope);
        assert_eq!(promote(&operator, "m", to(3, "champion")).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn a_stale_request_is_told_and_approved_beside_what_stands_there_now() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let (second, third) = (scene.ask(2).await, scene.ask(3).await);
        approve_promotion(&scene.curator, third.id, beside(Some(1))).await.unwrap();
        let stale = load_promotion(&scene.curator, second.id).await.unwrap();
        assert!(stale.is_stale());
        assert_eq!((stale.held, stale.holder), (Some(1), Some(3)));
        let fault = approve_promotion(&scene.curator, second.id, beside(Some(1))).await.unwrap_err();
        assert!(fault.kind == FaultKind::Conflict && fault.message.contains("version 3 now"), "{fault}");
        assert_eq!(scene.champion().await, Some(3));
        approve_promotion(&scene.curator, second.id, beside(Some(3))).await.unwrap();
        assert_eq!(scene.champion().await, Some(2));

        // Rejected with the reason, withdrawn by whoever asked, and gone with the version.
        let request = scene.ask(3).await;
        let silent = reject_promotion(&scene.curator, request.id, RejectPromotion::default()).await.unwrap_err();
        assert_eq!(silent.fields[0].field, "note");
        let rejected = RejectPromotion { note: "it forgets kidneys".into() };
        let rejected = reject_promotion(&scene.curator, request.id, rejected).await.unwrap();
        assert_eq!((rejected.state, &*rejected.note), (PromotionState::Rejected, "it forgets kidneys"));
        let request = scene.ask(3).await;
        assert_eq!(withdraw_promotion(&scene.admin, request.id).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(withdraw_promotion(&scene.scientist, request.id).await.unwrap().state, PromotionState::Withdrawn);
        let request = scene.ask(3).await;
        delete_registered_version(&scene.scientist, "m", 3).await.unwrap();
        let gone = load_promotion(&scene.curator, request.id).await.unwrap();
        assert_eq!((gone.state, &*gone.note), (PromotionState::Withdrawn, "the version was deleted"));
        let page = || PageRequest { limit: Some(2), cursor: None };
        let filter = PromotionFilter { state: Some(PromotionState::Withdrawn), name: Some("m".into()) };
        let listed = list_promotions(&scene.scientist, filter, page()).await.unwrap();
        assert_eq!(listed.items.iter().map(|one| one.id).collect::<Vec<_>>().first(), Some(&request.id));
        let all = list_promotions(&scene.scientist, PromotionFilter::default(), page()).await.unwrap();
        assert_eq!((all.items.len(), all.next_cursor.is_some()), (2, true));
    }
}

#[tokio::test]
async fn no_other_road_leads_around_a_protected_alias() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let ctx = &scene.scientist;
        let forbidden = |fault: Fault| assert_eq!(fault.kind, FaultKind::Forbidden, "{fault}");
        let conflict = |fault: Fault| {
            assert!(fault.kind == FaultKind::Conflict && fault.message.contains("champion"), "{fault}");
        };
        forbidden(remove_alias(ctx, "m", "champion").await.unwrap_err());
        forbidden(promote(ctx, "m", to(2, "Champion")).await.unwrap_err());
        forbidden(set_stage(ctx, "m", 2, Stage::Production, false).await.unwrap_err());
        conflict(delete_registered_version(ctx, "m", 1).await.unwrap_err());
        conflict(delete_model(ctx, "m").await.unwrap_err());
        conflict(rename_model(ctx, "m", "other").await.unwrap_err());
        set_stage(ctx, "m", 2, Stage::Staging, false).await.unwrap();
        assert_eq!(scene.champion().await, Some(1));

        // Its removal is asked for like its move, and then the model is free to go, with what was asked for under its name.
        let found = list_promotions(ctx, PromotionFilter::default(), PageRequest::default()).await.unwrap().items;
        let removal = found.into_iter().find(|one| one.version.is_none()).unwrap();
        approve_promotion(&scene.curator, removal.id, beside(Some(1))).await.unwrap();
        assert_eq!(scene.champion().await, None);
        rename_model(ctx, "m", "other").await.unwrap();
        assert_eq!(load_promotion(ctx, removal.id).await.unwrap().name, "other");
        delete_model(ctx, "other").await.unwrap();
        assert_eq!(load_promotion(ctx, removal.id).await.unwrap_err().kind, FaultKind::Missing);

        // Admins say what is protected; a name that is none, and the platform's own, are refused.
        let protects =
            async |who: &Ctx, alias: &str| protect_aliases(who, ProtectedAliases { aliases: vec![alias.into()] }).await;
        forbidden(protects(&scene.curator, "x").await.unwrap_err());
        for alias in ["latest", "v3", "a b", "challenger"] {
            assert_eq!(protects(&scene.admin, alias).await.unwrap_err().fields[0].field, "aliases", "{alias}");
        }
        scene.app.clock.advance(Time::SECOND);
        protect_aliases(&scene.admin, ProtectedAliases::default()).await.unwrap();
        assert!(list_protected(ctx).await.unwrap().aliases.is_empty());
        let filter = chorale_model::audit::AuditFilter {
            action: Some("organization.aliases_protected".into()),
            ..Default::default()
        };
        let rows = crate::audit::list_rows(&scene.admin, filter, PageRequest::default()).await.unwrap().items;
        assert_eq!(rows[0].detail["before"], serde_json::json!(["champion", "production"]));

        // Another organization protects its own, sees none of these, and answers none.
        let stranger = testing::organization(&scene.app, "strangers").await;
        let stranger = testing::member_ctx(&scene.app, stranger, Role::Admin).await;
        model(ctx, "n", &[]).await;
        version(ctx, "n", "s3://b/1").await;
        protects(&scene.admin, "champion").await.unwrap();
        let Promotion::Waits(request) = promote_or_ask(ctx, "n", to(1, "champion")).await.unwrap() else {
            panic!("it was done")
        };
        assert!(list_protected(&stranger).await.unwrap().aliases.is_empty());
        assert_eq!(count_promotions(&stranger).await.unwrap(), 0);
        for fault in [
            load_promotion(&stranger, request.id).await.unwrap_err(),
            approve_promotion(&stranger, request.id, beside(None)).await.unwrap_err(),
            withdraw_promotion(&stranger, request.id).await.unwrap_err(),
            may_answer(&stranger, request.id).await.unwrap_err(),
        ] {
            assert_eq!(fault.kind, FaultKind::Missing, "{fault}");
        }
    }
}

#[tokio::test]
async fn an_annotators_champion_works_once_it_is_approved() {
    for db in each_engine().await {
        let heard: Arc<Mutex<Vec<i64>>> = Arc::default();
        let hears = heard.clone();
        let listeners = Listeners::default().with(move |_, _, promoted: &Promoted| {
            hears.lock().unwrap().push(promoted.version);
            Box::pin(async { Ok(()) })
        });
        let app = testing::deployment(db);
        let app = Arc::new(Arc::try_unwrap(app).ok().unwrap().with_room(listeners));
        let (admin, curator, scientist) = people(&app).await;
        create_version(&curator, new("harmonize")).await.unwrap();
        protect_aliases(&admin, ProtectedAliases { aliases: vec![CHAMPION.into()] }).await.unwrap();
        let refused = promote_or_ask(&scientist, "harmonize", to(1, CHAMPION)).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Forbidden, "who may not change it does not ask either");
        let Promotion::Waits(request) = promote_or_ask(&curator, "harmonize", to(1, CHAMPION)).await.unwrap() else {
            panic!("it was done")
        };
        assert!(heard.lock().unwrap().is_empty());
        approve_promotion(&admin, request.id, beside(None)).await.unwrap();
        assert_eq!(*heard.lock().unwrap(), [1]);
        assert_eq!(remove_alias(&curator, "harmonize", CHAMPION).await.unwrap_err().kind, FaultKind::Invalid);
    }
}
