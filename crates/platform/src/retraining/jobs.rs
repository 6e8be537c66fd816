//! Training the next version: decisions become labels, three annotators are trained (like the present one and like the next
//! one without what judges, and the next one on everything), two are compared, and the third is registered with the
//! comparison. Until that last transaction nothing is there, so that a job which is cancelled leaves nothing, and one that
//! runs again begins anew.

use super::compare::Judge;
use super::{COMPARISON, UNTIL, decisions, taught_of, until};
use crate::harmonize::{
    ARTIFACT, Ground, MODEL, Material, TAUGHT, TaughtLabel, TaughtStudy, is_held_out, ontology_pins,
};
use crate::jobs::{Handler, Running, StopSignal};
use crate::ontologies;
use crate::registry::{self, CHALLENGER, CHAMPION, NewArtifact, NewVersion, Proposal};
use chorale_annotate::learned::{Learned, Verdict};
use chorale_model::registry::Evaluation;
use chorale_model::retraining::Comparison;
use chorale_model::{Fault, OrganizationId, Time};
use chorale_ontology::Library;
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What is done, in this order.
const STEPS: [&str; 6] = [
    "reading the samples",
    "training like the present version, without what judges",
    "training the next version, without what judges",
    "comparing the two",
    "training the next version on everything",
    "registering it",
];
/// Values that hold, of tables or decided; from fewer nothing is learned.
const LEAST: usize = 20;
/// How often progress is told while a core trains.
const TOLD_EVERY: Duration = Duration::from_millis(500);

/// Jobs of kind `retrain`, of the job's organization.
pub struct RetrainJob;

impl RetrainJob {
    pub const KIND: &'static str = "retrain";
}

impl Handler for RetrainJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let organization =
                job.ctx.scope.ok_or_else(|| Fault::internal("retraining", "the job has no organization"))?;
            // It was done, and only its end was not written.
            if let Some(version) = registry::find_of_job(&job.ctx, MODEL, job.id).await? {
                return Ok(json!({ "version": version }));
            }
            retrain(job, organization).await
        })
    }
}

/// Whom the next version follows.
#[derive(Clone, Copy)]
struct Present {
    /// None: the dictionary alone.
    version: Option<i64>,
    until: Time,
}

async fn retrain(job: &Running, organization: OrganizationId) -> Result<Value, Fault> {
    let library = ontologies::library(&job.ctx.app).await?;
    let now = job.ctx.now();
    let (present, mut material) = present(job, organization).await?;
    decisions::add(job, organization, &mut material).await?;
    decisions::supersede(&mut material);
    if material.labels(true) == 0 {
        let why =
            "nothing that was decided is a tissue, a cell type, a disease, a sex or an age, which alone are learned";
        return Err(Fault::conflict(why));
    }
    let holds = material.rows.iter().flat_map(|row| &row.labels).filter(|label| label.verdict == Verdict::Is).count();
    if holds < LEAST {
        let why = format!(
            "{holds} values that hold are known, and an annotator is not learned from fewer than {LEAST}; accept or put \
             right more of them"
        );
        return Err(Fault::conflict(why));
    }
    let step = Arc::new(AtomicUsize::new(0));
    let work = Work { library: library.clone(), present, stop: job.stop.clone(), step: step.clone() };
    let trained = told(job, &step, job.blocking(move || work.run(material))).await??;
    let comparison = &trained.comparison;
    let metrics = comparison.rows.iter().filter(|row| row.samples > 0).flat_map(|row| {
        let name = |what: &str| format!("{}/{}/{what}", row.on.name(), row.field);
        [(name("samples"), row.samples as f64), (name("close_f1"), row.new), (name("present"), row.present)]
    });
    let evaluation = Evaluation {
        dataset: "series held out of decisions and of labels, beside the present version".to_owned(),
        metrics: metrics.collect(),
        created_at: Time(0),
    };
    let params = vec![
        ("after".to_owned(), present.version.map_or_else(|| "the dictionary".to_owned(), |n| format!("version {n}"))),
        ("decided labels".to_owned(), comparison.decided_labels.to_string()),
        ("series with decisions".to_owned(), comparison.decided_series.to_string()),
        ("labels of tables".to_owned(), comparison.gold_labels.to_string()),
        (UNTIL.to_owned(), now.to_string()),
        ("ontologies".to_owned(), ontology_pins(&library)),
        ("rules".to_owned(), chorale_annotate::RULES.to_owned()),
    ];
    let compared = serde_json::to_vec(comparison).map_err(|e| Fault::internal("writing a comparison", e))?;
    let new = NewVersion {
        name: MODEL.to_owned(),
        kind: "annotator".to_owned(),
        description: "Taught what curators decided, beside what the version before it was taught.".to_owned(),
        params,
        artifacts: vec![
            NewArtifact::bytes(ARTIFACT, trained.bytes),
            NewArtifact::bytes(TAUGHT, trained.taught),
            NewArtifact::bytes(COMPARISON, compared),
        ],
    };
    step.store(STEPS.len() - 1, Ordering::Relaxed);
    job.stop.check()?;
    let proposal = Proposal { evaluation, alias: CHALLENGER.to_owned() };
    let version = registry::propose_version(job, new, proposal).await?;
    Ok(json!({ "version": version }))
}

/// The version that works, and what it was taught but for decisions, which are read anew.
async fn present(job: &Running, organization: OrganizationId) -> Result<(Present, Material), Fault> {
    let app = &job.ctx.app;
    let Some(champion) = registry::find_promoted(app, organization, MODEL, CHAMPION).await? else {
        return Ok((Present { version: None, until: Time(0) }, Material::default()));
    };
    taught_of(&champion)?;
    let bytes = registry::artifact(app, organization, MODEL, champion.version, TAUGHT).await?;
    let material = job.blocking(move || Material::read(&bytes)).await??;
    Ok((Present { version: Some(champion.version), until: until(&champion) }, material.without_decisions()))
}

/// Waits for work on other threads, and tells meanwhile how far it is. Work that is to stop sees so itself.
async fn told<T>(job: &Running, step: &AtomicUsize, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(TOLD_EVERY) => {
                let at = step.load(Ordering::Relaxed);
                let told = job.progress(at as i64, STEPS.len() as i64, "steps", STEPS[at.min(STEPS.len() - 1)]).await;
                if let Err(fault) = told && !job.stop.is_stopped() {
                    return Err(fault);
                }
            }
        }
    }
}

struct Trained {
    bytes: Vec<u8>,
    taught: Vec<u8>,
    comparison: Comparison,
}

/// The part that keeps a core busy.
struct Work {
    library: Arc<Library>,
    present: Present,
    stop: StopSignal,
    step: Arc<AtomicUsize>,
}

impl Work {
    fn run(self, material: Material) -> Result<Trained, Fault> {
        let held_out = held_out(&material);
        let judges = |study: &TaughtStudy| held_out.contains(&study.group);
        let mut ground = Ground::read(self.library.clone(), &material);
        let present = match self.present.version {
            None => None,
            Some(_) => {
                let until = self.present.until.0;
                let taught = |study: &TaughtStudy, label: &TaughtLabel| !judges(study) && label.at <= until;
                Some(self.learn(1, &mut ground, &taught)?)
            }
        };
        let new = self.learn(2, &mut ground, &|study, _| !judges(study))?;
        self.begin(3)?;
        let (before, after) = (ground.predict(present.as_ref(), judges), ground.predict(Some(&new), judges));
        let judge = Judge::new(&ground, &self.library, judges, (&before, &after));
        let decided = || material.studies.iter().filter(|study| study.decided);
        let comparison = Comparison {
            name: MODEL.to_owned(),
            version: 0,
            present: self.present.version,
            gold_labels: material.labels(false) as i64,
            decided_labels: material.labels(true) as i64,
            decided_series: decided().count() as i64,
            held_out_series: decided().filter(|study| judges(study)).count() as i64,
            rows: judge.fields(),
            changes: judge.changes(),
        };
        let all = self.learn(4, &mut ground, &|_, _| true)?;
        let bytes = ground.write(&all);
        Ok(Trained { bytes, taught: material.write()?, comparison })
    }

    fn begin(&self, step: usize) -> Result<(), Fault> {
        self.step.store(step, Ordering::Relaxed);
        self.stop.check()
    }

    fn learn(
        &self,
        step: usize,
        ground: &mut Ground,
        wanted: &dyn Fn(&TaughtStudy, &TaughtLabel) -> bool,
    ) -> Result<Learned, Fault> {
        self.begin(step)?;
        let learned = ground.learn(wanted, &|| !self.stop.is_stopped());
        self.stop.check()?;
        learned.ok_or_else(|| {
            let why = "too few values were accepted or put right to learn from: a rejection says what is wrong and not what \
                       is right; decide more values, of several studies";
            Fault::conflict(why)
        })
    }
}

/// The groups that judge and teach nothing that is judged: a fifth of all, and of those with decisions at least one, where
/// there is another to teach.
fn held_out(material: &Material) -> BTreeSet<u64> {
    let mut chosen: BTreeSet<u64> =
        material.studies.iter().map(|study| study.group).filter(|group| is_held_out(*group)).collect();
    let decided = material.studies.iter().filter(|study| study.decided).map(|study| study.group);
    let decided: BTreeSet<u64> = decided.collect();
    let judging = decided.intersection(&chosen).count();
    if let Some(first) = decided.first() {
        if judging == decided.len() {
            let spared = decided.iter().skip(usize::from(decided.len() > 1));
            spared.for_each(|group| _ = chosen.remove(group));
        } else if judging == 0 && decided.len() > 1 {
            chosen.insert(*first);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_series_with_decisions_judge_and_some_teach() {
        let of = |groups: &[u64]| {
            let mut material = Material::default();
            groups.iter().for_each(|group| material.push(*group, String::new(), true, Vec::new()));
            held_out(&material)
        };
        let (judging, teaching): (Vec<u64>, Vec<u64>) = (0..100).partition(|group| is_held_out(*group));
        assert_eq!(of(&teaching[..1]).len(), 0, "the only one teaches");
        assert_eq!(of(&judging[..1]).len(), 0);
        assert_eq!(of(&teaching[..3]), [teaching[0]].into(), "one judges");
        assert_eq!(of(&judging[..3]), [judging[0]].into(), "the others teach");
        assert_eq!(of(&[judging[0], teaching[0], teaching[1]]), [judging[0]].into());
    }
}
