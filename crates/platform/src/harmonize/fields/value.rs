//! A value that a person gives for a field.

use crate::harmonize::decide::takes_term;
use crate::{Ctx, ontologies};
use chorale_model::Fault;
use chorale_model::fields::{Field, FieldKind};
use chorale_ontology::{Library, TermRef, Words};

/// Longest text of a value.
const LONGEST: usize = 300;

/// What is kept of it: the term or the choice, and its label.
///
/// # Errors
/// When the field does not take it, with what it takes.
pub async fn check_value(ctx: &Ctx, field: &Field, text: &str) -> Result<(String, String), Fault> {
    let text = text.trim();
    let refuse = |why: String| Err(Fault::field("term", why));
    if text.is_empty() {
        return refuse(format!("is missing; say which value {} has", field.label.to_lowercase()));
    }
    if text.chars().count() > LONGEST {
        return refuse(format!("is too long; at most {LONGEST} characters fit"));
    }
    match field.kind {
        FieldKind::Choice => match field.choices.iter().find(|choice| choice.eq_ignore_ascii_case(text)) {
            Some(choice) => Ok((choice.clone(), choice.clone())),
            None => refuse(format!("\"{text}\" is no choice of this field; it has {}", field.choices.join(", "))),
        },
        FieldKind::Term => {
            let library = ontologies::library(&ctx.app).await?;
            term(&library, field, text).map_err(|why| Fault::field("term", why))
        }
        FieldKind::Quantity | FieldKind::Text => Ok((text.to_owned(), text.to_owned())),
    }
}

/// The term with this id, or the only one of the field with this name.
pub(super) fn term(library: &Library, field: &Field, text: &str) -> Result<(String, String), String> {
    let shown = |term| (library.id(term).to_owned(), library.label(term).to_owned());
    let takes = |term: &TermRef| takes_term(library, field, library.id(*term));
    let takes_what = || {
        let below = field.branch.as_ref().map_or_else(String::new, |branch| format!(" below {branch}"));
        format!("{} takes terms of {}{below}", field.label.to_lowercase(), field.releases.join(", "))
    };
    if let Some(term) = library.find(text) {
        let (id, label) = shown(term);
        return if takes(&term) {
            Ok((id, label))
        } else {
            Err(format!("{id} ({label}) is no value: {}", takes_what()))
        };
    }
    let (words, mut found) = (Words::of(text), Vec::new());
    library.dictionary().find(&words, &mut found);
    let whole = found.iter().filter(|one| one.from == 0 && one.to as usize == words.len());
    let named = whole.flat_map(|one| library.dictionary().names(one));
    let named = named.map(|name| (name.is_label, TermRef { release: name.release, place: name.term }));
    let mut named: Vec<(bool, TermRef)> = named.filter(|(_, term)| takes(term)).collect();
    // A label is a name of its own; a synonym may be one of several terms.
    if named.iter().any(|(is_label, _)| *is_label) {
        named.retain(|(is_label, _)| *is_label);
    }
    let mut ids: Vec<(String, String)> = named.into_iter().map(|(_, term)| shown(term)).collect();
    ids.sort();
    ids.dedup();
    match ids.as_slice() {
        [] => Err(format!("\"{text}\" is no term of an ontology in use, by its name or its id: {}", takes_what())),
        [one] => Ok(one.clone()),
        several => {
            let several: Vec<String> = several.iter().take(5).map(|(id, label)| format!("{id} ({label})")).collect();
            Err(format!("\"{text}\" names several terms; give the id of one: {}", several.join(", ")))
        }
    }
}
