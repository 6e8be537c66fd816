//! Days as people write them.

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `2019-03-01` of 2019-03-01, 2019/3/1, 1.3.2019, Mar 1 2019, 1 March 2019, and of 31/3/2019, where only one is meant.
///
/// # Errors
/// Why it is no day, for people.
pub fn read(text: &str) -> Result<String, String> {
    let none = || "is no day; write it as 2019-03-01".to_owned();
    let day_alone = text.split(['T']).next().unwrap_or_default();
    let parts: Vec<&str> = day_alone.split([' ', ',', '-', '/', '.']).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = parts.as_slice() else { return Err(none()) };
    let number = |part: &str| part.parse::<u32>().ok();
    let month = |part: &str| {
        let part = part.to_lowercase();
        let place = MONTHS.iter().position(|month| part.len() >= 3 && part.starts_with(month))?;
        u32::try_from(place + 1).ok()
    };
    let (year, month, day) = match (number(a), number(b), number(c)) {
        (Some(year), Some(month), Some(day)) if a.len() == 4 => (year, month, day),
        (Some(day), Some(month), Some(year)) if c.len() == 4 && text.contains('.') => (year, month, day),
        (Some(first), Some(second), Some(year)) if c.len() == 4 => match (first > 12, second > 12) {
            (true, false) => (year, second, first),
            (false, true) => (year, first, second),
            (false, false) if first == second => (year, first, second),
            (false, false) => return Err("may be two days; write it as 2019-03-01".to_owned()),
            (true, true) => return Err(none()),
        },
        (None, Some(day), Some(year)) if c.len() == 4 => (year, month(a).ok_or_else(none)?, day),
        (Some(day), None, Some(year)) if c.len() == 4 => (year, month(b).ok_or_else(none)?, day),
        _ => return Err(none()),
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return Err(none()),
    };
    if !(1..=days).contains(&day) || !(1900..=2100).contains(&year) {
        return Err(none());
    }
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_day_is_read_where_only_one_is_meant() {
        for text in ["2019-03-21", "2019/3/21", "21.3.2019", "Mar 21 2019", "21 March 2019", "21/3/2019", "3/21/2019"] {
            assert_eq!(super::read(text).as_deref(), Ok("2019-03-21"), "{text}");
        }
        assert_eq!(super::read("2020-02-29").as_deref(), Ok("2020-02-29"));
        assert_eq!(super::read("3/4/2019").unwrap_err(), "may be two days; write it as 2019-03-01");
        for text in ["2019-02-29", "21", "March", "99/99/2019", "2019-13-01", "day 3 of 2019"] {
            assert!(super::read(text).is_err(), "{text}");
        }
    }
}
