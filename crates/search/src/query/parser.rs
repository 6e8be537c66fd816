//! From text to tree: a recursive descent that is bounded in length, words and depth.
//!
//! It must never panic, and never look at a character more than a fixed number of times.

use super::{MAX_CLAUSES, MAX_DEPTH, MAX_QUERY_BYTES, MIN_PREFIX_CHARS, Node, Query, SyntaxError, Text};
use crate::words::{field_name, unfolded, words};

/// Parses a query. An empty text asks for everything.
pub fn parse(text: &str) -> Result<Query, SyntaxError> {
    if text.len() > MAX_QUERY_BYTES {
        let fits = text.char_indices().take_while(|(at, c)| at + c.len_utf8() <= MAX_QUERY_BYTES);
        return Err(SyntaxError::new(
            fits.count(),
            format!("the query is longer than {MAX_QUERY_BYTES} bytes"),
            "ask for fewer things at once",
        ));
    }
    if text.trim().is_empty() {
        return Ok(Query::all());
    }
    let mut parser = Parser { text, at: 0, words: 0 };
    let root = parser.alternatives(&Scope { field: None, value: false, depth: 0 })?;
    if parser.peek() == Some(')') {
        return Err(
            parser.error_here("this closing bracket has no opening one", "remove it, or open a bracket before it")
        );
    }
    match root {
        Some(root) => Ok(Query { root }),
        None => Err(SyntaxError::new(
            0,
            "there is nothing to search for: a word or a number was expected",
            "type at least one letter or digit",
        )),
    }
}

/// Where in the query we are: inside which field, and how deep.
struct Scope {
    field: Option<(String, usize)>,
    /// Right after the colon of a field: what follows is its value, colons and all.
    value: bool,
    depth: usize,
}

impl Scope {
    fn deeper(&self) -> Scope {
        Scope { field: self.field.clone(), value: false, depth: self.depth + 1 }
    }
}

struct Parser<'a> {
    text: &'a str,
    /// Byte offset of what comes next.
    at: usize,
    /// Words so far.
    words: usize,
}

/// What a keyword joins.
const KEYWORDS: [&str; 3] = ["AND", "OR", "NOT"];

impl Parser<'_> {
    /// `a OR b OR c`. None when there was nothing but punctuation.
    fn alternatives(&mut self, scope: &Scope) -> Result<Option<Node>, SyntaxError> {
        let first = self.conjunction(scope)?;
        let mut found: Vec<Node> = Vec::new();
        let mut single = first;
        loop {
            let operator = self.at;
            if !self.take_keyword("OR") {
                break;
            }
            let Some(left) = single.take() else {
                return Err(self.lacks_operand(operator, "OR", "before"));
            };
            push_or(&mut found, left);
            single = self.conjunction(scope)?;
            if single.is_none() {
                return Err(self.lacks_operand(operator, "OR", "after"));
            }
        }
        if found.is_empty() {
            return Ok(single);
        }
        if let Some(last) = single {
            push_or(&mut found, last);
        }
        Ok(Some(Node::Or(found)))
    }

    /// `a AND b c`.
    fn conjunction(&mut self, scope: &Scope) -> Result<Option<Node>, SyntaxError> {
        let mut found: Vec<Node> = Vec::new();
        loop {
            self.skip_spaces();
            let operator = self.at;
            let explicit = self.take_keyword("AND");
            if explicit && found.is_empty() {
                return Err(self.lacks_operand(operator, "AND", "before"));
            }
            self.skip_spaces();
            if self.peek().is_none_or(|c| c == ')') || self.sees_keyword("OR") {
                if explicit {
                    return Err(self.lacks_operand(operator, "AND", "after"));
                }
                break;
            }
            match self.operand(scope)? {
                Some(node) => push_and(&mut found, node),
                None if explicit => return Err(self.lacks_operand(operator, "AND", "after")),
                None => {}
            }
        }
        Ok(if found.len() > 1 { Some(Node::And(found)) } else { found.pop() })
    }

    /// One term, phrase, bracket or negation. None for punctuation, which is skipped.
    fn operand(&mut self, scope: &Scope) -> Result<Option<Node>, SyntaxError> {
        if scope.depth > MAX_DEPTH {
            return Err(self.error_here(
                &format!("brackets and negations are nested deeper than {MAX_DEPTH}"),
                "take some of them away",
            ));
        }
        let start = self.at;
        let dash =
            self.peek() == Some('-') && self.text[self.at + 1..].starts_with(|c: char| !c.is_whitespace() && c != ')');
        if dash || self.sees_keyword("NOT") {
            self.at += if dash { 1 } else { "NOT".len() };
            self.skip_spaces();
            let nothing = self.peek().is_none_or(|c| c == ')') || self.sees_any_keyword();
            let inner = if nothing { None } else { self.operand(&scope.deeper())? };
            return match inner {
                Some(node) => Ok(Some(Node::Not(Box::new(node)))),
                // A dash before punctuation is punctuation; a NOT was meant.
                None if dash => Ok(None),
                None => Err(self.lacks_operand(start, "NOT", "after")),
            };
        }
        match self.peek() {
            Some('(') => self.bracket(scope),
            Some('"') => self.quoted(scope),
            _ => self.word(scope),
        }
    }

    fn bracket(&mut self, scope: &Scope) -> Result<Option<Node>, SyntaxError> {
        let open = self.at;
        self.at += 1;
        self.skip_spaces();
        if self.peek() == Some(')') {
            return Err(self.error(open, "there is nothing between these brackets", "remove them"));
        }
        let inside = self.alternatives(&scope.deeper())?;
        if self.peek() != Some(')') {
            return Err(self.error(open, "this bracket is never closed", "add a closing bracket"));
        }
        self.at += 1;
        Ok(inside)
    }

    /// A phrase, or the quoted name of a field.
    fn quoted(&mut self, scope: &Scope) -> Result<Option<Node>, SyntaxError> {
        let open = self.at;
        let inside = open + 1;
        let Some(length) = self.text[inside..].find('"') else {
            return Err(self.error(open, "this quote is never closed", "add a closing quote"));
        };
        self.at = inside + length + 1;
        let quoted = &self.text[inside..inside + length];
        if self.sees_value() {
            self.at += 1;
            return self.value(scope, quoted, open);
        }
        self.leaf(scope, quoted, open, false)
    }

    /// A word, a prefix, or a field with its value.
    fn word(&mut self, scope: &Scope) -> Result<Option<Node>, SyntaxError> {
        let start = self.at;
        let rest = &self.text[start..];
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"');
        let end = start + rest.find(ends).unwrap_or(rest.len());
        let word = &self.text[start..end];
        if let Some(colon) = word.find(':')
            && !scope.value
            && !is_ontology_id(word)
            && !field_name(&word[..colon]).is_empty()
        {
            self.at = start + colon;
            if self.sees_value() {
                self.at += 1;
                return self.value(scope, &word[..colon], start);
            }
        }
        self.at = end;
        self.word_or_prefix(scope, word, start)
    }

    /// What stands after `field:`.
    fn value(&mut self, scope: &Scope, name: &str, at: usize) -> Result<Option<Node>, SyntaxError> {
        let field = field_name(name);
        if let Some((outer, _)) = &scope.field {
            let message = format!("a field inside the field {outer:?}");
            return Err(self.error(at, &message, "put it outside the brackets"));
        }
        if field.is_empty() {
            return Err(self.error(at, "a field needs a name", "write its name before the colon"));
        }
        let value = self.at;
        let inner = Scope { field: Some((field.clone(), at)), value: true, depth: scope.depth + 1 };
        let found = match self.peek() {
            Some('(') => self.bracket(&inner)?,
            Some('"') => self.quoted(&inner)?,
            _ => self.word(&inner)?,
        };
        found.map(Some).ok_or_else(|| {
            let message = format!("the field {field:?} needs a value: a word or a number was expected");
            self.error(value, &message, "write its value after the colon")
        })
    }

    fn word_or_prefix(&mut self, scope: &Scope, word: &str, start: usize) -> Result<Option<Node>, SyntaxError> {
        let Some(star) = word.find('*') else {
            return self.leaf(scope, word, start, false);
        };
        let at = start + star;
        if star + 1 < word.len() {
            return Err(self.error(
                at,
                "a * may only stand at the end of a word",
                "move it to the end, or put the word in quotes to search without it",
            ));
        }
        let stem = words(&word[..star], 0);
        let one = stem.iter().all(|part| part.position == 0);
        let letters = if one { unfolded(&stem).chars().count() } else { 0 };
        if !one {
            return Err(self.error(at, "a * needs a single word before it", "separate the words"));
        }
        if letters < MIN_PREFIX_CHARS {
            let message = format!("a * needs at least {MIN_PREFIX_CHARS} letters or digits before it");
            return Err(self.error(at, &message, "type more of the word, or remove the *"));
        }
        self.leaf(scope, &word[..star], start, true)
    }

    fn leaf(&mut self, scope: &Scope, text: &str, start: usize, prefix: bool) -> Result<Option<Node>, SyntaxError> {
        let found = words(text, 0);
        let (Some(first), Some(last)) = (found.first(), found.last()) else {
            return Ok(None);
        };
        self.words += found.len();
        if self.words > MAX_CLAUSES {
            let message = format!("the query has more than {MAX_CLAUSES} words");
            return Err(self.error(start, &message, "ask for fewer things at once"));
        }
        let (field, at) = match &scope.field {
            Some((field, at)) => (Some(field.clone()), *at),
            None => (None, start),
        };
        Ok(Some(Node::Text(Text {
            field,
            text: text[first.start..last.end].to_string(),
            prefix,
            at: self.chars_before(at),
        })))
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip_spaces(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    /// A colon with something after it. `tissue: liver` is two words, as in a copied text.
    fn sees_value(&self) -> bool {
        self.text[self.at..]
            .strip_prefix(':')
            .is_some_and(|rest| rest.starts_with(|c: char| !c.is_whitespace() && c != ')'))
    }

    fn sees_keyword(&self, keyword: &str) -> bool {
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"');
        self.text[self.at..].strip_prefix(keyword).is_some_and(|rest| rest.is_empty() || rest.starts_with(ends))
    }

    fn sees_any_keyword(&self) -> bool {
        KEYWORDS[..2].iter().any(|keyword| self.sees_keyword(keyword))
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        self.skip_spaces();
        let sees = self.sees_keyword(keyword);
        if sees {
            self.at += keyword.len();
        }
        sees
    }

    fn chars_before(&self, at: usize) -> usize {
        self.text[..at].chars().count()
    }

    fn error(&self, at: usize, message: &str, remedy: &str) -> SyntaxError {
        SyntaxError::new(self.chars_before(at), message, remedy)
    }

    fn error_here(&self, message: &str, remedy: &str) -> SyntaxError {
        self.error(self.at, message, remedy)
    }

    fn lacks_operand(&self, at: usize, keyword: &str, side: &str) -> SyntaxError {
        let message = format!("{keyword} needs something {side} it: a word, a phrase or a bracket");
        let remedy = format!("add it, or write {:?} to search for the word", keyword.to_lowercase());
        self.error(at, &message, &remedy)
    }
}

/// Adds a node to the children of an `And`, flattening another one.
fn push_and(list: &mut Vec<Node>, node: Node) {
    match node {
        Node::And(children) => list.extend(children),
        node => list.push(node),
    }
}

/// Adds a node to the children of an `Or`, flattening another one.
fn push_or(list: &mut Vec<Node>, node: Node) {
    match node {
        Node::Or(children) => list.extend(children),
        node => list.push(node),
    }
}

/// `MONDO:0005148`, `UBERON:0002107`: a name and a number, no field.
fn is_ontology_id(word: &str) -> bool {
    word.split_once(':').is_some_and(|(prefix, number)| {
        prefix.len() >= 2
            && prefix.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
            && number.bytes().take_while(u8::is_ascii_digit).count() >= 4
    })
}
