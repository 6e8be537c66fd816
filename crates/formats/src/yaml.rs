//! The YAML that MLflow writes (PyYAML's `safe_dump` of mappings, lists and scalars): block mappings and lists, plain, quoted and
//! folded scalars. What else YAML has (anchors, tags, block scalars, flow collections with something in them) is refused with
//! its line, and so is what is nested deeper than anything that a person writes. Scalars stay texts: whoever asks for a field
//! knows what it is.

/// Collections inside of each other.
const DEEPEST: usize = 64;

#[derive(Clone, Debug, PartialEq)]
pub enum Yaml {
    Null,
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    pub fn get(&self, key: &str) -> Option<&Yaml> {
        match self {
            Yaml::Map(pairs) => pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A scalar that is there and is not null.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Yaml::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self, key: &str) -> Option<i64> {
        self.text(key)?.parse().ok()
    }

    /// Every scalar of a mapping below a key.
    pub fn pairs(&self, key: &str) -> Vec<(String, String)> {
        let Some(Yaml::Map(pairs)) = self.get(key) else { return Vec::new() };
        let text = |(name, value): &(String, Yaml)| match value {
            Yaml::Text(text) => Some((name.clone(), text.clone())),
            _ => None,
        };
        pairs.iter().filter_map(text).collect()
    }
}

/// Why a text cannot be read, and in which line.
#[derive(Debug, PartialEq)]
pub struct Wrong {
    pub line: usize,
    pub why: &'static str,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// Reads a document. One without a value is null.
///
/// # Errors
/// What is no YAML, or YAML that MLflow does not write, with its line.
pub fn parse(text: &str) -> Result<Yaml, Wrong> {
    let mut reader = Reader { lines: lines(text), at: 0, inside: None, depth: 0 };
    let found = match reader.next_indent() {
        Some(indent) => reader.block(indent)?,
        None => Yaml::Null,
    };
    match reader.next_indent() {
        Some(_) => Err(reader.wrong("does not belong to what stands before it")),
        None => Ok(found),
    }
}

/// The lines, each with the sign that ends it: YAML has three besides the usual one, and keeps two of them.
fn lines(text: &str) -> Vec<(&str, char)> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
        let (line, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let mut signs = behind.chars();
        let sign = signs.next().filter(|sign| matches!(sign, '\u{2028}' | '\u{2029}')).unwrap_or('\n');
        found.push((line, sign));
        rest = match behind.strip_prefix("\r\n") {
            Some(rest) => rest,
            None => signs.as_str(),
        };
    }
    found
}

struct Reader<'a> {
    lines: Vec<(&'a str, char)>,
    /// Lines that are read.
    at: usize,
    /// A collection that begins in the line of its dash: the line, and how far in.
    inside: Option<(usize, usize)>,
    /// Collections around what is read.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self, why: &'static str) -> Wrong {
        Wrong { line: self.at + 1, why }
    }

    fn peek(&self) -> Option<&'a str> {
        self.lines.get(self.at).map(|(line, _)| *line)
    }

    fn take(&mut self) -> Option<&'a str> {
        let line = self.peek();
        self.at += 1;
        line
    }

    /// What ends the line that was read last.
    fn ending(&self) -> char {
        self.at.checked_sub(1).and_then(|last| self.lines.get(last)).map_or('\n', |(_, sign)| *sign)
    }

    /// How far the next line with something in it is indented; what says nothing is passed over.
    fn next_indent(&mut self) -> Option<usize> {
        if let Some(indent) = self.indent_inside() {
            return Some(indent);
        }
        while let Some(line) = self.peek() {
            let said = line.trim_start_matches(' ');
            if !said.is_empty() && !said.starts_with('#') && line != "---" {
                return Some(line.len() - said.len());
            }
            self.take();
        }
        None
    }

    fn indent_inside(&self) -> Option<usize> {
        self.inside.filter(|(line, _)| *line == self.at).map(|(_, indent)| indent)
    }

    fn peeked(&self) -> &'a str {
        let line = self.peek().unwrap_or_default();
        match self.indent_inside() {
            Some(indent) => &line[indent..],
            None => line.trim_start_matches(' '),
        }
    }

    fn block(&mut self, indent: usize) -> Result<Yaml, Wrong> {
        if self.depth == DEEPEST {
            return Err(self.wrong("is nested too deep"));
        }
        self.depth += 1;
        let read = match is_item(self.peeked()) {
            true => self.list(indent)?,
            false => self.map(indent)?,
        };
        self.depth -= 1;
        Ok(read)
    }

    fn list(&mut self, indent: usize) -> Result<Yaml, Wrong> {
        let mut items = Vec::new();
        while self.next_indent() == Some(indent) && is_item(self.peeked()) {
            let line = self.peek().unwrap_or_default();
            let rest = line[indent + 1..].trim_start_matches(' ');
            if is_item(rest) || rest.starts_with("? ") || split_key(rest).is_some() {
                let inside = line.len() - rest.len();
                self.inside = Some((self.at, inside));
                items.push(self.block(inside)?);
                continue;
            }
            self.take();
            items.push(self.value(rest, indent)?);
        }
        Ok(Yaml::List(items))
    }

    fn map(&mut self, indent: usize) -> Result<Yaml, Wrong> {
        let mut pairs = Vec::new();
        while self.next_indent() == Some(indent) && !is_item(self.peeked()) {
            let line = self.take().unwrap_or_default();
            let said = &line[indent..];
            let (key, rest) = match said.strip_prefix("? ") {
                // A key that is longer than a line has its value in a line of its own.
                Some(key) => {
                    let key = self.value(key, indent)?;
                    let follows = self.next_indent() == Some(indent) && self.peeked().starts_with(':');
                    match follows {
                        true => (key, self.take().unwrap_or_default()[indent + 1..].trim_start_matches(' ')),
                        false => return Err(self.wrong("a long key has no value")),
                    }
                }
                None => {
                    let (key, rest) = split_key(said).ok_or(Wrong { line: self.at, why: "is no \"key: value\"" })?;
                    let key = match key.starts_with(['\'', '"']) {
                        true => self.quoted(key)?,
                        false => Yaml::Text(key.to_owned()),
                    };
                    (key, rest)
                }
            };
            let Yaml::Text(key) = key else { return Err(Wrong { line: self.at, why: "a key is a text" }) };
            pairs.push((key, self.value(rest, indent)?));
        }
        Ok(Yaml::Map(pairs))
    }

    /// What stands behind a key or a dash of a line that is indented so far.
    fn value(&mut self, rest: &'a str, indent: usize) -> Result<Yaml, Wrong> {
        let unread = |why| Err(Wrong { line: self.at, why });
        match rest.as_bytes().first() {
            None => match self.next_indent() {
                Some(below) if below > indent || (below == indent && is_item(self.peeked())) => self.block(below),
                _ => Ok(Yaml::Null),
            },
            Some(b'\'' | b'"') => self.quoted(rest),
            Some(b'[') if rest.trim_end() == "[]" => Ok(Yaml::List(Vec::new())),
            Some(b'{') if rest.trim_end() == "{}" => Ok(Yaml::Map(Vec::new())),
            Some(b'[' | b'{') => unread("a collection in one line is not read here"),
            Some(b'|' | b'>') => unread("a block of text is not read here"),
            Some(b'&' | b'*' | b'!') => unread("an anchor or a tag is not read here"),
            Some(b'-') if is_item(rest) => unread("a list in the line of its key is not read here"),
            Some(_) => Ok(plain(self.folded(rest, indent))),
        }
    }

    /// A plain scalar with the lines in which it goes on.
    fn folded(&mut self, first: &str, indent: usize) -> String {
        let mut text = first.trim_end_matches([' ', '\t']).to_owned();
        let (mut ending, mut breaks) = (self.ending(), Vec::new());
        while let Some(line) = self.peek() {
            let said = line.trim_start_matches(' ');
            if !said.trim_end_matches([' ', '\t']).is_empty() && line.len() - said.len() <= indent {
                break;
            }
            self.take();
            match said.trim_end_matches([' ', '\t']) {
                "" => breaks.push(self.ending()),
                said => {
                    fold(&mut text, ending, &breaks);
                    text.push_str(said);
                    (ending, breaks) = (self.ending(), Vec::new());
                }
            }
        }
        text
    }

    /// A quoted scalar, which begins here and may end some lines below.
    fn quoted(&mut self, first: &'a str) -> Result<Yaml, Wrong> {
        let begun = self.at;
        let unended = Wrong { line: begun, why: "a quoted text does not end" };
        let double = first.starts_with('"');
        let (mut text, mut line) = (String::new(), &first[1..]);
        loop {
            let mut signs = line.chars();
            let mut goes_on = false;
            while let Some(sign) = signs.next() {
                match sign {
                    '\'' if !double && signs.as_str().starts_with('\'') => {
                        signs.next();
                        text.push('\'');
                    }
                    '\'' if !double => return self.ended(signs.as_str(), text),
                    '"' if double => return self.ended(signs.as_str(), text),
                    '\\' if double => match signs.next() {
                        None => goes_on = true,
                        Some(escape) => text.push(self.escaped(escape, &mut signs)?),
                    },
                    other => text.push(other),
                }
            }
            let ending = self.ending();
            let mut breaks = Vec::new();
            let next = loop {
                match self.take().ok_or(Wrong { ..unended })? {
                    empty if empty.trim_matches([' ', '\t']).is_empty() => breaks.push(self.ending()),
                    next => break next,
                }
            };
            match goes_on {
                // An escaped break is none; empty lines behind it are.
                true => text.extend(breaks),
                false => {
                    let kept = text.trim_end_matches([' ', '\t']).len();
                    text.truncate(kept);
                    fold(&mut text, ending, &breaks);
                }
            }
            line = next.trim_start_matches([' ', '\t']);
        }
    }

    fn ended(&self, rest: &str, text: String) -> Result<Yaml, Wrong> {
        match rest.trim_matches(' ') {
            "" => Ok(Yaml::Text(text)),
            _ => Err(Wrong { line: self.at, why: "something stands behind a quoted text" }),
        }
    }

    fn escaped(&self, escape: char, rest: &mut std::str::Chars<'_>) -> Result<char, Wrong> {
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => {
                const PLAIN: [(char, char); 17] = [
                    ('0', '\0'),
                    ('a', '\x07'),
                    ('b', '\x08'),
                    ('t', '\t'),
                    ('\t', '\t'),
                    ('n', '\n'),
                    ('v', '\x0b'),
                    ('f', '\x0c'),
                    ('r', '\r'),
                    ('e', '\x1b'),
                    (' ', ' '),
                    ('"', '"'),
                    ('/', '/'),
                    ('\\', '\\'),
                    ('N', '\u{85}'),
                    ('_', '\u{a0}'),
                    ('L', '\u{2028}'),
                ];
                let found = PLAIN.iter().find(|(name, _)| *name == escape).map(|(_, sign)| *sign);
                let found = found.or((escape == 'P').then_some('\u{2029}'));
                return found.ok_or(Wrong { line: self.at, why: "an escape is none" });
            }
        };
        let number = rest.as_str().get(..digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        for _ in 0..digits {
            rest.next();
        }
        number.and_then(char::from_u32).ok_or(Wrong { line: self.at, why: "an escape names no character" })
    }
}

/// A single usual break is a space, several are one less; an unusual one stays.
fn fold(text: &mut String, ending: char, breaks: &[char]) {
    match (ending, breaks) {
        ('\n', []) => text.push(' '),
        ('\n', _) => {}
        (other, _) => text.push(other),
    }
    text.extend(breaks);
}

fn is_item(said: &str) -> bool {
    said == "-" || said.starts_with("- ")
}

/// A key, quotes and all, and what stands behind its colon.
fn split_key(said: &str) -> Option<(&str, &str)> {
    let quote = said.chars().next().filter(|first| matches!(first, '\'' | '"'));
    let mut at = 0;
    if let Some(quote) = quote {
        let mut signs = said.char_indices().skip(1).peekable();
        at = loop {
            let (place, sign) = signs.next()?;
            match sign {
                '\\' if quote == '"' => drop(signs.next()),
                _ if sign != quote => {}
                '\'' if signs.peek().is_some_and(|(_, next)| *next == '\'') => drop(signs.next()),
                _ => break place + 1,
            }
        };
        if !said[at..].starts_with(':') {
            return None;
        }
    }
    let colon = said[at..].match_indices(':').map(|(found, _)| at + found).find(|found| {
        let behind = &said[found + 1..];
        behind.is_empty() || behind.starts_with(' ')
    })?;
    Some((&said[..colon], said[colon + 1..].trim_start_matches(' ')))
}

fn plain(text: String) -> Yaml {
    match text.as_str() {
        "null" | "~" | "Null" | "NULL" => Yaml::Null,
        _ => Yaml::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    fn as_json(yaml: &Yaml) -> Json {
        match yaml {
            Yaml::Null => Json::Null,
            Yaml::Text(text) => text.clone().into(),
            Yaml::List(items) => items.iter().map(as_json).collect(),
            Yaml::Map(pairs) => Json::Object(pairs.iter().map(|(key, value)| (key.clone(), as_json(value))).collect()),
        }
    }

    /// `yaml.json` was made with PyYAML 6.0's `safe_dump(data, default_flow_style=False, allow_unicode=True)` of texts drawn by
    /// chance: pairs of what it wrote and of what.
    #[test]
    fn what_python_wrote_is_read_as_what_it_was() {
        let cases: Vec<(String, Json)> = serde_json::from_str(include_str!("../tests/golden/yaml.json")).unwrap();
        assert!(cases.len() > 20);
        for (text, wanted) in cases {
            let read = parse(&text).unwrap_or_else(|wrong| panic!("{wrong}\n{text}"));
            assert_eq!(as_json(&read), wanted, "{text}");
        }
    }

    #[test]
    fn lists_hold_maps_and_lists() {
        let text = "a:\n- x: 1\n  y:\n  - two\n  - 'thr''ee'\n- plain text\n  that goes on\n- - b\n  - c: d\n    e: f\n-\nb: {}\n\
                    c: \"a\\\n  \\ b\\n\"\nd:\ne: []\n";
        let wanted = json!({
            "a": [
                { "x": "1", "y": ["two", "thr'ee"] }, "plain text that goes on", ["b", { "c": "d", "e": "f" }], null,
            ],
            "b": {}, "c": "a b\n", "d": null, "e": [],
        });
        assert_eq!(as_json(&parse(text).unwrap()), wanted);
    }

    #[test]
    fn what_is_not_read_is_named_with_its_line() {
        let cases =
            [("a: 'b\n", 1), ("a: b\nc: [1, 2]\n", 2), ("a: b\n  c\nno key\n", 3), ("a: &x b\n", 1), ("a:\n- |\n", 2)];
        for (text, line) in cases {
            assert_eq!(parse(text).unwrap_err().line, line, "{text}");
        }
        let deep: String = (0..10_000).map(|at| format!("{}a:\n", " ".repeat(at % 3_000))).collect();
        let lists = "- ".repeat(100_000);
        for text in [(0..100).map(|at| format!("{}a:\n", " ".repeat(at))).collect(), deep, lists] {
            assert_eq!(parse(&text).unwrap_err().why, "is nested too deep");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[-a:? '\"\\\\|{}\\[\\]&#\n\u{2028}é]{0,60}") {
            let _ = parse(&text);
        }
    }
}
