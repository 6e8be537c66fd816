//! The command line, by running the built program.

use crate::program::{PATIENCE, Program, family};
use axum::Router;
use axum::extract::{Path, State};
use chorale_model::Role;
use chorale_model::discovery::{Kind, SearchRequest};
use chorale_model::jobs::{JobFilter, JobState};
use chorale_model::page::PageRequest;
use chorale_platform::{Ctx, catalog, discovery, identity, jobs};
use std::io::Write;
use tokio::sync::watch;

#[tokio::test]
async fn what_is_not_understood_exits_with_2_and_what_is_refused_with_1() {
    let program = Program::new();
    let help = program.run(&["import", "--help"]).await;
    assert_eq!(help.code, Some(0));
    assert!(help.out.contains("Example:\n  chorale import") && help.out.contains("130 interrupted"), "{}", help.out);
    let unknown = program.run(&["serf"]).await;
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(2), ""));
    let unknown = program.run(&["serf", "--json"]).await;
    assert_eq!((unknown.code, &unknown.error()["error"]["kind"]), (Some(2), &"invalid".into()));
    let setting = program.run(&["config", "--worker-slots", "0"]).await;
    assert_eq!(setting.code, Some(2), "{}", setting.err);
    let nobody = program.run(&["admin", "token", "create", "--organization", "Nowhere", "--role", "admin"]).await;
    assert_eq!((nobody.code, nobody.out.as_str()), (Some(1), ""));
    assert!(nobody.err.contains("make it with \"chorale admin organization create\""), "{}", nobody.err);
}

#[tokio::test]
async fn a_path_that_cannot_be_imported_is_named_before_anything_is_taken_in() {
    let program = Program::new();
    program.organization(Role::Curator).await;
    let good = program.file("GSE1_family.soft", &family("GSE1", "GSM1"));
    let good = good.to_str().unwrap();
    std::fs::create_dir(program.path().join("folder")).unwrap();
    let pipe = program.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for (path, words) in [
        ("folder", "folder is a folder; name the files in it"),
        ("absent.soft", "absent.soft does not exist; check the path"),
        ("pipe", "pipe is no regular file"),
        ("GSE1_family.soft/inside", "GSE1_family.soft/inside cannot be looked at"),
    ] {
        let into = ["--organization", "Alpha Lab", "--collection", "C", "--wait"];
        let ended = program.run(&[&["import", good, path], &into[..]].concat()).await;
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{path}: {}", ended.err);
        assert!(ended.err.contains(words), "{path}: {}", ended.err);
    }
    assert!(!program.path().join("data/objects").join("raw").exists());
    let app = program.deployment().await;
    let operator = Ctx::operator(app.clone(), None);
    let found = identity::find_organization_by_name(&operator, "Alpha Lab").await.unwrap().unwrap();
    let ctx = Ctx::operator(app, Some(found.id));
    assert!(catalog::find_collection_by_name(&ctx, "C").await.unwrap().is_none());
}

/// Also where every organization sees the collection: then another index answers.
#[tokio::test]
async fn a_waiting_import_returns_when_its_samples_are_searchable() {
    let program = Program::new();
    let (id, _) = program.organization(Role::Curator).await;
    let app = program.deployment().await;
    let operator = Ctx::operator(app.clone(), Some(id));
    let stranger = identity::create_organization(&operator, "Beta Lab", false).await.unwrap().id;
    let stranger = Ctx::operator(app.clone(), Some(stranger));
    for (number, shared) in [(1, false), (2, true)] {
        let (series, sample) = (format!("GSE{number}"), format!("GSM{number}"));
        let file = program.file(&format!("{series}_family.soft"), &family(&series, &sample));
        let input = chorale_model::catalog::CreateCollection { name: series.clone(), description: String::new() };
        let collection = catalog::create_collection(&operator, input).await.unwrap().id;
        catalog::share_collection(&operator, collection, shared).await.unwrap();
        let out = program
            .must(&[
                "import",
                file.to_str().unwrap(),
                "--organization",
                "Alpha Lab",
                "--collection",
                &series,
                "--wait",
                "--json",
            ])
            .await;
        let said: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(said["job"]["files"][0]["state"], "succeeded");
        let asked = SearchRequest { kind: Kind::Samples, q: sample, ..SearchRequest::default() };
        assert_eq!(discovery::search(&operator, asked.clone()).await.unwrap().total, 1);
        assert_eq!(discovery::search(&stranger, asked).await.unwrap().total, u64::from(shared));
    }
}

#[tokio::test]
async fn a_demo_without_its_data_fails_and_may_be_run_again() {
    let program = Program::new();
    let broken = program.file("geo/GSE1_family.soft", "this is no SOFT file\n");
    program.file("geo/GSE2_family.soft", &family("GSE2", "GSM2"));
    let program = program.with("CHORALE_DEMO_DATA", broken.parent().unwrap().to_str().unwrap());
    let ended = program.run(&["demo"]).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{}", ended.err);
    let said = "the demo is incomplete; run \"chorale demo\" again: not everything was imported";
    assert!(ended.err.contains(said) && ended.err.contains("GSE1_family.soft:"), "{}", ended.err);
    assert_eq!(program.run(&["demo", "--json"]).await.code, Some(1), "it is incomplete still");
    std::fs::write(&broken, family("GSE1", "GSM1")).unwrap();
    program.must(&["demo"]).await;
    let again: serde_json::Value = serde_json::from_str(&program.must(&["demo", "--json"]).await).unwrap();
    assert_eq!((&again["data"], again["sign_ins"].as_array().unwrap().len()), (&"present".into(), 3));
}

/// A mirror of GEO that says nothing until it is opened.
pub async fn mirror() -> (String, watch::Sender<bool>) {
    let (open, opened) = watch::channel(false);
    let answer = |Path(path): Path<String>, State(mut opened): State<watch::Receiver<bool>>| async move {
        opened.wait_for(|open| *open).await.unwrap();
        let series = path.split('/').nth(3).unwrap_or_default().to_owned();
        if !path.ends_with("_family.soft.gz") {
            return Err(http::StatusCode::NOT_FOUND);
        }
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(family(&series, &series.replace("GSE", "GSM")).as_bytes()).unwrap();
        Ok(packed.finish().unwrap())
    };
    let router = Router::new().route("/{*path}", axum::routing::get(answer)).with_state(opened);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/geo/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, open)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_gives_a_running_job_back_and_says_how_it_goes_on() {
    let (address, open) = mirror().await;
    let program = Program::new().with("CHORALE_GEO_BASE_URL", address);
    for signal in ["INT", "TERM"] {
        let mut demo = program.begin(&["demo"]);
        demo.until("running").await;
        demo.signal(signal).await;
        let ended = demo.end().await;
        assert_eq!((ended.code, ended.out.as_str()), (Some(130), ""), "{}", ended.err);
        let last = ended.err.lines().last().unwrap();
        let words = "waits in the queue and goes on as soon as \"chorale serve\" or \"chorale worker\" runs";
        assert!(last.starts_with("chorale: interrupted: job") && last.contains(words), "{}", ended.err);
        let app = program.deployment().await;
        let operator = Ctx::operator(app.clone(), None);
        let demo = identity::find_organization_by_name(&operator, "Demo").await.unwrap().unwrap();
        let ctx = Ctx::operator(app.clone(), Some(demo.id));
        let imports = JobFilter { kind: Some("import".into()), state: None };
        let found = jobs::list_jobs(&ctx, imports, PageRequest::default()).await.unwrap().items;
        let states: Vec<_> = found.iter().map(|job| (job.state, job.attempts)).collect();
        assert_eq!(states, [(JobState::Queued, 0)], "an interrupt is no attempt");
        app.db.close().await;
    }
    open.send(true).unwrap();
    let out = tokio::time::timeout(PATIENCE, program.must(&["demo"])).await.unwrap();
    assert!(out.contains("The demo organization is ready (present)"), "{out}");
}
