//! Saved views: lists as they are narrowed and ordered, under a name.

use crate::{Time, UserId, ViewId};
use serde::{Deserialize, Serialize};

/// Pages whose lists are kept; besides them the runs of each experiment (`/experiments/12`).
pub const PLACES: [&str; 5] = ["/by-value", "/curate", "/decisions", "/reports", "/search"];

/// Whether a page has a list that can be kept.
pub fn is_place(path: &str) -> bool {
    // As the pages write it: no sign, no zero before it.
    let number = |text: &str| text.parse::<u32>().is_ok_and(|number| number.to_string() == text);
    PLACES.contains(&path) || path.strip_prefix("/experiments/").is_some_and(number)
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct View {
    pub id: ViewId,
    pub name: String,
    /// Where it leads: a path with its query.
    pub address: String,
    /// Every member of the organization sees it.
    pub shared: bool,
    /// Who keeps it.
    pub owner: UserId,
    pub owner_name: String,
    /// It is the asker's own.
    pub mine: bool,
    pub updated_at: Time,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveView {
    pub name: String,
    /// `/by-value?collection=…&field=disease&least=0.8`
    pub address: String,
    #[serde(default)]
    pub shared: bool,
}

/// What is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateView {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub shared: Option<bool>,
}

/// Which views are wanted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ViewFilter {
    /// Of this page alone: `/by-value`.
    #[serde(default)]
    pub place: Option<String>,
}
