//! The annotator of an organization: the version of `harmonize` that its registry promotes beside the dictionary over the
//! ontologies in use, or the dictionary alone. Loaded once in a process and shared; whoever asks gets the one that is
//! right at that moment.

use crate::registry::{self, CHAMPION};
use crate::{Deployment, ontologies};
use chorale_annotate::Annotator;
use chorale_annotate::learned::{Learned, Terms};
use chorale_model::{Fault, OrganizationId};
use chorale_ontology::Library;
use lru::LruCache;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

/// The registered name of annotators.
pub const MODEL: &str = "harmonize";
/// The artifact of a version.
pub const ARTIFACT: &str = "annotator.bin";
/// Raised when what is kept of suggestions changes: everything is then annotated again.
const CODE: u32 = 2;
/// Annotators that stay loaded.
const KEPT: NonZeroUsize = NonZeroUsize::new(4).expect("it is not zero");

/// An annotator that is ready to work.
pub struct Engine {
    pub annotator: Annotator,
    pub library: Arc<Library>,
    /// As values show it: `harmonize-3+1a2b3c4d`, the model's version and a hash of the rules and the ontologies.
    pub version: String,
    /// By the names of trained fields.
    pub curves: HashMap<String, Curve>,
}

/// From which score on so many suggestions of a trained field are right, on studies that it was not trained on.
pub struct Curve {
    /// For the greatest F1.
    pub taken_from: f64,
    /// By precision in hundredths; none where no score reaches it.
    accepted_from: Vec<Option<f64>>,
}

impl Curve {
    fn of(learned: &Learned, field: usize) -> Curve {
        let from = |precision: u8| learned.threshold_for(field, f32::from(precision) / 100.0);
        Curve {
            taken_from: f64::from(learned.threshold(field)),
            accepted_from: (0..=100).map(|precision| from(precision).map(|(score, _)| f64::from(score))).collect(),
        }
    }

    /// The score from which on suggestions are at least so precise.
    pub fn accepted_from(&self, precision: f64) -> Option<f64> {
        let hundredths = (precision.clamp(0.0, 1.0) * 100.0).ceil() as usize;
        self.accepted_from.get(hundredths).copied().flatten()
    }
}

/// How the trained fields are called that stand for the values of a field.
pub fn trained_name(field: &str) -> &str {
    match field {
        "cell_type" => "tissue",
        "age_group" => "age",
        other => other,
    }
}

/// The annotators that this process has loaded.
pub struct Engines {
    loaded: Mutex<LruCache<Key, Arc<Engine>>>,
    /// One is loaded at a time: two would read the same bytes.
    loading: tokio::sync::Mutex<()>,
}

/// Whose it is, where it is trained, and its version.
type Key = (Option<OrganizationId>, String);

impl Default for Engines {
    fn default() -> Self {
        Engines { loaded: Mutex::new(LruCache::new(KEPT)), loading: tokio::sync::Mutex::default() }
    }
}

impl Engines {
    fn find(&self, key: &Key) -> Option<Arc<Engine>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: Key, engine: Arc<Engine>) {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).put(key, engine);
    }
}

/// The organization's annotator; None while no ontology is in use.
pub async fn engine(app: &Arc<Deployment>, organization: OrganizationId) -> Result<Option<Arc<Engine>>, Fault> {
    let promoted = registry::find_promoted(app, organization, MODEL, CHAMPION).await?.map(|found| found.version);
    engine_of(app, organization, promoted).await
}

/// The annotator that one version makes, promoted or not; without a version the dictionary alone.
pub async fn engine_of(
    app: &Arc<Deployment>,
    organization: OrganizationId,
    promoted: Option<i64>,
) -> Result<Option<Arc<Engine>>, Fault> {
    let library = ontologies::library(app).await?;
    if library.pins().is_empty() {
        return Ok(None);
    }
    let version = version_of(&library, promoted);
    // The dictionary alone is the same for everybody.
    let key = (promoted.map(|_| organization), version.clone());
    let engines = &app.room::<super::State>().engines;
    if let Some(engine) = engines.find(&key) {
        return Ok(Some(engine));
    }
    let _one_at_a_time = engines.loading.lock().await;
    if let Some(engine) = engines.find(&key) {
        return Ok(Some(engine));
    }
    let learned = match promoted {
        None => None,
        Some(version) => Some(registry::artifact(app, organization, MODEL, version, ARTIFACT).await?),
    };
    let made = tokio::task::spawn_blocking(move || load(library, learned.as_deref(), version));
    let engine = Arc::new(made.await.map_err(|e| Fault::internal("loading the annotator", e))??);
    engines.keep(key, engine.clone());
    Ok(Some(engine))
}

fn load(library: Arc<Library>, learned: Option<&[u8]>, version: String) -> Result<Engine, Fault> {
    let annotator = Annotator::new(library.clone());
    let Some(bytes) = learned else { return Ok(Engine { annotator, library, version, curves: HashMap::new() }) };
    let mut terms = Terms::of(&library);
    let learned = Learned::read(bytes, &mut terms).map_err(|e| {
        let remedy = "train it again, or promote another version";
        Fault::internal("loading the promoted annotator", format!("{e}; {remedy}"))
    })?;
    let curve = |(place, field): (usize, &chorale_annotate::learned::FieldSpec)| {
        (field.name.clone(), Curve::of(&learned, place))
    };
    let curves = learned.fields().enumerate().map(curve).collect();
    let annotator = annotator.with_learned(learned, terms, &version);
    Ok(Engine { annotator, library, version, curves })
}

fn version_of(library: &Library, promoted: Option<i64>) -> String {
    let rest = ground_of(library);
    match promoted {
        None => format!("{}+{rest}", chorale_annotate::RULES),
        Some(version) => format!("{MODEL}-{version}+{rest}"),
    }
}

/// The part of a version that says which annotator it is, whatever the ontologies were: `harmonize-3`.
pub fn annotator_of(version: &str) -> &str {
    version.split_once('+').map_or(version, |(annotator, _)| annotator)
}

/// What stands behind the `+` of a version: of the ontologies, the rules and what is kept of suggestions.
pub fn ground_of(library: &Library) -> String {
    let mut hasher = Sha256::new();
    for pin in library.pins() {
        hasher.update(pin.name.as_bytes());
        hasher.update(pin.sha256.as_bytes());
    }
    hasher.update(chorale_annotate::RULES.as_bytes());
    hasher.update(CODE.to_le_bytes());
    hex::encode(&hasher.finalize()[..4])
}
