//! Numbers as people read them: grouped thousands, bytes, durations. Never rounds a count.

/// `107863` as `107,863`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes with a decimal unit: `713,903 bytes`, `4.2 MB`.
pub fn bytes(n: u64) -> String {
    const UNITS: [(&str, f64); 4] = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let found = UNITS.iter().find(|(_, size)| n as f64 >= 10.0 * size || (n as f64 >= *size && *size > 1e3));
    match found {
        Some((unit, size)) => format!("{:.1} {unit}", n as f64 / size),
        None => format!("{} bytes", count(n)),
    }
}

/// Milliseconds as `0.4 ms`, `840 ms`, `2.1 s`, `3 min 5 s`, `1 h 52 min`, `12 d 3 h`.
pub fn duration_ms(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms if ms < 60_000.0 => format!("{:.1} s", ms / 1_000.0),
        ms if ms < 3_600_000.0 => format!("{} min {} s", (ms / 60_000.0) as u64, (ms / 1_000.0) as u64 % 60),
        ms if ms < 172_800_000.0 => format!("{} h {} min", (ms / 3_600_000.0) as u64, (ms / 60_000.0) as u64 % 60),
        ms => format!("{} d {} h", count((ms / 86_400_000.0) as u64), (ms / 3_600_000.0) as u64 % 24),
    }
}

/// `one sample`, `20 samples`: the count with its noun.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(107_863), "107,863");
        assert_eq!(count(1_000_000), "1,000,000");
    }

    #[test]
    fn small_files_show_every_byte() {
        assert_eq!(bytes(9_999), "9,999 bytes");
        assert_eq!(bytes(713_903), "713.9 kB");
        assert_eq!(bytes(4_200_000), "4.2 MB");
        assert_eq!(bytes(4_000_000_000), "4.0 GB");
    }

    #[test]
    fn durations_have_one_unit_until_minutes() {
        assert_eq!(duration_ms(0.42), "0.4 ms");
        assert_eq!(duration_ms(840.2), "840 ms");
        assert_eq!(duration_ms(2_140.0), "2.1 s");
        assert_eq!(duration_ms(41_000.0), "41.0 s");
        assert_eq!(duration_ms(185_000.0), "3 min 5 s");
        assert_eq!(duration_ms(3_599_999.0), "59 min 59 s");
        assert_eq!(duration_ms(6_720_000.0), "1 h 52 min");
        assert_eq!(duration_ms(17_270_760_000.0), "199 d 21 h");
        assert_eq!(counted(1, "sample", "samples"), "1 sample");
    }
}
