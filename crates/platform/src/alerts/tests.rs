use super::*;
use crate::db::tests::each_engine;
use crate::testing::{self, member_ctx};
use crate::{Deployment, audit};
use chorale_model::alerts::{AlertState, AlertsWanted, AnswerAlert};
use chorale_model::audit::AuditFilter;
use chorale_model::{FaultKind, Time};
use std::sync::{Arc, Mutex};

fn new(topic: &str, message: &str, hears: Role) -> NewAlert {
    NewAlert {
        topic: topic.into(),
        kind: AlertKind::Precision,
        subject: "Disease of Biopsies".into(),
        message: message.into(),
        link: "/automatic".into(),
        hears,
    }
}

async fn raised(app: &Arc<Deployment>, organization: OrganizationId, alert: NewAlert) {
    let ctx = Ctx::system(app.clone(), Some(organization));
    let inner = ctx.clone();
    ctx.db().write(move |tx| Box::pin(async move { raise(tx, &inner, organization, alert).await })).await.unwrap();
    app.clock.advance(Time::SECOND);
}

async fn list(ctx: &Ctx, state: AlertsWanted) -> Vec<Alert> {
    list_alerts(ctx, AlertFilter { state }, PageRequest::default()).await.unwrap().items
}

fn saying(why: &str) -> AnswerAlert {
    AnswerAlert { why: why.into() }
}

#[tokio::test]
async fn an_alert_is_one_until_somebody_resolves_it_and_whoever_raised_it_hears() {
    for db in each_engine().await {
        let heard: Arc<Mutex<Vec<Resolved>>> = Arc::default();
        let hears = heard.clone();
        let app = testing::deployment_of(db, move |app| {
            app.with_room(Listeners::default().with(move |_, _, resolved| {
                hears.lock().unwrap().push(resolved.clone());
                Box::pin(async { Ok(()) })
            }))
        });
        let organization = testing::organization(&app, "own").await;
        let curator = member_ctx(&app, organization, Role::Curator).await;
        raised(&app, organization, new("automatic/a", "12 of 20", Role::Curator)).await;
        raised(&app, organization, new("automatic/a", "13 of 21", Role::Curator)).await;
        raised(&app, organization, new("automatic/b", "1 of 20", Role::Curator)).await;
        let found = list(&curator, AlertsWanted::Unresolved).await;
        let told: Vec<&str> = found.iter().map(|alert| alert.message.as_str()).collect();
        assert_eq!(told, ["1 of 20", "13 of 21"], "the same is told once, as it was seen last");
        let alert = &found[1];
        assert!(alert.seen_at > alert.opened_at && alert.state == AlertState::Open, "{alert:?}");
        assert_eq!(count_unresolved(&curator).await.unwrap(), 2);

        let taken = acknowledge(&curator, alert.id, saying("")).await.unwrap();
        assert_eq!((taken.state, count_unresolved(&curator).await.unwrap()), (AlertState::Acknowledged, 2));
        let twice = acknowledge(&curator, alert.id, saying("")).await.unwrap_err();
        assert!(twice.kind == FaultKind::Conflict && twice.message.contains("looked after"), "{twice:?}");
        let silent = resolve(&curator, alert.id, saying("  ")).await.unwrap_err();
        assert_eq!(silent.fields[0].field, "why");
        assert!(heard.lock().unwrap().is_empty());
        app.clock.advance(Time::SECOND);
        let done = resolve(&curator, alert.id, saying("a list was mapped wrongly")).await.unwrap();
        assert_eq!(done.resolved.unwrap().why, "a list was mapped wrongly");
        assert_eq!(*heard.lock().unwrap(), [Resolved { organization, topic: "automatic/a".into() }]);
        let late = resolve(&curator, alert.id, saying("me too")).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict);
        assert_eq!(heard.lock().unwrap().len(), 1);

        // Seen again, it is another alert.
        raised(&app, organization, new("automatic/a", "5 of 9", Role::Curator)).await;
        let again = find_unresolved(&curator, "automatic/a").await.unwrap().unwrap();
        assert!(again.id != alert.id && again.acknowledged.is_none(), "{again:?}");
        assert_eq!(list(&curator, AlertsWanted::Resolved).await.len(), 1);
        assert_eq!(list(&curator, AlertsWanted::All).await.len(), 3);
        let admin = member_ctx(&app, organization, Role::Admin).await;
        let log = audit::list_rows(&admin, AuditFilter::default(), PageRequest::default()).await.unwrap().items;
        let about: Vec<&str> =
            log.iter().map(|row| row.action.as_str()).filter(|action| action.starts_with("alert.")).collect();
        assert_eq!(about, ["alert.resolved", "alert.acknowledged"]);
    }
}

#[tokio::test]
async fn who_is_not_to_hear_of_an_alert_sees_none() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let organization = testing::organization(&app, "own").await;
        let other = testing::organization(&app, "other").await;
        raised(&app, organization, new("automatic/a", "of curators", Role::Curator)).await;
        raised(&app, organization, new("automatic/b", "of admins", Role::Admin)).await;
        let [scientist, curator, admin] = [
            member_ctx(&app, organization, Role::Scientist).await,
            member_ctx(&app, organization, Role::Curator).await,
            member_ctx(&app, organization, Role::Admin).await,
        ];
        let stranger = member_ctx(&app, other, Role::Admin).await;
        let mut counts = Vec::new();
        for ctx in [&scientist, &curator, &admin, &stranger] {
            counts.push((count_unresolved(ctx).await.unwrap(), list(ctx, AlertsWanted::All).await.len()));
        }
        assert_eq!(counts, [(0, 0), (1, 1), (2, 2), (0, 0)]);
        let of_admins = list(&admin, AlertsWanted::All).await[0].id;
        for ctx in [&scientist, &curator, &stranger] {
            assert_eq!(load_alert(ctx, of_admins).await.unwrap_err().kind, FaultKind::Missing);
        }
        for ctx in [&curator, &stranger] {
            assert_eq!(resolve(ctx, of_admins, saying("no")).await.unwrap_err().kind, FaultKind::Missing);
            assert_eq!(acknowledge(ctx, of_admins, saying("")).await.unwrap_err().kind, FaultKind::Missing);
        }
        assert_eq!(resolve(&scientist, of_admins, saying("no")).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(load_alert(&admin, of_admins).await.unwrap().state, AlertState::Open, "it stays as it was");
    }
}
