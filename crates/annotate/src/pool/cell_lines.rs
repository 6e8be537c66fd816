//! Codes that may be cell lines, by what else their sample says: `T778` in a dish is one, `TC131` of a donor is not.

use super::Pooled;
use crate::field::Field;
use crate::study::Siblings;

/// A reading of this quality stands by itself.
const SURE: f32 = 0.7;
/// What a code is worth where the sample speaks of cells in culture, at most.
const IN_CULTURE: f32 = 0.85;

pub(super) fn weigh(siblings: &Siblings, number: usize, pooled: &mut [Pooled]) {
    if !pooled.iter().any(|one| one.mention.field == Field::CellLine) {
        return;
    }
    let readings = || siblings.of_item(number).map(|(_, reading, _)| reading);
    let in_culture = readings().any(|reading| reading.says_culture);
    let of_a_person = readings().any(|reading| reading.says_person);
    for one in pooled.iter_mut().filter(|one| one.mention.field == Field::CellLine && one.mention.quality < SURE) {
        let quality = one.mention.quality;
        let now = match (in_culture, of_a_person) {
            _ if readings().any(|reading| reading.codes_of_people.contains(&one.mention.sense)) => 0.1 * quality,
            (true, _) => quality + 0.7 * (IN_CULTURE - quality),
            (false, true) => 0.3 * quality,
            (false, false) => quality,
        };
        one.mention.prior = (one.mention.prior * now / quality.max(0.01)).min(0.97);
        one.mention.quality = now;
    }
}
