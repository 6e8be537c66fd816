//! What goes in comes out: whatever the order, the sizes and the way of feeding.

use crate::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

fn builder(dir: &Path, group_rows: usize) -> Builder {
    let meta = Meta { accession: "GSE1".into(), platform: "GPL1".into(), source: "x.soft".into(), ..Meta::default() };
    Builder::sized(dir, meta, group_rows, 64).expect("a temporary file")
}

fn csv(path: &Path) -> Vec<String> {
    let mut text = Vec::new();
    export(path, Delimiter::Comma, &mut text).expect("exports");
    String::from_utf8(text).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn samples_with_their_own_features_share_one_table() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut table = builder(dir.path(), 2);
    table.leave(&["ABS_CALL"]);
    table.leave(&["ABS_CALL", "P"]);
    let samples: [(&str, &[(&str, &str)]); 3] = [
        ("GSM1", &[("a", "1.50"), ("b", "null"), ("c", "NaN")]),
        ("GSM2", &[("c", "7"), ("a", "-2e-9"), ("a", "9")]),
        ("GSM3", &[("d", "high, very"), ("b", "NA")]),
    ];
    for (name, values) in samples {
        table.begin_sample(name).expect("a new sample");
        for (feature, value) in values {
            table.value(feature, value).expect("fits");
        }
        table.finish_sample().expect("spills");
    }
    let path = dir.path().join("t.parquet");
    let summary = table.finish(&path).expect("finishes");
    assert_eq!((summary.rows, summary.samples, summary.numeric_samples), (4, 3, 2));
    assert_eq!((summary.repeated_features, summary.first_repeated_feature.as_deref()), (1, Some("a")));
    let expected = ["feature_id,GSM1,GSM2,GSM3", "a,1.5,-2e-9,", "b,,,NA", "c,NaN,7,", "d,,,\"high, very\""];
    assert_eq!(csv(&path), expected);
    let described = describe(&path).expect("describes");
    assert_eq!((described.rows, described.samples.len(), described.text_samples), (4, 3, vec!["GSM3".to_owned()]));
    assert_eq!(described.meta.columns_left, ["ABS_CALL", "P"]);
    assert_eq!(described.meta.platform, "GPL1");
    let head = preview(&path, 2, 1).expect("previews");
    assert_eq!((head.columns, head.rows.len()), (vec!["feature_id".to_owned(), "GSM1".to_owned()], 2));
    assert_eq!((head.rows_total, head.samples_total), (4, 3));
    assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 1, "temporary files are gone");
}

#[test]
fn rows_become_columns_and_later_text_keeps_earlier_numbers_as_written() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut table = builder(dir.path(), 3);
    table.begin_rows(&["GSM1", "GSM2"]).expect("two samples");
    for row in 0..7 {
        let value = if row == 6 { "many".to_owned() } else { format!("{row}.000") };
        table.row(&format!("f{row}"), &[&value, &value.replace("many", "6")]).expect("fits");
    }
    table.row("f2", &["9", "9"]).expect("a repeated feature is counted");
    let path = dir.path().join("t.parquet");
    let summary = table.finish(&path).expect("finishes");
    assert_eq!((summary.rows, summary.numeric_samples, summary.repeated_features), (7, 1, 1));
    assert_eq!(csv(&path)[3..5], ["f2,2.000,2", "f3,3.000,3"]);
    assert_eq!(csv(&path)[7], "f6,many,6");
}

#[test]
fn calls_out_of_order_say_what_is_missing() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut table = builder(dir.path(), 2);
    assert!(table.is_empty());
    assert!(table.value("a", "1").is_err() && table.finish_sample().is_err() && table.row("a", &[]).is_err());
    table.begin_sample("GSM1").expect("a sample");
    assert!(table.begin_sample("GSM2").is_err() && table.begin_rows(&["GSM3"]).is_err());
    table.finish_sample().expect("an empty sample");
    let again = table.begin_sample("GSM1").expect_err("a second GSM1");
    assert!(again.to_string().contains("GSM1"), "{again}");
    assert!(table.begin_sample("feature_id").is_err());
    assert!(builder(dir.path(), 2).finish(&dir.path().join("none")).is_err());
    assert!(describe(&dir.path().join("none")).is_err());
}

#[test]
fn a_file_that_is_no_value_table_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("x.parquet");
    std::fs::write(&path, b"PAR1 this is none PAR1").expect("writes");
    assert!(describe(&path).is_err() && preview(&path, 1, 1).is_err());
}

/// Features by name, samples by place.
type Values = BTreeMap<String, Vec<Option<f64>>>;

fn values() -> impl Strategy<Value = (usize, Values)> {
    (1_usize..5).prop_flat_map(|samples| {
        let number = prop::option::weighted(0.8, prop_oneof![any::<f64>(), (-1e4..1e4), Just(0.0)]);
        let row = prop::collection::vec(number, samples);
        (Just(samples), prop::collection::btree_map("[a-z]{1,4}", row, 1..40))
    })
}

fn stored(path: &Path) -> Values {
    let head = preview(path, usize::MAX, usize::MAX).expect("previews");
    let cell = |cell: &Option<String>| cell.as_ref().map(|text| text.parse().expect("a number"));
    head.rows.iter().map(|row| (row[0].clone().expect("a feature"), row[1..].iter().map(cell).collect())).collect()
}

/// NaN equals NaN, bit for bit is not asked: its payload has no text.
fn same(left: &Values, right: &Values) -> bool {
    let cells = |values: &Values| format!("{values:?}");
    cells(left) == cells(right)
}

proptest! {
    #[test]
    fn both_ways_of_feeding_give_back_every_number((samples, values) in values(), group_rows in 1_usize..9) {
        let dir = tempfile::tempdir().expect("a folder");
        let names: Vec<String> = (0..samples).map(|sample| format!("GSM{sample}")).collect();
        let text = |value: &Option<f64>| value.map_or_else(String::new, |value| value.to_string());

        let mut by_rows = builder(dir.path(), group_rows);
        by_rows.begin_rows(&names).expect("samples");
        for (feature, row) in &values {
            let cells: Vec<String> = row.iter().map(text).collect();
            by_rows.row(feature, &cells.iter().map(String::as_str).collect::<Vec<_>>()).expect("fits");
        }
        let path = dir.path().join("rows.parquet");
        by_rows.finish(&path).expect("finishes");
        prop_assert!(same(&stored(&path), &values));

        let mut by_samples = builder(dir.path(), group_rows);
        for (place, name) in names.iter().enumerate() {
            by_samples.begin_sample(name).expect("a sample");
            // Every other sample comes in the opposite order.
            let forward: Vec<_> = values.iter().collect();
            let order: Vec<_> = if place % 2 == 0 { forward } else { forward.into_iter().rev().collect() };
            for (feature, row) in order {
                by_samples.value(feature, &text(&row[place])).expect("fits");
            }
            by_samples.finish_sample().expect("spills");
        }
        let path = dir.path().join("samples.parquet");
        by_samples.finish(&path).expect("finishes");
        prop_assert!(same(&stored(&path), &values));
    }
}
