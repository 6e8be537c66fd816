//! Why a command did not do what it was asked for, with the exit code that says so to scripts.

use chorale_model::Fault;

/// Refused or failed.
pub(super) const FAILED: u8 = 1;
/// The command line or a setting was not understood.
pub(super) const NOT_UNDERSTOOD: u8 = 2;
/// Ended by Ctrl-C or SIGTERM before its work was done; what shells say for an interrupt (128 + SIGINT).
pub(super) const INTERRUPTED: u8 = 130;

#[derive(Debug)]
pub(super) struct Refused {
    pub fault: Fault,
    pub code: u8,
}

impl Refused {
    pub fn not_understood(fault: Fault) -> Self {
        Refused { fault, code: NOT_UNDERSTOOD }
    }

    pub fn interrupted(message: impl Into<String>) -> Self {
        Refused { fault: Fault::busy(message), code: INTERRUPTED }
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Refused { fault, code: FAILED }
    }
}
