//! Pages and forms against a real platform on SQLite: who may open what, what a form answers, and what survives.
//! Needs the feature `ssr`.
#![cfg(feature = "ssr")]

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use chorale_app::{App, Assets, shell};
use chorale_model::{OrganizationId, Role};
use chorale_platform::{Ctx, Db, Deployment, testing};
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, REFERER, SET_COOKIE};
use http::{HeaderMap, Method, StatusCode};
use leptos::prelude::provide_context;
use std::sync::Arc;
use tower::ServiceExt;

struct Site {
    app: Arc<Deployment>,
    organization: OrganizationId,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn location(&self) -> &str {
        self.headers.get(LOCATION).map(|value| value.to_str().expect("ASCII")).unwrap_or_default()
    }

    /// The cookies that it sets, as a browser sends them back.
    fn cookies(&self) -> String {
        let lines = self.headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().expect("ASCII"));
        lines.filter_map(|line| line.split(';').next()).collect::<Vec<_>>().join("; ")
    }
}

impl Site {
    async fn new() -> Self {
        // Starts Leptos' executor, as the server does when it lists its routes.
        leptos_axum::generate_route_list(App);
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        let db = Db::open(&format!("sqlite://{}/test.db", folder.display())).await.expect("a database");
        db.migrate().await.expect("the schema");
        let app = testing::deployment(db);
        let organization = testing::organization(&app, "Northgate").await;
        Site { app, organization }
    }

    async fn member(&self, role: Role) -> Ctx {
        testing::member_ctx(&self.app, self.organization, role).await
    }

    fn anonymous(&self) -> Ctx {
        Ctx::anonymous(self.app.clone(), "test".into(), "127.0.0.1".into())
    }

    async fn send(&self, ctx: &Ctx, request: Request) -> Answer {
        let name = |extension: &str| format!("chorale-0.{extension}");
        let assets = Assets { css: name("css"), js: name("js"), wasm: name("wasm"), icon: name("svg") };
        let (own, other) = (ctx.clone(), ctx.clone());
        let pages = leptos_axum::render_app_async_with_context(
            move || provide_context(own.clone()),
            move || shell(assets.clone()),
        );
        let functions = move |request: Request| {
            let ctx = other.clone();
            leptos_axum::handle_server_fns_with_context(move || provide_context(ctx.clone()), request)
        };
        let router: Router = Router::new().route("/_fn/{name}", axum::routing::post(functions)).fallback(pages);
        let response = router.oneshot(request).await.expect("the router answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let body = axum::body::to_bytes(response.into_body(), 10 << 20).await.expect("a body");
        Answer { status, headers, text: String::from_utf8(body.to_vec()).expect("UTF-8") }
    }

    async fn get(&self, ctx: &Ctx, path: &str, cookies: &str) -> Answer {
        let request = Request::get(path).header(COOKIE, cookies).body(Body::empty()).expect("a request");
        self.send(ctx, request).await
    }

    /// As a browser posts a form from `/account`.
    async fn post(&self, ctx: &Ctx, name: &str, form: &str) -> Answer {
        self.send(ctx, form_request(name, form, "text/html,*/*")).await
    }
}

fn form_request(name: &str, form: &str, accept: &str) -> Request {
    Request::builder()
        .method(Method::POST)
        .uri(format!("/_fn/{name}"))
        .header(ACCEPT, accept)
        .header(HOST, "127.0.0.1:3000")
        .header(REFERER, "http://127.0.0.1:3000/account?tab=1")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .expect("a request")
}

const MEMBER_PAGES: &[&str] = &[
    "/collections",
    "/jobs",
    "/account",
    "/help",
    "/search",
    "/search?kind=datasets&q=liver",
    "/annotate",
    "/annotate?example=1",
    "/terms",
    "/terms?q=liver",
    "/ontologies",
    "/models",
];

#[tokio::test]
async fn who_has_not_signed_in_is_asked_to_and_comes_back() {
    let site = Site::new().await;
    for path in MEMBER_PAGES.iter().chain(&["/members", "/import", "/organization", "/audit"]) {
        let answer = site.get(&site.anonymous(), path, "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.location().starts_with("/sign-in?next="), "{path}: {}", answer.location());
    }
}

#[tokio::test]
async fn each_role_opens_its_pages_and_no_others() {
    let site = Site::new().await;
    let pages = [
        (Role::Scientist, MEMBER_PAGES),
        (Role::Curator, &["/import"]),
        (Role::Admin, &["/members", "/organization", "/audit", "/audit?verify=true"]),
    ];
    for role in Role::ALL {
        let ctx = site.member(role).await;
        for (least, paths) in pages {
            for path in paths {
                let answer = site.get(&ctx, path, "").await;
                let expected = if role >= least { StatusCode::OK } else { StatusCode::FORBIDDEN };
                assert_eq!(answer.status, expected, "{role} opens {path}");
                assert!(answer.text.contains("<main id=\"content\">"), "{role} sees a screen at {path}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_missing_and_what_is_no_id_answer_alike() {
    let site = Site::new().await;
    let ctx = site.member(Role::Admin).await;
    for path in ["/datasets", "/samples", "/collections", "/jobs", "/models"] {
        for id in ["018f0000-0000-7000-8000-000000000000", "none"] {
            let answer = site.get(&ctx, &format!("{path}/{id}"), "").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}/{id}");
            assert!(answer.text.contains("does not exist here"), "{path}/{id}");
        }
    }
}

#[tokio::test]
async fn a_refused_form_goes_back_with_its_reason_and_a_program_gets_the_status() {
    let site = Site::new().await;
    let form = "email=nobody%40example.org&password=wrong-password&next=%2Fjobs";
    let refused = site.post(&site.anonymous(), "sign_in", form).await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER);
    assert_eq!(refused.location(), "/account?tab=1");
    let page = site.get(&site.anonymous(), "/sign-in", &refused.cookies()).await;
    assert!(page.text.contains("the password is wrong"), "the reason is shown");
    assert!(page.cookies().contains("flash="), "and taken away");
    let program = site.send(&site.anonymous(), form_request("sign_in", form, "application/json")).await;
    assert_eq!(program.status, StatusCode::UNAUTHORIZED);
    let fault: chorale_model::Fault = serde_json::from_str(&program.text).expect("a fault as JSON");
    assert_eq!(fault.kind, chorale_model::FaultKind::Unauthenticated);
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_a_400() {
    let site = Site::new().await;
    let answer = site.send(&site.anonymous(), form_request("sign_in", "email=x", "application/json")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
}

#[tokio::test]
async fn a_token_is_made_shown_once_and_revoked() {
    let site = Site::new().await;
    let ctx = site.member(Role::Scientist).await;
    let made = site.post(&ctx, "create_token", "name=notebook&role=scientist&expires_in_days=90").await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/account?tab=1"));
    let shown = site.get(&ctx, "/account", &made.cookies()).await.text;
    assert!(shown.contains("data-copy="), "the secret can be copied");
    let again = site.get(&ctx, "/account", "").await.text;
    assert!(again.contains("notebook") && !again.contains("data-copy="), "and is not shown again");
    let id = again.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("its form");
    site.post(&ctx, "revoke_token", &format!("token={id}")).await;
    assert!(site.get(&ctx, "/account", "").await.text.contains("revoked"));
    let more = site.post(&ctx, "create_token", "name=too+much&role=admin&expires_in_days=").await;
    let refused = site.get(&ctx, "/account", &more.cookies()).await.text;
    assert!(refused.contains("That was refused"), "nobody makes a token above their own role");
}

#[tokio::test]
async fn a_collection_is_made_and_opened() {
    let site = Site::new().await;
    let ctx = site.member(Role::Curator).await;
    let made = site.post(&ctx, "create_collection", "name=Renal&description=kidneys").await;
    assert!(made.location().starts_with("/collections/"), "{}", made.location());
    let page = site.get(&ctx, made.location(), "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("This collection is empty"), "the empty face offers the import");
}

#[tokio::test]
async fn preferences_are_drawn_by_the_server() {
    let site = Site::new().await;
    let answer = site.post(&site.anonymous(), "set_preference", "name=theme&value=dark").await;
    let page = site.get(&site.anonymous(), "/design", &answer.cookies()).await.text;
    assert!(page.contains("data-theme=\"dark\""), "no flash of the other theme");
    let refused = site
        .send(&site.anonymous(), form_request("set_preference", "name=theme&value=%22%3E", "application/json"))
        .await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_person_is_invited_by_a_link_and_accepts() {
    let site = Site::new().await;
    let admin = site.member(Role::Admin).await;
    let made = site.post(&admin, "invite_member", "email=noor%40example.org&name=Noor&role=curator").await;
    let shown = site.get(&admin, "/members", &made.cookies()).await.text;
    let code =
        shown.split("/invitation?code=").nth(1).and_then(|rest| rest.split(['"', '<', '&']).next()).expect("a link");
    assert!(shown.contains("Open invitations"), "and who was asked is listed");

    let page = site.get(&site.anonymous(), &format!("/invitation?code={code}"), "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Join Northgate") && page.text.contains("noor@example.org is invited as curator"));
    let form = format!("code={code}&password=a+first+password+of+mine");
    let accepted = site.post(&site.anonymous(), "accept_invitation", &form).await;
    assert_eq!((accepted.status, accepted.location()), (StatusCode::SEE_OTHER, "/sign-in"));
    let form = "email=noor%40example.org&password=a+first+password+of+mine&next=%2Fjobs";
    assert_eq!(site.post(&site.anonymous(), "sign_in", form).await.location(), "/jobs");
    let after = site.get(&admin, "/members", "").await.text;
    assert!(after.contains("noor@example.org") && !after.contains("Open invitations"));
    let used = site.get(&site.anonymous(), &format!("/invitation?code={code}"), "").await;
    assert_eq!(used.status, StatusCode::BAD_REQUEST);
    assert!(used.text.contains("this invitation was accepted"), "the page says what to do");

    let again = site.post(&admin, "invite_member", "email=ida%40example.org&name=&role=scientist").await;
    let listed = site.get(&admin, "/members", &again.cookies()).await.text;
    let id =
        listed.split("name=\"invitation\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("its form");
    site.post(&admin, "withdraw_invitation", &format!("invitation={id}")).await;
    assert!(!site.get(&admin, "/members", "").await.text.contains("ida@example.org"));
}
