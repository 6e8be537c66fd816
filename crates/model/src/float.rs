//! Floating-point numbers of which some are no numbers, in JSON: `"NaN"`, `"Infinity"` and `"-Infinity"` stand as text, as
//! protobuf's JSON has them. Texts of numbers are read too.

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;

pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match text(*value) {
        Some(text) => serializer.serialize_str(text),
        None => serializer.serialize_f64(*value),
    }
}

/// The text that stands for what JSON has no number for.
pub fn text(value: f64) -> Option<&'static str> {
    match value {
        value if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}

/// # Errors
/// When the text is no number.
pub fn parse(text: &str) -> Result<f64, String> {
    match text {
        "NaN" => Ok(f64::NAN),
        "Infinity" => Ok(f64::INFINITY),
        "-Infinity" => Ok(f64::NEG_INFINITY),
        text => {
            text.trim().parse().map_err(|_| format!("\"{text}\" is no number; write it as 0.5 or 1e-3, or \"NaN\""))
        }
    }
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    struct Number;
    impl Visitor<'_> for Number {
        type Value = f64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number, or \"NaN\", \"Infinity\", \"-Infinity\"")
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<f64, E> {
            Ok(value)
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<f64, E> {
            Ok(value as f64)
        }

        fn visit_u64<E: Error>(self, value: u64) -> Result<f64, E> {
            Ok(value as f64)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
            parse(text).map_err(E::custom)
        }
    }
    deserializer.deserialize_any(Number)
}

#[cfg(test)]
mod tests {
    use crate::experiments::Metric;

    #[test]
    fn what_is_no_number_stands_as_text() {
        let of = |value: f64| Metric { key: "loss".into(), value, timestamp_ms: 1, step: 0 };
        for (value, text) in [(f64::NAN, "\"NaN\""), (f64::INFINITY, "\"Infinity\""), (0.1, "0.1"), (-2.0, "-2.0")] {
            let json = serde_json::to_string(&of(value)).unwrap();
            assert!(json.contains(&format!("\"value\":{text}")), "{json}");
            let read: Metric = serde_json::from_str(&json).unwrap();
            assert_eq!(read.value.to_bits(), value.to_bits());
        }
        let read: Metric = serde_json::from_str(r#"{"key":"a","value":"0.25","timestamp_ms":1,"step":0}"#).unwrap();
        assert_eq!(read.value, 0.25);
        assert!(serde_json::from_str::<Metric>(r#"{"key":"a","value":"much","timestamp_ms":1,"step":0}"#).is_err());
    }
}
