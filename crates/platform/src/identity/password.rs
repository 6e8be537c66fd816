//! Passwords: the policy, and argon2id with OWASP's parameters (t = 2, m = 19 MiB, p = 1) off the async threads.

use super::{State, email};
use crate::Ctx;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use chorale_model::Fault;

pub const SHORTEST: usize = 12;
/// Longer ones are refused before they are hashed.
const LONGEST_BYTES: usize = 1024;

/// Refuses a password that is easy to guess. Length is what counts (NIST SP 800-63B); no rules about digits and signs.
pub fn check_policy(field: &str, password: &str, person: &str) -> Result<(), Fault> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Fault::field(
            field,
            format!("the password has {length} characters; choose at least {SHORTEST}, several words are best"),
        ));
    }
    if password.len() > LONGEST_BYTES {
        return Err(Fault::field(
            field,
            format!("the password has more than {LONGEST_BYTES} bytes; choose a shorter one"),
        ));
    }
    let folded = password.trim().to_lowercase();
    if folded == person || folded == email::local_part(person) {
        return Err(Fault::field(field, "the password is the e-mail address; choose one that nobody can read"));
    }
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < 5 {
        return Err(Fault::field(field, "the password repeats fewer than 5 characters; choose several words"));
    }
    Ok(())
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("constant parameters are in argon2's range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The password as a PHC string.
pub async fn hash(ctx: &Ctx, password: String) -> Result<String, Fault> {
    let salt = ctx.app.ids.bytes::<16>();
    off_thread(ctx, move || hash_now(&salt, &password)).await?
}

fn hash_now(salt: &[u8], password: &str) -> Result<String, Fault> {
    let hashed: PasswordHash = argon2()
        .hash_password_with_salt(password.as_bytes(), salt)
        .map_err(|e| Fault::internal("hashing a password", e))?;
    Ok(hashed.to_string())
}

/// Whether `password` is the stored one. Without a stored one it hashes all the same and says no, so that an unknown
/// person takes as long as a wrong password.
pub async fn verify(ctx: &Ctx, stored: Option<String>, password: String) -> Result<bool, Fault> {
    let salt = ctx.app.ids.bytes::<16>();
    off_thread(ctx, move || {
        if password.len() > LONGEST_BYTES {
            // No password is that long, and hashing it is somebody else's denial of service.
            return hash_now(&salt, "").map(|_| false);
        }
        match stored {
            Some(stored) => Ok(argon2().verify_password(password.as_bytes(), stored.as_str()).is_ok()),
            None => hash_now(&salt, &password).map(|_| false),
        }
    })
    .await?
}

/// Runs `work` on a blocking thread. The permit goes with it: a caller who hangs up does not make room for more work.
async fn off_thread<T: Send + 'static>(ctx: &Ctx, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    let state = ctx.app.room::<State>();
    let _waiting = state
        .waiting
        .clone()
        .try_acquire_owned()
        .map_err(|_| Fault::busy("too many people are signing in at this moment; try again in a few seconds"))?;
    let permit = state.hashing.clone().acquire_owned().await.map_err(|e| Fault::internal("hashing a password", e))?;
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    })
    .await
    .map_err(|e| Fault::internal("hashing a password", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_says_what_is_wrong() {
        let check = |password: &str| check_policy("new", password, "ada.lovelace@example.org").map_err(|f| f.message);
        assert_eq!(check("correct horse battery"), Ok(()));
        assert_eq!(check("zwölf Zeichen"), Ok(()));
        assert_eq!(
            check("short").unwrap_err(),
            "new: the password has 5 characters; choose at least 12, several words are best"
        );
        assert!(check("Ada.Lovelace@example.org").unwrap_err().contains("is the e-mail address"));
        assert!(check("ada.lovelace").unwrap_err().contains("is the e-mail address"));
        assert!(check("abababababab").unwrap_err().contains("fewer than 5"));
        assert!(check(&"long word ".repeat(200)).unwrap_err().contains("more than 1024 bytes"));
    }

    #[test]
    fn a_hash_names_owasps_parameters_and_fits_its_password_alone() {
        let stored = hash_now(&[7; 16], "correct horse battery").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(argon2().verify_password(b"correct horse battery", stored.as_str()).is_ok());
        assert!(argon2().verify_password(b"correct horse batterz", stored.as_str()).is_err());
    }
}
