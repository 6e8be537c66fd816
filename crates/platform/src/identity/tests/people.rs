//! Members, accounts, new passwords, and what the operator does.

use super::*;
use chorale_model::UserId;
use chorale_model::audit::AuditFilter;
use chorale_model::identity::{ChangePassword, Preferences, ResetPassword, UpdateMember};
use chorale_model::page::PageRequest;

const NEW: &str = "staple battery horse";

fn role(role: Role) -> UpdateMember {
    UpdateMember { role: Some(role), active: None }
}

fn active(active: bool) -> UpdateMember {
    UpdateMember { role: None, active: Some(active) }
}

async fn signs_in(app: &Arc<Deployment>, email: &str, password: &str) -> Option<SignedIn> {
    try_sign_in(&anonymous(app, "192.0.2.7"), email, password).await.ok()
}

#[tokio::test]
async fn members_are_listed_in_pages_to_their_own_admins() {
    for (app, organization) in each().await {
        let other = testing::organization(&app, "Somebody else's").await;
        person(&app, other, "stranger@example.org", Role::Admin).await;
        let names = ["ada@example.org", "bob@example.org", "cy@example.org"];
        for email in names {
            person(&app, organization, email, Role::Admin).await;
        }
        let admin = operator(&app, organization);
        let mut page = PageRequest { cursor: None, limit: Some(2) };
        let first = list_members(&admin, page.clone()).await.unwrap();
        page.cursor = first.next_cursor.clone();
        let second = list_members(&admin, page).await.unwrap();
        let listed: Vec<_> = first.items.iter().chain(&second.items).map(|member| &*member.email).collect();
        assert_eq!((listed, second.next_cursor), (names.to_vec(), None));
        assert_eq!(first.items[0].last_seen_at, None);

        app.clock.advance(Time::DAY);
        signs_in(&app, "ada@example.org", PASSWORD).await.unwrap();
        let seen = list_members(&admin, PageRequest::default()).await.unwrap().items[0].last_seen_at;
        assert_eq!(seen, Some(testing::START.plus(Time::DAY)));
        let curator = testing::member_ctx(&app, organization, Role::Curator).await;
        assert_eq!(list_members(&curator, PageRequest::default()).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn a_new_role_holds_at_the_next_request_and_deactivating_ends_everything_here() {
    for (app, organization) in each().await {
        let other = testing::organization(&app, "Somebody else's").await;
        let admin = testing::member_ctx(&app, organization, Role::Admin).await;
        let ada = person(&app, organization, "ada@example.org", Role::Curator).await;
        app.clock.advance(Time::SECOND);
        person(&app, other, "ada@example.org", Role::Curator).await;
        let here = signs_in(&app, "ada@example.org", PASSWORD).await.unwrap();
        let there = signs_in(&app, "ada@example.org", PASSWORD).await.unwrap();
        switch_organization(&request(&app, &there.secret).await.unwrap(), other).await.unwrap();

        update_member(&admin, ada.user, role(Role::Scientist)).await.unwrap();
        assert_eq!(request(&app, &here.secret).await.unwrap().role(), Some(Role::Scientist));
        let after = update_member(&admin, ada.user, active(false)).await.unwrap();
        assert_eq!((after.role, after.active), (Role::Scientist, false));
        assert!(request(&app, &here.secret).await.is_none());
        assert_eq!(
            request(&app, &there.secret).await.unwrap().scope,
            Some(other),
            "the other organization is not ours"
        );
        update_member(&admin, ada.user, active(true)).await.unwrap();
        assert!(request(&app, &here.secret).await.is_none(), "an ended session stays ended");

        let stranger = testing::member_ctx(&app, other, Role::Admin).await;
        let theirs = admin.user().unwrap();
        let fault = update_member(&stranger, theirs, active(false)).await.unwrap_err();
        assert_eq!(fault, Fault::missing("user", theirs));
        let curator = testing::member_ctx(&app, organization, Role::Curator).await;
        assert_eq!(update_member(&curator, ada.user, active(false)).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn an_organization_keeps_an_admin_even_when_two_demote_each_other() {
    for (app, organization) in each().await {
        let ada = testing::member_ctx(&app, organization, Role::Admin).await;
        for change in [role(Role::Curator), active(false)] {
            let fault = update_member(&ada, ada.user().unwrap(), change).await.unwrap_err();
            assert_eq!(fault.kind, FaultKind::Conflict);
            assert!(
                fault.message.ends_with("is the last admin of this organization; make another member an admin first")
            );
        }
        for _ in 0..5 {
            let eve = testing::member_ctx(&app, organization, Role::Admin).await;
            let (first, second) = tokio::join!(
                update_member(&ada, eve.user().unwrap(), role(Role::Curator)),
                update_member(&eve, ada.user().unwrap(), role(Role::Curator)),
            );
            assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1, "{}", app.db.engine());
            if second.is_ok() {
                update_member(&eve, ada.user().unwrap(), role(Role::Admin)).await.unwrap();
                update_member(&ada, eve.user().unwrap(), role(Role::Curator)).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_new_password_needs_the_current_one_and_ends_the_other_sessions() {
    for (app, organization) in each().await {
        person(&app, organization, "ada@example.org", Role::Scientist).await;
        let here = signs_in(&app, "ada@example.org", PASSWORD).await.unwrap();
        let there = signs_in(&app, "ada@example.org", PASSWORD).await.unwrap();
        let ada = request(&app, &here.secret).await.unwrap();
        let change = |current: &str, new: &str| ChangePassword { current: current.into(), new: new.into() };
        for (input, field) in [
            (change("wrong horse battery", NEW), "current"),
            (change(PASSWORD, PASSWORD), "new"),
            (change(PASSWORD, "short"), "new"),
            (change(PASSWORD, "ada@example.org"), "new"),
        ] {
            assert_eq!(change_password(&ada, input).await.unwrap_err().fields[0].field, field);
        }
        assert!(request(&app, &there.secret).await.is_some());
        change_password(&ada, change(PASSWORD, NEW)).await.unwrap();
        assert!(request(&app, &there.secret).await.is_none());
        assert!(request(&app, &here.secret).await.is_some());
        assert!(signs_in(&app, "ada@example.org", PASSWORD).await.is_none());
        assert!(signs_in(&app, "ada@example.org", NEW).await.is_some());

        // A stolen session is no place to guess from.
        let mut last = FaultKind::Forbidden;
        for _ in 0..6 {
            last = change_password(&ada, change("wrong horse battery", PASSWORD)).await.unwrap_err().kind;
        }
        assert_eq!(last, FaultKind::Limited);
    }
}

fn code(url: &str) -> String {
    url.strip_prefix("http://127.0.0.1:3000/reset-password?code=").unwrap().to_owned()
}

#[tokio::test]
async fn a_reset_link_works_once_and_for_an_hour() {
    for (app, organization) in each().await {
        let admin = testing::member_ctx(&app, organization, Role::Admin).await;
        let ada = person(&app, organization, "ada@example.org", Role::Scientist).await;
        let session = signs_in(&app, "ada@example.org", PASSWORD).await.unwrap();
        let nobody = anonymous(&app, "192.0.2.7");
        let reset = |url: &str, new: &str| {
            let input = ResetPassword { code: code(url), new: new.into() };
            let nobody = nobody.clone();
            async move { reset_password(&nobody, input).await }
        };
        let replaced = create_password_reset(&admin, ada.user).await.unwrap();
        let link = create_password_reset(&admin, ada.user).await.unwrap();
        assert_eq!(link.expires_at, app.clock.now().plus(Time::HOUR));
        assert_eq!(reset(&replaced.url, NEW).await.unwrap_err().fields[0].field, "code");
        assert_eq!(reset(&link.url, "short").await.unwrap_err().fields[0].field, "new");
        let (first, second) = tokio::join!(reset(&link.url, NEW), reset(&link.url, NEW));
        assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1, "the code is used once");
        assert!(request(&app, &session.secret).await.is_none());
        assert!(signs_in(&app, "ada@example.org", NEW).await.is_some());

        let late = create_password_reset(&admin, ada.user).await.unwrap();
        app.clock.advance(Time::HOUR);
        assert_eq!(reset(&late.url, PASSWORD).await.unwrap_err().fields[0].field, "code");
        let filter = AuditFilter { action: Some("user.password_reset".into()), ..AuditFilter::default() };
        let rows =
            crate::audit::list_rows(&operator(&app, organization), filter, PageRequest::default()).await.unwrap();
        let names: Vec<_> = rows.items.iter().map(|row| &*row.actor_name).collect();
        assert_eq!(names, ["ada@example.org"]);
    }
}

#[tokio::test]
async fn an_admin_resets_nobody_who_works_elsewhere_too() {
    for (app, organization) in each().await {
        let other = testing::organization(&app, "Somebody else's").await;
        let admin = testing::member_ctx(&app, organization, Role::Admin).await;
        let ada = person(&app, organization, "ada@example.org", Role::Scientist).await;
        let stranger = person(&app, other, "stranger@example.org", Role::Scientist).await;
        for missing in [stranger.user, UserId(app.ids.uuid())] {
            let fault = create_password_reset(&admin, missing).await.unwrap_err();
            assert_eq!(fault, Fault::missing("user", missing));
        }
        person(&app, other, "ada@example.org", Role::Admin).await;
        let fault = create_password_reset(&admin, ada.user).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden);
        // Not even once the other membership was taken away: it may come back.
        update_member(&operator(&app, other), stranger.user, role(Role::Admin)).await.unwrap();
        update_member(&operator(&app, other), ada.user, active(false)).await.unwrap();
        assert_eq!(create_password_reset(&admin, ada.user).await.unwrap_err().kind, FaultKind::Forbidden);
        create_password_reset(&operator(&app, organization), ada.user).await.unwrap();
        // The operator needs no organization of theirs for it.
        let anywhere = Ctx::operator(app.clone(), None);
        let link = create_password_reset_by_email(&anywhere, " ADA@example.org").await.unwrap();
        let input = ResetPassword { code: code(&link.url), new: NEW.into() };
        reset_password(&anonymous(&app, "192.0.2.7"), input).await.unwrap();
        assert!(signs_in(&app, "ada@example.org", NEW).await.is_some());
        let nobody = create_password_reset_by_email(&anywhere, "nobody@example.org").await.unwrap_err();
        assert_eq!(nobody, Fault::missing("user", "nobody@example.org"));
        let fault = create_password_reset_by_email(&admin, "ada@example.org").await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden, "an admin is no operator");
        for place in [organization, other] {
            let filter = AuditFilter { action: Some("user.password_reset_created".into()), ..AuditFilter::default() };
            let rows = crate::audit::list_rows(&operator(&app, place), filter, PageRequest::default()).await.unwrap();
            assert!(!rows.items.is_empty(), "every organization of the person has it in its log");
        }

        let boss = person(&app, organization, "boss@example.org", Role::Scientist).await;
        set_operator(&operator(&app, organization), "boss@example.org", true).await.unwrap();
        assert_eq!(create_password_reset(&admin, boss.user).await.unwrap_err().kind, FaultKind::Forbidden);
        let curator = testing::member_ctx(&app, organization, Role::Curator).await;
        assert_eq!(create_password_reset(&curator, ada.user).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn a_person_changes_their_own_preferences() {
    for (app, organization) in each().await {
        let ada = testing::member_ctx(&app, organization, Role::Scientist).await;
        assert!(me(&ada).await.unwrap().single_keys);
        let keys = Preferences { single_keys: Some(false), name: None };
        let before = me(&ada).await.unwrap();
        let after = set_preferences(&ada, keys).await.unwrap();
        assert_eq!((after.single_keys, after.name), (false, before.name));
        let name = Preferences { single_keys: None, name: Some(" Ada Lovelace ".into()) };
        let after = set_preferences(&ada, name).await.unwrap();
        assert_eq!((after.single_keys, &*after.name), (false, "Ada Lovelace"));
        let empty = Preferences { single_keys: None, name: Some(" ".into()) };
        assert_eq!(set_preferences(&ada, empty).await.unwrap_err().fields[0].field, "name");
        assert_eq!(me(&anonymous(&app, "")).await.unwrap_err().kind, FaultKind::Unauthenticated);
    }
}

#[tokio::test]
async fn the_operator_makes_organizations_and_their_first_people() {
    for (app, first) in each().await {
        let cli = Ctx::operator(app.clone(), None);
        let second = create_organization(&cli, " Demo ", true).await.unwrap();
        assert_eq!((&*second.name, second.synthetic), ("Demo", true));
        let fault = create_organization(&cli, "Demo", false).await.unwrap_err();
        assert_eq!(fault.message, "an organization \"Demo\" exists already; choose another name");
        assert_eq!(find_organization_by_name(&cli, "Demo").await.unwrap(), Some(second.clone()));
        assert_eq!(find_organization_by_name(&cli, "demo").await.unwrap(), None);
        let listed = list_organizations(&cli, PageRequest::default()).await.unwrap().items;
        let names: Vec<_> = listed.iter().map(|organization| &*organization.name).collect();
        assert_eq!(names, ["Ada's laboratory", "Demo"]);

        let made = create_user(&cli, "Ada@x.org", "Ada", first, Role::Admin, PASSWORD.into()).await.unwrap();
        assert!(!made.known);
        app.clock.advance(Time::SECOND);
        let again = create_user(&cli, "ada@x.org", "", second.id, Role::Scientist, NEW.into()).await.unwrap();
        assert_eq!((again.known, again.member.user, &*again.member.name), (true, made.member.user, "Ada"));
        assert!(signs_in(&app, "ada@x.org", NEW).await.is_none());
        let inside = signs_in(&app, "ada@x.org", PASSWORD).await.unwrap();
        let inside = request(&app, &inside.secret).await.unwrap();
        assert_eq!(load_organization(&inside).await.unwrap().id, first);

        for fault in [
            create_organization(&inside, "Mine", false).await.err(),
            list_organizations(&inside, PageRequest::default()).await.err(),
            find_organization_by_name(&inside, "Demo").await.err(),
            create_user(&inside, "eve@x.org", "", first, Role::Admin, NEW.into()).await.err(),
            create_operator_token(&inside, second.id, Role::Admin, "t").await.err(),
            set_operator(&inside, "ada@x.org", true).await.err(),
        ] {
            assert_eq!(fault.unwrap().kind, FaultKind::Forbidden, "an admin is no operator");
        }
        set_operator(&cli, "ADA@x.org", true).await.unwrap();
        let inside = signs_in(&app, "ada@x.org", PASSWORD).await.unwrap();
        let inside = request(&app, &inside.secret).await.unwrap();
        create_organization(&inside, "Mine", false).await.unwrap();
        assert_eq!(set_operator(&cli, "nobody@x.org", true).await.unwrap_err().kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn nobody_enters_an_organization_that_is_being_erased() {
    for (app, organization) in each().await {
        person(&app, organization, "ada@example.org", Role::Admin).await;
        let session = signs_in(&app, "ada@example.org", PASSWORD).await.unwrap();
        let token = create_operator_token(&operator(&app, organization), organization, Role::Admin, "t").await.unwrap();
        app.db
            .write(|tx| {
                Box::pin(async move { crate::db::sql("update organizations set erasing_at = 1").run(tx).await })
            })
            .await
            .unwrap();
        assert!(request(&app, &session.secret).await.is_none());
        assert!(authenticate_token(&app, &token.secret, String::new(), String::new()).await.is_err());
        assert!(signs_in(&app, "ada@example.org", PASSWORD).await.is_none());
    }
}
