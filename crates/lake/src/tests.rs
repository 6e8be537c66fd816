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
fn a_part_says_of_its_samples_what_the_whole_says() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut table = builder(dir.path(), 2);
    let samples: [(&str, &[(&str, &str)]); 4] = [
        ("GSM1", &[("a", "1"), ("b", "2"), ("c", "3"), ("e", "")]),
        ("GSM2", &[("c", "high"), ("d", "4")]),
        ("GSM3", &[("d", "5"), ("e", "")]),
        ("GSM4", &[]),
    ];
    for (name, values) in samples {
        table.begin_sample(name).expect("a new sample");
        for (feature, value) in values {
            table.value(feature, value).expect("fits");
        }
        table.finish_sample().expect("spills");
    }
    let whole = dir.path().join("whole.parquet");
    table.finish(&whole).expect("finishes");
    let parts = Parts::open(&whole).expect("opens");
    let part = |samples: &[&str]| {
        let path = dir.path().join("part.parquet");
        let summary = parts.write(samples, dir.path(), &path).expect("writes");
        summary.map(|summary| ((summary.rows, summary.samples, summary.numeric_samples), csv(&path)))
    };
    let (counts, lines) = part(&["GSM3", "GSM2", "GSM9"]).expect("two of three");
    assert_eq!(counts, (2, 2, 1));
    assert_eq!(lines, ["feature_id,GSM3,GSM2", "c,,high", "d,5,4"]);
    let (counts, lines) = part(&["GSM1", "GSM4"]).expect("one has values");
    assert_eq!((counts, &lines[3]), ((3, 2, 2), &"c,3,".to_owned()));
    assert!(part(&["GSM4"]).is_none() && part(&["GSM9"]).is_none() && part(&[]).is_none());
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

/// A table of samples, each with its cells.
fn write(path: &Path, group_rows: usize, samples: &[(&str, &[(&str, &str)])]) -> Summary {
    let dir = path.parent().expect("a folder");
    let mut table = builder(dir, group_rows);
    for (name, cells) in samples {
        table.begin_sample(name).expect("a new sample");
        for (feature, value) in *cells {
            table.value(feature, value).expect("fits");
        }
        table.finish_sample().expect("spills");
    }
    table.finish(path).expect("finishes")
}

#[test]
fn two_tables_join_by_feature_and_the_added_one_speaks_for_its_samples() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name);
    let one: [(&str, &[(&str, &str)]); 3] = [
        ("GSM1", &[("a", "1.50"), ("b", "null"), ("c", "NaN")]),
        ("GSM2", &[("a", "0.1"), ("c", "-2e-9")]),
        ("GSM3", &[("a", "high, very"), ("b", "NA")]),
    ];
    let two: [(&str, &[(&str, &str)]); 2] = [("GSM4", &[("d", "inf"), ("c", "4")]), ("GSM2", &[("d", "2"), ("a", "")])];
    write(&path("one"), 2, &one);
    write(&path("two"), 2, &two);
    let joined = merge(&path("one"), &path("two"), dir.path(), &path("joined")).expect("joins");
    assert_eq!((joined.rows, joined.samples, joined.numeric_samples), (4, 4, 3));
    let expected = ["feature_id,GSM1,GSM2,GSM3,GSM4", "a,1.5,,\"high, very\",", "b,,,NA,", "c,NaN,,,4", "d,,2,,inf"];
    assert_eq!(csv(&path("joined")), expected, "GSM2 is what the added table says, and nothing of before");
    // Adding the same once more says the same, and so does adding nothing new.
    let again = merge(&path("joined"), &path("two"), dir.path(), &path("again")).expect("joins");
    assert_eq!(again.content_sha256, joined.content_sha256);
    assert_ne!(joined.content_sha256, write(&path("one"), 2, &one).content_sha256);
    assert_eq!(
        merge(&path("one"), &path("one"), dir.path(), &path("same")).expect("joins").content_sha256,
        write(&path("one"), 1_000, &one).content_sha256,
        "in row groups of the usual size",
    );
    std::fs::write(path("none"), b"PAR1 this is none PAR1").expect("writes");
    assert!(merge(&path("none"), &path("one"), dir.path(), &path("x")).is_err());
}

#[test]
fn what_a_table_says_is_hashed_and_not_its_spelling() {
    let dir = tempfile::tempdir().expect("a folder");
    let hash = |cells: &[(&str, &str)]| write(&dir.path().join("t"), 2, &[("GSM1", cells)]).content_sha256;
    let said = hash(&[("a", "1.5"), ("b", "null")]);
    assert_eq!(said, hash(&[("a", "1.50"), ("b", "")]));
    for other in
        [&[("a", "1.5"), ("b", "0")][..], &[("b", "null"), ("a", "1.5")], &[("a", "1.5")], &[("a", "x"), ("b", "")]]
    {
        assert_ne!(said, hash(other), "{other:?}");
    }
}

/// A file whose reads are counted, in bytes.
fn counted(path: &Path) -> (Ranged, std::sync::Arc<std::sync::atomic::AtomicU64>) {
    use std::os::unix::fs::FileExt;
    let (file, read) =
        (std::fs::File::open(path).expect("opens"), std::sync::Arc::<std::sync::atomic::AtomicU64>::default());
    let (size, count) = (file.metadata().expect("a size").len(), read.clone());
    let ranged = Ranged::new(size, move |range| {
        let mut bytes = vec![0; usize::try_from(range.end - range.start).expect("fits")];
        file.read_exact_at(&mut bytes, range.start)?;
        count.fetch_add(bytes.len() as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(bytes.into())
    });
    (ranged, read)
}

#[test]
fn a_corner_is_read_without_the_rest_of_the_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t");
    let mut table = Builder::new(dir.path(), Meta::default()).expect("a temporary file");
    let names: Vec<String> = (0..40).map(|sample| format!("GSM{sample}")).collect();
    table.begin_rows(&names).expect("samples");
    for row in 0..20_000_u64 {
        // No two cells alike, so that nothing packs well.
        let cells: Vec<String> =
            (0..40).map(|at| format!("0.{}", (row * 40 + at).wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
        table.row(&format!("f{row}"), &cells.iter().map(String::as_str).collect::<Vec<_>>()).expect("fits");
    }
    let size = table.finish(&path).expect("finishes").size_bytes;
    let (ranged, read) = counted(&path);
    let head = preview_ranged(ranged, 50, 3).expect("previews");
    assert_eq!(head, preview(&path, 50, 3).expect("previews"));
    assert_eq!((head.rows.len(), head.columns.len(), head.rows_total, head.samples_total), (50, 4, 20_000, 40));
    let read = read.load(std::sync::atomic::Ordering::Relaxed);
    assert!(size > 4 << 20 && read < size / 3, "{read} of {size} bytes were read");
    let cut = Ranged::new(size, |_| Ok(bytes::Bytes::from_static(b"short")));
    assert!(preview_ranged(cut, 1, 1).is_err());
}

proptest! {
    #[test]
    fn a_join_is_the_union_of_features_and_the_later_word_on_each_sample(
        (_, before) in values(), (_, added) in values(), shift in 0_usize..4, group_rows in 1_usize..9,
    ) {
        let dir = tempfile::tempdir().expect("a folder");
        // The added table's samples begin at `shift`, so that some are in both.
        let store = |name: &str, values: &Values, first: usize| {
            let mut table = builder(dir.path(), group_rows);
            let samples = values.values().next().map_or(0, Vec::len);
            for sample in 0..samples {
                table.begin_sample(&format!("GSM{}", first + sample)).expect("a sample");
                for (feature, row) in values {
                    table.value(feature, &row[sample].map_or_else(String::new, |value| value.to_string())).expect("fits");
                }
                table.finish_sample().expect("spills");
            }
            table.finish(&dir.path().join(name)).expect("finishes");
            samples
        };
        let (own, others) = (store("before", &before, 0), store("added", &added, shift));
        let path = dir.path().join("joined");
        merge(&dir.path().join("before"), &dir.path().join("added"), dir.path(), &path).expect("joins");
        let mut names: Vec<usize> = (0..own).collect();
        names.extend((shift..shift + others).filter(|name| *name >= own));
        let expected: Values = before.keys().chain(added.keys()).map(|feature| {
            let cell = |name: &usize| {
                let said = if (shift..shift + others).contains(name) { (&added, name - shift) } else { (&before, *name) };
                said.0.get(feature).and_then(|row| row[said.1])
            };
            (feature.clone(), names.iter().map(cell).collect())
        }).collect();
        prop_assert!(same(&stored(&path), &expected));
    }
}
