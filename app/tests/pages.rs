//! Pages through the router, without a socket: the status, the policy, and that they are whole before any script.
//! Needs the feature `ssr`: `cargo test -p chorale-app --features ssr`.
#![cfg(feature = "ssr")]

use axum::Router;
use axum::body::Body;
use chorale_app::{App, Assets, shell};
use http::{Request, StatusCode};
use leptos::prelude::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower::ServiceExt;

fn app() -> Router {
    let name = |extension: &str| format!("chorale-0.{extension}");
    let assets = Assets { css: name("css"), js: name("js"), wasm: name("wasm"), icon: name("svg") };
    let options = LeptosOptions::builder().output_name("chorale").build();
    let document = move || shell(assets.clone());
    Router::new()
        .leptos_routes(&options, generate_route_list(App), document.clone())
        .fallback(leptos_axum::render_app_async(document))
        .with_state(options)
}

struct Answer {
    status: StatusCode,
    policy: String,
    html: String,
}

async fn get(path: &str) -> Answer {
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let response = app().oneshot(request).await.expect("the router answers");
    let status = response.status();
    let policy =
        response.headers().get("content-security-policy").expect("a policy").to_str().expect("ASCII").to_owned();
    let body = axum::body::to_bytes(response.into_body(), 10 << 20).await.expect("a body");
    Answer { status, policy, html: String::from_utf8(body.to_vec()).expect("UTF-8") }
}

#[tokio::test]
async fn pages_without_a_sign_in_are_whole_and_obey_their_policy() {
    for (path, words) in [("/sign-in", "Sign in · Chorale"), ("/design", "Design · Chorale")] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.html.contains(words), "{path} has its title");
        assert!(answer.html.contains("</html>"), "{path} is whole");
        assert!(!answer.html.contains(" style="), "{path} has no style attribute; the policy would drop it");
        let nonce = answer.policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
        assert!(nonce.len() >= 16, "{path}: the nonce is long enough");
        for script in answer.html.split("<script").skip(1) {
            assert!(
                script.split('>').next().expect("a tag").contains(nonce),
                "{path}: a script without the nonce: {script:.80}"
            );
        }
        assert!(!answer.policy.contains("unsafe-inline"), "{path}");
    }
}

#[tokio::test]
async fn two_answers_never_share_a_nonce() {
    assert_ne!(get("/design").await.policy, get("/design").await.policy);
}

#[tokio::test]
async fn a_page_that_does_not_exist_answers_404_with_a_way_on() {
    let answer = get("/no/such/page").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.html.contains("There is no such page"));
}

mod screens;

fn framed(draw: impl FnOnce() -> chorale_app::screen::Screen) -> String {
    leptos::prelude::Owner::new().with(|| {
        leptos_meta::provide_meta_context();
        let me = screens::fixtures::me(chorale_model::Role::Admin);
        leptos::prelude::RenderHtml::to_html(chorale_app::screen::frame(Some(&me), draw()))
    })
}

#[test]
fn a_dataset_lists_the_commonest_of_many_values_and_counts_the_others() {
    let mut values = screens::harmonized::dataset_values();
    let field = values.fields.iter_mut().find(|field| !field.values.is_empty()).expect("fields have values");
    let one = field.values[0].clone();
    let numbered = |n: i64| chorale_model::harmonize::DatasetValue {
        term: format!("X:{n}"),
        label: format!("value {n} of many"),
        samples: 1_000 - n,
        ..one.clone()
    };
    field.values = (0..35).map(numbered).collect();
    field.others = chorale_model::harmonize::OtherValues { values: 65, samples: 70 };
    let html = framed(|| screens::all::dataset_with(values));
    assert!(html.contains("95 more values, of ") && html.contains("and 65 others"));
    assert!(html.contains("value 34 of many"));
}

#[test]
fn every_screen_in_every_face_obeys_the_policy_and_names_its_controls() {
    for (name, draw) in screens::all::SCREENS {
        let html = framed(draw);
        assert!(!html.contains(" style="), "{name} has a style attribute");
        assert!(html.contains("<main id=\"content\">"), "{name} has its content");
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one title");
        for input in html
            .split("<input")
            .skip(1)
            .filter(|input| !input.starts_with(" type=\"hidden\"") && !input.contains(" hidden"))
        {
            let tag = input.split('>').next().expect("a tag");
            let id = tag.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next());
            let labelled = tag.contains("aria-label=") || id.is_some_and(|id| html.contains(&format!("for=\"{id}\"")));
            assert!(labelled || is_wrapped(&html, tag), "{name}: an input without a label: {tag}");
        }
    }
}

/// Inside `<label>`: the field of the search page.
fn is_wrapped(html: &str, tag: &str) -> bool {
    let before = html.find(tag).map(|at| &html[..at]).unwrap_or_default();
    before.rfind("<label").unwrap_or(0) > before.rfind("</label").unwrap_or(0)
}
