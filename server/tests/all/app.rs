//! A deployment with two organizations, each with a person per role, a token, and one of everything that can be named.

use axum::Router;
use axum::body::Body;
use chorale_app::flash::Flash;
use chorale_model::alerts::AlertKind;
use chorale_model::curation::CurationAction;
use chorale_model::exchange::{Conflicts, ImportDecisions};
use chorale_model::identity::{CreateToken, SignIn};
use chorale_model::page::PageRequest;
use chorale_model::reports::{DeclineReport, FileReport, ReportFilter, ReportState};
use chorale_model::sources::Import;
use chorale_model::views::SaveView;
use chorale_model::webhooks::{CreateWebhook, HookEvent};
use chorale_model::{
    AlertId, BatchId, CollectionId, DatasetId, FileId, JobId, OrganizationId, ReportId, Role, SampleId, UserId, ViewId,
    WebhookDeliveryId, WebhookId,
};
use chorale_platform::{
    Clock, Ctx, Deployment, alerts, assembly, care, catalog, curation, exchange, identity, jobs, ontologies, registry,
    reports, sources, views, webhooks,
};
use chorale_server::{Config, operations, pages::Site, routes, start, web};
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery staple";

/// A small series with one sample; `MARK` is replaced, so that data of one organization can be told in any answer.
const SERIES: &str = "^SERIES = GSE900MARK\n!Series_title = Study of MARK\n!Series_summary = Secret of MARK\n\
    !Series_geo_accession = GSE900MARK\n^PLATFORM = GPL1\n!Platform_title = Array\n^SAMPLE = GSM900MARK\n\
    !Sample_title = tumor of MARK\n!Sample_geo_accession = GSM900MARK\n!Sample_series_id = GSE900MARK\n\
    !Sample_platform_id = GPL1\n!Sample_organism_ch1 = Homo sapiens\n#ID_REF =\n#VALUE =\n!sample_table_begin\n\
    ID_REF\tVALUE\nTP53\t1.5\n!sample_table_end\n";

pub struct TestApp {
    pub app: Arc<Deployment>,
    pub web: web::Web,
    router: Router,
    unique: AtomicU64,
    pub a: Tenant,
    pub b: Tenant,
    /// Of each tenant, the collection that its examples of projects are about.
    pub of_projects: tokio::sync::Mutex<BTreeMap<OrganizationId, CollectionId>>,
}

/// An organization with people and data.
pub struct Tenant {
    pub id: OrganizationId,
    pub name: String,
    /// In every text of this tenant's data and in nobody else's.
    pub mark: &'static str,
    pub people: BTreeMap<Role, Person>,
    pub collection: CollectionId,
    pub dataset: DatasetId,
    pub sample: SampleId,
    pub file: FileId,
    pub job: JobId,
    pub export: JobId,
    /// A registered model's name; it has one version.
    pub model: String,
    /// Decisions about the sample.
    pub batch: BatchId,
}

#[derive(Clone)]
pub struct Person {
    pub user: UserId,
    pub email: String,
    pub cookie: String,
}

/// What a call answered.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// What a form's answer tells the next page.
    pub fn flash(&self) -> Option<Flash> {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies.filter_map(|line| line.strip_prefix("flash=")?.split(';').next()).find_map(Flash::unpack)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{}: {e}: {}", self.status, self.body))
    }
}

impl TestApp {
    pub async fn new(database_url: Option<String>) -> TestApp {
        TestApp::at(database_url, Clock::System).await
    }

    /// With a clock of the test's own.
    pub async fn at(database_url: Option<String>, clock: Clock) -> TestApp {
        let database: Vec<_> = database_url.iter().map(|url| ("database_url", url.as_str())).collect();
        TestApp::made(&database, clock).await
    }

    /// With settings of the test's own.
    pub async fn with(settings: &[(&str, &str)]) -> TestApp {
        TestApp::made(settings, Clock::System).await
    }

    async fn made(settings: &[(&str, &str)], clock: Clock) -> TestApp {
        let folder = tempfile::tempdir().unwrap().keep();
        let mut flags = BTreeMap::from([
            ("data_dir".to_owned(), folder.display().to_string()),
            ("geo_base_url".to_owned(), format!("file://{}/", folder.display())),
        ]);
        flags.extend(settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        let config = Config::load(&flags, |_| None, None).unwrap();
        let app = start::deployment_at(&config, start::Schema::Migrate, clock).await.unwrap();
        let web = web::Web {
            app: app.clone(),
            config: Arc::new(config),
            site: Arc::new(Site::load().unwrap()),
            metrics: operations::recorder().unwrap(),
            stopping: CancellationToken::new(),
        };
        let router = web::layers(routes::router(&web), web.clone()).unwrap();
        let (a, b) = (tenant(&app, "Alpha Lab", "900111").await, tenant(&app, "Beta Lab", "900222").await);
        TestApp { app, web, router, unique: AtomicU64::new(0), a, b, of_projects: tokio::sync::Mutex::default() }
    }

    pub fn unique(&self) -> u64 {
        self.unique.fetch_add(1, Ordering::SeqCst)
    }

    /// Sends a request; its answer as it comes.
    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request and reads its answer; of a stream of events what it says at first.
    pub async fn call(&self, request: Request<Body>) -> Answer {
        let response = self.send(request).await;
        let (parts, body) = response.into_parts();
        let text = |name: header::HeaderName| {
            parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let body = if text(header::CONTENT_TYPE).starts_with("text/event-stream") {
            first_events(body).await
        } else {
            String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned()
        };
        Answer { status: parts.status, location: text(header::LOCATION), headers: parts.headers, body }
    }

    /// An operator's context in a tenant.
    pub fn operator(&self, tenant: &Tenant) -> Ctx {
        Ctx::operator(self.app.clone(), Some(tenant.id))
    }

    /// The person with a session that lives: changing a password ends the others.
    pub async fn alive(&self, person: &Person) -> Person {
        let secret = person.cookie.split_once('=').unwrap().1;
        let found = identity::authenticate_session(&self.app, secret, "test".into(), "127.0.0.1".into()).await;
        match found.unwrap() {
            Some(_) => person.clone(),
            None => Person { cookie: sign_in(&self.app, &person.email).await, ..person.clone() },
        }
    }

    /// A signed-in context of a person.
    pub async fn ctx(&self, person: &Person) -> Ctx {
        let secret = person.cookie.split_once('=').unwrap().1;
        let found = identity::authenticate_session(&self.app, secret, "test".into(), "127.0.0.1".into()).await;
        found.unwrap().unwrap()
    }

    /// A new dataset that may be deleted.
    pub async fn doomed_dataset(&self, tenant: &Tenant) -> DatasetId {
        let mark = format!("{}{:03}", tenant.mark, self.unique());
        let mark: &'static str = Box::leak(mark.into_boxed_str());
        import(&self.operator(tenant), mark).await.0
    }

    /// A job with a table whose columns nobody explained yet, and the SHA-256 of the table.
    pub async fn mapping_job(&self, tenant: &Tenant) -> (JobId, String) {
        let ctx = self.operator(tenant);
        let mut upload = sources::begin_upload(&ctx, "odd.csv").unwrap();
        upload.write(format!("odd,columns\n{},b\n", tenant.mark).as_bytes()).await.unwrap();
        let file = upload.finish().await.unwrap();
        let sha256 = file.sha256.clone();
        let import = Import { collection: Some(tenant.collection), files: vec![file], ..Import::default() };
        let job = sources::start_import(&ctx, import).await.unwrap().id;
        jobs::run_until_idle(&self.app, &assembly::handlers()).await.unwrap();
        (job, sha256)
    }

    /// An unresolved alert that everybody of the tenant hears of.
    pub async fn alert(&self, tenant: &Tenant) -> AlertId {
        let ctx = Ctx::system(self.app.clone(), Some(tenant.id));
        let topic = format!("example/{}", self.unique());
        let new = alerts::NewAlert {
            topic: topic.clone(),
            kind: AlertKind::Precision,
            subject: format!("Disease of {}", tenant.mark),
            message: format!("12 of 20 suggestions of {} were right", tenant.mark),
            link: "/automatic".into(),
            hears: Role::Scientist,
        };
        let (inner, organization) = (ctx.clone(), tenant.id);
        let raised =
            ctx.db().write(move |tx| Box::pin(async move { alerts::raise(tx, &inner, organization, new).await }));
        raised.await.unwrap();
        alerts::find_unresolved(&ctx, &topic).await.unwrap().unwrap().id
    }

    /// A collection with a disease that can be decided about.
    pub async fn reviewed_collection(&self, tenant: &Tenant) -> CollectionId {
        self.term().await;
        let (ctx, mark) = (self.operator(tenant), self.unique());
        let mut upload = sources::begin_upload(&ctx, "reviewed.csv").unwrap();
        let table = format!("accession,title,disease\n{}R{mark},one,liver cancer\n", tenant.mark);
        upload.write(table.as_bytes()).await.unwrap();
        let files = vec![upload.finish().await.unwrap()];
        let name = format!("Reviewed {mark}");
        let import =
            Import { collection_name: Some(name.clone()), create_collection: true, files, ..Import::default() };
        sources::start_import(&ctx, import).await.unwrap();
        jobs::run_until_idle(&self.app, &assembly::handlers()).await.unwrap();
        catalog::find_collection_by_name(&ctx, &name).await.unwrap().unwrap().id
    }

    /// A term of the ontologies in use, which are a handful of diseases.
    pub async fn term(&self) -> String {
        const DISEASES: &str = "format-version: 1.2\nontology: mondo\n\n[Term]\nid: MONDO:0000001\nname: disease\n\n\
            [Term]\nid: MONDO:0002691\nname: liver cancer\nis_a: MONDO:0000001\n";
        let operator = Ctx::operator(self.app.clone(), None);
        if ontologies::library(&self.app).await.unwrap().find("MONDO:0002691").is_none() {
            let file = tempfile::NamedTempFile::with_suffix(".obo").unwrap();
            std::fs::write(file.path(), DISEASES).unwrap();
            ontologies::install_file(&operator, "MONDO", file.path()).await.unwrap();
            ontologies::prepare(&self.app).await.unwrap();
        }
        "MONDO:0002691".to_owned()
    }

    /// A job that looked at a file of decisions.
    pub async fn decisions_job(&self, tenant: &Tenant) -> JobId {
        let ctx = self.operator(tenant);
        let mut upload = sources::begin_upload(&ctx, "decisions.csv").unwrap();
        upload.write(format!("sample,disease\nGSM900{},not reported\n", tenant.mark).as_bytes()).await.unwrap();
        let (file, conflicts) = (upload.finish().await.unwrap(), Conflicts::Keep);
        let input = ImportDecisions { collection: tenant.collection, file, conflicts, why: String::new(), look: true };
        let job = exchange::start_import(&ctx, input).await.unwrap().id;
        jobs::run_until_idle(&self.app, &assembly::handlers()).await.unwrap();
        job
    }

    /// A webhook that leads nowhere, with a delivery.
    pub async fn webhook(&self, tenant: &Tenant) -> (WebhookId, WebhookDeliveryId) {
        let ctx = self.operator(tenant);
        // There are at most so many; those of earlier requests go.
        for old in webhooks::list_webhooks(&ctx).await.unwrap() {
            webhooks::delete_webhook(&ctx, old.id).await.unwrap();
        }
        let url = format!("https://{}.invalid/", tenant.mark);
        let input = CreateWebhook { url, events: vec![HookEvent::ReportFiled], note: String::new() };
        let made = webhooks::create_webhook(&ctx, input).await.unwrap().webhook.id;
        (made, webhooks::test_webhook(&ctx, made).await.unwrap().id)
    }

    /// A list that somebody keeps.
    pub async fn view(&self, ctx: &Ctx, tenant: &Tenant) -> ViewId {
        let (name, address) = (format!("View {} of {}", self.unique(), tenant.mark), "/search?q=tumor".to_owned());
        views::save_view(ctx, SaveView { name, address, shared: false }).await.unwrap().id
    }

    /// A sample about which no report waits.
    pub async fn clean_sample(&self, tenant: &Tenant) -> SampleId {
        let ctx = self.operator(tenant);
        let open = ReportFilter { state: Some(ReportState::Open), ..ReportFilter::default() };
        for report in reports::list_reports(&ctx, open, PageRequest::default()).await.unwrap().items {
            let why = DeclineReport { words: "An example".into() };
            reports::decline(&ctx, report.id, why).await.unwrap();
        }
        tenant.sample
    }

    /// A report that waits.
    pub async fn report(&self, tenant: &Tenant) -> ReportId {
        let sample = self.clean_sample(tenant).await;
        let words = format!("A secret of {}", tenant.mark);
        let input = FileReport { sample, field: "disease".into(), term: None, words, proposed: None };
        reports::file(&self.operator(tenant), input).await.unwrap().id
    }

    /// A job that failed.
    pub async fn failed_job(&self, tenant: &Tenant) -> JobId {
        let ctx = self.operator(tenant);
        let job = jobs::NewJob::new("import", "nothing to read", serde_json::json!({}));
        let inner = ctx.clone();
        let id = ctx
            .db()
            .write(move |tx| Box::pin(async move { jobs::enqueue(tx, &inner, inner.scope, job).await }))
            .await
            .unwrap();
        jobs::run_until_idle(&self.app, &assembly::handlers()).await.unwrap();
        jobs::cancel_job(&ctx, id).await.unwrap();
        id
    }
}

/// Events until there are none for a moment, or until the stream ends.
async fn first_events(mut body: Body) -> String {
    let mut text = String::new();
    while let Ok(Some(frame)) = tokio::time::timeout(Duration::from_millis(200), body.frame()).await {
        if let Some(data) = frame.unwrap().data_ref() {
            text.push_str(&String::from_utf8_lossy(data));
        }
    }
    text
}

async fn tenant(app: &Arc<Deployment>, name: &str, mark: &'static str) -> Tenant {
    let operator = Ctx::operator(app.clone(), None);
    let id = identity::create_organization(&operator, name, false).await.unwrap().id;
    let ctx = Ctx::operator(app.clone(), Some(id));
    let mut people = BTreeMap::new();
    for role in Role::ALL {
        people.insert(role, person(app, id, &format!("{role}-{mark}@example.org"), role).await);
    }
    let (dataset, job) = import(&ctx, mark).await;
    let found = catalog::load_dataset(&ctx, dataset).await.unwrap();
    let page = PageRequest::default();
    let samples = catalog::list_samples(&ctx, dataset, None, None, Default::default(), page.clone()).await.unwrap();
    let file = catalog::list_files(&ctx, dataset, page).await.unwrap().items[0].id;
    let export = care::export_organization(&ctx).await.unwrap().id;
    jobs::run_until_idle(app, &assembly::handlers()).await.unwrap();
    let sample = samples.items[0].id;
    let model = format!("annotator-{}", id.0.simple());
    model_version(&ctx, &model).await;
    let batch = batch(&ctx, sample).await;
    let collection = found.collection;
    Tenant { id, name: name.into(), mark, people, collection, dataset, sample, file, job, export, model, batch }
}

/// A rule that nobody else makes.
pub async fn rule(ctx: &Ctx, collection: CollectionId, unique: impl std::fmt::Display) -> chorale_model::RuleId {
    use chorale_model::rules::{MakeRule, RuleSays, RuleScope, RuleValue};
    let says = RuleSays::Words {
        field: "stage".into(),
        attribute: "stage".into(),
        words: format!("an example {unique}"),
        becomes: RuleValue::NotReported,
    };
    let asked = MakeRule { collection, scope: RuleScope::Collection, says, why: String::new() };
    chorale_platform::rules::make_rule(ctx, asked).await.unwrap().rule.id
}

/// A new batch of decisions about a sample.
pub async fn batch(ctx: &Ctx, sample: SampleId) -> BatchId {
    let decision = curation::Decision {
        sample,
        field: "sex".into(),
        action: CurationAction::Set,
        state: None,
        term: "PATO:0000383".into(),
        label: "female".into(),
        note: String::new(),
        beneath: None,
        question: None,
    };
    curation::record(ctx, "An example", "", vec![decision]).await.unwrap()
}

/// A new version of a model; its number.
pub async fn model_version(ctx: &Ctx, model: &str) -> i64 {
    let new = registry::NewVersion {
        name: model.to_owned(),
        kind: "annotator".into(),
        description: String::new(),
        params: Vec::new(),
        artifacts: vec![registry::NewArtifact::bytes("model.bin", "weights")],
    };
    registry::create_version(ctx, new).await.unwrap().version
}

/// A version that was compared with the one before it.
pub async fn compared_version(ctx: &Ctx, model: &str) -> i64 {
    let compared = serde_json::json!({
        "name": model, "version": 0, "present": null, "gold_labels": 0, "decided_labels": 1, "decided_series": 1,
        "held_out_series": 0, "rows": [], "changes": []
    });
    let new = registry::NewVersion {
        name: model.to_owned(),
        kind: "annotator".into(),
        description: String::new(),
        params: Vec::new(),
        artifacts: vec![registry::NewArtifact::bytes("comparison.json", compared.to_string())],
    };
    registry::create_version(ctx, new).await.unwrap().version
}

/// A new release of the ontology EXAMPLE; its SHA-256.
pub async fn release(app: &TestApp) -> String {
    let file = app.app.settings.cache_dir.join(format!("release-{}.obo", app.unique()));
    let version = file.file_stem().unwrap().to_str().unwrap();
    let text = format!("format-version: 1.2\ndata-version: {version}\n\n[Term]\nid: EX:1\nname: liver\n");
    std::fs::write(&file, text).unwrap();
    let operator = Ctx::operator(app.app.clone(), None);
    ontologies::install_file(&operator, "EXAMPLE", &file).await.unwrap().sha256
}

/// A member, signed in.
pub async fn person(app: &Arc<Deployment>, organization: OrganizationId, email: &str, role: Role) -> Person {
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let made = identity::create_user(&ctx, email, "", organization, role, PASSWORD.into()).await.unwrap();
    let cookie = sign_in(app, email).await;
    Person { user: made.member.user, email: email.to_owned(), cookie }
}

/// A new session's cookie.
pub async fn sign_in(app: &Arc<Deployment>, email: &str) -> String {
    let anonymous = Ctx::anonymous(app.clone(), "test".into(), "127.0.0.1".into());
    let input = SignIn { email: email.to_owned(), password: PASSWORD.into() };
    let signed = identity::sign_in(&anonymous, input, "test").await.unwrap();
    format!("{}={}", identity::cookie::name(&app.settings), signed.secret)
}

/// A new token's secret and id.
pub async fn token(ctx: &Ctx, role: Role) -> (String, chorale_model::TokenId) {
    let input = CreateToken { name: "test".into(), role, expires_in_days: None };
    let made = identity::create_token(ctx, input).await.unwrap();
    (made.secret, made.token.id)
}

async fn import(ctx: &Ctx, mark: &'static str) -> (DatasetId, JobId) {
    let mut upload = sources::begin_upload(ctx, "series.soft").unwrap();
    upload.write(SERIES.replace("MARK", mark).as_bytes()).await.unwrap();
    let import = Import {
        collection_name: Some(format!("Collection of {}", &mark[..6])),
        create_collection: true,
        files: vec![upload.finish().await.unwrap()],
        ..Import::default()
    };
    let job = sources::start_import(ctx, import).await.unwrap().id;
    jobs::run_until_idle(&ctx.app, &assembly::handlers()).await.unwrap();
    let dataset = catalog::find_dataset_by_accession(ctx, &format!("GSE900{mark}"), None).await.unwrap();
    (dataset.expect("the import made it"), job)
}
