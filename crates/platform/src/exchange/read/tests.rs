use super::*;
use chorale_model::curation::CurationAction;
use proptest::prelude::*;

fn fields() -> Vec<Named> {
    let named = |name: &str, label: &str, many| Named { name: name.into(), label: label.into(), many };
    vec![named("disease", "Disease", false), named("cell_type", "Cell type", false), named("drug", "Drug", true)]
}

/// What a file says, and how it ended.
fn all(text: impl AsRef<[u8]>) -> (Vec<Item>, Result<Kind, Broken>) {
    let mut items = Vec::new();
    let ended = read(text.as_ref(), &fields(), Arc::default(), &mut |item| {
        items.push(item);
        true
    });
    (items, ended)
}

fn told(items: &[Item]) -> Vec<&Told> {
    items.iter().filter_map(|item| if let Item::Told(told) = item { Some(told) } else { None }).collect()
}

fn left(items: &[Item]) -> Vec<(i64, &str)> {
    let left = |item: &Item| match item {
        Item::Left { line, message } => Some((*line, message.clone())),
        Item::Told(_) => None,
    };
    items.iter().filter_map(left).map(|(line, text)| (line, &*text.leak())).collect()
}

fn values(field: &str, values: &[&str]) -> Said {
    Said::Values { field: field.into(), values: values.iter().map(|one| (*one).to_owned()).collect() }
}

#[test]
fn last_years_spreadsheet_has_a_column_for_each_field() {
    let text = "\u{feff}GSM ID;Series;Disease;Cell Type;drug;remark\r\n\
        GSM1;GSE1;hepatocellular carcinoma;hepatocyte;aspirin | ibuprofen;x\r\n\
        GSM2;;not reported;;NA;\r\n\
        ;GSE1;asthma;;;\r\n\
        GSM3;GSE1;\"a \"\"quoted\"\"\nname\";;;\r\n\
        GSM4;;;;;\r\n";
    let (items, ended) = all(text);
    assert_eq!(ended, Ok(Kind::Table));
    let told = told(&items);
    assert_eq!(told.len(), 3, "{told:#?}");
    assert_eq!((told[0].line, told[0].sample.as_str(), told[0].dataset.as_deref()), (2, "GSM1", Some("GSE1")));
    let first = [
        values("disease", &["hepatocellular carcinoma"]),
        values("cell_type", &["hepatocyte"]),
        values("drug", &["aspirin", "ibuprofen"]),
    ];
    assert_eq!(told[0].said, first);
    let nothing = Said::Nothing { field: "disease".into(), state: ValueState::NotReported };
    assert_eq!((&told[1].said, told[1].dataset.as_ref()), (&vec![nothing], None));
    assert_eq!(told[2].said, [values("disease", &["a \"quoted\"\nname"])]);
    let left = left(&items);
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].0 == 1 && left[0].1.contains("remark"), "{left:?}");
    assert!(left[1].0 == 4 && left[1].1.contains("names no sample"), "{left:?}");
}

#[test]
fn rows_of_one_sample_that_follow_each_other_are_one() {
    let text = "sample\tfield\tterm\nS1\tdisease\tasthma\nS1\tdrug\taspirin\nS2\tdisease\tNot applicable\n";
    let (items, ended) = all(text);
    assert_eq!(ended, Ok(Kind::Table));
    let told = told(&items);
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].said, [values("disease", &["asthma"]), values("drug", &["aspirin"])]);
    assert!(matches!(told[1].said[0], Said::Nothing { state: ValueState::NotApplicable, .. }));
}

#[test]
fn a_file_that_cannot_be_read_names_the_line_and_the_remedy() {
    let broken = |text: &[u8]| all(text).1.unwrap_err();
    assert!(broken(b"").message.contains("empty"));
    assert!(broken(b"\x1f\x8b\x08rest").message.contains("unpack"));
    assert!(broken(b"PK\x03\x04xl/workbook").message.contains("CSV"));
    let none = broken(b"patient,disease\n1,asthma\n");
    assert!(none.line == 1 && none.message.contains("accession") && none.message.contains("patient"), "{none:?}");
    let none = broken(b"sample,colour\nS1,red\n");
    assert!(none.message.contains("disease, cell_type, drug"), "{none:?}");
    let latin = broken(b"sample,disease\nS1,asthma\nS2,M\xe9ni\xe8re\n");
    assert!(latin.line == 3 && latin.message.contains("UTF-8"), "{latin:?}");
    let cut = broken(
        b"{\"format\":\"chorale-decisions\",\"version\":1,\"samples\":[\n{\"sample\":\"S1\",\"decisions\":[]},\n{\"sam",
    );
    assert!(cut.line == 3, "{cut:?}");
    let later = broken(b"{\"format\":\"chorale-decisions\",\"version\":2,\"samples\":[]}");
    assert!(later.message.contains("version 2"), "{later:?}");
    let other = broken(b"{\"format\":\"notes\",\"version\":1,\"samples\":[]}");
    assert!(other.message.contains("chorale-decisions"), "{other:?}");
    assert!(broken(b"{\"samples\":[]}").message.contains("before the samples"));
    assert!(broken(b"{\"format\":\"chorale-decisions\",\"version\":1}").message.contains("no samples"));
    assert!(broken(b"[{\"data\":{}}] trailing").line == 1);
}

#[test]
fn label_studios_export_is_read_where_its_annotators_agree() {
    // In the shape of labelstud.io/guide/task_format, with several annotations of a task.
    let choice = |field: &str, text: &str| {
        serde_json::json!({"id": "r1", "from_name": field, "to_name": "text", "type": "choices", "origin": "manual",
            "value": {"choices": [text]}})
    };
    let tasks = serde_json::json!([
        {"id": 1, "created_at": "2026-01-01T00:00:00Z", "project": 3,
         "data": {"text": "disease: HCC", "sample": "GSM1", "dataset": "GSE1"},
         "annotations": [
            {"id": 9, "completed_by": 1, "was_cancelled": false, "lead_time": 4.2, "result": [
                choice("disease", "hepatocellular carcinoma (MONDO:0007256)"),
                {"from_name": "drug_other", "to_name": "text", "type": "textarea", "value": {"text": ["aspirin"]}},
                {"from_name": "evidence", "to_name": "text", "type": "labels",
                 "value": {"start": 9, "end": 12, "text": "HCC", "labels": ["disease"]}},
                {"from_name": "evidence", "to_name": "text", "type": "labels",
                 "value": {"start": 0, "end": 4, "text": "hepa", "labels": ["Cell type"]}}]},
            {"id": 10, "completed_by": 2, "was_cancelled": true, "result": [choice("disease", "asthma")]}],
         "predictions": [{"result": [choice("disease", "psoriasis")]}]},
        {"id": 2, "data": {"sample": "GSM2"}, "annotations": [
            {"result": [choice("disease", "asthma")]}, {"result": [choice("disease", "psoriasis"), choice("drug", "not reported")]}]},
        {"id": 3, "data": {"text": "no sample"}, "annotations": []},
        {"id": 4, "disease": "asthma", "sample": "GSM4", "annotator": 1},
        {"id": 5, "data": {"sample": "GSM5"}, "annotations": [
            {"result": [{"from_name": "disease", "type": "taxonomy", "value": {"taxonomy": [["cancer", "leukemia"]]}}]}]}
    ]);
    let (items, ended) = all(tasks.to_string());
    assert_eq!(ended, Ok(Kind::LabelStudio));
    let told = told(&items);
    assert_eq!(told.len(), 3, "{told:#?}");
    let first = [
        values("cell_type", &["hepa"]),
        values("disease", &["hepatocellular carcinoma (MONDO:0007256)"]),
        values("drug", &["aspirin"]),
    ];
    assert_eq!((told[0].said.as_slice(), told[0].dataset.as_deref()), (&first[..], Some("GSE1")));
    assert!(matches!(&told[1].said[..], [Said::Nothing { field, .. }] if field == "drug"), "{:?}", told[1]);
    assert_eq!(told[2].said, [values("disease", &["leukemia"])]);
    let left = left(&items);
    assert!(left[0].0 == 2 && left[0].1.contains("disagree about disease"), "{left:?}");
    assert!(left[1].0 == 3 && left[1].1.contains("names no sample"), "{left:?}");
    assert!(left[2].0 == 4 && left[2].1.contains("JSON-MIN"), "{left:?}");
}

#[test]
fn nobody_reads_on_when_nobody_listens() {
    let text = "sample,disease\nS1,a\nS2,b\nS3,c\n";
    let mut seen = 0;
    let _ = read(text.as_bytes(), &fields(), Arc::default(), &mut |_| {
        seen += 1;
        false
    });
    assert_eq!(seen, 1);
}

proptest! {
    /// Whatever the bytes are, reading ends, and what is wrong has words.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let (_, Err(broken)) = all(&bytes) {
            prop_assert!(!broken.message.is_empty() && broken.line >= 0);
        }
    }

    /// The same for what looks like one of the formats.
    #[test]
    fn anything_behind_a_good_beginning_is_read_or_refused(
        head in prop::sample::select(vec![
            "{\"format\":\"chorale-decisions\",\"version\":1,\"samples\":[",
            "[{\"data\":{\"sample\":\"S1\"},\"annotations\":[",
            "sample,field,action,state,term\nS1,",
            "sample\tdisease\n",
        ]),
        rest in "[\\[\\]{}\",:a-z0-9\\t\\n|;']{0,80}",
    ) {
        if let (_, Err(broken)) = all(format!("{head}{rest}")) {
            prop_assert!(!broken.message.is_empty());
        }
    }

    /// A cell comes back as it was written, whatever it holds.
    #[test]
    fn a_cell_survives_writing_and_reading(value in "\\PC{1,40}") {
        prop_assume!(!is_empty(&value) && state_of(&value).is_none());
        let text = format!("sample,disease\nS1,{}\n", crate::catalog::csv_cell(&value));
        let (items, ended) = all(&text);
        prop_assert_eq!(ended, Ok(Kind::Table));
        let told = told(&items);
        prop_assert_eq!(told.len(), 1);
        prop_assert_eq!(&told[0].said, &vec![values("disease", &[value.trim()])]);
    }
}

#[test]
fn a_row_of_our_own_is_a_whole_decision() {
    let text = "sample,dataset,field,action,state,term,label,before_state,before_term,before_score,by,at,taken_back\n\
        S1,GSE1,disease,accept,present,MONDO:1,\"'=x\",present,MONDO:2,0.75,ines@lab.example,2026-03-04T09:12:00Z,\n\
        S1,GSE1,disease,frobnicate,,,,,,,,,\n";
    let (items, _) = all(text);
    let told = told(&items);
    let Said::Exact(one) = &told[0].said[0] else { panic!("{told:?}") };
    assert_eq!((one.action, one.term.as_str(), one.label.as_str()), (CurationAction::Accept, "MONDO:1", "=x"));
    let beneath = one.beneath.as_ref().unwrap();
    assert_eq!((beneath.term.as_str(), beneath.score, one.by.as_deref()), ("MONDO:2", 0.75, Some("ines@lab.example")));
    assert!(one.reverted.is_none());
    assert!(left(&items)[0].1.contains("frobnicate"));
}
