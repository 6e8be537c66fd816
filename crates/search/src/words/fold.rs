//! Folding of a single word: case, diacritics, Greek, plural.

use std::borrow::Cow;

use compact_str::CompactString;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub(super) fn is_mark(c: char) -> bool {
    !c.is_ascii() && is_combining_mark(c)
}

/// Greek letters that name genes, receptors and units, with their names and the Latin letter that
/// stands for them in symbols. Eta and zeta are absent: too many words end like them.
const GREEK: [(char, &str, &str); 10] = [
    ('α', "alpha", "a"),
    ('β', "beta", "b"),
    ('γ', "gamma", "g"),
    ('δ', "delta", "d"),
    ('ε', "epsilon", "e"),
    ('κ', "kappa", "k"),
    ('λ', "lambda", "l"),
    ('σ', "sigma", "s"),
    ('ω', "omega", "o"),
    ('μ', "mu", "u"),
];

/// Lower case without diacritics, Greek folded, cut to `limit` bytes.
pub(super) fn fold(run: &str, limit: usize) -> CompactString {
    if run.is_ascii() {
        let mut lower = CompactString::from(&run[..run.len().min(limit)]);
        lower.make_ascii_lowercase();
        return greek_inside(lower);
    }
    let mut folded = CompactString::with_capacity(run.len());
    let mut greek = None;
    for c in run.nfkd().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase) {
        match GREEK.iter().find(|(letter, ..)| *letter == c || (c == 'ς' && *letter == 'σ')) {
            Some((_, name, latin)) => {
                greek = Some(*name);
                folded.push_str(latin);
            }
            None => push_latin(&mut folded, c),
        }
    }
    // A letter that stands alone is a word of its own: β is beta, not b.
    if let Some(name) = greek
        && folded.len() == 1
    {
        return CompactString::const_new(name);
    }
    // Cut first: what a cut leaves may end in the name of a Greek letter, and a word is folded to itself.
    greek_inside(cut(folded, limit))
}

/// Letters that compatibility decomposition leaves alone.
fn push_latin(folded: &mut CompactString, c: char) {
    match c {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'þ' => folded.push_str("th"),
        'ı' => folded.push('i'),
        c if c.is_alphanumeric() => folded.push(c),
        _ => {}
    }
}

/// The Latin letter of a word that is the name of a Greek letter.
pub(super) fn greek_letter(word: &str) -> Option<&'static str> {
    GREEK.iter().find(|(_, name, _)| *name == word).map(|(_, _, latin)| *latin)
}

/// Replaces the name of a Greek letter inside a symbol: at its end (`tgfbeta`, `tnfalpha`), before
/// a number (`tgfbeta1`, `beta2m`) or before a last letter (`nfkappab`). A word that is nothing but
/// the name stays, and so do words like `alphabet`.
pub(super) fn greek_inside(mut word: CompactString) -> CompactString {
    // Each turn makes it shorter.
    while let Some((name, latin, at)) = find_greek(&word) {
        word.replace_range(at..at + name.len(), latin);
    }
    word
}

fn find_greek(word: &str) -> Option<(&'static str, &'static str, usize)> {
    if !may_end_greek(word.as_bytes()) {
        return None;
    }
    GREEK[..9].iter().filter(|(_, name, _)| word.len() > name.len()).find_map(|(_, name, latin)| {
        let at = word.rfind(name)?;
        let rest = &word.as_bytes()[at + name.len()..];
        let number = rest.first().is_some_and(u8::is_ascii_digit);
        let symbol = rest.is_empty() || number || (rest.len() == 1 && at > 0);
        symbol.then_some((*name, *latin, at))
    })
}

/// Whether the last letter of a Greek letter's name stands where such a name may end. Nearly no word gets past this, and
/// every word of every text is asked.
fn may_end_greek(word: &[u8]) -> bool {
    let length = word.len();
    let last = |byte: u8| byte == b'a' || byte == b'n';
    (4..=length).any(|end| {
        let rest = &word[end..];
        last(word[end - 1]) && (rest.len() <= 1 || rest[0].is_ascii_digit())
    })
}

/// At most `limit` bytes, at a character's border.
pub(super) fn cut(mut word: CompactString, limit: usize) -> CompactString {
    if word.len() > limit {
        let end = (0..=limit).rev().find(|at| word.is_char_boundary(*at)).unwrap_or(0);
        word.truncate(end);
    }
    word
}

/// The singular of an English plural, by the few endings that are safe. A stemmer would fold
/// `organ`, `organic` and `organism` into one; this leaves symbols and Latin names alone.
pub(crate) fn plural(word: &str) -> Cow<'_, str> {
    const UNCHANGED: [&str; 4] = ["series", "species", "diabetes", "feces"];
    let keep = word.len() < 5
        || !word.ends_with('s')
        || !word.bytes().all(|b| b.is_ascii_lowercase())
        || ["ss", "us", "is", "as", "os"].iter().any(|end| word.ends_with(end))
        || UNCHANGED.contains(&word);
    if keep {
        return Cow::Borrowed(word);
    }
    if word.len() >= 6
        && let Some(stem) = word.strip_suffix("ies")
    {
        return Cow::Owned(format!("{stem}y"));
    }
    for ending in ["sses", "shes", "ches", "xes", "ruses", "tuses"] {
        if word.ends_with(ending) {
            return Cow::Borrowed(&word[..word.len() - 2]);
        }
    }
    Cow::Borrowed(&word[..word.len() - 1])
}
