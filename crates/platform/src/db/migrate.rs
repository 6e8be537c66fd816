//! One series of migrations for both engines, from `migrations/`. A process refuses a schema that it doesn't know.

use super::{Db, sql};
use chorale_model::Fault;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, SqlSafeStr};

pub(super) static SERIES: Migrator = sqlx_macros::migrate!("../../migrations");

/// The newest migration this binary knows.
pub const SCHEMA_VERSION: i64 = 35;

impl Db {
    /// Brings the schema up to date; safe to run by several processes at once.
    pub async fn migrate(&self) -> Result<(), Fault> {
        self.run(&SERIES).await
    }

    pub(super) async fn run(&self, series: &Migrator) -> Result<(), Fault> {
        let result = match self {
            Db::Sqlite { readers, .. } => {
                let pool = super::unrestricted(readers).await?;
                let result = for_sqlite(series).run(&pool).await;
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

/// A table that is marked so lies in the order of its key. PostgreSQL has no such tables, and reads the mark as a comment.
const CLUSTERED: &str = "/* clustered */";
/// A line that ends so is for PostgreSQL alone: SQLite drops no constraints.
const NOT_ON_SQLITE: &str = "/* not on sqlite */";

/// The series with SQLite's own words where a migration leaves room for them; the checksums are those of the files.
fn for_sqlite(series: &Migrator) -> Migrator {
    let migrations = series.iter().map(|one| {
        let mut one = one.clone();
        let text = one.sql.as_str();
        if text.contains(CLUSTERED) || text.contains(NOT_ON_SQLITE) {
            let lines = text.split_inclusive('\n').filter(|line| !line.trim_end().ends_with(NOT_ON_SQLITE));
            let text = lines.collect::<String>().replace(CLUSTERED, "without rowid");
            one.sql = AssertSqlSafe(text).into_sql_str();
        }
        one
    });
    Migrator { migrations: migrations.collect::<Vec<_>>().into(), ..Migrator::DEFAULT }
}
