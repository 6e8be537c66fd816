//! The context of a request or a job: what it may reach, who asks, for which organization. Made once; nothing else
//! asks for the time, an id or the tenant.

mod clock;
mod ids;

pub use clock::Clock;
pub use ids::Ids;

use crate::{Db, objects::Objects};
use chorale_model::{Fault, OrganizationId, Role, SessionId, Time, TokenId, UserId};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What every request of this process shares.
pub struct Deployment {
    pub db: Db,
    pub objects: Objects,
    pub clock: Clock,
    pub ids: Ids,
    pub settings: Settings,
    /// State that a room keeps in this process (caches, wake-ups), found by its type.
    rooms: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

/// What the rooms need to know of the settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Local folder for caches and work in progress; losing it loses nothing.
    pub cache_dir: PathBuf,
    /// As in a browser's address bar, without a slash at the end.
    pub public_url: String,
    /// Where accessions are fetched from, in GEO's own folder layout: https://… or file://…
    pub geo_base_url: String,
    pub quota_stored_bytes: i64,
    pub quota_samples: i64,
    pub quota_running_jobs: i64,
    pub quota_queued_jobs: i64,
    /// The largest file that an import takes, in bytes.
    pub max_upload_bytes: i64,
    /// Hosts and networks that webhooks may reach although they are private, or by plain http.
    pub webhook_hosts: Vec<String>,
    /// Objects that nothing uses are removed after so many days: longer than any backup is kept.
    pub unused_objects_days: i64,
    /// Runs, logged models and experiments that were deleted can be restored for so many days.
    pub deleted_days: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            cache_dir: PathBuf::from("data/cache"),
            public_url: "http://127.0.0.1:3000".into(),
            geo_base_url: "https://ftp.ncbi.nlm.nih.gov/geo/".into(),
            quota_stored_bytes: 1 << 40,
            quota_samples: 50_000_000,
            quota_running_jobs: 4,
            quota_queued_jobs: 10_000,
            max_upload_bytes: 4 << 30,
            webhook_hosts: Vec::new(),
            unused_objects_days: 30,
            deleted_days: 30,
        }
    }
}

impl Deployment {
    pub fn new(db: Db, objects: Objects, clock: Clock, ids: Ids, settings: Settings) -> Self {
        Deployment { db, objects, clock, ids, settings, rooms: HashMap::new() }
    }

    /// Gives a room its state, before the deployment is shared.
    pub fn with_room<T: Any + Send + Sync>(mut self, state: T) -> Self {
        self.rooms.insert(TypeId::of::<T>(), Arc::new(state));
        self
    }

    /// The state that [`Self::with_room`] was given, for a room that works without.
    pub fn find_room<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.rooms.get(&TypeId::of::<T>()).and_then(|state| state.clone().downcast::<T>().ok())
    }

    /// The state that [`Self::with_room`] was given.
    pub fn room<T: Any + Send + Sync>(&self) -> Arc<T> {
        self.find_room::<T>().expect("every room's state is given when the deployment is made")
    }
}

/// Who asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Actor {
    Anonymous,
    /// A person in a browser.
    User {
        user: UserId,
        session: SessionId,
        role: Role,
        email: String,
        operator: bool,
    },
    /// A program with an API token.
    Token {
        token: TokenId,
        user: Option<UserId>,
        role: Role,
        name: String,
    },
    /// The command line of whoever runs the deployment.
    Operator,
    /// A job of the platform itself.
    System,
}

#[derive(Clone)]
pub struct Ctx {
    pub app: Arc<Deployment>,
    pub actor: Actor,
    /// The organization that every statement is limited to; absent for anonymous requests and deployment-wide jobs.
    pub scope: Option<OrganizationId>,
    pub request_id: String,
    /// The client's address, for sign-in limits and the session list.
    pub address: String,
}

impl Ctx {
    pub fn anonymous(app: Arc<Deployment>, request_id: String, address: String) -> Self {
        Ctx { app, actor: Actor::Anonymous, scope: None, request_id, address }
    }

    /// For the platform's own work on `scope`.
    pub fn system(app: Arc<Deployment>, scope: Option<OrganizationId>) -> Self {
        Ctx { app, actor: Actor::System, scope, request_id: String::new(), address: String::new() }
    }

    /// For the command line.
    pub fn operator(app: Arc<Deployment>, scope: Option<OrganizationId>) -> Self {
        Ctx { app, actor: Actor::Operator, scope, request_id: "cli".into(), address: String::new() }
    }

    pub fn db(&self) -> &Db {
        &self.app.db
    }

    pub fn now(&self) -> Time {
        self.app.clock.now()
    }

    pub fn role(&self) -> Option<Role> {
        match &self.actor {
            Actor::User { role, .. } | Actor::Token { role, .. } => Some(*role),
            Actor::Operator | Actor::System => Some(Role::Admin),
            Actor::Anonymous => None,
        }
    }

    pub fn user(&self) -> Option<UserId> {
        match &self.actor {
            Actor::User { user, .. } => Some(*user),
            Actor::Token { user, .. } => *user,
            _ => None,
        }
    }

    /// How rows name the actor: an e-mail address, a token's name, `operator`, `system`.
    pub fn actor_name(&self) -> String {
        match &self.actor {
            Actor::User { email, .. } => email.clone(),
            Actor::Token { name, .. } => name.clone(),
            Actor::Operator => "operator".into(),
            Actor::System => "system".into(),
            Actor::Anonymous => "anonymous".into(),
        }
    }

    /// The organization, for an actor who has at least `role` in it. Every verb begins with this.
    pub fn require(&self, role: Role) -> Result<OrganizationId, Fault> {
        let organization = self.scope.ok_or_else(Fault::unauthenticated)?;
        match self.role() {
            None => Err(Fault::unauthenticated()),
            Some(own) if own < role => Err(Fault::forbidden(format!(
                "this needs the role {role}, yours is {own}; ask an admin of the organization"
            ))),
            Some(_) => Ok(organization),
        }
    }

    /// For what only whoever runs the deployment may do.
    pub fn require_operator(&self) -> Result<(), Fault> {
        match self.actor {
            Actor::Operator | Actor::System | Actor::User { operator: true, .. } => Ok(()),
            Actor::Anonymous => Err(Fault::unauthenticated()),
            _ => Err(Fault::forbidden("this needs an operator of the deployment")),
        }
    }
}
