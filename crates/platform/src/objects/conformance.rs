//! What every object store has to do, as one suite that each backend's test calls: local and S3 stay equal here.

use super::{Key, Objects, sha256_hex};
use chorale_model::{FaultKind, OrganizationId};
use futures::{StreamExt, TryStreamExt};
use std::path::Path;
use uuid::Uuid;

const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(7));

/// Runs the whole suite on an empty store; `folder` is for local files.
pub async fn conforms(objects: &Objects, folder: &Path) {
    what_is_absent_is_missing(objects, folder).await;
    a_small_object_comes_back_whole_and_in_ranges(objects).await;
    a_name_is_never_given_to_other_bytes(objects, folder).await;
    an_upload_is_absent_or_whole_under_its_sha256(objects, folder).await;
    a_listing_is_of_one_prefix(objects).await;
    a_listing_of_several_pages_is_whole(objects).await;
    assert_eq!(objects.list("").await.expect("lists"), [], "the suite leaves nothing behind");
}

async fn what_is_absent_is_missing(objects: &Objects, folder: &Path) {
    let key = Key::values(ORGANIZATION, Uuid::from_u128(1));
    let fault = objects.get(key.as_str()).await.expect_err("nothing is there");
    assert_eq!(fault.kind, FaultKind::Missing, "{fault}");
    assert!(fault.message.contains(key.as_str()), "{fault}");
    assert_eq!(objects.stream(key.as_str()).await.err().expect("nothing").kind, FaultKind::Missing);
    assert_eq!(objects.size(key.as_str()).await.expect_err("nothing").kind, FaultKind::Missing);
    assert_eq!(objects.range(key.as_str(), 0..4).await.expect_err("nothing").kind, FaultKind::Missing);
    assert_eq!(objects.fetch(key.as_str(), &folder.join("copy")).await.expect_err("nothing").kind, FaultKind::Missing);
    assert!(!objects.exists(key.as_str()).await.expect("answers"));
    objects.delete(key.as_str()).await.expect("what is gone may be deleted again");
    assert_eq!(objects.list("").await.expect("lists"), [], "an empty store lists nothing");
    assert_eq!(objects.roots().await.expect("lists"), Vec::<String>::new());
}

async fn a_small_object_comes_back_whole_and_in_ranges(objects: &Objects) {
    let key = Key::values(ORGANIZATION, Uuid::from_u128(2));
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    objects.put(&key, bytes.clone()).await.expect("writes");
    assert_eq!(objects.get(key.as_str()).await.expect("reads"), bytes);
    assert_eq!(objects.size(key.as_str()).await.expect("is there"), 100_000);
    assert_eq!(objects.range(key.as_str(), 0..1).await.expect("reads"), bytes[..1]);
    assert_eq!(objects.range(key.as_str(), 300..70_000).await.expect("reads"), bytes[300..70_000]);
    assert_eq!(objects.range(key.as_str(), 99_990..100_100).await.expect("reads"), bytes[99_990..], "fewer at the end");
    an_address_opens_one_object(objects, key.as_str(), &bytes).await;
    let (size, chunks) = objects.stream(key.as_str()).await.expect("streams");
    let chunks: Vec<bytes::Bytes> = chunks.try_collect().await.expect("streams to the end");
    assert_eq!((size, chunks.concat()), (100_000, bytes));
    let empty = Key::values(ORGANIZATION, Uuid::from_u128(3));
    objects.put(&empty, Vec::new()).await.expect("an empty object is one");
    assert_eq!(objects.get(empty.as_str()).await.expect("reads"), Vec::new());
    for key in [key, empty] {
        objects.delete(key.as_str()).await.expect("deletes");
        assert!(!objects.exists(key.as_str()).await.expect("answers"));
    }
}

/// Where the store gives out addresses, theirs is read by whoever has it, and no other object is.
async fn an_address_opens_one_object(objects: &Objects, key: &str, bytes: &[u8]) {
    let lasts = std::time::Duration::from_secs(60);
    let address = objects.address(key, lasts).await.expect("answers");
    assert_eq!(address.is_some(), objects.url().starts_with("s3:"), "{address:?}");
    let Some(address) = address else { return };
    let read = async |address: &str| {
        crate::tls::prepare();
        reqwest::Client::new().get(address).send().await.expect("is asked")
    };
    let answer = read(&address).await;
    assert_eq!(answer.bytes().await.expect("reads"), bytes);
    let other = address.replacen("/values/", "/valueX/", 1);
    assert_ne!(other, address);
    assert!(!read(&other).await.status().is_success(), "the address is of one object");
}

async fn a_name_is_never_given_to_other_bytes(objects: &Objects, folder: &Path) {
    let key = Key::search("shared", Uuid::from_u128(4));
    objects.put(&key, "first").await.expect("writes");
    objects.put(&key, "first").await.expect("the same write may be repeated");
    let file = folder.join("second");
    std::fs::write(&file, "second").expect("a local file");
    for fault in [objects.put(&key, "other").await, objects.put_file(&key, &file).await] {
        let fault = fault.expect_err("a name is used once");
        assert_eq!(fault.kind, FaultKind::Conflict, "{fault}");
    }
    assert_eq!(objects.get(key.as_str()).await.expect("reads"), "first");
    objects.delete(key.as_str()).await.expect("deletes");
}

async fn an_upload_is_absent_or_whole_under_its_sha256(objects: &Objects, folder: &Path) {
    // More than two parts, and the last one is short.
    let bytes: Vec<u8> = (0..20_000_003_u32).map(|at| (at % 251) as u8).collect();
    let mut broken = objects.upload(folder, unlimited()).expect("begins");
    broken.write(&bytes[..1000]).await.expect("takes bytes");
    drop(broken);
    assert_eq!(objects.list("").await.expect("lists"), [], "an upload that broke off is absent");

    for _twice in 0..2 {
        let mut upload = objects.upload(folder, unlimited()).expect("begins");
        for chunk in bytes.chunks(1 << 20) {
            upload.write(chunk).await.expect("takes bytes");
        }
        let whole = upload.finish().await.expect("is whole");
        assert_eq!((whole.sha256.as_str(), whole.size_bytes), (sha256_hex(&bytes).as_str(), 20_000_003));
        let key = whole.store(ORGANIZATION).await.expect("stores");
        assert_eq!(key.as_str(), format!("{ORGANIZATION}/raw/{}", whole.sha256));
        drop(whole);
        let stored = objects.get(key.as_str()).await.expect("reads");
        assert_eq!(sha256_hex(&stored), sha256_hex(&bytes));
        let part = objects.range(key.as_str(), 8_388_600..8_388_616).await.expect("reads across two parts");
        assert_eq!(part, bytes[8_388_600..8_388_616]);
        let listed = objects.list("").await.expect("lists");
        assert_eq!(
            listed.iter().map(|one| (one.key.as_str(), one.size_bytes)).collect::<Vec<_>>(),
            [(key.as_str(), 20_000_003)]
        );
    }
    let left = std::fs::read_dir(folder.join("uploads")).expect("the folder of uploads").count();
    assert_eq!(left, 0, "temporary files are removed");
    let copy = folder.join("copy");
    let key = Key::raw(ORGANIZATION, &sha256_hex(&bytes));
    assert_eq!(objects.fetch(key.as_str(), &copy).await.expect("copies"), 20_000_003);
    assert_eq!(std::fs::read(&copy).expect("the copy"), bytes);
    objects.delete(key.as_str()).await.expect("deletes");
}

async fn a_listing_is_of_one_prefix(objects: &Objects) {
    // A neighbour whose name begins alike is another folder.
    let (one, other) = (OrganizationId(Uuid::from_u128(0x10)), OrganizationId(Uuid::from_u128(0x11)));
    let mut keys: Vec<Key> = (0..5).map(|number| Key::values(one, Uuid::from_u128(number))).collect();
    keys.push(Key::export(one, Uuid::from_u128(9)));
    keys.push(Key::values(other, Uuid::from_u128(9)));
    for key in &keys {
        objects.put(key, key.as_str().to_owned()).await.expect("writes");
    }
    let names = |listed: Vec<super::Listed>| {
        let mut names: Vec<String> = listed.into_iter().map(|one| one.key).collect();
        names.sort();
        names
    };
    let expected: Vec<String> = keys[..5].iter().map(ToString::to_string).collect();
    assert_eq!(names(objects.list(&format!("{one}/lake/values")).await.expect("lists")), expected);
    assert_eq!(names(objects.list(&format!("{one}/lake/val")).await.expect("lists")), Vec::<String>::new());
    assert_eq!(objects.list(&one.to_string()).await.expect("lists").len(), 6);
    let listed = objects.list(&other.to_string()).await.expect("lists");
    assert_eq!(listed[0].size_bytes, keys[6].as_str().len() as u64);
    // 2020 or later: a store's clock is no test's.
    assert!(listed[0].written_at > 1_577_836_800_000_000, "{listed:?}");
    // A folder that was emptied may still be named.
    let roots = objects.roots().await.expect("lists");
    assert!(roots.contains(&one.to_string()) && roots.contains(&other.to_string()), "{roots:?}");
    for key in keys {
        objects.delete(key.as_str()).await.expect("deletes");
    }
}

/// S3 answers a thousand keys at a time.
async fn a_listing_of_several_pages_is_whole(objects: &Objects) {
    let keys: Vec<Key> = (0..1_200).map(|number| Key::search("shared", Uuid::from_u128(number))).collect();
    let writing = futures::stream::iter(&keys);
    writing.for_each_concurrent(16, async |key| objects.put(key, "x").await.expect("writes")).await;
    let mut found: Vec<String> = objects.list("shared").await.expect("lists").into_iter().map(|one| one.key).collect();
    found.sort();
    assert_eq!(found, keys.iter().map(ToString::to_string).collect::<Vec<_>>());
    let deleting = futures::stream::iter(found);
    deleting.for_each_concurrent(16, async |key| objects.delete(&key).await.expect("deletes")).await;
}

fn unlimited() -> super::Limit {
    super::Limit { name: "file".to_owned(), bytes: i64::MAX }
}
