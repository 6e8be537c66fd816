//! Who may stop and repeat which jobs.

use super::*;
use crate::Actor;
use chorale_model::{Role, SessionId, UserId};

/// A signed-in member of the organization in `ctx`.
fn member(ctx: &Ctx, role: Role) -> Ctx {
    let (user, session) = (UserId(ctx.app.ids.uuid()), SessionId(ctx.app.ids.uuid()));
    let actor = Actor::User { user, session, role, email: format!("{role}@example.org"), operator: false };
    Ctx { actor, ..ctx.clone() }
}

#[tokio::test]
async fn what_admins_start_is_theirs_to_stop_and_repeat() {
    for (_, [ctx, _]) in each_deployment().await {
        let (curator, admin) = (member(&ctx, Role::Curator), member(&ctx, Role::Admin));
        let export = put(&ctx, NewJob::new("organization.export", "Export", json!({}))).await;
        assert_eq!(cancel_job(&curator, export).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(load_job(&ctx, export).await.unwrap().state, JobState::Queued);
        assert_eq!(cancel_job(&admin, export).await.unwrap().state, JobState::Cancelled);
        assert_eq!(retry_job(&curator, export).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(retry_job(&admin, export).await.unwrap().state, JobState::Queued);

        let import = put(&ctx, obey("succeed")).await;
        let scientist = member(&ctx, Role::Scientist);
        assert_eq!(cancel_job(&scientist, import).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(cancel_job(&curator, import).await.unwrap().state, JobState::Cancelled);
    }
}

#[tokio::test]
async fn nobody_stops_what_keeps_search_up_to_date() {
    for (_, [ctx, _]) in each_deployment().await {
        let index = put(&ctx, NewJob::new("index", "Bring search up to date", json!({}))).await;
        for asker in [member(&ctx, Role::Curator), member(&ctx, Role::Admin), ctx.clone()] {
            let fault = cancel_job(&asker, index).await.unwrap_err();
            assert_eq!(fault.kind, FaultKind::Conflict);
        }
        assert_eq!(load_job(&ctx, index).await.unwrap().state, JobState::Queued);
    }
}
