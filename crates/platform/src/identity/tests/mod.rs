//! Every verb of identity, on both engines, on a clock that is moved by hand.

mod invitations;
mod people;
mod sign_in;
mod tokens;

use super::*;
use crate::db::tests::each_engine;
use crate::testing;
use crate::{Ctx, Deployment};
use chorale_model::OrganizationId;
use chorale_model::identity::{Member, SignIn};
use chorale_model::{FaultKind, Role, Time};
use std::sync::Arc;

const PASSWORD: &str = "correct horse battery";
const FIREFOX: &str = "Mozilla/5.0 Firefox/140.0";

/// A deployment of each engine with the organization "Ada's laboratory".
async fn each() -> Vec<(Arc<Deployment>, OrganizationId)> {
    let mut all = Vec::new();
    for db in each_engine().await {
        let app = testing::deployment(db);
        let organization = testing::organization(&app, "Ada's laboratory").await;
        all.push((app, organization));
    }
    all
}

fn operator(app: &Arc<Deployment>, organization: OrganizationId) -> Ctx {
    Ctx::operator(app.clone(), Some(organization))
}

/// A request from `address` that shows nothing yet.
fn anonymous(app: &Arc<Deployment>, address: &str) -> Ctx {
    Ctx::anonymous(app.clone(), "r1".into(), address.into())
}

async fn person(app: &Arc<Deployment>, organization: OrganizationId, email: &str, role: Role) -> Member {
    let ctx = operator(app, organization);
    create_user(&ctx, email, "", organization, role, PASSWORD.into()).await.unwrap().member
}

async fn try_sign_in(ctx: &Ctx, email: &str, password: &str) -> Result<SignedIn, Fault> {
    sign_in(ctx, SignIn { email: email.into(), password: password.into() }, FIREFOX).await
}

/// The context of the next request with this session's cookie.
async fn request(app: &Arc<Deployment>, secret: &str) -> Option<Ctx> {
    authenticate_session(app, secret, "r2".into(), "192.0.2.7".into()).await.unwrap()
}
