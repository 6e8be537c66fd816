//! The import itself: experiments one after another, of each its runs some at a time, then its logged models; the registry last,
//! because its versions are made from them. A thing that came whole is marked; one of which something was left out is not, and
//! is tried again the next time.

use super::found::{FoundExperiment, FoundFile, FoundModel, FoundRegistered, FoundRun, Holder};
use super::sources;
use super::store::{Files, Store};
use super::summary::{Counted, Left, Renamed, Summary};
use crate::Ctx;
use crate::experiments::{self, BringExperiment, BringRun, Kind, LeftOut, Mark, Measured, Owner, POINTS_TOGETHER};
use crate::objects::sha256_hex;
use crate::registry::{self, BringModel, BringVersion};
use chorale_model::experiments::{ExperimentId, KeyValue, LogMetric, LoggedModel, LoggedModelId, ModelOutput, RunId};
use chorale_model::registry::Promote;
use chorale_model::{Fault, FaultKind, Role, Time};
use futures::{StreamExt, TryStreamExt};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Runs that come at the same time: their writes wait for one commit together.
const TOGETHER: usize = 8;
/// The tag that says where a version's files were, if they are not here.
const THEIR_SOURCE: &str = "chorale.imported.source";

/// Hears how far an import is, after each run, model and version.
pub type Told<'a> = &'a (dyn Fn(&Summary) + Send + Sync);

/// Brings everything that a store has. With `again`, also looks at what is marked as here whole.
///
/// # Errors
/// When the store or this deployment does not answer, or a quota is reached. What came until then is here; the next import goes
/// on behind it.
pub async fn bring(ctx: &Ctx, store: &Store, again: bool, told: Told<'_>) -> Result<Summary, Fault> {
    ctx.require(Role::Scientist)?;
    let import = Import { ctx, store, address: store.address(), again, told, summary: Mutex::default() };
    for found in store.experiments().await? {
        import.experiment(found).await?;
    }
    for found in store.registered().await? {
        import.registered(found).await?;
    }
    Ok(import.summary.into_inner().unwrap_or_else(PoisonError::into_inner))
}

struct Import<'a> {
    ctx: &'a Ctx,
    store: &'a Store,
    address: String,
    again: bool,
    told: Told<'a>,
    summary: Mutex<Summary>,
}

/// An experiment, there and here.
struct Place {
    theirs: String,
    ours: ExperimentId,
    keeps_files: bool,
}

/// Whether something is wrong with the thing alone: the import goes on without it.
fn is_its_own(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Invalid | FaultKind::Missing | FaultKind::Conflict | FaultKind::TooLarge)
}

fn time(ms: Option<i64>) -> Option<Time> {
    ms.map(|ms| Time(ms.saturating_mul(1_000)))
}

impl Import<'_> {
    fn count(&self, change: impl FnOnce(&mut Summary)) {
        let mut summary = self.summary.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut summary);
        (self.told)(&summary);
    }

    fn now_ms(&self) -> i64 {
        self.ctx.now().0 / 1_000
    }

    fn left(&self, what: String, why: impl Into<String>) {
        let why = why.into();
        self.count(|summary| summary.left.push(Left { what, why }));
    }

    /// Tells what was left out of a thing; whether nothing was.
    fn whole(&self, of: &str, left: Vec<LeftOut>) -> bool {
        let whole = left.is_empty();
        for LeftOut { what, why } in left {
            self.left(format!("{of}: {what}"), why);
        }
        whole
    }

    /// What it came to, or nothing when it alone is wrong, which is told.
    fn or_left<T>(&self, what: impl FnOnce() -> String, done: Result<T, Fault>) -> Result<Option<T>, Fault> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(fault) if is_its_own(&fault) => {
                self.left(what(), fault.message);
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    async fn experiment(&self, found: FoundExperiment) -> Result<(), Fault> {
        let said = format!("experiment {} \"{}\"", found.id, found.name);
        let known = experiments::find_marks(self.ctx, &self.address, Kind::Experiment, std::slice::from_ref(&found.id));
        let known = !known.await?.is_empty();
        // A place that clients reach by themselves stays; files of every other come here.
        let new = BringExperiment {
            store: self.address.clone(),
            theirs: found.id.clone(),
            name: found.name.clone(),
            artifact_location: own_place(&found.artifact_location),
            deleted: found.deleted,
            created_ms: found.created_ms,
            updated_ms: found.updated_ms,
            tags: found.tags,
        };
        let brought = self.or_left(|| said.clone(), experiments::bring_experiment(self.ctx, new).await)?;
        let Some(brought) = brought else { return Ok(()) };
        self.whole(&said, brought.left);
        self.count(|summary| {
            summary.experiments.count(!known);
            if brought.id.to_string() != found.id || brought.name != found.name {
                let (theirs, ours) = (found.id.clone(), brought.id.to_string());
                summary.renamed.push(Renamed { theirs, ours, name: brought.name });
            }
        });
        let keeps_files = experiments::keeps_artifacts(self.ctx, brought.id).await?;
        let place = Place { theirs: found.id, ours: brought.id, keeps_files };
        let mut after = None;
        loop {
            let page = self.store.runs(&place.theirs, after.as_deref()).await?;
            let ids: Vec<String> = page.items.iter().map(|(id, _)| id.clone()).collect();
            let marks = experiments::find_marks(self.ctx, &self.address, Kind::Run, &ids).await?;
            futures::stream::iter(page.items)
                .map(Ok)
                .try_for_each_concurrent(TOGETHER, |(id, run)| self.run(&place, &marks, id, run))
                .await?;
            match page.next {
                None => break,
                next => after = next,
            }
        }
        let models = self.store.logged_models(&place.theirs).await?;
        let ids: Vec<String> = models.iter().map(|(id, _)| id.clone()).collect();
        let marks = experiments::find_marks(self.ctx, &self.address, Kind::LoggedModel, &ids).await?;
        for (id, model) in models {
            self.logged_model(&place, &marks, id, model).await?;
        }
        Ok(())
    }

    fn is_here(&self, marks: &HashMap<String, Mark>, id: &str, digest: &str) -> bool {
        !self.again && marks.get(id).is_some_and(|mark| mark.digest == digest)
    }

    async fn mark(&self, kind: Kind, theirs: &str, ours: String, digest: String) -> Result<(), Fault> {
        experiments::put_mark(self.ctx, &self.address, kind, theirs, Mark { ours, digest }).await
    }

    async fn run(
        &self,
        place: &Place,
        marks: &HashMap<String, Mark>,
        id: String,
        found: Result<FoundRun, Fault>,
    ) -> Result<(), Fault> {
        let said = || format!("run {id}");
        let Some(found) = self.or_left(said, found)? else { return Ok(()) };
        let digest = sha256_hex(format!("{found:?}").as_bytes());
        if self.is_here(marks, &id, &digest) {
            self.count(|summary| summary.runs.count(false));
            return Ok(());
        }
        let Ok(ours) = id.parse::<RunId>() else {
            self.left(said(), "its id is no 32 hexadecimal digits, as ids of runs are here");
            return Ok(());
        };
        let (new, mut whole) = self.as_ours(place, ours, &found);
        let Some(left) = self.or_left(said, experiments::bring_run(self.ctx, new).await)? else { return Ok(()) };
        whole &= self.whole(&said(), left);
        whole &= self.points(place, ours, &found).await?;
        let files = Files { experiment: &place.theirs, holder: Holder::Run(&id), uri: &found.artifact_uri };
        if place.keeps_files {
            whole &= self.files(&said(), Owner::Run(ours), files).await?;
        }
        if whole {
            self.mark(Kind::Run, &id, ours.to_string(), digest).await?;
        }
        self.count(|summary| summary.runs.count(true));
        Ok(())
    }

    /// The run as it is to be here, and whether every model that it names has an id.
    fn as_ours(&self, place: &Place, id: RunId, found: &FoundRun) -> (BringRun, bool) {
        let mut whole = true;
        let mut model = |text: &str| {
            let id = text.parse::<LoggedModelId>().ok();
            if id.is_none() {
                whole = false;
                self.left(format!("run {}: model \"{text}\"", found.id), "that is no id of a logged model");
            }
            id
        };
        let models_in = found.models_in.iter().filter_map(|text| model(text)).collect();
        let models_out = found
            .models_out
            .iter()
            .filter_map(|(text, step)| model(text).map(|model| ModelOutput { model, step: *step }));
        let models_out = models_out.collect();
        let new = BringRun {
            id,
            experiment: place.ours,
            name: found.name.clone(),
            status: found.status,
            user_id: found.user_id.clone(),
            started_ms: found.started_ms,
            ended_ms: found.ended_ms,
            // From now on: whoever looks at it here may restore it as long as what is deleted here.
            deleted_ms: found.deleted.then(|| self.now_ms()),
            params: found.params.clone(),
            tags: found.tags.clone(),
            datasets: found.datasets.clone(),
            models_in,
            models_out,
        };
        (new, whole)
    }

    /// Every point of every metric; whether all could come.
    async fn points(&self, place: &Place, ours: RunId, found: &FoundRun) -> Result<bool, Fault> {
        let (mut waiting, mut whole) = (Vec::new(), true);
        for (key, _) in &found.metrics {
            let mut from = None;
            let mut refused: Option<String> = None;
            loop {
                let page = self.store.points(&place.theirs, &found.id, key, from.as_deref()).await;
                let said = || format!("run {}: metric \"{key}\"", found.id);
                let Some(page) = self.or_left(said, page)? else {
                    whole = false;
                    break;
                };
                for point in page.items {
                    match experiments::check_point(&point) {
                        Ok(()) => waiting.push(point),
                        Err(fault) => refused = Some(fault.message),
                    }
                }
                while waiting.len() >= POINTS_TOGETHER {
                    let rest = waiting.split_off(POINTS_TOGETHER);
                    self.write_points(ours, std::mem::replace(&mut waiting, rest)).await?;
                }
                match page.next {
                    None => break,
                    next => from = next,
                }
            }
            if let Some(why) = refused {
                whole = false;
                self.left(format!("run {}: points of metric \"{key}\"", found.id), why);
            }
        }
        self.write_points(ours, waiting).await?;
        Ok(whole)
    }

    async fn write_points(&self, run: RunId, points: Vec<LogMetric>) -> Result<(), Fault> {
        if points.is_empty() {
            return Ok(());
        }
        let many = points.len() as u64;
        experiments::bring_points(self.ctx, run, points).await?;
        self.count(|summary| summary.points += many);
        Ok(())
    }

    /// Every file; whether all could come.
    async fn files(&self, said: &str, owner: Owner, of: Files<'_>) -> Result<bool, Fault> {
        let listed = self.store.files(of).await;
        let Some(listed) = self.or_left(|| format!("{said}: its files"), listed)? else { return Ok(false) };
        let mut whole = true;
        for file in listed {
            let came = self.file(owner, of, &file).await;
            match self.or_left(|| format!("{said}: file \"{}\"", file.path), came)? {
                Some(came) => self.count(|summary| {
                    summary.files.count(came.is_some());
                    summary.bytes += came.unwrap_or(0);
                }),
                None => whole = false,
            }
        }
        Ok(whole)
    }

    /// How many bytes came; none when the file was here.
    async fn file(&self, owner: Owner, of: Files<'_>, file: &FoundFile) -> Result<Option<u64>, Fault> {
        let storing = experiments::bring_artifact(self.ctx, owner, &file.path, file.size_bytes).await?;
        let Some(mut storing) = storing else { return Ok(None) };
        let mut chunks = self.store.open_file(of, &file.path).await?;
        while let Some(chunk) = chunks.try_next().await? {
            storing.write(&chunk).await?;
        }
        let size = storing.size_bytes().unsigned_abs();
        if let Some(announced) = file.size_bytes.filter(|announced| *announced != size) {
            return Err(Fault::invalid(format!(
                "{announced} bytes were announced and {size} came; it is left for the next import"
            )));
        }
        storing.finish().await?;
        Ok(Some(size))
    }

    async fn logged_model(
        &self,
        place: &Place,
        marks: &HashMap<String, Mark>,
        id: String,
        found: Result<FoundModel, Fault>,
    ) -> Result<(), Fault> {
        let said = || format!("logged model {id}");
        let Some(found) = self.or_left(said, found)? else { return Ok(()) };
        let digest = sha256_hex(format!("{found:?}").as_bytes());
        if self.is_here(marks, &id, &digest) {
            self.count(|summary| summary.logged_models.count(false));
            return Ok(());
        }
        let Ok(ours) = id.parse::<LoggedModelId>() else {
            self.left(said(), "its id is not m- and 32 hexadecimal digits, as ids of logged models are here");
            return Ok(());
        };
        let measured =
            |(run, point): &(String, LogMetric)| -> Option<Measured> { Some((run.parse().ok()?, point.clone())) };
        let metrics: Vec<Measured> = found.metrics.iter().filter_map(measured).collect();
        let created_ms = found.created_ms.or(found.updated_ms).unwrap_or_else(|| self.now_ms());
        let new = LoggedModel {
            id: ours,
            experiment: place.ours,
            name: found.name.clone(),
            model_type: found.model_type.clone(),
            source_run: found.source_run.clone(),
            status: found.status,
            deleted: found.deleted,
            created_ms,
            updated_ms: found.updated_ms.filter(|_| !found.deleted).unwrap_or_else(|| self.now_ms()),
            artifact_uri: String::new(),
            params: found.params.clone(),
            tags: found.tags.clone(),
            metrics: Vec::new(),
        };
        let left = experiments::bring_logged_model(self.ctx, new, metrics).await;
        let Some(left) = self.or_left(said, left)? else { return Ok(()) };
        let mut whole = self.whole(&said(), left);
        let files = Files { experiment: &place.theirs, holder: Holder::Model(&id), uri: &found.artifact_uri };
        if place.keeps_files {
            whole &= self.files(&said(), Owner::Model(ours), files).await?;
        }
        if whole {
            self.mark(Kind::LoggedModel, &id, ours.to_string(), digest).await?;
        }
        self.count(|summary| summary.logged_models.count(true));
        Ok(())
    }

    async fn registered(&self, found: FoundRegistered) -> Result<(), Fault> {
        let said = || format!("registered model \"{}\"", found.name);
        let created_at = time(found.created_ms).unwrap_or_else(|| self.ctx.now());
        let new = BringModel {
            name: found.name.clone(),
            description: found.description.clone(),
            tags: found.tags.clone(),
            created_at,
            updated_at: time(found.updated_ms).unwrap_or(created_at),
        };
        let made = self.or_left(said, registry::bring_model(self.ctx, new).await)?;
        let Some(made) = made else { return Ok(()) };
        self.count(|summary| summary.models.count(made));
        for version in self.store.versions(&found.name).await? {
            let said = || format!("version {} of model \"{}\"", version.version, found.name);
            let (source, away) = sources::source(self.ctx, &version).await?;
            let mut tags = version.tags;
            if let Some(why) = away {
                tags.push(KeyValue::new(THEIR_SOURCE, &*version.source));
                self.left(format!("{}: its files", said()), why);
            }
            let created_at = time(version.created_ms).unwrap_or(created_at);
            let new = BringVersion {
                version: version.version,
                description: version.description,
                tags,
                source,
                stage: version.stage,
                created_at,
                updated_at: time(version.updated_ms).unwrap_or(created_at),
                created_by: version.user,
            };
            let came = self.or_left(said, registry::bring_version(self.ctx, &found.name, new).await)?;
            if let Some(came) = came {
                self.count(|summary| summary.versions.count(came));
            }
        }
        self.aliases(&found).await
    }

    async fn aliases(&self, found: &FoundRegistered) -> Result<(), Fault> {
        let here = registry::load_model(self.ctx, &found.name).await?.aliases;
        for (alias, version) in &found.aliases {
            let said = || format!("alias \"{alias}\" of model \"{}\"", found.name);
            let counted = |came| self.count(|summary| Counted::count(&mut summary.aliases, came));
            match here.iter().find(|one| one.alias == *alias) {
                Some(one) if one.version == *version => counted(false),
                Some(one) => self.left(
                    said(),
                    format!("it stands for version {} here and for {version} there; it stays", one.version),
                ),
                None => {
                    let promote = Promote { version: *version, alias: alias.clone(), why: String::new() };
                    let done = registry::promote(self.ctx, &found.name, promote).await;
                    if self.or_left(said, done)?.is_some() {
                        counted(true);
                    }
                }
            }
        }
        Ok(())
    }
}

/// A place of the clients' own, where their files stay; nothing for every other.
fn own_place(location: &str) -> String {
    match sources::STORES.iter().any(|scheme| location.starts_with(scheme)) {
        true => location.to_owned(),
        false => String::new(),
    }
}
