//! Folding of single characters.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

pub enum Folded {
    /// Of ASCII: a capital made small, or a digit; whether it was a capital, whether it is a digit.
    Letter(char, bool, bool),
    /// What a character outside ASCII decomposes to: the same questions.
    Letters(Letters, bool, bool),
    /// A Greek letter by its name.
    Greek(&'static str),
    /// Goes away inside a word: an accent, an apostrophe, a soft hyphen.
    Nothing,
    Plus,
    /// Parts words: a space, a hyphen, a slash.
    Gap,
    /// Parts clauses: a comma, a semicolon, a bracket.
    Stop,
}

/// Up to eight bytes of folded letters.
#[derive(Clone, Copy)]
pub struct Letters {
    bytes: [u8; 8],
    length: u8,
}

impl Letters {
    fn one(byte: u8) -> Letters {
        Letters { bytes: [byte, 0, 0, 0, 0, 0, 0, 0], length: 1 }
    }

    fn push(&mut self, c: char) {
        let length = self.length as usize;
        if length + c.len_utf8() <= self.bytes.len() {
            self.length += c.encode_utf8(&mut self.bytes[length..]).len() as u8;
        }
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length as usize]).expect("only whole characters are pushed")
    }
}

pub fn fold(c: char) -> Folded {
    match c {
        'a'..='z' => Folded::Letter(c, false, false),
        'A'..='Z' => Folded::Letter(c.to_ascii_lowercase(), true, false),
        '0'..='9' => Folded::Letter(c, false, true),
        '+' => Folded::Plus,
        '\'' | '\u{2019}' | '\u{ad}' | '\u{200b}' => Folded::Nothing,
        ',' | ';' | '(' | ')' | '[' | ']' | '|' | '\n' => Folded::Stop,
        _ if c.is_ascii() => Folded::Gap,
        _ => fold_wide(c),
    }
}

fn fold_wide(c: char) -> Folded {
    if let Some(name) = greek(c) {
        return Folded::Greek(name);
    }
    if is_combining_mark(c) {
        return Folded::Nothing;
    }
    let mut letters = Letters { bytes: [0; 8], length: 0 };
    match c {
        'ß' => letters = Letters { bytes: *b"ss\0\0\0\0\0\0", length: 2 },
        'ø' | 'Ø' => letters = Letters::one(b'o'),
        'ł' | 'Ł' => letters = Letters::one(b'l'),
        'æ' | 'Æ' => letters = Letters { bytes: *b"ae\0\0\0\0\0\0", length: 2 },
        'œ' | 'Œ' => letters = Letters { bytes: *b"oe\0\0\0\0\0\0", length: 2 },
        _ => decompose_compatible(c, |part| {
            if part.is_alphanumeric() {
                part.to_lowercase().for_each(|small| letters.push(small));
            }
        }),
    }
    match letters.length {
        0 => Folded::Gap,
        _ => Folded::Letters(letters, c.is_uppercase(), letters.as_str().bytes().all(|byte| byte.is_ascii_digit())),
    }
}

/// Without mu, which stands for a millionth more often: µM stays one word.
fn greek(c: char) -> Option<&'static str> {
    Some(match c {
        'α' | 'Α' => "alpha",
        'β' | 'Β' | 'ϐ' => "beta",
        'γ' | 'Γ' => "gamma",
        // Also the sign of an increment.
        'δ' | 'Δ' | '∆' => "delta",
        'ε' | 'Ε' | 'ϵ' => "epsilon",
        'ζ' | 'Ζ' => "zeta",
        'η' | 'Η' => "eta",
        'θ' | 'Θ' | 'ϑ' => "theta",
        'ι' | 'Ι' => "iota",
        'κ' | 'Κ' | 'ϰ' => "kappa",
        'λ' | 'Λ' => "lambda",
        'ν' | 'Ν' => "nu",
        'ξ' | 'Ξ' => "xi",
        'π' | 'Π' => "pi",
        'ρ' | 'Ρ' | 'ϱ' => "rho",
        'σ' | 'ς' | 'Σ' => "sigma",
        'τ' | 'Τ' => "tau",
        'φ' | 'Φ' | 'ϕ' => "phi",
        'χ' | 'Χ' => "chi",
        'ψ' | 'Ψ' => "psi",
        'ω' | 'Ω' => "omega",
        _ => return None,
    })
}
