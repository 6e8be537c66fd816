//! A moment in UTC, kept as microseconds since the Unix epoch (SQL BIGINT) and written as RFC 3339.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
pub struct Time(pub i64);

impl Time {
    pub const SECOND: i64 = 1_000_000;
    pub const MINUTE: i64 = 60 * Self::SECOND;
    pub const HOUR: i64 = 60 * Self::MINUTE;
    pub const DAY: i64 = 24 * Self::HOUR;

    /// This moment plus `micros` (may be negative).
    pub fn plus(self, micros: i64) -> Self {
        Time(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this moment.
    pub fn since(self, earlier: Time) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX)
    }

    /// `2026-03-04 09:12`, for people.
    pub fn minute_text(self) -> String {
        self.timestamp().strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// The beginning of a day in UTC, written `2026-03-04`.
    ///
    /// # Errors
    /// When the text is no such day.
    pub fn of_day(text: &str) -> Result<Time, crate::Fault> {
        let day = format!("{text}T00:00:00Z");
        day.parse().map_err(|_| crate::Fault::invalid(format!("\"{text}\" is no day; write it as 2026-03-04")))
    }

    /// `4 Mar 2026`, for people.
    pub fn day_text(self) -> String {
        self.timestamp().strftime("%-d %b %Y").to_string()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.timestamp())
    }
}

impl std::str::FromStr for Time {
    type Err = crate::Fault;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<jiff::Timestamp>()
            .map(|t| Time(t.as_microsecond()))
            .map_err(|_| crate::Fault::invalid(format!("\"{text}\" is no time; write it as 2026-03-04T09:12:00Z")))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|fault: crate::Fault| D::Error::custom(fault.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight() {
        assert_eq!(Time::of_day("2026-03-04").unwrap().minute_text(), "2026-03-04 00:00");
        for no in ["2026-13-01", "4 Mar 2026", "", "2026-03-04T09:12"] {
            assert!(Time::of_day(no).unwrap_err().message.contains("2026-03-04"), "{no}");
        }
    }

    #[test]
    fn a_time_survives_json() {
        let time = Time(1_772_615_520_000_001);
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, "\"2026-03-04T09:12:00.000001Z\"");
        assert_eq!(serde_json::from_str::<Time>(&json).unwrap(), time);
        assert_eq!(time.minute_text(), "2026-03-04 09:12");
    }
}
