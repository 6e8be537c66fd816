//! Imports files into a fresh SQLite deployment and prints how long it took, what it wrote, and how long a small
//! write of somebody else had to wait meanwhile: `cargo run --release --example import_files -- PATH…`

use chorale_model::jobs::JobState;
use chorale_model::sources::Import;
use chorale_platform::jobs::{Handler, State, load_job, run_until_idle};
use chorale_platform::objects::Objects;
use chorale_platform::sources::{ImportHandler, start_import, upload_local};
use chorale_platform::{Clock, Ctx, Db, Deployment, Ids, ctx::Settings, db, identity};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let app = deployment(folder.path()).await?;
    let organization = identity::create_organization(&Ctx::operator(app.clone(), None), "bench", false).await?.id;
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let mut files = Vec::new();
    for path in std::env::args().skip(1) {
        files.push(upload_local(&ctx, Path::new(&path)).await?);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let waits = tokio::spawn(small_writes(app.db.clone(), stop.clone()));
    for turn in ["first", "again"] {
        let started = Instant::now();
        let import = Import {
            collection_name: Some("bench".into()),
            create_collection: true,
            files: files.clone(),
            ..Import::default()
        };
        let job = start_import(&ctx, import).await?;
        let handlers: Vec<Arc<dyn Handler>> = vec![Arc::new(ImportHandler)];
        run_until_idle(&app, &handlers).await?;
        let job = load_job(&ctx, job.id).await?;
        if job.state != JobState::Succeeded {
            return Err(format!("{turn}: {:?}", job.error).into());
        }
        let samples: i64 = job.files.iter().map(|file| file.samples).sum();
        println!("{turn}: {samples} samples in {:.2} s", started.elapsed().as_secs_f64());
    }
    stop.store(true, Ordering::Relaxed);
    let mut waits = waits.await??;
    waits.sort_unstable();
    let at = |share: usize| waits[(waits.len() * share / 100).min(waits.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "{} small writes meanwhile: p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
        waits.len(),
        at(50),
        at(99),
        at(100)
    );
    Ok(())
}

async fn deployment(folder: &Path) -> Result<Arc<Deployment>, Box<dyn Error>> {
    let db = Db::open(&format!("sqlite://{}/bench.db", folder.display())).await?;
    db.migrate().await?;
    let objects = Objects::open(&format!("file://{}", folder.join("objects").display()))?;
    let settings = Settings { cache_dir: folder.join("cache"), ..Settings::default() };
    let app = Deployment::new(db, objects, Clock::System, Ids::new(Clock::System), settings);
    Ok(Arc::new(app.with_room(State::default()).with_room(identity::State::new(1))))
}

/// How long each of many small writes took, one every 5 ms.
async fn small_writes(db: Db, stop: Arc<AtomicBool>) -> Result<Vec<Duration>, chorale_model::Fault> {
    let mut waits = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let started = Instant::now();
        db.write(|tx| {
            Box::pin(async move {
                db::sql("update organizations set name = name where name = 'nobody'").run(tx).await.map(|_| ())
            })
        })
        .await?;
        waits.push(started.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(waits)
}
