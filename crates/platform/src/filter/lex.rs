//! A filter's words, each with the place where it begins, in Unicode scalar values.

use chorale_model::Fault;

#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub at: u64,
    pub is: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A name, or a word of the language; each part between dots, quoted or not.
    Name(Vec<Part>),
    /// `'…'`
    Text(String),
    Number {
        text: String,
        whole: bool,
    },
    /// `=`, `!=`, `<`, …
    Sign(&'static str),
    Open,
    Close,
    Comma,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub text: String,
    /// The sign around it: `"` or `` ` ``.
    pub quote: Option<char>,
}

const SIGNS: [&str; 8] = ["!=", "<>", "<=", ">=", "==", "=", "<", ">"];

/// The words of `text`; `field` is what its faults name.
pub fn words(field: &str, text: &str) -> Result<Vec<Token>, Fault> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let start = at;
        let is = match c {
            c if c.is_whitespace() => {
                at += 1;
                continue;
            }
            '(' => one(&mut at, Kind::Open),
            ')' => one(&mut at, Kind::Close),
            ',' => one(&mut at, Kind::Comma),
            '\'' => Kind::Text(quoted(field, &chars, &mut at)?),
            c if c.is_ascii_digit() || (matches!(c, '-' | '+' | '.') && digit_follows(&chars, at)) => {
                number(field, &chars, &mut at)?
            }
            '"' | '`' => name(field, &chars, &mut at)?,
            c if c.is_alphabetic() || c == '_' => name(field, &chars, &mut at)?,
            _ => match SIGNS.iter().find(|sign| starts(&chars[at..], sign)) {
                Some(sign) => {
                    at += sign.len();
                    Kind::Sign(sign)
                }
                None => {
                    let why = format!("\"{c}\" cannot stand here; write, for example, metrics.loss < 0.1");
                    return Err(Fault::field_at(field, Some(start as u64), why));
                }
            },
        };
        words.push(Token { at: start as u64, is });
    }
    Ok(words)
}

fn one(at: &mut usize, kind: Kind) -> Kind {
    *at += 1;
    kind
}

fn starts(chars: &[char], sign: &str) -> bool {
    sign.chars().enumerate().all(|(n, c)| chars.get(n) == Some(&c))
}

fn digit_follows(chars: &[char], at: usize) -> bool {
    let dotted = chars.get(at + 1) == Some(&'.') && chars.get(at + 2).is_some_and(char::is_ascii_digit);
    dotted || chars.get(at + 1).is_some_and(char::is_ascii_digit)
}

/// What stands between a quote and the next of its kind; two of them are one.
fn quoted(field: &str, chars: &[char], at: &mut usize) -> Result<String, Fault> {
    let (start, quote) = (*at, chars[*at]);
    let mut text = String::new();
    *at += 1;
    loop {
        match chars.get(*at) {
            Some(&c) if c == quote && chars.get(*at + 1) == Some(&quote) => {
                text.push(quote);
                *at += 2;
            }
            Some(&c) if c == quote => {
                *at += 1;
                return Ok(text);
            }
            Some(&c) => {
                text.push(c);
                *at += 1;
            }
            None => {
                let why = format!("the {quote} is never closed; write another {quote} where the text ends");
                return Err(Fault::field_at(field, Some(start as u64), why));
            }
        }
    }
}

fn number(field: &str, chars: &[char], at: &mut usize) -> Result<Kind, Fault> {
    let start = *at;
    let mut whole = true;
    while let Some(&c) = chars.get(*at) {
        let sign = matches!(c, '+' | '-') && (*at == start || matches!(chars[*at - 1], 'e' | 'E'));
        match c {
            '.' | 'e' | 'E' => whole = false,
            c if c.is_ascii_digit() || sign => {}
            _ => break,
        }
        *at += 1;
    }
    let text: String = chars[start..*at].iter().collect();
    let ends = chars.get(*at).is_none_or(|c| !(c.is_alphanumeric() || *c == '_'));
    match text.parse::<f64>() {
        Ok(_) if ends => Ok(Kind::Number { text, whole }),
        _ => {
            let why = format!("\"{text}\" is no number; write it as 5, 0.1 or 1e-3, and texts in quotes");
            Err(Fault::field_at(field, Some(start as u64), why))
        }
    }
}

/// Parts between dots. Unquoted, the first ends at a dot; the rest is one key, dots included.
fn name(field: &str, chars: &[char], at: &mut usize) -> Result<Kind, Fault> {
    let mut parts = Vec::new();
    loop {
        let part = match chars.get(*at) {
            Some(&quote @ ('"' | '`')) => Part { text: quoted(field, chars, at)?, quote: Some(quote) },
            _ => {
                let start = *at;
                let key = !parts.is_empty();
                while chars.get(*at).is_some_and(|c| c.is_alphanumeric() || *c == '_' || (key && inside(*c))) {
                    *at += 1;
                }
                Part { text: chars[start..*at].iter().collect(), quote: None }
            }
        };
        if part.text.is_empty() && part.quote.is_none() {
            let why = "a key is missing after the dot; write, for example, metrics.loss";
            return Err(Fault::field_at(field, Some(*at as u64), why));
        }
        parts.push(part);
        if parts.len() == 2 || chars.get(*at) != Some(&'.') {
            return Ok(Kind::Name(parts));
        }
        *at += 1;
    }
}

/// What keys hold besides letters and digits, also without quotes.
fn inside(c: char) -> bool {
    matches!(c, '.' | '-' | '/' | ':')
}
