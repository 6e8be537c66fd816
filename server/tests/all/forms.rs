//! Bodies: forms with files, with and without script, and JSON whose keys are misspelt.

use crate::app::{Answer, TestApp};
use crate::examples::{As, Who, ids, request};
use axum::body::Body;
use bytes::Bytes;
use chorale_model::Role;
use chorale_server::routes::{Access, ExampleBody, Face, table};
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn multipart(path: &str, cookie: &str, accept: &str, body: Body) -> Request<Body> {
    Request::post(path)
        .header(header::HOST, "127.0.0.1:3000")
        .header(header::COOKIE, cookie)
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .body(body)
        .unwrap()
}

fn field(name: &str, value: &str) -> String {
    format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn problem(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{}: {e}: {}", answer.status, answer.body))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_without_script_comes_back_to_a_page() {
    let app = TestApp::new(None).await;
    let cookie = &app.a.people[&Role::Curator].cookie;
    let send = async |accept: &str, name: &str| {
        let file = field("file\"; filename=\"a.csv", "accession,title\nS1,one\n");
        let body = format!("{}{file}--edge--\r\n", field(name, "A collection of forms"));
        app.call(multipart("/_fn/import_files", cookie, accept, Body::from(body))).await
    };
    let taken = send("text/html,*/*", "collection").await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    assert!(taken.location.starts_with("/jobs/"), "{}", taken.location);
    let refused = send("text/html,*/*", "colection").await;
    assert_eq!((refused.status, refused.location.as_str()), (StatusCode::SEE_OTHER, "/import"));
    let flash = refused.flash().unwrap();
    assert_eq!((flash.good, flash.action.as_str()), (false, "import_files"));
    assert!(flash.message.starts_with("colection: is unknown here"), "{}", flash.message);

    let taken = send("application/json", "collection").await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "{}", taken.body);
    assert!(problem(&taken)["job"]["id"].is_string());
    assert_eq!(send("application/json", "colection").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_holds_little_besides_its_files() {
    let app = TestApp::new(None).await;
    let cookie = &app.a.people[&Role::Curator].cookie;
    let pulled = Arc::new(AtomicUsize::new(0));
    let open_field = field("collection", "").trim_end().to_owned() + "\r\n\r\n";
    for head in [String::new(), "--edge\r\nX-Long: ".to_owned(), open_field] {
        pulled.store(0, Ordering::SeqCst);
        let count = pulled.clone();
        let long = std::iter::repeat_n(Bytes::from(vec![b'y'; 1 << 16]), 1 << 10);
        let chunks = std::iter::once(Bytes::from(head)).chain(long).map(move |chunk| {
            count.fetch_add(chunk.len(), Ordering::SeqCst);
            Ok::<_, Infallible>(chunk)
        });
        let body = Body::from_stream(futures::stream::iter(chunks));
        let answer = app.call(multipart("/api/v1/imports", cookie, "application/json", body)).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.body);
        let pulled = pulled.load(Ordering::SeqCst);
        assert!(pulled < 4 << 20, "{pulled} bytes of 64 MiB were taken");
    }
}

/// A key that nobody reads is a mistake of whoever wrote it: `expires_in_day` must not make a token for ever.
#[tokio::test(flavor = "multi_thread")]
async fn json_with_an_unknown_key_is_refused() {
    let app = TestApp::new(None).await;
    let admin = &app.a.people[&Role::Admin];
    let mut tried = 0;
    for route in table::all() {
        let ExampleBody::Json(_) = route.example.body else { continue };
        // An operator's route is refused to everybody else before its body is read.
        if route.face != Face::Rest || route.access == Access::Operator {
            continue;
        }
        tried += 1;
        let ids = ids(&app, &app.a, &route, admin).await;
        let (mut head, body) = request(&route, &ids, &Who::Cookie(admin.cookie.clone()), As::Usual).into_parts();
        head.headers.remove(header::CONTENT_LENGTH);
        let text = body.collect().await.unwrap().to_bytes();
        let mut body: Value = serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{}: {e}", route.name()));
        body["no_such_key"] = json!(1);
        let answer = app.call(Request::from_parts(head, Body::from(body.to_string()))).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}: {}", route.name(), answer.body);
        assert!(answer.body.contains("no_such_key"), "{}: {}", route.name(), answer.body);
    }
    assert!(tried > 8, "only {tried} routes take JSON");
}

/// The form of a field is answered by its page: what was typed stays where it is refused, and nobody's change is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_refused_keeps_what_was_typed() {
    let app = TestApp::new(None).await;
    let path = format!("/collections/{}/fields", app.a.collection);
    let send = async |role: Role, version: i64, name: &str, before: &str| {
        let pairs = [("label", "Storage"), ("kind", "choice"), ("level", "sample"), ("choices", "frozen\r\nfresh")];
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs).append_pair("version", &version.to_string());
        form.extend_pairs([("name", name), ("before", before), ("accept_precision", "0.9"), ("abstain_below", "0.3")]);
        let asked = Request::post(&path)
            .header(header::HOST, "127.0.0.1:3000")
            .header(header::COOKIE, &app.a.people[&role].cookie)
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        app.call(asked.body(Body::from(form.finish())).unwrap()).await
    };
    let refused = send(Role::Curator, 0, "Stor <age>", "").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
    for part in ["value=\"Stor &lt;age&gt;\"", "name is made of a-z", "aria-invalid=\"true\"", "frozen"] {
        assert!(refused.body.contains(part), "{part}");
    }
    let saved = send(Role::Curator, 0, "storage", "").await;
    assert_eq!((saved.status, saved.location.as_str()), (StatusCode::SEE_OTHER, path.as_str()), "{}", saved.body);
    assert!(saved.flash().unwrap().message.contains("this is version 1"));
    let late = send(Role::Admin, 0, "storage2", "").await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    for part in ["the fields changed meanwhile", "value=\"storage2\"", "name=\"version\" value=\"1\""] {
        assert!(late.body.contains(part), "{part}: {}", late.body);
    }
    assert_eq!(send(Role::Scientist, 1, "storage2", "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(send(Role::Curator, 1, "storage3", "storage").await.status, StatusCode::SEE_OTHER, "it is renamed");

    let form = format!("collection={}&version=2&name=storage3&what=remove", app.a.collection);
    let asked = Request::post("/_fn/change_field")
        .header(header::HOST, "127.0.0.1:3000")
        .header(header::REFERER, format!("http://127.0.0.1:3000{path}"))
        .header(header::COOKIE, &app.a.people[&Role::Curator].cookie)
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let removed = app.call(asked.body(Body::from(form)).unwrap()).await;
    assert!(removed.flash().unwrap().good, "{}", removed.flash().unwrap().message);
    assert_eq!(removed.location, path);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_says_its_own_status_and_metrics_know_no_invented_method() {
    let app = TestApp::new(None).await;
    let cookie = &app.a.people[&Role::Scientist].cookie;
    let ask = |method: &str, path: &str| {
        let asked = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        asked.header(header::HOST, "127.0.0.1:3000").header(header::COOKIE, cookie).body(Body::empty()).unwrap()
    };
    for (method, path, status) in
        [("PUT", "/api/v1/me", 405_u16), ("BREW", "/api/v1/me", 405), ("GET", "/api/v1/nowhere", 404)]
    {
        let answer = app.call(ask(method, path)).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        assert_eq!(problem(&answer)["status"], status, "{method} {path}");
    }
    let metrics = app.call(ask("GET", "/metrics")).await;
    assert_eq!(metrics.status, StatusCode::OK, "{}", metrics.body);
    assert!(metrics.body.contains("method=\"other\"") && !metrics.body.contains("BREW"), "{}", metrics.body);
}
