//! Doses and times: `5uM sorafenib 24h`.

use super::{Mention, Reader, Reading, Section};
use crate::candidate::{Fit, Source};
use crate::field::Field;
use crate::quantity::{Kind, Number, Quantity, Unit};

/// A dose stands within so many characters of its drug.
const NEAR: u32 = 40;

impl Reader<'_> {
    /// Gives drugs their numbers, and the section its time point.
    pub(super) fn treatments(&mut self, section: &Section, first: usize, reading: &mut Reading) {
        if self.numbers.iter().all(|number| number.unit.is_none()) {
            return self.bare_time(section, reading);
        }
        let drugs: Vec<usize> =
            (first..reading.mentions.len()).filter(|at| reading.mentions[*at].field == Field::Drug).take(16).collect();
        for at in drugs {
            let (start, end) = (reading.mentions[at].start - section.start, reading.mentions[at].end - section.start);
            let from = reading.quantities.len() as u16;
            for kind in [Kind::Dose, Kind::Time] {
                let near = self
                    .numbers
                    .iter()
                    .filter(|number| kind_of(number) == Some(kind))
                    .min_by_key(|number| gap(number, start, end));
                if let Some(number) = near.filter(|number| gap(number, start, end) <= NEAR) {
                    reading.quantities.push(quantity(section, number, kind));
                }
            }
            reading.mentions[at].quantities = (from, reading.quantities.len() as u16);
        }
        let keyed = section.fit(Field::TimePoint) >= Fit::Weak || section.fit(Field::Drug) >= Fit::Weak;
        let open = !section.has_key
            && matches!(section.source, Source::Title | Source::SourceName | Source::Bare | Source::Characteristic);
        if let Some(number) = self.numbers.iter().find(|number| kind_of(number) == Some(Kind::Time) && !number.is_age)
            && (keyed || open)
        {
            let prior = if section.fit(Field::TimePoint) == Fit::Strong { 0.9 } else { 0.55 };
            self.time(section, number, prior, reading);
        }
    }

    /// `time (h): 24`: the unit is the key's.
    fn bare_time(&self, section: &Section, reading: &mut Reading) {
        let unit = section.key.unit.filter(|unit| unit.is_time());
        if section.fit(Field::TimePoint) == Fit::Strong
            && let (Some(unit), Some(number)) = (unit, self.numbers.first())
        {
            self.time(section, &Number { unit: Some(unit), ..*number }, 0.85, reading);
        }
    }

    fn time(&self, section: &Section, number: &Number, prior: f32, reading: &mut Reading) {
        let from = reading.quantities.len() as u16;
        reading.quantities.push(quantity(section, number, Kind::Time));
        let (start, end) = (number.start_char, number.end_char);
        reading
            .mentions
            .push(Mention { quantities: (from, from + 1), ..section.mention(Field::TimePoint, start, end, prior) });
    }
}

fn kind_of(number: &Number) -> Option<Kind> {
    match number.unit? {
        Unit::Dose(_) => Some(Kind::Dose),
        Unit::Year => None,
        _ => Some(Kind::Time),
    }
}

/// Characters between a number and a name; a number inside a name is far away.
fn gap(number: &Number, start: u32, end: u32) -> u32 {
    let (from, to) = (number.start_char, number.end_char);
    if to <= start {
        start - to
    } else if from >= end {
        from - end
    } else {
        u32::MAX
    }
}

fn quantity(section: &Section, number: &Number, kind: Kind) -> Quantity {
    let unit = number.unit.map_or("", Unit::name).to_owned();
    let text = section.text[number.start..number.end].to_owned();
    Quantity { kind, low: number.low, high: number.high, unit, text }
}
