//! API tokens.

use super::*;
use chorale_model::TokenId;
use chorale_model::identity::{CreateToken, CreatedToken, ResetPassword, Token, UpdateMember};
use chorale_model::page::PageRequest;

fn ask(name: &str, role: Role, expires_in_days: Option<i64>) -> CreateToken {
    CreateToken { name: name.into(), role, expires_in_days }
}

async fn use_token(app: &Arc<Deployment>, created: &CreatedToken) -> Result<Ctx, Fault> {
    authenticate_token(app, &created.secret, "r3".into(), "192.0.2.7".into()).await
}

async fn list(ctx: &Ctx, everybody: bool) -> Vec<Token> {
    list_tokens(ctx, everybody, PageRequest::default()).await.unwrap().items
}

#[tokio::test]
async fn a_token_works_for_its_organization_until_it_is_revoked() {
    for (app, organization) in each().await {
        let ada = testing::member_ctx(&app, organization, Role::Curator).await;
        let created = create_token(&ada, ask(" nightly ", Role::Curator, None)).await.unwrap();
        let parts: Vec<&str> = created.secret.split('_').collect();
        let ["chorale", prefix, secret] = parts[..] else { panic!("{}", created.secret) };
        assert_eq!((prefix.len(), secret.len()), (8, 64));
        assert_eq!(created.token.prefix, format!("chorale_{prefix}"));
        assert_eq!((&*created.token.name, &created.token.created_by), ("nightly", &ada.actor_name()));

        let ctx = use_token(&app, &created).await.unwrap();
        assert_eq!((ctx.scope, ctx.role(), ctx.user()), (Some(organization), Some(Role::Curator), ada.user()));
        assert_eq!(me(&ctx).await.unwrap().role, Role::Curator);
        let fault = sign_out(&ctx).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden, "a token is no session");

        revoke_token(&ctx, created.token.id).await.unwrap();
        revoke_token(&ada, created.token.id).await.unwrap();
        assert_eq!(use_token(&app, &created).await.err().unwrap().kind, FaultKind::Unauthenticated);
        assert_eq!(list(&ada, false).await[0].revoked_at, Some(app.clock.now()));
    }
}

#[tokio::test]
async fn unknown_expired_and_revoked_answer_alike_and_no_secret_is_stored() {
    for (app, organization) in each().await {
        let ada = testing::member_ctx(&app, organization, Role::Scientist).await;
        let short = create_token(&ada, ask("short", Role::Scientist, Some(1))).await.unwrap();
        let revoked = create_token(&ada, ask("revoked", Role::Scientist, None)).await.unwrap();
        revoke_token(&ada, revoked.token.id).await.unwrap();
        let refused = use_token(&app, &revoked).await.err().unwrap();
        app.clock.advance(Time::DAY - 1);
        use_token(&app, &short).await.unwrap();
        app.clock.advance(1);
        assert_eq!(use_token(&app, &short).await.err().unwrap(), refused);
        for unknown in ["", "chorale_0_0", &short.token.prefix, &short.secret[..72]] {
            let fault = authenticate_token(&app, unknown, String::new(), String::new()).await.err().unwrap();
            assert_eq!(fault, refused, "{unknown}");
        }
        let rows: Vec<(Vec<u8>, String)> =
            crate::db::sql("select secret_sha256, prefix from tokens").all(&app.db).await.unwrap();
        for (hash, _) in rows {
            assert_eq!(hash.len(), 32);
        }
    }
}

#[tokio::test]
async fn a_token_can_no_more_than_its_maker_can_now() {
    for (app, organization) in each().await {
        person(&app, organization, "first@example.org", Role::Admin).await;
        let ada = testing::member_ctx(&app, organization, Role::Admin).await;
        let created = create_token(&ada, ask("t", Role::Admin, None)).await.unwrap();
        let small = create_token(&ada, ask("small", Role::Scientist, None)).await.unwrap();
        let operator = operator(&app, organization);
        let (user, role) = (ada.user().unwrap(), |role| UpdateMember { role: Some(role), active: None });
        update_member(&operator, user, role(Role::Curator)).await.unwrap();
        assert_eq!(use_token(&app, &created).await.unwrap().role(), Some(Role::Curator));
        assert_eq!(use_token(&app, &small).await.unwrap().role(), Some(Role::Scientist));

        let curator = use_token(&app, &created).await.unwrap();
        let fault = create_token(&curator, ask("t", Role::Admin, None)).await.unwrap_err();
        assert_eq!(fault.message, "role: admin is more than your own role, curator; choose at most that");

        update_member(&operator, user, UpdateMember { role: None, active: Some(false) }).await.unwrap();
        assert!(use_token(&app, &created).await.is_err());
        // Coming back does not bring the old tokens back.
        update_member(&operator, user, UpdateMember { role: None, active: Some(true) }).await.unwrap();
        assert!(use_token(&app, &created).await.is_err());
    }
}

#[tokio::test]
async fn a_token_that_a_token_made_ends_with_it() {
    for (app, organization) in each().await {
        let ada = testing::member_ctx(&app, organization, Role::Curator).await;
        let week = create_token(&ada, ask("week", Role::Curator, Some(7))).await.unwrap();
        let asker = use_token(&app, &week).await.unwrap();
        let end = week.token.expires_at;
        let child = create_token(&asker, ask("child", Role::Curator, None)).await.unwrap();
        assert_eq!(child.token.expires_at, end, "absent is as long as its maker");
        let shorter = create_token(&asker, ask("shorter", Role::Curator, Some(1))).await.unwrap();
        assert_eq!(shorter.token.expires_at, Some(testing::START.plus(Time::DAY)));
        let fault = create_token(&asker, ask("longer", Role::Curator, Some(8))).await.unwrap_err();
        assert_eq!(fault.fields[0].field, "expires_in_days");
        assert!(list(&ada, false).await.iter().all(|token| token.expires_at.is_some()), "no row lives longer");

        let by_child = use_token(&app, &child).await.unwrap();
        let grandchild = create_token(&by_child, ask("grandchild", Role::Curator, None)).await.unwrap();
        let sibling = create_token(&ada, ask("sibling", Role::Curator, None)).await.unwrap();
        revoke_token(&ada, child.token.id).await.unwrap();
        assert!(use_token(&app, &child).await.is_err());
        assert!(use_token(&app, &grandchild).await.is_err(), "what it made ends with it");
        for alive in [&week, &shorter, &sibling] {
            assert!(use_token(&app, alive).await.is_ok(), "{}", alive.token.name);
        }
        revoke_token(&ada, week.token.id).await.unwrap();
        assert!(use_token(&app, &shorter).await.is_err());
        assert!(use_token(&app, &sibling).await.is_ok(), "a person made it");

        let late = create_token(&asker, ask("late", Role::Curator, None)).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Unauthenticated, "a request that was let in before makes none either");
    }
}

#[tokio::test]
async fn a_password_reset_ends_the_persons_tokens_everywhere() {
    for (app, organization) in each().await {
        let other = testing::organization(&app, "Somebody else's").await;
        let ada = person(&app, organization, "ada@example.org", Role::Curator).await;
        app.clock.advance(Time::SECOND);
        person(&app, other, "ada@example.org", Role::Curator).await;
        let eve = testing::member_ctx(&app, organization, Role::Curator).await;
        let mut tokens = Vec::new();
        for place in [organization, other] {
            let ctx = enter(&operator(&app, place), ada.user, place).await.unwrap();
            tokens.push(create_token(&ctx, ask("ada's", Role::Curator, None)).await.unwrap());
        }
        let of_eve = create_token(&eve, ask("eve's", Role::Curator, None)).await.unwrap();
        let link = create_password_reset(&operator(&app, organization), ada.user).await.unwrap();
        let code = link.url.rsplit_once("code=").unwrap().1.to_owned();
        let input = ResetPassword { code, new: "staple battery horse".into() };
        reset_password(&anonymous(&app, "192.0.2.7"), input).await.unwrap();
        for token in &tokens {
            assert!(use_token(&app, token).await.is_err());
        }
        assert!(use_token(&app, &of_eve).await.is_ok());
    }
}

#[tokio::test]
async fn a_maker_deactivated_by_hand_in_the_table_is_refused_too() {
    for (app, organization) in each().await {
        let ada = testing::member_ctx(&app, organization, Role::Curator).await;
        let created = create_token(&ada, ask("t", Role::Curator, None)).await.unwrap();
        app.db
            .write(|tx| Box::pin(async move { crate::db::sql("update members set active = false").run(tx).await }))
            .await
            .unwrap();
        assert!(use_token(&app, &created).await.is_err());
    }
}

#[tokio::test]
async fn people_see_their_own_tokens_and_admins_everybodys() {
    for (app, organization) in each().await {
        let ada = testing::member_ctx(&app, organization, Role::Admin).await;
        let eve = testing::member_ctx(&app, organization, Role::Curator).await;
        let of_ada = create_token(&ada, ask("ada's", Role::Admin, None)).await.unwrap();
        let of_eve = create_token(&eve, ask("eve's", Role::Curator, None)).await.unwrap();
        let of_nobody = create_operator_token(&operator(&app, organization), organization, Role::Curator, "ci").await;
        let of_nobody = of_nobody.unwrap();
        assert_eq!(of_nobody.token.created_by, "operator");
        let robot = use_token(&app, &of_nobody).await.unwrap();
        assert_eq!((robot.user(), robot.role()), (None, Some(Role::Curator)));
        assert_eq!(me(&robot).await.unwrap_err().kind, FaultKind::Forbidden);

        let names = |tokens: Vec<Token>| {
            let mut names: Vec<String> = tokens.into_iter().map(|token| token.name).collect();
            names.sort();
            names
        };
        assert_eq!(names(list(&eve, false).await), ["eve's"]);
        assert_eq!(names(list(&ada, true).await), ["ada's", "ci", "eve's"]);
        assert_eq!(list_tokens(&eve, true, PageRequest::default()).await.unwrap_err().kind, FaultKind::Forbidden);

        for theirs in [of_ada.token.id, of_nobody.token.id, TokenId(app.ids.uuid())] {
            assert_eq!(revoke_token(&eve, theirs).await.unwrap_err(), Fault::missing("token", theirs));
        }
        let other = testing::organization(&app, "Somebody else's").await;
        let stranger = testing::member_ctx(&app, other, Role::Admin).await;
        let theirs = of_eve.token.id;
        assert_eq!(revoke_token(&stranger, theirs).await.unwrap_err(), Fault::missing("token", theirs));
        assert_eq!(list(&stranger, true).await, vec![]);
        revoke_token(&ada, theirs).await.unwrap();
        revoke_token(&ada, of_nobody.token.id).await.unwrap();
        assert!(use_token(&app, &of_eve).await.is_err());
        assert!(use_token(&app, &of_nobody).await.is_err());
    }
}

#[tokio::test]
async fn the_last_use_is_noted_at_most_once_a_minute() {
    for (app, organization) in each().await {
        let ada = testing::member_ctx(&app, organization, Role::Curator).await;
        let created = create_token(&ada, ask("t", Role::Curator, None)).await.unwrap();
        let seen = || async {
            use_token(&app, &created).await.unwrap();
            app.room::<State>().settle().await;
            list(&ada, false).await[0].last_used_at.unwrap()
        };
        assert_eq!(seen().await, testing::START);
        app.clock.advance(Time::MINUTE - 1);
        assert_eq!(seen().await, testing::START);
        app.clock.advance(1);
        assert_eq!(seen().await, testing::START.plus(Time::MINUTE));
    }
}

#[tokio::test]
async fn a_tokens_name_and_days_are_checked() {
    for (app, organization) in each().await {
        let ada = testing::member_ctx(&app, organization, Role::Curator).await;
        for (name, days, field) in [
            ("", None, "name"),
            ("  ", None, "name"),
            ("a\nb", None, "name"),
            (&*"x".repeat(101), None, "name"),
            ("t", Some(0), "expires_in_days"),
            ("t", Some(3_661), "expires_in_days"),
            ("t", Some(i64::MAX), "expires_in_days"),
        ] {
            let fault = create_token(&ada, ask(name, Role::Curator, days)).await.unwrap_err();
            assert_eq!(fault.fields[0].field, field, "{name:?} {days:?}");
        }
        create_token(&ada, ask("t", Role::Curator, Some(3_660))).await.unwrap();
    }
}
