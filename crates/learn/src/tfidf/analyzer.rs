//! From a text to its n-grams.

use std::ops::RangeInclusive;

/// What an n-gram consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Analyzer {
    /// Runs of two or more letters, digits and underscores (scikit-learn's `token_pattern`), joined by a space.
    Words(RangeInclusive<usize>),
    /// Characters anywhere in the text (`analyzer="char"`).
    Characters(RangeInclusive<usize>),
    /// Characters inside words, each word padded with a space on both sides (`analyzer="char_wb"`).
    CharactersInWords(RangeInclusive<usize>),
}

impl Analyzer {
    /// Calls `each` with the hash of every n-gram, repeated ones every time.
    pub fn each(&self, text: &str, mut each: impl FnMut(u64)) {
        let text = text.to_lowercase();
        match self {
            Analyzer::Words(sizes) => words(&text, sizes, &mut each),
            Analyzer::Characters(sizes) => {
                let mut spaced = String::with_capacity(text.len());
                squeeze(&text, &mut spaced);
                characters(&spaced, sizes, &mut each);
            }
            Analyzer::CharactersInWords(sizes) => {
                let mut padded = String::new();
                for word in text.split_whitespace() {
                    padded.clear();
                    padded.push(' ');
                    padded.push_str(word);
                    padded.push(' ');
                    padded_word(&padded, sizes, &mut each);
                }
            }
        }
    }
}

/// FNV-1a with a final mix: n-grams of neighbouring characters differ in few bits.
pub fn hash(ngram: &str) -> u64 {
    finish(ngram.bytes().fold(START, step))
}

const START: u64 = 0xCBF2_9CE4_8422_2325;

fn step(sum: u64, byte: u8) -> u64 {
    (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
}

fn finish(sum: u64) -> u64 {
    let mixed = (sum ^ (sum >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    mixed ^ (mixed >> 32)
}

fn words(text: &str, sizes: &RangeInclusive<usize>, each: &mut impl FnMut(u64)) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words: Vec<&str> = text.split(|c| !is_word(c)).filter(|word| word.chars().nth(1).is_some()).collect();
    for first in 0..words.len() {
        let mut sum = START;
        for size in 1..=(*sizes.end()).min(words.len() - first) {
            if size > 1 {
                sum = step(sum, b' ');
            }
            sum = words[first + size - 1].bytes().fold(sum, step);
            if size >= *sizes.start() {
                each(finish(sum));
            }
        }
    }
}

/// Two or more white characters become one space, as scikit-learn does; a single one stays what it is.
fn squeeze(text: &str, to: &mut String) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c.is_whitespace() && rest.peek().is_some_and(|next| next.is_whitespace()) {
            while rest.next_if(|next| next.is_whitespace()).is_some() {}
            to.push(' ');
        } else {
            to.push(c);
        }
    }
}

fn characters(text: &str, sizes: &RangeInclusive<usize>, each: &mut impl FnMut(u64)) {
    for (at, _) in text.char_indices() {
        prefixes(&text[at..], sizes, each);
    }
}

/// The n-grams of sizes in range that `text` begins with.
fn prefixes(text: &str, sizes: &RangeInclusive<usize>, each: &mut impl FnMut(u64)) {
    let mut sum = START;
    let mut bytes = [0; 4];
    for (index, c) in text.chars().take(*sizes.end()).enumerate() {
        sum = c.encode_utf8(&mut bytes).bytes().fold(sum, step);
        if index + 1 >= *sizes.start() {
            each(finish(sum));
        }
    }
}

/// A padded word that is shorter than n gives itself once, for the smallest such n only.
fn padded_word(word: &str, sizes: &RangeInclusive<usize>, each: &mut impl FnMut(u64)) {
    let length = word.chars().count();
    if length < *sizes.start() {
        each(hash(word));
    } else {
        characters(word, sizes, each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ngrams(analyzer: &Analyzer, text: &str) -> Vec<u64> {
        let mut all = Vec::new();
        analyzer.each(text, |one| all.push(one));
        all.sort_unstable();
        all
    }

    fn hashes(of: &[&str]) -> Vec<u64> {
        let mut all: Vec<u64> = of.iter().map(|ngram| hash(ngram)).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn words_have_two_characters_or_more() {
        let found = ngrams(&Analyzer::Words(1..=2), "B-cell: CD19+ Größe_1");
        assert_eq!(found, hashes(&["cell", "cd19", "größe_1", "cell cd19", "cd19 größe_1"]));
    }

    #[test]
    fn characters_stay_inside_words() {
        let found = ngrams(&Analyzer::CharactersInWords(3..=4), "ab  c");
        assert_eq!(found, hashes(&[" ab", "ab ", " ab ", " c "]));
        assert_eq!(ngrams(&Analyzer::CharactersInWords(5..=6), "a"), hashes(&[" a "]));
        assert_eq!(ngrams(&Analyzer::Characters(3..=3), "ab \n c"), hashes(&["ab ", "b c"]));
    }
}
