//! The isolation matrix: every route of the table, asked by every kind of identity with a valid example. The allowed
//! succeed, everybody else fails, and another organization's id answers exactly like one that does not exist.

use crate::app::{Answer, Person, TestApp, person, sign_in, token};
use crate::examples::{As, Who, ids, request};
use crate::strangers::strangers;
use chorale_model::identity::CreateToken;
use chorale_model::{OrganizationId, Role, Time};
use chorale_platform::{Clock, Ctx, identity};
use chorale_server::routes::{Access, Face, Route, table};
use http::Method;

/// A request was answered with what it asked for. Forms say it with a message and a redirect, whichever it is.
pub fn succeeded(answer: &Answer) -> bool {
    let sent_away = answer.location.starts_with("/sign-in?next=")
        || answer.location.contains("__err=")
        || answer.flash().is_some_and(|flash| !flash.good);
    answer.status.is_success() || (answer.status.is_redirection() && !sent_away)
}

pub fn short(answer: &Answer) -> String {
    let said = answer.flash().map(|flash| flash.message).unwrap_or_default();
    format!("{} {said} {}", answer.location, answer.body.chars().take(160).collect::<String>())
}

fn may(access: Access, role: Role) -> bool {
    match access.role() {
        Some(least) => role >= least,
        None => access == Access::Anonymous,
    }
}

/// The ways in which a route is asked: forms also as a browser without script sends them.
pub fn ways(route: &Route) -> &'static [As] {
    if route.face == Face::Function { &[As::Usual, As::Form] } else { &[As::Usual] }
}

/// By cookie, and by token too: what belongs to a browser has no meaning for a token.
pub fn by_tokens(route: &Route) -> &'static [bool] {
    if matches!(route.face, Face::Rest | Face::Mlflow) { &[false, true] } else { &[false] }
}

/// Ends the organization or the session that asks: needs an asker of its own.
pub fn is_last(route: &Route) -> bool {
    ["erasure", "erase_organization", "sign_out", "me/password", "change_password"]
        .iter()
        .any(|end| route.path.ends_with(end))
}

/// Somebody who may be signed out or erased.
pub async fn expendable(app: &TestApp, role: Role) -> (OrganizationId, String, Person) {
    let name = format!("Expendable {}", app.unique());
    let id = identity::create_organization(&Ctx::operator(app.app.clone(), None), &name, false).await.unwrap().id;
    let person = person(&app.app, id, &format!("expendable-{}@example.org", app.unique()), role).await;
    (id, name, person)
}

/// Identities that were good once, and nobody at all.
async fn outsiders(app: &mut TestApp) -> Vec<(&'static str, Who)> {
    let admin = app.a.people[&Role::Admin].clone();
    let ctx = app.ctx(&admin).await;
    let day = CreateToken { name: "a day".into(), role: Role::Admin, expires_in_days: Some(1) };
    let day = identity::create_token(&ctx, day).await.unwrap().secret;
    let week = sign_in(&app.app, &admin.email).await;
    app.app.clock.advance(8 * Time::DAY);
    // Everybody else was signed out with them.
    for tenant in [&mut app.a, &mut app.b] {
        for person in tenant.people.values_mut() {
            person.cookie = sign_in(&app.app, &person.email).await;
        }
    }
    let ctx = app.ctx(&app.a.people[&Role::Admin]).await;
    let (revoked, id) = token(&ctx, Role::Admin).await;
    identity::revoke_token(&ctx, id).await.unwrap();
    let ended = sign_in(&app.app, &admin.email).await;
    identity::sign_out(&app.ctx(&Person { cookie: ended.clone(), ..admin }).await).await.unwrap();
    vec![
        ("nobody", Who::Nobody),
        ("an expired session", Who::Cookie(week)),
        ("an ended session", Who::Cookie(ended)),
        ("an expired token", Who::Bearer(day)),
        ("a revoked token", Who::Bearer(revoked)),
    ]
}

async fn walk(mut app: TestApp) {
    let outsiders = outsiders(&mut app).await;
    let app = &app;
    let operator = person(&app.app, app.a.id, "operator@example.org", Role::Admin).await;
    identity::set_operator(&Ctx::operator(app.app.clone(), None), &operator.email, true).await.unwrap();
    let mut leaks = Vec::new();
    for route in table::all() {
        leaks.extend(members(app, &route).await);
        if route.access == Access::Operator {
            let ids = ids(app, &app.a, &route, &operator).await;
            let who = Who::Cookie(app.alive(&operator).await.cookie);
            let answer = app.call(request(&route, &ids, &who, As::Usual)).await;
            if !succeeded(&answer) {
                leaks.push(format!("{} as an operator: {} {}", route.name(), answer.status, short(&answer)));
            }
        }
        let admin = app.alive(&app.a.people[&Role::Admin]).await;
        for (how, who) in &outsiders {
            for way in ways(&route) {
                let answer = app.call(request(&route, &ids(app, &app.a, &route, &admin).await, who, *way)).await;
                let open = route.access == Access::Anonymous && !matches!(who, Who::Bearer(_));
                if succeeded(&answer) != open && !(route.access == Access::Anonymous && route.path == "/metrics") {
                    leaks.push(format!("{} as {how}: {} {}", route.name(), answer.status, short(&answer)));
                }
            }
        }
        leaks.extend(strangers(app, &route).await);
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

/// The organization's own people, by cookie and by token.
async fn members(app: &TestApp, route: &Route) -> Vec<String> {
    let mut leaks = Vec::new();
    for (role, person) in &app.a.people {
        for way in ways(route) {
            for by_token in by_tokens(route) {
                let person = &app.alive(person).await;
                let mut ids = ids(app, &app.a, route, person).await;
                let mut asker = person.clone();
                if is_last(route) {
                    let (_, organization, stand_in) = expendable(app, *role).await;
                    ids.insert("organization_name", organization);
                    asker = stand_in;
                }
                let who = if *by_token {
                    Who::Bearer(token(&app.ctx(&asker).await, *role).await.0)
                } else {
                    Who::Cookie(asker.cookie)
                };
                let answer = app.call(request(route, &ids, &who, *way)).await;
                if succeeded(&answer) != may(route.access, *role) {
                    let how = if *by_token { "token" } else { "cookie" };
                    let name = route.name();
                    leaks.push(format!("{name} as {role} by {how}: {} {}", answer.status, short(&answer)));
                }
            }
        }
    }
    leaks
}

/// A clock that only the test moves.
fn clock() -> Clock {
    Clock::manual(Time(1_772_615_520_000_000))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_crosses_organizations_on_sqlite() {
    walk(TestApp::at(None, clock()).await).await;
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
    walk(TestApp::at(Some(format!("{server}/{name}")), clock()).await).await;
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
