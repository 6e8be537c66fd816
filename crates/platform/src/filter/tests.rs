//! The grammar: what MLflow's clients write, what is more than that, and where faults are.

use super::*;

fn said(text: &str) -> Expr {
    parse(&RUNS, text).unwrap().unwrap()
}

fn is(on: Entity, key: &str, test: Test) -> Expr {
    Expr::Is(Comparison { on, key: key.into(), test })
}

#[test]
fn a_comparison_names_what_it_compares_in_every_way_of_writing() {
    let loss = is(Entity::Metric, "loss", Test::Number(Sign::Less, 0.1));
    for text in ["metrics.loss < 0.1", "metric.`loss`<.1", " metrics.\"loss\"  <  1e-1 "] {
        assert_eq!(said(text), loss, "{text}");
    }
    let text = |sign, text: &str| Test::Text(sign, text.into());
    assert_eq!(said("params.model = 'it''s \"x\"'"), is(Entity::Param, "model", text(Sign::Equal, "it's \"x\"")));
    assert_eq!(said("parameter.`a b` != \"x\""), is(Entity::Param, "a b", text(Sign::Unequal, "x")));
    assert_eq!(said("tags.mlflow.runName = 'a'"), is(Entity::Tag, "mlflow.runName", text(Sign::Equal, "a")));
    assert_eq!(said("metrics.val/auc-1 >= -2"), is(Entity::Metric, "val/auc-1", Test::Number(Sign::AtLeast, -2.0)));
    assert_eq!(said("status = 'FINISHED'"), is(Entity::Attribute, "status", text(Sign::Equal, "FINISHED")));
    assert_eq!(said("attr.created > 5"), is(Entity::Attribute, "start_time", Test::Whole(Sign::More, 5)));
    assert_eq!(said("attributes.`Run name` = 'a'"), is(Entity::Attribute, "run_name", text(Sign::Equal, "a")));
    let like = |pattern: &str, case| Test::Like { pattern: pattern.into(), case };
    assert_eq!(said("params.m LIKE 'a%'"), is(Entity::Param, "m", like("a%", true)));
    assert_eq!(said("datasets.name ilike 'a_'"), is(Entity::Dataset, "name", like("a_", false)));
    let list = |not| Test::In { texts: vec!["a".into(), "b".into()], not };
    assert_eq!(said("run_id in ('a', 'b')"), is(Entity::Attribute, "run_id", list(false)));
    assert_eq!(said("dataset.digest NOT IN ('a','b',)"), is(Entity::Dataset, "digest", list(true)));
    assert_eq!(said("tags.x is not null"), is(Entity::Tag, "x", Test::Null { not: true }));
    assert_eq!(parse(&RUNS, "  ").unwrap(), None);
}

#[test]
fn or_not_and_parentheses_group() {
    let a = || is(Entity::Metric, "a", Test::Number(Sign::More, 1.0));
    let b = || is(Entity::Metric, "b", Test::Number(Sign::More, 2.0));
    let c = || is(Entity::Metric, "c", Test::Number(Sign::More, 3.0));
    let text = "metrics.a > 1 AND metrics.b > 2 or metrics.c > 3";
    assert_eq!(said(text), Expr::Any(vec![Expr::All(vec![a(), b()]), c()]));
    let text = "metrics.a > 1 and (metrics.b > 2 or not metrics.c > 3)";
    assert_eq!(said(text), Expr::All(vec![a(), Expr::Any(vec![b(), Expr::Not(Box::new(c()))])]));
}

#[test]
fn a_fault_says_where_and_what_to_write() {
    for (text, at, word) in [
        ("metrics.loss < '0.1'", 15, "without quotes"),
        ("metrics.loss < 0.1 metrics.b > 1", 19, "AND or OR"),
        ("params.m = 5", 11, "'5'"),
        ("params.m = `a`", 11, "in quotes"),
        ("params.m > 'a'", 9, "LIKE"),
        ("metric.a like 'x'", 9, "number"),
        ("acc > 1", 0, "metrics.<key>"),
        ("traces.a > 1", 0, "metrics.<key>"),
        ("status in ('a')", 7, "joined with OR"),
        ("metrics.a > 1 and", 17, "begins with"),
        ("(metrics.a > 1", 0, "never closed"),
        ("params.m = 'a", 11, "never closed"),
        ("params.m ; 1", 9, "cannot stand"),
        ("params. = 'a'", 7, "after the dot"),
        ("run_id in ()", 11, "quotes"),
        ("start_time is null", 11, "always"),
        ("ä.b = 'x'", 0, "no \"ä\""),
        ("metrics.a > 1e", 12, "no number"),
    ] {
        let fault = parse(&RUNS, text).unwrap_err();
        assert_eq!(fault.fields[0].offset, Some(at), "{text}: {fault}");
        assert!(fault.message.contains(word), "{text}: {fault}");
    }
    let deep = format!("{}metrics.a > 1{}", "(".repeat(60), ")".repeat(60));
    assert!(parse(&RUNS, &deep).unwrap_err().message.contains("nested"));
    let long = vec!["metrics.a > 1"; 201].join(" and ");
    assert!(parse(&RUNS, &long).unwrap_err().message.contains("more than 200"));
}

#[test]
fn an_order_has_keys_and_directions() {
    let keys = |texts: &[&str]| order(&RUNS, &texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
    let key = |on, key: &str, descending| OrderKey { on, key: key.into(), descending };
    assert_eq!(
        keys(&["metrics.`val loss` DESC", "start_time asc", "params.m"]).unwrap(),
        [
            key(Entity::Metric, "val loss", true),
            key(Entity::Attribute, "start_time", false),
            key(Entity::Param, "m", false)
        ]
    );
    for (texts, word) in [
        (&["metrics.a down"][..], "asc or desc"),
        (&["metrics.a desc asc"], "asc or desc"),
        (&["nothing"], "no attribute"),
        (&["datasets.name"], "not ordered"),
        (&["metrics.a", "metric.a desc"], "twice"),
        (&[""], "write a key"),
        (&["5"], "begins with a key"),
    ] {
        let fault = keys(texts).unwrap_err();
        assert!(fault.message.contains(word), "{texts:?}: {fault}");
    }
}

#[test]
fn lists_are_as_long_as_a_statement_may_be() {
    let list = |many: usize| format!("run_id in ({})", vec!["'a'"; many].join(","));
    assert!(parse(&RUNS, &list(10_000)).is_ok());
    let fault = parse(&RUNS, &format!("{} or {}", list(9_999), list(2))).unwrap_err();
    assert!(fault.message.contains("10000"), "{fault}");
}

proptest::proptest! {
    /// Words of the language in any order, and any other text.
    #[test]
    fn any_text_says_something_or_has_its_fault_inside(
        text in "(metrics|params|tags|dataset|status|a|`|\"|'|\\.|<|!=|like|in|not|null|is|and|or|[()]|,|1e9|-|é|\\s|.){0,40}"
    ) {
        for vocabulary in [&RUNS, &EXPERIMENTS, &LOGGED_MODELS, &MODELS, &VERSIONS] {
            if let Err(fault) = parse(vocabulary, &text) {
                let at = fault.fields.first().and_then(|field| field.offset);
                proptest::prop_assert!(at.is_some_and(|at| at <= text.chars().count() as u64), "{text:?}: {fault:?}");
            }
        }
    }

    #[test]
    fn any_order_says_something_or_has_its_fault(text in "(metrics\\.|attributes\\.|`|desc|asc|a|\"|,|\\s|.){0,12}") {
        if let Err(fault) = order(&RUNS, &[text]) {
            proptest::prop_assert!(!fault.fields.is_empty());
        }
    }
}
