//! The two tokenizers that hand our words to tantivy while documents are indexed.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::{MAX_JOINED_PARTS, Word, joined, words};

/// Ends the name of the field in a scoped text and in a scoped token. No word can hold it.
pub(crate) const SCOPE_END: char = '\u{1f}';

/// Words of a plain text.
#[derive(Clone, Default)]
pub(crate) struct WordTokenizer {
    tokens: Vec<Token>,
}

impl WordTokenizer {
    pub const NAME: &'static str = "chorale_words";
}

/// Words of `field␟text`, each as `field␟word`.
#[derive(Clone, Default)]
pub(crate) struct ScopedTokenizer {
    tokens: Vec<Token>,
}

impl ScopedTokenizer {
    pub const NAME: &'static str = "chorale_scoped_words";
}

/// The tokens of one text, ready to be read.
pub(crate) struct Tokens<'a> {
    tokens: &'a mut Vec<Token>,
    next: usize,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        fill(&mut self.tokens, "", text);
        Tokens { tokens: &mut self.tokens, next: 0 }
    }
}

impl Tokenizer for ScopedTokenizer {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        let border = text.find(SCOPE_END).map_or(0, |at| at + SCOPE_END.len_utf8());
        fill(&mut self.tokens, &text[..border], &text[border..]);
        Tokens { tokens: &mut self.tokens, next: 0 }
    }
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}

/// Each word once, and for compounds every joined form of two or three neighbours.
fn fill(tokens: &mut Vec<Token>, prefix: &str, text: &str) {
    tokens.clear();
    let words = words(text, 0);
    for (index, word) in words.iter().enumerate() {
        push(tokens, prefix, &word.token(), word, word);
        for parts in 2..=MAX_JOINED_PARTS {
            let Some(compound) = words.get(index..index + parts) else {
                break;
            };
            let last = &compound[parts - 1];
            if last.position != word.position {
                break;
            }
            push(tokens, prefix, &joined(compound), word, last);
        }
    }
}

fn push(tokens: &mut Vec<Token>, prefix: &str, text: &str, first: &Word, last: &Word) {
    let mut whole = String::with_capacity(prefix.len() + text.len());
    whole.push_str(prefix);
    whole.push_str(text);
    tokens.push(Token {
        offset_from: first.start,
        offset_to: last.end,
        position: first.position as usize,
        position_length: 1,
        text: whole,
    });
}
