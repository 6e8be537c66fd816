//! Inlines `style/index.css`: each `@import "file" layer(name);` becomes the file inside its cascade layer.
//! Comments and indentation go; nothing else is rewritten, so that the browser's inspector shows what we wrote.

use crate::Outcome;
use std::fs;
use std::path::Path;

/// The whole stylesheet as one text.
pub fn bundle(index: &Path) -> Outcome<String> {
    let folder = index.parent().ok_or("the style index has no folder")?;
    let mut out = String::new();
    for (number, line) in strip_comments(&read(index)?).lines().map(str::trim).enumerate() {
        match import(line) {
            Some((file, Some(layer))) => {
                let body = squeeze(&read(&folder.join(file))?);
                out.push_str(&format!("@layer {layer} {{\n{body}}}\n"));
            }
            Some((file, None)) => out.push_str(&squeeze(&read(&folder.join(file))?)),
            None if line.starts_with("@import") => {
                return Err(format!("style/index.css:{}: expected @import \"file\" layer(name);", number + 1));
            }
            None => push_line(&mut out, line),
        }
    }
    Ok(out)
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// `@import "components/icon.css" layer(components);` as its two names.
fn import(line: &str) -> Option<(&str, Option<&str>)> {
    let rest = line.strip_prefix("@import \"")?;
    let (file, rest) = rest.split_once('"')?;
    let layer = rest.trim().strip_suffix(';')?.trim();
    if layer.is_empty() {
        return Some((file, None));
    }
    Some((file, Some(layer.strip_prefix("layer(")?.strip_suffix(')')?)))
}

fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in strip_comments(text).lines() {
        push_line(&mut out, line.trim());
    }
    out
}

fn push_line(out: &mut String, line: &str) {
    if !line.is_empty() {
        out.push_str(line);
        out.push('\n');
    }
}

fn strip_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("/*") {
        out.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_name_a_file_and_a_layer() {
        assert_eq!(import("@import \"a/b.css\" layer(base);"), Some(("a/b.css", Some("base"))));
        assert_eq!(import("@import \"a.css\";"), Some(("a.css", None)));
        assert_eq!(import("@import url(a.css);"), None);
    }

    #[test]
    fn comments_and_indentation_go() {
        assert_eq!(squeeze("/* a\n b */\n.x {\n  color: red; /* c */\n}\n"), ".x {\ncolor: red;\n}\n");
    }

    #[test]
    fn raw_colours_stay_in_the_tokens() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../style");
        let mut offenders = Vec::new();
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("the style folder can be read") {
                let path = entry.expect("a folder entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.file_name().is_some_and(|name| name != "tokens.css") {
                    let text = strip_comments(&read(&path).expect("a stylesheet"));
                    for raw in ["oklch(0", "oklch(1", "rgb(", "hsl(", "!important"] {
                        if text.contains(raw) {
                            offenders.push(format!("{}: {raw}", path.display()));
                        }
                    }
                }
            }
        }
        assert!(offenders.is_empty(), "raw colours or !important outside the tokens: {offenders:?}");
    }
}
