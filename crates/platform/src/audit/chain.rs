//! The chain, so that an outsider can recompute it with nothing but SHA-256.
//!
//! Each sealed row of an organization has a position, counted from 1 without gaps, and a hash, 64 lower-case
//! hexadecimal digits:
//!
//! ```text
//! hash(0) = 64 times "0"
//! hash(n) = sha256_hex( hash(n-1) ‖ field(position) ‖ field(organization) ‖ field(id) ‖ field(at) ‖ field(actor_kind)
//!           ‖ field(actor) ‖ field(actor_name) ‖ field(action) ‖ field(object_kind) ‖ field(object) ‖ field(detail)
//!           ‖ field(request_id) )
//! field(x) = <length of x in bytes, decimal> ":" <x in UTF-8> ","
//! ```
//!
//! Numbers are decimal, `at` is in microseconds since 1970, ids are hyphenated lower case, `detail` is the text of its
//! column, an absent actor is empty. The lengths make the text unambiguous whatever a field holds (D. J. Bernstein's
//! netstrings); canonical JSON was rejected because languages differ in how they escape.
//!
//! ```python
//! f = lambda x: b"%d:%s," % (len(x.encode()), x.encode())
//! hash_n = hashlib.sha256(hash_before.encode() + b"".join(map(f, fields))).hexdigest()
//! ```

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What stands before the first row.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A row of `audit_log` as the chain reads it: its columns, as stored.
#[derive(Clone, Debug, sqlx_macros::FromRow)]
pub struct Entry {
    pub id: Uuid,
    pub at: i64,
    pub actor_kind: String,
    pub actor: Option<Uuid>,
    pub actor_name: String,
    pub action: String,
    pub object_kind: String,
    pub object: String,
    pub detail: String,
    pub request_id: String,
    pub position: Option<i64>,
    pub hash: Option<String>,
}

impl Entry {
    /// The hash of this row at `position`, after the row whose hash is `previous`.
    pub fn link(&self, organization: Uuid, position: i64, previous: &str) -> String {
        let mut sha = Sha256::new();
        sha.update(previous);
        let mut field = |text: &str| {
            sha.update(format!("{}:", text.len()));
            sha.update(text);
            sha.update(",");
        };
        field(&position.to_string());
        field(&organization.to_string());
        field(&self.id.to_string());
        field(&self.at.to_string());
        field(&self.actor_kind);
        field(&self.actor.map(|id| id.to_string()).unwrap_or_default());
        field(&self.actor_name);
        field(&self.action);
        field(&self.object_kind);
        field(&self.object);
        field(&self.detail);
        field(&self.request_id);
        hex::encode(sha.finalize())
    }
}
