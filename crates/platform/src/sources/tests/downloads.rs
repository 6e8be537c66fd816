//! What people take home of a dataset: its samples as CSV, its value table as Parquet.

use super::*;
use chorale_model::catalog::SampleSort;
use chorale_model::{DatasetId, FaultKind};
use futures::TryStreamExt;

const TWO_PLATFORMS: &str = "^SERIES = GSE1\n!Series_title = One\n\
    ^SAMPLE = GSM1\n!Sample_title = Liver, left\n!Sample_platform_id = GPL1\n#ID_REF =\n#VALUE =\n\
    !sample_table_begin\nID_REF\tVALUE\nTP53\t1.5\n!sample_table_end\n\
    ^SAMPLE = GSM2\n!Sample_title = Kidney\n!Sample_platform_id = GPL2\n";

async fn csv(ctx: &Ctx, dataset: DatasetId, q: &str) -> Vec<String> {
    let lines = catalog::export_samples(ctx, dataset, None, q, SampleSort::Position).await.unwrap();
    let chunks: Vec<bytes::Bytes> = lines.try_collect().await.unwrap();
    String::from_utf8(chunks.concat()).unwrap().lines().skip(1).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_datasets_csv_holds_its_own_current_samples_and_no_others() {
    for [ctx, other] in each_deployment().await {
        import_text(&ctx, "one.soft", TWO_PLATFORMS).await;
        import_text(&ctx, "one.soft", &TWO_PLATFORMS.replace("GSM1\n", "GSM3\n")).await;
        // The same series in another collection.
        let elsewhere = upload(&ctx, "one.soft", TWO_PLATFORMS.as_bytes()).await;
        import(&ctx, Import { collection_name: Some("elsewhere".into()), ..into_test(vec![elsewhere]) }).await;
        let found = datasets(&ctx).await;
        let on = |platform: &str| found.iter().find(|dataset| dataset.platform == platform).unwrap().id;

        let lines = csv(&ctx, on("GPL1"), "").await;
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains(",GSM3,\"Liver, left\","), "{lines:?}");
        assert_eq!(csv(&ctx, on("GPL1"), "kidney").await, Vec::<String>::new());
        assert_eq!(csv(&ctx, on("GPL2"), "kidney").await.len(), 1);
        let before = catalog::list_versions(&ctx, on("GPL1"), all()).await.unwrap().items.pop().unwrap();
        let lines = catalog::export_samples(&ctx, on("GPL1"), Some(before.id), "", SampleSort::Position).await.unwrap();
        let chunks: Vec<bytes::Bytes> = lines.try_collect().await.unwrap();
        assert!(
            String::from_utf8(chunks.concat()).unwrap().contains(",GSM1,"),
            "an earlier version is asked for by its id"
        );

        let fault = catalog::export_samples(&other, on("GPL1"), None, "", SampleSort::Position).await.err().unwrap();
        assert_eq!(fault.kind, FaultKind::Missing);
    }
}

#[tokio::test]
async fn a_value_table_is_taken_home_whole() {
    for [ctx, other] in each_deployment().await {
        import_text(&ctx, "one.soft", TWO_PLATFORMS).await;
        let found = datasets(&ctx).await;
        let on = |platform: &str| found.iter().find(|dataset| dataset.platform == platform).unwrap().id;
        let (name, size, bytes) = catalog::open_values(&ctx, on("GPL1")).await.unwrap();
        let chunks: Vec<bytes::Bytes> = bytes.try_collect().await.unwrap();
        let whole = chunks.concat();
        assert_eq!((name.as_str(), size), ("GSE1_GPL1.parquet", whole.len() as u64));
        assert!(whole.starts_with(b"PAR1") && whole.ends_with(b"PAR1"));
        let table = catalog::load_dataset(&ctx, on("GPL1")).await.unwrap().value_table.unwrap();
        assert_eq!(crate::objects::sha256_hex(&whole), table.sha256);
        for (asker, dataset) in [(&ctx, on("GPL2")), (&other, on("GPL1"))] {
            let fault = catalog::open_values(asker, dataset).await.err().unwrap();
            assert_eq!(fault.kind, FaultKind::Missing);
        }
    }
}
