//! Requests made from the examples of the route table, with ids of a tenant in the placeholders.

use crate::app::{
    PASSWORD, Person, Tenant, TestApp, batch, compared_version, model_version, person, release, rule, sign_in, token,
};
use crate::{mlflow, projects};
use axum::body::Body;
use chorale_model::catalog::CreateCollection;
use chorale_model::curation::{OneDecision, RevertBatch};
use chorale_model::identity::Invite;
use chorale_model::page::PageRequest;
use chorale_model::review::{ReviewFilter, ReviewOrder, ReviewState};
use chorale_model::{CollectionId, QuestionId, Role};
use chorale_platform::{Ctx, catalog, curation, identity, review};
use chorale_server::pages::Site;
use chorale_server::routes::{Example, ExampleBody, Face, Part, Route};
use http::{Request, header};
use std::collections::BTreeMap;

/// Who asks.
#[derive(Clone)]
pub enum Who {
    Nobody,
    Cookie(String),
    Bearer(String),
}

/// How a request wants its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// A page for pages, JSON for everything else.
    Usual,
    /// What a browser without script sends with a page's form.
    Form,
}

/// A request of a route with its placeholders filled from `ids`.
pub fn request(route: &Route, ids: &BTreeMap<&str, String>, who: &Who, how: As) -> Request<Body> {
    let stands = |name: &str| {
        let name = route.example.stands.iter().find(|(of, _)| *of == name).map_or(name, |(_, by)| by);
        ids.get(name).cloned()
    };
    let mut address = Example::path(route.path, stands);
    if !route.example.query.is_empty() {
        address = format!("{address}?{}", Example::fill(route.example.query, stands));
    }
    let page = route.face == Face::Page || how == As::Form;
    let accept = if page { "text/html" } else { "application/json" };
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

fn multipart(parts: &[Part], id: &impl Fn(&str) -> Option<String>) -> String {
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
pub async fn ids(app: &TestApp, tenant: &Tenant, route: &Route, of: &Person) -> BTreeMap<&'static str, String> {
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
        ("model", tenant.model.clone()),
        ("batch", tenant.batch.to_string()),
        ("version", "1".to_owned()),
        ("question", uuid::Uuid::from_u128(7).to_string()),
        ("field", "disease".to_owned()),
        ("release", "EXAMPLE".to_owned()),
        ("doomed_release", "EXAMPLE".to_owned()),
        ("asset", Site::load().unwrap().css().to_owned()),
    ]);
    let wants = |name: &str| says(route, name);
    if wants("doomed_dataset") {
        ids.insert("doomed_dataset", app.doomed_dataset(tenant).await.to_string());
    }
    if wants("doomed_version") {
        ids.insert("doomed_version", model_version(&ctx, &tenant.model).await.to_string());
    }
    if wants("release_sha256") || wants("doomed_release_sha256") {
        // The first one stays in use, so that another may go.
        ids.insert("release_sha256", release(app).await);
        ids.insert("doomed_release_sha256", release(app).await);
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
    if wants("invitation_code") || wants("doomed_invitation") {
        let email = format!("invited-{}@example.org", app.unique());
        let invited = Invite { email, name: String::new(), role: Role::Scientist };
        let made = identity::invite(&ctx, invited).await.unwrap();
        ids.insert("doomed_invitation", made.invitation.id.to_string());
        ids.insert("invitation_code", made.url.rsplit_once("code=").unwrap().1.to_owned());
    }
    if wants("plain_collection") {
        let made = CreateCollection { name: format!("Plain {}", app.unique()), description: String::new() };
        ids.insert("plain_collection", catalog::create_collection(&ctx, made).await.unwrap().id.to_string());
    }
    if wants("annotator") {
        app.term().await;
        ids.insert("annotator", chorale_platform::harmonize::MODEL.to_owned());
        ids.insert("dictionary", "0".to_owned());
    }
    if wants("compared_version") {
        ids.insert("compared_version", compared_version(&ctx, &tenant.model).await.to_string());
    }
    if wants("doomed_batch") {
        ids.insert("doomed_batch", batch(&ctx, tenant.sample).await.to_string());
    }
    for name in ["alert", "doomed_alert"] {
        if wants(name) {
            ids.insert(name, app.alert(tenant).await.to_string());
        }
    }
    if wants("rule") {
        ids.insert("rule", rule(&ctx, tenant.collection, app.unique()).await.to_string());
    }
    if wants("doomed_rule") {
        ids.insert("doomed_rule", rule(&ctx, tenant.collection, app.unique()).await.to_string());
    }
    if wants("reverted_batch") {
        let id = batch(&ctx, tenant.sample).await;
        curation::revert_batch(&ctx, id, RevertBatch::default()).await.unwrap();
        ids.insert("reverted_batch", id.to_string());
    }
    if wants("withdrawn_batch") {
        let id = batch(&ctx, tenant.sample).await;
        let one = OneDecision { sample: tenant.sample, field: "sex".into(), why: String::new() };
        curation::revert_decision(&ctx, id, one).await.unwrap();
        ids.insert("withdrawn_batch", id.to_string());
    }
    if wants("report") || wants("open_report") {
        let report = app.report(tenant).await.to_string();
        ids.insert("report", report.clone());
        ids.insert("open_report", report);
    }
    if wants("clean_sample") {
        ids.insert("clean_sample", app.clean_sample(tenant).await.to_string());
    }
    if wants("view") {
        let asked = app.ctx(&app.alive(of).await).await;
        ids.insert("view", app.view(&asked, tenant).await.to_string());
    }
    if wants("webhook") {
        let (webhook, delivery) = app.webhook(tenant).await;
        ids.insert("webhook", webhook.to_string());
        ids.insert("delivery", delivery.to_string());
    }
    if wants("decisions_job") {
        ids.insert("decisions_job", app.decisions_job(tenant).await.to_string());
    }
    if wants("reviewed_collection") {
        let collection = app.reviewed_collection(tenant).await;
        ids.insert("reviewed_collection", collection.to_string());
        if wants("asked_question") {
            ids.insert("asked_question", question(&ctx, collection).await.to_string());
        }
    }
    if wants("curator") {
        ids.insert("curator", tenant.people[&Role::Curator].user.to_string());
    }
    if wants("draft_project") {
        ids.insert("draft_project", projects::draft(app, tenant, 2, 0).await.to_string());
    }
    if wants("draft_collection") {
        ids.insert("draft_collection", projects::collection(app, tenant).await.to_string());
    }
    if wants("project") || wants("running_project") {
        let scene = projects::running(app, tenant, 2, 0).await;
        ids.insert("project", scene.project.to_string());
        ids.insert("running_project", scene.project.to_string());
        ids.insert("item", scene.item.to_string());
        ids.insert("gold_question", scene.other_question.to_string());
    }
    if wants("disputed_project") {
        let scene = projects::disputed(app, tenant).await;
        ids.insert("disputed_project", scene.project.to_string());
        ids.insert("disputed_item", scene.item.to_string());
    }
    if wants("checked_project") {
        let scene = projects::checked(app, tenant).await;
        ids.insert("checked_project", scene.project.to_string());
        ids.insert("checked_item", scene.item.to_string());
    }
    if wants("term") {
        ids.insert("term", app.term().await);
    }
    if wants("mapping_job") {
        let (job, file) = app.mapping_job(tenant).await;
        ids.insert("mapping_job", job.to_string());
        ids.insert("mapping_file", file);
    }
    let asker = if wants("own_promotion") { app.ctx(&app.alive(of).await).await } else { ctx.clone() };
    mlflow::ids(app, tenant, &asker, &wants, &mut ids).await;
    if wants("upload") {
        let mut upload = chorale_platform::sources::begin_upload(&ctx, "example.csv").unwrap();
        upload.write(b"accession,title\nS1,one\nS2,two\n").await.unwrap();
        ids.insert("upload", upload.finish().await.unwrap().sha256);
    }
    ids
}

/// What is asked about diseases in a collection.
async fn question(ctx: &Ctx, collection: CollectionId) -> QuestionId {
    let filter = ReviewFilter {
        collection,
        field: "disease".to_owned(),
        q: String::new(),
        state: ReviewState::All,
        least: None,
        most: None,
    };
    let found = review::list_values(ctx, filter, ReviewOrder::default(), PageRequest::default()).await.unwrap();
    found.items[0].id
}

/// Whether a route's example names this placeholder, in its path, its query or its body.
pub fn says(route: &Route, name: &str) -> bool {
    let mark = format!("<{name}>");
    let stands = route.example.stands.iter().any(|(_, by)| *by == name);
    let stood_for = route.example.stands.iter().any(|(of, _)| *of == name);
    let in_path = !stood_for && route.path.contains(&format!("{{{name}}}"));
    let in_body = match route.example.body {
        ExampleBody::Json(text) | ExampleBody::Form(text) => text.contains(&mark),
        ExampleBody::Multipart(parts) => parts.iter().any(|part| part.content.contains(&mark)),
        ExampleBody::Empty => false,
    };
    stands || in_path || in_body || route.example.query.contains(&mark)
}
