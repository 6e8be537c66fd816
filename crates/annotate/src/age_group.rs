//! Age groups of people, by their upper edges in years, which belong to the group: infant 2, child 10, adolescent 20, adult
//! 50, older adult 80. So two published sets of labels of GEO samples have them.

use crate::quantity::{Quantity, Unit};

const EDGES: [(f64, &str); 5] =
    [(2.0, "infant"), (10.0, "child"), (20.0, "adolescent"), (50.0, "adult"), (80.0, "older_adult")];
const OLDEST: &str = "elderly_adult";

/// The names of the groups.
pub(crate) const GROUPS: [&str; 7] = ["fetus", "infant", "child", "adolescent", "adult", "older_adult", OLDEST];

/// The group of an age, and how sure that is: an interval over two groups goes to that of its middle. An age without a
/// unit is in years.
pub(crate) fn of(age: &Quantity) -> Option<(&'static str, f32)> {
    let unit = if age.unit.is_empty() { Unit::Year } else { Unit::named(&age.unit)? };
    let years = unit.years()?;
    let (low, high) = (age.low * years, age.high * years);
    let sure = if group(low) == group(high) { 0.98 } else { 0.7 };
    Some((group((low + high) / 2.0), sure))
}

/// The group that somebody of so many years is in.
pub fn group(years: f64) -> &'static str {
    EDGES.iter().find(|(edge, _)| years <= *edge).map_or(OLDEST, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::Kind;

    #[test]
    fn edges_belong_to_the_younger_group() {
        for (years, name) in [
            (0.5, "infant"),
            (2.0, "infant"),
            (2.1, "child"),
            (10.0, "child"),
            (20.0, "adolescent"),
            (50.0, "adult"),
            (80.0, "older_adult"),
            (81.0, "elderly_adult"),
        ] {
            assert_eq!(group(years), name, "{years}");
        }
    }

    #[test]
    fn units_and_intervals_count() {
        let age =
            |low, high, unit: &str| Quantity { kind: Kind::Age, low, high, unit: unit.to_owned(), text: String::new() };
        assert_eq!(of(&age(18.0, 18.0, "month")).map(|found| found.0), Some("infant"));
        assert_eq!(of(&age(51.0, 59.0, "")), Some(("older_adult", 0.98)));
        assert_eq!(of(&age(45.0, 60.0, "year")), Some(("older_adult", 0.7)));
        assert_eq!(of(&age(3.0, 3.0, "uM")), None);
    }
}
