//! Harmonized values as people read them: the words of states, methods and layers, the link of a term, and where in
//! the source a value was read. Used by every page that shows a value, so that all of them say the same.

use crate::address::encoded;
use crate::attribute::{headed, short_key};
use chorale_model::catalog::RawAttribute;
use chorale_model::harmonize::{Evidence, Layer, Value, ValueState};
use chorale_ui::{Absent, Icon, Score, Span, Status, Tone};
use leptos::prelude::*;

/// An id of an ontology, such as `MONDO:0005005`, `CVCL_0027` or `ENSG00000141510`; choices, quantities and texts are
/// none.
pub fn is_term(value: &str) -> bool {
    let of_prefix = value.split_once(':').is_some_and(|(prefix, local)| {
        let named =
            |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
        named(prefix) && named(local)
    });
    let of_ensembl = value.len() > 10 && value.starts_with("ENS") && value.bytes().all(|b| b.is_ascii_alphanumeric());
    of_prefix || of_ensembl || value.starts_with("CVCL_")
}

/// The gene of a genotype: `ENSG00000141510` of `ENSG00000141510 knockout`.
fn gene_in(id: &str) -> Option<&str> {
    let words = id.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.len() < id.len()).find(|word| word.starts_with("ENS") && is_term(word))
}

/// The page of a term.
pub fn term_href(id: &str) -> String {
    format!("/terms/{}", encoded(id))
}

/// The label with the id behind it; a term is a link to its page.
pub fn term(id: &str, label: &str) -> AnyView {
    let words = if label.is_empty() { id } else { label }.to_owned();
    if is_term(id) {
        let href = term_href(id);
        return view! { <span class="term"><a href=href>{words}</a> <code>{id.to_owned()}</code></span> }.into_any();
    }
    if let Some(gene) = gene_in(id) {
        let gene = view! { <code><a href=term_href(gene)>{gene.to_owned()}</a></code> };
        return view! { <span class="term"><b>{words}</b> " " {gene}</span> }.into_any();
    }
    view! { <span class="term"><b>{words}</b></span> }.into_any()
}

/// The label alone; the id is its title. For narrow columns.
pub fn short_term(id: &str, label: &str) -> AnyView {
    let words = if label.is_empty() { id } else { label }.to_owned();
    match is_term(id) {
        true => view! { <a class="quiet" href=term_href(id) title=id.to_owned()>{words}</a> }.into_any(),
        false => words.into_any(),
    }
}

/// A value has something to show: a term, a choice, a quantity.
pub fn is_said(state: ValueState) -> bool {
    matches!(state, ValueState::Present | ValueState::Healthy)
}

/// The words of a state.
pub fn state_words(state: ValueState) -> &'static str {
    match state {
        ValueState::Present => "present",
        ValueState::Healthy => "healthy",
        ValueState::NotApplicable => "not applicable",
        ValueState::NotReported => "not reported",
        ValueState::Unresolved => "unresolved",
    }
}

/// Why nothing stands where a value would.
pub fn state_reason(state: ValueState) -> &'static str {
    match state {
        ValueState::NotApplicable => "the field has no meaning for this sample",
        ValueState::NotReported => "the source says that it is not known, or leaves it out",
        ValueState::Unresolved => "the source says something that no term fits",
        ValueState::Present | ValueState::Healthy => "",
    }
}

/// What stands for a value: its term, or a dash with the reason.
pub fn shown(state: ValueState, id: &str, label: &str) -> AnyView {
    match is_said(state) {
        true => term(id, label),
        false => view! { <Absent reason=state_reason(state)/> }.into_any(),
    }
}

/// How a value stands: by whom it holds, or that it waits for somebody.
pub fn status(state: ValueState, layer: Layer, accepted: bool) -> AnyView {
    let (tone, icon, word) = match (state, layer, accepted) {
        (_, _, false) => (Tone::Warn, Icon::Clock, "in review"),
        (ValueState::NotReported | ValueState::NotApplicable | ValueState::Unresolved, Layer::Automatic, _) => {
            (Tone::Plain, Icon::Info, state_words(state))
        }
        (_, Layer::Human, _) => (Tone::Ok, Icon::People, "by a curator"),
        (_, Layer::Submitter, _) => (Tone::Ok, Icon::Ok, "by the submitter"),
        (_, Layer::Automatic, _) => (Tone::Ok, Icon::Ok, "accepted"),
    };
    view! { <Status tone=tone icon=icon word=word/> }.into_any()
}

/// `dictionary 0.1.0`: what suggested it, with its version; people have none. The whole version is its title.
pub fn method(method: &str, version: &str) -> AnyView {
    let title = [method_title(method), version].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let title = title.join("; version ");
    let version = (!version.is_empty()).then(|| view! { " " <span class="mono">{version_words(version)}</span> });
    view! { <span class="how-read" title=title>{method.to_owned()}{version}</span> }.into_any()
}

/// A version for a narrow place: `3` reads `v3`, `dictionary-0.1.0-1+c6003ec7` reads `0.1.0-1`.
fn version_words(version: &str) -> String {
    if version.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("v{version}");
    }
    let plain = version.split('+').next().unwrap_or(version);
    match plain.split_once('-') {
        Some((name, rest)) if name.bytes().all(|byte| byte.is_ascii_alphabetic()) => rest.to_owned(),
        _ => plain.to_owned(),
    }
}

/// What a method does, for who doesn't know its name.
pub fn method_title(method: &str) -> &'static str {
    match method {
        "dictionary" => "a name or synonym of the term stands in the text",
        "learned" => "the text implies it, as learned from labelled samples",
        "both" => "a name stands in the text, and the learned model agrees",
        "pattern" => "read from how this sample's name differs from its siblings'",
        "rule" => "follows from another field",
        "curation" => "a person decided it",
        _ => "",
    }
}

/// Score over method and version.
pub fn score(value: f64, by: &str, version: &str) -> AnyView {
    view! { <Score value=value/>{method(by, version)} }.into_any()
}

/// Where in what the source said a value was read: which attribute, from which character to which. The key of the
/// evidence may be the attribute's own, the short one, or the head of a characteristic; offsets then count from what
/// follows the head. None: the words stand elsewhere, in the study's text for example.
pub fn locate(attributes: &[RawAttribute], evidence: &Evidence) -> Option<(usize, usize, usize)> {
    let key = evidence.attribute.as_deref()?;
    let (start, end) = (usize::try_from(evidence.start).ok()?, usize::try_from(evidence.end).ok()?);
    let same = |one: &str| one.eq_ignore_ascii_case(key);
    let named = || {
        attributes.iter().enumerate().filter(|(_, attribute)| {
            same(&attribute.key) || same(short_key(&attribute.key)) || same(headed(attribute).0)
        })
    };
    let exact = named().find_map(|(at, attribute)| {
        let before = attribute.value.chars().count() - headed(attribute).1.chars().count();
        let stands = |from: usize, to: usize| from < to && chars(&attribute.value, from, to) == evidence.text;
        [0, before].into_iter().find(|by| stands(start + by, end + by)).map(|by| (at, start + by, end + by))
    });
    // Attributes that were joined keep the words, not their places.
    exact
        .or_else(|| named().find_map(|(at, one)| position(&one.value, &evidence.text).map(|(from, to)| (at, from, to))))
}

/// Characters `from` up to `to` of a text.
pub fn chars(text: &str, from: usize, to: usize) -> String {
    text.chars().skip(from).take(to.saturating_sub(from)).collect()
}

fn position(text: &str, words: &str) -> Option<(usize, usize)> {
    let from = text.find(words).filter(|_| !words.is_empty())?;
    let start = text[..from].chars().count();
    Some((start, start + words.chars().count()))
}

/// The marked words with at most `around` characters on each side, cut between words.
pub fn excerpt(text: &str, from: usize, to: usize, around: usize) -> (String, Span) {
    let total = text.chars().count();
    let letters: Vec<char> = text.chars().collect();
    let (from, to) = (from.min(total), to.min(total));
    let mut start = from.saturating_sub(around);
    while start > 0 && start < from && !letters[start - 1].is_whitespace() {
        start += 1;
    }
    let mut end = (to + around).min(total);
    while end < total && end > to && !letters[end].is_whitespace() {
        end -= 1;
    }
    let (open, close) = (if start > 0 { "… " } else { "" }, if end < total { " …" } else { "" });
    let shift = open.chars().count();
    let cut: String = letters[start..end].iter().collect();
    let span = Span {
        start: from - start + shift,
        end: to - start + shift,
        label: String::new(),
        note: String::new(),
        tint: None,
    };
    (format!("{open}{cut}{close}"), span)
}

/// The values of a field, those that hold first.
pub fn of_field<'a>(values: &'a [Value], field: &'a str) -> impl Iterator<Item = &'a Value> {
    values.iter().filter(move |value| value.field == field)
}

/// The words of a field where nobody tells its label: `cell_type` as `Cell type`.
pub fn field_words(name: &str) -> String {
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(key: &str, value: &str) -> RawAttribute {
        RawAttribute { key: key.into(), value: value.into() }
    }

    fn evidence(key: &str, start: u64, text: &str) -> Evidence {
        Evidence { attribute: Some(key.into()), start, end: start + text.chars().count() as u64, text: text.into() }
    }

    #[test]
    fn ids_are_told_from_choices_and_quantities() {
        for id in
            ["MONDO:0005005", "CVCL_0027", "NCBITaxon:9606", "InChIKey:MLDQJTXFUGDVEO-UHFFFAOYSA-N", "ENSG00000141510"]
        {
            assert!(is_term(id), "{id}");
        }
        for other in ["54 year", "adjacent_normal", "note: several", "", "a:", ":b", "5 µM: 24 h"] {
            assert!(!is_term(other), "{other}");
        }
    }

    #[test]
    fn a_genotype_names_its_gene() {
        assert_eq!(gene_in("ENSG00000141510 knockout"), Some("ENSG00000141510"));
        assert_eq!(gene_in("siRNA against ENSMUSG00000028756"), Some("ENSMUSG00000028756"));
        assert_eq!(gene_in("ENSG00000141510-/-"), Some("ENSG00000141510"));
        for other in ["TP53 knockout", "ENSG00000141510", "50-60 year", ""] {
            assert_eq!(gene_in(other), None, "{other}");
        }
    }

    #[test]
    fn a_version_is_short_where_room_is() {
        assert_eq!(version_words("3"), "v3");
        assert_eq!(version_words("dictionary-0.1.0-1+c6003ec7"), "0.1.0-1");
        assert_eq!(version_words("0.1.0"), "0.1.0");
        assert_eq!(version_words("2026-05-05"), "2026-05-05");
    }

    #[test]
    fn words_are_found_under_every_name_of_their_attribute() {
        let said = [
            attribute("Sample_source_name_ch1", "Human β Renal Epithelium"),
            attribute("Sample_characteristics_ch1", "Sex: male"),
            attribute("Sample_characteristics_ch1", "tissue: kidney, left"),
        ];
        assert_eq!(locate(&said, &evidence("source_name", 8, "Renal")), Some((0, 8, 13)));
        assert_eq!(locate(&said, &evidence("Sample_source_name_ch1", 8, "Renal")), Some((0, 8, 13)));
        assert_eq!(locate(&said, &evidence("Tissue", 0, "kidney")), Some((2, 8, 14)), "counted after the head");
        assert_eq!(locate(&said, &evidence("Tissue", 8, "kidney")), Some((2, 8, 14)), "counted from the start");
        assert_eq!(locate(&said, &evidence("tissue", 40, "left")), Some((2, 16, 20)), "found by its words");
        assert_eq!(locate(&said, &evidence("tissue", 0, "liver")), None);
        assert_eq!(locate(&said, &evidence("study", 0, "kidney")), None);
    }

    #[test]
    fn an_excerpt_keeps_whole_words_around_the_mark() {
        let (text, span) = excerpt("one two three four five six seven", 14, 18, 6);
        assert_eq!(text, "… three four five …");
        assert_eq!(chars(&text, span.start, span.end), "four");
        let (text, span) = excerpt("liver", 0, 5, 20);
        assert_eq!((text.as_str(), span.start, span.end), ("liver", 0, 5));
    }
}
