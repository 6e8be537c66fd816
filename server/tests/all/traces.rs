//! Traces, as a collector receives them.

use crate::program::{Program, family};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use chorale_model::Role;
use http::{HeaderMap, StatusCode};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode as SpanStatus};
use prost::Message;
use std::sync::{Arc, Mutex};

type Received = Arc<Mutex<Vec<ExportTraceServiceRequest>>>;

/// A collector on this machine; its address and what it got.
async fn collector() -> (String, Received) {
    let received = Received::default();
    let take = |State(received): State<Received>, headers: HeaderMap, body: Bytes| async move {
        if headers["content-type"] != "application/x-protobuf" {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let export = ExportTraceServiceRequest::decode(body).map_err(|_| StatusCode::BAD_REQUEST)?;
        received.lock().unwrap().push(export);
        Ok(ExportTraceServiceResponse::default().encode_to_vec())
    };
    let router = Router::new().route("/base/v1/traces", axum::routing::post(take)).with_state(received.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/base", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, received)
}

fn attribute(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|found| found.value.clone()).and_then(|any| any.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_jobs_and_writes_leave_spans_that_go_on_with_their_callers_trace() {
    let (address, received) = collector().await;
    // What the log shows has no part in it.
    let program =
        Program::new().with("CHORALE_OTLP_ENDPOINT", address).with("CHORALE_LOG", "chorale_server=info,error");
    let (_, token) = program.organization(Role::Curator).await;
    let served = program.serve(&[]).await;
    let bearer = format!("Bearer {token}");
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let form = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "multipart/form-data; boundary=edge"),
        ("traceparent", parent.as_str()),
    ];
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"collection\"\r\n\r\nC\r\n--edge\r\nContent-Disposition: \
         form-data; name=\"file\"; filename=\"a.soft\"\r\n\r\n{}\r\n--edge--\r\n",
        family("GSE1", "GSM1")
    );
    let answer = served.send("POST", "/api/v1/imports", &form, &body).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    let head = answer.split("x-request-id: ").nth(1).unwrap();
    let request_id = head.split("\r\n").next().unwrap().to_owned();
    let at = answer.find("\"id\":\"").unwrap() + 6;
    let job = answer[at..at + 36].to_owned();
    let ends = served.get(&format!("/api/v1/jobs/{job}/events"), &form[..1]).await;
    assert!(ends.contains("event: end"), "{ends}");
    // Everything that waited is sent before the process ends.
    assert_eq!(served.stop().await.code, Some(0));

    let exports = received.lock().unwrap().clone();
    let resources: Vec<_> = exports.iter().flat_map(|export| &export.resource_spans).collect();
    let service = resources.iter().map(|spans| attribute(&spans.resource.as_ref().unwrap().attributes, "service.name"));
    assert!(service.collect::<Vec<_>>().iter().all(|name| name == "chorale"));
    let spans: Vec<Span> = resources.iter().flat_map(|of| &of.scope_spans).flat_map(|of| of.spans.clone()).collect();
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();

    let posted = spans.iter().find(|span| span.name == "POST /api/v1/imports").unwrap_or_else(|| panic!("{names:?}"));
    assert_eq!(hex::encode(&posted.trace_id), trace);
    assert_eq!(hex::encode(&posted.parent_span_id), "00f067aa0ba902b7");
    assert_eq!(posted.kind, SpanKind::Server as i32);
    for (key, value) in [
        ("http.route", "/api/v1/imports"),
        ("http.request.method", "POST"),
        ("http.response.status_code", "202"),
        ("request_id", request_id.as_str()),
    ] {
        assert_eq!(attribute(&posted.attributes, key), value, "{key}");
    }
    let written = |parent: &Span| {
        let within = spans.iter().filter(|span| span.parent_span_id == parent.span_id);
        within.filter(|span| span.name == "database write").cloned().collect::<Vec<_>>()
    };
    let writes = written(posted);
    assert!(!writes.is_empty(), "{names:?}");
    assert_eq!(attribute(&writes[0].attributes, "db.system.name"), "sqlite");

    let import = spans.iter().find(|span| span.name == "job import").unwrap_or_else(|| panic!("{names:?}"));
    for (key, value) in [("job", job.as_str()), ("kind", "import"), ("attempt", "1"), ("state", "succeeded")] {
        assert_eq!(attribute(&import.attributes, key), value, "{key}");
    }
    assert!(!written(import).is_empty(), "{names:?}");
    let failed = spans.iter().filter(|span| span.status.as_ref().is_some_and(|s| s.code == SpanStatus::Error as i32));
    assert_eq!(failed.count(), 0);
    // The streamed answer is found by its route, not by its path.
    assert!(names.contains(&"GET /api/v1/jobs/{job}/events"), "{names:?}");
}

#[tokio::test]
async fn a_collector_that_is_away_harms_nothing() {
    // Nobody listens where a listener was.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let program = Program::new().with("CHORALE_OTLP_ENDPOINT", address);
    let (_, token) = program.organization(Role::Scientist).await;
    let served = program.serve(&[]).await;
    for _ in 0..50 {
        let answer = served.get("/api/v1/collections", &[("Authorization", &format!("Bearer {token}"))]).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let ended = served.stop().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.err.contains("opentelemetry"), "the log says that traces are lost: {}", ended.err);
}
