//! What holds of a sample: the values beneath, and over them what people decided, batch after batch in the order in
//! which they came to count. The rule lives here; what a value is made of is known by whoever has values.

use chorale_model::curation::{Curation, CurationAction};

/// A value that decisions are laid over.
pub trait Layered: Sized {
    fn field(&self) -> &str;
    fn term(&self) -> &str;
    /// It does not wait for review.
    fn is_accepted(&self) -> bool;
    /// What a person says, with the value that says the same beneath: it keeps the words that it was read from.
    fn said_by(curation: Curation, same: Option<Self>) -> Self;
    /// What became of the value that stood there before.
    fn replaced(curation: Curation, before: Self) -> Self;
    /// The same value, which waits for review now.
    fn sent_to_review(self, curation: Curation) -> Self;
}

/// Lays `curations` over `values`. The newest batch that sets or removes decides a field; what is accepted or rejected
/// leaves the field's other values as they are. A replacement and a review hold as long as the value is there that they
/// were made for, so that they never hide what an annotator says otherwise later.
pub fn overlay<T: Layered>(mut values: Vec<T>, curations: &[Curation]) -> Vec<T> {
    for batch in curations.chunk_by(|one, next| one.batch == next.batch) {
        let decides = |one: &Curation| matches!(one.action, CurationAction::Set | CurationAction::Remove);
        let is_decided = |value: &mut T| batch.iter().any(|one| decides(one) && one.field == value.field());
        let mut beneath: Vec<T> = values.extract_if(.., is_decided).collect();
        for one in batch {
            match one.action {
                CurationAction::Set => values.push(T::said_by(one.clone(), take(&mut beneath, one, &one.term))),
                CurationAction::Remove if one.state.is_some() => values.push(T::said_by(one.clone(), None)),
                CurationAction::Remove => {}
                CurationAction::Replace => replace(&mut values, one),
                CurationAction::Review => review(&mut values, one),
                CurationAction::Accept => accept(&mut values, one),
                CurationAction::Reject => drop(take(&mut values, one, from(one))),
            }
        }
    }
    values
}

/// The term that a curation was made for.
fn from(one: &Curation) -> &str {
    one.beneath.as_ref().map_or("", |beneath| beneath.term.as_str())
}

/// Where a term stands in a curation's field.
fn place<T: Layered>(values: &[T], one: &Curation, term: &str) -> Option<usize> {
    values.iter().position(|value| !term.is_empty() && value.field() == one.field && value.term() == term)
}

fn take<T: Layered>(values: &mut Vec<T>, one: &Curation, term: &str) -> Option<T> {
    place(values, one, term).map(|at| values.remove(at))
}

fn accept<T: Layered>(values: &mut Vec<T>, one: &Curation) {
    // What was read as something else is this now; its own term may stand there too.
    let was = if from(one) == one.term { None } else { take(values, one, from(one)) };
    let same = take(values, one, &one.term);
    values.push(T::said_by(one.clone(), same.or(was)));
}

fn replace<T: Layered>(values: &mut Vec<T>, one: &Curation) {
    let Some(at) = place(values, one, from(one)) else { return };
    let before = values.remove(at);
    // A term stands once in a field: of two values the accepted one stays.
    let same = values.iter().position(|value| value.field() == one.field && value.term() == one.term);
    match same {
        Some(same) if values[same].is_accepted() || !before.is_accepted() => {}
        Some(same) => values[same] = T::replaced(one.clone(), before),
        None => values.insert(at, T::replaced(one.clone(), before)),
    }
}

fn review<T: Layered>(values: &mut Vec<T>, one: &Curation) {
    if let Some(at) = place(values, one, from(one)).filter(|at| values[*at].is_accepted()) {
        let value = values.remove(at);
        values.insert(at, value.sent_to_review(one.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::curation::{BatchKind, Beneath};
    use chorale_model::harmonize::ValueState;
    use chorale_model::{BatchId, Time};
    use uuid::Uuid;

    #[derive(Clone, Debug, PartialEq)]
    struct Said {
        field: &'static str,
        term: String,
        accepted: bool,
        human: bool,
    }

    impl Layered for Said {
        fn field(&self) -> &str {
            self.field
        }
        fn term(&self) -> &str {
            &self.term
        }
        fn is_accepted(&self) -> bool {
            self.accepted
        }
        fn said_by(curation: Curation, same: Option<Self>) -> Self {
            let read = if same.is_some() { "*" } else { "" };
            Said { field: "tissue", term: curation.term + read, accepted: true, human: true }
        }
        fn replaced(curation: Curation, before: Self) -> Self {
            Said { term: curation.term, human: true, ..before }
        }
        fn sent_to_review(self, _: Curation) -> Self {
            Said { accepted: false, ..self }
        }
    }

    fn said(field: &'static str, term: &str) -> Said {
        Said { field, term: term.into(), accepted: true, human: false }
    }

    fn waits(field: &'static str, term: &str) -> Said {
        Said { accepted: false, ..said(field, term) }
    }

    fn of(batch: u128, action: CurationAction, field: &str, from: &str, term: &str) -> Curation {
        let beneath = Beneath {
            state: ValueState::Present,
            term: from.into(),
            label: String::new(),
            score: 0.9,
            method: String::new(),
            version: String::new(),
        };
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
            beneath: Some(beneath).filter(|_| !from.is_empty()),
        }
    }

    /// `field=term`, with `?` behind what waits and `!` behind what a person said.
    fn shown(values: Vec<Said>) -> String {
        let one = |value: Said| {
            let marks = (if value.accepted { "" } else { "?" }, if value.human { "!" } else { "" });
            format!("{}={}{}{}", value.field, value.term, marks.0, marks.1)
        };
        values.into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_newest_batch_that_decides_a_field_decides_it_alone() {
        use CurationAction::{Remove, Set};
        let beneath = || vec![said("tissue", "A"), said("tissue", "B"), said("sex", "m")];
        let both = [of(1, Set, "tissue", "", "C"), of(1, Set, "tissue", "", "D")];
        assert_eq!(shown(overlay(beneath(), &both)), "sex=m tissue=C! tissue=D!");
        let later = [both[0].clone(), both[1].clone(), of(2, Set, "tissue", "", "E")];
        assert_eq!(shown(overlay(beneath(), &later)), "sex=m tissue=E!");
        let none = [both[0].clone(), of(2, Remove, "tissue", "", "")];
        assert_eq!(shown(overlay(beneath(), &none)), "sex=m");
        let state = Curation { state: Some(ValueState::NotReported), ..none[1].clone() };
        assert_eq!(shown(overlay(beneath(), &[state])), "sex=m tissue=!");
        assert_eq!(shown(overlay(beneath(), &[])), "tissue=A tissue=B sex=m");
    }

    #[test]
    fn a_replacement_holds_while_its_term_is_said() {
        use CurationAction::{Replace, Set};
        let replaced = of(1, Replace, "tissue", "A", "N");
        let laid = |values: Vec<Said>| shown(overlay(values, std::slice::from_ref(&replaced)));
        assert_eq!(laid(vec![said("tissue", "A"), said("tissue", "B")]), "tissue=N! tissue=B");
        assert_eq!(laid(vec![said("tissue", "B")]), "tissue=B", "an annotator says something else now");
        assert_eq!(laid(vec![said("disease", "A")]), "disease=A", "another field");
        assert_eq!(laid(vec![waits("tissue", "A")]), "tissue=N?!", "nobody accepted it");
        // The same term twice: the accepted one stays.
        assert_eq!(laid(vec![said("tissue", "A"), said("tissue", "N")]), "tissue=N");
        assert_eq!(laid(vec![said("tissue", "A"), waits("tissue", "N")]), "tissue=N!");
        assert_eq!(laid(vec![waits("tissue", "A"), said("tissue", "N")]), "tissue=N");
        // Over what a person set, and over another replacement.
        let set = of(0, Set, "tissue", "", "A");
        assert_eq!(shown(overlay(vec![said("tissue", "Z")], &[set, replaced.clone()])), "tissue=N!");
        let chain = [replaced.clone(), of(2, Replace, "tissue", "N", "M")];
        assert_eq!(shown(overlay(vec![said("tissue", "A")], &chain)), "tissue=M!");
    }

    #[test]
    fn what_a_person_says_keeps_the_words_that_it_was_read_from() {
        let set = of(1, CurationAction::Set, "tissue", "A", "A");
        assert_eq!(shown(overlay(vec![waits("tissue", "A"), said("tissue", "B")], &[set])), "tissue=A*!");
    }

    #[test]
    fn what_is_accepted_or_rejected_leaves_the_fields_other_values() {
        use CurationAction::{Accept, Reject};
        let beneath = || vec![waits("tissue", "A"), said("tissue", "B"), waits("tissue", "C")];
        let laid = |values: Vec<Said>, one: Curation| shown(overlay(values, &[one]));
        let accepted = of(1, Accept, "tissue", "A", "A");
        assert_eq!(laid(beneath(), accepted.clone()), "tissue=B tissue=C? tissue=A*!");
        assert_eq!(laid(vec![said("tissue", "B")], accepted), "tissue=B tissue=A!", "whatever is said later");
        assert_eq!(laid(beneath(), of(1, Accept, "tissue", "A", "N")), "tissue=B tissue=C? tissue=N*!");
        assert_eq!(laid(beneath(), of(1, Accept, "tissue", "A", "B")), "tissue=C? tissue=B*!");
        let rejected = of(1, Reject, "tissue", "A", "");
        assert_eq!(laid(beneath(), rejected.clone()), "tissue=B tissue=C?");
        assert_eq!(laid(vec![said("tissue", "B")], rejected), "tissue=B");
    }

    #[test]
    fn a_review_holds_while_its_term_is_said() {
        let sent = of(1, CurationAction::Review, "tissue", "A", "");
        let laid = |values: Vec<Said>| shown(overlay(values, std::slice::from_ref(&sent)));
        assert_eq!(laid(vec![said("tissue", "A"), said("tissue", "B")]), "tissue=A? tissue=B");
        assert_eq!(laid(vec![said("tissue", "B")]), "tissue=B");
    }
}
