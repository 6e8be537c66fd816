//! What one browser remembers: theme, rail, single keys. They live in cookies without secrets, so that the server
//! draws the right page at once and nothing flashes. They are nobody's data and need no sign-in.

use http::header::COOKIE;
use leptos::prelude::*;

/// The choices of this browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// `light`, `dark`, or what the system says.
    pub theme: Option<&'static str>,
    /// The rail shows icons alone.
    pub rail_closed: bool,
    /// Single keys such as `/` and `j` do nothing.
    pub keys_off: bool,
}

impl Preferences {
    /// Of the request that is being answered.
    pub fn of_request() -> Self {
        let Some(parts) = use_context::<http::request::Parts>() else { return Preferences::default() };
        let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        Self::from_cookies(cookies.flat_map(|line| line.split(';')))
    }

    fn from_cookies<'a>(pairs: impl Iterator<Item = &'a str>) -> Self {
        let mut found = Preferences::default();
        for pair in pairs {
            match pair.trim() {
                "theme=light" => found.theme = Some("light"),
                "theme=dark" => found.theme = Some("dark"),
                "rail=closed" => found.rail_closed = true,
                "keys=off" => found.keys_off = true,
                _ => {}
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_values_are_taken_over() {
        let read = |line: &str| Preferences::from_cookies(line.split(';'));
        assert_eq!(
            read("a=b; theme=dark; keys=off"),
            Preferences { theme: Some("dark"), rail_closed: false, keys_off: true }
        );
        assert_eq!(read("theme=\"><script>"), Preferences::default());
        assert!(read("rail=closed").rail_closed);
    }
}
