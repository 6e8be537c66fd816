//! Label Studio's tasks with their annotations, as its JSON export writes them (labelstud.io/guide/task_format): choices and
//! typed texts of a field are its values, marked words that are labelled with a field are one.

use super::{Broken, Each, Item, Named, Said, Told, broken, of_json, said};
use serde::Deserialize;
use serde::Deserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

const ENOUGH: &str = "nobody wants more";
/// The text for a value that is no choice: `disease_other`.
pub const OTHER: &str = "_other";

/// Of a task only what decisions are read from.
#[derive(Deserialize)]
struct Task {
    #[serde(default)]
    data: Option<serde_json::Map<String, Value>>,
    #[serde(default, alias = "completions")]
    annotations: Option<Vec<Annotation>>,
}

#[derive(Deserialize)]
struct Annotation {
    #[serde(default)]
    result: Vec<Region>,
    #[serde(default)]
    was_cancelled: Option<bool>,
}

#[derive(Deserialize)]
struct Region {
    #[serde(default)]
    from_name: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    value: Value,
}

pub fn read(input: impl Read, fields: &[Named], each: Each<'_>) -> Result<(), Broken> {
    let mut json = serde_json::Deserializer::from_reader(input);
    let read = json.deserialize_seq(Tasks { fields, each });
    match read.and_then(|()| json.end()) {
        Ok(()) => Ok(()),
        Err(error) if error.to_string().starts_with(ENOUGH) => Err(broken(0, ENOUGH)),
        Err(error) => Err(of_json(&error)),
    }
}

struct Tasks<'a> {
    fields: &'a [Named],
    each: Each<'a>,
}

impl<'de> Visitor<'de> for Tasks<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of Label Studio's tasks")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut line = 0;
        while let Some(task) = seq.next_element::<Task>()? {
            line += 1;
            for item in told(task, line, self.fields) {
                if !(self.each)(item) {
                    return Err(A::Error::custom(ENOUGH));
                }
            }
        }
        Ok(())
    }
}

/// What the people who annotated a task agree on, and what they don't.
fn told(task: Task, line: i64, fields: &[Named]) -> Vec<Item> {
    let left = |message: &str| vec![Item::Left { line, message: message.to_owned() }];
    let Some(data) = task.data else {
        return left("has no \"data\": export the project as JSON, not as JSON-MIN");
    };
    let text = |key: &str| data.get(key).and_then(Value::as_str).map(str::to_owned).filter(|text| !text.is_empty());
    let Some(sample) = text("sample") else {
        return left("names no sample: its data need \"sample\" with the accession, as exported tasks have it");
    };
    let annotations = task.annotations.unwrap_or_default();
    let given: Vec<BTreeMap<String, Vec<String>>> = annotations
        .into_iter()
        .filter(|one| one.was_cancelled != Some(true))
        .map(|one| values_of(one.result, fields))
        .collect();
    let mut items = Vec::new();
    let mut agreed: BTreeMap<&String, &Vec<String>> = BTreeMap::new();
    let names: std::collections::BTreeSet<&String> = given.iter().flat_map(BTreeMap::keys).collect();
    for field in names {
        let mut answers = given.iter().filter_map(|one| one.get(field));
        let Some(first) = answers.next() else { continue };
        match answers.all(|other| other == first) {
            true => {
                agreed.insert(field, first);
            }
            false => {
                let message =
                    format!("the annotators of {sample} disagree about {field}; settle it in Label Studio first");
                items.push(Item::Left { line, message });
            }
        }
    }
    let said: Vec<Said> =
        agreed.into_iter().filter_map(|(field, values)| said(field, values.iter().cloned())).collect();
    if !said.is_empty() {
        items.push(Item::Told(Told { line, sample, dataset: text("dataset"), said }));
    }
    items
}

/// The values of each field that one person gave, sorted.
fn values_of(regions: Vec<Region>, fields: &[Named]) -> BTreeMap<String, Vec<String>> {
    let mut chosen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut marked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let texts = |value: &Value, key: &str| -> Vec<String> {
        match value.get(key) {
            Some(Value::Array(all)) => all.iter().flat_map(leaf).collect(),
            Some(Value::String(one)) => vec![one.clone()],
            _ => Vec::new(),
        }
    };
    for region in regions {
        let name = region.from_name.strip_suffix(OTHER).unwrap_or(&region.from_name);
        match region.kind.as_str() {
            "choices" => chosen.entry(name.to_owned()).or_default().extend(texts(&region.value, "choices")),
            "taxonomy" => chosen.entry(name.to_owned()).or_default().extend(texts(&region.value, "taxonomy")),
            "textarea" => chosen.entry(name.to_owned()).or_default().extend(texts(&region.value, "text")),
            "labels" => {
                let Some(words) = region.value.get("text").and_then(Value::as_str) else { continue };
                for label in texts(&region.value, "labels") {
                    let field = fields.iter().find(|one| one.name == label || one.label.eq_ignore_ascii_case(&label));
                    if let Some(field) = field {
                        marked.entry(field.name.clone()).or_default().push(words.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    // Words that are marked only show where a chosen value was read.
    for (field, words) in marked {
        chosen.entry(field).or_insert(words);
    }
    for values in chosen.values_mut() {
        values.sort();
        values.dedup();
    }
    chosen
}

/// A choice, or the last step of a path through a taxonomy.
fn leaf(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(path) => path.last().and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
}
