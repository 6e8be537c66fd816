//! Accessions from a mirror in GEO's folder layout.

use super::*;

/// A mirror that holds one series, and a broken file of another.
fn mirror() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |series: &str, bytes: Vec<u8>| {
        let digits = &series[3..];
        let soft = folder.path().join(format!("series/GSE{}nnn/{series}/soft", &digits[..digits.len() - 3]));
        std::fs::create_dir_all(&soft).unwrap();
        std::fs::write(soft.join(format!("{series}_family.soft.gz")), bytes).unwrap();
    };
    put("GSE12135", std::fs::read(family("GSE12135")).unwrap());
    put("GSE12080", b"<html><body>Service unavailable</body></html>".to_vec());
    folder
}

#[tokio::test]
async fn accessions_are_fetched_in_geos_layout() {
    for db in each_engine().await {
        let mirror = mirror();
        let base = format!("file://{}", mirror.path().display());
        let app =
            testing::deployment_with(db, |settings| crate::ctx::Settings { geo_base_url: base.clone(), ..settings });
        let [ctx, _] = two_organizations(app).await;
        let accessions = ["gse12135", "GSE12080", "GSE99999"].map(str::to_owned).to_vec();
        let job = import(&ctx, Import { accessions, ..into_test(vec![]) }).await;
        let states: Vec<_> = job.files.iter().map(|f| (f.name.as_str(), f.state.as_str())).collect();
        assert_eq!(states, [("GSE12135", "succeeded"), ("GSE12080", "failed"), ("GSE99999", "failed")], "{job:?}");
        assert!(job.files[1].message.contains("web page"), "{job:?}");
        assert!(job.files[2].message.contains("GSE99999 is not at"), "{job:?}");
        let dataset = catalog::load_dataset(&ctx, job.files[0].datasets[0].id).await.unwrap();
        let provenance = &dataset.version.provenance;
        assert_eq!(provenance.source, "NCBI GEO");
        let url = format!("{base}/series/GSE12nnn/GSE12135/soft/GSE12135_family.soft.gz");
        assert_eq!(provenance.source_url.as_deref(), Some(url.as_str()));
        assert_eq!(provenance.file_name, "GSE12135_family.soft.gz");
        assert_eq!(provenance.raw_sha256, crate::objects::sha256_hex(&std::fs::read(family("GSE12135")).unwrap()));
    }
}

/// Answers every request for a path that ends so with these bytes, any other with 404; a first answer is 503.
async fn serve(path: &'static str, bytes: Vec<u8>) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut busy = true;
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let read = stream.read(&mut request).await.unwrap();
            let line = String::from_utf8_lossy(&request[..read]);
            let asked = line.split(' ').nth(1).unwrap_or_default();
            let (status, body): (_, &[u8]) = match asked.ends_with(path) {
                true if std::mem::take(&mut busy) => ("503 Service Unavailable", b""),
                true => ("200 OK", &bytes),
                false => ("404 Not Found", b""),
            };
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body).await.unwrap();
        }
    });
    format!("http://{address}/geo/")
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_and_the_matrix_stands_in_for_the_family() {
    let path = "/geo/series/GSE99nnn/GSE99709/matrix/GSE99709_series_matrix.txt.gz";
    let base = serve(path, std::fs::read(geo("series_matrix/GSE99709_series_matrix.txt.gz")).unwrap()).await;
    let db = each_engine().await.remove(0);
    let app = testing::deployment_with(db, |settings| crate::ctx::Settings { geo_base_url: base, ..settings });
    let [ctx, _] = two_organizations(app).await;
    let job = import(&ctx, Import { accessions: vec!["GSE99709".into()], ..into_test(vec![]) }).await;
    assert_eq!(job.files[0].state, "succeeded", "{job:?}");
    let dataset = catalog::load_dataset(&ctx, job.files[0].datasets[0].id).await.unwrap();
    assert!(dataset.version.provenance.source_url.unwrap().ends_with(path));
}

/// One matrix to each platform, as GEO keeps series of several: found by the folder's listing.
#[tokio::test]
async fn a_series_without_family_is_fetched_as_its_matrices() {
    for db in each_engine().await {
        let mirror = tempfile::tempdir().unwrap();
        let folder = mirror.path().join("series/GSE7nnn/GSE7000/matrix");
        std::fs::create_dir_all(&folder).unwrap();
        for (platform, sample) in [("GPL96", "GSM1"), ("GPL97", "GSM2")] {
            let text = format!(
                "!Series_title\t\"Two chips\"\n!Series_geo_accession\t\"GSE7000\"\n!Sample_title\t\"Liver\"\n\
                 !Sample_geo_accession\t\"{sample}\"\n!Sample_platform_id\t\"{platform}\"\n!series_matrix_table_begin\n\
                 \"ID_REF\"\t\"{sample}\"\n\"a\"\t1.5\n!series_matrix_table_end\n"
            );
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            std::io::Write::write_all(&mut gzip, text.as_bytes()).unwrap();
            std::fs::write(folder.join(format!("GSE7000-{platform}_series_matrix.txt.gz")), gzip.finish().unwrap())
                .unwrap();
        }
        std::fs::write(folder.join("GSE7000-GPL98_series_matrix.txt.gz.part"), "half").unwrap();
        let base = format!("file://{}", mirror.path().display());
        let app = testing::deployment_with(db, |settings| crate::ctx::Settings { geo_base_url: base, ..settings });
        let [ctx, _] = two_organizations(app).await;
        let job = import(&ctx, Import { accessions: vec!["GSE7000".into()], ..into_test(vec![]) }).await;
        assert_eq!(
            (job.files.len(), job.files[0].state.as_str(), job.files[0].samples),
            (1, "succeeded", 2),
            "{job:?}"
        );
        let found = datasets(&ctx).await;
        let platforms: Vec<_> = found.iter().map(|d| (d.accession.as_str(), d.platform.as_str(), d.samples)).collect();
        assert_eq!(platforms, [("GSE7000", "GPL96", 1), ("GSE7000", "GPL97", 1)]);
        let provenance = catalog::load_dataset(&ctx, found[1].id).await.unwrap().version.provenance;
        assert!(provenance.source_url.unwrap().ends_with("/matrix/GSE7000-GPL97_series_matrix.txt.gz"));
        let again = import(&ctx, Import { accessions: vec!["GSE7000".into()], ..into_test(vec![]) }).await;
        assert_eq!(again.files[0].state, "unchanged", "{again:?}");
    }
}
