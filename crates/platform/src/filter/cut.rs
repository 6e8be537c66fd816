//! Pages of lists that are asked for by a filter, whose order may be any: by how many came before.

use chorale_model::Fault;

/// How many, and from where.
pub struct Cut {
    pub limit: i64,
    pub offset: i64,
}

impl Cut {
    /// # Errors
    /// When there are more than `most` to a page, or the cursor is none of ours.
    pub fn of(limit: Option<i64>, usual: i64, most: i64, cursor: Option<&str>) -> Result<Cut, Fault> {
        let limit = limit.unwrap_or(usual);
        if !(1..=most).contains(&limit) {
            return Err(Fault::field("limit", format!("{limit} is no page size; choose 1 to {most}")));
        }
        let offset = match cursor.filter(|cursor| !cursor.is_empty()) {
            None => 0,
            Some(cursor) => cursor
                .strip_prefix('o')
                .and_then(|digits| digits.parse().ok())
                .filter(|n| *n >= 0)
                .ok_or_else(|| Fault::field("cursor", "is none of this list's; begin again without one"))?,
        };
        Ok(Cut { limit, offset })
    }

    /// Cuts what was read with one more than fits; where the next page begins.
    pub fn cut<T>(&self, found: &mut Vec<T>) -> Option<String> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        more.then(|| format!("o{}", self.offset + self.limit))
    }
}
