//! What the file `MLmodel` says, which MLflow writes beside a model. What its reader does not know is not guessed at: the file
//! is said to be unreadable.

use chorale_formats::yaml::{self, Yaml};
use chorale_model::experiments::KeyValue;
use chorale_model::registry::{Flavor, ModelFormat, Signature, SignatureColumn};
use serde_json::Value;

/// What an `MLmodel` and the `requirements.txt` beside it say; none where it cannot be read.
pub fn read(text: &str, requirements: &str) -> Option<ModelFormat> {
    let said = yaml::parse(text).ok().filter(|said| matches!(said, Yaml::Map(_)))?;
    let flavors = said.get("flavors").map(pairs_of).unwrap_or_default();
    let flavors: Vec<Flavor> = flavors.iter().map(|(name, says)| flavor(name, says)).collect();
    let python = flavors.iter().find(|one| one.name == "python_function");
    let requirements = requirements.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Some(ModelFormat {
        python_version: python.and_then(|one| KeyValue::find(&one.says, "python_version")).map(str::to_owned),
        mlflow_version: said.text("mlflow_version").map(str::to_owned),
        size_bytes: said.number("model_size_bytes"),
        signature: said.get("signature").filter(|said| matches!(said, Yaml::Map(_))).map(signature),
        requirements: requirements.map(str::to_owned).collect(),
        flavors,
    })
}

fn pairs_of(said: &Yaml) -> &[(String, Yaml)] {
    match said {
        Yaml::Map(pairs) => pairs,
        _ => &[],
    }
}

fn json(said: &Yaml) -> Value {
    match said {
        Yaml::Null => Value::Null,
        Yaml::Text(text) => text.as_str().into(),
        Yaml::List(items) => items.iter().map(json).collect(),
        Yaml::Map(pairs) => pairs.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
    }
}

fn flavor(name: &str, says: &Yaml) -> Flavor {
    let pair = |(key, value): &(String, Yaml)| match value {
        Yaml::Null => None,
        Yaml::Text(text) => Some(KeyValue::new(key, text)),
        other => Some(KeyValue::new(key, json(other).to_string())),
    };
    Flavor { name: name.to_owned(), says: pairs_of(says).iter().filter_map(pair).collect() }
}

/// Each part is JSON in a text.
fn signature(said: &Yaml) -> Signature {
    let part = |key: &str| -> Vec<SignatureColumn> {
        let columns = said.text(key).and_then(|text| serde_json::from_str(text).ok());
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
