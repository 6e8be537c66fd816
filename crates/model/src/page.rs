//! A page of a list, followed by keyset: the cursor is opaque and stays valid while rows are added.

use serde::{Deserialize, Serialize};

/// One page of items; `next_cursor` is absent on the last page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Cuts `items`, read with `limit + 1` rows, to a page whose cursor is made from its last item.
    pub fn cut(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = if more { items.last().map(cursor) } else { None };
        Page { items, next_cursor }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

/// What a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageRequest {
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; 50 when absent.
    #[serde(default)]
    pub limit: Option<i64>,
}

impl PageRequest {
    pub const MAX: i64 = 500;

    pub fn limit(&self) -> Result<i64, crate::Fault> {
        match self.limit.unwrap_or(50) {
            limit @ 1..=Self::MAX => Ok(limit),
            other => Err(crate::Fault::field("limit", format!("{other} is no page size; choose 1 to {}", Self::MAX))),
        }
    }

    /// The cursor of a list that is ordered by id, newest first: the id that the page before ended with.
    pub fn before(&self) -> Result<Option<uuid::Uuid>, crate::Fault> {
        let parse = |cursor: &String| {
            uuid::Uuid::parse_str(cursor)
                .map_err(|_| crate::Fault::field("cursor", "is none of this list's; begin again without one"))
        };
        self.cursor.as_ref().map(parse).transpose()
    }
}
