//! What a source says where a value was read, and under which key: samples that say the same are one question.

/// Longer values are cut around the words that were read.
const LONGEST: usize = 120;
/// Characters that stay before and behind those words.
const AROUND: usize = 40;

/// The key and the words around what was read: `text` under `key`, at these scalar values. Numbers in titles and
/// descriptions are written `#`, so that replicates say the same.
pub fn said<'a>(
    attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
    key: &str,
    (start, end): (usize, usize),
    text: &str,
) -> (String, String) {
    let is_there = |value: &str| value.chars().skip(start).take(end - start.min(end)).eq(text.chars());
    let place = attributes.into_iter().find(|(other, value)| *other == key && is_there(value));
    let Some((_, value)) = place else { return (key.to_owned(), text.to_owned()) };
    // GEO packs the key into the value: `characteristics_ch1` = `tissue: liver`.
    let packed = value.split_once(": ").filter(|(inner, _)| {
        key.contains("characteristics") && start > inner.chars().count() && inner.chars().count() <= 40
    });
    match packed {
        Some((inner, words)) => {
            let before = inner.chars().count() + 2;
            (inner.to_owned(), cut(words, start.saturating_sub(before), end.saturating_sub(before)))
        }
        None => {
            let words = cut(value, start, end);
            let is_free = ["title", "description"].iter().any(|name| key.contains(name));
            (key.to_owned(), if is_free { numberless(&words) } else { words })
        }
    }
}

/// A value whole, or what stands around the words that were read.
fn cut(text: &str, start: usize, end: usize) -> String {
    if text.chars().count() <= LONGEST {
        return text.trim().to_owned();
    }
    let from = start.saturating_sub(AROUND);
    let part: String = text.chars().skip(from).take(end + AROUND - from).collect();
    // Half a word says nothing.
    let part = if from == 0 { part.as_str() } else { part.split_once(' ').map_or(part.as_str(), |(_, rest)| rest) };
    let ends = text.chars().count() <= end + AROUND;
    let part = if ends { part } else { part.rsplit_once(' ').map_or(part, |(rest, _)| rest) };
    let dots = |is: bool| if is { "…" } else { "" };
    format!("{}{}{}", dots(from > 0), part.trim(), dots(!ends))
}

/// Replicates differ in their numbers alone: "patient 12", "rep3". A number inside or behind a short word is a name: U2OS,
/// CD4.
fn numberless(text: &str) -> String {
    const WORD: usize = 3;
    let (mut told, mut letters) = (String::with_capacity(text.len()), 0_usize);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if !c.is_ascii_digit() {
            letters = if c.is_alphabetic() { letters + 1 } else { 0 };
            told.push(c);
            continue;
        }
        let mut number = String::from(c);
        while let Some(digit) = rest.next_if(char::is_ascii_digit) {
            number.push(digit);
        }
        let is_inside = rest.peek().is_some_and(|next| next.is_alphabetic());
        let is_name = is_inside || (1..WORD).contains(&letters);
        told.push_str(if is_name { &number } else { "#" });
        letters = 0;
    }
    told
}
