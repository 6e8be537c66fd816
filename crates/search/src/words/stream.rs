//! The two tokenizers that hand our words to tantivy while documents are indexed.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::{MAX_JOINED_PARTS, Word, joined, words};

/// Ends the name of the field in a scoped text and in a scoped token. No word can hold it.
pub(crate) const SCOPE_END: char = '\u{1f}';

/// Words of a plain text.
#[derive(Clone, Default)]
pub(crate) struct WordTokenizer {
    buffer: Buffer,
}

impl WordTokenizer {
    pub const NAME: &'static str = "chorale_words";
}

/// Words of `field␟text`, each as `field␟word`.
#[derive(Clone, Default)]
pub(crate) struct ScopedTokenizer {
    buffer: Buffer,
}

impl ScopedTokenizer {
    pub const NAME: &'static str = "chorale_scoped_words";
}

/// The tokens of one text, ready to be read.
pub(crate) struct Tokens<'a> {
    tokens: &'a mut [Token],
    next: usize,
}

/// Tokens of one text after another, in the same memory.
#[derive(Clone, Default)]
struct Buffer {
    tokens: Vec<Token>,
    used: usize,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        self.buffer.fill("", text)
    }
}

impl Tokenizer for ScopedTokenizer {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        let border = text.find(SCOPE_END).map_or(0, |at| at + SCOPE_END.len_utf8());
        self.buffer.fill(&text[..border], &text[border..])
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

impl Buffer {
    /// Each word once, and for compounds every joined form of two or three neighbours.
    fn fill(&mut self, prefix: &str, text: &str) -> Tokens<'_> {
        self.used = 0;
        let words = words(text, 0);
        for (index, word) in words.iter().enumerate() {
            self.push(prefix, &word.token_text(), word, word);
            for parts in 2..=MAX_JOINED_PARTS {
                let Some(compound) = words.get(index..index + parts) else {
                    break;
                };
                let last = &compound[parts - 1];
                if last.position != word.position {
                    break;
                }
                self.push(prefix, &joined(compound), word, last);
            }
        }
        Tokens { tokens: &mut self.tokens[..self.used], next: 0 }
    }

    fn push(&mut self, prefix: &str, text: &str, first: &Word, last: &Word) {
        if self.used == self.tokens.len() {
            self.tokens.push(Token::default());
        }
        let token = &mut self.tokens[self.used];
        self.used += 1;
        token.offset_from = first.start;
        token.offset_to = last.end;
        token.position = first.position as usize;
        token.position_length = 1;
        token.text.clear();
        token.text.push_str(prefix);
        token.text.push_str(text);
    }
}
