//! Numbers with units: ages, doses, times. An interval stays an interval.

use serde::{Deserialize, Serialize};

/// A number or an interval as the source gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    pub kind: Kind,
    pub low: f64,
    /// Equal to `low` unless an interval was given.
    pub high: f64,
    /// The unit, spelled one way (`year`, `hour`, `uM`); empty where none is said.
    pub unit: String,
    /// As it stands in the text.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Age,
    Dose,
    Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    /// A concentration, mass or dose of radiation, by its usual spelling.
    Dose(&'static str),
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
            Unit::Dose(name) => name,
        }
    }

    /// In years, for times.
    pub fn years(self) -> Option<f64> {
        match self {
            Unit::Year => Some(1.0),
            Unit::Month => Some(1.0 / 12.0),
            Unit::Week => Some(7.0 / 365.25),
            Unit::Day => Some(1.0 / 365.25),
            Unit::Hour => Some(1.0 / 8766.0),
            Unit::Second | Unit::Minute | Unit::Dose(_) => None,
        }
    }

    pub fn is_time(self) -> bool {
        !matches!(self, Unit::Dose(_))
    }

    /// By how people write it. `M` alone is molar, `m` is nothing; months are `mo`.
    pub fn named(word: &str) -> Option<Unit> {
        Some(match word {
            "M" => Unit::Dose("M"),
            "G" | "m" => return None,
            _ => {
                let mut lower = [0_u8; 12];
                let word = lowered(word, &mut lower)?;
                match word {
                    "s" | "sec" | "secs" | "second" | "seconds" => Unit::Second,
                    "min" | "mins" | "minute" | "minutes" => Unit::Minute,
                    "h" | "hr" | "hrs" | "hour" | "hours" | "hpi" => Unit::Hour,
                    "d" | "day" | "days" | "dpi" => Unit::Day,
                    "w" | "wk" | "wks" | "week" | "weeks" => Unit::Week,
                    "mo" | "mos" | "mth" | "mths" | "month" | "months" => Unit::Month,
                    "y" | "yr" | "yrs" | "year" | "years" | "yo" | "y/o" | "yrold" => Unit::Year,
                    "nm" => Unit::Dose("nM"),
                    "um" => Unit::Dose("uM"),
                    "mm" => Unit::Dose("mM"),
                    "pm" => Unit::Dose("pM"),
                    "ng/ml" => Unit::Dose("ng/ml"),
                    "ug/ml" => Unit::Dose("ug/ml"),
                    "mg/ml" => Unit::Dose("mg/ml"),
                    "pg/ml" => Unit::Dose("pg/ml"),
                    "mg/kg" => Unit::Dose("mg/kg"),
                    "ug/kg" => Unit::Dose("ug/kg"),
                    "mg/day" => Unit::Dose("mg/day"),
                    "u/ml" | "iu/ml" | "units/ml" => Unit::Dose("U/ml"),
                    "mg" => Unit::Dose("mg"),
                    "ug" => Unit::Dose("ug"),
                    "ng" => Unit::Dose("ng"),
                    "gy" => Unit::Dose("Gy"),
                    "cgy" => Unit::Dose("cGy"),
                    "ppm" => Unit::Dose("ppm"),
                    "%" => Unit::Dose("%"),
                    _ => return None,
                }
            }
        })
    }
}

/// ASCII small letters, µ as u; nothing for longer words.
fn lowered<'a>(word: &str, buffer: &'a mut [u8; 12]) -> Option<&'a str> {
    let mut length = 0;
    for c in word.chars() {
        let byte = match c {
            'µ' | 'μ' => b'u',
            c if c.is_ascii() => c.to_ascii_lowercase() as u8,
            _ => return None,
        };
        *buffer.get_mut(length)? = byte;
        length += 1;
    }
    std::str::from_utf8(&buffer[..length]).ok()
}

/// A number in a text, by bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    pub low: f64,
    pub high: f64,
    pub unit: Option<Unit>,
    /// `years old`, `years of age`, `yo`: it is an age whatever stands before it.
    pub is_age: bool,
    pub start: usize,
    /// After the unit, where there is one.
    pub end: usize,
    /// The same places in scalar values.
    pub start_char: u32,
    pub end_char: u32,
}

/// So many numbers of one value are looked at.
const MOST_NUMBERS: usize = 64;

/// The numbers of a text that do not hang on letters before them, with what stands behind them.
pub(crate) fn numbers(text: &str, found: &mut Vec<Number>) {
    found.clear();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && found.len() < MOST_NUMBERS {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let joined = start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || matches!(bytes[start - 1], b'_' | b'.'));
        let Some((low, mut end)) = number(bytes, start) else {
            at += 1;
            continue;
        };
        at = end;
        if joined {
            at = bytes[end..]
                .iter()
                .position(|byte| !byte.is_ascii_alphanumeric())
                .map_or(bytes.len(), |skip| end + skip);
            continue;
        }
        // A unit may follow each end: "5 years to 7 years", "18-27 years".
        let (mut high, mut unit) = (low, unit_at(text, end));
        let after = unit.map_or(end, |(_, end)| end);
        if let Some((value, to)) = interval_end(text, after).filter(|(value, _)| *value > low) {
            high = value;
            end = to;
            unit = unit_at(text, end).or(unit.filter(|_| after != end).map(|(unit, _)| (unit, end)));
        }
        let (unit, end) = unit.map_or((None, end), |(unit, end)| (Some(unit), end));
        let (is_age, end) = age_mark(text, end, unit);
        found.push(Number { low, high, unit, is_age, start, end, start_char: 0, end_char: 0 });
        at = at.max(end);
    }
    count_chars(text, found);
}

/// One pass over the text for all numbers: they stand in order and do not overlap.
fn count_chars(text: &str, found: &mut [Number]) {
    let (mut byte, mut chars) = (0, 0);
    let mut advance = |to: usize| {
        chars += text[byte..to].chars().count() as u32;
        byte = to;
        chars
    };
    for number in found {
        number.start_char = advance(number.start);
        number.end_char = advance(number.end);
    }
}

/// A decimal number from `start`, and where it ends. Thousands have no marks in these texts.
fn number(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let digits = |from: usize| bytes[from..].iter().take(12).take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = start + digits(start);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1 + digits(end + 1);
    }
    let value = std::str::from_utf8(&bytes[start..end]).ok()?.parse().ok()?;
    Some((value, end))
}

/// The unit behind a number, after at most one space or hyphen.
fn unit_at(text: &str, end: usize) -> Option<(Unit, usize)> {
    let rest = text.get(end..)?;
    let gap = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'-')).count().min(1);
    let word = &rest[gap..];
    let length: usize = word
        .chars()
        .take(8)
        .take_while(|c| c.is_ascii_alphabetic() || matches!(c, 'µ' | 'μ' | '%' | '/'))
        .map(char::len_utf8)
        .sum();
    // A word that goes on is no unit: "5 month-old" is, "5 monkeys" is not.
    if length == 0 || word[length..].starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    Unit::named(word[..length].trim_end_matches('/')).map(|unit| (unit, end + gap + length))
}

/// The second number of an interval: `-`, `–`, `to`, `~`, up to a space on each side.
fn interval_end(text: &str, end: usize) -> Option<(f64, usize)> {
    let rest = text.get(end..)?;
    let trimmed = rest.trim_start_matches(' ');
    let behind = ["-", "–", "—", "~", "to "].iter().find_map(|mark| trimmed.strip_prefix(mark))?;
    let behind = behind.trim_start_matches(' ');
    let from = text.len() - behind.len();
    let (value, to) = number(text.as_bytes(), from).filter(|_| behind.starts_with(|c: char| c.is_ascii_digit()))?;
    Some((value, to))
}

/// A text that is a number or an interval and nothing else but its unit, spelled one way: `54 year`, `50-60 year`, `8 week`
/// of "54 yrs", "50–60", "8-week-old". `unit` is meant where the text names none.
///
/// # Errors
/// Why it is no such text, for people.
pub fn amount(text: &str, unit: Option<&str>) -> Result<String, String> {
    let mut found = Vec::new();
    numbers(text, &mut found);
    let only = match found.as_slice() {
        [] => return Err("holds no number".to_owned()),
        [one] => *one,
        several => return Err(format!("holds {} numbers", several.len())),
    };
    // What may stand around a number without meaning another one.
    let is_quiet = |rest: &str| {
        let rest = rest.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '<' | '>' | '≥' | '≤'));
        rest.is_empty() || ["age", "aged", "about", "approx", "ca"].iter().any(|word| rest.eq_ignore_ascii_case(word))
    };
    if !is_quiet(&text[..only.start]) || !is_quiet(&text[only.end..]) {
        return Err("says more than a number and its unit".to_owned());
    }
    let Some(unit) = only.unit.map(Unit::name).or(unit.map(str::trim).filter(|unit| !unit.is_empty())) else {
        return Err("names no unit; choose the one that is meant".to_owned());
    };
    Ok(match only.low == only.high {
        true => format!("{} {unit}", only.low),
        false => format!("{}-{} {unit}", only.low, only.high),
    })
}

/// Whether an age follows from what stands behind the number, and where that ends.
fn age_mark(text: &str, end: usize, unit: Option<Unit>) -> (bool, usize) {
    let Some(unit) = unit else { return (false, end) };
    let before = &text[..end];
    let short = ["yo", "y/o", "YO", "yrold"].iter().any(|mark| before.ends_with(mark));
    if short {
        return (true, end);
    }
    let rest = text[end..].trim_start_matches([' ', '-', '.']);
    for mark in ["old", "of age", "Old", "OLD"] {
        if rest.starts_with(mark) && unit.is_time() {
            return (true, text.len() - rest.len() + mark.len());
        }
    }
    (false, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(f64, f64, Option<&'static str>, bool, &str)> {
        let mut found = Vec::new();
        numbers(text, &mut found);
        found.iter().map(|n| (n.low, n.high, n.unit.map(Unit::name), n.is_age, &text[n.start..n.end])).collect()
    }

    #[test]
    fn numbers_are_read_with_their_units() {
        for (text, low, high, unit, is_age, shown) in [
            ("57", 57.0, 57.0, None, false, "57"),
            ("45.5 years", 45.5, 45.5, Some("year"), false, "45.5 years"),
            ("18-27 years of age", 18.0, 27.0, Some("year"), true, "18-27 years of age"),
            ("50–60", 50.0, 60.0, None, false, "50–60"),
            ("18 to 27 yrs", 18.0, 27.0, Some("year"), false, "18 to 27 yrs"),
            ("5 years-7 years", 5.0, 7.0, Some("year"), false, "5 years-7 years"),
            ("8-week-old", 8.0, 8.0, Some("week"), true, "8-week-old"),
            ("45yo", 45.0, 45.0, Some("year"), true, "45yo"),
            ("5uM", 5.0, 5.0, Some("uM"), false, "5uM"),
            ("19 µM", 19.0, 19.0, Some("uM"), false, "19 µM"),
            ("10ng/ml", 10.0, 10.0, Some("ng/ml"), false, "10ng/ml"),
            ("24h", 24.0, 24.0, Some("hour"), false, "24h"),
            ("> 89", 89.0, 89.0, None, false, "89"),
            ("5 monkeys", 5.0, 5.0, None, false, "5"),
        ] {
            assert_eq!(read(text), [(low, high, unit, is_age, shown)], "{text}");
        }
        assert_eq!(read("MCF7 GSM123 U2OS v1.5x"), []);
        assert_eq!(read("rep 2 at 48 hr").iter().map(|n| n.2).collect::<Vec<_>>(), [None, Some("hour")]);
        assert_eq!(read("1-1").len(), 2);
    }

    #[test]
    fn an_amount_is_a_number_and_its_unit_alone() {
        for (text, unit, told) in [
            ("54", Some("year"), Ok("54 year")),
            ("54 yrs", None, Ok("54 year")),
            ("50–60", Some("year"), Ok("50-60 year")),
            ("8-week-old", None, Ok("8 week")),
            ("24h", Some("day"), Ok("24 hour")),
            ("7.5", None, Err("names no unit; choose the one that is meant")),
            ("> 89", Some("year"), Err("says more than a number and its unit")),
            ("day 3 and 5", Some("day"), Err("holds 2 numbers")),
            ("3 in the morning", Some("day"), Err("says more than a number and its unit")),
            ("adult", Some("year"), Err("holds no number")),
        ] {
            assert_eq!(amount(text, unit), told.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
    }

    #[test]
    fn any_text_is_read() {
        for text in ["", "9", "9.", ".9", "9-", "9–", "9 to ", "99999999999999999999999999", "9µ", "9 µ/", "9\u{0}h"]
        {
            read(text);
        }
    }
}
