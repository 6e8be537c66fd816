//! Members of another organization, who know every id of this one: they see nothing of it, and the same as for an id
//! that does not exist.

use crate::app::{Answer, Person, Tenant, TestApp, token};
use crate::examples::{As, Who, ids, request, says};
use crate::isolation::{by_tokens, expendable, is_last, short, succeeded, ways};
use chorale_model::Role;
use chorale_server::routes::{Access, Place, Route, table};
use http::StatusCode;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Placeholders that name something of a tenant.
const NAMED: [&str; 58] = [
    "collection",
    "plain_collection",
    "dataset",
    "sample",
    "file",
    "job",
    "export_job",
    "user",
    "organization",
    "organization_name",
    "doomed_dataset",
    "failed_job",
    "doomed_session",
    "doomed_token",
    "doomed_invitation",
    "upload",
    "mapping_job",
    "mapping_file",
    "model",
    "batch",
    "doomed_batch",
    "reverted_batch",
    "withdrawn_batch",
    "report",
    "open_report",
    "decisions_job",
    "webhook",
    "delivery",
    "view",
    "clean_sample",
    "reviewed_collection",
    "alert",
    "doomed_alert",
    "project",
    "draft_project",
    "running_project",
    "disputed_project",
    "checked_project",
    "rule",
    "doomed_rule",
    "asked_question",
    "experiment",
    "doomed_experiment",
    "deleted_experiment",
    "run",
    "doomed_run",
    "deleted_run",
    "logged_model",
    "doomed_logged_model",
    "registered",
    "doomed_registered",
    "artifact",
    "new_artifact",
    "doomed_artifact",
    "artifacts",
    "promotion",
    "own_promotion",
    "parted_upload",
];

/// Of what they are asked for these leave out what is not there, as MLflow's do: a stranger's answer is one about nothing.
const LEAVE_OUT: [&str; 4] = [
    "/api/2.0/mlflow/experiments/search-datasets",
    "/api/2.0/mlflow/logged-models/search",
    "/api/2.0/mlflow/runs/count",
    "/api/2.0/mlflow/runs/search",
];

/// The route, asked by every role of the other organization with this one's ids.
pub async fn strangers(app: &TestApp, route: &Route) -> Vec<String> {
    let mut leaks = Vec::new();
    let used: Vec<&str> = NAMED.into_iter().filter(|name| says(route, name)).collect();
    for (role, stranger) in &app.b.people {
        for way in ways(route) {
            for by_token in by_tokens(route) {
                let stranger = if is_last(route) { expendable(app, *role).await.2 } else { app.alive(stranger).await };
                let who = if *by_token {
                    Who::Bearer(token(&app.ctx(&stranger).await, *role).await.0)
                } else {
                    Who::Cookie(stranger.cookie.clone())
                };
                leaks.extend(ask(app, route, &used, &stranger, &who, *way).await.map(|leak| {
                    let how = if *by_token { "token" } else { "cookie" };
                    format!("{} as another's {role} by {how}: {leak}", route.name())
                }));
            }
        }
    }
    leaks
}

async fn ask(app: &TestApp, route: &Route, used: &[&str], stranger: &Person, who: &Who, way: As) -> Option<String> {
    let admin = app.alive(&app.a.people[&Role::Admin]).await;
    let mut asked = ids(app, &app.a, route, &admin).await;
    asked.insert("email", stranger.email.clone());
    let answer = app.call(request(route, &asked, who, way)).await;
    if without_ids(&answer.body).contains(app.a.mark) {
        return Some(format!("shows {}: {}", app.a.mark, short(&answer)));
    }
    if used.is_empty() || route.access == Access::Anonymous {
        return None;
    }
    if succeeded(&answer) && !LEAVE_OUT.contains(&route.path) {
        return Some(format!("{} {}", answer.status, short(&answer)));
    }
    let mut missing = asked.clone();
    for name in used {
        let nothing = match *name {
            "upload" | "mapping_file" => "0".repeat(64),
            "organization_name" => "Nobody's".to_owned(),
            "experiment" | "doomed_experiment" | "deleted_experiment" => "999999".to_owned(),
            "run" | "doomed_run" | "deleted_run" => Uuid::from_u128(1).simple().to_string(),
            "logged_model" | "doomed_logged_model" => format!("m-{}", Uuid::from_u128(1).simple()),
            "registered" | "doomed_registered" => "nobodys-model".to_owned(),
            "artifact" | "new_artifact" | "doomed_artifact" | "artifacts" => {
                format!("1/{}/artifacts/x", Uuid::from_u128(1).simple())
            }
            _ => Uuid::from_u128(1).to_string(),
        };
        missing.insert(name, nothing);
    }
    let none = app.call(request(route, &missing, who, way)).await;
    let (seen, absent) = (plain(&answer, &asked, used), plain(&none, &missing, used));
    (seen != absent).then(|| format!("{seen} but a missing id answers {absent}"))
}

/// Without what is as long as an id and written with its signs: among its digits chance writes anybody's mark.
fn without_ids(text: &str) -> String {
    let words = text.split_inclusive(|c: char| !c.is_ascii_hexdigit() && c != '-');
    words.filter(|word| word.len() < 32).collect()
}

#[test]
fn an_id_shows_nobodys_mark_and_words_do() {
    let id = "01a21c22-5f98-7106-9001-11ce884899bb";
    assert_eq!(without_ids(&format!("project {id} is not there")), "project is not there");
    assert_eq!(without_ids(r#""GSM900111","#), r#""GSM900111","#);
}

/// A refusal without what differs by itself: the id that was asked for, and the request's own id. Of a page, the words
/// that a person reads: its tags carry a nonce.
fn plain(answer: &Answer, ids: &BTreeMap<&str, String>, used: &[&str]) -> String {
    let body = match serde_json::from_str::<serde_json::Value>(&answer.body) {
        Ok(mut value) => {
            if let Some(object) = value.as_object_mut() {
                object.remove("request_id");
            }
            value.to_string()
        }
        Err(_) => words(&answer.body),
    };
    let request = answer.headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or("no request id");
    let flash = answer.flash().map(|flash| flash.message).unwrap_or_default();
    let text = format!("{} {} {flash} {body}", answer.status, answer.location).replace(request, "REQUEST");
    used.iter().fold(text, |text, name| text.replace(&ids[name], "ID"))
}

/// The text of a page, without its tags and scripts.
fn words(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let end = if tag.starts_with("script") { "</script>" } else { ">" };
        rest = tag.split_once(end).map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text
}

#[test]
fn a_pages_words_are_what_is_read() {
    let page = "<p class=\"a\">one<b>two</b></p><script nonce=\"x\">if (1 < 2) {}</script>three";
    assert_eq!(words(page), " one two   three");
}

/// Ids that stand in queries: a version, a collection as a facet, the object and the actor of the audit log.
#[tokio::test(flavor = "multi_thread")]
async fn anothers_ids_in_a_query_find_nothing() {
    let app = TestApp::new(None).await;
    let (a, b) = (&app.a, &app.b);
    let version = async |tenant: &Tenant| {
        let path = format!("/api/v1/datasets/{}/versions", tenant.dataset);
        let who = Who::Cookie(tenant.people[&Role::Admin].cookie.clone());
        first_id(&get(&app, &path, &who).await)
    };
    let (theirs, own) = (version(a).await, version(b).await);
    let admin = &b.people[&Role::Admin];
    let cookie = Who::Cookie(admin.cookie.clone());
    let bearer = Who::Bearer(token(&app.ctx(admin).await, Role::Admin).await.0);
    let nothing = Uuid::from_u128(1).to_string();
    for who in [cookie, bearer] {
        for path in ["", "/samples"] {
            let address = |version: &str| format!("/api/v1/datasets/{}{path}?version={version}", b.dataset);
            assert_eq!(get(&app, &address(&own), &who).await.status, StatusCode::OK, "{path}");
            let (seen, none) = (get(&app, &address(&theirs), &who).await, get(&app, &address(&nothing), &who).await);
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}: {}", seen.body);
            let plain =
                |answer: &Answer, id: &str| plain(answer, &BTreeMap::from([("version", id.to_owned())]), &["version"]);
            assert_eq!(plain(&seen, &theirs), plain(&none, &nothing), "{path}");
        }
        let user = a.people[&Role::Admin].user;
        let email = &a.people[&Role::Admin].email;
        for (address, theirs) in [
            (format!("/api/v1/search?collection={}", a.collection), "\"hits\":[]"),
            (format!("/api/v1/search.csv?collection={}", a.collection), ""),
            (format!("/api/v1/audit?object={}", a.dataset), "\"items\":[]"),
            (format!("/api/v1/audit?object={}", a.job), "\"items\":[]"),
            (format!("/api/v1/audit?actor={user}"), "\"items\":[]"),
            (format!("/api/v1/audit?actor={email}"), "\"items\":[]"),
        ] {
            let answer = get(&app, &address, &who).await;
            assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.body);
            assert!(answer.body.contains(theirs), "{address}: {}", answer.body);
            assert!(!answer.body.contains(a.mark), "{address}: {}", answer.body);
        }
    }
    // The same questions find something where it belongs.
    let own = Who::Cookie(a.people[&Role::Admin].cookie.clone());
    let found = get(&app, &format!("/api/v1/search?collection={}", a.collection), &own).await;
    assert!(found.body.contains(a.mark), "{}", found.body);
    let found = get(&app, &format!("/api/v1/audit?object={}", a.job), &own).await;
    assert!(found.body.contains("import.started"), "{}", found.body);
}

/// A place in one organization's list is none in another's.
#[tokio::test(flavor = "multi_thread")]
async fn anothers_cursor_shows_nothing_of_theirs() {
    let app = TestApp::new(None).await;
    let who = |tenant: &Tenant| Who::Cookie(tenant.people[&Role::Admin].cookie.clone());
    let mut tried = 0;
    for route in table::all() {
        let mut parameters = route.operation.parameters.iter();
        if !parameters.any(|said| said.place == Place::Query && said.name == "cursor") {
            continue;
        }
        let admin = |tenant: &Tenant| tenant.people[&Role::Admin].clone();
        let path = async |tenant: &Tenant| {
            let ids = ids(&app, tenant, &route, &admin(tenant)).await;
            let asked = request(&route, &ids, &who(tenant), As::Usual);
            asked.uri().path().to_owned()
        };
        let first = get(&app, &format!("{}?limit=1", path(&app.a).await), &who(&app.a)).await;
        let page: serde_json::Value = serde_json::from_str(&first.body).unwrap();
        let Some(cursor) = page["next_cursor"].as_str() else { continue };
        tried += 1;
        let answer = get(&app, &format!("{}?cursor={cursor}", path(&app.b).await), &who(&app.b)).await;
        assert!(
            answer.status == StatusCode::OK || answer.status == StatusCode::BAD_REQUEST,
            "{}: {} {}",
            route.name(),
            answer.status,
            answer.body
        );
        let secrets = [app.a.mark.to_owned(), app.a.id.to_string(), app.a.dataset.to_string(), app.a.job.to_string()];
        for secret in secrets {
            assert!(!answer.body.contains(&secret), "{} shows {secret}: {}", route.name(), answer.body);
        }
    }
    assert!(tried >= 3, "jobs, members and the audit log have more than one page, {tried} lists were tried");
}

async fn get(app: &TestApp, address: &str, who: &Who) -> Answer {
    let asked = http::Request::get(address).header(http::header::HOST, "127.0.0.1:3000");
    let asked = match who {
        Who::Nobody => asked,
        Who::Cookie(cookie) => asked.header(http::header::COOKIE, cookie),
        Who::Bearer(secret) => asked.header(http::header::AUTHORIZATION, format!("Bearer {secret}")),
    };
    app.call(asked.body(axum::body::Body::empty()).unwrap()).await
}

/// The id of the first item.
fn first_id(answer: &Answer) -> String {
    let page: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    page["items"][0]["id"].as_str().unwrap().to_owned()
}
