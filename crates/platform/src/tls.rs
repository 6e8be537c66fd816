//! What encrypts the connections that this process opens: ring, which sqlx has already, for all of them.

use std::sync::Once;

/// Call it before making an HTTP client: one that finds no choice made panics.
pub fn prepare() {
    static PREPARED: Once = Once::new();
    // It says no when a choice was made before, and then that one holds.
    PREPARED.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}
