//! Requests as MLflow's clients send them: protobuf's JSON. A whole number may be a text, a number may be `"NaN"`, null is
//! absent, unknown fields are passed over; a GET has its fields in the query.

use crate::web::{Refusal, Web};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use chorale_model::Fault;
use chorale_model::experiments::KeyValue;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method};
use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;

/// What a request says.
pub struct Wire<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Web> for Wire<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Refusal> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        if request.method() == Method::GET && !query.is_empty() {
            return Ok(Wire(read(from_query(&query))?));
        }
        let headers = request.headers().clone();
        let bytes = Bytes::from_request(request, web)
            .await
            .map_err(|e| Fault::invalid(format!("the body could not be read: {e}")))?;
        match bytes.is_empty() {
            true => Ok(Wire(read(Value::Object(Map::new()))?)),
            false => Ok(Wire(body(&headers, &bytes)?)),
        }
    }
}

/// What a body says.
pub fn body<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Fault> {
    is_json(headers)?;
    match has_capitals(bytes) {
        true => read(snake(parsed(bytes)?)?),
        false => parsed(bytes),
    }
}

/// Whether a name before a colon has a capital in it: rare, and worth a second look.
fn has_capitals(body: &[u8]) -> bool {
    body.windows(2).enumerate().any(|(at, pair)| {
        // The end of a name: a quote, and a colon behind it.
        let ends = pair[0] == b'"' && body[at + 1..].trim_ascii_start().starts_with(b":");
        let name = || body[..at].iter().rev().take_while(|byte| **byte != b'"');
        ends && name().any(u8::is_ascii_uppercase)
    })
}

/// Refuses a body that does not say that it is JSON: a form of another site can send one without asking.
pub fn is_json(headers: &HeaderMap) -> Result<(), Fault> {
    let type_ = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match type_.to_ascii_lowercase().starts_with("application/json") {
        true => Ok(()),
        false => Err(Fault::field("content-type", "send JSON, with Content-Type: application/json")),
    }
}

/// Fields may be called `runId` or `run_id`; both at once would leave open which is meant.
fn snake(value: Value) -> Result<Value, Fault> {
    Ok(match value {
        Value::Array(items) => Value::Array(items.into_iter().map(snake).collect::<Result<_, _>>()?),
        Value::Object(fields) => {
            let mut named = Map::with_capacity(fields.len());
            for (field, value) in fields {
                let name = match field.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    false => field,
                    true => field.chars().fold(String::new(), |mut name, c| {
                        if c.is_ascii_uppercase() && !name.is_empty() {
                            name.push('_');
                        }
                        name.push(c.to_ascii_lowercase());
                        name
                    }),
                };
                if named.contains_key(&name) {
                    return Err(Fault::field(&name, "is said twice, in two ways of writing; send one"));
                }
                named.insert(name, snake(value)?);
            }
            Value::Object(named)
        }
        value => value,
    })
}

/// Repeated names are lists, and so are those that may be repeated.
fn from_query(query: &str) -> Value {
    const LISTS: [&str; 4] = ["order_by", "experiment_ids", "run_ids", "stages"];
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let value = Value::from(value.into_owned());
        let value =
            if LISTS.contains(&&*name) && !fields.contains_key(&*name) { Value::from(vec![value]) } else { value };
        match fields.get_mut(&*name) {
            None => drop(fields.insert(name.into_owned(), value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(fields)
}

/// A body. Old clients pack their JSON twice; null says nothing.
pub fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    // A list would be read as the fields in their order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Fault::invalid("the request is a list; send an object with its fields"));
    }
    if bytes.trim_ascii_start().starts_with(b"\"") {
        let inner: String = serde_json::from_slice(bytes).map_err(|e| unread(&e))?;
        return serde_json::from_str(&inner).map_err(|e| unread(&e));
    }
    if bytes.trim_ascii() == b"null" {
        return read(Value::Object(Map::new()));
    }
    serde_json::from_slice(bytes).map_err(|e| unread(&e))
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, Fault> {
    serde_json::from_value(value).map_err(|e| unread(&e))
}

fn unread(error: &serde_json::Error) -> Fault {
    Fault::invalid(format!("the request is not what this takes: {error}"))
}

/// What a field must say.
pub fn required(field: &str, text: String) -> Result<String, Fault> {
    match text.is_empty() {
        true => Err(Fault::field(field, "is missing; it is required")),
        false => Ok(text),
    }
}

/// What a field must hold.
pub fn present<T>(field: &str, value: Option<T>) -> Result<T, Fault> {
    value.ok_or_else(|| Fault::field(field, "is missing; it is required"))
}

/// What is null is absent.
pub fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A whole number, or the text of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int(pub i64);

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;
        impl Visitor<'_> for Whole {
            type Value = Int;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number of 64 bits")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Int, E> {
                Ok(Int(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Int, E> {
                i64::try_from(value).map(Int).map_err(|_| E::custom(format!("{value} does not fit into 64 bits")))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Int, E> {
                // 2^63 is the first that does not fit.
                match value.fract() == 0.0 && (-9.3e18..9.223_372_036_854_775e18).contains(&value) {
                    true => Ok(Int(value as i64)),
                    false => Err(E::custom(format!("{value} is no whole number"))),
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Int, E> {
                text.trim().parse().map(Int).map_err(|_| E::custom(format!("\"{text}\" is no whole number")))
            }
        }
        deserializer.deserialize_any(Whole)
    }
}

/// A number, `"NaN"` and the infinities among them: the very number that was sent. (serde_json reads numbers quickly, and some
/// of them by one unit of the last place beside.)
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Num(pub f64);

impl<'de> Deserialize<'de> for Num {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Box::<RawValue>::deserialize(deserializer)?;
        let text = written.get().trim();
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        chorale_model::float::parse(text).map(Num).map_err(D::Error::custom)
    }
}

/// A truth, or the text of one.
pub fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Option::<Value>::deserialize(deserializer)? {
        None => Ok(false),
        Some(Value::Bool(truth)) => Ok(truth),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(other) => Err(D::Error::custom(format!("{other} is neither true nor false"))),
    }
}

/// A list, or a text alone where a query says it once.
pub fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    match Option::<Value>::deserialize(deserializer)? {
        None => Ok(Vec::new()),
        Some(Value::String(one)) => Ok(vec![one]),
        Some(list) => serde_json::from_value(list).map_err(D::Error::custom),
    }
}

/// A tag or a param.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pair {
    #[serde(deserialize_with = "nullable")]
    pub key: String,
    #[serde(deserialize_with = "nullable")]
    pub value: String,
}

impl From<Pair> for KeyValue {
    fn from(pair: Pair) -> KeyValue {
        KeyValue { key: pair.key, value: pair.value }
    }
}

/// Longer values are cut, as MLflow's server does: clients log what they have and go on.
pub fn cut(pairs: Vec<Pair>, most: usize) -> Vec<KeyValue> {
    pairs.into_iter().map(|pair| KeyValue { value: shortened(pair.value, most), key: pair.key }).collect()
}

pub fn shortened(mut text: String, most: usize) -> String {
    if text.len() > most
        && let Some((end, _)) = text.char_indices().nth(most)
    {
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Fields {
        step: Option<Int>,
        value: Option<Num>,
        #[serde(deserialize_with = "one_or_many")]
        ids: Vec<String>,
        #[serde(deserialize_with = "truth")]
        all: bool,
        #[serde(deserialize_with = "nullable")]
        name: String,
    }

    fn body(text: &str) -> Result<Fields, Fault> {
        parsed(text.as_bytes())
    }

    #[test]
    fn numbers_may_be_texts_and_null_is_absent() {
        let read =
            body(r#"{"step": "9007199254740993", "value": "NaN", "ids": ["a"], "name": null, "other": {}}"#).unwrap();
        assert_eq!((read.step, read.ids, read.name), (Some(Int(9_007_199_254_740_993)), vec!["a".into()], "".into()));
        assert!(read.value.unwrap().0.is_nan());
        let read = body(r#""{\"step\": 3.0, \"all\": true}""#).unwrap();
        assert_eq!((read.step, read.all), (Some(Int(3)), true), "packed twice");
        let read: Fields = super::read(from_query("ids=a&ids=b&all=TRUE&step=-4")).unwrap();
        assert_eq!((read.ids.len(), read.all, read.step), (2, true, Some(Int(-4))));
        let read: Fields = super::read(from_query("ids=a%20b")).unwrap();
        assert_eq!(read.ids, ["a b"]);
        assert_eq!(
            snake(json!({ "runId": 1, "metrics": [{ "modelId": 2 }] })).unwrap(),
            json!({ "run_id": 1, "metrics": [{ "model_id": 2 }] })
        );
        assert!(snake(json!({ "runId": 1, "run_id": 1 })).is_err());
        for wrong in [r#"{"step": "much"}"#, r#"{"step": 1.5}"#, r#"{"step": 1e30}"#, r#"{"ids": {}}"#, "{", "[]", "7"]
        {
            assert!(body(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_number_is_the_one_that_was_sent() {
        for text in ["0.009999833334166664", "-0.30354", "8.35e-310", "1.7976931348623157e308", "0.1", "-0.0", "12"] {
            let read = body(&format!(r#"{{"value": {text}}}"#)).unwrap().value.unwrap().0;
            assert_eq!(read.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
        }
        for wrong in [r#"{"value": true}"#, r#"{"value": []}"#, r#"{"value": "x"}"#] {
            assert!(body(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn capitals_are_looked_for_in_names_alone() {
        assert!(has_capitals(br#"{"a": "X", "runId" : 1}"#) && has_capitals(br#"{"runId":1}"#));
        assert!(!has_capitals(br#"{"run_id": "ABC", "tags": [{"key": "Mixed", "value": "A: B"}]}"#));
    }

    #[test]
    fn a_long_value_is_cut_at_a_character() {
        assert_eq!(shortened("äöü".into(), 2), "äö");
        assert_eq!(shortened("äöü".into(), 3), "äöü");
    }
}
