//! `chorale serve` as its clients meet it on a socket: slow ones, large ones, those that go away, and its end.

use crate::cli::mirror;
use crate::program::{Program, family, read_all};
use chorale_model::jobs::{JobFilter, JobState};
use chorale_model::page::PageRequest;
use chorale_model::{Role, Time};
use chorale_platform::{Ctx, catalog, jobs, metering};
use tokio::io::AsyncWriteExt;
use tokio::sync::oneshot;

/// The status of an answer as it came over the wire.
fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or(answer)
}

#[tokio::test]
async fn clients_that_are_too_slow_are_let_go() {
    let program = Program::new()
        .with("CHORALE_HEADER_TIMEOUT_S", "1")
        .with("CHORALE_BODY_TIMEOUT_S", "1")
        .with("CHORALE_UPLOAD_STALL_S", "1");
    let (_, token) = program.organization(Role::Curator).await;
    let served = program.serve(&[]).await;

    // Nothing, the beginning of HTTP/2, half a head, and a whole one after which nothing comes.
    for said in ["", "PRI * HT", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "] {
        let answer = served.raw(said.as_bytes()).await;
        assert!(!answer.contains("200 OK"), "{said:?} was answered: {answer}");
    }
    let answer = served.raw(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await;
    assert_eq!(status(&answer), "200", "{answer}");

    let head = |path: &str, type_: &str, length: usize| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: {type_}\r\n\
             Content-Length: {length}\r\n\r\n"
        )
    };
    let answer = served.raw(format!("{}{{", head("/api/v1/annotate", "application/json", 100)).as_bytes()).await;
    assert_eq!(status(&answer), "408", "{answer}");
    assert!(answer.contains("the body did not arrive in time"), "{answer}");

    // An upload may take long, but must keep coming.
    let part = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.soft\"\r\n\r\n^SERIES = GSE1\n";
    let head = head("/api/v1/imports", "multipart/form-data; boundary=edge", 1 << 20);
    let answer = served.raw(format!("{head}{part}").as_bytes()).await;
    assert_eq!(status(&answer), "408", "{answer}");
    assert!(answer.contains("less than 65536 bytes of the upload arrived within 1 s"), "{answer}");
    assert_eq!(served.stop().await.code, Some(0));
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_stored_nowhere() {
    let program = Program::new().with("CHORALE_MAX_BODY_BYTES", "1000").with("CHORALE_MAX_UPLOAD_BYTES", "1000");
    let (_, token) = program.organization(Role::Curator).await;
    let served = program.serve(&[]).await;
    let bearer = format!("Bearer {token}");
    let json = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let answer = served.send("POST", "/api/v1/annotate", &json, &" ".repeat(1_001)).await;
    assert_eq!(status(&answer), "413", "{answer}");
    let form = [("Authorization", bearer.as_str()), ("Content-Type", "multipart/form-data; boundary=edge")];
    let part = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.soft\"\r\n\r\n";
    let answer =
        served.send("POST", "/api/v1/imports", &form, &format!("{part}{}\r\n--edge--\r\n", "x".repeat(1_001))).await;
    assert_eq!(status(&answer), "413", "{answer}");
    let answer = served.get("/api/v1/jobs?kind=import", &json[..1]).await;
    assert!(answer.contains("\"items\":[]"), "{answer}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_finishes_when_its_client_has_gone() {
    let program = Program::new();
    let (id, token) = program.organization(Role::Curator).await;
    let mut served = program.serve(&["--no-worker", "--log", "debug"]).await;
    let app = program.deployment().await;
    // Nobody else writes while this transaction is open, so the mutation is in the middle when its client leaves.
    let (held, holding) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let holder = app.clone();
    let holding_it = tokio::spawn(async move {
        let hold = holder.db.write(move |tx| {
            Box::pin(async move {
                metering::samples_changed(tx, id, 1).await?;
                held.send(()).unwrap();
                released.await.unwrap();
                metering::samples_changed(tx, id, -1).await
            })
        });
        hold.await.unwrap();
    });
    holding.await.unwrap();
    let body = r#"{"name": "Left behind"}"#;
    let head = format!(
        "POST /api/v1/collections HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = served.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    // Before, it would be no mutation yet, and nobody would have been promised anything.
    served.begun.until("a mutation begins").await;
    // Half of the connection is closed, then all of it: the server gives its answer up.
    stream.shutdown().await.unwrap();
    drop(stream);
    served.begun.until("a connection ended early").await;
    release.send(()).unwrap();
    holding_it.await.unwrap();
    // Its end waits for mutations that run.
    assert_eq!(served.stop().await.code, Some(0));
    let ctx = Ctx::operator(app, Some(id));
    assert!(catalog::find_collection_by_name(&ctx, "Left behind").await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn its_end_puts_running_jobs_back_and_writes_the_usage() {
    let (address, _open) = mirror().await;
    let program = Program::new().with("CHORALE_GEO_BASE_URL", address);
    let (id, token) = program.organization(Role::Curator).await;
    let served = program.serve(&[]).await;
    let bearer = format!("Bearer {token}");
    let json = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let body = r#"{"collection_name": "C", "create_collection": true, "accessions": ["GSE6344"]}"#;
    let answer = served.send("POST", "/api/v1/imports/uploaded", &json, body).await;
    assert_eq!(status(&answer), "202", "{answer}");
    let at = answer.find("\"id\":\"").unwrap() + 6;
    let job = answer[at..at + 36].to_owned();
    // The stream of its events ends with the server; until then it tells when the job runs.
    let mut events = served.connect().await;
    let ask = format!("GET /api/v1/jobs/{job}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {bearer}\r\n\r\n");
    events.write_all(ask.as_bytes()).await.unwrap();
    let mut seen = String::new();
    while !seen.contains("Fetching") {
        let mut chunk = [0; 4096];
        let read = tokio::io::AsyncReadExt::read(&mut events, &mut chunk).await.unwrap();
        assert!(read > 0, "the stream ended: {seen}");
        seen.push_str(&String::from_utf8_lossy(&chunk[..read]));
    }
    let ended = served.stop().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let rest = read_all(&mut events).await;
    assert!(rest.contains("event: end"), "the stream says that it ends: {rest}");

    let app = program.deployment().await;
    let ctx = Ctx::operator(app.clone(), Some(id));
    let imports = JobFilter { kind: Some("import".into()), state: None };
    let found = jobs::list_jobs(&ctx, imports, PageRequest::default()).await.unwrap().items;
    assert_eq!(found.iter().map(|job| (job.state, job.attempts)).collect::<Vec<_>>(), [(JobState::Queued, 0)]);
    let report = metering::report(&ctx, ctx.now().plus(-Time::DAY), ctx.now().plus(1)).await.unwrap();
    let of = |quantity: &str, object: &str| {
        let found = report
            .by_actor
            .iter()
            .find(|used| (&*used.quantity, &*used.object, &*used.actor) == (quantity, object, "test"));
        found.map(|used| used.amount)
    };
    assert_eq!(of("requests", "rest"), Some(2.0), "{report:?}");
    assert!(of("sent_bytes", "rest").is_some_and(|bytes| bytes > seen.len() as f64 / 2.0), "{report:?}");
    // The attempt that was interrupted used something too, for whoever started the import.
    assert!(
        of("cpu_seconds", "import").is_some() && of("peak_memory_bytes", "import").is_some_and(|bytes| bytes > 1e6)
    );
}

/// An import through REST with nothing but its worker, and the shapes that clients rely on.
#[tokio::test]
async fn an_import_over_http_answers_the_documented_shapes() {
    let program = Program::new();
    let (_, token) = program.organization(Role::Curator).await;
    let served = program.serve(&[]).await;
    let bearer = format!("Bearer {token}");
    let form = [("Authorization", bearer.as_str()), ("Content-Type", "multipart/form-data; boundary=edge")];
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"collection\"\r\n\r\nC\r\n--edge\r\nContent-Disposition: \
         form-data; name=\"file\"; filename=\"../../GSE1_family.soft\"\r\n\r\n{}\r\n--edge--\r\n",
        family("GSE1", "GSM1").replace("#VALUE =\n", "#VALUE =\n!Sample_title\n")
    );
    let answer = served.send("POST", "/api/v1/imports", &form, &body).await;
    assert_eq!(status(&answer), "202", "{answer}");
    let accepted: serde_json::Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let id = accepted["job"]["id"].as_str().unwrap();
    let events = served.get(&format!("/api/v1/jobs/{id}/events"), &form[..1]).await;
    assert!(events.contains("event: end"), "{events}");
    let answer = served.get(&format!("/api/v1/jobs/{id}"), &form[..1]).await;
    let job: serde_json::Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!((&job["id"], &job["kind"], &job["state"]), (&id.into(), &"import".into(), &"succeeded".into()));
    for key in ["progress", "result", "error", "files", "warnings_total", "warnings"] {
        assert!(job.as_object().unwrap().contains_key(key), "{key}: {job}");
    }
    assert_eq!(job["files"][0]["state"], "succeeded");
    assert_eq!(job["warnings_total"], job["warnings"].as_array().unwrap().len());
    let warning = &job["warnings"][0];
    assert!(warning["line"].as_i64().is_some_and(|line| line > 0), "{job}");
    assert!(warning["file"].is_string() && warning["message"].is_string(), "{job}");
    served.stop().await;
}
