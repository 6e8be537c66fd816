//! A deployment for tests: a manual clock, objects in a temporary folder, organizations and members without passwords.
//! Compiled for this crate's own tests and with the feature `testing`; never part of a release.

use crate::objects::Objects;
use crate::{Clock, Ctx, Db, Deployment, Ids, assembly, ctx::Settings, identity, jobs};
use chorale_model::{OrganizationId, Role, Time};
use std::sync::Arc;

/// When a test begins: 2026-03-04T09:12:00Z.
pub const START: Time = Time(1_772_615_520_000_000);

/// Passwords that are hashed at once.
const HASHING: usize = 2;

/// A deployment on `db` whose clock stands still until `app.clock.advance(…)`.
pub fn deployment(db: Db) -> Arc<Deployment> {
    deployment_with(db, |settings| settings)
}

/// As [`deployment`], with other settings.
pub fn deployment_with(db: Db, settings: impl FnOnce(Settings) -> Settings) -> Arc<Deployment> {
    Arc::new(made(db, settings))
}

/// As [`deployment`], with states of the test's own in the place of a room's.
pub fn deployment_of(db: Db, rooms: impl FnOnce(Deployment) -> Deployment) -> Arc<Deployment> {
    Arc::new(rooms(made(db, |settings| settings)))
}

fn made(db: Db, settings: impl FnOnce(Settings) -> Settings) -> Deployment {
    let folder = tempfile::tempdir().expect("a temporary folder can be made").keep();
    let objects = Objects::open(&format!("file://{}", folder.join("objects").display())).expect("the folder is local");
    let settings = settings(Settings { cache_dir: folder.join("cache"), ..Settings::default() });
    let clock = Clock::manual(START);
    assembly::rooms(Deployment::new(db, objects, clock.clone(), Ids::new(clock), settings), HASHING)
}

/// The same deployment in a new process: the database and the clock stay, everything kept in memory is gone.
pub fn restarted(app: &Deployment) -> Arc<Deployment> {
    let ids = Ids::new(app.clock.clone());
    let same = Deployment::new(app.db.clone(), app.objects.clone(), app.clock.clone(), ids, app.settings.clone());
    Arc::new(assembly::rooms(same, HASHING))
}

/// Works until no job is left, and a moment longer.
pub async fn idle(app: &Arc<Deployment>) {
    jobs::run_until_idle(app, &assembly::handlers()).await.expect("no job breaks");
    app.clock.advance(Time::SECOND);
}

/// An organization without members.
pub async fn organization(app: &Arc<Deployment>, name: &str) -> OrganizationId {
    let ctx = Ctx::operator(app.clone(), None);
    identity::create_organization(&ctx, name, false).await.expect("the name is free").id
}

/// A new person of the organization, signed in. Nobody knows a password of theirs; tests of passwords add members
/// through the verbs.
pub async fn member_ctx(app: &Arc<Deployment>, organization: OrganizationId, role: Role) -> Ctx {
    let operator = Ctx::operator(app.clone(), Some(organization));
    let email = format!("{role}-{}@example.org", app.ids.uuid().simple());
    let made = identity::create_user_without_password(&operator, &email, organization, role).await;
    let member = made.expect("the address is new").member;
    identity::enter(&operator, member.user, organization).await.expect("the member was just added")
}
