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

/// A study and what people said of it, as spreadsheets.
const SAMPLES: &str = "accession,title\nEX-1,first\nEX-2,second\nEX-3,third\n";
const SAID: &str = "accession,stage,donor\nEX-1,IV,D7\nEX-2,not reported,D7\nEX-3,,D9\n";

/// What people decided about each sample, in the order of its fields, without who and when.
async fn decided(program: &Program, organization: &str, file: &str) -> Vec<(String, Vec<[String; 5]>)> {
    program.must(&["decisions", "export", file, "--organization", organization]).await;
    let text = std::fs::read_to_string(program.path().join(file)).unwrap();
    let said: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut samples: Vec<_> = said["samples"].as_array().unwrap().iter().map(of_sample).collect();
    samples.sort();
    samples
}

fn of_sample(sample: &serde_json::Value) -> (String, Vec<[String; 5]>) {
    let word = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let of = |one| ["field", "action", "state", "term", "label"].map(|key| word(one, key));
    let mut decisions: Vec<_> = sample["decisions"].as_array().unwrap().iter().map(of).collect();
    decisions.sort();
    (word(sample, "sample"), decisions)
}

#[tokio::test]
async fn decisions_go_out_in_every_format_and_come_in_elsewhere_as_they_were() {
    let program = Program::new();
    program.organization(Role::Curator).await;
    let app = program.deployment().await;
    for name in ["Beta Lab", "Gamma Lab", "Delta Lab"] {
        identity::create_organization(&Ctx::operator(app.clone(), None), name, false).await.unwrap();
    }
    app.db.close().await;
    let samples = program.file("study.csv", SAMPLES);
    for name in ["Alpha Lab", "Beta Lab", "Gamma Lab", "Delta Lab"] {
        let into = ["--organization", name, "--collection", "Kidney", "--wait"];
        program.must(&[&["import", samples.to_str().unwrap()], &into[..]].concat()).await;
    }
    program.file("said.csv", SAID);
    let alpha = ["--organization", "Alpha Lab", "--collection", "Kidney"];
    let look = program.must(&[&["decisions", "import", "said.csv", "--look"], &alpha[..]].concat()).await;
    assert!(look.starts_with("would decide 5 fields of 3 samples;"), "{look}");
    let out = program.must(&[&["decisions", "import", "said.csv", "--why", "2025"], &alpha[..]].concat()).await;
    assert!(out.starts_with("has decided 5 fields of 3 samples;"), "{out}");

    let first = decided(&program, "Alpha Lab", "alpha.json").await;
    let of = |field: &str, state: &str, value: &str| [field, "set", state, value, value].map(str::to_owned);
    assert_eq!(first[0], ("EX-1".into(), vec![of("donor", "present", "D7"), of("stage", "present", "IV")]));
    assert_eq!(first[1].1[1][2..], ["not_reported", "", ""].map(str::to_owned));
    assert_eq!((first.len(), first[2].1.len()), (3, 1), "an empty cell says nothing");

    program.must(&[&["decisions", "export", "alpha.csv"], &alpha[..]].concat()).await;
    program.must(&[&["decisions", "export", "tasks", "--format", "label-studio"], &alpha[..]].concat()).await;
    for (name, file) in [("Beta Lab", "alpha.json"), ("Gamma Lab", "alpha.csv"), ("Delta Lab", "tasks")] {
        let into = ["--organization", name, "--collection", "Kidney"];
        let out = program.must(&[&["decisions", "import", file], &into[..]].concat()).await;
        assert!(
            out.contains("has decided 5 fields of 3 samples; 0 the same already, 0 in conflict, 0 samples"),
            "{out}"
        );
        assert_eq!(decided(&program, name, &format!("{}.json", &name[..4])).await, first, "{name}");
        let again = program.must(&[&["decisions", "import", file], &into[..]].concat()).await;
        assert!(again.contains("has decided 0 fields of 3 samples; 5 the same already"), "{again}");
    }
}

#[tokio::test]
async fn decisions_that_cannot_go_out_or_come_in_say_what_to_do() {
    let program = Program::new();
    program.organization(Role::Curator).await;
    let samples = program.file("study.csv", SAMPLES);
    let alpha = ["--organization", "Alpha Lab", "--collection", "Kidney"];
    program.must(&[&["import", samples.to_str().unwrap(), "--wait"], &alpha[..]].concat()).await;
    program.file("said.csv", SAID);
    program.file("broken.json", "{\"format\": \"chorale-dec");
    for (command, words) in [
        (&["export", "all.xlsx", "--organization", "Alpha Lab"][..], "all.xlsx ends in neither .json nor .csv"),
        (&["export", "said.csv", "--organization", "Alpha Lab"], "said.csv cannot be written: File exists"),
        (&["export", "no/such/all.json", "--organization", "Alpha Lab"], "no/such/all.json cannot be written"),
        (&["export", "all.json", "--organization", "Beta Lab"], "there is no organization \"Beta Lab\"; make it with"),
        (
            &["export", "all.json", "--organization", "Alpha Lab", "--collection", "Liver"],
            "collection \"Liver\" does not exist",
        ),
        (
            &["export", "t.json", "--format", "label-studio", "--organization", "Alpha Lab"],
            "tasks for Label Studio are of one",
        ),
        (&["import", "absent.csv", "--organization", "Alpha Lab", "--collection", "Kidney"], "absent.csv"),
        (&["import", "said.csv", "--organization", "Beta Lab", "--collection", "Kidney"], "there is no organization"),
        (
            &["import", "said.csv", "--organization", "Alpha Lab", "--collection", "Liver"],
            "collection \"Liver\" does not exist",
        ),
        (&["import", "broken.json", "--organization", "Alpha Lab", "--collection", "Kidney"], "broken.json"),
    ] {
        let ended = program.run(&[&["decisions"], command].concat()).await;
        assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{command:?}: {}", ended.err);
        assert!(ended.err.contains(words), "{command:?}: {}", ended.err);
    }
    let unknown = ["decisions", "export", "all.json", "--format", "xml", "--organization", "Alpha Lab"];
    let unknown = program.run(&unknown).await;
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("label-studio"), "it names the formats there are: {}", unknown.err);
    for absent in ["all.json", "all.xlsx", "t.json"] {
        assert!(!program.path().join(absent).exists(), "{absent} was not begun");
    }
    assert_eq!(decided(&program, "Alpha Lab", "none.json").await, []);
}
