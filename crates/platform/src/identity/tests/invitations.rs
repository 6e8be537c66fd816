//! How an admin brings a person in, and what that must not tell.

use super::*;
use chorale_model::audit::AuditFilter;
use chorale_model::identity::{AcceptInvitation, Invitation, Invite};
use chorale_model::page::PageRequest;
use chorale_model::{InvitationId, UserId};

const NEW: &str = "staple battery horse";

fn to(email: &str) -> Invite {
    Invite { email: email.into(), name: String::new(), role: Role::Curator }
}

fn code(url: &str) -> String {
    url.strip_prefix("http://127.0.0.1:3000/invitation?code=").unwrap().to_owned()
}

async fn accepts(app: &Arc<Deployment>, url: &str, password: &str) -> Result<(), Fault> {
    let input = AcceptInvitation { code: code(url), password: password.into() };
    accept_invitation(&anonymous(app, "192.0.2.7"), input).await
}

async fn signs_in(app: &Arc<Deployment>, email: &str, password: &str) -> Option<SignedIn> {
    try_sign_in(&anonymous(app, "192.0.2.7"), email, password).await.ok()
}

async fn emails(admin: &Ctx) -> Vec<String> {
    let members = list_members(admin, PageRequest::default()).await.unwrap();
    members.items.into_iter().map(|member| member.email).collect()
}

#[tokio::test]
async fn inviting_tells_nothing_of_who_has_an_account() {
    for (app, first) in each().await {
        let second = testing::organization(&app, "Somebody else's").await;
        let account = person(&app, first, "ada@example.org", Role::Admin).await;
        app.clock.advance(Time::DAY);
        let admin = testing::member_ctx(&app, second, Role::Admin).await;
        let before = emails(&admin).await;
        let known = invite(&admin, to("Ada@example.org")).await.unwrap();
        let new = invite(&admin, to("eve@example.org")).await.unwrap();
        let shape = |invitation: &Invitation| Invitation {
            id: InvitationId(uuid::Uuid::nil()),
            name: invitation.name.replace(email::local_part(&invitation.email), "…"),
            email: String::new(),
            ..invitation.clone()
        };
        assert_eq!(shape(&known.invitation), shape(&new.invitation));
        assert_ne!(known.invitation.id.0, account.user.0);
        assert_eq!(emails(&admin).await, before, "nobody is a member by another's word");
        let listed = list_invitations(&admin, PageRequest::default()).await.unwrap().items;
        assert_eq!(listed, [known.invitation.clone(), new.invitation.clone()]);
        // Neither has a link to a new password.
        for invitation in &listed {
            let fault = create_password_reset(&admin, UserId(invitation.id.0)).await.unwrap_err();
            assert_eq!(fault.kind, FaultKind::Missing);
        }
        let fault = create_password_reset(&admin, account.user).await.unwrap_err();
        assert_eq!(fault, Fault::missing("user", account.user));
        // A password that no account may have is refused alike, and nothing is used up by it.
        let refused = accepts(&app, &known.url, "short").await.unwrap_err();
        assert_eq!(accepts(&app, &new.url, "short").await.unwrap_err(), refused);

        let memberships = signs_in(&app, "ada@example.org", PASSWORD).await.unwrap().me.memberships;
        assert_eq!(memberships.len(), 1);
        let home_admin = testing::member_ctx(&app, first, Role::Admin).await;
        create_password_reset(&home_admin, account.user).await.expect("another's invitation locks nobody out");
    }
}

#[tokio::test]
async fn a_known_person_accepts_with_their_password_and_a_new_one_with_a_first_one() {
    for (app, first) in each().await {
        let second = testing::organization(&app, "Somebody else's").await;
        person(&app, first, "ada@example.org", Role::Scientist).await;
        let admin = testing::member_ctx(&app, second, Role::Admin).await;
        let known = invite(&admin, to("ada@example.org")).await.unwrap();
        let held = hold_invitation(&anonymous(&app, ""), &code(&known.url)).await.unwrap();
        let seen = (&*held.organization_name, &*held.email, held.role, held.expires_at);
        assert_eq!(seen, ("Somebody else's", "ada@example.org", Role::Curator, known.invitation.expires_at));

        let fault = accepts(&app, &known.url, NEW).await.unwrap_err();
        assert_eq!((fault.kind, &*fault.fields[0].field), (FaultKind::Forbidden, "password"));
        assert!(signs_in(&app, "ada@example.org", NEW).await.is_none(), "a stranger cannot set a known password");
        let (one, other) = tokio::join!(accepts(&app, &known.url, PASSWORD), accepts(&app, &known.url, PASSWORD));
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "the code is used once");
        let ada = signs_in(&app, "ada@example.org", PASSWORD).await.unwrap();
        assert_eq!(ada.me.memberships.len(), 2);

        let invitation = Invite { name: " Eve Adler ".into(), ..to("eve@example.org") };
        let new = invite(&admin, invitation).await.unwrap();
        accepts(&app, &new.url, NEW).await.unwrap();
        let eve = signs_in(&app, "eve@example.org", NEW).await.unwrap();
        assert_eq!((&*eve.me.name, eve.me.organization.id, eve.me.role), ("Eve Adler", second, Role::Curator));
        assert!(list_invitations(&admin, PageRequest::default()).await.unwrap().items.is_empty());
        let fault = invite(&admin, to("EVE@example.org")).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Conflict, "a member is not invited");

        let filter = AuditFilter { action: Some("member.added".into()), ..AuditFilter::default() };
        let rows = crate::audit::list_rows(&admin, filter, PageRequest::default()).await.unwrap().items;
        let names: Vec<_> = rows.iter().map(|row| &*row.actor_name).collect();
        assert!(names.contains(&"ada@example.org") && names.contains(&"eve@example.org"), "{names:?}");
    }
}

#[tokio::test]
async fn a_code_ends_by_withdrawal_replacement_and_age() {
    for (app, organization) in each().await {
        let admin = testing::member_ctx(&app, organization, Role::Admin).await;
        let replaced = invite(&admin, to("ada@example.org")).await.unwrap();
        let withdrawn = invite(&admin, to("ada@example.org")).await.unwrap();
        let void = accepts(&app, &replaced.url, NEW).await.unwrap_err();
        assert_eq!(void.fields[0].field, "code");

        let other = testing::organization(&app, "Somebody else's").await;
        let stranger = testing::member_ctx(&app, other, Role::Admin).await;
        let id = withdrawn.invitation.id;
        let missing = withdraw_invitation(&stranger, id).await.unwrap_err();
        assert_eq!(missing, Fault::missing("invitation", id));
        assert!(list_invitations(&stranger, PageRequest::default()).await.unwrap().items.is_empty());
        withdraw_invitation(&admin, id).await.unwrap();
        assert_eq!(accepts(&app, &withdrawn.url, NEW).await.unwrap_err(), void);
        assert_eq!(withdraw_invitation(&admin, id).await.unwrap_err(), missing);

        let late = invite(&admin, to("ada@example.org")).await.unwrap();
        app.clock.advance(7 * Time::DAY);
        assert_eq!(accepts(&app, &late.url, NEW).await.unwrap_err(), void);
        assert_eq!(hold_invitation(&anonymous(&app, ""), &code(&late.url)).await.unwrap_err(), void);
        assert!(list_invitations(&admin, PageRequest::default()).await.unwrap().items.is_empty());
        assert!(tidy(&Ctx::system(app.clone(), None)).await.unwrap() >= 1);

        let curator = testing::member_ctx(&app, organization, Role::Curator).await;
        for fault in [
            invite(&curator, to("ida@example.org")).await.err(),
            list_invitations(&curator, PageRequest::default()).await.err(),
            withdraw_invitation(&curator, id).await.err(),
        ] {
            assert_eq!(fault.unwrap().kind, FaultKind::Forbidden);
        }
    }
}

#[tokio::test]
async fn guessing_at_an_invited_account_is_limited_like_signing_in() {
    for (app, first) in each().await {
        person(&app, first, "ada@example.org", Role::Scientist).await;
        let second = testing::organization(&app, "Somebody else's").await;
        let admin = testing::member_ctx(&app, second, Role::Admin).await;
        let link = invite(&admin, to("ada@example.org")).await.unwrap();
        let mut last = FaultKind::Forbidden;
        for _ in 0..7 {
            last = accepts(&app, &link.url, "wrong horse battery").await.unwrap_err().kind;
        }
        assert_eq!(last, FaultKind::Limited);
    }
}

#[tokio::test]
async fn two_accounts_are_not_made_of_one_address() {
    for (app, first) in each().await {
        let second = testing::organization(&app, "Somebody else's").await;
        let here = testing::member_ctx(&app, first, Role::Admin).await;
        let there = testing::member_ctx(&app, second, Role::Admin).await;
        let one = invite(&here, to("ada@example.org")).await.unwrap();
        let other = invite(&there, to("ada@example.org")).await.unwrap();
        // Whichever makes the account, the other code needs its password.
        let (first_in, second_in) = tokio::join!(accepts(&app, &one.url, NEW), accepts(&app, &other.url, PASSWORD));
        assert_eq!(usize::from(first_in.is_ok()) + usize::from(second_in.is_ok()), 1, "{first_in:?} {second_in:?}");
        let (password, left) = if first_in.is_ok() { (NEW, &other.url) } else { (PASSWORD, &one.url) };
        accepts(&app, left, password).await.unwrap();
        assert_eq!(signs_in(&app, "ada@example.org", password).await.unwrap().me.memberships.len(), 2);
    }
}
