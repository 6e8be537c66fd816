//! `chorale config`: every setting with its value and where that came from; secrets are masked.

use super::table::{Kind, SETTINGS, Setting};
use super::{Config, Given, Origin};
use serde_json::{Value, json};

/// As a table for people.
pub fn as_text(config: &Config) -> String {
    let width = SETTINGS.iter().map(|setting| setting.key.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (setting, given) in entries(config) {
        let value = shown(setting, given).unwrap_or_else(|| "–".to_owned());
        out.push_str(&format!("{:width$}  {value}  ({})\n", setting.key, origin(setting, given)));
    }
    out
}

/// `{key: {value, origin}}`.
pub fn as_json(config: &Config) -> Value {
    entries(config)
        .map(|(setting, given)| {
            let entry = json!({ "value": shown(setting, given), "origin": origin(setting, given) });
            (setting.key.to_owned(), entry)
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn entries(config: &Config) -> impl Iterator<Item = (&'static Setting, &Given)> {
    SETTINGS.iter().filter_map(|setting| Some((setting, config.values.get(setting.key)?)))
}

fn origin(setting: &Setting, given: &Given) -> String {
    match &given.origin {
        Origin::Flag => format!("flag --{}", setting.flag()),
        Origin::Environment => format!("environment {}", setting.variable()),
        Origin::File(path) => format!("file {}", path.display()),
        Origin::Default => "default".to_owned(),
    }
}

fn shown(setting: &Setting, given: &Given) -> Option<String> {
    let text = given.text.clone()?;
    if setting.kind != Kind::Secret {
        return Some(text);
    }
    // A URL is worth seeing without its password; any other secret is hidden whole.
    match url::Url::parse(&text) {
        Ok(mut url) if url.password().is_some() => {
            let masked = url.set_password(Some("***")).is_ok();
            url.set_query(None);
            Some(if masked { url.to_string() } else { "***".to_owned() })
        }
        Ok(mut url) => {
            if url.query().is_some() {
                url.set_query(Some("***"));
                return Some(url.to_string());
            }
            Some(text)
        }
        Err(_) => Some("***".to_owned()),
    }
}
