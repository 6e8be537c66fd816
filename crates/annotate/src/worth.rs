//! What a decision is worth to whoever learns from it: uncertainty × samples settled × diversity. One rule, for the queue
//! of curators and for the simulation that shows what it gains (`examples/active.rs`).

/// A question that is as sure as can be is still worth something: its samples are settled.
const SURE: f64 = 0.05;

/// A question that could be asked next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// How sure the annotator is of its suggestion, 0 to 1.
    pub score: f64,
    /// That a decision settles.
    pub samples: f64,
    /// Questions of the same term that were decided or handed out lately: the next one of them teaches less.
    pub alike: f64,
}

impl Asked {
    /// Expected value of asking it.
    pub fn worth(self) -> f64 {
        (1.0 + SURE - self.score.clamp(0.0, 1.0)) * self.samples.max(0.0) / (1.0 + self.alike.max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unsure_the_many_and_the_new_are_worth_more() {
        let asked = Asked { score: 0.5, samples: 100.0, alike: 0.0 };
        let worth = asked.worth();
        assert!((worth - 55.0).abs() < 1e-9);
        assert!(Asked { score: 0.4, ..asked }.worth() > worth);
        assert!(Asked { samples: 101.0, ..asked }.worth() > worth);
        assert!(Asked { alike: 1.0, ..asked }.worth() < worth);
        assert!(Asked { score: 1.0, ..asked }.worth() > 0.0, "what is sure is settled too");
        assert_eq!(Asked { score: 7.0, ..asked }.worth(), Asked { score: 1.0, ..asked }.worth());
    }
}
