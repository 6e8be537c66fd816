use super::*;
use chorale_model::FaultKind;

const SECRET: &str = "a secret for tests";

/// Keys of the server that `tools/s3.sh` starts.
fn keys(endpoint: &str, secret: &str) -> Vec<(String, String)> {
    let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![
        named("AWS_ENDPOINT", endpoint),
        named("AWS_ACCESS_KEY_ID", "chorale"),
        named("AWS_SECRET_ACCESS_KEY", secret),
        named("AWS_REGION", "us-east-1"),
    ]
}

fn server() -> String {
    std::env::var("CHORALE_TEST_S3")
        .expect("set CHORALE_TEST_S3 to an S3 server, such as http://127.0.0.1:54330; tools/s3.sh starts one and \"make test\" does")
}

#[tokio::test]
async fn a_local_folder_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(&format!("file://{}", folder.path().join("objects").display())).unwrap();
    conformance::conforms(&objects, folder.path()).await;
}

#[tokio::test]
async fn a_bucket_of_an_s3_server_conforms() {
    let plain = keys(&server(), SECRET);
    // The second is of a kind that knows no "write only what is absent".
    let older = [plain.clone(), vec![("AWS_CONDITIONAL_PUT".to_owned(), "disabled".to_owned())]].concat();
    for keys in [plain, older] {
        let folder = tempfile::tempdir().unwrap();
        // Short, for the server's sake (tools/s3.sh); the end of a fresh id is its random part.
        let name = crate::Ids::new(crate::Clock::System).uuid().simple().to_string().split_off(20);
        let objects = Objects::open_with(&format!("s3://chorale/c/{name}"), keys).unwrap();
        conformance::conforms(&objects, folder.path()).await;
    }
}

#[tokio::test]
async fn a_refusal_of_the_server_says_what_to_check() {
    let key = Key::search("shared", uuid::Uuid::from_u128(1));
    let wrong = Objects::open_with("s3://chorale/refused", keys(&server(), "a wrong secret")).unwrap();
    for fault in [wrong.put(&key, "x").await.unwrap_err(), wrong.get(key.as_str()).await.unwrap_err()] {
        assert_eq!(fault.kind, FaultKind::Internal, "{fault}");
        assert!(fault.message.contains("check AWS_ACCESS_KEY_ID"), "{fault}: {:?}", fault.cause);
    }
}

#[test]
fn a_store_that_is_away_or_has_no_place_is_told_apart() {
    let cause = || "connection refused".into();
    let away = fault::write_fault("k", object_store::Error::Generic { store: "S3", source: cause() });
    assert_eq!((away.kind, away.cause.is_some()), (FaultKind::Busy, true), "{away}");
    let nowhere = fault::write_fault("k", object_store::Error::NotFound { path: "k".into(), source: cause() });
    assert_eq!(nowhere.kind, FaultKind::Internal);
    assert!(nowhere.message.contains("check objects_url"), "{nowhere}");
    let absent = fault::read_fault("k", object_store::Error::NotFound { path: "k".into(), source: cause() });
    assert_eq!(absent.kind, FaultKind::Missing);
}

#[test]
fn a_wrong_url_says_what_to_write() {
    let refused = |url: &str, endpoint: &str| Objects::open_with(url, keys(endpoint, "x")).err().unwrap().message;
    assert_eq!(refused("ftp://x", ""), "objects_url: \"ftp\" is no object store here; choose file or s3");
    assert!(refused("here", "").contains("write file:///FOLDER or s3://BUCKET/PREFIX"));
    assert!(refused("s3://b", "http://10.0.0.7:9000").contains("is plain http to another machine"));
    assert!(refused("s3://b", "10.0.0.7").contains("is no URL"));
    for endpoint in ["https://s3.example.org", "http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9"] {
        Objects::open_with("s3://b/p", keys(endpoint, "x")).unwrap();
    }
}
