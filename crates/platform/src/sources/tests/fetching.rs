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
        let app = testing::deployment_with(db, |settings| crate::ctx::Settings { geo_base_url: base.clone(), ..settings });
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
