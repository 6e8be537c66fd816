//! What models, aliases and artifacts may be called.

use crate::limits;
use chorale_model::Fault;
use chorale_model::experiments::KeyValue;

const LONGEST_NAME: usize = 100;
const LONGEST_PATH: usize = 500;

fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.len() <= LONGEST_NAME
}

/// Of a model or a kind.
pub fn name(field: &str, text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if is_plain(text) {
        return Ok(text.to_owned());
    }
    let rule = format!("write 1 to {LONGEST_NAME} letters, digits, \"-\", \"_\" and \".\", a letter or digit first");
    Err(Fault::field(field, format!("\"{text}\" is no name for it; {rule}")))
}

/// Of a model that clients register: what can stand in `models:/NAME/VERSION`.
pub fn registered(field: &str, text: &str) -> Result<(), Fault> {
    const LONGEST: usize = 500;
    let wrong = |why: String| Err(Fault::field(field, why));
    let length = text.chars().count();
    if text.trim().is_empty() {
        return wrong("is empty; a model has a name".into());
    }
    if length > LONGEST {
        return wrong(format!("has {length} characters; at most {LONGEST} fit"));
    }
    let strange = text.contains(['/', ':']) || text.chars().any(char::is_control);
    match strange || matches!(text, "." | "..") {
        true => wrong(format!("\"{text}\" is no name for a model; leave out / and : and what cannot be seen")),
        false => Ok(()),
    }
}

/// Of models and versions, with their values.
pub fn tags(tags: &[KeyValue]) -> Result<(), Fault> {
    const LONGEST_VALUE: usize = 100_000;
    for tag in tags {
        limits::key("key", &tag.key)?;
        limits::fits("value", &tag.value, LONGEST_VALUE)?;
    }
    limits::once("tags", tags)
}

/// Of a model or a version.
pub fn description(text: &str) -> Result<(), Fault> {
    limits::fits("description", text, 10_000)
}

/// Of an alias: not to be taken for a number or for the newest version, which MLflow writes in the same place.
pub fn alias(text: &str) -> Result<String, Fault> {
    const LONGEST: usize = 255;
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let alias = text.trim().to_owned();
    if alias.is_empty() || !alias.chars().all(allowed) || alias.chars().count() > LONGEST {
        let rule = format!("write 1 to {LONGEST} letters, digits, \"-\" and \"_\"");
        return Err(Fault::field("alias", format!("\"{alias}\" is no name for it; {rule}")));
    }
    let digits = alias.strip_prefix(['v', 'V']).unwrap_or("-");
    let numbered = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    if alias.eq_ignore_ascii_case(super::LATEST) || numbered {
        return Err(Fault::field("alias", format!("\"{alias}\" reads as a version; choose a word such as champion")));
    }
    Ok(alias)
}

/// Of an artifact within its version: relative, without a step up.
pub fn path(text: &str) -> Result<(), Fault> {
    let part = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', '\0']);
    let plain = !text.chars().any(char::is_control) && text.len() <= LONGEST_PATH;
    if plain && text.split('/').all(part) {
        return Ok(());
    }
    let rule = format!("write a relative path of at most {LONGEST_PATH} bytes, such as model/weights.bin");
    Err(Fault::field("artifacts", format!("\"{text}\" is no path of an artifact; {rule}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_taken_for_something_else_is_refused() {
        for good in ["harmonize", "a", "cell-type_2.1"] {
            assert_eq!(name("name", &format!(" {good} ")).unwrap(), good);
        }
        for bad in ["", " ", "a/b", "a b", ".hidden", "ä", &"x".repeat(101)] {
            assert_eq!(name("name", bad).unwrap_err().fields[0].field, "name", "{bad}");
        }
        assert_eq!(alias("champion").unwrap(), "champion");
        for bad in ["latest", "Latest", "v3", "V12", "", "a b", "a/b"] {
            assert!(alias(bad).is_err(), "{bad}");
        }
        for good in ["model.bin", "a/b/c.txt", "with space"] {
            path(good).unwrap();
        }
        for bad in ["", "/a", "a//b", "../a", "a/..", "a\\b", "a\nb", "a/", &"x".repeat(501)] {
            assert!(path(bad).is_err(), "{bad}");
        }
    }
}
