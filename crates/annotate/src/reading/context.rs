//! What stands near a name and changes it: "no evidence of", "versus", "family history of".

use crate::lexicon::Cue;
use chorale_ontology::Words;

/// What the words before and behind say of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Context {
    pub negated: bool,
    pub compared: bool,
    /// Somebody else's, or a past or possible one.
    pub others: bool,
    /// Added to the sample's cells.
    pub partner: bool,
}

/// So many words may stand between a cue and the name that it changes, in one clause.
const REACH: u32 = 3;

pub(super) fn of(words: &Words, cues: &[(u32, u32, Cue)], from: u32, to: u32) -> Context {
    let mut context = Context::default();
    for (cue_from, cue_to, cue) in cues.iter().rev() {
        if *cue_to > from {
            continue;
        }
        let gap = from - cue_to;
        if gap > REACH {
            // Cues are sorted by their beginning, and none has more than four words.
            if from - cue_from > REACH + 5 {
                break;
            }
            continue;
        }
        if (*cue_to..=from).any(|index| words.get(index as usize).after_stop) {
            continue;
        }
        // "non" belongs to the next word alone.
        let is_prefix = words.text(*cue_from as usize) == "non" && cue_to - cue_from == 1;
        match cue {
            Cue::Negates if is_prefix && gap > 0 => {}
            Cue::Negates => context.negated = true,
            Cue::Compares => context.compared = true,
            Cue::Others | Cue::Relative => context.others = true,
            Cue::Partner => context.partner = true,
            _ => {}
        }
    }
    if let Some(next) = (to < words.len() as u32).then_some(to as usize)
        && !words.get(next).after_stop
        && matches!(words.text(next), "negative" | "free" | "absent")
    {
        context.negated = true;
    }
    // "HL60 cell lysate" was given to the sample's cells.
    context.partner |= (to as usize..words.len())
        .take(2)
        .take_while(|next| !words.get(*next).after_stop)
        .any(|next| matches!(words.text(next), "lysate" | "supernatant" | "conditioned"));
    context
}
