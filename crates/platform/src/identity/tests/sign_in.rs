//! Signing in, sessions, and what a guesser meets.

use super::*;
use chorale_model::page::PageRequest;

#[tokio::test]
async fn a_person_signs_in_and_works_until_they_sign_out() {
    for (app, organization) in each().await {
        let member = person(&app, organization, "Ada@Example.org", Role::Curator).await;
        let signed_in = try_sign_in(&anonymous(&app, "192.0.2.7"), " ADA@example.org", PASSWORD).await.unwrap();
        assert_eq!(signed_in.me.user, member.user);
        assert_eq!(signed_in.me.role, Role::Curator);
        assert_eq!(signed_in.me.organization.name, "Ada's laboratory");
        assert_eq!(signed_in.expires_at, testing::START.plus(7 * Time::DAY));
        assert_eq!(signed_in.secret.len(), 64);

        let ctx = request(&app, &signed_in.secret).await.unwrap();
        assert_eq!(ctx.require(Role::Curator).unwrap(), organization);
        assert_eq!(ctx.require(Role::Admin).unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(me(&ctx).await.unwrap(), signed_in.me);

        sign_out(&ctx).await.unwrap();
        assert!(request(&app, &signed_in.secret).await.is_none());
        assert!(request(&app, "").await.is_none());
    }
}

#[tokio::test]
async fn unknown_wrong_and_deactivated_answer_alike() {
    for (app, organization) in each().await {
        person(&app, organization, "ada@example.org", Role::Admin).await;
        let gone = person(&app, organization, "gone@example.org", Role::Scientist).await;
        let away = chorale_model::identity::UpdateMember { role: None, active: Some(false) };
        update_member(&operator(&app, organization), gone.user, away).await.unwrap();
        let ctx = operator(&app, organization);
        let email = "without-password@example.org";
        create_user_without_password(&ctx, email, organization, Role::Scientist).await.unwrap();
        let invited = chorale_model::identity::Invite {
            email: "invited@example.org".into(),
            name: String::new(),
            role: Role::Scientist,
        };
        invite(&ctx, invited).await.unwrap();
        let ctx = anonymous(&app, "192.0.2.7");
        let wrong = try_sign_in(&ctx, "ada@example.org", "wrong horse battery").await.err().unwrap();
        assert_eq!(wrong.kind, FaultKind::Unauthenticated);
        for (email, password) in [
            ("nobody@example.org", PASSWORD),
            ("gone@example.org", PASSWORD),
            ("invited@example.org", PASSWORD),
            ("without-password@example.org", PASSWORD),
            ("ada@example.org", &*"x".repeat(5_000)),
        ] {
            assert_eq!(try_sign_in(&ctx, email, password).await.err().unwrap(), wrong, "{email}");
        }
    }
}

#[tokio::test]
async fn a_session_ends_when_idle_and_at_its_age() {
    for (app, organization) in each().await {
        person(&app, organization, "ada@example.org", Role::Scientist).await;
        let ctx = anonymous(&app, "192.0.2.7");
        let idle = try_sign_in(&ctx, "ada@example.org", PASSWORD).await.unwrap();
        app.clock.advance(12 * Time::HOUR - 1);
        assert!(request(&app, &idle.secret).await.is_some());
        app.room::<State>().settle().await;
        // The visit was noted, so twelve hours begin anew.
        app.clock.advance(12 * Time::HOUR - 1);
        assert!(request(&app, &idle.secret).await.is_some());
        app.room::<State>().settle().await;
        app.clock.advance(12 * Time::HOUR);
        assert!(request(&app, &idle.secret).await.is_none());

        let busy = try_sign_in(&ctx, "ada@example.org", PASSWORD).await.unwrap();
        for _ in 0..13 {
            app.clock.advance(12 * Time::HOUR - 1);
            assert!(request(&app, &busy.secret).await.is_some());
            app.room::<State>().settle().await;
        }
        app.clock.advance(12 * Time::HOUR - 1);
        assert!(request(&app, &busy.secret).await.is_some(), "a moment before 7 days");
        app.room::<State>().settle().await;
        app.clock.advance(14);
        assert!(request(&app, &busy.secret).await.is_none(), "7 days old");

        assert!(tidy(&Ctx::system(app.clone(), None)).await.unwrap() >= 2);
        assert_eq!(list_sessions(&operator_as(&app, &idle), PageRequest::default()).await.unwrap().items, vec![]);
    }
}

/// Whoever signed in, as a context that does not depend on the session.
fn operator_as(app: &Arc<Deployment>, signed_in: &SignedIn) -> Ctx {
    let actor = crate::Actor::User {
        user: signed_in.me.user,
        session: signed_in.session,
        role: Role::Scientist,
        email: signed_in.me.email.clone(),
        operator: false,
    };
    Ctx { actor, ..operator(app, signed_in.me.organization.id) }
}

#[tokio::test]
async fn every_sign_in_has_a_new_secret_and_ends_the_session_before() {
    for (app, organization) in each().await {
        person(&app, organization, "ada@example.org", Role::Scientist).await;
        let first = try_sign_in(&anonymous(&app, "192.0.2.7"), "ada@example.org", PASSWORD).await.unwrap();
        let inside = request(&app, &first.secret).await.unwrap();
        let second = try_sign_in(&inside, "ada@example.org", PASSWORD).await.unwrap();
        assert_ne!(first.secret, second.secret);
        assert_ne!(first.session, second.session);
        assert!(request(&app, &first.secret).await.is_none());
        assert!(request(&app, &second.secret).await.is_some());
    }
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions_alone() {
    for (app, organization) in each().await {
        person(&app, organization, "ada@example.org", Role::Scientist).await;
        person(&app, organization, "eve@example.org", Role::Admin).await;
        let ctx = anonymous(&app, "192.0.2.7");
        let here = try_sign_in(&ctx, "ada@example.org", PASSWORD).await.unwrap();
        app.clock.advance(Time::SECOND);
        let there = try_sign_in(&ctx, "ada@example.org", PASSWORD).await.unwrap();
        let eve = try_sign_in(&ctx, "eve@example.org", PASSWORD).await.unwrap();
        let ada = request(&app, &here.secret).await.unwrap();
        let eve = request(&app, &eve.secret).await.unwrap();

        let one = |cursor| PageRequest { cursor, limit: Some(1) };
        let first = list_sessions(&ada, one(None)).await.unwrap();
        assert_eq!((first.items[0].id, first.items[0].current), (there.session, false));
        let second = list_sessions(&ada, one(first.next_cursor)).await.unwrap();
        assert_eq!((second.items[0].id, second.items[0].current), (here.session, true));
        assert_eq!((&*second.items[0].address, &*second.items[0].user_agent), ("192.0.2.7", FIREFOX));
        assert_eq!(second.next_cursor, None);
        assert_eq!(list_sessions(&ada, one(Some("x".into()))).await.unwrap_err().kind, FaultKind::Invalid);

        let theirs = end_session(&eve, there.session).await.unwrap_err();
        assert_eq!(theirs, Fault::missing("session", there.session));
        end_session(&ada, there.session).await.unwrap();
        assert!(request(&app, &there.secret).await.is_none());
        assert!(request(&app, &here.secret).await.is_some());
    }
}

#[tokio::test]
async fn guessing_one_account_is_blocked_longer_and_longer_across_a_restart() {
    for (app, organization) in each().await {
        person(&app, organization, "ada@example.org", Role::Scientist).await;
        for email in ["ada@example.org", "nobody@example.org"] {
            for n in 0..5 {
                // each from an address of its own: the account is what counts
                let fault = try_sign_in(&anonymous(&app, &format!("192.0.2.{n}")), email, "wrong horse battery").await;
                assert_eq!(fault.err().unwrap().kind, FaultKind::Unauthenticated);
            }
            let again = testing::restarted(&app);
            let blocked = try_sign_in(&anonymous(&again, "192.0.2.9"), email, PASSWORD).await.err().unwrap();
            assert_eq!((blocked.kind, blocked.retry_after_s), (FaultKind::Limited, Some(30)), "{email}");
        }
        for expected in [60, 120, 240, 480, 900, 900] {
            app.clock.advance(15 * Time::MINUTE);
            let ctx = anonymous(&app, "192.0.2.9");
            let wrong = try_sign_in(&ctx, "ada@example.org", "wrong horse battery").await.err().unwrap();
            assert_eq!(wrong.kind, FaultKind::Unauthenticated);
            let blocked = try_sign_in(&ctx, "ada@example.org", PASSWORD).await.err().unwrap();
            assert_eq!(blocked.retry_after_s, Some(expected));
        }
        app.clock.advance(15 * Time::MINUTE);
        try_sign_in(&anonymous(&app, "192.0.2.9"), "ada@example.org", PASSWORD).await.unwrap();
        // The right password forgives: five more typos are free.
        for _ in 0..5 {
            let ctx = anonymous(&app, "192.0.2.9");
            let fault = try_sign_in(&ctx, "ada@example.org", "wrong horse battery").await.err().unwrap();
            assert_eq!(fault.kind, FaultKind::Unauthenticated);
        }
    }
}

#[tokio::test]
async fn trying_many_accounts_from_one_address_is_blocked() {
    for (app, organization) in each().await {
        person(&app, organization, "ada@example.org", Role::Scientist).await;
        let ctx = anonymous(&app, "2001:db8::1");
        for n in 0..30 {
            let fault = try_sign_in(&ctx, &format!("guess{n}@example.org"), "wrong horse battery").await.err().unwrap();
            assert_eq!(fault.kind, FaultKind::Unauthenticated, "{n}");
        }
        let neighbour = anonymous(&app, "2001:db8::ffff");
        let fault = try_sign_in(&neighbour, "ada@example.org", PASSWORD).await.err().unwrap();
        assert_eq!((fault.kind, fault.retry_after_s), (FaultKind::Limited, Some(60)));
        try_sign_in(&anonymous(&app, "192.0.2.7"), "ada@example.org", PASSWORD).await.unwrap();
        app.clock.advance(Time::MINUTE);
        try_sign_in(&neighbour, "ada@example.org", PASSWORD).await.unwrap();
        app.clock.advance(25 * Time::HOUR);
        // 30 accounts, two addresses and two idle sessions; ada's own row went when she signed in.
        assert_eq!(tidy(&Ctx::system(app.clone(), None)).await.unwrap(), 30 + 2 + 2);
    }
}

#[tokio::test]
async fn a_volley_of_guesses_gets_no_further_than_guesses_in_a_row() {
    for (app, organization) in each().await {
        person(&app, organization, "ada@example.org", Role::Scientist).await;
        let guesses = (0..20).map(|n| {
            let app = app.clone();
            async move {
                try_sign_in(&anonymous(&app, &format!("192.0.2.{n}")), "ada@example.org", "wrong horse battery").await
            }
        });
        let kinds: Vec<FaultKind> =
            futures::future::join_all(guesses).await.into_iter().map(|answer| answer.err().unwrap().kind).collect();
        let hashed = kinds.iter().filter(|kind| **kind == FaultKind::Unauthenticated).count();
        let refused = kinds.iter().filter(|kind| **kind == FaultKind::Limited).count();
        assert_eq!((hashed, refused), (5, 15), "{}", app.db.engine());
    }
}

#[tokio::test]
async fn a_member_of_two_organizations_switches_between_them() {
    for (app, first) in each().await {
        let second = testing::organization(&app, "Charles' workshop").await;
        let third = testing::organization(&app, "Somebody else's").await;
        person(&app, first, "ada@example.org", Role::Admin).await;
        app.clock.advance(Time::SECOND);
        person(&app, second, "ada@example.org", Role::Scientist).await;
        let signed_in = try_sign_in(&anonymous(&app, "192.0.2.7"), "ada@example.org", PASSWORD).await.unwrap();
        assert_eq!(signed_in.me.organization.id, first);
        let roles: Vec<_> = signed_in.me.memberships.iter().map(|m| (m.organization, m.role)).collect();
        assert_eq!(roles, [(first, Role::Admin), (second, Role::Scientist)]);

        let ctx = request(&app, &signed_in.secret).await.unwrap();
        let me = switch_organization(&ctx, second).await.unwrap();
        assert_eq!((me.organization.id, me.role), (second, Role::Scientist));
        let ctx = request(&app, &signed_in.secret).await.unwrap();
        assert_eq!((ctx.scope, ctx.role()), (Some(second), Some(Role::Scientist)));
        let fault = switch_organization(&ctx, third).await.unwrap_err();
        assert_eq!(fault, Fault::missing("organization", third));

        let away = chorale_model::identity::UpdateMember { role: None, active: Some(false) };
        update_member(&operator(&app, second), me.user, away).await.unwrap();
        assert!(request(&app, &signed_in.secret).await.is_none(), "the session worked in the second organization");
        let signed_in = try_sign_in(&anonymous(&app, "192.0.2.7"), "ada@example.org", PASSWORD).await.unwrap();
        assert_eq!(signed_in.me.memberships.len(), 1);
    }
}
