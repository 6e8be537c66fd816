use crate::*;

fn index() -> Indexed {
    indexed(&[
        sample("1", "Hep-G2 cells, replicate 1", &[("tissue", "liver"), ("cell line", "HepG2")]),
        sample("2", "hep g2 treated", &[("Tissue", "Whole blood"), ("TNF-α (ng/ml)", "10")]),
        sample("3", "HEPG2", &[("tissue", "Sjögren biopsy"), ("age", "7 years")]),
        sample("4", "hep and something with g2", &[("sex", "female")]),
    ])
}

#[test]
fn a_symbol_is_found_however_it_is_written() {
    let index = index();
    let snapshot = index.snapshot();
    for text in ["HepG2", "hep-g2", "Hep_G2", "\"hep g2\"", "title:HEPG2"] {
        assert_eq!(ids(&snapshot, text), ["1", "2", "3"], "{text:?}");
    }
    // Two words may also stand apart.
    assert_eq!(ids(&snapshot, "hep g2"), ["1", "2", "3", "4"]);
    assert_eq!(ids(&snapshot, "gsm-2 OR Gsm3"), ["2", "3"]);
    assert_eq!(ids(&snapshot, "sjogren biopsies"), ["3"]);
}

#[test]
fn any_attribute_key_is_a_field() {
    let index = index();
    let snapshot = index.snapshot();
    assert_eq!(ids(&snapshot, "tissue:blood"), ["2"]);
    assert_eq!(ids(&snapshot, "TISSUE:\"whole blood\""), ["2"]);
    assert_eq!(ids(&snapshot, "\"cell line\":hepg2 OR \"tnf-alpha ng ml\":10"), ["1", "2"]);
    assert_eq!(ids(&snapshot, "age:7"), ["3"]);
    assert_eq!(ids(&snapshot, "accession:GSE1 -title:hep*"), [""; 0]);
}

#[test]
fn a_very_long_key_is_cut_alike_on_both_sides() {
    let key = "very long key ".repeat(100);
    let index = indexed(&[sample("1", "one", &[(&key, "liver")])]);
    assert_eq!(ids(&index.snapshot(), &format!("\"{key}\":liver")), ["1"]);
}

#[test]
fn an_unknown_field_is_pointed_at() {
    let index = index();
    let snapshot = index.snapshot();
    let refused = |text: &str| match ask(&snapshot, text) {
        Err(Fault::Syntax(error)) => error,
        other => panic!("{text:?}: {other:?}"),
    };
    let near = refused("blood tisue:liver");
    assert_eq!((near.offset_chars, near.remedy.as_str()), (6, "did you mean tissue:?"));
    let far = refused("(é http://example.org)");
    assert_eq!(far.offset_chars, 3);
    assert!(far.remedy.contains("quotes"), "{far}");
    // Built-in fields and facets exist from the first day.
    for text in ["platform:x", "organism:x", "summary:x", "sex:x"] {
        assert_eq!(ask(&indexed(&[]).snapshot(), text).unwrap().total, 0, "{text:?}");
    }
}

#[test]
fn an_unknown_facet_is_named() {
    let index = index();
    let mut request = Request::new(Kind::Sample, Query::all());
    request.facets = vec!["colour".to_string()];
    let refused = search(&[&index.snapshot()], &request).unwrap_err();
    assert_eq!(refused.to_string(), "there is no facet \"colour\"; choose one of tissue, sex");
    request.facets.clear();
    request.chosen.insert("colour".to_string(), vec!["red".to_string()]);
    assert!(matches!(search(&[&index.snapshot()], &request), Err(Fault::UnknownFacet { .. })));
}

#[test]
fn a_cursor_serves_its_own_request_alone() {
    let index = index();
    let mut request = Request::new(Kind::Sample, parse("hep*").unwrap());
    request.limit = 1;
    let cursor = search(&[&index.snapshot()], &request).unwrap().next.unwrap();
    assert!(cursor.0.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{cursor:?}");
    request.after = Some(cursor);
    assert!(search(&[&index.snapshot()], &request).is_ok());
    request.query = parse("g2").unwrap();
    assert!(matches!(search(&[&index.snapshot()], &request), Err(Fault::Cursor(_))));
    for damaged in ["", "1", "1-0-n0-0", "x-y-z-0-0", "1-0-t0-0-0", "é-é-é-é-é"] {
        request.after = Some(Cursor(damaged.to_string()));
        assert!(matches!(search(&[&index.snapshot()], &request), Err(Fault::Cursor(_))), "{damaged:?}");
    }
}

#[test]
fn no_snapshot_and_no_entry_show_nothing() {
    let index = index();
    let snapshot = index.snapshot();
    let mut request = Request::new(Kind::Sample, Query::all());
    assert_eq!(search(&[], &request).unwrap(), Response::default());
    request.allowed_collections = vec![None];
    assert_eq!(search(&[&snapshot, &snapshot], &request).unwrap().total, 4);
}

#[test]
fn a_key_of_what_may_not_be_seen_is_answered_like_none() {
    let hidden = |id: &str, key: &str| Doc { collection: "hidden".into(), ..sample(id, "two", &[(key, "liver")]) };
    let mut index =
        indexed(&[sample("1", "one", &[("cohort", "A")]), hidden("2", "secret key"), hidden("3", "cohort")]);
    let refusal = |index: &Indexed, collections: &[&str], text: &str| {
        let mut request = Request::new(Kind::Sample, parse(text).expect("well formed"));
        request.allowed_collections = vec![Some(collections.iter().map(ToString::to_string).collect())];
        search(&[&index.snapshot()], &request).err().map(|fault| fault.to_string())
    };
    let of = |key: &str| format!("\"{key}\":liver");
    assert_eq!(refusal(&index, &["hidden", "main"], &of("secret key")), None);
    let answers = ["secret key", "nobody has"].map(|key| {
        let said = refusal(&index, &["main"], &of(key)).unwrap_or_else(|| panic!("{key} is a field"));
        said.replace(key, "KEY")
    });
    assert_eq!(answers[0], answers[1], "word by word");
    assert!(refusal(&index, &[], &of("cohort")).is_some());
    assert_eq!(refusal(&index, &["main"], &of("cohort")), None, "what is seen elsewhere too is a field");
    // What was deleted is seen by nobody, although its words are in the files until they are merged.
    index.writer.delete(Kind::Sample, "1");
    index.writer.commit().expect("the index is committed");
    assert!(refusal(&index, &["main"], &of("cohort")).is_some());
}
