//! The library of this process: loaded once, shared by everybody, replaced when another set is in use. Every look-up
//! asks the database for one row, so that what another process installs is seen at once.

use super::cache::{self, Unreadable};
use super::{prepare, sql};
use crate::{Ctx, Deployment};
use chorale_model::Fault;
use chorale_ontology::Library;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What this process holds of the ontologies.
pub struct State {
    pub(super) cache: PathBuf,
    held: Mutex<Held>,
    /// One preparation at a time.
    pub(super) preparing: tokio::sync::Mutex<()>,
    /// One comparison of two releases at a time.
    pub(super) comparing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Held {
    loaded: Option<(String, Arc<Library>)>,
    /// Whoever asks for a set while it is being loaded waits for that.
    loading: Option<(String, Loading)>,
}

type Loading = Shared<BoxFuture<'static, Result<Arc<Library>, Fault>>>;

/// How often a set that turns out to be lost, or another one by then, is tried again.
const TRIES: usize = 5;

impl State {
    /// With the folder of local copies.
    pub fn new(cache: PathBuf) -> Self {
        State {
            cache,
            held: Mutex::default(),
            preparing: tokio::sync::Mutex::default(),
            comparing: tokio::sync::Mutex::default(),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, fingerprint: &str) -> Option<Arc<Library>> {
        self.held().loaded.as_ref().filter(|(loaded, _)| loaded == fingerprint).map(|(_, library)| library.clone())
    }

    fn any(&self) -> Option<Arc<Library>> {
        self.held().loaded.as_ref().map(|(_, library)| library.clone())
    }

    /// Answers from now on.
    pub(super) fn hold(&self, fingerprint: String, library: Arc<Library>) {
        self.held().loaded = Some((fingerprint, library));
    }
}

/// The prepared set in use, for whoever asks what a name means. It costs one row while nothing changes. While another
/// set is being prepared, the one before it answers; a process that holds none waits, or prepares it itself.
pub async fn library(app: &Arc<Deployment>) -> Result<Arc<Library>, Fault> {
    let state = app.room::<State>();
    let current = sql::find_current(&app.db).await?;
    if let Some(library) = state.find(&current.fingerprint) {
        return Ok(library);
    }
    if !current.is_ready()
        && let Some(before) = state.any()
    {
        return Ok(before);
    }
    let loading = {
        let mut held = state.held();
        match &held.loading {
            Some((fingerprint, loading)) if *fingerprint == current.fingerprint => loading.clone(),
            _ => {
                let loading = begin(app.clone(), current.fingerprint.clone());
                held.loading = Some((current.fingerprint, loading.clone()));
                loading
            }
        }
    };
    loading.await
}

/// Loads in a task of its own: whoever waits may go away.
fn begin(app: Arc<Deployment>, asked: String) -> Loading {
    let task = tokio::spawn(async move {
        let loaded = load(&app).await;
        let state = app.room::<State>();
        let mut held = state.held();
        if held.loading.as_ref().is_some_and(|(fingerprint, _)| *fingerprint == asked) {
            held.loading = None;
        }
        let (fingerprint, library) = loaded?;
        held.loaded = Some((fingerprint, library.clone()));
        Ok(library)
    });
    async move { task.await.unwrap_or_else(|e| Err(Fault::internal("loading the ontologies", e))) }.boxed().shared()
}

/// The set in use with its fingerprint, prepared first where it must be.
pub(super) async fn load(app: &Arc<Deployment>) -> Result<(String, Arc<Library>), Fault> {
    let state = app.room::<State>();
    for _ in 0..TRIES {
        let current = sql::find_current(&app.db).await?;
        if current.fingerprint.is_empty() {
            return Ok((current.fingerprint, Arc::default()));
        }
        let Some(set) = current.set else {
            let ctx = Ctx::system(app.clone(), None);
            match prepare::make(&ctx, None).await? {
                Some(made) => return Ok(made),
                None => continue,
            }
        };
        match cache::open(app, &state.cache, &set).await {
            Ok(library) => return Ok((current.fingerprint, Arc::new(library))),
            Err(Unreadable::Away(fault)) => {
                tracing::warn!(%fault, "the prepared ontologies cannot be loaded now");
                return Err(Fault::busy("the ontologies cannot be loaded at this moment; try again in a moment"));
            }
            Err(Unreadable::Lost(fault)) => {
                tracing::error!(%fault, "the prepared ontologies are lost; they are prepared again from their releases");
                let now = app.clock.now();
                app.db
                    .write(move |tx| Box::pin(async move { sql::delete_set(tx, &set.object_key, now).await }))
                    .await?;
            }
        }
    }
    Err(Fault::busy("the ontologies change faster than they can be loaded; try again in a moment"))
}
