//! Whether a code is a cell line: 167,000 names, of which `P1`, `45` and `TIME` are some.

use crate::candidate::{Fit, Source};
use chorale_ontology::dictionary::Match;
use chorale_ontology::{Shape, Words};

pub(super) struct LineContext {
    pub fit: Fit,
    pub source: Source,
    pub whole: bool,
}

/// How sure the match is a cell line, by its shape and by what stands around it.
pub(super) fn quality(words: &Words, found: &Match, context: LineContext) -> Option<f32> {
    let texts = || (found.from..found.to).map(|word| words.text(word as usize));
    let letters: usize = texts().map(|text| text.bytes().filter(u8::is_ascii_alphabetic).count()).sum();
    let digits: usize = texts().map(|text| text.bytes().filter(u8::is_ascii_digit).count()).sum();
    let has_shape =
        (found.from..found.to).any(|word| !matches!(words.get(word as usize).shape, Shape::Lower | Shape::Title));
    if letters == 0 || letters + digits < 2 {
        return None;
    }
    if context.fit == Fit::Strong {
        return (context.whole || has_shape || followed_by_cells(words, found)).then_some(if context.whole {
            0.97
        } else {
            0.85
        });
    }
    // A gap that is not the name's own makes a code of any two words: "day 1" for a line DAY1.
    let is_apart = found.is_code && found.to - found.from > 1;
    if followed_by_cells(words, found) && has_shape && letters + digits >= 3 && letters >= 2 && !is_apart {
        return Some(0.75);
    }
    let is_code = letters >= 2 && digits >= 1 && letters + digits >= 5 && has_shape && !is_apart;
    match context.source {
        Source::SourceName | Source::Title | Source::Characteristic | Source::Bare if is_code => {
            Some(if context.whole { 0.5 } else { 0.3 })
        }
        _ if context.fit == Fit::Weak && is_code => Some(0.5),
        _ => None,
    }
}

fn followed_by_cells(words: &Words, found: &Match) -> bool {
    let next = found.to as usize;
    next < words.len()
        && !words.get(next).after_stop
        && matches!(words.text(next), "cell" | "line" | "xenograft" | "clone")
}
