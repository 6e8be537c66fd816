//! Watchers: what they are told, and when it is over.

use super::*;

async fn forget(app: &Arc<Deployment>, id: JobId) {
    app.db
        .write(move |tx| {
            Box::pin(async move {
                statement("delete from job_files where job = $1").bind(id).run(&mut *tx).await?;
                statement("delete from jobs where id = $1").bind(id).run(tx).await
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_watcher_is_told_once_that_its_job_is_gone() {
    for (app, [ctx, _]) in each_deployment().await {
        let id = put(&ctx, obey("succeed")).await;
        let mut seen = watch(&ctx, id).await.unwrap();
        assert_eq!(seen.next().await.unwrap().unwrap().state, JobState::Queued);
        forget(&app, id).await;
        assert_eq!(seen.next().await.unwrap().unwrap_err().kind, FaultKind::Missing);
        assert!(seen.next().await.is_none(), "{}", app.db.engine());
    }
}

#[tokio::test]
async fn a_watcher_of_all_jobs_is_told_of_its_own_organizations_changes_alone() {
    for (app, [ctx, other]) in each_deployment().await {
        let first = put(&ctx, obey("succeed").with_files(vec!["a.soft".into(), "b.soft".into()])).await;
        app.clock.advance(Time::SECOND);
        let mut seen = watch_all(&ctx).await.unwrap();
        let mut next = async || seen.next().await.unwrap().unwrap();
        let told = next().await;
        let files: Vec<_> = told.files.iter().map(|file| &*file.name).collect();
        assert_eq!((told.id, files), (first, vec!["a.soft", "b.soft"]));
        put(&other, obey("succeed").with_files(vec!["theirs.soft".into()])).await;
        let second = put(&ctx, obey("succeed")).await;
        let told = next().await;
        assert_eq!((told.id, told.files.len()), (second, 0), "{}", app.db.engine());
        cancel_job(&ctx, first).await.unwrap();
        let told = next().await;
        assert_eq!((told.id, told.state), (first, JobState::Cancelled), "{}", app.db.engine());
    }
}

#[tokio::test]
async fn a_place_is_held_until_its_watcher_is_gone() {
    for (app, [ctx, _]) in each_deployment().await {
        let id = put(&ctx, obey("succeed")).await;
        let user = chorale_model::UserId(app.ids.uuid());
        let token = chorale_model::TokenId(app.ids.uuid());
        let role = chorale_model::Role::Scientist;
        let by_token =
            Ctx { actor: crate::Actor::Token { token, user: Some(user), role, name: "t".into() }, ..ctx.clone() };
        let mut held = Vec::new();
        let fault = loop {
            match watch(&by_token, id).await {
                Ok(watcher) => held.push(watcher),
                Err(fault) => break fault,
            }
        };
        assert_eq!((fault.kind, held.len()), (FaultKind::Limited, 32));
        assert!(watch_all(&by_token).await.is_err(), "either kind counts");
        assert!(watch(&ctx, id).await.is_ok(), "the operator is not counted");
        held.pop();
        assert!(watch(&by_token, id).await.is_ok());
    }
}
