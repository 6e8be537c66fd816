use crate::*;

/// The snippet of the only hit as `field: text`, with «marks».
fn shown(doc: &Doc, text: &str) -> String {
    let index = indexed(std::slice::from_ref(doc));
    let response = ask(&index.snapshot(), text).expect("the query is well formed");
    assert_eq!(response.total, 1, "{text:?} does not match");
    match &response.hits[0].snippet {
        None => "nothing".to_string(),
        Some(snippet) => {
            let marked =
                |(piece, marked): &(String, bool)| if *marked { format!("«{piece}»") } else { piece.clone() };
            format!("{}: {}", snippet.field, snippet.fragments.iter().map(marked).collect::<String>())
        }
    }
}

#[test]
fn what_matched_is_marked_in_the_field_that_says_most() {
    let mut doc = sample(
        "7",
        "Liver biopsies, Hep-G2 control",
        &[("cell line", "HepG2"), ("source name", "wild-type mouse liver"), ("day", "day 3")],
    );
    doc.summary = "Cells were kept for 3 days; the bone marrow was taken on day 4.".to_string();
    for (text, expected) in [
        ("liver", "title: «Liver» biopsies, Hep-G2 control"),
        ("biopsy", "title: Liver «biopsies», Hep-G2 control"),
        ("hepg2", "title: Liver biopsies, «Hep-G2» control"),
        ("hep g2", "title: Liver biopsies, «Hep-G2» control"),
        ("\"hep g2 control\"", "title: Liver biopsies, «Hep-G2 control»"),
        ("\"cell line\":hep-g2", "cell line: «HepG2»"),
        ("mouse liver", "source name: wild-type «mouse» «liver»"),
        ("\"wild type mouse\"", "source name: «wild-type mouse» liver"),
        ("wildtype", "source name: «wild-type» mouse liver"),
        ("mou*", "source name: wild-type «mouse» liver"),
        ("\"day 3\"", "day: «day 3»"),
        ("marrow bone", "summary: Cells were kept for 3 days; the «bone» «marrow» was taken on day 4."),
        ("gsm7", "accession: «GSM7»"),
        ("gse-1", "accession: «GSE1»"),
        ("control -lung", "title: Liver biopsies, Hep-G2 «control»"),
        ("-lung", "nothing"),
        ("", "nothing"),
    ] {
        assert_eq!(shown(&doc, text), expected, "{text:?}");
    }
}

#[test]
fn a_long_text_is_cut_around_what_matched() {
    let filler = "Lorem ipsum dolor sit amet, ".repeat(40);
    let mut doc = sample("7", "a title", &[]);
    doc.summary = format!("{filler}the β-catenin pathway in naïve T cells. {}", filler.repeat(3));
    let shown = shown(&doc, "beta-catenin \"T cells\"");
    assert!(shown.contains("«β-catenin» pathway in naïve «T cells»"), "{shown}");
    assert!(shown.starts_with("summary: …") && shown.ends_with('…'), "{shown}");
    assert!(shown.len() < 400, "{shown}");
}

#[test]
fn snippets_can_be_left_out() {
    let index = indexed(&[sample("1", "liver", &[])]);
    let mut request = Request::new(Kind::Sample, parse("liver").unwrap());
    request.highlight = false;
    assert_eq!(search(&[&index.snapshot()], &request).unwrap().hits[0].snippet, None);
}
