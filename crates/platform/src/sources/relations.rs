//! What an entity says it belongs to: its relation lines, and reanalyses that submitters wrote into other fields ("re-
//! analysis of GSE145652" as the source's name). What the source said stays as it is; this is only read from it.

use chorale_formats::Entity;

/// Accessions that one text may name.
const MOST_NAMED: usize = 50;

/// Kind and target, each target once.
pub fn relations(entity: &Entity) -> Vec<(String, String)> {
    let said = entity.relations().into_iter();
    let mut all: Vec<(String, String)> = said.map(|one| (one.kind.to_owned(), one.target.to_owned())).collect();
    for attribute in &entity.attributes {
        for target in reanalysed(&attribute.value) {
            if !all.iter().any(|(_, known)| known == target) && target != entity.accession {
                all.push(("Reanalysis of".to_owned(), target.to_owned()));
            }
        }
    }
    all
}

/// The samples and series that a text says are analysed again: `reanalysis of GSM1, GSM2 and GSM3`.
fn reanalysed(text: &str) -> Vec<&str> {
    const WORDS: &str = "analysis of ";
    // The same bytes in the same places: only ASCII letters change.
    let lower = text.to_ascii_lowercase();
    let mut named = Vec::new();
    for (at, _) in lower.match_indices(WORDS) {
        if !lower[..at].trim_end_matches('-').ends_with("re") {
            continue;
        }
        let mut rest = &text[at + WORDS.len()..];
        for word in ["sample ", "samples ", "series "] {
            if rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)) {
                rest = &rest[word.len()..];
            }
        }
        while let Some((accession, after)) = accession(rest).filter(|_| named.len() < MOST_NAMED) {
            named.push(accession);
            let after = after.trim_start_matches([',', ';', '&', ' ']);
            rest = after.strip_prefix("and ").unwrap_or(after);
        }
    }
    named
}

/// `GSM1` or `GSE1` at the start of a text, and what follows.
fn accession(text: &str) -> Option<(&str, &str)> {
    let digits = text.strip_prefix("GSM").or_else(|| text.strip_prefix("GSE"))?;
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (accession, after) = text.split_at(3 + count);
    let ends = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (count > 0 && ends).then_some((accession, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reanalysis_is_read_from_any_words() {
        assert_eq!(reanalysed("re-analysis of GSE145652"), ["GSE145652"]);
        assert_eq!(reanalysed("This is a Reanalysis of samples GSM1, GSM2 and GSM33."), ["GSM1", "GSM2", "GSM33"]);
        assert_eq!(reanalysed("µ reanalysis of sample GSM1; reanalysis of GSE2"), ["GSM1", "GSE2"]);
        for none in
            ["analysis of GSM1", "reanalysis of GSM", "reanalysis of GSM1x", "N20 [re-analyzed]", "reanalysis of "]
        {
            assert_eq!(reanalysed(none), [""; 0], "{none}");
        }
    }
}
