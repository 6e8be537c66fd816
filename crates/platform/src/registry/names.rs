//! What models, aliases and artifacts may be called.

use chorale_model::Fault;

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

/// Of an alias: not to be taken for a number or for the newest version, which MLflow writes in the same place.
pub fn alias(text: &str) -> Result<String, Fault> {
    let alias = name("alias", text)?;
    let digits = alias.strip_prefix('v').unwrap_or(&alias);
    if alias == "latest" || digits.chars().all(|c| c.is_ascii_digit()) {
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
        for bad in ["latest", "3", "v3", "v"] {
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
