//! Genes in genotypes by their ids: `p53 knockout` and `TP53 knockout` say the same of the same gene. What was written
//! stays as the label. Whose gene it is, the sample's organism says; a symbol alone decides only where one release in
//! use has it, written so.

use super::stored::Stored;
use chorale_model::harmonize::ValueState;
use chorale_ontology::dictionary::Match;
use chorale_ontology::{Library, Scope, TermRef, Words};

/// The releases of genes, with the organisms whose they are.
const RELEASES: [(&str, &str); 3] =
    [("HGNC", "NCBITaxon:9606"), ("MGI", "NCBITaxon:10090"), ("RGD", "NCBITaxon:10116")];

/// Puts the id of a gene into the place of its symbol, where a genotype names one that is known.
pub fn identify(library: &Library, values: &mut [Stored]) {
    let mut genes: Vec<(u16, &str)> =
        RELEASES.iter().filter_map(|(name, organism)| Some((library.release(name)?, *organism))).collect();
    if genes.is_empty() {
        return;
    }
    let organism = values.iter().find(|value| value.field == "organism" && value.state == ValueState::Present);
    let organism = organism.map(|value| value.term.clone());
    if let Some(organism) = &organism {
        genes.retain(|(_, of)| of == organism);
    }
    let releases: Vec<u16> = genes.into_iter().map(|(release, _)| release).collect();
    for value in values.iter_mut().filter(|value| value.field == "genotype" && value.state == ValueState::Present) {
        if let Some(term) = with_id(library, &releases, organism.is_some(), &value.term) {
            value.term = term;
        }
    }
}

/// The text with a gene's symbol replaced by its id: the first one of those that are symbols now, else of those that were
/// or are also in use.
fn with_id(library: &Library, releases: &[u16], any_case: bool, text: &str) -> Option<String> {
    let words = Words::of(text);
    let mut found = Vec::new();
    library.dictionary().find(&words, &mut found);
    let named = found.iter().filter_map(|one| {
        let (start, end) = (byte_at(text, one.start), byte_at(text, one.end));
        let (is_other_name, gene) = gene_of(library, releases, any_case, one, &text[start..end])?;
        Some(((is_other_name, start, std::cmp::Reverse(end)), gene))
    });
    let ((_, start, std::cmp::Reverse(end)), gene) = named.min()?;
    Some(format!("{}{}{}", &text[..start], library.id(gene), &text[end..]))
}

/// The one gene that a symbol names, and whether it is another name of it: its own symbol goes before others' other
/// names. Other names are also words, and are taken as they are written alone.
fn gene_of(library: &Library, releases: &[u16], any_case: bool, found: &Match, said: &str) -> Option<(bool, TermRef)> {
    let mut named: Vec<(bool, TermRef)> = Vec::new();
    for name in library.dictionary().names(found) {
        let term = TermRef { release: name.release, place: name.term };
        let is_written = || match name.is_label {
            true => any_case || library.label(term) == said,
            false => library.synonyms(term).any(|(synonym, scope)| scope == Scope::Exact && synonym == said),
        };
        if releases.contains(&name.release) && is_written() {
            named.push((!name.is_label, term));
        }
    }
    named.sort_unstable();
    named.dedup();
    match named[..] {
        [only] => Some(only),
        [own @ (false, _), (true, _), ..] => Some(own),
        _ => None,
    }
}

fn byte_at(text: &str, scalar: u32) -> usize {
    text.char_indices().nth(scalar as usize).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HUMAN: &[u8] = b"hgnc_id\tsymbol\talias_symbol\tensembl_gene_id\n\
        HGNC:11998\tTP53\tp53\tENSG00000141510\n\
        HGNC:14581\tPINK1\t\tENSG00000158828\n\
        HGNC:1\tAAA1\tMYCX\tENSG00000000001\n\
        HGNC:2\tBBB1\tMYCX\tENSG00000000002\n";
    const MOUSE: &[u8] =
        b"ENSMUSG00000028756,Pink1,1,10,protein_coding\nENSMUSG00000059552,Trp53,1,10,protein_coding\n";

    fn library() -> Library {
        let read = |(name, text): (&str, &[u8])| (name.to_owned(), chorale_ontology::read(text).unwrap());
        Library::build([("HGNC", HUMAN), ("MGI", MOUSE)].map(read).into()).unwrap()
    }

    fn value(field: &str, term: &str) -> Stored {
        Stored {
            field: field.to_owned(),
            state: ValueState::Present,
            term: term.to_owned(),
            label: term.to_owned(),
            submitted: false,
            waits: None,
            score: 0.9,
            method: "dictionary".to_owned(),
            evidence: None,
            runner_up: None,
        }
    }

    fn identified(library: &Library, organism: &str, genotype: &str) -> String {
        let mut values = vec![value("genotype", genotype)];
        if !organism.is_empty() {
            values.push(value("organism", organism));
        }
        identify(library, &mut values);
        assert_eq!(values[0].label, genotype, "what was written stays");
        values.swap_remove(0).term
    }

    #[test]
    fn a_symbol_becomes_the_id_of_the_organisms_gene() {
        let library = library();
        let human = |text: &str| identified(&library, "NCBITaxon:9606", text);
        assert_eq!(human("TP53-/-"), "ENSG00000141510-/-");
        assert_eq!(human("p53 knockout"), "ENSG00000141510 knockout");
        assert_eq!(human("siRNA against PINK1"), "siRNA against ENSG00000158828");
        let mouse = |text: &str| identified(&library, "NCBITaxon:10090", text);
        assert_eq!(mouse("Pink1 knockout"), "ENSMUSG00000028756 knockout");
        assert_eq!(mouse("TP53 knockout"), "TP53 knockout", "it is no symbol of a mouse's gene");
        assert_eq!(identified(&library, "NCBITaxon:7955", "pink1 knockout"), "pink1 knockout", "a fish has its own");
    }

    #[test]
    fn without_an_organism_the_way_it_is_written_decides() {
        let library = library();
        assert_eq!(identified(&library, "", "Pink1 knockout"), "ENSMUSG00000028756 knockout");
        assert_eq!(identified(&library, "", "PINK1 knockout"), "ENSG00000158828 knockout");
        assert_eq!(identified(&library, "", "pink1 knockout"), "pink1 knockout");
    }

    #[test]
    fn a_symbol_of_two_genes_is_nobodys() {
        let library = library();
        assert_eq!(identified(&library, "NCBITaxon:9606", "MYCX knockout"), "MYCX knockout");
        assert_eq!(identified(&Library::default(), "NCBITaxon:9606", "TP53 knockout"), "TP53 knockout");
    }
}
