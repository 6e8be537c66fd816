//! The same numbers as scikit-learn's, from the files that `golden/make.py` made.

use chorale_learn::Matrix;
use chorale_learn::calibrate::{Isotonic, Platt, expected_error};
use chorale_learn::linear::{self, Loss};
use chorale_learn::tfidf::{Analyzer, Options, Vectorizer};
use serde_json::Value;

fn golden(name: &str) -> Value {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a golden file")).expect("JSON")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn tf_idf_equals() {
    let file = golden("tfidf.json");
    let texts: Vec<&str> = list(&file["texts"]).iter().map(|t| t.as_str().expect("a text")).collect();
    for case in list(&file["cases"]) {
        let sizes = number(&case["sizes"][0]) as usize..=number(&case["sizes"][1]) as usize;
        let analyzer = match case["analyzer"].as_str() {
            Some("word") => Analyzer::Words(sizes),
            Some("char") => Analyzer::Characters(sizes),
            _ => Analyzer::CharactersInWords(sizes),
        };
        let min_documents = number(&case["min_df"]) as u32;
        let options = Options { analyzer, min_documents, sublinear: case["sublinear"] == true };
        let vectorizer = Vectorizer::fit(options, texts.iter().copied());
        assert_eq!(vectorizer.columns(), number(&case["columns"]) as usize, "{}", case["analyzer"]);
        let (mut scratch, mut entries) = (Vec::new(), Vec::new());
        for (text, row) in texts.iter().zip(list(&case["rows"])) {
            entries.clear();
            vectorizer.transform(text, 0, &mut scratch, &mut entries);
            let row = row.as_object().expect("a row");
            assert_eq!(entries.len(), row.len(), "{text}");
            for (ngram, value) in row {
                let column = vectorizer.column(ngram).unwrap_or_else(|| panic!("{ngram:?} has no column"));
                let (_, mine) = entries.iter().find(|(c, _)| *c == column).expect("an entry");
                assert!((f64::from(*mine) - number(value)).abs() < 1e-6, "{ngram:?} of {text:?}: {mine} for {value}");
            }
        }
    }
}

#[test]
fn coefficients_equal() {
    let file = golden("linear.json");
    let mut rows = Matrix::new(number(&file["columns"]) as usize);
    for row in list(&file["rows"]) {
        let mut entries: Vec<(u32, f32)> =
            list(row).iter().map(|e| (number(&e[0]) as u32, number(&e[1]) as f32)).collect();
        rows.push(&mut entries);
    }
    let mut positives = vec![Vec::new(); 3];
    for (row, class) in list(&file["classes"]).iter().enumerate() {
        positives[number(class) as usize].push(row as u32);
    }
    let weights: Vec<f32> = list(&file["weights"]).iter().map(|w| number(w) as f32).collect();
    for case in list(&file["cases"]) {
        let loss = if case["loss"] == "logistic" { Loss::Logistic } else { Loss::SquaredHinge };
        let (c, positive_weight) = (number(&case["c"]), number(&case["positive_weight"]));
        let options =
            linear::Options { loss, c, positive_weight, tolerance: 1e-7, passes: 20_000, ..Default::default() };
        let models = linear::train(&rows, &positives, &weights, &options, 0.0);
        for (class, expected) in list(&case["models"]).iter().enumerate() {
            let constant = f64::from(models.constant(class));
            assert!(
                (constant - number(&expected["constant"])).abs() < 1e-3,
                "{} class {class}: {constant}",
                case["loss"]
            );
            for (column, weight) in list(&expected["weights"]).iter().enumerate() {
                let mine = models
                    .column(column as u32)
                    .iter()
                    .find(|(k, _)| usize::from(*k) == class)
                    .map_or(0.0, |(_, w)| *w);
                let difference = (f64::from(mine) - number(weight)).abs();
                assert!(difference < 1e-3, "{} class {class} column {column}: {mine} for {weight}", case["loss"]);
            }
        }
        let threaded = linear::Options { threads: 3, ..options };
        assert_eq!(models, linear::train(&rows, &positives, &weights, &threaded, 0.0), "threads change nothing");
    }
}

#[test]
fn calibration_equals() {
    let file = golden("calibration.json");
    let examples: Vec<(f32, f32, f32)> = list(&file["examples"])
        .iter()
        .map(|e| (number(&e[0]) as f32, number(&e[1]) as f32, number(&e[2]) as f32))
        .collect();
    let isotonic = Isotonic::fit(&examples);
    let pairs: Vec<(f32, bool)> = examples.iter().map(|(score, right, _)| (*score, *right > 0.5)).collect();
    let platt = Platt::fit(&pairs);
    for (index, at) in list(&file["at"]).iter().enumerate() {
        let at = number(at) as f32;
        let (wanted, mine) = (number(&file["isotonic"][index]), f64::from(isotonic.apply(at)));
        assert!((wanted - mine).abs() < 1e-5, "isotonic at {at}: {mine} for {wanted}");
        let (wanted, mine) = (number(&file["platt"][index]), f64::from(platt.apply(at)));
        assert!((wanted - mine).abs() < 1e-4, "Platt at {at}: {mine} for {wanted}");
    }
    assert!((expected_error(&pairs, 10) - number(&file["expected_error"])).abs() < 1e-6);
}
