use proptest::prelude::*;

use super::*;

fn printed(text: &str) -> String {
    parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}")).to_string()
}

#[test]
fn queries_print_in_one_canonical_form() {
    let forms = [
        ("", ""),
        ("  \t ", ""),
        ("liver", "liver"),
        ("liver  AND cancer", "liver cancer"),
        ("a b OR c", "(a b) OR c"),
        ("a (b OR c)", "a (b OR c)"),
        ("(a (b) c)", "a b c"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("-liver", "NOT liver"),
        ("NOT -liver", "NOT NOT liver"),
        ("-(a b)", "NOT (a b)"),
        ("and or not", "and or not"),
        ("\"AND\"", "\"AND\""),
        ("\"bone  marrow\"", "\"bone  marrow\""),
        ("\"liver\"", "liver"),
        ("hepat*", "hepat*"),
        ("Mu*", "Mu*"),
        ("Tissue:liver", "tissue:liver"),
        ("\"Cell line\":HepG2", "\"cell line\":HepG2"),
        ("cell_line:\"hep g2\"", "\"cell line\":\"hep g2\""),
        ("tissue:(liver OR lung*)", "tissue:liver OR tissue:lung*"),
        ("tissue: liver", "tissue liver"),
        ("disease:MONDO:0005148", "disease:\"MONDO:0005148\""),
        ("MONDO:0005148", "\"MONDO:0005148\""),
        ("liver, & kidney - normal tissue.", "liver kidney normal tissue"),
        ("(liver),", "liver"),
        ("p53(R175H)", "p53 R175H"),
        ("TGF-β", "TGF-β"),
    ];
    for (text, form) in forms {
        assert_eq!(printed(text), form, "{text:?}");
        assert_eq!(printed(form), form, "{form:?}");
    }
}

#[test]
fn errors_point_at_the_character() {
    let wrong = [
        ("*", 0, "needs at least 2"),
        ("liver *", 6, "needs at least 2"),
        ("a*", 1, "needs at least 2"),
        ("he*pat", 2, "end of a word"),
        ("foo,bar*", 7, "single word"),
        ("(liver", 0, "never closed"),
        ("β (liver", 2, "never closed"),
        ("liver)", 5, "no opening"),
        ("liver ()", 6, "nothing between"),
        ("a \"bone marrow", 2, "never closed"),
        ("AND liver", 0, "before it"),
        ("liver AND", 6, "after it"),
        ("liver OR", 6, "after it"),
        ("OR", 0, "before it"),
        ("liver OR AND b", 9, "before it"),
        ("NOT", 0, "after it"),
        ("(NOT )", 1, "after it"),
        ("NOT OR a", 0, "after it"),
        ("tissue:(sex:male)", 8, "inside the field"),
        ("tissue:\"-\"", 7, "needs a value"),
        ("tissue:-", 7, "needs a value"),
        ("&&&", 0, "nothing to search for"),
    ];
    for (text, offset, part) in wrong {
        match parse(text) {
            Ok(query) => panic!("{text:?} was read as {query}"),
            Err(error) => {
                assert_eq!(error.offset_chars, offset, "{text:?}: {error}");
                assert!(error.message.contains(part), "{text:?}: {error}");
                assert!(!error.remedy.is_empty());
            }
        }
    }
}

#[test]
fn hostile_queries_are_refused_where_they_go_too_far() {
    let long = "é".repeat(50_000);
    assert_eq!(parse(&long).unwrap_err().offset_chars, MAX_QUERY_BYTES / 2);
    assert_eq!(parse(&"liver ".repeat(20_000)).unwrap_err().offset_chars, MAX_QUERY_BYTES);
    let many = "a ".repeat(MAX_CLAUSES);
    assert!(parse(&many).is_ok());
    assert_eq!(parse(&format!("{many}a")).unwrap_err().offset_chars, 2 * MAX_CLAUSES);
    let phrase = format!("\"{}\"", "a ".repeat(MAX_CLAUSES + 1));
    assert_eq!(parse(&phrase).unwrap_err().offset_chars, 0);
    for (open, close) in [("(", ")"), ("NOT ", ""), ("-", ""), ("-(", ")")] {
        let levels = if open == "-(" { MAX_DEPTH / 2 } else { MAX_DEPTH };
        let deep = |levels: usize| format!("{}liver{}", open.repeat(levels), close.repeat(levels));
        assert!(parse(&deep(levels)).is_ok(), "{open:?}");
        let error = parse(&deep(levels + 1)).unwrap_err();
        assert!(error.message.contains("nested deeper"), "{open:?}: {error}");
        assert!(error.offset_chars > MAX_DEPTH, "{open:?}: {error}");
        assert!(parse(&open.repeat(1000)).is_err());
    }
    assert!(parse(&"(".repeat(4096)).is_err() && parse(&"\"".repeat(4095)).is_err());
}

fn word() -> impl Strategy<Value = String> {
    let words: &'static [&str] = &[
        "liver",
        "HepG2",
        "TGF-β",
        "AND",
        "or",
        "x",
        "bone marrow",
        "MONDO:0005148",
        "e\u{301}t\u{e9}",
        "5'-aza",
        "12",
    ];
    prop_oneof![prop::sample::select(words).prop_map(str::to_string), "[a-zA-Zα-ω0-9][a-z0-9 :,*-]{0,8}[a-z0-9]"]
}

fn leaf() -> impl Strategy<Value = Node> {
    let field = prop::option::of(prop::sample::select(&["tissue", "cell line", "and"][..]));
    (field, word(), any::<bool>()).prop_map(|(field, text, prefix)| {
        let prefix = prefix && text.chars().all(char::is_alphanumeric) && text.chars().count() > 1;
        Node::Text(Text { field: field.map(str::to_string), text, prefix, at: 0 })
    })
}

/// Trees as the parser makes them: at least two children, none of the parent's own kind.
fn node() -> impl Strategy<Value = Node> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        let children = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            inner.prop_map(|node| Node::Not(Box::new(node))),
            children.clone().prop_map(|nodes| {
                let flat = nodes.into_iter().flat_map(|node| match node {
                    Node::And(children) => children,
                    node => vec![node],
                });
                Node::And(flat.collect())
            }),
            children.prop_map(|nodes| {
                let flat = nodes.into_iter().flat_map(|node| match node {
                    Node::Or(children) => children,
                    node => vec![node],
                });
                Node::Or(flat.collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_printed_is_read_as_it_was(root in node()) {
        let query = Query { root };
        let text = query.to_string();
        prop_assert_eq!(parse(&text), Ok(query), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(\\PC|AND |OR |NOT |[-(\"):* \t\n]){0,60}") {
        match parse(&text) {
            Ok(query) => {
                let printed = query.to_string();
                prop_assert_eq!(parse(&printed), Ok(query), "{}", printed);
            }
            Err(error) => prop_assert!(error.offset_chars <= text.chars().count()),
        }
    }
}
