//! Patterns over siblings: titles that end in `-T` and `-N`, or in `-C` and other letters.
//!
//! One title's last letter says nothing. Where nearly all titles of a study end in one capital behind a number or a mark,
//! and both letters of a known pair occur, it says which arm a sample is of.

use crate::item::Item;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tail {
    pub means: Means,
    pub attribute: u32,
    /// Scalar values of the title.
    pub start: u32,
    pub end: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    Tumor,
    Normal,
    Control,
}

/// Of the titles, nine in ten must end so, and each letter at least so often.
const FEWEST: usize = 2;

pub(super) fn of(items: &[Item]) -> Vec<Option<Tail>> {
    let none = vec![None; items.len()];
    if items.len() < 2 * FEWEST {
        return none;
    }
    let tails: Vec<Option<(u32, u32, u8)>> = items.iter().map(tail).collect();
    let known = tails.iter().flatten().count();
    if known * 10 < items.len() * 9 {
        return none;
    }
    let count = |letter: u8| tails.iter().flatten().filter(|(_, _, found)| *found == letter).count();
    let letters: Vec<u8> = (b'A'..=b'Z').filter(|letter| count(*letter) > 0).collect();
    // More letters than a pair are a series (A, B, C …), not arms.
    if letters.len() != 2 || letters.iter().any(|letter| count(*letter) < FEWEST) {
        return none;
    }
    let means = |letter: u8| match (letters[0], letters[1], letter) {
        (b'N', b'T', b'T') => Some(Means::Tumor),
        (b'N', b'T', b'N') => Some(Means::Normal),
        // Behind A, B and D a C is the next of a series.
        (b'C', b'E'..=b'Z', b'C') => Some(Means::Control),
        (b'A', b'C', b'C') => None,
        _ => None,
    };
    let tail = |tail: &Option<(u32, u32, u8)>| {
        let (attribute, start, letter) = (*tail)?;
        Some(Tail { means: means(letter)?, attribute, start, end: start + 1 })
    };
    tails.iter().map(tail).collect()
}

/// The capital that ends an item's title, behind a digit, a hyphen or an underscore: attribute, place, letter.
fn tail(item: &Item) -> Option<(u32, u32, u8)> {
    let (attribute, (_, title)) = item
        .attributes
        .iter()
        .enumerate()
        .find(|(_, (key, _))| super::super::reading::source_of(key) == Some(crate::candidate::Source::Title))?;
    let title = title.trim_end();
    let mut last = title.bytes().rev();
    let (letter, before) = (last.next()?, last.next()?);
    if !letter.is_ascii_uppercase() || !(before.is_ascii_digit() || matches!(before, b'-' | b'_')) || title.len() > 200
    {
        return None;
    }
    Some((attribute as u32, title.chars().count() as u32 - 1, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(titles: &[&str]) -> Vec<Option<Means>> {
        let items: Vec<Item> = titles.iter().map(|title| Item { attributes: vec![("title", title)] }).collect();
        of(&items).into_iter().map(|tail| tail.map(|tail| tail.means)).collect()
    }

    #[test]
    fn pairs_of_letters_are_arms() {
        use Means::*;
        assert_eq!(means(&["p1-T", "p1-N", "p2-T", "p2-N"]), [Some(Tumor), Some(Normal), Some(Tumor), Some(Normal)]);
        assert_eq!(
            means(&["1202-03-P", "0153-01-C", "0153-02-C", "1202-04-P"]),
            [None, Some(Control), Some(Control), None]
        );
    }

    #[test]
    fn a_series_of_letters_says_nothing() {
        assert_eq!(means(&["p1-A", "p1-B", "p1-C", "p2-A", "p2-B", "p2-C"]), [None; 6]);
        assert_eq!(means(&["x T", "x N", "y T", "y N"]), [None; 4]);
        assert_eq!(means(&["p1-T", "p1-N"]), [None; 2]);
    }
}
