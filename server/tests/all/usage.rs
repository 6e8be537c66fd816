//! What requests leave in the usage report, through HTTP.

use crate::app::{TestApp, token};
use axum::body::Body;
use chorale_model::Role;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;

/// Amounts of a quantity by object and actor.
fn amounts(report: &Value, quantity: &str) -> Vec<(String, String, f64)> {
    let rows = report["by_actor"].as_array().unwrap().iter().filter(|used| used["quantity"] == quantity);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.map(|used| (text(&used["object"]), text(&used["actor"]), used["amount"].as_f64().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_to_somebody_known_is_counted_with_the_bytes_that_left() {
    let app = TestApp::new(None).await;
    let admin = app.a.people[&Role::Admin].clone();
    let (secret, _) = token(&app.ctx(&admin).await, Role::Curator).await;
    let get = |path: &str| Request::get(path).header(header::HOST, "127.0.0.1:3000").header(header::ACCEPT, "*/*");
    let bearer = format!("Bearer {secret}");
    let as_token = |path: &str| get(path).header(header::AUTHORIZATION, &bearer).body(Body::empty()).unwrap();

    let mut rest = 0;
    for path in ["/api/v1/collections", "/api/v1/search?facets=colour", "/api/v1/no-such-thing"] {
        rest += app.call(as_token(path)).await.body.len();
    }
    // A download, and what was sent of a stream until its listener went away.
    let file = app.send(as_token(&format!("/api/v1/files/{}/content", app.a.file))).await;
    assert_eq!(file.status(), StatusCode::OK);
    rest += file.into_body().collect().await.unwrap().to_bytes().len();
    let mut events = app.send(as_token("/api/v1/jobs/events")).await.into_body();
    rest += events.frame().await.unwrap().unwrap().into_data().unwrap().len();
    drop(events);
    // As it leaves, after compression.
    let packed = get("/api/openapi.json").header(header::ACCEPT_ENCODING, "br").header(header::AUTHORIZATION, &bearer);
    let packed = app.send(packed.body(Body::empty()).unwrap()).await;
    assert_eq!(packed.headers()[header::CONTENT_ENCODING], "br");
    rest += packed.into_body().collect().await.unwrap().to_bytes().len();

    let page = get("/collections").header(header::COOKIE, &admin.cookie);
    let page = app.call(page.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, StatusCode::OK);
    // Nobody known: nobody to count for.
    app.call(get("/sign-in").body(Body::empty()).unwrap()).await;
    app.call(get("/api/v1/collections").header(header::AUTHORIZATION, "Bearer wrong").body(Body::empty()).unwrap())
        .await;

    let report = get("/api/v1/organization/usage").header(header::COOKIE, &admin.cookie);
    let report = app.call(report.body(Body::empty()).unwrap()).await.json();
    let of = |object: &str, actor: &str, amount: f64| (object.to_owned(), actor.to_owned(), amount);
    assert_eq!(amounts(&report, "requests"), [of("pages", &admin.email, 1.0), of("rest", "test", 6.0)]);
    assert_eq!(
        amounts(&report, "sent_bytes"),
        [of("pages", &admin.email, page.body.len() as f64), of("rest", "test", rest as f64)]
    );
}
