//! Streams of events: what they say, to whom, for how long and how many.

use crate::app::{Answer, TestApp, person, token};
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Extension, Router};
use chorale_model::Role;
use chorale_model::identity::UpdateMember;
use chorale_platform::identity;
use chorale_server::web::{Lasting, authenticate};
use http::{Request, StatusCode, header};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

fn request(path: &str, bearer: &str) -> Request<Body> {
    let asked = Request::get(path).header(header::HOST, "127.0.0.1:3000");
    asked.header(header::AUTHORIZATION, format!("Bearer {bearer}")).body(Body::empty()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_told_to_their_own_organization() {
    let app = TestApp::new(None).await;
    let (own, _) = token(&app.ctx(&app.a.people[&Role::Scientist]).await, Role::Scientist).await;
    let (other, _) = token(&app.ctx(&app.b.people[&Role::Scientist]).await, Role::Scientist).await;
    let one = format!("/api/v1/jobs/{}/events", app.a.job);
    let job = app.a.job.to_string();
    let says = |answer: &Answer| answer.body.contains("event: job") && answer.body.contains(&job);
    for path in [one.as_str(), "/api/v1/jobs/events"] {
        assert!(says(&app.call(request(path, &own)).await), "{path}");
        let strange = app.call(request(path, &other)).await;
        assert!(!strange.body.contains(&job) || strange.status == StatusCode::NOT_FOUND, "{path}: {}", strange.body);
        assert!(!strange.body.contains(app.a.mark), "{path}: {}", strange.body);
    }
    assert!(app.call(request(&one, &own)).await.body.contains("event: end"), "an ended job's stream ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_holds_a_limited_number_of_streams() {
    let app = TestApp::new(None).await;
    let (own, _) = token(&app.ctx(&app.a.people[&Role::Scientist]).await, Role::Scientist).await;
    let (colleague, _) = token(&app.ctx(&app.a.people[&Role::Curator]).await, Role::Scientist).await;
    let path = "/api/v1/jobs/events";
    let mut open = Vec::new();
    let refused = loop {
        let answer = app.send(request(path, &own)).await;
        if answer.status() != StatusCode::OK {
            break answer.status();
        }
        open.push(answer);
        assert!(open.len() < 1_000, "there is no limit");
    };
    assert_eq!((refused, open.len()), (StatusCode::TOO_MANY_REQUESTS, 32));
    assert_eq!(app.send(request(path, &colleague)).await.status(), StatusCode::OK, "others are not concerned");
    open.pop();
    assert_eq!(app.send(request(path, &own)).await.status(), StatusCode::OK, "a stream that was left makes room");
}

type Heard = Arc<Mutex<Option<Lasting>>>;

async fn keep(Extension(heard): Extension<Heard>, listener: Lasting) {
    *heard.lock().unwrap() = Some(listener);
}

/// Takes the listener of a request, as the handlers of streams do.
async fn listen(app: &TestApp, bearer: &str) -> Lasting {
    let heard = Heard::default();
    let router = Router::new()
        .route("/listen", get(keep))
        .layer(from_fn_with_state(app.web.clone(), authenticate::identify))
        .layer(Extension(heard.clone()))
        .with_state(app.web.clone());
    assert_eq!(router.oneshot(request("/listen", bearer)).await.unwrap().status(), StatusCode::OK);
    let listener = heard.lock().unwrap().take();
    listener.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_over_for_a_revoked_token_and_a_deactivated_member() {
    let app = TestApp::new(None).await;
    let listener = person(&app.app, app.a.id, "listener@example.org", Role::Scientist).await;
    let ctx = app.ctx(&listener).await;
    let (first, id) = token(&ctx, Role::Scientist).await;
    let (second, _) = token(&ctx, Role::Scientist).await;
    let (first, second) = (listen(&app, &first).await, listen(&app, &second).await);
    assert!(first.still().await && second.still().await);
    identity::revoke_token(&ctx, id).await.unwrap();
    assert!(!first.still().await && second.still().await);
    let inactive = UpdateMember { role: None, active: Some(false) };
    identity::update_member(&app.operator(&app.a), listener.user, inactive).await.unwrap();
    assert!(!second.still().await);
}
