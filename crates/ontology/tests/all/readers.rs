//! Each format on a small file of its own.

use chorale_ontology::{FactKind, Format, Parent, Relation, Scope, Step, detect, read};

const OBO: &str = "format-version: 1.2\ndata-version: releases/2026-01-01\nontology: mini\n\n\
[Term]\nid: X:1\nname: organ\n\n\
[Term]\nid: X:2\nname: liver\ndef: \"An \\\"organ\\\" that\\nfilters.\" [ref:1]\n\
synonym: \"hepar\" EXACT []\nsynonym: \"big gland\" BROAD plural [x:y]\nsynonym: \"iecur\" []\nxref: FMA:7197 {source=\"a\"} ! liver\n\
alt_id: X:22\nis_a: X:1 {is_inferred=\"true\"} ! organ\nrelationship: part_of X:3 ! abdomen\nrelationship: bearer_of X:1\n\n\
[Term]\nid: X:3\nname: abdomen\n\n\
[Term]\nid: X:4\nname: obsolete hepar\nis_obsolete: true\nreplaced_by: X:2\nconsider: X:1\n\n\
[Typedef]\nid: part_of\nname: part of\n";

#[test]
fn obo_gives_names_steps_and_what_became_of_a_term() {
    let release = read(OBO.as_bytes()).unwrap();
    assert_eq!((release.version.as_str(), release.terms.len()), ("releases/2026-01-01", 4));
    let liver = release.find("X:2").unwrap();
    assert_eq!(liver.definition, "An \"organ\" that filters.");
    let scopes: Vec<_> = liver.names().collect();
    assert_eq!(
        scopes,
        [("liver", Scope::Exact), ("hepar", Scope::Exact), ("big gland", Scope::Broad), ("iecur", Scope::Related)]
    );
    assert_eq!(liver.xrefs, ["FMA:7197"]);
    assert_eq!(liver.alternatives, ["X:22"]);
    let steps = [(Relation::IsA, "X:1"), (Relation::PartOf, "X:3")];
    assert_eq!(liver.parents, steps.map(|(relation, id)| Parent { relation, id: id.into(), steps: 1 }));
    assert_eq!(release.replacement("X:4").unwrap().id, "X:2");
    let told: Vec<_> = release.problems.kept.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
    assert_eq!(
        told,
        [(20, "1 relationships \"bearer_of\" are not followed; only is_a, part_of and develops_from are")]
    );
}

#[test]
fn a_step_that_holds_for_some_of_a_term_only_is_no_step_of_the_term() {
    let text = "ontology: cl\n\n[Term]\nid: CL:1\nname: endocrine cell\n\
        is_a: CL:2 {gci_relation=\"part_of\", gci_filler=\"UBERON:0000160\"} ! enteroendocrine cell\n\n\
        [Term]\nid: CL:2\nname: enteroendocrine cell\nis_a: CL:1 ! endocrine cell\n";
    let release = read(text.as_bytes()).unwrap();
    assert!(release.find("CL:1").unwrap().parents.is_empty());
    assert_eq!(release.parents(release.place("CL:2").unwrap()).len(), 1);
}

#[test]
fn a_closure_follows_the_relations_that_it_is_asked_for() {
    let release = read(OBO.as_bytes()).unwrap();
    let place = |id| release.place(id).unwrap();
    let is_a = release.closure(&[Relation::IsA]).unwrap();
    assert_eq!(is_a.ancestors(place("X:2")).collect::<Vec<_>>(), [(place("X:1"), 1)]);
    let both = release.closure(&[Relation::IsA, Relation::PartOf]).unwrap();
    assert_eq!(both.ancestors(place("X:2")).collect::<Vec<_>>(), [(place("X:1"), 1), (place("X:3"), 1)]);
    assert_eq!(both.descendants(place("X:3")), [(place("X:2"), 1)]);
    assert_eq!(both.distance(place("X:2"), place("X:2")), Some(0));
    assert_eq!(both.distance(place("X:1"), place("X:2")), None);
}

#[test]
fn cellosaurus_entries_carry_what_a_cell_line_implies() {
    let text = "----\n Version: 55.0\n----\n\
        ID   Hep-G2\nAC   CVCL_0027\nSY   HepG2; HEP-G2; Hep G2\nDR   BTO; BTO_0000599\n\
        DI   NCIt; C3728; Hepatoblastoma\nOX   NCBI_TaxID=9606; ! Homo sapiens (Human)\nSX   Male\nAG   15Y\n\
        CA   Cancer cell line\n//\n\
        ID   HepG2/C3A\nAC   CVCL_1098\nHI   CVCL_0027 ! Hep-G2\n//\n";
    let release = read(text.as_bytes()).unwrap();
    assert_eq!(detect(text.as_bytes()).unwrap(), Format::Cellosaurus);
    let line = release.find("CVCL_0027").unwrap();
    assert_eq!((release.version.as_str(), line.label.as_str(), line.synonyms.len()), ("55.0", "Hep-G2", 3));
    let fact = |kind| line.facts(kind).collect::<Vec<_>>();
    assert_eq!(fact(FactKind::Organism), ["NCBITaxon:9606"]);
    assert_eq!(fact(FactKind::Disease), ["NCIt:C3728"]);
    assert_eq!(fact(FactKind::Sex), ["male"]);
    let child = release.place("CVCL_1098").unwrap();
    assert_eq!(
        release.parents(child),
        [Step { relation: Relation::DevelopsFrom, to: release.place("CVCL_0027").unwrap(), length: 1 }]
    );
}

#[test]
fn taxdump_is_read_from_its_two_files() {
    let text = "1\t|\t1\t|\tno rank\t|\t\t|\t8\t|\n9606\t|\t1\t|\tspecies\t|\tHS\t|\t5\t|\n\
        1\t|\troot\t|\t\t|\tscientific name\t|\n9606\t|\tHomo sapiens\t|\t\t|\tscientific name\t|\n\
        9606\t|\thuman\t|\t\t|\tgenbank common name\t|\n9606\t|\tHomo sapiens Linnaeus, 1758\t|\t\t|\tauthority\t|\n";
    let release = read(text.as_bytes()).unwrap();
    let human = release.find("NCBITaxon:9606").unwrap();
    assert_eq!(human.names().collect::<Vec<_>>(), [("Homo sapiens", Scope::Exact), ("human", Scope::Exact)]);
    assert_eq!(human.facts(FactKind::Rank).collect::<Vec<_>>(), ["species"]);
    assert_eq!(release.parents(release.place("NCBITaxon:9606").unwrap()).len(), 1);
}

#[test]
fn genes_and_drugs_are_tables() {
    let genes = read(b"ENSG00000141510,TP53,18,2591,protein_coding\nENSG00000000001,,1,1,x\n").unwrap();
    assert_eq!(genes.find("ENSG00000141510").unwrap().label, "TP53");
    assert_eq!(genes.problems.kept[0].line, 2);
    let drugs = read(
        b"name\tclinical_phase\tmoa\ttarget\tdisease_area\tindication\tsmiles\tinchikey\tpubchem_cid\n\
          sorafenib\tLaunched\tRAF inhibitor\tRAF1\t\t\tCNC\tMLDQJTXFUGDVEO-UHFFFAOYSA-N\t216239\n",
    )
    .unwrap();
    let drug = drugs.find("InChIKey:MLDQJTXFUGDVEO-UHFFFAOYSA-N").unwrap();
    assert_eq!((drug.label.as_str(), drug.facts(FactKind::Structure).next()), ("sorafenib", Some("CNC")));
}

#[test]
fn hgnc_names_a_gene_by_ensembl_with_every_symbol_that_it_had() {
    let text = "hgnc_id\tsymbol\tname\tlocus_type\tstatus\talias_symbol\tprev_symbol\tensembl_gene_id\n\
        HGNC:11998\tTP53\ttumor protein p53\tgene with protein product\tApproved\t\"p53|LFS1\"\t\tENSG00000141510\n\
        HGNC:5\tA1BG\talpha-1-B glycoprotein\tgene with protein product\tApproved\t\t\t\n\
        HGNC:7\tOLD1\t\t\tEntry Withdrawn\t\t\t\n\
        11998\tTP53\t\t\t\t\t\t\n\
        HGNC:8\tSHORT\n";
    assert_eq!(detect(text.as_bytes()).unwrap(), Format::Hgnc);
    let release = read(text.as_bytes()).unwrap();
    let gene = release.find("ENSG00000141510").unwrap();
    let names: Vec<&str> = gene.names().map(|(name, _)| name).collect();
    assert_eq!(names, ["TP53", "tumor protein p53", "p53", "LFS1"]);
    assert_eq!((gene.xrefs.clone(), gene.obsolete), (vec!["HGNC:11998".to_owned()], false));
    assert_eq!(gene.facts(FactKind::Biotype).collect::<Vec<_>>(), ["gene with protein product"]);
    assert_eq!(release.find("HGNC:5").unwrap().label, "A1BG", "a gene that Ensembl does not have");
    assert!(release.find("HGNC:7").unwrap().obsolete);
    let told: Vec<_> = release.problems.kept.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (5, "a gene without a symbol or an id such as HGNC:5; it was left out"),
            (6, "2 cells where the head has 8; the row was left out"),
        ]
    );
}

#[test]
fn chembl_names_compounds_and_leaves_out_those_without_a_name() {
    let text = "chembl_id\tpref_name\tsynonyms\tcanonical_smiles\tmax_phase\n\
        CHEMBL25\tASPIRIN\tAcetylsalicylic acid|aspirin|Acetosal\tCC(=O)Oc1ccccc1C(=O)O\t4\n\
        CHEMBL99\t\t\tCCO\t\n\
        CHEMBL1336\t\tSorafenib\t\t4\n\
        25\tx\t\t\t\n";
    assert_eq!(detect(text.as_bytes()).unwrap(), Format::Chembl);
    let release = read(text.as_bytes()).unwrap();
    let aspirin = release.find("CHEMBL:CHEMBL25").unwrap();
    let names: Vec<&str> = aspirin.names().map(|(name, _)| name).collect();
    assert_eq!(names, ["ASPIRIN", "Acetylsalicylic acid", "Acetosal"]);
    assert_eq!(aspirin.facts(FactKind::Structure).next(), Some("CC(=O)Oc1ccccc1C(=O)O"));
    assert_eq!(release.find("CHEMBL:CHEMBL1336").unwrap().label, "Sorafenib");
    let told: Vec<_> = release.problems.kept.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
    assert_eq!(
        told,
        [
            (5, "a compound without an id such as CHEMBL25; it was left out"),
            (0, "compounds without a name: 1; they were left out"),
        ]
    );
}
