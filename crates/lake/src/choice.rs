//! Owns the decision which columns of a source's table are the feature and the value.
//!
//! GEO says that `ID_REF` names the feature and `VALUE` is the final, comparable measurement; detection
//! calls, p-values and channel intensities beside it mean something else in every series. A matrix of
//! features × samples has one number per cell, so it is VALUE's. The others are named in the result and
//! in the file's metadata, and stay in the raw file. One matrix per column was rejected: few would be
//! read, and every import would pay for them.

/// Where a table's feature and value stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueColumn {
    pub feature: usize,
    pub value: usize,
    /// Names of the columns that are neither.
    pub left: Vec<String>,
}

/// Chooses from a table's header: `ID_REF` or else the first column; `VALUE`, or else the only other one.
/// A table such as SAGE's (TAG, COUNT, TPM) has no agreed value and gives `None`.
#[must_use]
pub fn value_column<S: AsRef<str>>(columns: &[S]) -> Option<ValueColumn> {
    let find = |name: &str| columns.iter().position(|column| column.as_ref().trim().eq_ignore_ascii_case(name));
    let feature = find("ID_REF").unwrap_or(0);
    let value = match find("VALUE") {
        Some(value) if value != feature => value,
        _ if columns.len() == 2 => 1 - feature,
        _ => return None,
    };
    let others = columns.iter().enumerate().filter(|(place, _)| *place != feature && *place != value);
    Some(ValueColumn { feature, value, left: others.map(|(_, name)| name.as_ref().to_owned()).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_the_column_that_geo_calls_value() {
        let choice = value_column(&["ID_REF", "ABS_CALL", "Value"]).expect("a value");
        assert_eq!(choice, ValueColumn { feature: 0, value: 2, left: vec!["ABS_CALL".to_owned()] });
        assert_eq!(value_column(&["gene", "count"]).map(|choice| (choice.feature, choice.value)), Some((0, 1)));
        assert_eq!(value_column(&["VALUE", "ID_REF"]).map(|choice| (choice.feature, choice.value)), Some((1, 0)));
        assert_eq!(value_column(&["TAG", "COUNT", "TPM"]), None);
        assert_eq!(value_column(&["VALUE"]), None);
        assert_eq!(value_column::<&str>(&[]), None);
    }
}
