//! Puts releases together.

use super::finder::Finder;
use super::{Library, Pin, TermRef};
use crate::closure::Closure;
use crate::dictionary;
use crate::lookup;
use crate::problem::Error;
use crate::release::{Place, Release, Step};

/// How far `replaced_by` is followed.
const MOST_REPLACEMENTS: usize = 32;

pub fn build(releases: Vec<(String, Release)>) -> Result<Library, Error> {
    let mut shelf = Library::default();
    shelf.starts.push(0);
    for (number, (name, release)) in releases.iter().enumerate() {
        let twice = releases[..number].iter().any(|(before, _)| before.eq_ignore_ascii_case(name));
        if twice || name.is_empty() || number >= usize::from(u16::MAX) {
            return Err(Error::new(
                0,
                format!("\"{name}\" names two releases or none; give each release a name of its own"),
            ));
        }
        shelf.pins.push(pin(name, release));
        for term in &release.terms {
            shelf.columns.push(term, |id| release.place(id).is_some())?;
        }
        let end = u32::try_from(shelf.columns.len());
        shelf
            .starts
            .push(end.map_err(|_| Error::new(0, "the releases hold more than 2^32 terms; leave some of them out"))?);
    }
    shelf.columns.shrink();
    shelf.finder = Finder::new(&shelf.columns, &shelf.starts);
    shelf.closure = closure(&releases, &shelf.starts)?;
    shelf.replacements = (0..shelf.columns.len()).map(|term| replacement(&shelf, term)).collect::<Vec<_>>().into();
    let (mut names, mut forms) = (dictionary::Builder::default(), lookup::Builder::default());
    for (number, (_, release)) in releases.iter().enumerate() {
        for (place, term) in release.terms.iter().enumerate() {
            let at = TermRef { release: number as u16, place: place as Place };
            // Another release's copy of a term would name it twice.
            if !term.obsolete && shelf.find(&term.id) == Some(at) {
                names.add_term(at.release, at.place, term);
                forms.add_term(at.release, at.place, term);
            }
        }
    }
    shelf.dictionary = names.build()?;
    shelf.lookup = forms.build()?;
    Ok(shelf)
}

fn pin(name: &str, release: &Release) -> Pin {
    let in_use = release.terms.iter().filter(|term| !term.obsolete);
    Pin {
        name: name.to_owned(),
        version: release.version.clone(),
        sha256: release.sha256.clone(),
        format: release.format,
        terms: release.terms.len() as u32,
        obsolete: (release.terms.len() - in_use.clone().count()) as u32,
        names: in_use.map(|term| term.names().count() as u32).sum(),
    }
}

/// The steps of all releases, by the numbers that terms have in the library.
fn closure(releases: &[(String, Release)], starts: &[u32]) -> Result<Closure, Error> {
    let mut all: Vec<Vec<Step>> = Vec::new();
    for ((_, release), start) in releases.iter().zip(starts) {
        let moved = |step: &Step| Step { to: step.to + start, ..*step };
        all.extend((0..release.terms.len()).map(|place| release.parents(place as Place).iter().map(moved).collect()));
    }
    Closure::new(all.iter().map(Vec::as_slice))
}

/// What is to be used instead, in whatever release; followed to a term in use.
fn replacement(shelf: &Library, term: usize) -> u32 {
    let mut at = term;
    for _ in 0..MOST_REPLACEMENTS {
        if shelf.columns.obsolete[at] == 0 {
            return if at == term { u32::MAX } else { at as u32 };
        }
        let Some(next) = shelf.columns.replaced_by(at).and_then(|id| shelf.find(id)) else { break };
        at = shelf.index(next);
    }
    u32::MAX
}
