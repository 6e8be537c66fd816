//! E-mail addresses: how a person is named at sign-in. Kept in lower case, so that one address is one person.

use chorale_model::Fault;

/// The longest address that SMTP can deliver to (RFC 5321).
const LONGEST: usize = 254;

/// The address in the form in which it is stored.
pub fn parse(text: &str) -> Result<String, Fault> {
    let wrong = |why: &str| Err(Fault::field("email", format!("{why}; write it as name@example.org")));
    let email = text.trim().to_lowercase();
    if email.is_empty() {
        return wrong("the e-mail address is empty");
    }
    if email.len() > LONGEST {
        return wrong("the e-mail address has more than 254 bytes");
    }
    if email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return wrong("the e-mail address holds a space or a control character");
    }
    let Some((local, domain)) = email.split_once('@') else {
        return wrong("the e-mail address has no @");
    };
    let domain_fits = domain.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    });
    if local.is_empty() || !domain_fits {
        return wrong("the e-mail address is not complete");
    }
    Ok(email)
}

/// What stands before the @: a name for people who gave none.
pub fn local_part(email: &str) -> &str {
    email.split('@').next().unwrap_or(email)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_address_is_lower_case_and_complete() {
        assert_eq!(parse("  Ada.Lovelace+geo@Example.ORG ").unwrap(), "ada.lovelace+geo@example.org");
        assert_eq!(parse("admin@localhost").unwrap(), "admin@localhost");
        for wrong in
            ["", "ada", "@example.org", "ada@", "ada@@x.org", "a da@x.org", "ada@x..org", "ada@-x.org", "a@b\0c"]
        {
            let fault = parse(wrong).unwrap_err();
            assert_eq!(fault.fields[0].field, "email", "{wrong:?}");
        }
        assert!(parse(&format!("{}@example.org", "a".repeat(250))).is_err());
    }
}
