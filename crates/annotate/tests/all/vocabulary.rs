//! A library of a few dozen terms, for tests that can be read.

use chorale_annotate::{Annotator, Field, Item, State, Study, Suggestion};
use chorale_ontology::{Library, read};
use std::sync::{Arc, LazyLock};

/// Id, label, parents, synonyms.
const TERMS: &[(&str, &str, &[&str], &[&str])] = &[
    ("MONDO:0000001", "disease", &[], &[]),
    ("MONDO:0005070", "neoplasm", &["MONDO:0000001"], &["tumor"]),
    ("MONDO:0004992", "cancer", &["MONDO:0005070"], &[]),
    ("MONDO:0004993", "carcinoma", &["MONDO:0004992"], &[]),
    ("MONDO:0004970", "adenocarcinoma", &["MONDO:0004993"], &[]),
    ("MONDO:0002271", "colon adenocarcinoma", &["MONDO:0004970"], &[]),
    ("MONDO:0002691", "liver cancer", &["MONDO:0004992"], &[]),
    ("MONDO:0007256", "hepatocellular carcinoma", &["MONDO:0002691", "MONDO:0004993"], &["HCC"]),
    ("MONDO:0008903", "lung cancer", &["MONDO:0004992"], &[]),
    ("MONDO:0007254", "breast cancer", &["MONDO:0004992"], &[]),
    ("MONDO:0021100", "breast neoplasm", &["MONDO:0005070"], &[]),
    ("MONDO:0018881", "myelodysplastic syndrome", &["MONDO:0000001"], &["MDS", "myelodysplasia"]),
    ("MONDO:0019457", "refractory anemia", &["MONDO:0018881"], &["RA"]),
    ("MONDO:0008383", "rheumatoid arthritis", &["MONDO:0000001"], &["RA"]),
    ("MONDO:0004948", "B-cell chronic lymphocytic leukemia", &["MONDO:0004992"], &["CLL"]),
    ("MONDO:0004967", "acute lymphoblastic leukemia", &["MONDO:0004992"], &["ALL"]),
    ("MONDO:0005301", "multiple sclerosis", &["MONDO:0000001"], &["MS"]),
    ("MONDO:0005083", "psoriasis", &["MONDO:0000001"], &[]),
    ("MONDO:0005101", "ulcerative colitis", &["MONDO:0000001"], &[]),
    ("MONDO:0010450", "Wiskott-Aldrich syndrome", &["MONDO:0000001"], &["WAS"]),
    ("MONDO:0009061", "cystic fibrosis", &["MONDO:0000001"], &[]),
    ("MONDO:0013662", "Barrett esophagus", &["MONDO:0000001"], &[]),
    ("MONDO:0005559", "neurodegenerative disease", &["MONDO:0000001"], &[]),
    ("MONDO:0042489", "disease susceptibility", &[], &[]),
    ("MONDO:0005835", "Lynch syndrome", &["MONDO:0000001", "MONDO:0042489"], &[]),
    ("MONDO:0010940", "inherited susceptibility to asthma", &["MONDO:0042489"], &["asthma, susceptibility to"]),
    ("MONDO:0009006", "complement component 2 deficiency", &["MONDO:0000001"], &[]),
    ("MONDO:1011424", "complement component 2 deficiency, non-human animal", &["MONDO:0000001"], &["C2 deficiency"]),
    ("UBERON:0001062", "anatomical entity", &[], &[]),
    ("UBERON:0002107", "liver", &["UBERON:0001062"], &[]),
    ("UBERON:0002048", "lung", &["UBERON:0001062"], &[]),
    ("UBERON:0000310", "breast", &["UBERON:0001062"], &[]),
    ("UBERON:0001155", "colon", &["UBERON:0001062"], &[]),
    ("UBERON:0000178", "blood", &["UBERON:0001062"], &[]),
    ("UBERON:0000955", "brain", &["UBERON:0001062"], &[]),
    ("UBERON:0002037", "cerebellum", &["UBERON:0000955"], &[]),
    ("UBERON:0002367", "prostate gland", &["UBERON:0001062"], &["prostate"]),
    ("UBERON:0002097", "skin of body", &["UBERON:0001062"], &[]),
    ("UBERON:0000479", "tissue", &["UBERON:0001062"], &[]),
    ("CL:0000000", "cell", &[], &[]),
    ("CL:0000084", "T cell", &["CL:0000000"], &[]),
    ("CL:0000236", "B cell", &["CL:0000000"], &[]),
    ("CL:0000624", "CD4-positive, alpha-beta T cell", &["CL:0000084"], &[]),
    ("CL:0000182", "hepatocyte", &["CL:0000000"], &[]),
    ("CL:2000001", "peripheral blood mononuclear cell", &["CL:0000000"], &["PBMC"]),
    ("CVCL_0027", "Hep-G2", &[], &[]),
    ("CVCL_0065", "Jurkat", &[], &[]),
    ("CVCL_0031", "MCF-7", &[], &[]),
    ("CVCL_1234", "TIME", &[], &[]),
    ("CVCL_5678", "P1", &[], &[]),
    ("CVCL_0039", "SK-MEL-30", &[], &[]),
    ("CVCL_6147", "SK-MEL-301", &[], &[]),
    ("CVCL_M473", "IMR-5/75", &[], &[]),
    ("CVCL_0207", "CCRF-CEM", &[], &[]),
    ("CVCL_1511", "NCI-H1975", &[], &[]),
    ("CVCL_0530", "SK-N-MC", &[], &[]),
    ("CVCL_6659", "11-18", &[], &[]),
    ("CVCL_W444", "IM", &[], &[]),
    ("CVCL_V708", "HCC10", &[], &[]),
    ("CVCL_XK00", "M397", &[], &[]),
    ("CVCL_P614", "GM20757", &[], &[]),
    ("PATO:0000461", "normal", &[], &[]),
    ("PATO:0000384", "male", &[], &[]),
    ("PATO:0000383", "female", &[], &[]),
    ("HANCESTRO:0005", "European ancestry", &[], &["Caucasian"]),
    ("HANCESTRO:0008", "Asian ancestry", &[], &[]),
    ("EFO:0002772", "assay by molecule", &[], &[]),
    ("EFO:0008896", "RNA-Seq", &["EFO:0002772"], &[]),
    ("EFO:0000635", "organism part", &[], &[]),
    ("InChIKey:MLDQJTXFUGDVEO-UHFFFAOYSA-N", "sorafenib", &[], &[]),
    ("InChIKey:UREBDLICKHMUKA-CXSFZGCWSA-N", "dexamethasone", &[], &[]),
    ("InChIKey:XLYOFNOQVPJJNP-UHFFFAOYSA-N", "water", &[], &[]),
];

pub fn library() -> Library {
    let releases = ["MONDO", "UBERON", "CL", "CVCL", "PATO", "HANCESTRO", "EFO", "InChIKey"];
    let release = |name: &&str| {
        let mut obo = String::from("format-version: 1.4\n");
        for (id, label, parents, synonyms) in TERMS.iter().filter(|(id, ..)| id.split([':', '_']).next() == Some(name))
        {
            obo += &format!("\n[Term]\nid: {id}\nname: {label}\n");
            synonyms.iter().for_each(|synonym| obo += &format!("synonym: \"{synonym}\" EXACT []\n"));
            parents.iter().for_each(|parent| obo += &format!("is_a: {parent}\n"));
        }
        ((*name).to_owned(), read(obo.as_bytes()).expect("the terms above are sound"))
    };
    Library::build(releases.iter().map(release).collect()).expect("the names above differ")
}

pub static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| Annotator::new(Arc::new(library())));

pub fn annotate(study: &Study, items: &[Item]) -> Vec<Vec<Suggestion>> {
    ANNOTATOR.annotate(study, items)
}

/// The suggestions for one sample without siblings or study.
pub fn alone(attributes: &[(&str, &str)]) -> Vec<Suggestion> {
    let items = [Item { attributes: attributes.to_vec() }];
    annotate(&Study::default(), &items).remove(0)
}

/// The labels that are suggested for a field, the best first.
pub fn labels(suggestions: &[Suggestion], field: Field) -> Vec<&str> {
    let present = |one: &&Suggestion| one.field == field && matches!(one.state, State::Present | State::Healthy);
    suggestions.iter().filter(present).map(|one| one.label.as_str()).collect()
}

/// The state of a field's first suggestion.
pub fn state(suggestions: &[Suggestion], field: Field) -> Option<State> {
    suggestions.iter().find(|one| one.field == field).map(|one| one.state)
}
