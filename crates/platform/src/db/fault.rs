//! What a database's errors mean to a verb.

use chorale_model::Fault;

/// Wraps an error once, with what was being done. A broken unique or foreign key is a conflict that the verb may
/// reword; a lost connection is Busy; everything else is ours.
pub fn from_sqlx(doing: &str, error: sqlx::Error) -> Fault {
    let cause = error.to_string();
    let mut fault = match &error {
        sqlx::Error::RowNotFound => Fault::internal(doing, "a row that must exist is absent"),
        sqlx::Error::Database(e) if e.is_unique_violation() => Fault::conflict("there is one with this name already"),
        sqlx::Error::Database(e) if e.is_foreign_key_violation() => {
            Fault::conflict("something it belongs to is gone; reload and try again")
        }
        // SQLite waited for its busy timeout: BUSY, LOCKED, and their kinds of recovery, snapshot and time-out.
        sqlx::Error::Database(e) if matches!(e.code().as_deref(), Some("5" | "6" | "261" | "517" | "773")) => {
            Fault::busy("another process holds the database for long; try again in a moment")
        }
        // PostgreSQL: two transactions waited for each other, or one of two that do not go together gave way.
        sqlx::Error::Database(e) if matches!(e.code().as_deref(), Some("40P01" | "40001")) => {
            Fault::busy("somebody else changed the same at the same time; try again")
        }
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
            Fault::busy("the database does not answer; try again in a moment")
        }
        _ => Fault::internal(doing, &cause),
    };
    fault.cause = Some(format!("{doing}: {cause}"));
    fault
}
