//! Value tables of datasets that grow: files of single samples are joined to what the dataset holds.

use super::*;
use crate::jobs;
use chorale_model::DatasetId;
use std::collections::BTreeMap;
use std::io::Read;

/// The blocks of a family file: each sample's text, in the file's order.
fn samples_of(path: &Path) -> Vec<String> {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text.split("\n^SAMPLE").skip(1).map(|block| format!("^SAMPLE{block}\n")).collect()
}

/// Feature → sample → value, as the table says it.
type Cells = BTreeMap<String, BTreeMap<String, String>>;

async fn values_of(ctx: &Ctx, dataset: DatasetId) -> Cells {
    let files = catalog::list_files(ctx, dataset, all()).await.unwrap().items;
    let version = catalog::load_dataset(ctx, dataset).await.unwrap().version.number;
    let file = files.iter().find(|file| file.kind == "values" && file.version == version).expect("a value table");
    let (_, bytes) = catalog::open_file(ctx, file.id).await.unwrap();
    let bytes = futures::TryStreamExt::try_collect::<Vec<_>>(bytes).await.unwrap().concat();
    assert_eq!(file.sha256, crate::objects::sha256_hex(&bytes));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("values.parquet");
    std::fs::write(&path, bytes).unwrap();
    let table = chorale_lake::preview(&path, usize::MAX, usize::MAX).unwrap();
    let cells = |row: &Vec<Option<String>>| -> BTreeMap<String, String> {
        let named = table.columns[1..].iter().zip(&row[1..]);
        named.filter_map(|(name, cell)| Some((name.clone(), cell.clone()?))).collect()
    };
    table.rows.iter().map(|row| (row[0].clone().unwrap(), cells(row))).collect()
}

/// Imports samples alone, and gives the dataset's version.
async fn add(ctx: &Ctx, blocks: &[String]) -> (DatasetId, i64) {
    let job = import_text(ctx, "some samples.txt", &blocks.concat()).await;
    assert_eq!(job.state, JobState::Succeeded, "{job:?}");
    let [dataset] = &job.files[0].datasets[..] else { panic!("{job:?}") };
    (dataset.id, dataset.version)
}

#[tokio::test]
async fn samples_that_are_added_join_the_value_table() {
    for [ctx, other] in each_deployment().await {
        let path = family("GSE2388");
        let blocks = samples_of(&path);
        assert_eq!(blocks.len(), 9);
        let whole = import_paths(&other, std::slice::from_ref(&path)).await;
        let expected = values_of(&other, whole.files[0].datasets[0].id).await;
        assert_eq!(expected.values().map(BTreeMap::len).max(), Some(9));

        assert_eq!(add(&ctx, &blocks[..4]).await.1, 1);
        assert_eq!(add(&ctx, &blocks[6..]).await.1, 2);
        let (dataset, version) = add(&ctx, &blocks[3..7]).await;
        assert_eq!(version, 3);
        assert_eq!(values_of(&ctx, dataset).await, expected, "cell by cell what the whole family says");
        let table = catalog::load_dataset(&ctx, dataset).await.unwrap().value_table.unwrap();
        assert_eq!((table.samples, table.features), (9, expected.len() as i64));

        // What it says already changes nothing and stores nothing.
        let before = ctx.app.objects.list("").await.unwrap().len();
        assert_eq!(add(&ctx, &blocks[6..]).await, (dataset, 3));
        assert_eq!(add(&ctx, &blocks[..4]).await, (dataset, 3));
        assert_eq!(ctx.app.objects.list("").await.unwrap().len(), before);
    }
}

fn sample(accession: &str, rows: &[(&str, &str)]) -> String {
    let rows: String = rows.iter().map(|(feature, value)| format!("{feature}\t{value}\n")).collect();
    format!(
        "^SAMPLE = {accession}\n!Sample_title = {accession}\n!Sample_platform_id = GPL1\n!Sample_series_id = GSE1\n\
         #ID_REF = id\n#VALUE = v\n!sample_table_begin\nID_REF\tVALUE\n{rows}!sample_table_end\n"
    )
}

fn cells(rows: &[(&str, &[(&str, &str)])]) -> Cells {
    let texts = |row: &[(&str, &str)]| -> BTreeMap<String, String> {
        row.iter().map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned())).collect()
    };
    rows.iter().map(|(feature, row)| ((*feature).to_owned(), texts(row))).collect()
}

#[tokio::test]
async fn the_newest_word_on_a_sample_is_its_column_and_the_others_keep_theirs() {
    for [ctx, _] in each_deployment().await {
        let (id, _) = add(&ctx, &[sample("GSM1", &[("a", "1.50"), ("b", "2")]), sample("GSM2", &[("a", "0.1")])]).await;
        add(&ctx, &[sample("GSM2", &[("c", "7"), ("a", "null")]), sample("GSM3", &[("d", "absent")])]).await;
        let expected = cells(&[
            ("a", &[("GSM1", "1.5")]),
            ("b", &[("GSM1", "2")]),
            ("c", &[("GSM2", "7")]),
            ("d", &[("GSM3", "absent")]),
        ]);
        assert_eq!(values_of(&ctx, id).await, expected);
        // A sample whose description alone comes again keeps its values, and so does everybody.
        let told = "^SAMPLE = GSM1\n!Sample_title = New\n!Sample_series_id = GSE1\n!Sample_platform_id = GPL1\n";
        let version = add(&ctx, &[told.to_owned()]).await.1;
        assert_eq!((version, values_of(&ctx, id).await), (3, expected));
        // The whole series again is what it says: its values are the dataset's.
        let family = format!("^SERIES = GSE1\n!Series_title = One\n{}", sample("GSM1", &[("a", "9")]));
        import_text(&ctx, "GSE1_family.soft", &family).await;
        assert_eq!(values_of(&ctx, id).await, cells(&[("a", &[("GSM1", "9")])]));
    }
}

#[tokio::test]
async fn each_series_of_a_file_has_the_values_of_its_own_samples() {
    for [ctx, _] in each_deployment().await {
        let of = |series: &str, accession: &str, rows: &[(&str, &str)]| {
            sample(accession, rows).replace("Sample_series_id = GSE1", &format!("Sample_series_id = {series}"))
        };
        let text = [
            "^SERIES = GSE1\n!Series_title = One\n^SERIES = GSE2\n!Series_title = Two\n".to_owned(),
            of("GSE1", "GSM1", &[("a", "1"), ("b", "2")]),
            of("GSE2", "GSM2", &[("b", "3"), ("c", "high")]),
            of("GSE1", "GSM3", &[("b", "4")]),
            of("GSE3", "GSM4", &[]),
        ];
        let job = import_text(&ctx, "GPL1_family.soft", &text.concat()).await;
        assert_eq!(job.state, JobState::Succeeded, "{job:?}");
        assert!(job.warnings.iter().all(|w| !w.done.contains("not kept as a table")), "{:?}", job.warnings);
        let named = |accession: &str| job.files[0].datasets.iter().find(|d| d.accession == accession).unwrap().id;
        let expected = cells(&[("a", &[("GSM1", "1")]), ("b", &[("GSM1", "2"), ("GSM3", "4")])]);
        assert_eq!(values_of(&ctx, named("GSE1")).await, expected);
        let expected = cells(&[("b", &[("GSM2", "3")]), ("c", &[("GSM2", "high")])]);
        assert_eq!(values_of(&ctx, named("GSE2")).await, expected);
        assert!(catalog::load_dataset(&ctx, named("GSE3")).await.unwrap().value_table.is_none());
        // A family file of one of them says the same: nothing new.
        let family = ["^SERIES = GSE1\n!Series_title = One\n".to_owned(), text[1].clone(), text[3].clone()];
        let job = import_text(&ctx, "GSE1_family.soft", &family.concat()).await;
        assert_eq!(job.files[0].datasets[0].version, 1, "{job:?}");
    }
}

#[tokio::test]
async fn values_that_cannot_be_joined_are_told_and_lose_nothing() {
    for [ctx, _] in each_deployment().await {
        let (id, _) = add(&ctx, &[sample("GSM1", &[("a", "1")])]).await;
        // The stored table is damaged: another table's bytes cannot be read as one.
        let (key,): (String,) =
            db::sql("select object_key from files where kind = 'values'").one(ctx.db()).await.unwrap();
        ctx.app.objects.delete(&key).await.unwrap();
        ctx.app.objects.put(&Key::from_backup(&key), "PAR1 this is none PAR1").await.unwrap();
        let job = import_text(&ctx, "GSM2.txt", &sample("GSM2", &[("a", "2")])).await;
        assert_eq!(job.state, JobState::Succeeded, "{job:?}");
        let told = job.warnings.iter().find(|w| w.done.contains("not in the value table of GSE1 on GPL1")).unwrap();
        assert_eq!((told.severity.as_str(), told.file.as_str()), ("warning", "GSM2.txt"));
        assert!(told.done.contains("is damaged"), "{told:?}");
        let dataset = catalog::load_dataset(&ctx, id).await.unwrap();
        assert_eq!((dataset.version.number, dataset.samples, dataset.value_table.unwrap().samples), (2, 2, 1));
        assert_eq!(
            jobs::list_warnings(&ctx, job.id, None, all()).await.unwrap().items.len() as i64,
            job.warnings_total
        );
    }
}

#[tokio::test]
async fn the_corner_of_a_value_table_is_read_where_it_lies() {
    for [ctx, _] in each_deployment().await {
        let (id, _) = add(&ctx, &[sample("GSM1", &[("a", "1.5"), ("b", "x")]), sample("GSM2", &[("b", "2")])]).await;
        let corner = catalog::values_preview(&ctx, id, 1, 1).await.unwrap();
        assert_eq!((corner.columns, corner.features, corner.samples), (vec!["feature_id".into(), "GSM1".into()], 2, 2));
        assert_eq!(corner.rows, [[Some("a".to_owned()), Some("1.5".to_owned())]]);
        let whole = catalog::values_preview(&ctx, id, 200, 200).await.unwrap();
        assert_eq!(whole.rows[1], [Some("b".to_owned()), Some("x".to_owned()), Some("2".to_owned())]);
        assert!(!ctx.app.settings.cache_dir.join("values").exists(), "no copy is made");
    }
}
