use super::*;
use crate::curation::{self, Decision};
use crate::db::tests::each_engine;
use crate::harmonize::tests::{import_text, samples_of};
use crate::jobs::{Handler, run_until_idle};
use crate::reports;
use crate::testing::{self, member_ctx};
use crate::{Ctx, Deployment, ctx, discovery, harmonize, sources};
use chorale_model::curation::{CurationAction, RevertBatch};
use chorale_model::harmonize::ValueState;
use chorale_model::page::PageRequest;
use chorale_model::reports::{DeclineReport, FileReport};
use chorale_model::webhooks::{CreateWebhook, DeliveryState, HookEvent, UpdateWebhook, Webhook, WebhookDelivery};
use chorale_model::{FaultKind, Role, SampleId, Time};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What a listener heard: headers in small letters, and the body.
#[derive(Clone, Debug)]
struct Heard {
    headers: Vec<(String, String)>,
    body: String,
}

impl Heard {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A real HTTP listener on this machine; it answers with the statuses that wait, and 204 then.
struct Listener {
    url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
}

impl Listener {
    async fn start() -> Listener {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://127.0.0.1:{}/hook", socket.local_addr().unwrap().port());
        let (heard, answers) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(VecDeque::new())));
        let (kept, waiting) = (heard.clone(), answers.clone());
        tokio::spawn(async move {
            loop {
                let Ok((mut stream, _)) = socket.accept().await else { return };
                let mut bytes = Vec::new();
                let mut buffer = [0; 4096];
                let heard = loop {
                    let read = stream.read(&mut buffer).await.unwrap_or(0);
                    bytes.extend_from_slice(&buffer[..read]);
                    if let Some(heard) = parse(&bytes) {
                        break heard;
                    }
                    if read == 0 {
                        return;
                    }
                };
                kept.lock().unwrap().push(heard);
                let status = waiting.lock().unwrap().pop_front().unwrap_or("204 No Content");
                let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Listener { url, heard, answers }
    }

    fn answer(&self, statuses: &[&'static str]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    fn events(&self) -> Vec<String> {
        self.heard().iter().map(|one| one.header("x-chorale-event").to_owned()).collect()
    }
}

fn parse(bytes: &[u8]) -> Option<Heard> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let headers: Vec<(String, String)> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    (body.len() >= length).then(|| Heard { headers, body: body[..length].to_owned() })
}

struct Scene {
    app: Arc<Deployment>,
    admin: Ctx,
    sample: SampleId,
}

async fn scene(db: crate::Db, hosts: &[&str]) -> Scene {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let app = testing::deployment_with(db, |settings| ctx::Settings { webhook_hosts: hosts, ..settings });
    let admin = member_ctx(&app, testing::organization(&app, "own").await, Role::Admin).await;
    import_text(&admin, "one.tsv", "accession\ttitle\ttissue\nS1\tone\tliver\n").await;
    let scene = Scene { app, sample: SampleId(uuid::Uuid::nil()), admin };
    scene.idle().await;
    let sample = samples_of(&scene.admin).await["S1"];
    Scene { sample, ..scene }
}

impl Scene {
    async fn idle(&self) {
        let handlers: Vec<Arc<dyn Handler>> = vec![
            Arc::new(sources::ImportHandler),
            Arc::new(harmonize::AnnotateJob),
            Arc::new(harmonize::RecountJob),
            Arc::new(discovery::IndexJob),
            Arc::new(DeliverJob),
        ];
        run_until_idle(&self.app, &handlers).await.unwrap();
        self.app.clock.advance(Time::SECOND);
    }

    async fn hook(&self, listener: &Listener, events: &[HookEvent]) -> (Webhook, String) {
        let input = CreateWebhook { url: listener.url.clone(), events: events.to_vec(), note: "a test".into() };
        let made = create_webhook(&self.admin, input).await.unwrap();
        (made.webhook, made.secret)
    }

    async fn decide(&self, title: &str) -> chorale_model::BatchId {
        let decision = Decision {
            sample: self.sample,
            field: "sex".into(),
            action: CurationAction::Set,
            state: Some(ValueState::Present),
            term: "PATO:0000383".into(),
            label: "female".into(),
            note: String::new(),
            beneath: None,
            question: None,
        };
        curation::record(&self.admin, title, "", vec![decision]).await.unwrap()
    }

    async fn log(&self, hook: &Webhook) -> Vec<WebhookDelivery> {
        let mut items = list_deliveries(&self.admin, hook.id, PageRequest::default()).await.unwrap().items;
        items.reverse();
        items
    }
}

#[tokio::test]
async fn what_happens_is_heard_signed_and_in_order() {
    for db in each_engine().await {
        let scene = scene(db, &["127.0.0.1"]).await;
        let listener = Listener::start().await;
        let (hook, secret) = scene.hook(&listener, &[]).await;
        let batch = scene.decide("First").await;
        curation::revert_batch(&scene.admin, batch, RevertBatch { why: "wrong".into() }).await.unwrap();
        curation::restore_batch(&scene.admin, batch, RevertBatch::default()).await.unwrap();
        let report = FileReport {
            sample: scene.sample,
            field: "disease".into(),
            term: None,
            words: "it is missing".into(),
            proposed: None,
        };
        let report = reports::file(&scene.admin, report).await.unwrap();
        reports::decline(&scene.admin, report.id, DeclineReport { words: "it is not said".into() }).await.unwrap();
        scene.idle().await;
        assert_eq!(
            listener.events(),
            ["batch.applied", "batch.taken_back", "batch.put_back", "report.filed", "report.declined"]
        );
        for heard in listener.heard() {
            let timestamp: i64 = heard.header("x-chorale-timestamp").parse().unwrap();
            assert_eq!(heard.header("x-chorale-signature"), signature(&secret, timestamp, &heard.body));
            assert_eq!(heard.json()["id"], heard.header("x-chorale-delivery"));
            assert!((timestamp - scene.admin.now().0 / Time::SECOND).abs() < 60);
        }
        let first = listener.heard()[0].json();
        assert_eq!(
            (first["event"].as_str(), first["data"]["batch"]["title"].as_str()),
            (Some("batch.applied"), Some("First"))
        );
        let url = format!("{}/decisions/{batch}", scene.app.settings.public_url);
        assert_eq!(first["data"]["url"].as_str(), Some(url.as_str()));
        assert!(
            scene.log(&hook).await.iter().all(|one| one.state == DeliveryState::Delivered && one.status == Some(204))
        );

        // What is not chosen is not heard of, and another organization hears nothing of it.
        update_webhook(
            &scene.admin,
            hook.id,
            UpdateWebhook { events: Some(vec![HookEvent::ReportFiled]), ..UpdateWebhook::default() },
        )
        .await
        .unwrap();
        scene.decide("Second").await;
        scene.idle().await;
        assert_eq!(listener.heard().len(), 5);
        let other = member_ctx(&scene.app, testing::organization(&scene.app, "other").await, Role::Admin).await;
        assert!(list_webhooks(&other).await.unwrap().is_empty());
        for fault in [
            load_webhook(&other, hook.id).await.unwrap_err(),
            list_deliveries(&other, hook.id, PageRequest::default()).await.unwrap_err(),
            test_webhook(&other, hook.id).await.unwrap_err(),
            renew_secret(&other, hook.id).await.unwrap_err(),
            delete_webhook(&other, hook.id).await.unwrap_err(),
        ] {
            assert_eq!(fault.kind, FaultKind::Missing, "{fault}");
        }
        // The secret is in no answer but the first.
        let shown =
            serde_json::to_string(&(list_webhooks(&scene.admin).await.unwrap(), scene.log(&hook).await)).unwrap();
        assert!(!shown.contains(&secret));
        let renewed = renew_secret(&scene.admin, hook.id).await.unwrap().secret;
        assert_ne!(renewed, secret);
        test_webhook(&scene.admin, hook.id).await.unwrap();
        scene.idle().await;
        let ping = listener.heard().pop().unwrap();
        let timestamp: i64 = ping.header("x-chorale-timestamp").parse().unwrap();
        assert_eq!(
            (ping.header("x-chorale-event"), ping.header("x-chorale-signature")),
            ("ping", signature(&renewed, timestamp, &ping.body).as_str())
        );
        delete_webhook(&scene.admin, hook.id).await.unwrap();
        scene.decide("Third").await;
        scene.idle().await;
        assert_eq!(listener.heard().len(), 6);
    }
}

#[tokio::test]
async fn what_is_not_answered_comes_again_and_what_came_after_it_waits() {
    for db in each_engine().await {
        let scene = scene(db, &["127.0.0.0/8"]).await;
        let listener = Listener::start().await;
        let (hook, _) = scene.hook(&listener, &[HookEvent::BatchApplied]).await;
        listener.answer(&["500 Oops", "302 Found"]);
        scene.decide("First").await;
        scene.decide("Second").await;
        scene.idle().await;
        let log = scene.log(&hook).await;
        assert_eq!((log[0].attempts, log[0].status, log[1].attempts), (1, Some(500), 0), "{log:#?}");
        assert!(log[0].next_at.is_some() && log[0].error.as_deref() == Some("the answer was 500"));
        scene.app.clock.advance(10 * Time::SECOND);
        scene.idle().await;
        assert_eq!(scene.log(&hook).await[0].status, Some(302), "a redirect is not followed");
        assert_eq!(listener.heard().len(), 2);
        scene.app.clock.advance(20 * Time::SECOND);
        scene.idle().await;
        let titles: Vec<String> = listener
            .heard()
            .iter()
            .map(|one| one.json()["data"]["batch"]["title"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(titles, ["First", "First", "First", "Second"]);
        let log = scene.log(&hook).await;
        assert_eq!(
            (log[0].state, log[0].attempts, log[1].state),
            (DeliveryState::Delivered, 3, DeliveryState::Delivered)
        );
        assert_eq!(load_webhook(&scene.admin, hook.id).await.unwrap().failures, 0);

        // Sent once more by hand.
        redeliver(&scene.admin, hook.id, log[0].id).await.unwrap();
        scene.idle().await;
        let last = listener.heard().pop().unwrap().json();
        assert_eq!((listener.heard().len(), last["id"].as_str()), (5, Some(log[0].id.to_string().as_str())));
    }
}

#[tokio::test]
async fn a_hook_that_never_answers_is_switched_off_with_the_reason_and_hears_it_all_later() {
    for db in each_engine().await {
        let scene = scene(db, &["127.0.0.1"]).await;
        let listener = Listener::start().await;
        let (hook, _) = scene.hook(&listener, &[HookEvent::BatchApplied]).await;
        listener.answer(&["503 Later"; 20]);
        for title in ["1", "2", "3", "4"] {
            scene.decide(title).await;
        }
        for _ in 0..30 {
            scene.idle().await;
            scene.app.clock.advance(Time::HOUR);
        }
        let off = load_webhook(&scene.admin, hook.id).await.unwrap();
        assert!(!off.active && off.disabled_why.as_deref().is_some_and(|why| why.contains("20 attempts")), "{off:?}");
        let states: Vec<DeliveryState> = scene.log(&hook).await.iter().map(|one| one.state).collect();
        use DeliveryState::{Failed, Waiting};
        assert_eq!(states, [Failed, Failed, Failed, Waiting], "given up after six attempts each");
        scene.decide("5").await;
        scene.idle().await;
        assert_eq!(listener.heard().len(), 20, "nothing is sent while it is off");

        update_webhook(&scene.admin, hook.id, UpdateWebhook { active: Some(true), ..UpdateWebhook::default() })
            .await
            .unwrap();
        scene.idle().await;
        let titles: Vec<Value> =
            listener.heard().iter().skip(20).map(|one| one.json()["data"]["batch"]["title"].clone()).collect();
        assert_eq!(titles, ["4", "5"]);
        assert_eq!(load_webhook(&scene.admin, hook.id).await.unwrap().disabled_why, None);
    }
}

#[tokio::test]
async fn private_networks_are_closed_unless_the_operator_opens_them() {
    for db in each_engine().await {
        let scene = scene(db, &[]).await;
        let listener = Listener::start().await;
        let input = |url: &str| CreateWebhook { url: url.into(), events: Vec::new(), note: String::new() };
        for url in [listener.url.as_str(), "https://127.0.0.1/", "https://169.254.169.254/", "ftp://hooks.example.org/"]
        {
            let fault = create_webhook(&scene.admin, input(url)).await.unwrap_err();
            assert_eq!((fault.kind, fault.fields[0].field.as_str()), (FaultKind::Invalid, "url"), "{url}: {fault}");
        }
        // A name that leads into one is found out when something is sent.
        let port = listener.url.rsplit(':').next().unwrap().split('/').next().unwrap();
        let made = create_webhook(&scene.admin, input(&format!("https://localhost:{port}/"))).await.unwrap();
        test_webhook(&scene.admin, made.webhook.id).await.unwrap();
        scene.idle().await;
        let log = scene.log(&made.webhook).await;
        assert!(log[0].error.as_deref().is_some_and(|why| why.contains("private network")), "{log:#?}");
        assert!(listener.heard().is_empty());
        let ping = CreateWebhook { events: vec![HookEvent::Ping], ..input("https://hooks.example.org/") };
        assert_eq!(create_webhook(&scene.admin, ping).await.unwrap_err().fields[0].field, "events");
        let curator = member_ctx(&scene.app, scene.admin.scope.unwrap(), Role::Curator).await;
        assert_eq!(list_webhooks(&curator).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}
