//! How experiments, runs and logged models are named: as MLflow writes it.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// An experiment's number in its organization; 0 is "Default".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ExperimentId(pub i64);

impl fmt::Display for ExperimentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ExperimentId {
    type Err = crate::Fault;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(ExperimentId).map_err(|_| {
            crate::Fault::field(
                "experiment_id",
                format!("\"{text}\" is no number; experiments have numbers, as 0 or 12"),
            )
        })
    }
}

/// 32 hexadecimal digits, as MLflow writes run ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunId(pub Uuid);

/// `m-` and 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoggedModelId(pub Uuid);

macro_rules! written_as_text {
    ($name:ident, $prefix:literal, $word:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = crate::Fault;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                // What is no id names nothing that exists, so it answers like a missing one.
                let digits = text.strip_prefix($prefix).filter(|rest| rest.len() >= 32);
                let id = digits.and_then(|digits| Uuid::parse_str(digits).ok());
                id.map($name).ok_or_else(|| crate::Fault::missing($word, text))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

written_as_text!(RunId, "", "run");
written_as_text!(LoggedModelId, "m-", "logged model");
