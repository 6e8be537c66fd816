//! The shapes that clients rely on, through HTTP.

use crate::app::{TestApp, token};
use axum::body::Body;
use chorale_model::Role;
use http::{Request, StatusCode, header};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn search_answers_the_documented_shape_and_refuses_unknown_facets() {
    let app = TestApp::new(None).await;
    let (secret, _) = token(&app.ctx(&app.a.people[&Role::Scientist]).await, Role::Scientist).await;
    let get = |address: &str| {
        Request::get(address)
            .header(header::HOST, "127.0.0.1:3000")
            .header(header::AUTHORIZATION, format!("Bearer {secret}"))
            .body(Body::empty())
            .unwrap()
    };
    let answer = app.call(get("/api/v1/search?kind=samples&q=tumor&facets=disease,organism&limit=5")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["total"], 1);
    assert_eq!(body["hits"][0]["accession"], format!("GSM900{}", app.a.mark));
    assert_eq!(body["facets"]["disease"], serde_json::json!([]));
    assert_eq!(body["facets"]["organism"][0]["label"], "Homo sapiens");
    assert!(body["took_ms"].is_number() && body["next_cursor"].is_null());

    let refused = app.call(get("/api/v1/search?facets=colour")).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let problem: serde_json::Value = serde_json::from_str(&refused.body).unwrap();
    assert!(problem["detail"].as_str().unwrap().contains("there is no facet \"colour\""), "{problem}");
    let wrong = app.call(get("/api/v1/search?q=liver%20(cancer")).await;
    let problem: serde_json::Value = serde_json::from_str(&wrong.body).unwrap();
    assert_eq!((wrong.status, &problem["fields"][0]["offset"]), (StatusCode::BAD_REQUEST, &serde_json::json!(6)));
}

#[tokio::test(flavor = "multi_thread")]
async fn annotate_answers_every_item_from_the_first_day() {
    let app = TestApp::new(None).await;
    let (secret, _) = token(&app.ctx(&app.a.people[&Role::Scientist]).await, Role::Scientist).await;
    let post = async |body: serde_json::Value| {
        let asked = Request::post("/api/v1/annotate")
            .header(header::HOST, "127.0.0.1:3000")
            .header(header::AUTHORIZATION, format!("Bearer {secret}"))
            .header(header::CONTENT_TYPE, "application/json");
        app.call(asked.body(Body::from(body.to_string())).unwrap()).await
    };
    let items = json!([
        {"id": "a", "text": "adjacent normal liver"},
        {"id": 2, "attributes": {"tissue": "liver", "age": "5"}, "study": "GSE6344"},
    ]);
    let answer = post(json!({ "items": items })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let empty = json!({"items": [{"id": "a", "suggestions": []}, {"id": 2, "suggestions": []}]});
    assert_eq!(answer.json(), empty);
    for (items, words) in [
        (json!([{"id": "a", "text": "x"}, {"id": "b"}]), "items[1].text: is missing"),
        (json!([{"id": "a", "text": "x", "attributes": {}}]), "items[0].text: stands beside attributes"),
        (json!([{"id": null, "text": "x"}]), "items[0].id: must be a text or a number"),
        (json!(vec![json!({"id": 1, "text": "x"}); 1_001]), "items: 1001 are too many; send 1000 at a time"),
    ] {
        let refused = post(json!({ "items": items })).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(words), "{detail}");
    }
}
