//! Ages: under a key, behind the word, or by "years old". An interval stays one, and a parent's age is not the sample's.

use super::{Mention, Reader, Reading, Section};
use crate::candidate::{Fit, Source};
use crate::field::Field;
use crate::lexicon::Cue;
use crate::quantity::{Kind, Number, Quantity, Unit};

/// Nobody is older; a larger number under such a key is a date or a code.
const OLDEST_YEARS: f64 = 120.0;

impl Reader<'_> {
    pub(super) fn ages(&self, section: &Section, first: usize, reading: &mut Reading) {
        let fit = section.fit(Field::Age);
        let best = if fit >= Fit::Weak {
            let prior = if fit == Fit::Strong { 0.93 } else { 0.75 };
            self.numbers.first().map(|number| (*number, prior))
        } else if section.has_key && fit == Fit::Other {
            None
        } else {
            // "female, 66 yrs" is a person; years alone may be of anything.
            let is_person = section.source != Source::Description
                && reading.mentions[first..].iter().any(|mention| mention.field == Field::Sex);
            self.age_in_text(is_person)
        };
        let Some((number, prior)) = best else { return };
        let unit = number.unit.filter(|unit| unit.is_time()).or(section.key.unit.filter(|unit| unit.is_time()));
        if unit.unwrap_or(Unit::Year).years().is_none_or(|years| number.high * years > OLDEST_YEARS) {
            return;
        }
        let quantities = reading.quantities.len() as u16;
        reading.quantities.push(Quantity {
            kind: Kind::Age,
            low: number.low,
            high: number.high,
            unit: unit.map_or("", Unit::name).to_owned(),
            text: section.text[number.start..number.end].to_owned(),
        });
        let (start, end) = (number.start_char, number.end_char);
        reading.mentions.push(Mention {
            quantities: (quantities, quantities + 1),
            ..section.mention(Field::Age, start, end, prior)
        });
    }

    /// The first number with "years old" behind it or "age" in front of it that is not a relative's.
    fn age_in_text(&self, is_person: bool) -> Option<(Number, f32)> {
        for number in &self.numbers {
            let at = number.start_char;
            let word = self.words.iter().position(|(word, _)| word.start >= at || word.end > at)? as u32;
            let cued = self.marks.cues.iter().any(|(_, to, cue)| {
                *cue == Cue::AgeKey && *to <= word && word - to <= 1 && !self.is_a_relatives(to.saturating_sub(1))
            });
            let is_age = number.is_age || is_person && number.unit == Some(Unit::Year);
            let closed = is_age && !self.is_a_relatives(word);
            if cued && number.unit.is_none_or(Unit::is_time) || closed {
                let prior = if cued { 0.8 } else { 0.7 };
                return Some((*number, prior));
            }
        }
        None
    }

    fn is_a_relatives(&self, word: u32) -> bool {
        self.marks.cues.iter().any(|(_, to, cue)| *cue == Cue::Relative && *to <= word && word - to <= 2)
    }
}
