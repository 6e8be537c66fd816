//! One series of migrations for both engines, from `migrations/`. A process refuses a schema that it doesn't know.

use super::{Db, sql};
use chorale_model::Fault;
use sqlx::migrate::Migrator;

pub(super) static SERIES: Migrator = sqlx_macros::migrate!("../../migrations");

/// The newest migration this binary knows.
pub const SCHEMA_VERSION: i64 = 28;

impl Db {
    /// Brings the schema up to date; safe to run by several processes at once.
    pub async fn migrate(&self) -> Result<(), Fault> {
        self.run(&SERIES).await
    }

    pub(super) async fn run(&self, series: &Migrator) -> Result<(), Fault> {
        let result = match self {
            Db::Sqlite { readers, .. } => {
                let pool = super::unrestricted(readers).await?;
                let result = series.run(&pool).await;
                pool.close().await;
                result
            }
            Db::Pg(pool) => series.run(pool).await,
        };
        result.map_err(|error| {
            let mut fault = Fault::busy(format!(
                "the database's schema cannot be brought to version {SCHEMA_VERSION}: {error}. Run the newest chorale, \
                 or restore a backup"
            ));
            fault.cause = Some(error.to_string());
            fault
        })
    }

    /// Fails unless the schema is the one this binary was built for.
    pub async fn check_schema(&self) -> Result<(), Fault> {
        let found: (Option<i64>,) =
            sql("select max(version) from _sqlx_migrations").one(self).await.map_err(|fault| {
                tracing::debug!(%fault, "no migration table");
                Fault::busy("the database has no schema yet; run \"chorale migrate\"")
            })?;
        match found.0 {
            Some(SCHEMA_VERSION) => Ok(()),
            Some(newer) if newer > SCHEMA_VERSION => Err(Fault::busy(format!(
                "the database's schema is version {newer}, this chorale knows {SCHEMA_VERSION}; run the newer chorale"
            ))),
            older => Err(Fault::busy(format!(
                "the database's schema is version {}, this chorale needs {SCHEMA_VERSION}; run \"chorale migrate\"",
                older.unwrap_or(0)
            ))),
        }
    }
}
