//! Of a tenant, what the examples of MLflow's interface name: an experiment, a run with everything, models, artifacts.

use crate::app::{Tenant, TestApp};
use chorale_model::experiments::{
    CreateExperiment, CreateLoggedModel, CreateRun, ExperimentId, KeyValue, LogBatch, LogMetric, LoggedModelId, RunId,
};
use chorale_model::registry::{CreateModel, Promote, Promotion, ProtectedAliases};
use chorale_platform::experiments::{self, Owner, RegisterVersion};
use chorale_platform::{Ctx, db, registry};
use http::StatusCode;
use std::collections::BTreeMap;

/// Fills in what the route wants.
pub async fn ids(
    app: &TestApp,
    tenant: &Tenant,
    of: &Ctx,
    wants: &dyn Fn(&str) -> bool,
    ids: &mut BTreeMap<&'static str, String>,
) {
    let named = [
        "experiment",
        "doomed_experiment",
        "deleted_experiment",
        "run",
        "seen_run",
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
    if !named.iter().any(|name| wants(name)) {
        return;
    }
    let ctx = &app.operator(tenant);
    if tenant.id == app.a.id {
        number_from_a_million(app, tenant).await;
    }
    let experiment = experiment(app, ctx, tenant).await;
    ids.insert("experiment", experiment.to_string());
    if wants("doomed_experiment") {
        ids.insert("doomed_experiment", self::experiment(app, ctx, tenant).await.to_string());
    }
    if wants("deleted_experiment") {
        let deleted = self::experiment(app, ctx, tenant).await;
        experiments::delete_experiment(ctx, deleted).await.unwrap();
        ids.insert("deleted_experiment", deleted.to_string());
    }
    let run = run(ctx, tenant, experiment).await;
    for name in ["run", "seen_run", "doomed_run"] {
        ids.insert(name, run.to_string());
    }
    if wants("deleted_run") {
        let deleted = self::run(ctx, tenant, experiment).await;
        experiments::delete_runs(ctx, &[deleted]).await.unwrap();
        ids.insert("deleted_run", deleted.to_string());
    }
    if wants("logged_model") || wants("doomed_logged_model") {
        let model = logged_model(ctx, tenant, experiment).await;
        ids.insert("logged_model", model.to_string());
        ids.insert("doomed_logged_model", model.to_string());
        ids.insert("doomed_tag", "doomed".to_owned());
        put(ctx, Owner::Model(model), "kept.txt", tenant.mark).await;
    }
    if wants("registered") || wants("doomed_registered") {
        let name = format!("model-{}", app.unique());
        registered(ctx, tenant, &name, run).await;
        ids.insert("registered", name.clone());
        ids.insert("doomed_registered", name);
        ids.insert("doomed_alias", "doomed".to_owned());
        ids.insert("doomed_tag", "doomed".to_owned());
    }
    for (name, asker) in [("promotion", ctx), ("own_promotion", of)] {
        if wants(name) {
            ids.insert(name, promotion(app, tenant, asker, run).await);
        }
    }
    put(ctx, Owner::Run(run), "kept.txt", tenant.mark).await;
    put(ctx, Owner::Run(run), "kept.html", tenant.mark).await;
    put(ctx, Owner::Run(run), "doomed.txt", tenant.mark).await;
    if wants("parted_upload") {
        let upload = experiments::begin_parts(ctx, Owner::Run(run), None, "parts.bin", 1).await.unwrap();
        let mut part = experiments::start_part(ctx, upload, 1).await.unwrap();
        part.write(tenant.mark.as_bytes()).await.unwrap();
        ids.insert("parted_etag", part.finish().await.unwrap());
        ids.insert("parted_upload", upload.to_string());
    }
    let place = |path: &str| format!("{experiment}/{run}/artifacts{path}");
    ids.insert("artifacts", place(""));
    ids.insert("artifact", place("/kept.txt"));
    ids.insert("new_artifact", place("/new.txt"));
    ids.insert("doomed_artifact", place("/doomed.txt"));
}

/// Numbers of experiments are counted in each organization: the other one has none that is so high.
async fn number_from_a_million(app: &TestApp, tenant: &Tenant) {
    let raise = db::sql(
        "insert into experiment_numbers (organization, next) values ($1, 1000000) on conflict (organization) \
         do update set next = 1000000 where experiment_numbers.next < 1000000",
    )
    .bind(tenant.id);
    app.app.db.write(move |tx| Box::pin(raise.run(tx))).await.unwrap();
}

async fn experiment(app: &TestApp, ctx: &Ctx, tenant: &Tenant) -> ExperimentId {
    let name = format!("Experiment {} of {}", app.unique(), tenant.mark);
    let tags = vec![KeyValue::new("doomed", tenant.mark)];
    experiments::create_experiment(ctx, CreateExperiment { name, artifact_location: String::new(), tags })
        .await
        .unwrap()
        .id
}

async fn run(ctx: &Ctx, tenant: &Tenant, experiment: ExperimentId) -> RunId {
    let new = CreateRun { name: format!("Run of {}", tenant.mark), ..CreateRun::default() };
    let id = experiments::create_run(ctx, experiment, new).await.unwrap().info.id;
    let batch = LogBatch {
        metrics: vec![LogMetric {
            key: "loss".into(),
            value: 0.5,
            timestamp_ms: 1,
            step: 1,
            model: None,
            dataset_name: String::new(),
            dataset_digest: String::new(),
        }],
        params: vec![KeyValue::new("secret", tenant.mark)],
        tags: vec![KeyValue::new("doomed", tenant.mark)],
    };
    experiments::log(ctx, id, batch).await.unwrap();
    id
}

async fn logged_model(ctx: &Ctx, tenant: &Tenant, experiment: ExperimentId) -> LoggedModelId {
    let new = CreateLoggedModel {
        name: format!("Model of {}", tenant.mark),
        tags: vec![KeyValue::new("doomed", tenant.mark)],
        ..CreateLoggedModel::default()
    };
    experiments::create_logged_model(ctx, experiment, new).await.unwrap().id
}

async fn registered(ctx: &Ctx, tenant: &Tenant, name: &str, run: RunId) {
    let tags = vec![KeyValue::new("secret", tenant.mark)];
    let new = CreateModel { name: name.to_owned(), description: tenant.mark.to_owned(), tags };
    registry::create_model(ctx, new).await.unwrap();
    let new = RegisterVersion {
        name: name.to_owned(),
        source: format!("runs:/{run}"),
        run: run.to_string(),
        ..RegisterVersion::default()
    };
    experiments::register_version(ctx, new).await.unwrap();
    for alias in ["kept", "doomed"] {
        registry::promote(ctx, name, Promote { version: 1, alias: alias.into(), ..Promote::default() }).await.unwrap();
    }
}

/// A promotion that waits, of an alias that no other example moves.
async fn promotion(app: &TestApp, tenant: &Tenant, asker: &Ctx, run: RunId) -> String {
    let ctx = &app.operator(tenant);
    let name = format!("model-{}", app.unique());
    registered(ctx, tenant, &name, run).await;
    registry::protect_aliases(ctx, ProtectedAliases { aliases: vec!["guarded".into()] }).await.unwrap();
    let asked = Promote { version: 1, alias: "guarded".into(), why: format!("Because of {}", tenant.mark) };
    match registry::promote_or_ask(asker, &name, asked).await.unwrap() {
        Promotion::Waits(request) => request.id.to_string(),
        Promotion::Done(version) => panic!("it was done: {version:?}"),
    }
}

async fn put(ctx: &Ctx, owner: Owner, path: &str, text: &str) {
    let mut upload = experiments::start_artifact(ctx, owner, None, path).await.unwrap();
    upload.write(text.as_bytes()).await.unwrap();
    upload.finish().await.unwrap();
}

/// MLflow's pages ask on another road; it is the same one.
#[tokio::test(flavor = "multi_thread")]
async fn both_roads_are_authorized_alike_and_faults_have_mlflows_envelope() {
    let app = TestApp::new(None).await;
    let mut named = BTreeMap::new();
    let asker = app.operator(&app.a);
    ids(&app, &app.a, &asker, &|name| name == "run", &mut named).await;
    let admin = |tenant: &Tenant| tenant.people[&chorale_model::Role::Admin].cookie.clone();
    let ask = async |path: &str, cookie: Option<String>| {
        let mut asked = http::Request::get(path).header(http::header::HOST, "127.0.0.1:3000");
        if let Some(cookie) = cookie {
            asked = asked.header(http::header::COOKIE, cookie);
        }
        let answer = app.call(asked.body(axum::body::Body::empty()).unwrap()).await;
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        (answer.status, body["error_code"].as_str().unwrap_or_default().to_owned(), answer.body)
    };
    for road in ["/api", "/ajax-api"] {
        let own = format!("{road}/2.0/mlflow/runs/get?run_id={}", named["run"]);
        let (status, _, body) = ask(&own, Some(admin(&app.a))).await;
        assert!(status == StatusCode::OK && body.contains(app.a.mark), "{road}: {body}");
        let (status, code, body) = ask(&own, Some(admin(&app.b))).await;
        assert_eq!((status, &*code), (StatusCode::NOT_FOUND, "RESOURCE_DOES_NOT_EXIST"), "{road}: {body}");
        let (status, code, _) = ask(&own, None).await;
        assert_eq!((status, &*code), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"), "{road}");
        let (status, code, _) = ask(&format!("{road}/2.0/mlflow/runs/get"), Some(admin(&app.a))).await;
        assert_eq!((status, &*code), (StatusCode::BAD_REQUEST, "INVALID_PARAMETER_VALUE"), "{road}");
        let (status, code, _) = ask(&format!("{road}/3.0/mlflow/traces/search"), Some(admin(&app.a))).await;
        assert_eq!((status, &*code), (StatusCode::NOT_FOUND, "ENDPOINT_NOT_FOUND"), "{road}");
        let (status, code, _) = ask(&format!("{road}/2.0/mlflow/runs/create"), Some(admin(&app.a))).await;
        assert_eq!((status, &*code), (StatusCode::METHOD_NOT_ALLOWED, "ENDPOINT_NOT_FOUND"), "{road}");
    }
}
