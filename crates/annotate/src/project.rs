//! The projection of fields on what published labels of samples tell apart: `tissue`, `disease`, `sex` and `age`.

use crate::field::Field;
use crate::suggestion::{State, Suggestion};

/// A third of CREEDS' labels; in no release, and not the same as healthy.
pub const CONTROL: &str = "MONDO:0000000";
/// From here on a control arm speaks before a named disease.
const SURE_CONTROL: f32 = 0.45;

/// A suggestion as a judge of labels counts it.
#[derive(Clone, Debug, PartialEq)]
pub struct Projected {
    pub field: &'static str,
    pub term: String,
    pub score: f32,
}

/// Tissue and cell type (a cell line's cell of origin is among them) → `tissue`; the control arm, and a normal tissue (not
/// the uninvolved skin or gut of a patient, which is neither), → `disease` [`CONTROL`] instead of the donor's disease; sex → `M` or `F`; age → its group.
pub fn project(suggestions: &[Suggestion]) -> Vec<Projected> {
    let mut all = Vec::new();
    let control = suggestions.iter().filter(|one| is_control(one)).map(|one| one.score).fold(0.0, f32::max);
    let disease = suggestions.iter().filter(|one| is_disease(one)).map(|one| one.score).fold(0.0, f32::max);
    let is_control = control >= SURE_CONTROL || control > disease;
    if is_control && control > 0.0 {
        all.push(Projected { field: "disease", term: CONTROL.to_owned(), score: control });
    }
    for one in suggestions {
        let (field, term) = match one.field {
            _ if !matches!(one.state, State::Present | State::Healthy) => continue,
            Field::Tissue | Field::CellType => ("tissue", one.term.clone()),
            Field::Disease if one.state == State::Present && !is_control => ("disease", one.term.clone()),
            Field::Sex if one.term == "PATO:0000384" => ("sex", "M".to_owned()),
            Field::Sex if one.term == "PATO:0000383" => ("sex", "F".to_owned()),
            Field::AgeGroup => ("age", one.term.clone()),
            _ => continue,
        };
        all.push(Projected { field, term, score: one.score });
    }
    all
}

fn is_disease(one: &Suggestion) -> bool {
    one.field == Field::Disease && one.state == State::Present
}

fn is_control(one: &Suggestion) -> bool {
    let values: &[&str] = match one.field {
        Field::StudyArm => &["control", "reference"],
        Field::Perturbation => &["control"],
        // "Normal uninflamed colon": said to be both, it is a donor's, not the healthy part of a patient's.
        Field::Condition if one.term == "non-inflamed" => {
            let normal = one.runner_up.as_ref().filter(|(term, _, _)| term == "normal");
            return normal.is_some_and(|(_, _, score)| *score >= SURE_CONTROL);
        }
        Field::Condition => &["adjacent normal", "normal"],
        Field::Disease => return one.state == State::Healthy,
        _ => return false,
    };
    one.state == State::Present && values.contains(&one.term.as_str())
}
