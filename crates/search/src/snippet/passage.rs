//! The passage of a text around what matched, cut into marked and unmarked pieces.

/// Length of a passage, in bytes, unless one mark is longer.
const PASSAGE_BYTES: usize = 220;
/// How much of the text stands before the first mark.
const LEAD_BYTES: usize = 60;
/// Stands where a passage was cut off.
const CUT: &str = "…";

/// At most the first `limit` bytes of a text.
pub(super) fn start_of(text: &str, limit: usize) -> &str {
    &text[..floor(text, limit)]
}

/// Pieces of the passage that shows most of the marked ranges.
pub(super) fn fragments(text: &str, marks: &[(usize, usize)]) -> Vec<(String, bool)> {
    let marks = merged(marks);
    let Some((start, end)) = densest(&marks) else { return Vec::new() };
    let from = word_start(text, start.saturating_sub(LEAD_BYTES));
    let to = word_end(text, end.max(from + PASSAGE_BYTES));
    let mut pieces = Vec::new();
    let mut add = |piece: &str, marked| {
        if !piece.is_empty() {
            pieces.push((piece.to_string(), marked));
        }
    };
    add(if from > 0 { CUT } else { "" }, false);
    let mut at = from;
    for (start, end) in marks.into_iter().filter(|(start, end)| *start >= from && *end <= to) {
        add(&text[at..start], false);
        add(&text[start..end], true);
        at = end;
    }
    add(&text[at..to], false);
    add(if to < text.len() { CUT } else { "" }, false);
    pieces
}

/// Ranges in order, those that overlap as one.
fn merged(marks: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut sorted = marks.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (start, end) in sorted {
        match merged.last_mut() {
            Some(last) if start < last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// The first run of marks that fits one passage and has the most of them: its range.
fn densest(marks: &[(usize, usize)]) -> Option<(usize, usize)> {
    let room = PASSAGE_BYTES - LEAD_BYTES;
    let mut best: Option<(usize, usize, usize)> = None;
    let mut last = 0;
    for (first, (start, _)) in marks.iter().enumerate() {
        last = last.max(first);
        while marks.get(last + 1).is_some_and(|(_, end)| *end <= start + room) {
            last += 1;
        }
        if best.is_none_or(|(count, ..)| last - first + 1 > count) {
            best = Some((last - first + 1, *start, marks[last].1));
        }
    }
    best.map(|(_, start, end)| (start, end))
}

/// The nearest character border at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The start of the word at a byte, unless the word is very long.
fn word_start(text: &str, at: usize) -> usize {
    let at = floor(text, at);
    let before = &text[floor(text, at.saturating_sub(LEAD_BYTES / 2))..at];
    match before.rfind(char::is_whitespace) {
        _ if at == 0 => 0,
        Some(space) => {
            let space = at - before.len() + space;
            space + text[space..].chars().next().map_or(0, char::len_utf8)
        }
        None if before.len() == at => 0,
        None => at,
    }
}

/// The end of the word at a byte, unless the word is very long.
fn word_end(text: &str, at: usize) -> usize {
    let at = floor(text, at);
    let after = &text[at..floor(text, at + LEAD_BYTES / 2)];
    match after.find(char::is_whitespace) {
        Some(space) => at + space,
        None if at + after.len() == text.len() => text.len(),
        None => at,
    }
}
