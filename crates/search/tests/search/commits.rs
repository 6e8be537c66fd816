use std::path::Path;

use crate::*;

fn copy(files: &Files, from: &Path, to: &Path) {
    for file in &files.files {
        let copied = std::fs::copy(from.join(&file.name), to.join(&file.name)).expect("the file is there");
        assert_eq!(copied, file.size_bytes, "{}", file.name);
    }
}

fn some(count: usize) -> Vec<Doc> {
    let tissues = ["liver", "blood", "brain"];
    let one = |number: usize| {
        let title = format!("sample {number} of a series");
        sample(&number.to_string(), &title, &[("tissue", tissues[number % 3]), ("age", "7")])
    };
    (0..count).map(one).collect()
}

#[test]
fn the_files_of_a_commit_are_all_that_a_reader_needs() {
    let mut index = indexed(&some(500));
    index.writer.delete(Kind::Sample, "17");
    let files = index.writer.commit().unwrap();
    assert_eq!(files.documents, 499);
    let elsewhere = tempfile::tempdir().unwrap();
    copy(&files, index.folder.path(), elsewhere.path());
    let before = std::fs::read_dir(elsewhere.path()).unwrap().count();
    let (here, there) = (index.snapshot(), Snapshot::open(elsewhere.path(), &layout()).unwrap());
    there.warm().unwrap();
    for text in ["", "sample", "tissue:liver -3", "\"sample 12\"", "GSM1*"] {
        assert_eq!(ask(&here, text).unwrap(), ask(&there, text).unwrap(), "{text:?}");
    }
    assert_eq!(before, std::fs::read_dir(elsewhere.path()).unwrap().count(), "reading wrote into the folder");
    // And a writer goes on from there.
    let mut writer = Writer::open(elsewhere.path(), &layout(), 0).unwrap();
    writer.upsert(&sample("x", "one more", &[])).unwrap();
    assert_eq!(writer.commit().unwrap().documents, 500);
}

#[test]
fn a_snapshot_stays_as_it_was() {
    let mut index = indexed(&some(50));
    let before = index.snapshot();
    index.writer.delete_all().unwrap();
    index.writer.upsert(&sample("new", "another sample", &[])).unwrap();
    let files = index.writer.commit().unwrap();
    assert!(remove_garbage(index.folder.path(), &files).unwrap() > 0 || files.files != index.files.files);
    assert_eq!(ask(&before, "sample").unwrap().total, 50);
    assert_eq!(ids(&before, "sample 49"), ["49"]);
    let after = Snapshot::open_after(index.folder.path(), &layout(), Some(&before)).unwrap();
    assert_eq!(ids(&after, "sample"), ["new"]);
}

#[test]
fn a_document_replaces_the_one_with_its_kind_and_id() {
    let mut index = indexed(&[sample("1", "first title", &[("tissue", "liver")])]);
    index.writer.upsert(&sample("1", "second title", &[("tissue", "blood")])).unwrap();
    let mut dataset = sample("1", "a dataset", &[]);
    dataset.kind = Kind::Dataset;
    index.writer.upsert(&dataset).unwrap();
    index.writer.commit().unwrap();
    let snapshot = index.snapshot();
    assert_eq!(snapshot.documents(), 2);
    assert!(ids(&snapshot, "first").is_empty());
    assert_eq!(ids(&snapshot, "second"), ["1"]);
    let facets = ask(&snapshot, "").unwrap().facets;
    assert_eq!(facets["tissue"].counts, [Count { value: "blood".to_string(), count: 1 }]);
    assert_eq!(facets["tissue"].distinct, 1);
}

#[test]
fn of_several_upserts_before_a_commit_the_last_one_stays() {
    let mut index = indexed(&[]);
    for title in ["one", "two", "three"] {
        index.writer.upsert(&sample("1", title, &[])).unwrap();
    }
    assert_eq!(index.writer.commit().unwrap().documents, 1);
    assert_eq!(ids(&index.snapshot(), "three"), ["1"]);
    // And again by a writer that opens what another one left.
    let Indexed { folder, writer, .. } = index;
    drop(writer);
    let mut writer = Writer::open(folder.path(), &layout(), 0).unwrap();
    writer.upsert(&sample("1", "four", &[])).unwrap();
    assert_eq!(writer.commit().unwrap().documents, 1);
}

#[test]
fn deletes_take_away_what_they_name() {
    let mut docs = some(10);
    docs[0].collection = "other".to_string();
    docs[1].owner = "guest".to_string();
    docs[2].links = vec!["GSE2".to_string()];
    let mut index = indexed(&docs);
    for (filter, left) in [
        (Filter::Collection("other".to_string()), 9),
        (Filter::Owner("guest".to_string()), 8),
        (Filter::Linked("GSE2".to_string()), 7),
        (Filter::Linked("GSE3".to_string()), 7),
    ] {
        index.writer.delete_where(&filter);
        assert_eq!(index.writer.commit().unwrap().documents, left, "{filter:?}");
        assert_eq!(ask(&index.snapshot(), "sample").unwrap().total, left, "{filter:?}");
    }
    index.writer.delete_all().unwrap();
    assert_eq!(index.writer.commit().unwrap().documents, 0);
    assert_eq!(
        ask(&index.snapshot(), "").unwrap(),
        Response {
            facets: layout().facets.into_iter().map(|name| (name, Facet::default())).collect(),
            ..Response::default()
        }
    );
}

#[test]
fn many_small_commits_leave_few_files() {
    let mut index = indexed(&[]);
    let mut files = index.files.clone();
    for doc in some(60) {
        index.writer.upsert(&doc).unwrap();
        files = index.writer.commit().unwrap();
    }
    // Three segments of one size at most, with seven files each at most, and meta.json.
    assert!(files.files.len() <= 3 * 8 + 1, "{} files", files.files.len());
    assert_eq!(ask(&index.snapshot(), "sample").unwrap().total, 60);
    remove_garbage(index.folder.path(), &files).unwrap();
    assert_eq!(ask(&index.snapshot(), "sample").unwrap().total, 60);
}

#[test]
fn another_layout_asks_for_a_rebuild() {
    let index = indexed(&some(3));
    let other = Layout { version: 2, ..layout() };
    let reading = Snapshot::open(index.folder.path(), &other).err().unwrap();
    assert!(matches!(reading, Fault::Layout { .. }) && reading.to_string().contains("rebuild"), "{reading}");
    let folder = index.folder.path().to_path_buf();
    let Indexed { folder: _kept, writer, .. } = index;
    drop(writer);
    let writing = Writer::open(&folder, &other, 0).err().unwrap();
    assert!(matches!(writing, Fault::Layout { .. }), "{writing}");
}

#[test]
fn a_folder_without_an_index_is_refused() {
    let empty = tempfile::tempdir().unwrap();
    let refused = Snapshot::open(empty.path(), &layout()).err().unwrap();
    assert!(refused.to_string().contains(&empty.path().display().to_string()), "{refused}");
}

#[test]
fn a_file_that_was_cut_short_is_refused() {
    let index = indexed(&some(100));
    for file in &index.files.files {
        for size_bytes in [0, file.size_bytes / 2, file.size_bytes - 1] {
            let elsewhere = tempfile::tempdir().unwrap();
            copy(&index.files, index.folder.path(), elsewhere.path());
            let cut = std::fs::OpenOptions::new().write(true).open(elsewhere.path().join(&file.name)).unwrap();
            cut.set_len(size_bytes).unwrap();
            // meta.json ends with a line feed, which nobody misses.
            let harmless = file.name == "meta.json" && size_bytes == file.size_bytes - 1;
            let opened = Snapshot::open(elsewhere.path(), &layout());
            assert_eq!(opened.is_ok(), harmless, "{} cut to {size_bytes} bytes", file.name);
        }
    }
}
