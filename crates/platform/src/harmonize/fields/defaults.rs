//! The default fields. CELLxGENE's schema 7.0.0 is the base (assay, cell type, development stage, disease, donor,
//! organism, ancestry, sex, tissue, tissue type); condition, study arm and what drug and clinical studies say are added.
//! Condition, study arm, disease and comorbidity are four fields, because a control need not be healthy and a psoriasis
//! patient's uninvolved skin is neither.

use chorale_model::fields::{Field, FieldKind, Level};

/// Suggestions that are right nine times in ten are accepted unless a collection asks for more.
const ACCEPT: f64 = 0.9;
/// Below this a suggestion is wrong more often than right by far, and not worth a curator's look.
const ABSTAIN: f64 = 0.3;

/// The fields of a collection that nobody edited, in the order in which pages show them.
pub fn default_fields() -> Vec<Field> {
    let mut fields = clinical();
    fields.extend(anatomical());
    fields.extend(treatment());
    fields.extend(donor());
    fields.extend(design());
    fields
}

fn clinical() -> Vec<Field> {
    vec![
        many(branch(
            term(
                "disease",
                "Disease",
                Level::Donor,
                &["MONDO"],
                "What the donor has, whatever this sample of them shows: adjacent normal tissue of a lung cancer patient \
                 has the disease lung cancer and the condition adjacent normal. A healthy donor's value is the state \
                 healthy, never the word control.",
            ),
            "MONDO:0000001",
        )),
        many(branch(
            term(
                "comorbidity",
                "Comorbidity",
                Level::Donor,
                &["MONDO"],
                "A disease that the donor has beside the one under study. The disease that the study is about is never \
                 one, even where the donor has several.",
            ),
            "MONDO:0000001",
        )),
        choice(
            "condition",
            "Condition",
            Level::Sample,
            &[
                "tumor",
                "primary tumor",
                "recurrent tumor",
                "metastasis",
                "benign",
                "adjacent normal",
                "normal",
                "lesional",
                "non-lesional",
                "inflamed",
                "non-inflamed",
                "unaffected",
            ],
            "What this piece of tissue shows. Uninvolved skin of a psoriasis patient is non-lesional; normal is for tissue \
             of somebody without the disease.",
        ),
        choice(
            "study_arm",
            "Study arm",
            Level::Study,
            &["case", "control", "treated", "untreated", "vehicle", "reference"],
            "The sample's part in the comparison. A control may be ill, and an untreated case is a case: what was given \
             decides only where the comparison is about it.",
        ),
        text(
            "stage",
            "Stage",
            Level::Donor,
            "As the source says it: T2N0M0, FIGO IIIC, Braak IV. A grade is no stage.",
        ),
        text("grade", "Grade", Level::Sample, "Of differentiation: G3, WHO grade II, Gleason 4+3."),
        text("outcome", "Outcome", Level::Donor, "Response, relapse or survival as the source says it, with its unit."),
    ]
}

fn anatomical() -> Vec<Field> {
    vec![
        branch(
            term(
                "tissue",
                "Tissue",
                Level::Sample,
                &["UBERON"],
                "Where the sample was taken from, the most exact place that is said. Of a metastasis it is the place of the \
                 metastasis, not of the primary tumor.",
            ),
            "UBERON:0001062",
        ),
        choice(
            "tissue_type",
            "Tissue type",
            Level::Sample,
            &["tissue", "organoid", "primary cell culture", "cell culture", "cell line", "xenograft"],
            "CELLxGENE's four kinds, and cultures and grafts that are not told apart further. Cells sorted from a fresh biopsy \
             are tissue; once passaged they are a culture.",
        ),
        branch(
            term(
                "cell_type",
                "Cell type",
                Level::Sample,
                &["CL"],
                "The cells that were isolated or grown, not those that a tissue happens to hold. Peripheral blood \
                 mononuclear cells are a cell type, whole blood is a tissue.",
            ),
            "CL:0000000",
        ),
        term(
            "cell_line",
            "Cell line",
            Level::Sample,
            &["CVCL"],
            "The line itself where a daughter line is meant but not named. A line that only made the medium, a vector or the \
             feeder cells is none of the sample's.",
        ),
        choice(
            "suspension_type",
            "Suspension type",
            Level::Sample,
            &["cell", "nucleus", "na"],
            "Of single-cell assays: what was put into suspension. Bulk assays are na.",
        ),
    ]
}

fn treatment() -> Vec<Field> {
    vec![
        many(term(
            "drug",
            "Drug",
            Level::Sample,
            &["DRUGS", "CHEBI", "CHEMBL"],
            "A compound that was given, with its dose and time beside it. Solvents (DMSO, ethanol) are given to the controls \
             and are none; media and antibiotics of selection neither.",
        )),
        many(quantity(
            "dose",
            "Dose",
            Level::Sample,
            &["nM", "uM", "mM", "ng/ml", "ug/ml", "mg/kg", "Gy"],
            "Of the drug, number and unit: 5 uM. Several drugs have theirs in the order of the drugs.",
        )),
        quantity(
            "time_point",
            "Time point",
            Level::Sample,
            &["minute", "hour", "day", "week", "month", "year"],
            "Since the treatment or the start of the experiment; not the donor's age.",
        ),
        choice(
            "perturbation",
            "Perturbation",
            Level::Sample,
            &["control", "perturbed"],
            "Whether something was done to the cells that the study is about: a knockdown, a drug, an infection. A scrambled or \
             empty vector is control; the genotype and the drug say what it was.",
        ),
        many(text(
            "genotype",
            "Genotype",
            Level::Donor,
            "Gene and kind of modification: Trp53 knockout, KRAS G12D. Wild type is said so.",
        )),
    ]
}

fn donor() -> Vec<Field> {
    vec![
        term(
            "organism",
            "Organism",
            Level::Donor,
            &["NCBITaxon"],
            "Of the sample, at the rank of species. A xenograft is of the organism of the grafted cells.",
        ),
        branch(
            term("sex", "Sex", Level::Donor, &["PATO"], "Of the donor. A cell line has its donor's."),
            "PATO:0000047",
        ),
        quantity(
            "age",
            "Age",
            Level::Donor,
            &["hour", "day", "week", "month", "year"],
            "Number or interval and unit as the source says them: 54 year, 50-60 year. Parents' ages are not the sample's.",
        ),
        choice(
            "age_group",
            "Age group",
            Level::Donor,
            &["fetus", "infant", "child", "adolescent", "adult", "older_adult", "elderly_adult"],
            "From the age: upper edges 2, 10, 20, 50 and 80 years; before birth it is fetus.",
        ),
        text(
            "development_stage",
            "Development stage",
            Level::Donor,
            "As the source says it: E14.5, L4 larva, adult. It is no age in years.",
        ),
        many(term(
            "ancestry",
            "Ancestry",
            Level::Donor,
            &["HANCESTRO"],
            "As the donor reports it, of human donors alone. A country of residence is none.",
        )),
        text(
            "strain",
            "Strain",
            Level::Donor,
            "Of animals, plants and microbes: C57BL/6J, Col-0. Of people: not applicable.",
        ),
        text("donor", "Donor", Level::Donor, "What names the donor in the study. A sample's own name is no donor."),
    ]
}

fn design() -> Vec<Field> {
    vec![
        term(
            "assay",
            "Assay",
            Level::Sample,
            &["EFO"],
            "How it was measured, the most exact term: 10x 3' v3 rather than single-cell RNA sequencing.",
        ),
        text(
            "replicate",
            "Replicate",
            Level::Sample,
            "Number or letter of the replicate; say whether biological or technical.",
        ),
        text("batch", "Batch", Level::Sample, "Plate, run, slide or date that samples share."),
    ]
}

fn field(name: &str, label: &str, kind: FieldKind, level: Level, guideline: &str) -> Field {
    Field {
        name: name.to_owned(),
        label: label.to_owned(),
        kind,
        level,
        many: false,
        releases: Vec::new(),
        branch: None,
        choices: Vec::new(),
        guideline: guideline.to_owned(),
        accept_precision: ACCEPT,
        abstain_below: ABSTAIN,
        accept_from: None,
    }
}

fn term(name: &str, label: &str, level: Level, releases: &[&str], guideline: &str) -> Field {
    let releases = releases.iter().map(|name| (*name).to_owned()).collect();
    Field { releases, ..field(name, label, FieldKind::Term, level, guideline) }
}

fn choice(name: &str, label: &str, level: Level, choices: &[&str], guideline: &str) -> Field {
    let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
    Field { choices, ..field(name, label, FieldKind::Choice, level, guideline) }
}

/// Its choices are the units.
fn quantity(name: &str, label: &str, level: Level, units: &[&str], guideline: &str) -> Field {
    Field { kind: FieldKind::Quantity, ..choice(name, label, level, units, guideline) }
}

fn text(name: &str, label: &str, level: Level, guideline: &str) -> Field {
    field(name, label, FieldKind::Text, level, guideline)
}

fn many(field: Field) -> Field {
    Field { many: true, ..field }
}

fn branch(field: Field, root: &str) -> Field {
    Field { branch: Some(root.to_owned()), ..field }
}
