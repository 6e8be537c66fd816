use super::*;
use chorale_model::OrganizationId;
use uuid::Uuid;

#[tokio::test]
async fn an_upload_is_absent_or_whole_under_its_sha256() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(&format!("file://{}", folder.path().join("objects").display())).unwrap();
    let organization = OrganizationId(Uuid::from_u128(7));
    let bytes = vec![42_u8; 20 << 20]; // more than two parts

    let mut broken = objects.upload(folder.path()).unwrap();
    broken.write(&bytes[..1000]).await.unwrap();
    drop(broken);
    assert_eq!(objects.list("").await.unwrap(), vec![]);

    let mut upload = objects.upload(folder.path()).unwrap();
    for chunk in bytes.chunks(1 << 20) {
        upload.write(chunk).await.unwrap();
    }
    let (key, sha256, size) = upload.finish(organization).await.unwrap();
    assert_eq!(sha256, sha256_hex(&bytes));
    assert_eq!(size, 20 << 20);
    assert_eq!(key.as_str(), format!("{organization}/raw/{sha256}"));
    assert_eq!(objects.get(key.as_str()).await.unwrap(), bytes);
    assert_eq!(std::fs::read_dir(folder.path().join("uploads")).unwrap().count(), 0, "temporary files are removed");
}

#[test]
fn a_wrong_url_says_what_to_write() {
    let fault = Objects::open("ftp://x").err().unwrap();
    assert_eq!(fault.message, "objects_url: \"ftp\" is no object store here; choose file or s3");
}
