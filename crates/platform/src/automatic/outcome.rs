//! What a decision says of an annotator: it was right, it was wrong, or it missed a value.

use chorale_model::curation::CurationAction;
use chorale_model::harmonize::ValueState;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What a batch does to samples of which the same was said, and what was said.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    pub action: CurationAction,
    /// What people say.
    pub state: Option<ValueState>,
    pub term: String,
    /// What stood there; None where nothing did.
    pub from: Option<(ValueState, String)>,
}

/// How an annotator comes out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Right,
    Wrong,
    Missed,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Right => "right",
            Outcome::Wrong => "wrong",
            Outcome::Missed => "missed",
        }
    }
}

impl Decided {
    /// None: it says nothing of who suggested it.
    pub fn outcome(&self) -> Option<Outcome> {
        // Who left it open among several claims nothing.
        let claim = self.from.as_ref().filter(|(state, _)| *state != ValueState::Unresolved);
        match (self.action, claim) {
            (CurationAction::Accept | CurationAction::Set, Some((state, term))) => {
                let same = self.state.unwrap_or_default() == *state && self.term == *term;
                Some(if same { Outcome::Right } else { Outcome::Wrong })
            }
            (CurationAction::Accept | CurationAction::Set, None) => self.is_value().then_some(Outcome::Missed),
            (CurationAction::Remove | CurationAction::Reject, Some(_)) => Some(Outcome::Wrong),
            (CurationAction::Remove | CurationAction::Reject, None) => None,
            // An ontology's upgrade speaks of terms, and a review of nobody's answer.
            (CurationAction::Replace | CurationAction::Review, _) => None,
        }
    }

    /// People say which value it is, and not only that it is none.
    pub fn is_value(&self) -> bool {
        let sets = matches!(self.action, CurationAction::Accept | CurationAction::Set);
        sets && matches!(self.state.unwrap_or_default(), ValueState::Present | ValueState::Healthy)
    }

    /// Stands for the question where none was asked: in one batch, what was said and what it became.
    pub fn stands_for(&self, batch: Uuid) -> Uuid {
        let (state, term) = self.from.as_ref().map_or(("", ""), |(state, term)| (state.name(), term.as_str()));
        let to = self.state.map_or("", ValueState::name);
        let mut hash = Sha256::new();
        hash.update(batch);
        for part in [state, term, self.action.name(), to, self.term.as_str()] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let bytes: [u8; 32] = hash.finalize().into();
        uuid::Builder::from_custom_bytes(bytes[..16].try_into().expect("it is longer")).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CurationAction::{Accept, Reject, Remove, Replace, Review, Set};
    use ValueState::{Healthy, NotReported, Present, Unresolved};

    fn of(action: CurationAction, to: Option<ValueState>, term: &str, from: Option<(ValueState, &str)>) -> Decided {
        let from = from.map(|(state, term)| (state, term.to_owned()));
        Decided { action, state: to, term: term.into(), from }
    }

    #[test]
    fn a_decision_says_what_became_of_a_suggestion() {
        let said = Some((Present, "A"));
        for action in [Accept, Set] {
            assert_eq!(of(action, Some(Present), "A", said).outcome(), Some(Outcome::Right));
            assert_eq!(of(action, None, "A", said).outcome(), Some(Outcome::Right));
            assert_eq!(of(action, Some(Present), "B", said).outcome(), Some(Outcome::Wrong));
            assert_eq!(of(action, Some(Healthy), "A", said).outcome(), Some(Outcome::Wrong));
            assert_eq!(of(action, Some(Present), "A", None).outcome(), Some(Outcome::Missed));
            assert_eq!(of(action, Some(Present), "A", Some((Unresolved, "A"))).outcome(), Some(Outcome::Missed));
            assert_eq!(of(action, Some(NotReported), "", None).outcome(), None);
        }
        for action in [Remove, Reject] {
            assert_eq!(of(action, Some(NotReported), "", said).outcome(), Some(Outcome::Wrong));
            assert_eq!(of(action, None, "", None).outcome(), None);
            assert_eq!(of(action, None, "", Some((Unresolved, "A"))).outcome(), None);
        }
        assert_eq!(of(Replace, None, "B", said).outcome(), None);
        assert_eq!(of(Review, None, "", said).outcome(), None);
        assert!(of(Set, Some(Present), "B", said).is_value() && !of(Remove, Some(NotReported), "", said).is_value());
    }

    #[test]
    fn where_no_question_was_asked_a_batch_and_what_it_did_stand_for_it() {
        let one = of(Set, Some(Present), "B", Some((Present, "A")));
        let (batch, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(one.stands_for(batch), one.clone().stands_for(batch));
        assert_ne!(one.stands_for(batch), one.stands_for(other));
        assert_ne!(one.stands_for(batch), of(Set, Some(Present), "C", Some((Present, "A"))).stands_for(batch));
        assert_ne!(one.stands_for(batch), of(Set, Some(Present), "B", None).stands_for(batch));
    }
}
