//! Words as `crates/search` promises to see them, written a second time so that the engine is not checked with
//! itself: runs of letters and digits without case, an English plural without its `s`, and compounds (`Hep-G2`,
//! `hep g2`) that are also found as one word. Only what the queries of the benchmark need: no Greek, few accents.

pub struct Word {
    /// Without case.
    pub raw: String,
    /// Parts of one compound share it.
    pub position: u32,
}

pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut position, mut parts, mut spaced) = (0, 0, false);
    let mut before_end = 0;
    for (start, end) in runs(text) {
        let raw: String = text[start..end].chars().flat_map(char::to_lowercase).map(bare).collect();
        if let Some(before) = words.last() {
            let gap = &text[before_end..start];
            let link = (1..=2).contains(&gap.chars().count()) && gap.chars().all(is_link);
            spaced = !link && !spaced && gap == " " && is_spaced_compound(&before.raw, &raw);
            // A compound takes three parts at most; the fourth stands at the next position.
            parts = if link || spaced { parts % 3 + 1 } else { 1 };
            position += u32::from(parts == 1);
        } else {
            parts = 1;
        }
        words.push(Word { raw, position });
        before_end = end;
    }
    words
}

/// A word as it is compared.
pub fn token(raw: &str) -> &str {
    let plural = raw.len() >= 5
        && raw.bytes().all(|byte| byte.is_ascii_lowercase())
        && raw.ends_with('s')
        && !["ss", "us", "is", "as", "os"].iter().any(|end| raw.ends_with(end))
        && !["series", "species", "diabetes", "feces"].contains(&raw);
    if plural { &raw[..raw.len() - 1] } else { raw }
}

/// Neighbours as one word.
pub fn joined(parts: &[Word]) -> String {
    let whole: String = parts.iter().map(|part| part.raw.as_str()).collect();
    token(&whole).to_owned()
}

fn is_spaced_compound(first: &str, second: &str) -> bool {
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    first.len() <= 5
        && digits(first) == 0
        && digits(second) > 0
        && (second.len() <= 4 || digits(second) == second.len())
}

fn runs(text: &str) -> Vec<(usize, usize)> {
    let (mut runs, mut open) = (Vec::new(), None);
    for (at, c) in text.char_indices() {
        match (c.is_alphanumeric(), open) {
            (true, None) => open = Some(at),
            (false, Some(start)) => {
                runs.push((start, at));
                open = None;
            }
            _ => {}
        }
    }
    runs.extend(open.map(|start| (start, text.len())));
    runs
}

fn is_link(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '\'' | '’' | '′' | '‐' | '‑' | '‒' | '–' | '−' | '\u{ad}')
}

fn bare(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' | 'õ' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}
