//! The description of the API: complete, and such that clients can be generated from it.

use crate::app::TestApp;
use axum::body::Body;
use chorale_server::routes::{Face, table};
use http::{Request, StatusCode, header};
use serde_json::{Value, json};

async fn document(app: &TestApp) -> Value {
    let asked = Request::get("/api/openapi.json").header(header::HOST, "127.0.0.1:3000");
    let answer = app.call(asked.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn openapi_describes_every_rest_route_and_no_other() {
    let document = document(&TestApp::new(None).await).await;
    let mut described: Vec<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, operations)| {
            operations.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let mut routed: Vec<String> =
        table::all().into_iter().filter(|route| route.face == Face::Rest).map(|route| route.name()).collect();
    described.sort();
    routed.sort();
    assert_eq!(described, routed);
}

/// Each operation with its name.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, said)| (format!("{method} {path}"), said))
    });
    each.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_have_names_that_can_be_sent_and_bodies_have_shapes() {
    let document = document(&TestApp::new(None).await).await;
    let mut bodies = 0;
    for (name, said) in operations(&document) {
        for parameter in said["parameters"].as_array().into_iter().flatten() {
            let word = parameter["name"].as_str().unwrap();
            let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
            assert!(plain && !word.is_empty(), "{name}: {word:?} is no parameter's name");
        }
        let contents = [&said["requestBody"]["content"], &said["responses"]["202"]["content"]];
        for (type_, content) in contents.into_iter().filter_map(Value::as_object).flatten() {
            bodies += 1;
            let shape = &content["schema"];
            let says = ["$ref", "properties", "items", "oneOf"].iter().any(|key| !shape[key].is_null());
            assert!(says || shape["type"] == "string", "{name}: a body of {type_} is anything at all");
        }
    }
    assert!(bodies > 15, "only {bodies} bodies were looked at");

    let search = &document["paths"]["/api/v1/search"]["get"]["parameters"];
    let organism = search.as_array().unwrap().iter().find(|parameter| parameter["name"] == "organism").unwrap();
    assert_eq!(organism["schema"], json!({"type": "array", "items": {"type": "string"}}), "a facet may be repeated");
    let form = &document["paths"]["/api/v1/imports"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"];
    assert_eq!(form["properties"]["file"]["items"]["format"], "binary");
    assert_eq!(form["required"], json!(["collection"]));
}
