//! What a set of fields must be, checked before it is kept; a fault names every field and what is wrong with it.

use chorale_model::Fault;
use chorale_model::fields::{Field, FieldKind};
use chorale_ontology::Library;
use std::collections::{HashMap, HashSet};

const MOST_FIELDS: usize = 100;
const MOST_CHOICES: usize = 500;
const LONGEST_NAME: usize = 40;
const LONGEST_TEXT: usize = 4_000;

pub(super) fn check(fields: &[Field], library: &Library) -> Result<(), Fault> {
    if fields.is_empty() {
        return Err(Fault::field("fields", "keep at least one field"));
    }
    if fields.len() > MOST_FIELDS {
        return Err(Fault::field("fields", format!("{} are too many; {MOST_FIELDS} are the most", fields.len())));
    }
    let mut names: HashMap<&str, usize> = HashMap::new();
    for field in fields {
        *names.entry(field.name.as_str()).or_default() += 1;
    }
    let mut wrong: Vec<Fault> = Vec::new();
    for (place, field) in fields.iter().enumerate() {
        if names[field.name.as_str()] > 1 {
            wrong.push(refuse(place, field, "name", "stands twice; each name is one field"));
        }
        let found = [
            check_name(place, field),
            check_label(place, field),
            check_guideline(place, field),
            check_releases(place, field),
            check_choices(place, field),
            check_thresholds(place, field),
            check_branch(place, field, library),
        ];
        wrong.extend(found.into_iter().filter_map(Result::err));
    }
    Fault::together(wrong)
}

/// The same fault for who edits the field at `place` alone: its parts are named as in the form. What is wrong with other
/// fields is told only where this one is right.
pub(super) fn of_one(mut fault: Fault, place: usize, name: &str) -> Fault {
    let (path, subject) = (format!("fields[{place}]."), format!("the field \"{}\": ", short(name)));
    if fault.fields.iter().any(|wrong| wrong.field.starts_with(&path)) {
        fault.fields.retain(|wrong| wrong.field.starts_with(&path));
    }
    for wrong in &mut fault.fields {
        if let Some(part) = wrong.field.strip_prefix(&path) {
            wrong.field = part.to_owned();
            if let Some(why) = wrong.message.strip_prefix(&subject) {
                wrong.message = why.to_owned();
            }
        }
    }
    fault
}

/// Names the field by its place, for a form, and by its name, for people.
fn refuse(place: usize, field: &Field, part: &str, why: &str) -> Fault {
    Fault::field(&format!("fields[{place}].{part}"), format!("the field \"{}\": {part} {why}", short(&field.name)))
}

fn short(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

fn check_name(place: usize, field: &Field) -> Result<(), Fault> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let good = field.name.starts_with(|c: char| c.is_ascii_lowercase()) && field.name.chars().all(letters);
    if !good || field.name.len() > LONGEST_NAME {
        let why = "is made of a-z, 0-9 and _, begins with a letter and has 40 characters at most";
        return Err(refuse(place, field, "name", why));
    }
    Ok(())
}

fn check_label(place: usize, field: &Field) -> Result<(), Fault> {
    if field.label.trim().is_empty() || field.label.chars().count() > 100 {
        return Err(refuse(place, field, "label", "needs 1 to 100 characters"));
    }
    Ok(())
}

fn check_guideline(place: usize, field: &Field) -> Result<(), Fault> {
    if field.guideline.chars().count() > LONGEST_TEXT {
        return Err(refuse(place, field, "guideline", "is longer than 4,000 characters"));
    }
    Ok(())
}

fn check_releases(place: usize, field: &Field) -> Result<(), Fault> {
    let is_term = field.kind == FieldKind::Term;
    if is_term && field.releases.is_empty() {
        return Err(refuse(
            place,
            field,
            "releases",
            "are missing: name the ontologies whose terms it takes, such as MONDO",
        ));
    }
    if !is_term && (!field.releases.is_empty() || field.branch.is_some()) {
        return Err(refuse(place, field, "releases", "belong to fields of kind term; leave them and the branch out"));
    }
    Ok(())
}

fn check_choices(place: usize, field: &Field) -> Result<(), Fault> {
    let with_choices = matches!(field.kind, FieldKind::Choice | FieldKind::Quantity);
    if with_choices && field.choices.is_empty() {
        return Err(refuse(place, field, "choices", "are missing: list the values, or the units of a quantity"));
    }
    if !with_choices && !field.choices.is_empty() {
        return Err(refuse(place, field, "choices", "belong to fields of kind choice or quantity; leave them out"));
    }
    if field.choices.len() > MOST_CHOICES {
        return Err(refuse(place, field, "choices", "are more than 500; an ontology serves that better"));
    }
    let mut seen = HashSet::new();
    for choice in &field.choices {
        if choice.trim().is_empty() || choice.chars().count() > 200 {
            return Err(refuse(place, field, "choices", "need 1 to 200 characters each"));
        }
        if !seen.insert(choice) {
            return Err(refuse(place, field, "choices", &format!("hold \"{choice}\" twice")));
        }
    }
    Ok(())
}

fn check_thresholds(place: usize, field: &Field) -> Result<(), Fault> {
    for (part, value) in [("accept_precision", field.accept_precision), ("abstain_below", field.abstain_below)] {
        if !(0.0..=1.0).contains(&value) {
            return Err(refuse(place, field, part, "is a number between 0 and 1, such as 0.95"));
        }
    }
    if field.accept_from.is_some_and(|from| !(0.0..=1.0).contains(&from)) {
        return Err(refuse(place, field, "accept_from", "is a score between 0 and 1, such as 0.85; or leave it out"));
    }
    if field.abstain_below > field.accept_precision {
        return Err(refuse(
            place,
            field,
            "abstain_below",
            "is above accept_precision: nothing would be left to review",
        ));
    }
    Ok(())
}

/// A branch must be a term of one of the field's releases. Releases that are not installed yet have nothing to check.
fn check_branch(place: usize, field: &Field, library: &Library) -> Result<(), Fault> {
    let installed: Vec<String> = library.pins().iter().map(|pin| pin.name.clone()).collect();
    let known = |name: &str| installed.iter().any(|installed| installed.eq_ignore_ascii_case(name));
    for release in &field.releases {
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if release.is_empty() || release.len() > 40 || !release.chars().all(letters) {
            return Err(refuse(place, field, "releases", "are names of ontologies such as MONDO"));
        }
    }
    let Some(branch) = &field.branch else { return Ok(()) };
    if !field.releases.iter().any(|release| known(release)) {
        return Ok(());
    }
    match library.find(branch) {
        Some(term)
            if field
                .releases
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&library.pins()[usize::from(term.release)].name)) =>
        {
            Ok(())
        }
        Some(term) => {
            let of = &library.pins()[usize::from(term.release)].name;
            Err(refuse(place, field, "branch", &format!("{branch} is a term of {of}, which is not among its releases")))
        }
        None => {
            let why = format!("{} is no term of {}", short(branch), field.releases.join(", "));
            Err(refuse(place, field, "branch", &why))
        }
    }
}
