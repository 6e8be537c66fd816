//! What several decisions about a field come to as decisions of one batch.

use chorale_model::curation::{Curation, CurationAction};

/// The decisions that count, in the order in which they came to count, without those that a later batch decided over. A
/// batch that sets or removes decides its field whatever came before; the other acts add to it.
pub fn net(decisions: &[Curation]) -> Vec<Curation> {
    let mut kept: Vec<Curation> = Vec::new();
    let standing: Vec<&Curation> = decisions.iter().filter(|one| one.reverted.is_none()).collect();
    for batch in standing.chunk_by(|one, next| one.batch == next.batch) {
        let decides = |one: &Curation| matches!(one.action, CurationAction::Set | CurationAction::Remove);
        kept.retain(|before| !batch.iter().any(|one| decides(one) && one.field == before.field));
        kept.extend(batch.iter().map(|one| (*one).clone()));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::curation::{BatchKind, Reverted};
    use chorale_model::{BatchId, Time};
    use uuid::Uuid;

    fn one(batch: u128, action: CurationAction, field: &str, term: &str) -> Curation {
        Curation {
            batch: BatchId(Uuid::from_u128(batch)),
            kind: BatchKind::Decision,
            title: String::new(),
            why: String::new(),
            by: None,
            at: Time(0),
            reverted: None,
            field: field.into(),
            action,
            state: None,
            term: term.into(),
            label: String::new(),
            note: String::new(),
            beneath: None,
        }
    }

    fn terms(found: &[Curation]) -> Vec<&str> {
        found.iter().map(|one| one.term.as_str()).collect()
    }

    #[test]
    fn a_later_batch_that_sets_a_field_is_all_that_counts_of_it() {
        use CurationAction::{Accept, Remove, Set};
        let all =
            [one(1, Set, "drug", "a"), one(1, Set, "drug", "b"), one(1, Set, "sex", "f"), one(2, Set, "drug", "c")];
        assert_eq!(terms(&net(&all)), ["f", "c"]);
        let all = [one(1, Set, "drug", "a"), one(2, Accept, "drug", "b")];
        assert_eq!(terms(&net(&all)), ["a", "b"], "what is accepted leaves the others");
        let all = [one(1, Accept, "drug", "a"), one(2, Remove, "drug", "")];
        assert_eq!(terms(&net(&all)), [""]);
    }

    #[test]
    fn what_was_taken_back_does_not_count() {
        let back = Some(Reverted { by: String::new(), at: Time(0), why: String::new() });
        let later = Curation { reverted: back, ..one(2, CurationAction::Set, "sex", "m") };
        assert_eq!(terms(&net(&[one(1, CurationAction::Set, "sex", "f"), later])), ["f"]);
    }
}
