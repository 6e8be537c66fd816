use super::*;
use crate::db::{sql as statement, tests::each_engine};
use crate::objects::Key;
use crate::{Deployment, identity, jobs, testing};
use chorale_model::FaultKind;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// An organization of each engine with `rows` sealed rows of its admin, numbered from 1; creating it and the admin
/// left rows 1 to 3.
async fn each(rows: i64) -> Vec<(Arc<Deployment>, Ctx)> {
    let mut all = Vec::new();
    for db in each_engine().await {
        let app = testing::deployment(db);
        let organization = testing::organization(&app, "a").await;
        app.clock.advance(Time::SECOND);
        let operator = Ctx::operator(app.clone(), Some(organization));
        let made = identity::create_user_without_password(&operator, "ada@x.org", organization, Role::Admin).await;
        let ada = made.unwrap().member;
        app.clock.advance(Time::SECOND);
        let admin = identity::enter(&operator, ada.user, organization).await.unwrap();
        app.clock.advance(Time::SECOND);
        assert_eq!(seal(&app).await.unwrap(), 3, "organization.created, member.added, session.started");
        for n in 3..rows {
            write(&admin, &format!("sample.renamed_{}", n + 1)).await;
            app.clock.advance(Time::SECOND);
        }
        seal(&app).await.unwrap();
        all.push((app, admin));
    }
    all
}

async fn write(ctx: &Ctx, action: &str) {
    let (inside, action) = (ctx.clone(), action.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(
                async move { record(tx, &inside, &action, "sample", "s1", json!({"title": "Ünïcode: 1:2,"})).await },
            )
        })
        .await
        .unwrap();
}

/// What somebody with the database's password does.
async fn tamper(app: &Deployment, text: &'static str) {
    let changed = app.db.write(move |tx| Box::pin(async move { statement(text).run(tx).await })).await.unwrap();
    assert!(changed > 0, "{text}");
}

#[tokio::test]
async fn a_row_says_who_did_what_and_goes_with_its_mutation() {
    for (app, admin) in each(3).await {
        write(&admin, "sample.renamed").await;
        let inside = admin.clone();
        let undone: Result<(), Fault> = app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    record(tx, &inside, "sample.deleted", "sample", "s1", json!({})).await?;
                    Err(Fault::conflict("no"))
                })
            })
            .await;
        assert!(undone.is_err());
        let page = list_rows(&admin, AuditFilter::default(), PageRequest::default()).await.unwrap();
        let row = &page.items[0];
        assert_eq!((&*row.action, &*row.object_kind, &*row.object), ("sample.renamed", "sample", "s1"));
        assert_eq!((&*row.actor_kind, row.actor), ("user", admin.user().map(|user| user.0)));
        assert_eq!((&row.actor_name, row.at, &*row.request_id), (&admin.actor_name(), app.clock.now(), "test"));
        assert_eq!(row.detail, json!({"title": "Ünïcode: 1:2,"}));
        assert_eq!((row.position, page.items.len()), (None, 4));
    }
}

#[tokio::test]
async fn the_platform_itself_leaves_no_row_and_nobody_is_refused() {
    for (app, admin) in each(3).await {
        write(&Ctx::system(app.clone(), admin.scope), "sample.renamed").await;
        assert_eq!(head(&admin).await.unwrap().unsealed, 0);
        let mut nobody = Ctx::anonymous(app.clone(), "r".into(), String::new());
        nobody.scope = admin.scope;
        let fault = app
            .db
            .write(move |tx| Box::pin(async move { record(tx, &nobody, "a.b", "c", "d", json!({})).await }))
            .await
            .unwrap_err();
        assert_eq!(fault.kind, FaultKind::Internal);
    }
}

#[tokio::test]
async fn the_log_is_paged_and_narrowed_and_stays_at_home() {
    for (app, admin) in each(10).await {
        let list = |filter: AuditFilter| {
            let admin = admin.clone();
            async move {
                let page = list_rows(&admin, filter, PageRequest::default()).await.unwrap();
                page.items.into_iter().filter_map(|row| row.position).collect::<Vec<_>>()
            }
        };
        let none = AuditFilter::default;
        assert_eq!(list(none()).await, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(list(AuditFilter { action: Some("sample".into()), ..none() }).await, [10, 9, 8, 7, 6, 5, 4]);
        assert_eq!(list(AuditFilter { action: Some("member.added".into()), ..none() }).await, [2]);
        assert_eq!(list(AuditFilter { action: Some("memb%".into()), ..none() }).await, [0; 0]);
        assert_eq!(list(AuditFilter { actor: Some("operator".into()), ..none() }).await, [2, 1]);
        let id = admin.user().map(|user| user.to_string());
        assert_eq!(list(AuditFilter { actor: id.clone(), ..none() }).await, [10, 9, 8, 7, 6, 5, 4, 3]);
        assert_eq!(list(AuditFilter { object: id, ..none() }).await, [2]);
        let (from, to) = (Some(testing::START.plus(Time::SECOND)), Some(testing::START.plus(4 * Time::SECOND)));
        assert_eq!(list(AuditFilter { from, to, ..none() }).await, [4, 3, 2]);

        let mut cursor = None;
        let mut seen = 0;
        loop {
            let page = list_rows(&admin, none(), PageRequest { cursor, limit: Some(3) }).await.unwrap();
            seen += page.items.len();
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, 10);

        let other = testing::organization(&app, "b").await;
        let stranger = testing::member_ctx(&app, other, Role::Admin).await;
        let theirs = list_rows(&stranger, none(), PageRequest::default()).await.unwrap();
        assert!(theirs.items.iter().all(|row| row.position.is_none()), "only their own, which nobody sealed yet");
        let curator = testing::member_ctx(&app, other, Role::Curator).await;
        assert_eq!(list_rows(&curator, none(), PageRequest::default()).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(verify(&curator).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}

/// Written from the definition in `chain`'s head alone, as an outsider would.
fn recomputed(organization: OrganizationId, row: &AuditRow, before: &str) -> String {
    let fields = [
        row.position.unwrap().to_string(),
        organization.to_string(),
        row.id.to_string(),
        row.at.0.to_string(),
        row.actor_kind.clone(),
        row.actor.map(|actor| actor.to_string()).unwrap_or_default(),
        row.actor_name.clone(),
        row.action.clone(),
        row.object_kind.clone(),
        row.object.clone(),
        row.detail.to_string(),
        row.request_id.clone(),
    ];
    let text: String = fields.iter().map(|field| format!("{}:{field},", field.len())).collect();
    hex::encode(Sha256::digest(format!("{before}{text}")))
}

#[tokio::test]
async fn an_outsider_can_recompute_the_chain_from_the_listed_rows() {
    for (_, admin) in each(6).await {
        let mut rows = list_rows(&admin, AuditFilter::default(), PageRequest::default()).await.unwrap().items;
        rows.reverse();
        let mut hash = "0".repeat(64);
        for row in &rows {
            hash = recomputed(admin.scope.unwrap(), row, &hash);
            assert_eq!(row.hash.as_ref(), Some(&hash));
        }
        let head = head(&admin).await.unwrap();
        assert_eq!((head.position, head.hash), (6, hash));
    }
}

#[tokio::test]
async fn an_untouched_chain_of_several_pages_is_intact() {
    for (app, admin) in each(3).await {
        // more than two pages of the check and ten batches of the seal
        let inside = admin.clone();
        app.db
            .write(move |tx| {
                Box::pin(async move {
                    for _ in 0..2_100 {
                        record(tx, &inside, "sample.renamed", "sample", "s1", json!({})).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
        assert_eq!(head(&admin).await.unwrap().unsealed, 2_100);
        assert_eq!(seal(&app).await.unwrap(), 2_100);
        assert_eq!(seal(&app).await.unwrap(), 0);
        let check = verify(&admin).await.unwrap();
        assert_eq!((check.intact, check.checked, check.broken_at), (true, 2_103, None));
        assert_eq!((check.head.position, check.head.unsealed), (2_103, 0));
    }
}

#[tokio::test]
async fn two_workers_that_seal_at_once_make_one_chain() {
    for (app, admin) in each(3).await {
        for _ in 0..30 {
            write(&admin, "sample.renamed").await;
        }
        let sealed = futures::future::join_all((0..4).map(|_| seal(&app))).await;
        let total: u64 = sealed.into_iter().map(Result::unwrap).sum();
        assert_eq!(total, 30);
        assert!(verify(&admin).await.unwrap().intact);
    }
}

#[tokio::test]
async fn a_changed_row_shows_whatever_was_changed() {
    for change in [
        "update audit_log set detail = '{}' where position = 4",
        "update audit_log set actor_name = 'somebody' where position = 4",
        "update audit_log set actor = null where position = 4",
        "update audit_log set at = at + 1 where position = 4",
        "update audit_log set object = object || ',', object_kind = object_kind where position = 4",
        "update audit_log set request_id = '' where position = 4",
        "update audit_log set hash = 'x' where position = 4",
        "update audit_log set hash = null where position = 4",
        "update audit_log set position = null where position = 4",
        "delete from audit_log where position = 4",
    ] {
        for (app, admin) in each(6).await {
            tamper(&app, change).await;
            let check = verify(&admin).await.unwrap();
            assert_eq!((check.intact, check.checked, check.broken_at), (false, 3, Some(4)), "{change}");
        }
    }
}

#[tokio::test]
async fn a_cut_tail_shows_by_the_head_kept_here_and_the_one_kept_elsewhere() {
    for (app, admin) in each(6).await {
        let exported = head(&admin).await.unwrap();
        let object = Key::audit_head(admin.scope.unwrap(), 6);
        let object = app.objects.get(object.as_str()).await.unwrap();
        let object: serde_json::Value = serde_json::from_slice(&object).unwrap();
        assert_eq!((&object["position"], &object["hash"]), (&json!(6), &json!(exported.hash)));
        assert!(verify_against(&admin, 6, &exported.hash).await.unwrap().intact);

        tamper(&app, "delete from audit_log where position > 4").await;
        assert_eq!(verify(&admin).await.unwrap().broken_at, Some(5));

        // Who also moves the head back passes the check here, but not against the exported one.
        tamper(&app, "update audit_heads set position = 4, hash = (select hash from audit_log a where a.position = 4)")
            .await;
        assert!(verify(&admin).await.unwrap().intact);
        let check = verify_against(&admin, 6, &exported.hash).await.unwrap();
        assert_eq!((check.intact, check.broken_at), (false, Some(5)));

        // Nor does it help to let the platform seal other rows in their place.
        write(&admin, "sample.renamed").await;
        write(&admin, "sample.renamed").await;
        seal(&app).await.unwrap();
        assert!(verify(&admin).await.unwrap().intact);
        let check = verify_against(&admin, 6, &exported.hash).await.unwrap();
        assert_eq!((check.intact, check.broken_at), (false, Some(6)));
    }
}

#[tokio::test]
async fn a_head_moved_back_alone_shows() {
    for (app, admin) in each(6).await {
        tamper(&app, "update audit_heads set position = 4, hash = (select hash from audit_log a where a.position = 4)")
            .await;
        assert_eq!(verify(&admin).await.unwrap().broken_at, Some(5));
    }
}

#[tokio::test]
async fn an_exported_head_must_look_like_one() {
    for (_, admin) in each(3).await {
        let hash = "0".repeat(64);
        assert_eq!(verify_against(&admin, 0, &hash).await.unwrap_err().fields[0].field, "position");
        assert_eq!(verify_against(&admin, 1, "zz").await.unwrap_err().fields[0].field, "hash");
        assert_eq!(verify_against(&admin, 1, &hash).await.unwrap().broken_at, Some(1));
    }
}

#[tokio::test]
async fn the_schedule_seals_and_a_missed_export_is_made_up_for() {
    for (app, admin) in each(3).await {
        write(&admin, "sample.renamed").await;
        let ctx = Ctx::system(app.clone(), None);
        jobs::ensure_schedule(&ctx, "audit", crate::identity::Seal::KIND, json!({}), 60).await.unwrap();
        app.clock.advance(Time::MINUTE);
        jobs::run_until_idle(&app, &[Arc::new(crate::identity::Seal)]).await.unwrap();
        let object = Key::audit_head(admin.scope.unwrap(), 4);
        assert!(app.objects.exists(object.as_str()).await.unwrap());

        // as if the process had been killed between the seal and the export
        app.objects.delete(object.as_str()).await.unwrap();
        tamper(&app, "update audit_heads set exported_position = 3").await;
        assert_eq!(seal(&app).await.unwrap(), 0);
        assert!(app.objects.exists(object.as_str()).await.unwrap());
    }
}
