//! How often the dictionary was right in training: by term, by everything below an ancestor, and by place in the text.
//! A study counts once however many samples it has.

use super::terms::{TermNumber, Terms};
use chorale_learn::artifact::{Damaged, Reader, Writer};
use rustc_hash::FxHashMap;

/// Trials and successes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Count {
    trials: f32,
    right: f32,
}

impl Count {
    /// Drawn towards `towards` by so many trials.
    fn rate(&self, towards: f32, strength: f32) -> f32 {
        (self.right + strength * towards) / (self.trials + strength)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Priors {
    all: Count,
    terms: FxHashMap<TermNumber, Count>,
    /// Hits of any descendant.
    below: FxHashMap<TermNumber, Count>,
    places: FxHashMap<u64, Count>,
}

/// What is known of one hit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prior {
    pub term: f32,
    pub term_trials: f32,
    pub lineage: f32,
    pub place: f32,
}

impl Priors {
    /// A hit was judged; `weight` is the sample's share of its study, so that a study is one trial.
    pub fn add(&mut self, term: TermNumber, place: u64, right: bool, weight: f32, terms: &Terms) {
        let add = |count: &mut Count| {
            count.trials += weight;
            count.right += if right { weight } else { 0.0 };
        };
        add(&mut self.all);
        add(self.terms.entry(term).or_default());
        add(self.places.entry(place).or_default());
        for (up, _) in terms.ancestors(term) {
            add(self.below.entry(*up).or_default());
        }
    }

    pub fn of(&self, term: TermNumber, place: Option<u64>, terms: &Terms) -> Prior {
        const ENOUGH_TRIALS: f32 = 2.0;
        // One study is no evidence against a term: its own labels may be at another level.
        const OWN_STRENGTH: f32 = 4.0;
        let base = self.all.rate(0.5, 1.0);
        let near =
            terms.ancestors(term).iter().filter_map(|(up, _)| self.below.get(up)).find(|c| c.trials >= ENOUGH_TRIALS);
        let lineage = near.map_or(base, |count| count.rate(base, 1.0));
        let own = self.terms.get(&term).copied().unwrap_or_default();
        let place = place.and_then(|place| self.places.get(&place)).map_or(base, |count| count.rate(base, 2.0));
        Prior { term: own.rate(lineage, OWN_STRENGTH), term_trials: own.trials.ln_1p(), lineage, place }
    }

    pub fn write(&self, to: &mut Writer, terms: &Terms) {
        let count = |to: &mut Writer, count: &Count| {
            to.f32(count.trials);
            to.f32(count.right);
        };
        count(to, &self.all);
        for table in [&self.terms, &self.below] {
            let mut sorted: Vec<(&str, &Count)> = table.iter().map(|(term, c)| (terms.id(*term), c)).collect();
            sorted.sort_unstable_by_key(|(id, _)| *id);
            to.list(&sorted, |to, (id, c)| {
                to.text(id);
                count(to, c);
            });
        }
        let mut places: Vec<(u64, &Count)> = self.places.iter().map(|(place, c)| (*place, c)).collect();
        places.sort_unstable_by_key(|(place, _)| *place);
        to.list(&places, |to, (place, c)| {
            to.u64(*place);
            count(to, c);
        });
    }

    pub fn read(from: &mut Reader<'_>, terms: &mut Terms) -> Result<Priors, Damaged> {
        let count = |from: &mut Reader<'_>| Ok(Count { trials: from.f32()?, right: from.f32()? });
        let all = count(from)?;
        let own = from.list(|from| Ok((terms.add(&from.text()?), count(from)?)))?;
        let below = from.list(|from| Ok((terms.add(&from.text()?), count(from)?)))?;
        let places = from.list(|from| Ok((from.u64()?, count(from)?)))?;
        let (terms, below) = (own.into_iter().collect(), below.into_iter().collect());
        Ok(Priors { all, terms, below, places: places.into_iter().collect() })
    }
}
