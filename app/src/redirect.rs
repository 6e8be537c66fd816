//! Sends the browser to another page of this site, and never elsewhere.

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// 303: the browser follows with GET.
pub fn go(to: &str) {
    if let (Some(response), Ok(to)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(to)) {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(LOCATION, to);
    }
}

/// A path of this site, or the start page: a link elsewhere must not come out of our sign-in. Browsers drop tabs and
/// line ends from an address and take a backslash for a slash, so that `/<tab>/evil.example` would lead away.
pub fn local(path: &str) -> String {
    let fine =
        path.starts_with('/') && !path.starts_with("//") && !path.contains(|c: char| c == '\\' || c.is_control());
    if fine { path.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_after_a_sign_in_stays_here() {
        assert_eq!(local("/datasets/1?x=2"), "/datasets/1?x=2");
        for foreign in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\u{b}/evil.example",
            "\t//evil.example",
            "",
            "javascript:alert(1)",
        ] {
            assert_eq!(local(foreign), "/", "{foreign:?}");
        }
    }
}
