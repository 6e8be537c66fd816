//! The same detections, widths and estimates as river's on the same streams, which `golden/make.py` describes.

use chorale_drift::{Adwin, AdwinSettings, Mode, PageHinkley, PageHinkleySettings};
use serde_json::Value;

fn golden() -> Value {
    let path = format!("{}/tests/golden/river.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a golden file")).expect("JSON")
}

/// SplitMix64 as numbers in [0, 1), as in `make.py`.
fn uniform(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    })
}

fn share(name: &str, at: usize) -> f64 {
    match (name, at) {
        ("steady", _) => 0.1,
        ("abrupt", ..9_000) => 0.05,
        ("abrupt", 9_000..17_000) => 0.3,
        ("abrupt", _) => 0.1,
        ("gradual", ..6_000) => 0.05,
        ("gradual", 16_000..) => 0.4,
        ("gradual", at) => 0.05 + 0.35 * (at - 6_000) as f64 / 10_000.0,
        ("better", ..12_000) => 0.45,
        ("better", _) => 0.08,
        ("rare", ..10_000) => 0.002,
        ("rare", _) => 0.02,
        _ => panic!("no stream {name}"),
    }
}

fn stream(name: &str, seed: u64, length: usize) -> Vec<f64> {
    let value = |(at, number): (usize, f64)| match name {
        "steps" => number + (at / 5_000 % 2) as f64 * 0.5,
        "slope" => number + at as f64 / 12_000.0,
        _ => f64::from(number < share(name, at)),
    };
    uniform(seed).take(length).enumerate().map(value).collect()
}

/// Each stream with its golden values.
fn streams() -> Vec<(Value, Vec<f64>)> {
    let file = golden();
    let length = whole(&file["length"]) as usize;
    assert!(length >= 20_000);
    let of = |golden: &Value| {
        let (name, seed) = (text(&golden["name"]), whole(&golden["seed"]));
        let values = stream(name, seed, length);
        let sum: f64 = values.iter().sum();
        assert!((sum - number(&golden["sum"])).abs() < 1e-6, "{name} is another stream: {sum}");
        (golden.clone(), values)
    };
    list(&file["streams"]).iter().map(of).collect()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn whole(value: &Value) -> u64 {
    value.as_u64().expect("a whole number")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn close(ours: f64, theirs: &Value, what: &str) {
    let theirs = number(theirs);
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0), "{what}: {ours} is not {theirs}");
}

fn detections(golden: &Value) -> Vec<usize> {
    list(&golden["detections"]).iter().map(|at| whole(at) as usize).collect()
}

#[test]
fn adwin_says_what_river_says() {
    let (file, mut detected) = (golden(), 0);
    let every = whole(&file["every"]) as usize;
    for (golden, values) in streams() {
        for case in list(&golden["adwin"]) {
            let (name, asked) = (text(&golden["name"]), &case["settings"]);
            let or = |key: &str, usual: u64| asked[key].as_u64().unwrap_or(usual);
            let usual = AdwinSettings::default();
            let mut detector = Adwin::new(AdwinSettings {
                delta: asked["delta"].as_f64().unwrap_or(usual.delta),
                clock: or("clock", usual.clock),
                max_buckets: or("max_buckets", usual.max_buckets as u64) as usize,
                min_window_length: or("min_window_length", usual.min_window_length),
                grace_period: or("grace_period", usual.grace_period),
            });
            let mut found = Vec::new();
            for (at, value) in values.iter().enumerate() {
                if detector.update(*value).is_some() {
                    found.push(at);
                }
                if at % every == every - 1 {
                    let look = &case["looks"][at / every];
                    let what = format!("{name} {asked} at {at}");
                    assert_eq!(detector.width() as f64, number(&look[0]), "{what}");
                    close(detector.mean(), &look[1], &what);
                    close(detector.spread(), &look[2], &what);
                }
            }
            assert_eq!(found, detections(case), "{name} {asked}");
            detected += found.len();
        }
    }
    assert!(detected > 50, "streams that move were watched: {detected}");
}

#[test]
fn page_hinkley_says_what_river_says() {
    let (file, mut detected) = (golden(), 0);
    let every = whole(&file["every"]) as usize;
    for (golden, values) in streams() {
        for case in list(&golden["page_hinkley"]) {
            let (name, asked) = (text(&golden["name"]), &case["settings"]);
            let usual = PageHinkleySettings::default();
            let mut detector = PageHinkley::new(PageHinkleySettings {
                min_instances: asked["min_instances"].as_u64().unwrap_or(usual.min_instances),
                delta: asked["delta"].as_f64().unwrap_or(usual.delta),
                threshold: asked["threshold"].as_f64().unwrap_or(usual.threshold),
                alpha: asked["alpha"].as_f64().unwrap_or(usual.alpha),
                mode: match asked["mode"].as_str() {
                    Some("up") => Mode::Up,
                    Some("down") => Mode::Down,
                    _ => Mode::Both,
                },
            });
            let mut found = Vec::new();
            for (at, value) in values.iter().enumerate() {
                if detector.update(*value) {
                    found.push(at);
                }
                if at % every == every - 1 {
                    let look = &case["looks"][at / every];
                    let what = format!("{name} {asked} at {at}");
                    close(detector.mean(), &look[0], &what);
                    close(detector.sums().0, &look[1], &what);
                    close(detector.sums().1, &look[2], &what);
                }
            }
            assert_eq!(found, detections(case), "{name} {asked}");
            detected += found.len();
        }
    }
    assert!(detected > 20, "streams that move were watched: {detected}");
}

#[test]
fn a_stream_goes_on_where_it_was_left() {
    for (golden, values) in streams() {
        let (mut whole, mut parts) = (Adwin::default(), Adwin::default());
        let (mut tested, mut left) = (PageHinkley::default(), PageHinkley::default());
        for (at, value) in values.iter().enumerate() {
            // JSON's numbers are read to the last digit but one.
            let (one, other) = (whole.update(*value), parts.update(*value));
            assert_eq!(one.is_some(), other.is_some(), "{} at {at}", golden["name"]);
            assert!((whole.mean() - parts.mean()).abs() < 1e-9, "{} at {at}", golden["name"]);
            assert_eq!(tested.update(*value), left.update(*value), "{} at {at}", golden["name"]);
            if at % 1_777 == 0 {
                parts = serde_json::from_str(&serde_json::to_string(&parts).unwrap()).unwrap();
                left = serde_json::from_str(&serde_json::to_string(&left).unwrap()).unwrap();
            }
        }
        assert_eq!(whole.width(), parts.width());
        let ((rise, fall), (other_rise, other_fall)) = (tested.sums(), left.sums());
        assert!((rise - other_rise).abs() < 1e-9 && (fall - other_fall).abs() < 1e-9);
    }
}

#[test]
fn a_fall_is_told_from_a_rise() {
    let of = |before: f64, after: f64| {
        let (mut detector, mut numbers) = (Adwin::default(), uniform(11));
        let mut moved = Vec::new();
        for at in 0..2_000 {
            let chance = if at < 1_000 { before } else { after };
            moved.extend(detector.update(f64::from(numbers.next().unwrap() < chance)));
        }
        moved
    };
    assert!(of(0.05, 0.6)[0].rose());
    assert!(!of(0.6, 0.05)[0].rose());
    assert_eq!(of(0.2, 0.2), []);
}

proptest::proptest! {
    /// Whatever comes, the window is of the newest values: its mean lies among them, and it stays small.
    #[test]
    fn a_window_is_sound(values in proptest::collection::vec(-5.0_f64..5.0, 1..3_000)) {
        let mut detector = Adwin::new(AdwinSettings { clock: 1, ..AdwinSettings::default() });
        for (at, value) in values.iter().enumerate() {
            detector.update(*value);
            let newest = &values[at + 1 - detector.width() as usize..=at];
            let mean = newest.iter().sum::<f64>() / newest.len() as f64;
            proptest::prop_assert!((detector.mean() - mean).abs() < 1e-6);
            proptest::prop_assert!(detector.buckets() <= 6 * 13);
        }
    }
}
