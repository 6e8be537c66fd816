//! What browsers and programs are told and refused, whatever the route.

use crate::app::{PASSWORD, TestApp, token};
use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn_with_state;
use chorale_model::Role;
use chorale_server::routes::PAGES;
use chorale_server::web::{layers, pace};
use http::{Method, Request, StatusCode, header};
use std::collections::BTreeSet;
use tower::ServiceExt;

fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:3000")
}

fn get(path: &str) -> http::request::Builder {
    request(Method::GET, path)
}

/// The directives of a policy by name.
fn directive<'a>(policy: &'a str, name: &str) -> &'a str {
    let mut named = policy.split(';').filter_map(|one| one.trim().split_once(' '));
    let found = named.find(|(found, _)| *found == name);
    found.unwrap_or_else(|| panic!("no {name} in {policy}")).1
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_brings_a_policy_with_a_nonce_of_its_own() {
    let app = TestApp::new(None).await;
    let (admin, tenant) = (&app.a.people[&Role::Admin], &app.a);
    let mut nonces = BTreeSet::new();
    let pages = PAGES.iter().filter(|page| !page.query.contains('<'));
    let paths: Vec<String> = pages
        .map(|page| {
            let filled = [
                ("{collection}", tenant.collection.to_string()),
                ("{dataset}", tenant.dataset.to_string()),
                ("{sample}", tenant.sample.to_string()),
                ("{job}", tenant.job.to_string()),
            ];
            filled.iter().fold(page.path.to_owned(), |path, (name, id)| path.replace(name, id))
        })
        .chain(["/nowhere".to_owned()])
        .collect();
    for path in &paths {
        let asked = get(path).header(header::COOKIE, &admin.cookie).header(header::ACCEPT, "text/html");
        let answer = app.call(asked.body(Body::empty()).unwrap()).await;
        if answer.status.is_redirection() {
            continue; // somebody who is signed in has nothing to do on the sign-in page
        }
        let policy = answer.header("content-security-policy");
        let scripts = directive(policy, "script-src");
        let nonce = scripts.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next());
        let nonce = nonce.unwrap_or_else(|| panic!("{path}: no nonce in {scripts}"));
        assert!(scripts.contains("'strict-dynamic'") && scripts.contains("'wasm-unsafe-eval'"), "{path}: {scripts}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert!(nonces.insert(nonce.to_owned()), "{path}: a nonce came twice");
        for tag in answer.body.split("<script").skip(1) {
            let tag = tag.split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <script{tag}>");
        }
        assert!(!answer.body.contains(" style=\""), "{path} has an inline style");
    }
    assert!(nonces.len() > 15, "{} pages were seen", nonces.len());
    for path in ["/api/docs", "/api/openapi.json", "/healthz", "/api/v1/me", "/pkg/none.js"] {
        let answer = app.call(get(path).body(Body::empty()).unwrap()).await;
        let policy = answer.header("content-security-policy");
        assert_eq!((directive(policy, "default-src"), policy.contains("script-src")), ("'none'", false), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert!(!answer.headers.contains_key("strict-transport-security"), "{path}: this is plain http");
    }
    let docs = app.call(get("/api/docs").body(Body::empty()).unwrap()).await.body;
    assert!(!docs.contains("<script") && !docs.contains(" style=\"") && !docs.contains("<style"));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_cookies_are_bound_to_the_host_and_the_browser_stays_there() {
    let settings = [("public_url", "https://chorale.example"), ("trusted_proxies", "127.0.0.1")];
    let app = TestApp::with(&settings).await;
    let form = format!("email={}&password={}", app.a.people[&Role::Admin].email, PASSWORD.replace(' ', "+"));
    let asked = Request::post("/_fn/sign_in")
        .header(header::HOST, "chorale.example")
        .header(header::ORIGIN, "https://chorale.example")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html");
    let answer = app.call(asked.body(Body::from(form)).unwrap()).await;
    assert!(answer.status.is_redirection(), "{} {}", answer.status, answer.body);
    let cookie = answer.header("set-cookie");
    let words: BTreeSet<&str> = cookie.split(';').map(str::trim).collect();
    assert!(cookie.starts_with("__Host-"), "{cookie}");
    for word in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(words.contains(word), "{word} is not in {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(answer.header("strict-transport-security").starts_with("max-age=31536000"));
    let elsewhere = app.call(get("/healthz").body(Body::empty()).unwrap()).await;
    assert_eq!(elsewhere.status, StatusCode::OK, "probes ask by address");
    let elsewhere = Request::get("/sign-in").header(header::HOST, "elsewhere.example").body(Body::empty()).unwrap();
    assert_eq!(app.call(elsewhere).await.status, StatusCode::BAD_REQUEST, "no name of this deployment");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_sites_page_cannot_act_for_who_is_signed_in() {
    let app = TestApp::new(None).await;
    let cookie = &app.a.people[&Role::Curator].cookie;
    let call = async |site: Option<&str>, origin: Option<&str>| {
        let mut asked = request(Method::POST, "/_fn/create_collection")
            .header(header::COOKIE, cookie)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(site) = site {
            asked = asked.header("sec-fetch-site", site);
        }
        if let Some(origin) = origin {
            asked = asked.header(header::ORIGIN, origin);
        }
        let form = format!("name=Collection+{}&description=", app.unique());
        app.call(asked.body(Body::from(form)).unwrap()).await
    };
    for (site, origin) in [
        (Some("cross-site"), Some("https://evil.example")),
        (Some("same-site"), Some("http://127.0.0.1:4000")),
        (None, Some("https://evil.example")),
        (None, Some("null")),
    ] {
        let answer = call(site, origin).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site:?} {origin:?}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let own = call(Some("same-origin"), Some("http://127.0.0.1:3000")).await;
    assert!(own.status.is_success() || own.status.is_redirection(), "{} {}", own.status, own.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_to_a_program_is_a_problem_that_names_the_remedy() {
    let app = TestApp::with(&[("max_body_bytes", "1000")]).await;
    let (secret, _) = token(&app.ctx(&app.a.people[&Role::Curator]).await, Role::Curator).await;
    let json = |method: Method, path: &str, body: String| {
        let asked = request(method, path).header(header::AUTHORIZATION, format!("Bearer {secret}"));
        asked.header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap()
    };
    let stranger = Request::get("/sign-in").header(header::HOST, "evil.example").body(Body::empty()).unwrap();
    let cases = [
        (get("/api/v1/me").body(Body::empty()).unwrap(), 401, "unauthenticated"),
        (json(Method::GET, "/api/v1/members", String::new()), 403, "forbidden"),
        (json(Method::GET, "/api/v1/nothing", String::new()), 404, "missing"),
        (json(Method::GET, "/api/v1/jobs/not-an-id", String::new()), 404, "missing"),
        (json(Method::PUT, "/api/v1/me", String::new()), 405, "invalid"),
        (json(Method::POST, "/api/v1/annotate", "{".into()), 400, "invalid"),
        (json(Method::POST, "/api/v1/annotate", " ".repeat(1001)), 413, "too_large"),
        (json(Method::GET, "/api/v1/search?limit=x", String::new()), 400, "invalid"),
        (stranger, 400, "invalid"),
    ];
    for (asked, status, kind) in cases {
        let name = format!("{} {}", asked.method(), asked.uri());
        let answer = app.call(asked).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (status, "application/problem+json"),
            "{name}"
        );
        let problem = answer.json();
        assert_eq!((&problem["status"], &problem["kind"]), (&status.into(), &kind.into()), "{name}: {problem}");
        assert_eq!(problem["request_id"], answer.header("x-request-id"), "{name}");
        for key in ["type", "title", "detail"] {
            assert!(problem[key].as_str().is_some_and(|text| !text.is_empty()), "{name}: {problem}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_takes_too_long_is_given_up() {
    let app = TestApp::with(&[("read_timeout_s", "1")]).await;
    let never = axum::routing::get(std::future::pending::<&'static str>);
    let never = never.layer(from_fn_with_state(app.web.clone(), pace::read));
    let router = layers(Router::new().route("/api/v1/never", never), app.web.clone()).unwrap();
    let answer = router.oneshot(get("/api/v1/never").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
    assert!(answer.headers().contains_key(header::RETRY_AFTER));
}
