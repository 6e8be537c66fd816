//! The fields of a sample that are annotated, by the names that collections use.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! fields {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// A harmonized field.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field { $($name),+ }

        impl Field {
            pub const ALL: [Field; [$($text),+].len()] = [$(Field::$name),+];

            pub fn name(self) -> &'static str {
                match self { $(Field::$name => $text),+ }
            }

            pub fn named(name: &str) -> Option<Field> {
                match name { $($text => Some(Field::$name),)+ _ => None }
            }
        }
    };
}

fields! {
    Disease = "disease",
    Comorbidity = "comorbidity",
    Condition = "condition",
    StudyArm = "study_arm",
    Tissue = "tissue",
    TissueType = "tissue_type",
    CellType = "cell_type",
    CellLine = "cell_line",
    Organism = "organism",
    Drug = "drug",
    TimePoint = "time_point",
    Assay = "assay",
    Sex = "sex",
    Age = "age",
    AgeGroup = "age_group",
    DevelopmentStage = "development_stage",
    Ancestry = "ancestry",
    Strain = "strain",
    Genotype = "genotype",
    Perturbation = "perturbation",
    Stage = "stage",
    Grade = "grade",
    Replicate = "replicate",
    Batch = "batch",
    Donor = "donor",
    Outcome = "outcome",
}

impl Field {
    /// Its values are what the source says, tidied: there is no ontology of batches.
    pub fn is_literal(self) -> bool {
        use Field::*;
        matches!(self, Stage | Grade | Replicate | Batch | Donor | Outcome | Strain | DevelopmentStage | Genotype)
    }

    /// A sample may have several values.
    pub fn is_several(self) -> bool {
        use Field::*;
        matches!(self, Disease | Comorbidity | Drug | Genotype | Ancestry)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something for each field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PerField<T>(pub [T; Field::ALL.len()]);

impl<T: Copy + Default> Default for PerField<T> {
    fn default() -> Self {
        PerField([T::default(); Field::ALL.len()])
    }
}

impl<T> std::ops::Index<Field> for PerField<T> {
    type Output = T;
    fn index(&self, field: Field) -> &T {
        &self.0[field as usize]
    }
}

impl<T> std::ops::IndexMut<Field> for PerField<T> {
    fn index_mut(&mut self, field: Field) -> &mut T {
        &mut self.0[field as usize]
    }
}
