//! From words to what they say. Deepest last: OR, AND, NOT, comparisons.

use super::lex::{Kind, Part, Token, words};
use super::{Comparison, Entity, Expr, Sign, Test, Vocabulary};
use chorale_model::Fault;

const FIELD: &str = "filter";
/// Parentheses within parentheses.
const DEEPEST: usize = 50;
/// Comparisons in one filter.
const MOST: usize = 200;
/// Texts in all its lists: a statement has at most 32,766 parameters.
const MOST_TEXTS: usize = 10_000;

/// What a filter says; nothing where it is empty.
pub fn parse(vocabulary: &Vocabulary, text: &str) -> Result<Option<Expr>, Fault> {
    let words = words(FIELD, text)?;
    if words.is_empty() {
        return Ok(None);
    }
    let end = text.chars().count() as u64;
    let mut parser = Parser { vocabulary, words: &words, next: 0, end, comparisons: 0, texts: 0 };
    let said = parser.any(0)?;
    match parser.peek() {
        None => Ok(Some(said)),
        Some(token) => Err(at(token.at, "nothing can stand here; join comparisons with AND or OR")),
    }
}

fn at(at: u64, why: impl Into<String>) -> Fault {
    Fault::field_at(FIELD, Some(at), why)
}

struct Parser<'a> {
    vocabulary: &'a Vocabulary,
    words: &'a [Token],
    next: usize,
    /// Where the text ends.
    end: u64,
    comparisons: usize,
    texts: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.words.get(self.next)
    }

    fn take(&mut self) -> Option<&'a Token> {
        let token = self.peek();
        self.next += 1;
        token
    }

    /// Where the next word is.
    fn here(&self) -> u64 {
        self.peek().map_or(self.end, |token| token.at)
    }

    /// Takes a word of the language.
    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token { is: Kind::Name(parts), .. })
            if parts.len() == 1 && parts[0].quote.is_none() && parts[0].text.eq_ignore_ascii_case(word));
        self.next += usize::from(is);
        is
    }

    fn takes(&mut self, kind: &Kind) -> bool {
        let is = self.peek().is_some_and(|token| token.is == *kind);
        self.next += usize::from(is);
        is
    }

    fn any(&mut self, deep: usize) -> Result<Expr, Fault> {
        let mut parts = vec![self.all(deep)?];
        while self.word("or") {
            parts.push(self.all(deep)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::Any(parts) })
    }

    fn all(&mut self, deep: usize) -> Result<Expr, Fault> {
        let mut parts = vec![self.one(deep)?];
        while self.word("and") {
            parts.push(self.one(deep)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::All(parts) })
    }

    fn one(&mut self, deep: usize) -> Result<Expr, Fault> {
        if deep > DEEPEST {
            return Err(at(self.here(), format!("the parentheses are nested deeper than {DEEPEST}; write it flatter")));
        }
        if self.word("not") {
            return Ok(Expr::Not(Box::new(self.one(deep + 1)?)));
        }
        let open = self.here();
        if self.takes(&Kind::Open) {
            let inner = self.any(deep + 1)?;
            return match self.takes(&Kind::Close) {
                true => Ok(inner),
                false => Err(at(open, "the parenthesis is never closed; write ) where it ends")),
            };
        }
        self.comparisons += 1;
        match self.comparisons > MOST {
            true => Err(at(open, format!("the filter has more than {MOST} comparisons; ask for less at once"))),
            false => self.comparison().map(Expr::Is),
        }
    }

    fn comparison(&mut self) -> Result<Comparison, Fault> {
        let start = self.here();
        let Some(Token { is: Kind::Name(parts), .. }) = self.take() else {
            let known = self.vocabulary.known();
            return Err(at(start, format!("a comparison begins with what is compared; write one of {known}")));
        };
        let (on, key) = self.compared(parts, start)?;
        let test = self.test(on, &key)?;
        Ok(Comparison { on, key, test })
    }

    fn compared(&self, parts: &[Part], start: u64) -> Result<(Entity, String), Fault> {
        let (on, key) = match parts {
            [key] => (Entity::Attribute, key),
            [word, key, ..] => match self.vocabulary.entity(&word.text) {
                Some(on) => (on, key),
                None => {
                    let (word, known) = (&word.text, self.vocabulary.known());
                    return Err(at(start, format!("there are no \"{word}\" here; write one of {known}")));
                }
            },
            [] => return Err(at(start, "a name is missing")),
        };
        match on {
            Entity::Attribute => {
                let known = self.vocabulary.attribute(&key.text);
                let known = known.filter(|name| !self.vocabulary.only_ordered.contains(name));
                known.map(|name| (on, name.to_owned())).ok_or_else(|| {
                    let (key, known) = (&key.text, self.vocabulary.known());
                    at(start, format!("\"{key}\" is no attribute; write one of {known}"))
                })
            }
            Entity::Dataset if !["name", "digest", "context"].contains(&key.text.as_str()) => {
                Err(at(start, format!("datasets have no \"{}\"; write datasets.name, .digest or .context", key.text)))
            }
            _ => Ok((on, key.text.clone())),
        }
    }

    fn test(&mut self, on: Entity, key: &str) -> Result<Test, Fault> {
        let numeric = on == Entity::Metric || (on == Entity::Attribute && self.vocabulary.is_number(key));
        let start = self.here();
        if self.word("is") {
            let not = self.word("not");
            if !self.word("null") {
                return Err(at(self.here(), "after IS comes NULL or NOT NULL"));
            }
            return match on {
                Entity::Tag | Entity::Param | Entity::Metric => Ok(Test::Null { not }),
                _ => {
                    Err(at(start, "IS NULL asks whether a tag, a param or a metric was logged; attributes always are"))
                }
            };
        }
        let not = self.word("not");
        if self.word("in") {
            let listed = match on {
                Entity::Attribute => self.vocabulary.lists.contains(&key),
                _ => on == Entity::Dataset,
            };
            return match listed {
                true => Ok(Test::In { texts: self.texts()?, not }),
                false => {
                    let lists = self.vocabulary.lists.join(", ");
                    Err(at(start, format!("\"{key}\" takes no list, {lists} do; write comparisons joined with OR")))
                }
            };
        }
        if !not {
            for (word, case) in [("like", true), ("ilike", false)] {
                if self.word(word) {
                    if numeric {
                        return Err(at(start, format!("\"{key}\" is a number; compare it with =, !=, <, <=, > or >=")));
                    }
                    return Ok(Test::Like { pattern: self.text(key)?, case });
                }
            }
        }
        let sign = match self.peek() {
            Some(Token { is: Kind::Sign(sign), .. }) if !not => sign_of(sign),
            _ => None,
        };
        let Some(sign) = sign else {
            return Err(at(start, "a sign of comparison is missing: =, !=, <, <=, >, >=, LIKE, ILIKE, IN, IS NULL"));
        };
        self.next += 1;
        if numeric {
            return self.number(on, key, sign);
        }
        if !matches!(sign, Sign::Equal | Sign::Unequal) {
            return Err(at(start, format!("\"{key}\" is a text; compare it with =, !=, LIKE or ILIKE")));
        }
        Ok(Test::Text(sign, self.text(key)?))
    }

    fn number(&mut self, on: Entity, key: &str, sign: Sign) -> Result<Test, Fault> {
        let start = self.here();
        let Some(Token { is: Kind::Number { text, whole }, .. }) = self.take() else {
            return Err(at(start, format!("\"{key}\" is a number; compare it with one, without quotes")));
        };
        match on {
            Entity::Metric => {
                let value = text.parse().map_err(|_| at(start, format!("\"{text}\" is no number")))?;
                Ok(Test::Number(sign, value))
            }
            _ if *whole => {
                let value = text.parse().map_err(|_| at(start, format!("\"{text}\" is too large for a time")))?;
                Ok(Test::Whole(sign, value))
            }
            _ => text.parse().map(|value| Test::Number(sign, value)).map_err(|_| at(start, "is no number")),
        }
    }

    /// A text in quotes, single or double.
    fn text(&mut self, key: &str) -> Result<String, Fault> {
        let start = self.here();
        match self.take().map(|token| &token.is) {
            Some(Kind::Text(text)) => Ok(text.clone()),
            Some(Kind::Name(parts)) if parts.len() == 1 && parts[0].quote == Some('"') => Ok(parts[0].text.clone()),
            Some(Kind::Number { text, .. }) => {
                Err(at(start, format!("\"{key}\" is a text; write '{text}', in quotes")))
            }
            _ => Err(at(start, format!("\"{key}\" is a text; write it in quotes, as 'forest'"))),
        }
    }

    fn texts(&mut self) -> Result<Vec<String>, Fault> {
        let open = self.here();
        if !self.takes(&Kind::Open) {
            return Err(at(open, "after IN comes a list, as ('a', 'b')"));
        }
        let mut texts = Vec::new();
        loop {
            if !texts.is_empty() && self.takes(&Kind::Close) {
                return Ok(texts);
            }
            self.texts += 1;
            if self.texts > MOST_TEXTS {
                return Err(at(open, format!("the lists have more than {MOST_TEXTS} values; ask for less at once")));
            }
            texts.push(self.text("a value of the list")?);
            if self.takes(&Kind::Close) {
                return Ok(texts);
            }
            if !self.takes(&Kind::Comma) {
                return Err(at(self.here(), "the list goes on with a comma or ends with )"));
            }
        }
    }
}

fn sign_of(sign: &str) -> Option<Sign> {
    Some(match sign {
        "=" => Sign::Equal,
        "!=" => Sign::Unequal,
        "<" => Sign::Less,
        "<=" => Sign::AtMost,
        ">" => Sign::More,
        ">=" => Sign::AtLeast,
        _ => return None,
    })
}
