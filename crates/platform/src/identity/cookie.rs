//! The session's cookie: the one place for its text. Over TLS its name begins with `__Host-`, so that no other host
//! and no plain connection can set it; plain http is for this machine alone.

use crate::ctx::Settings;

/// What the cookie is called at this deployment.
pub fn name(settings: &Settings) -> &'static str {
    if is_secure(settings) { "__Host-chorale" } else { "chorale" }
}

/// The value of `Set-Cookie` that keeps a session's secret in the browser.
pub fn set(settings: &Settings, secret: &str, max_age_s: i64) -> String {
    let secure = if is_secure(settings) { "; Secure" } else { "" };
    format!("{}={secret}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}", name(settings))
}

/// The value of `Set-Cookie` that takes it away.
pub fn clear(settings: &Settings) -> String {
    set(settings, "", 0)
}

/// The secret in a request's `Cookie` header.
pub fn read<'a>(settings: &Settings, header: &'a str) -> Option<&'a str> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, value)| *key == name(settings) && !value.is_empty()).map(|(_, value)| value).next()
}

fn is_secure(settings: &Settings) -> bool {
    settings.public_url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_gives_back_what_was_set() {
        for (public_url, flags) in [("https://chorale.example", "; Secure"), ("http://127.0.0.1:3000", "SameSite=Lax")]
        {
            let settings = Settings { public_url: public_url.into(), ..Settings::default() };
            let line = set(&settings, "s3cret", 60);
            assert!(line.ends_with(flags), "{line}");
            let pair = line.split(';').next().expect("a pair");
            assert_eq!(read(&settings, &format!("theme=dark; {pair}")), Some("s3cret"));
            assert_eq!(read(&settings, "theme=dark; other=s3cret"), None);
            assert!(clear(&settings).contains("Max-Age=0"));
        }
    }
}
