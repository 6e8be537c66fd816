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

#[test]
fn whole_values_are_counted_and_found_and_are_no_words() {
    let with = |id: &str, terms: &[(&str, &str)]| {
        let terms = terms.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Doc { terms, ..sample(id, "one", &[]) }
    };
    let index = indexed(&[
        with("1", &[("tissue", "UBERON:0002107"), ("tissue", "UBERON:0001007"), ("direct", "UBERON:0002107")]),
        with("2", &[("tissue", "UBERON:0001007"), ("direct", "UBERON:0001007")]),
        with("3", &[]),
    ]);
    let exact = |field: &str, value: &str| Node::Exact { field: field.to_string(), value: value.to_string() };
    let ask = |root: Node| {
        let mut request = Request::new(Kind::Sample, Query { root });
        request.facets = vec!["tissue".to_string()];
        search(&[&index.snapshot()], &request).unwrap()
    };
    let all = ask(Node::All);
    let counts: Vec<(&str, u64)> =
        all.facets["tissue"].counts.iter().map(|count| (count.value.as_str(), count.count)).collect();
    assert_eq!(counts, [("UBERON:0001007", 2), ("UBERON:0002107", 1)]);
    assert_eq!(ask(exact("tissue", "UBERON:0001007")).total, 2);
    assert_eq!(ask(exact("direct", "UBERON:0001007")).total, 1, "what no facet counts is found too");
    assert_eq!(ask(exact("tissue", "UBERON:0001")).total, 0, "no beginnings");
    assert_eq!(ask(exact("sex", "UBERON:0001007")).total, 0, "no other field");
    let besides =
        Node::And(vec![exact("tissue", "UBERON:0001007"), Node::Not(Box::new(exact("direct", "UBERON:0001007")))]);
    assert_eq!(ask(besides).total, 1);
    let words = search(&[&index.snapshot()], &Request::new(Kind::Sample, parse("UBERON").unwrap())).unwrap();
    assert_eq!(words.total, 0, "they are no words");
}

#[test]
fn a_whole_value_beside_words_holds_together_with_the_rest() {
    let with = |id: &str, disease: &str, sex: &str, terms: &[&str]| {
        let terms = terms.iter().map(|value| ("tissue".to_string(), value.to_string())).collect();
        Doc { terms, ..sample(id, "one", &[("disease", disease), ("sex", sex)]) }
    };
    let index = indexed(&[
        with("1", "hepatocellular carcinoma", "male", &["CANCER"]),
        with("2", "liver cancer", "female", &["CANCER"]),
        with("3", "leukemia", "female", &["CANCER"]),
        with("4", "psoriasis", "male", &[]),
    ]);
    let Node::And(parts) = parse("cancer -leukemia sex:male").unwrap().root else { panic!("three parts") };
    let exact = Node::Exact { field: "tissue".to_string(), value: "CANCER".to_string() };
    let mut parts = parts.into_iter();
    let either = Node::Or(vec![parts.next().unwrap(), exact]);
    let root = Node::And([either].into_iter().chain(parts).collect());
    let found = search(&[&index.snapshot()], &Request::new(Kind::Sample, Query { root })).unwrap();
    let ids: Vec<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(ids, ["1"]);
}
