//! How lists of experiments, runs and points are asked for, and what is found.

use super::{ExperimentId, Logged, Metric, Run};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Which of those that can be deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Life {
    #[default]
    Active,
    Deleted,
    All,
}

impl Life {
    pub const ALL: [Life; 3] = [Life::Active, Life::Deleted, Life::All];

    /// As addresses and JSON have it.
    pub fn word(self) -> &'static str {
        match self {
            Life::Active => "active",
            Life::Deleted => "deleted",
            Life::All => "all",
        }
    }
}

/// No word asks for what is usual.
impl FromStr for Life {
    type Err = crate::Fault;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Life::default());
        }
        Life::ALL
            .into_iter()
            .find(|life| life.word() == text)
            .ok_or_else(|| crate::Fault::field("life", format!("\"{text}\" is none; choose active, deleted or all")))
    }
}

/// A list asked for by a filter in MLflow's grammar, with OR, NOT and parentheses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Asked {
    pub filter: String,
    /// `metrics.loss desc`, in this order.
    pub order_by: Vec<String>,
    pub life: Life,
    /// How many; 1,000 when absent.
    pub limit: Option<i64>,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Runs asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct SearchRuns {
    pub experiments: Vec<ExperimentId>,
    #[serde(flatten)]
    pub asked: Asked,
}

/// A page of an experiment's runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunsPage {
    pub items: Vec<Run>,
    pub next_cursor: Option<String>,
    /// How many the filter finds on all pages.
    pub total: i64,
    pub took_ms: f64,
}

/// A key that occurs among runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunKey {
    pub of: Logged,
    pub key: String,
    /// How many of the newest runs have it.
    pub runs: i64,
}

/// Runs asked for by the value of a param.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct GroupRuns {
    pub filter: String,
    pub life: Life,
    /// The param.
    pub by: String,
    /// Metrics whose means are wanted.
    pub metrics: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunGroups {
    /// Those with the most runs first, 100 at most.
    pub groups: Vec<RunGroup>,
    /// How many groups there are.
    pub total: i64,
    pub took_ms: f64,
}

/// The runs that were given the same value of a param.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunGroup {
    /// None: those that were not given the param.
    pub value: Option<String>,
    pub runs: i64,
    /// In the order in which they were asked for; those of which no run has a number are left out.
    pub metrics: Vec<GroupMetric>,
}

/// A metric among the runs of a group, by the newest value of each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupMetric {
    pub key: String,
    /// How many have a number.
    pub runs: i64,
    pub mean: f64,
    /// The sample's standard deviation; none for one run.
    pub sd: Option<f64>,
}

/// A dataset with the context in which runs of an experiment read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetSummary {
    pub experiment: ExperimentId,
    pub name: String,
    pub digest: String,
    pub context: Option<String>,
}

/// A metric's points by step, thinned where there are many: of each stretch its lowest and its highest stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Curve {
    pub points: Vec<Metric>,
    /// How many were logged.
    pub logged: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_read_as_it_is_written() {
        for life in Life::ALL {
            assert_eq!(life.word().parse(), Ok(life));
            assert_eq!(serde_json::to_value(life).unwrap(), life.word());
        }
        assert_eq!("".parse(), Ok(Life::Active));
        assert_eq!("gone".parse::<Life>().unwrap_err().fields[0].field, "life");
    }
}
