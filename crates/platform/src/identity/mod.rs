//! Who: organizations, people, members, sessions, API tokens and passwords. Owns the tables of
//! `0001_identity.sql` that hold them. Must never store a secret it could show again (sessions, tokens and reset codes
//! are kept as SHA-256, passwords as argon2id), and must never tell one organization about people of another.
//!
//! Start at [`sign_in`] and [`authenticate_session`]; every request passes [`authenticate_session`] or
//! [`authenticate_token`], which read the database each time: a deactivated member, an ended session and a revoked
//! token are refused by the next request in every process, because nothing is cached.
//!
//! Secrets are looked up by their SHA-256, so no comparison of secrets runs in our code: how long the lookup takes
//! tells at most something about hashes, and nobody can choose a 256-bit secret whose hash begins as wished. Argon2's
//! own comparison is constant-time.

mod account;
pub mod cookie;
mod email;
mod invitations;
mod limits;
mod members;
mod operator;
mod password;
mod people;
mod resets;
mod sealing;
mod sessions;
mod sql;
mod state;
mod tidy;
mod tokens;

pub use account::{change_password, me, set_preferences};
pub use invitations::{
    INVITATION_PATH, accept_invitation, hold_invitation, invite, list_invitations, withdraw_invitation,
};
pub use members::{list_curators, list_members, update_member};
#[cfg(any(test, feature = "testing"))]
pub use operator::create_user_without_password;
pub use operator::{
    CreatedUser, create_operator_token, create_organization, create_user, find_organization_by_name, list_alive,
    list_organizations, load_organization, set_operator,
};
pub use people::{find_people, list_people};
pub use resets::{RESET_PATH, create_password_reset, create_password_reset_by_email, reset_password};
pub use sealing::Seal;
#[cfg(any(test, feature = "testing"))]
pub use sessions::enter;
pub use sessions::{
    SESSION_LIFETIME, SignedIn, authenticate_session, end_session, list_sessions, sign_in, sign_out,
    switch_organization,
};
pub use state::State;
pub use tidy::{Tidy, tidy};
pub use tokens::{authenticate_token, create_token, list_tokens, revoke_token};

use chorale_model::Fault;
use sha2::{Digest, Sha256};

/// How a secret is stored and looked up. Without salt or stretching: it has 256 random bits.
fn sha256(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// A name that a person or an operator typed, trimmed.
fn valid_name(field: &str, name: &str, longest: usize) -> Result<String, Fault> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Fault::field(field, "is empty; write a name")),
        n if n > longest => Err(Fault::field(field, format!("has {n} characters; at most {longest} fit"))),
        _ if name.chars().any(char::is_control) => {
            Err(Fault::field(field, "holds a control character; write it on one line"))
        }
        _ => Ok(name.to_owned()),
    }
}

#[cfg(test)]
mod tests;
