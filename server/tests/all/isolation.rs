//! The isolation matrix: every route of the table, asked by every kind of identity with a valid example. The allowed
//! succeed, everybody else fails, and another organization's id answers exactly like one that does not exist.

use crate::app::{Answer, PASSWORD, Person, Tenant, TestApp, person, sign_in, token};
use axum::body::Body;
use chorale_model::{OrganizationId, Role};
use chorale_platform::{Ctx, identity};
use chorale_server::pages::Site;
use chorale_server::routes::{Access, Example, ExampleBody, Face, Route, table};
use http::{Method, Request, StatusCode, header};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Who asks.
#[derive(Clone)]
enum Who {
    Nobody,
    Cookie(String),
    Bearer(String),
}

/// A request of a route with its placeholders filled from `ids`.
fn request(route: &Route, ids: &BTreeMap<&str, String>, who: &Who) -> Request<Body> {
    let stands = |name: &str| {
        let name = route.example.stands.iter().find(|(of, _)| *of == name).map_or(name, |(_, by)| by);
        ids.get(name).cloned()
    };
    let mut address = Example::path(route.path, stands);
    if !route.example.query.is_empty() {
        address = format!("{address}?{}", Example::fill(route.example.query, stands));
    }
    let accept = if route.face == Face::Page { "text/html" } else { "application/json" };
    let mut request = Request::builder().method(route.method.clone()).uri(address).header(header::ACCEPT, accept);
    request = request.header(header::HOST, "127.0.0.1:3000");
    match who {
        Who::Nobody => {}
        Who::Cookie(cookie) => request = request.header(header::COOKIE, cookie),
        Who::Bearer(secret) => request = request.header(header::AUTHORIZATION, format!("Bearer {secret}")),
    }
    let (type_, body) = match route.example.body {
        ExampleBody::Empty if route.face == Face::Function => ("application/x-www-form-urlencoded", String::new()),
        ExampleBody::Empty => ("", String::new()),
        ExampleBody::Json(text) => ("application/json", Example::fill(text, stands)),
        ExampleBody::Form(text) => ("application/x-www-form-urlencoded", Example::fill(text, stands)),
        ExampleBody::Multipart(parts) => ("multipart/form-data; boundary=edge", multipart(parts, &stands)),
    };
    if !type_.is_empty() {
        request = request.header(header::CONTENT_TYPE, type_);
    }
    request.body(Body::from(body)).unwrap_or_else(|e| panic!("{}: the example is no request: {e}", route.name()))
}

fn multipart(parts: &[chorale_server::routes::Part], id: &impl Fn(&str) -> Option<String>) -> String {
    let mut body = String::new();
    for part in parts {
        let file = part.file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        let content = Example::fill(part.content, id);
        body.push_str(&format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{}\"{file}\r\n\r\n{content}\r\n",
            part.name
        ));
    }
    body + "--edge--\r\n"
}

/// One of everything of a tenant, fresh where a request ends what it names.
async fn ids(app: &TestApp, tenant: &Tenant, route: &Route, of: &Person) -> BTreeMap<&'static str, String> {
    let ctx = app.operator(tenant);
    let mut ids = BTreeMap::from([
        ("organization", tenant.id.to_string()),
        ("organization_name", tenant.name.clone()),
        ("collection", tenant.collection.to_string()),
        ("dataset", tenant.dataset.to_string()),
        ("sample", tenant.sample.to_string()),
        ("file", tenant.file.to_string()),
        ("job", tenant.job.to_string()),
        ("export_job", tenant.export.to_string()),
        ("user", tenant.people[&Role::Scientist].user.to_string()),
        ("email", of.email.clone()),
        ("password", PASSWORD.to_owned()),
        ("unique", app.unique().to_string()),
        ("asset", Site::load().unwrap().css().to_owned()),
    ]);
    let wants = |name: &str| {
        let body = match route.example.body {
            ExampleBody::Json(text) | ExampleBody::Form(text) => text,
            _ => "",
        };
        let mark = format!("<{name}>");
        route.example.stands.iter().any(|(_, by)| *by == name)
            || body.contains(&mark)
            || route.example.query.contains(&mark)
    };
    if wants("doomed_dataset") {
        ids.insert("doomed_dataset", app.doomed_dataset(tenant).await.to_string());
    }
    if wants("failed_job") {
        ids.insert("failed_job", app.failed_job(tenant).await.to_string());
    }
    if wants("doomed_session") {
        let ctx = app.ctx(&Person { cookie: sign_in(&app.app, &of.email).await, ..of.clone() }).await;
        let chorale_platform::Actor::User { session, .. } = ctx.actor else { panic!("signed in as a person") };
        ids.insert("doomed_session", session.to_string());
    }
    if wants("doomed_token") {
        ids.insert("doomed_token", token(&app.ctx(&app.alive(of).await).await, Role::Scientist).await.1.to_string());
    }
    if wants("reset_code") {
        let email = format!("forgetful-{}@example.org", app.unique());
        let forgetful = person(&app.app, tenant.id, &email, Role::Scientist).await;
        let reset = identity::create_password_reset(&ctx, forgetful.user).await.unwrap();
        ids.insert("reset_code", reset.url.rsplit_once("code=").unwrap().1.to_owned());
    }
    if wants("mapping_job") {
        let (job, file) = app.mapping_job(tenant).await;
        ids.insert("mapping_job", job.to_string());
        ids.insert("mapping_file", file);
    }
    if wants("upload") {
        let mut upload = chorale_platform::sources::begin_upload(&ctx, "example.csv").unwrap();
        upload.write(b"accession,title\nS1,one\nS2,two\n").await.unwrap();
        ids.insert("upload", upload.finish().await.unwrap().sha256);
    }
    ids
}

fn succeeded(answer: &Answer) -> bool {
    answer.status.is_success() || (answer.status.is_redirection() && !answer.location.starts_with("/sign-in"))
}

fn may(access: Access, role: Role) -> bool {
    match access.role() {
        Some(least) => role >= least,
        None => access == Access::Anonymous,
    }
}

/// Ends the organization or the session that asks: needs an asker of its own.
fn is_last(route: &Route) -> bool {
    ["erasure", "erase_organization", "sign_out", "me/password", "change_password"]
        .iter()
        .any(|end| route.path.ends_with(end))
}

/// Somebody who may be signed out or erased.
async fn expendable(app: &TestApp, role: Role) -> (OrganizationId, String, Person) {
    let name = format!("Expendable {}", app.unique());
    let id = identity::create_organization(&Ctx::operator(app.app.clone(), None), &name, false).await.unwrap().id;
    let person = person(&app.app, id, &format!("expendable-{}@example.org", app.unique()), role).await;
    (id, name, person)
}

async fn walk(app: &TestApp) {
    let mut leaks = Vec::new();
    let admin = &app.a.people[&Role::Admin];
    let (revoked, revoked_id) = token(&app.ctx(admin).await, Role::Admin).await;
    identity::revoke_token(&app.ctx(admin).await, revoked_id).await.unwrap();
    let ended = sign_in(&app.app, &admin.email).await;
    identity::sign_out(&app.ctx(&Person { cookie: ended.clone(), ..admin.clone() }).await).await.unwrap();

    for route in table::all() {
        let name = route.name();
        // Members, by cookie and by token.
        for (role, person) in &app.a.people {
            let person = &app.alive(person).await;
            let (secret, _) = token(&app.ctx(person).await, *role).await;
            let mut askers = vec![("cookie", Who::Cookie(person.cookie.clone()))];
            // What belongs to a browser's session has no meaning for a token.
            if route.face == Face::Rest {
                askers.push(("token", Who::Bearer(secret)));
            }
            for (how, who) in askers {
                let person = &app.alive(person).await;
                let mut ids = ids(app, &app.a, &route, person).await;
                let mut who = who;
                if is_last(&route) {
                    let (_, organization, stand_in) = expendable(app, *role).await;
                    ids.insert("organization_name", organization);
                    who = Who::Cookie(stand_in.cookie);
                }
                let answer = app.call(request(&route, &ids, &who)).await;
                let allowed = may(route.access, *role);
                if succeeded(&answer) != allowed {
                    leaks.push(format!("{name} as {role} by {how}: {} {}", answer.status, short(&answer)));
                }
            }
        }
        // Nobody, an ended session, a revoked token.
        for (how, who) in [
            ("nobody", Who::Nobody),
            ("an ended session", Who::Cookie(ended.clone())),
            ("a revoked token", Who::Bearer(revoked.clone())),
        ] {
            let answer = app.call(request(&route, &ids(app, &app.a, &route, admin).await, &who)).await;
            let open = route.access == Access::Anonymous && !matches!(who, Who::Bearer(_));
            if succeeded(&answer) != open && !(route.access == Access::Anonymous && route.path == "/metrics") {
                leaks.push(format!("{name} as {how}: {} {}", answer.status, short(&answer)));
            }
        }
        leaks.extend(strangers(app, &route).await);
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

/// Another organization's members, with this organization's ids, see nothing of it, and the same as for a missing id.
async fn strangers(app: &TestApp, route: &Route) -> Vec<String> {
    let mut leaks = Vec::new();
    for (role, stranger) in &app.b.people {
        let stranger = &app.alive(stranger).await;
        if is_last(route) {
            continue; // asked above by people whose end harms nobody; a stranger's name does not fit there
        }
        let admin = app.alive(&app.a.people[&Role::Admin]).await;
        let theirs = ids(app, &app.a, route, &admin).await;
        let named = [
            "collection",
            "dataset",
            "sample",
            "file",
            "job",
            "export_job",
            "user",
            "organization",
            "doomed_dataset",
            "failed_job",
            "doomed_session",
            "doomed_token",
            "upload",
            "mapping_job",
            "mapping_file",
        ];
        let says = |name: &str| request_says(route, name);
        let used: Vec<&str> = named.into_iter().filter(|name| says(name)).collect();
        let mut asked = theirs.clone();
        asked.insert("email", stranger.email.clone());
        let who = Who::Cookie(stranger.cookie.clone());
        let answer = app.call(request(route, &asked, &who)).await;
        if answer.body.contains(app.a.mark) {
            leaks.push(format!("{} as another's {role}: shows {}", route.name(), app.a.mark));
        }
        if used.is_empty() || route.access == Access::Anonymous {
            continue;
        }
        if succeeded(&answer) {
            leaks.push(format!("{} as another's {role}: {} {}", route.name(), answer.status, short(&answer)));
        }
        let mut missing = asked.clone();
        for name in &used {
            let nothing = if matches!(*name, "upload" | "mapping_file") {
                "0".repeat(64)
            } else {
                Uuid::from_u128(1).to_string()
            };
            missing.insert(name, nothing);
        }
        let none = app.call(request(route, &missing, &who)).await;
        let (seen, absent) = (plain(&answer, &asked, &used), plain(&none, &missing, &used));
        if (answer.status, &seen) != (none.status, &absent) {
            leaks.push(format!(
                "{} as another's {role}: {} {seen} but a missing id answers {} {absent}",
                route.name(),
                answer.status,
                none.status
            ));
        }
    }
    leaks
}

fn request_says(route: &Route, name: &str) -> bool {
    let stood = route.example.stands.iter().find(|(_, by)| *by == name);
    let own = route.example.stands.iter().any(|(of, _)| *of == name);
    let in_path = stood.is_some() || (!own && route.path.contains(&format!("{{{name}}}")));
    let body = match route.example.body {
        ExampleBody::Json(text) | ExampleBody::Form(text) => text,
        _ => "",
    };
    in_path || body.contains(&format!("<{name}>")) || route.example.query.contains(&format!("<{name}>"))
}

/// A refusal without what differs by itself: the id that was asked for, and the request's own id. Pages carry a nonce
/// besides, and are compared by their status.
fn plain(answer: &Answer, ids: &BTreeMap<&str, String>, used: &[&str]) -> String {
    if answer.body.starts_with("<!") {
        return String::new();
    }
    let mut body = match serde_json::from_str::<serde_json::Value>(&answer.body) {
        Ok(mut value) => {
            if let Some(object) = value.as_object_mut() {
                object.remove("request_id");
            }
            value.to_string()
        }
        Err(_) => answer.body.clone(),
    };
    for name in used {
        body = body.replace(&ids[name], "ID");
    }
    body
}

fn short(answer: &Answer) -> String {
    format!("{} {}", answer.location, answer.body.chars().take(160).collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_crosses_organizations_on_sqlite() {
    walk(&TestApp::new(None).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_crosses_organizations_on_postgresql() {
    let server =
        std::env::var("CHORALE_TEST_PG").expect("set CHORALE_TEST_PG to a PostgreSQL server; \"make test\" does");
    let name = format!("chorale_isolation_{}", std::process::id());
    let admin = chorale_platform::Db::open(&format!("{server}/postgres")).await.unwrap();
    let chorale_platform::Db::Pg(pool) = &admin else { panic!("CHORALE_TEST_PG is no PostgreSQL URL") };
    let create = format!("create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'");
    sqlx::query(sqlx::AssertSqlSafe(create)).execute(pool).await.unwrap();
    walk(&TestApp::new(Some(format!("{server}/{name}"))).await).await;
}

/// The table knows every server function that the pages register, and every page of the application.
#[tokio::test]
async fn no_route_is_outside_the_table() {
    let known: Vec<(Method, String)> =
        table::all().into_iter().map(|route| (route.method.clone(), shape(route.path))).collect();
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert!(known.contains(&(method.clone(), shape(path))), "{method} {path} is not in routes/functions.rs");
    }
    for page in leptos_axum::generate_route_list(chorale_app::App) {
        let path = shape(page.path());
        assert!(known.contains(&(Method::GET, path.clone())), "{path} is not in routes/pages.rs");
    }
}

/// A path whose parameters have lost their names.
fn shape(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with(':') || part.starts_with('{') { "{}" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test(flavor = "multi_thread")]
async fn openapi_describes_every_rest_route_and_no_other() {
    let app = TestApp::new(None).await;
    let document = app
        .call(Request::get("/api/openapi.json").header(header::HOST, "127.0.0.1:3000").body(Body::empty()).unwrap())
        .await;
    assert_eq!(document.status, StatusCode::OK);
    let document: serde_json::Value = serde_json::from_str(&document.body).unwrap();
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
