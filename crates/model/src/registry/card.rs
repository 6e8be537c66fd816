//! What is known of a version beyond its own row: the run that it came from, its files, and what its `MLmodel` says.

use super::{ModelArtifact, ModelVersion};
use crate::experiments::{KeyValue, Run};
use serde::{Deserialize, Serialize};

/// A version with everything that says what it is and where it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionCard {
    pub version: ModelVersion,
    /// The first thousand of its files that are kept here.
    pub files: Vec<ModelArtifact>,
    /// There are more files.
    pub has_more: bool,
    /// What its `MLmodel` says; absent where there is none here, or it cannot be read.
    pub format: Option<ModelFormat>,
    /// What it came from, with its params, its newest metrics and the data that it read.
    pub run: Option<Run>,
    /// The name of the run's experiment.
    pub experiment: Option<String>,
}

impl VersionCard {
    /// All files that are listed.
    pub fn size_bytes(&self) -> i64 {
        self.files.iter().map(|file| file.size_bytes).sum()
    }
}

/// How a model is packed, as the file `MLmodel` beside it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelFormat {
    /// The libraries that load it.
    pub flavors: Vec<Flavor>,
    pub python_version: Option<String>,
    pub mlflow_version: Option<String>,
    pub size_bytes: Option<i64>,
    pub signature: Option<Signature>,
    /// Lines of `requirements.txt`.
    pub requirements: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Flavor {
    /// `sklearn`, `python_function`, …
    pub name: String,
    /// What it says of itself: `sklearn_version`, `model_path`, …
    pub says: Vec<KeyValue>,
}

/// What a model takes and what it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Signature {
    pub inputs: Vec<SignatureColumn>,
    pub outputs: Vec<SignatureColumn>,
    pub params: Vec<SignatureColumn>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignatureColumn {
    /// Empty: it has none.
    pub name: String,
    /// `double`, `tensor int64 [-1, 3]`, …
    pub kind: String,
    pub required: bool,
}
