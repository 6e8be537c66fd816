//! Which questions become items, and in which order: pure functions of what there is and of a seed.

use crate::review::Weighed;
use chorale_model::QuestionId;
use chorale_model::projects::Sampling;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A question that may be drawn: its field, and what is known of it.
pub type Candidate = (String, Weighed);

/// At most `most` of them.
pub fn draw(sampling: Sampling, most: usize, seed: Uuid, mut all: Vec<Candidate>) -> Vec<(String, QuestionId)> {
    match sampling {
        Sampling::All | Sampling::Active => {
            all.sort_by(|(_, a), (_, b)| b.worth.total_cmp(&a.worth).then(a.id.cmp(&b.id)));
        }
        Sampling::Uncertain => all.sort_by(|(_, a), (_, b)| a.score.total_cmp(&b.score).then(a.id.cmp(&b.id))),
        Sampling::Random => all.sort_by_cached_key(|(field, one)| chance(seed, field, one.id)),
        Sampling::Stratified => all = stratified(seed, all),
    }
    all.truncate(most);
    all.into_iter().map(|(field, one)| (field, one.id)).collect()
}

/// Fields in turn, in each of them its values in turn, in each of those at random.
fn stratified(seed: Uuid, mut all: Vec<Candidate>) -> Vec<Candidate> {
    all.sort_by_cached_key(|(field, one)| chance(seed, field, one.id));
    let mut fields: BTreeMap<String, BTreeMap<String, Vec<Candidate>>> = BTreeMap::new();
    for one in all {
        fields.entry(one.0.clone()).or_default().entry(one.1.term.clone()).or_default().push(one);
    }
    let of_field = |values: BTreeMap<String, Vec<Candidate>>| {
        let mut values: Vec<Vec<Candidate>> = values.into_values().collect();
        // Not always the value whose id is first.
        values.sort_by_cached_key(|of| of.first().map(|(field, one)| chance(seed, field, one.id)));
        in_turn(values)
    };
    in_turn(fields.into_values().map(of_field).collect())
}

/// The first of each, then the second of each.
fn in_turn<T>(lists: Vec<Vec<T>>) -> Vec<T> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    (0..longest).flat_map(|_| lists.iter_mut().filter_map(Iterator::next).collect::<Vec<_>>()).collect()
}

/// The same for a seed and a name in every process.
pub fn chance(seed: Uuid, name: &str, id: QuestionId) -> [u8; 32] {
    Sha256::new().chain_update(seed.as_bytes()).chain_update(name).chain_update(id.0.as_bytes()).finalize().into()
}

/// Who answers which: each item gets `reviewers` people in turn, so that no one has more than one item more than another.
pub fn in_pairs<I: Copy, P: Copy>(items: &[I], people: &[P], reviewers: usize) -> Vec<(I, P)> {
    let mut turn = people.iter().cycle();
    items.iter().flat_map(|item| turn.by_ref().take(reviewers).map(|one| (*item, *one)).collect::<Vec<_>>()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Candidate> {
        let one = |field: &str, n: u128, term: &str, score: f64, worth: f64| {
            (field.to_owned(), Weighed { id: QuestionId(Uuid::from_u128(n)), term: term.to_owned(), score, worth })
        };
        let mut all: Vec<Candidate> = (0..40).map(|n| one("disease", n, "A", 0.5, n as f64)).collect();
        all.push(one("disease", 100, "B", 0.1, 3.0));
        all.push(one("tissue", 200, "C", 0.9, 99.0));
        all.push(one("tissue", 201, "C", 0.2, 0.5));
        all
    }

    fn ids(sampling: Sampling, most: usize, seed: u128) -> Vec<u128> {
        draw(sampling, most, Uuid::from_u128(seed), all()).into_iter().map(|(_, id)| id.0.as_u128()).collect()
    }

    #[test]
    fn each_sampling_draws_what_its_name_says() {
        assert_eq!(ids(Sampling::Active, 3, 1), [200, 39, 38]);
        assert_eq!(ids(Sampling::Uncertain, 3, 1), [100, 201, 0]);
        assert_eq!(ids(Sampling::All, 1_000, 1).len(), 43);
        let (one, other) = (ids(Sampling::Random, 10, 1), ids(Sampling::Random, 10, 2));
        assert!(one != other && one == ids(Sampling::Random, 10, 1), "the seed alone decides");
        // Both fields, and both values of the larger one, among the first four.
        let mut spread = ids(Sampling::Stratified, 4, 1);
        spread.sort_unstable();
        assert!(spread.contains(&100) && spread.contains(&200) && spread.contains(&201), "{spread:?}");
    }

    #[test]
    fn work_is_shared_evenly_and_nobody_has_an_item_twice() {
        let (items, people): (Vec<u8>, _) = ((0..7).collect(), ['a', 'b', 'c']);
        let pairs = in_pairs(&items, &people, 2);
        assert_eq!(pairs.len(), 14);
        for person in people {
            let own = pairs.iter().filter(|(_, one)| *one == person).count();
            assert!((4..=5).contains(&own), "{person} has {own}");
        }
        for item in items {
            let of: Vec<char> = pairs.iter().filter(|(one, _)| *one == item).map(|(_, person)| *person).collect();
            assert!(of.len() == 2 && of[0] != of[1], "{of:?}");
        }
    }
}
