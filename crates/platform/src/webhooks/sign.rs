//! The signature of what is sent: HMAC-SHA256 (RFC 2104) over the time and the body, so that an answer that was overheard
//! cannot be sent again later.

use ring::hmac;

/// `v1=` and the HMAC of `TIMESTAMP.BODY` in hexadecimal digits.
pub fn signature(secret: &str, timestamp_s: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{timestamp_s}.{body}").as_bytes());
    format!("v1={}", hex::encode(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with: python3 -c "import hmac; print(hmac.new(b'whsec', b'1772615520.{\"a\":1}', 'sha256').hexdigest())"
    #[test]
    fn a_signature_is_what_pythons_hmac_says() {
        assert_eq!(
            signature("whsec", 1_772_615_520, "{\"a\":1}"),
            "v1=2c91287361e5c8dcb47082b7c9b20f925efcc39cd4d974a8b2be8413a47f66e4"
        );
        assert_ne!(signature("whsec", 1_772_615_521, "{\"a\":1}"), signature("whsec", 1_772_615_520, "{\"a\":1}"));
    }
}
