//! What the file `MLmodel` says, which MLflow writes beside a model: YAML as PyYAML's `safe_dump` writes it, in blocks, with
//! long texts folded. Read here, because that much of YAML is a page, and all of it a library. What is not of this form is
//! not guessed at: the file is said to be unreadable.

use chorale_model::experiments::KeyValue;
use chorale_model::registry::{Flavor, ModelFormat, Signature, SignatureColumn};
use serde_json::{Map, Value, json};

/// Deeper than any `MLmodel` is.
const DEEPEST: usize = 20;

/// What an `MLmodel` and the `requirements.txt` beside it say; none where it cannot be read.
pub fn read(text: &str, requirements: &str) -> Option<ModelFormat> {
    let Value::Object(said) = Yaml::of(text).whole()? else { return None };
    let flavors = said.get("flavors").and_then(Value::as_object);
    let flavors: Vec<Flavor> = flavors.into_iter().flatten().map(|(name, says)| flavor(name, says)).collect();
    let python = flavors.iter().find(|one| one.name == "python_function");
    let requirements = requirements.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Some(ModelFormat {
        python_version: python.and_then(|one| KeyValue::find(&one.says, "python_version")).map(str::to_owned),
        mlflow_version: text_of(&said, "mlflow_version"),
        size_bytes: text_of(&said, "model_size_bytes").and_then(|text| text.parse().ok()),
        signature: said.get("signature").and_then(Value::as_object).map(signature),
        requirements: requirements.map(str::to_owned).collect(),
        flavors,
    })
}

fn text_of(said: &Map<String, Value>, key: &str) -> Option<String> {
    said.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn flavor(name: &str, says: &Value) -> Flavor {
    let pair = |(key, value): (&String, &Value)| match value {
        Value::Null => None,
        Value::String(text) => Some(KeyValue::new(key, text)),
        other => Some(KeyValue::new(key, other.to_string())),
    };
    Flavor { name: name.to_owned(), says: says.as_object().into_iter().flatten().filter_map(pair).collect() }
}

/// Each part is JSON in a text.
fn signature(said: &Map<String, Value>) -> Signature {
    let part = |key: &str| -> Vec<SignatureColumn> {
        let columns = said.get(key).and_then(Value::as_str).and_then(|text| serde_json::from_str(text).ok());
        let Some(Value::Array(columns)) = columns else { return Vec::new() };
        columns.iter().map(column).collect()
    };
    Signature { inputs: part("inputs"), outputs: part("outputs"), params: part("params") }
}

fn column(said: &Value) -> SignatureColumn {
    let kind = said["type"].as_str().or(said["dtype"].as_str()).unwrap_or("of no type");
    let spec = &said["tensor-spec"];
    SignatureColumn {
        name: said["name"].as_str().unwrap_or_default().to_owned(),
        kind: match spec["dtype"].as_str() {
            Some(dtype) => format!("{kind} {dtype} {}", spec["shape"]),
            None => kind.to_owned(),
        },
        // A param has a default in the place of being required.
        required: said["required"].as_bool().unwrap_or(said.get("default").is_none()),
    }
}

/// Lines that say something, with how far each is indented.
struct Yaml<'a> {
    lines: Vec<(usize, &'a str)>,
    at: usize,
}

impl<'a> Yaml<'a> {
    fn of(text: &'a str) -> Self {
        let said = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#') && *line != "---";
        let line = |line: &'a str| (line.len() - line.trim_start_matches(' ').len(), line.trim());
        Yaml { lines: text.lines().filter(said).map(line).collect(), at: 0 }
    }

    fn whole(mut self) -> Option<Value> {
        let read = self.block(0, 0)?;
        (self.at == self.lines.len()).then_some(read)
    }

    /// The lines from here on that are indented so far.
    fn block(&mut self, indent: usize, depth: usize) -> Option<Value> {
        let (_, first) = *self.lines.get(self.at)?;
        match (depth < DEEPEST, is_item(first)) {
            (false, _) => None,
            (true, true) => self.list(indent, depth),
            (true, false) => self.map(indent, depth),
        }
    }

    fn map(&mut self, indent: usize, depth: usize) -> Option<Value> {
        let mut map = Map::new();
        while let Some((_, line)) = self.lines.get(self.at).copied().filter(|(at, _)| *at == indent) {
            if is_item(line) {
                break;
            }
            let (key, rest) = match line.split_once(": ") {
                Some((key, rest)) => (key, rest.trim()),
                None => (line.strip_suffix(':')?, ""),
            };
            self.at += 1;
            let value = if rest.is_empty() { self.below(indent, depth)? } else { self.scalar(rest, indent)? };
            map.insert(key.trim_matches(['\'', '"']).to_owned(), value);
        }
        Some(Value::Object(map))
    }

    fn list(&mut self, indent: usize, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        while let Some((_, line)) = self.lines.get(self.at).copied().filter(|(at, line)| *at == indent && is_item(line))
        {
            let rest = line[1..].trim_start();
            if !rest.starts_with(['\'', '"']) && (rest.contains(": ") || rest.ends_with(':')) {
                // A map begins on the item's own line.
                let inside = indent + (line.len() - rest.len());
                self.lines[self.at] = (inside, rest);
                items.push(self.block(inside, depth + 1)?);
                continue;
            }
            self.at += 1;
            items.push(if rest.is_empty() { self.below(indent, depth)? } else { self.scalar(rest, indent)? });
        }
        Some(Value::Array(items))
    }

    /// What a key without a value on its own line holds: what is indented further, a list at its own indent, or nothing.
    fn below(&mut self, indent: usize, depth: usize) -> Option<Value> {
        match self.lines.get(self.at).copied() {
            Some((at, _)) if at > indent => self.block(at, depth + 1),
            Some((at, line)) if at == indent && is_item(line) => self.block(at, depth + 1),
            _ => Some(Value::Null),
        }
    }

    /// A value that begins on its key's line and may go on below.
    fn scalar(&mut self, first: &str, indent: usize) -> Option<Value> {
        match first.chars().next()? {
            quote @ ('\'' | '"') => {
                let mut text = first[1..].to_owned();
                while !is_closed(&text, quote) {
                    let (_, more) = *self.lines.get(self.at)?;
                    self.at += 1;
                    match text.strip_suffix('\\').filter(|_| quote == '"') {
                        Some(joined) => text = format!("{joined}{}", more.trim_start_matches('\\')),
                        None => text = format!("{text} {more}"),
                    }
                }
                text.pop();
                match quote {
                    '\'' => Some(text.replace("''", "'").into()),
                    // JSON has the escapes that PyYAML writes, but for \x and \e, which no MLmodel has.
                    _ => serde_json::from_str(&format!("\"{text}\"")).ok(),
                }
            }
            '|' | '>' | '&' | '*' | '!' => None,
            '[' | '{' => match first {
                "[]" => Some(json!([])),
                "{}" => Some(json!({})),
                _ => None,
            },
            _ => {
                let mut text = first.to_owned();
                while let Some((_, more)) = self.lines.get(self.at).copied().filter(|(at, _)| *at > indent) {
                    self.at += 1;
                    text = format!("{text} {more}");
                }
                Some(if matches!(&*text, "null" | "~") { Value::Null } else { text.into() })
            }
        }
    }
}

fn is_item(line: &str) -> bool {
    line == "-" || line.starts_with("- ")
}

/// Whether a quoted text, without its first quote, ends here: a quote is doubled inside of single ones, escaped inside of
/// double ones.
fn is_closed(text: &str, quote: char) -> bool {
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' if quote == '"' => {
                signs.next();
            }
            sign if sign == quote && quote == '\'' && signs.peek() == Some(&'\'') => {
                signs.next();
            }
            sign if sign == quote => return signs.peek().is_none(),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As mlflow 3.17.2 wrote it with PyYAML: `mlflow.sklearn.save_model(model, "m", signature=infer_signature(X, y,
    /// params={"threshold": 0.5}), serialization_format="cloudpickle", metadata={"task": "it's: a task", "n": 3})`.
    const WRITTEN: &str = r#"flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.11.7
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.9.1
    skops_trusted_types: null
is_signature_from_type_hint: false
metadata:
  n: 3
  task: 'it''s: a task'
mlflow_version: 3.17.2
model_id: null
model_size_bytes: 2530
model_uuid: 8dd95e35e4ba4fa3bb091b11d8c40393
prompts: null
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}, {"type": "string",
    "name": "sex", "required": true}, {"type": "long", "name": "a very long name of
    a column with words", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: '[{"name": "threshold", "default": 0.5, "shape": null, "type": "double"}]'
type_hint_from_example: false
utc_time_created: '2026-11-27 08:29:46.220430'
"#;

    #[test]
    fn an_mlmodel_says_how_it_is_loaded_and_what_it_takes() {
        let format = read(WRITTEN, "mlflow==3.17.2\nscikit-learn\n\n# a comment\npandas\n").unwrap();
        assert_eq!(format.flavors.iter().map(|one| &*one.name).collect::<Vec<_>>(), ["python_function", "sklearn"]);
        assert_eq!(KeyValue::find(&format.flavors[1].says, "sklearn_version"), Some("1.9.1"));
        assert_eq!(KeyValue::find(&format.flavors[1].says, "code"), None);
        assert_eq!((format.python_version.as_deref(), format.size_bytes), (Some("3.11.7"), Some(2_530)));
        assert_eq!(format.requirements, ["mlflow==3.17.2", "scikit-learn", "pandas"]);
        let Signature { inputs, outputs, params } = format.signature.unwrap();
        assert_eq!(inputs[2].name, "a very long name of a column with words", "a folded text is one line");
        assert_eq!((&*inputs[0].kind, inputs[0].required), ("double", true));
        assert_eq!((&*outputs[0].kind, &*outputs[0].name), ("tensor int64 [-1]", ""));
        assert_eq!((&*params[0].name, params[0].required), ("threshold", false));
    }

    #[test]
    fn lists_quotes_and_what_is_empty_are_read() {
        let text = "a:\n- x: 1\n  y:\n  - two\n  - 'thr''ee'\n- plain text\n  that goes on\nb: {}\nc: \"a\\\n  \\ b\\n\"\nd:\ne: []\n";
        let read = Yaml::of(text).whole().unwrap();
        let said = json!({
            "a": [{ "x": "1", "y": ["two", "thr'ee"] }, "plain text that goes on"],
            "b": {}, "c": "a b\n", "d": null, "e": [],
        });
        assert_eq!(read, said);
    }

    #[test]
    fn what_is_no_mlmodel_is_not_guessed_at() {
        let deep = (0..100).map(|at| format!("{}a:\n", " ".repeat(at))).collect::<String>();
        for text in [
            "",
            "x",
            "- a\n",
            "a: 'never closed\nb: c\n",
            "a: &anchor\n",
            "a: |\n  text\n",
            "a: {b: c}\n",
            "a: 1\n   b: 2\nc\n",
            &deep,
        ] {
            assert_eq!(read(text, ""), None, "{text:?}");
        }
    }
}
