//! Review projects by REST: what examples name, and that no answer says anything of another's before its item is closed.

use crate::app::{Answer, Tenant, TestApp};
use axum::body::Body;
use chorale_model::page::PageRequest;
use chorale_model::projects::{AnswerItem, CreateProject, NextItem, Sampling};
use chorale_model::review::{ReviewAnswer, ReviewFilter, ReviewOrder, ReviewState};
use chorale_model::sources::Import;
use chorale_model::{CollectionId, ItemId, ProjectId, QuestionId, Role, TokenId};
use chorale_platform::{Actor, Ctx, assembly, catalog, jobs, projects, review, sources};

use http::{Request, StatusCode, header};
use serde_json::{Value, json};

/// A project with one item, and another question of its collection.
pub struct Scene {
    pub project: ProjectId,
    pub item: ItemId,
    pub other_question: QuestionId,
}

/// A program that reviews, and is no person.
fn program(app: &TestApp, tenant: &Tenant) -> Ctx {
    let token = TokenId(app.app.ids.uuid());
    let actor = Actor::Token { token, user: None, role: Role::Curator, name: "a program".into() };
    Ctx { actor, ..app.operator(tenant) }
}

/// One for all of a tenant's projects: importing takes longer than everything else here.
pub async fn collection(app: &TestApp, tenant: &Tenant) -> CollectionId {
    let mut known = app.of_projects.lock().await;
    if let Some(id) = known.get(&tenant.id) {
        return *id;
    }
    app.term().await;
    let (ctx, mark) = (app.operator(tenant), app.unique());
    let mut upload = sources::begin_upload(&ctx, "projects.csv").unwrap();
    let row = |n: u8, disease: &str| format!("{}P{mark}-{n},biopsy {n},{disease}\n", tenant.mark);
    let table = format!("accession,title,disease\n{}{}", row(1, "liver cancer"), row(2, "liver cancer of a donor"));
    upload.write(table.as_bytes()).await.unwrap();
    let files = vec![upload.finish().await.unwrap()];
    let name = format!("Projects {mark} of {}", tenant.mark);
    let import = Import { collection_name: Some(name.clone()), create_collection: true, files, ..Import::default() };
    sources::start_import(&ctx, import).await.unwrap();
    jobs::run_until_idle(&app.app, &assembly::handlers()).await.unwrap();
    let id = catalog::find_collection_by_name(&ctx, &name).await.unwrap().unwrap().id;
    known.insert(tenant.id, id);
    id
}

pub async fn draft(app: &TestApp, tenant: &Tenant, reviewers: i64, checked: i64) -> ProjectId {
    let plan = CreateProject {
        name: format!("Project of {}", tenant.mark),
        collection: collection(app, tenant).await,
        fields: vec!["disease".into()],
        q: String::new(),
        state: ReviewState::All,
        least: None,
        most: None,
        dataset: None,
        guideline: format!("Secret guideline of {}", tenant.mark),
        reviewers,
        people: Vec::new(),
        sampling: Sampling::Active,
        items: Some(1),
        checked,
        passing: 100,
        due_at: None,
    };
    projects::create_project(&app.operator(tenant), plan).await.unwrap().id
}

/// In review: of two places one is a program's.
pub async fn running(app: &TestApp, tenant: &Tenant, reviewers: i64, checked: i64) -> Scene {
    let project = draft(app, tenant, reviewers, checked).await;
    let ctx = app.operator(tenant);
    let plan = projects::start_project(&ctx, project).await.unwrap().plan;
    let mine = projects::next_item(&program(app, tenant), project, NextItem::default()).await.unwrap();
    let task = mine.task.unwrap();
    let filter = ReviewFilter {
        collection: plan.collection,
        field: "disease".into(),
        q: String::new(),
        state: ReviewState::All,
        least: None,
        most: None,
    };
    let found = review::list_values(&ctx, filter, ReviewOrder::default(), PageRequest::default()).await.unwrap().items;
    let other = found.iter().find(|one| one.id != task.question.id).unwrap_or_else(|| panic!("{found:#?}"));
    Scene { project, item: task.item, other_question: other.id }
}

/// Its item is answered in two ways.
pub async fn disputed(app: &TestApp, tenant: &Tenant) -> Scene {
    let project = draft(app, tenant, 2, 0).await;
    projects::start_project(&app.operator(tenant), project).await.unwrap();
    let scene = first_item(app, tenant, project).await;
    let given = |answer| AnswerItem { item: scene.item, answer, term: None, also: Vec::new(), note: String::new() };
    projects::answer_item(&app.operator(tenant), project, given(ReviewAnswer::Reject)).await.unwrap();
    projects::answer_item(&program(app, tenant), project, given(ReviewAnswer::NotReported)).await.unwrap();
    scene
}

/// Its item is closed and waits for an expert's check.
pub async fn checked(app: &TestApp, tenant: &Tenant) -> Scene {
    let project = draft(app, tenant, 1, 100).await;
    projects::start_project(&app.operator(tenant), project).await.unwrap();
    let scene = first_item(app, tenant, project).await;
    let given = AnswerItem {
        item: scene.item,
        answer: ReviewAnswer::Accept,
        term: None,
        also: Vec::new(),
        note: String::new(),
    };
    projects::answer_item(&app.operator(tenant), project, given).await.unwrap();
    jobs::run_until_idle(&app.app, &assembly::handlers()).await.unwrap();
    scene
}

/// The operator holds it.
async fn first_item(app: &TestApp, tenant: &Tenant, project: ProjectId) -> Scene {
    let mine = projects::next_item(&app.operator(tenant), project, NextItem::default()).await.unwrap();
    let task = mine.task.unwrap();
    Scene { project, item: task.item, other_question: task.question.id }
}

async fn ask(app: &TestApp, role: Role, method: &str, path: &str, body: Option<Value>) -> Answer {
    let who = app.alive(&app.a.people[&role]).await;
    let request =
        Request::builder().method(method).uri(format!("/api/v1{path}")).header(header::HOST, "127.0.0.1:3000");
    let request = request.header(header::COOKIE, who.cookie).header(header::ORIGIN, "http://127.0.0.1:3000");
    let request = request.header(header::CONTENT_TYPE, "application/json");
    app.call(request.body(body.map_or(Body::empty(), |body| Body::from(body.to_string()))).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_seen_before_its_item_is_closed_and_no_gold_item_is_told_apart() {
    let app = TestApp::new(None).await;
    let project = draft(&app, &app.a, 2, 0).await;
    projects::start_project(&app.operator(&app.a), project).await.unwrap();
    let path = |rest: &str| format!("/projects/{project}{rest}");
    let task = ask(&app, Role::Curator, "POST", &path("/next"), Some(json!({}))).await.json();
    let item = task["task"]["item"].clone();
    let said = json!({"item": item, "answer": "not_applicable", "note": "a secret remark"});
    let answer = ask(&app, Role::Curator, "POST", &path("/answer"), Some(said)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);

    let comments = path(&format!("/items/{}/comments", item.as_str().unwrap()));
    let hint = ask(&app, Role::Curator, "POST", &comments, Some(json!({"text": "a written hint"}))).await;
    assert_eq!(hint.status, StatusCode::CREATED, "{}", hint.body);

    // Even an admin, who reviews it too.
    let places = ["", "/items", "/work", "/agreement", "/guidelines", "/gold"];
    let mut seen = String::new();
    let hint = hint.json();
    let word = |key: &str| hint[key].as_str().unwrap().to_owned();
    let asked = format!("?collection={}&field=disease&question={}", word("collection"), word("question"));
    for place in [comments, format!("/review/comments{asked}"), "/mentions".to_owned()] {
        seen.push_str(&ask(&app, Role::Admin, "GET", &place, None).await.body);
    }
    assert_eq!(seen.matches("\"kept_back\":true").count(), 2, "{seen}");
    for place in places {
        seen.push_str(&ask(&app, Role::Admin, "GET", &path(place), None).await.body);
    }
    for place in ["/next", "/dispute"] {
        seen.push_str(&ask(&app, Role::Admin, "POST", &path(place), Some(json!({}))).await.body);
    }
    assert!(
        !seen.contains("written hint") && !seen.contains("secret remark") && !seen.contains("not_applicable"),
        "{seen}"
    );
    let theirs = ask(&app, Role::Admin, "POST", &path("/next"), Some(json!({}))).await.json();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(theirs["task"]["item"], item);
    assert_eq!(keys(&theirs["task"]), keys(&task["task"]));

    // A gold item: what a curator gets of it has the same names as any other, and is none of them.
    let scene = running(&app, &app.a, 2, 0).await;
    let path = |rest: &str| format!("/projects/{}{rest}", scene.project);
    let gold = json!({"field": "disease", "question": scene.other_question, "answer": "accept"});
    let made = ask(&app, Role::Admin, "POST", &path("/gold"), Some(gold.clone())).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let curator = ask(&app, Role::Curator, "POST", &path("/gold"), Some(gold)).await;
    assert_eq!(curator.status, StatusCode::FORBIDDEN);
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let got = ask(&app, Role::Curator, "POST", &path("/next"), Some(json!({}))).await;
        let json = got.json();
        assert_eq!(keys(&json["task"]), keys(&task["task"]));
        assert_eq!(keys(&json["task"]["question"]), keys(&task["task"]["question"]));
        assert!(!got.body.contains("gold") && !got.body.contains("known"), "{}", got.body);
        let said = json!({"item": json["task"]["item"], "answer": "accept"});
        bodies.push(ask(&app, Role::Curator, "POST", &path("/answer"), Some(said)).await);
    }
    assert!(bodies.iter().all(|answer| answer.status == StatusCode::NO_CONTENT && answer.body.is_empty()));
    let loaded = ask(&app, Role::Curator, "GET", &path(""), None).await;
    assert!(!loaded.body.contains("gold"), "{}", loaded.body);
}
