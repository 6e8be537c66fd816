//! Where a version or a run came from and what came of it: data, runs, models, versions and aliases, and what leads from one to
//! the other.

use super::{LoggedModelId, RunId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lineage {
    pub nodes: Vec<LineageNode>,
    pub edges: Vec<LineageEdge>,
    /// There is more: of runs that were begun and of versions only the newest are told.
    pub has_more: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineageKind {
    Dataset,
    Run,
    LoggedModel,
    Version,
    Alias,
}

impl LineageKind {
    /// For people.
    pub fn word(self) -> &'static str {
        match self {
            LineageKind::Dataset => "dataset",
            LineageKind::Run => "run",
            LineageKind::LoggedModel => "logged model",
            LineageKind::Version => "version",
            LineageKind::Alias => "alias",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineageNode {
    /// `dataset:NAME@DIGEST`, `run:ID`, `logged_model:ID`, `version:NAME/NUMBER`, `alias:NAME@ALIAS`.
    pub id: String,
    pub kind: LineageKind,
    pub title: String,
    /// What pins it: a digest, an id, a number.
    pub pin: String,
    /// How far it is from the beginning: 0 is what was read.
    pub layer: i64,
    /// The one that was asked for.
    pub is_here: bool,
    /// A page of its own: of a run …
    pub run: Option<RunId>,
    pub logged_model: Option<LoggedModelId>,
    /// … or of a model and a version of it.
    pub model: Option<String>,
    pub version: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LineageEdge {
    /// A node's id.
    pub from: String,
    pub to: String,
    /// `read for training`, `made`, `registered as`, `is`, `began`.
    pub how: String,
}

impl Lineage {
    pub fn find(&self, id: &str) -> Option<&LineageNode> {
        self.nodes.iter().find(|node| node.id == id)
    }
}
