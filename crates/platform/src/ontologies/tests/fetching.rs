//! Installing from an address, by a job and by the command line.

use super::*;
use chorale_model::jobs::{Job, JobState};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server on this machine: `/file.obo` is the anatomy, `/moved.obo` leads there, `/cut.obo` breaks off, `/away.obo`
/// leads to plain http elsewhere.
async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let own = base.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4_096];
            let read = stream.read(&mut request).await.unwrap();
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            let length = ANATOMY.len();
            let found =
                |length: usize, body: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
            let moved = |to: &str| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
            let answer = match path {
                "/file.obo" => found(length, ANATOMY),
                "/cut.obo" => found(length, &ANATOMY[..length / 2]),
                "/large.obo" => found(2 << 30, "x"),
                "/moved.obo" => moved(&format!("{own}/file.obo")),
                "/away.obo" => moved("http://192.0.2.1/file.obo"),
                _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            };
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.ok();
        }
    });
    base
}

async fn start(ctx: &Ctx, name: &str, from: &str) -> Result<Job, Fault> {
    install(ctx, InstallOntology { name: name.into(), from: Some(from.into()) }).await
}

#[tokio::test]
async fn a_job_fetches_and_installs() {
    for db in each_engine().await {
        let place = place(db).await;
        let (base, ctx) = (server().await, Ctx::operator(place.app.clone(), Some(place.own)));
        let job = start(&ctx, "uberon", &format!("{base}/moved.obo")).await.unwrap();
        assert_eq!((&*job.kind, &*job.title, job.state), (InstallJob::KIND, "Install UBERON", JobState::Queued));
        assert_eq!(start(&ctx, "UBERON", &format!("{base}/moved.obo")).await.unwrap().id, job.id, "once is enough");
        place.work().await;
        let ended = crate::jobs::load_job(&ctx, job.id).await.unwrap();
        assert_eq!(ended.state, JobState::Succeeded, "{:?}", ended.error);
        assert_eq!(ended.result.unwrap()["version"], "releases/2026-01-01");
        let made = list_releases(&ctx).await.unwrap().items.remove(0);
        assert_eq!((&*made.source, &*made.installed_by), (&*format!("{base}/moved.obo"), "operator"));
        let filter = AuditFilter { action: Some("ontology.install_started".into()), ..AuditFilter::default() };
        for organization in [place.own, place.other] {
            let ctx = Ctx::operator(place.app.clone(), Some(organization));
            let rows = crate::audit::list_rows(&ctx, filter.clone(), PageRequest::default()).await.unwrap().items;
            assert!(!rows.is_empty() && rows[0].detail["job"] == job.id.to_string(), "{rows:?}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_fetched_ends_with_the_reason() {
    for db in each_engine().await {
        let place = place(db).await;
        let (base, ctx) = (server().await, Ctx::operator(place.app.clone(), Some(place.own)));
        for (path, why, state) in [
            ("absent.obo", "answers 404", JobState::Failed),
            ("large.obo", "more than 1024 MiB", JobState::Failed),
            // What may be passing is tried again later.
            ("cut.obo", "could not be fetched", JobState::Queued),
            ("away.obo", "leads to an address that is not https", JobState::Queued),
        ] {
            let job = start(&ctx, "UBERON", &format!("{base}/{path}")).await.unwrap();
            run_until_idle(&place.app, &handlers()).await.unwrap();
            let ended = crate::jobs::load_job(&ctx, job.id).await.unwrap();
            let error = ended.error.unwrap_or_default();
            assert!(ended.state == state && error.contains(why) && error.contains(path), "{path}: {error}");
        }
        for bad in ["file:///etc/passwd", "http://example.org/a.obo", "a.obo"] {
            assert_eq!(start(&ctx, "UBERON", bad).await.unwrap_err().fields[0].field, "from", "{bad}");
        }
        assert!(list_releases(&ctx).await.unwrap().items.is_empty());
    }
}

#[tokio::test]
async fn the_command_line_takes_a_path_a_file_address_and_an_address() {
    for db in each_engine().await {
        let place = place(db).await;
        let base = server().await;
        let path = place.file("file.obo", ANATOMY);
        let path = path.to_str().unwrap();
        let operator = &place.operator;
        let first = install_from(operator, "A", Some(path)).await.unwrap();
        let second = install_from(operator, "B", Some(&format!("file://{path}"))).await.unwrap();
        let third = install_from(operator, "C", Some(&format!("{base}/file.obo"))).await.unwrap();
        assert!(first.sha256 == second.sha256 && second.sha256 == third.sha256);
        assert_eq!((&*first.source, &*second.source), (path, path));
        let fault = install_from(operator, "C", Some("ftp://example.org/a")).await.unwrap_err();
        assert!(fault.message.contains("scheme ftp"), "{fault}");
    }
}
