//! `is_a` is a partial order: a circle of it is a broken file, and every count that rolls up over it would be wrong.
//! Circles that mix relations exist in sound ontologies (a part develops from what it is part of) and are left alone.
//!
//! Ontologies carry terms of others, and those copies do go round in circles: Cell Ontology's releases hold a `role` of
//! BFO and one of ChEBI, each of which is_a the other. The circle of others' terms is cut and told; one that goes
//! through a term of the ontology's own is refused.

use crate::problem::{Error, Problems};
use crate::release::Step;
use crate::term::{Relation, Term};

/// Takes out of `parents` the steps that close a circle among others' terms.
///
/// # Errors
/// A circle through a term whose id begins with `own`, with the line of one of its terms.
pub fn cut(
    terms: &[Term],
    lines: &[u64],
    own: &str,
    parents: &mut [Vec<Step>],
    problems: &mut Problems,
) -> Result<(), Error> {
    let is_own = |at: usize| terms[at].prefix().eq_ignore_ascii_case(own);
    let mut closing: Vec<(usize, usize)> = Vec::new();
    walk(parents, is_own, |circle| {
        let (top, bottom) = (circle.path[0].place, circle.path[circle.path.len() - 1].place);
        let shown = format!("is_a goes round in a circle: {}", show(terms, circle.path));
        if circle.has_own {
            return Err(Error::new(lines[top], format!("{shown}; take one of these steps out")));
        }
        let told = format!("{shown}; {} is_a {} was left out", terms[bottom].id, terms[top].id);
        problems.push(lines[bottom], told);
        closing.push((bottom, top));
        Ok(())
    })?;
    for (from, to) in closing {
        parents[from].retain(|step| step.relation != Relation::IsA || step.to as usize != to);
    }
    Ok(())
}

/// A term on the way up.
struct At {
    place: usize,
    /// Which of its steps is next.
    next: usize,
    /// The ontology's own terms on the way to here, this one too.
    own: usize,
}

struct Circle<'a> {
    path: &'a [At],
    has_own: bool,
}

/// Tells every circle that a walk from the first term to the last comes upon; without the steps from each circle's end to
/// its beginning there is none. Depth first with a stack of its own, because chains are long, and in the time of one
/// look at each step, because circles can be as many as steps.
fn walk(
    parents: &[Vec<Step>],
    is_own: impl Fn(usize) -> bool,
    mut found: impl FnMut(Circle<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    const NEW: u32 = u32::MAX;
    const DONE: u32 = u32::MAX - 1;
    // Where a term is on the path, or one of the two.
    let mut places = vec![NEW; parents.len()];
    let mut path: Vec<At> = Vec::new();
    for root in 0..parents.len() {
        if places[root] != NEW {
            continue;
        }
        places[root] = 0;
        path.push(At { place: root, next: 0, own: usize::from(is_own(root)) });
        while let Some(at) = path.last_mut() {
            let Some(step) = parents[at.place].get(at.next) else {
                places[at.place] = DONE;
                path.pop();
                continue;
            };
            at.next += 1;
            let (own, up) = (at.own, step.to as usize);
            if step.relation != Relation::IsA || places[up] == DONE {
                continue;
            }
            if places[up] == NEW {
                places[up] = path.len() as u32;
                path.push(At { place: up, next: 0, own: own + usize::from(is_own(up)) });
                continue;
            }
            let from = places[up] as usize;
            let before = from.checked_sub(1).map_or(0, |before| path[before].own);
            found(Circle { path: &path[from..], has_own: own > before })?;
        }
    }
    Ok(())
}

fn show(terms: &[Term], circle: &[At]) -> String {
    let id = |at: &At| terms[at.place].id.as_str();
    let mut ids: Vec<&str> = circle.iter().take(6).map(id).collect();
    let left = &circle[ids.len()..];
    if left.len() > 5 {
        ids.push("…");
    }
    ids.extend(left.iter().skip(left.len().saturating_sub(5)).map(id));
    ids.push(id(&circle[0]));
    ids.join(" → ")
}
