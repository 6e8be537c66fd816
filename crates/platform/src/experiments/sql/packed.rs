//! Many small rows as one text: a thousand runs have ten thousand params, and a row costs more than what is in it. Fields end
//! with a unit separator, which no key holds; a value, which may hold anything, has its length before it.

use chorale_model::experiments::{KeyValue, Metric};

/// Ends a field.
pub const END: &str = "\u{1f}";
/// Ends a point.
pub const ROW: &str = "\u{1e}";

/// Of `string_agg(key || END || length(value) || END || value, '')`.
pub fn pairs(packed: Option<&str>) -> Vec<KeyValue> {
    let mut pairs = Vec::new();
    let mut rest = packed.unwrap_or_default();
    while let Some((key, tail)) = rest.split_once(END) {
        let Some((length, tail)) = tail.split_once(END) else { break };
        let length: usize = length.parse().unwrap_or(0);
        let end = match tail.get(..length).is_some_and(str::is_ascii) {
            true => length,
            false => tail.char_indices().nth(length).map_or(tail.len(), |(at, _)| at),
        };
        let (value, after) = tail.split_at(end);
        pairs.push(KeyValue::new(key, value));
        rest = after;
    }
    pairs.sort_by(|a, b| a.key.cmp(&b.key));
    pairs
}

/// Of `string_agg(key || END || value_bits || END || timestamp_ms || END || step, ROW)`.
pub fn metrics(packed: Option<&str>) -> Vec<Metric> {
    let point = |row: &str| {
        let mut fields = row.split(END);
        let key = fields.next()?.to_owned();
        let mut number = || fields.next().and_then(|text| text.parse::<i64>().ok());
        let value = f64::from_bits(number()?.cast_unsigned());
        Some(Metric { key, value, timestamp_ms: number()?, step: number()? })
    };
    let mut metrics: Vec<Metric> = packed.into_iter().flat_map(|packed| packed.split(ROW)).filter_map(point).collect();
    metrics.sort_by(|a, b| a.key.cmp(&b.key));
    metrics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_hold_anything() {
        let values = ["", "plain", "tab\tand\u{1f}separators\u{1e}", "3", "näïve 日本", "\u{1f}"];
        let packed: String =
            (0..values.len()).map(|n| format!("k{n}{END}{}{END}{}", values[n].chars().count(), values[n])).collect();
        let read: Vec<String> = pairs(Some(&packed)).into_iter().map(|pair| pair.value).collect();
        assert_eq!(read, values);
        assert!(pairs(None).is_empty() && metrics(None).is_empty());
    }

    #[test]
    fn a_point_is_exact() {
        let points = [("a b", 0.1 + 0.2, 5, -1), ("loss", f64::NAN, 0, 9_000_000_000), ("z/1", f64::MAX, 1, 0)];
        let rows = points.map(|(key, value, at, step): (&str, f64, i64, i64)| {
            format!("{key}{END}{}{END}{at}{END}{step}", value.to_bits().cast_signed())
        });
        for (read, (key, value, at, step)) in metrics(Some(&rows.join(ROW))).iter().zip(points) {
            assert_eq!(
                (&*read.key, read.value.to_bits(), read.timestamp_ms, read.step),
                (key, value.to_bits(), at, step)
            );
        }
    }
}
