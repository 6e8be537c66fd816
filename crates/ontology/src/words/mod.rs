//! Text as words that compare alike however they were typed: case, diacritics, Greek letters, hyphens, plurals and
//! British spelling are folded away, each word keeps its place in the text (in Unicode scalar values) and its shape.
//! The same folding is used for the names of terms and for the text they are looked for in.

mod fold;
mod spelling;

use crate::hash;
use fold::Folded;

/// A word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands in the text: scalar values, the end exclusive.
    pub start: u32,
    pub end: u32,
    from: u32,
    to: u32,
    pub shape: Shape,
    /// A mark that ends a clause stands between the word before and this one.
    pub after_stop: bool,
    /// Of the folded word.
    pub(crate) hash: u64,
}

/// How a word was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Lower,
    /// The first letter is a capital.
    Title,
    /// Letters, all of them capitals.
    Upper,
    /// Capitals inside: `HeLa`, `mRNA`.
    Mixed,
    /// Digits, perhaps with letters.
    Code,
}

/// The words of one text; keep it and read the next text into it, so that its memory is used again.
#[derive(Clone, Debug, Default)]
pub struct Words {
    folded: String,
    words: Vec<Word>,
}

impl Words {
    pub fn of(text: &str) -> Words {
        let mut words = Words::default();
        words.read(text);
        words
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub fn get(&self, index: usize) -> Word {
        self.words[index]
    }

    /// A word, folded.
    pub fn text(&self, index: usize) -> &str {
        let word = &self.words[index];
        &self.folded[word.from as usize..word.to as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (Word, &str)> {
        (0..self.len()).map(|index| (self.words[index], self.text(index)))
    }

    /// The folded words with a space between them.
    pub fn joined(&self) -> String {
        self.iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
    }

    /// Forgets what was read and reads `text`.
    pub fn read(&mut self, text: &str) {
        self.folded.clear();
        self.words.clear();
        let bytes = text.as_bytes();
        let (mut run, mut stop) = (Run::default(), false);
        let (mut next, mut at) = (0, 0_u32);
        while let Some(byte) = bytes.get(next) {
            // Runs of small letters are most of what is read: copied as they are.
            let small = bytes[next..].iter().take_while(|byte| byte.is_ascii_lowercase()).count();
            if small > 0 {
                self.small(&text[next..next + small], at, &mut run, &mut stop);
                next += small;
                at += small as u32;
                continue;
            }
            let c = match byte {
                0..128 => char::from(*byte),
                _ => text[next..].chars().next().expect("text goes on here, at the beginning of a character"),
            };
            self.character(c, at, &mut run, &mut stop);
            next += c.len_utf8();
            at += 1;
        }
        self.end(&mut run, at, &mut stop);
    }

    fn small(&mut self, letters: &str, at: u32, run: &mut Run, stop: &mut bool) {
        if run.open {
            self.split_camel(run, stop);
        } else {
            *run = Run { start: at, from: self.folded.len() as u32, open: true, ..Run::default() };
        }
        run.take_small(letters.len() as u32);
        self.folded.push_str(letters);
    }

    fn character(&mut self, c: char, at: u32, run: &mut Run, stop: &mut bool) {
        match fold::fold(c) {
            Folded::Letters(letters, is_upper, is_digit) => {
                if run.open && !is_digit && !is_upper {
                    self.split_camel(run, stop);
                }
                if !run.open {
                    *run = Run { start: at, from: self.folded.len() as u32, open: true, ..Run::default() };
                }
                run.take(is_upper, is_digit, at, self.folded.len() as u32);
                self.folded.push_str(letters.as_str());
            }
            Folded::Letter(letter, is_upper, is_digit) => {
                if !run.open {
                    *run = Run { start: at, from: self.folded.len() as u32, open: true, ..Run::default() };
                }
                run.take(is_upper, is_digit, at, self.folded.len() as u32);
                self.folded.push(letter);
            }
            // A Greek letter is a word of its own, also behind a symbol: TNFα is "tnf alpha".
            Folded::Greek(name) => {
                self.end(run, at, stop);
                self.spelled_out(name, at, std::mem::take(stop));
            }
            // CD4+ is "cd4 positive"; a plus between words is only a mark.
            Folded::Plus if run.open && run.digits > 0 => {
                self.end(run, at, stop);
                self.spelled_out("positive", at, false);
            }
            Folded::Nothing => {}
            Folded::Plus | Folded::Gap => self.end(run, at, stop),
            Folded::Stop => {
                self.end(run, at, stop);
                *stop = true;
            }
        }
    }

    /// A word that stands for one character.
    fn spelled_out(&mut self, name: &str, at: u32, after_stop: bool) {
        let from = self.folded.len() as u32;
        self.folded.push_str(name);
        let (to, hash) = (self.folded.len() as u32, hash::of(name.as_bytes()));
        self.words.push(Word { start: at, end: at + 1, from, to, shape: Shape::Lower, after_stop, hash });
    }

    /// `LiverTumor` is two words; `HeLa`, `mRNA` and `McCoy` are one: three small letters, a capital, a small letter.
    fn split_camel(&mut self, run: &mut Run, stop: &mut bool) {
        if run.lower_before_capital >= 3 && run.last_upper && run.capital_from > run.from {
            let (at, from) = (run.capital_at, run.capital_from);
            let rest = self.folded.split_off(from as usize);
            run.upper -= 1;
            self.end(run, at, stop);
            // `end` may have shortened the word; what follows begins where it ended.
            *run = Run {
                start: at,
                from: self.folded.len() as u32,
                open: true,
                upper: 1,
                first_upper: true,
                ..Run::default()
            };
            self.folded.push_str(&rest);
        }
    }

    fn end(&mut self, run: &mut Run, at: u32, stop: &mut bool) {
        if !std::mem::take(&mut run.open) {
            return;
        }
        let shape = run.shape();
        spelling::normalize(&mut self.folded, run.from as usize, shape == Shape::Upper);
        let (from, to) = (run.from, self.folded.len() as u32);
        if to > from {
            let hash = hash::of(&self.folded.as_bytes()[from as usize..]);
            let after_stop = std::mem::take(stop);
            self.words.push(Word { start: run.start, end: at, from, to, shape, after_stop, hash });
        }
    }
}

/// The word that is being read.
#[derive(Default)]
struct Run {
    open: bool,
    start: u32,
    from: u32,
    upper: u32,
    lower: u32,
    digits: u32,
    first_upper: bool,
    last_upper: bool,
    /// Small letters since the last capital or the beginning, when the last capital came.
    lower_before_capital: u32,
    lower_run: u32,
    capital_at: u32,
    capital_from: u32,
}

impl Run {
    fn take(&mut self, is_upper: bool, is_digit: bool, at: u32, from: u32) {
        if is_digit {
            self.digits += 1;
            self.lower_run = 0;
        } else if is_upper {
            self.first_upper |= self.upper + self.lower + self.digits == 0;
            self.upper += 1;
            self.lower_before_capital = std::mem::take(&mut self.lower_run);
            self.capital_at = at;
            self.capital_from = from;
        } else {
            self.lower += 1;
            self.lower_run += 1;
        }
        self.last_upper = is_upper;
    }

    fn take_small(&mut self, letters: u32) {
        self.lower += letters;
        self.lower_run += letters;
        self.last_upper = false;
    }

    fn shape(&self) -> Shape {
        match (self.upper, self.lower, self.digits) {
            (_, _, 1..) => Shape::Code,
            (0, _, _) => Shape::Lower,
            (_, 0, _) => Shape::Upper,
            (1, _, _) if self.first_upper => Shape::Title,
            _ => Shape::Mixed,
        }
    }
}
