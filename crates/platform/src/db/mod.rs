//! One SQL text on two databases: SQLite beside the process, PostgreSQL by URL. Rooms write `$1` parameters and
//! portable statements; everything that differs between the dialects lives in this folder and nowhere else.
//! Read [`Query`] for statements, [`Db::write`] for transactions.

mod dump;
mod fault;
mod insert;
mod migrate;
mod query;
mod value;
mod writer;

pub use dump::Snapshot;
pub use insert::insert_many;
pub use migrate::SCHEMA_VERSION;
pub use query::{Builder, Query, Row, Target, sql, sql_in};
pub use value::Value;
pub use writer::Tx;

use chorale_model::Fault;
use futures::future::BoxFuture;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::str::FromStr;
use std::time::Duration;
use tracing::Instrument;

/// A database. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    Sqlite { readers: SqlitePool, writer: writer::Writer },
    Pg(PgPool),
}

/// How many connections may be open; SQLite's readers and PostgreSQL's pool alike.
const CONNECTIONS: u32 = 16;

impl Db {
    /// Lets PostgreSQL see how large tables have become, and make its plans anew. The order in which SQLite reads stands in
    /// the statements.
    pub async fn learn_sizes(&self) -> Result<(), Fault> {
        match self {
            Db::Sqlite { .. } => Ok(()),
            Db::Pg(_) => sql("analyze").run(self).await.map(drop),
        }
    }

    /// Opens `sqlite://path` (created when absent) or `postgres://…`.
    pub async fn open(url: &str) -> Result<Db, Fault> {
        match url.split_once(':') {
            Some(("sqlite", _)) => open_sqlite(url).await,
            Some(("postgres" | "postgresql", _)) => open_pg(url).await,
            _ => Err(Fault::field(
                "database_url",
                format!("\"{url}\" names no database; write sqlite://PATH or postgres://USER@HOST/NAME"),
            )),
        }
    }

    /// Runs `work` in a transaction and commits it; its fault rolls it back. The work runs to its end even when the
    /// caller goes away. On SQLite one writer takes the waiting works together, each in its savepoint, and answers
    /// them after their common commit, so `work` must be short and must not wait for anything but its statements.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Fault>> + Send + 'static,
    {
        let span = tracing::debug_span!("database write", otel.kind = "client", db.system.name = self.engine());
        let written = async {
            match self {
                Db::Sqlite { writer, .. } => writer.write(work).await,
                Db::Pg(pool) => writer::transaction_pg(pool.clone(), work).await,
            }
        };
        written.instrument(span).await
    }

    /// Rows in an order that an index has, the first of many. PostgreSQL knows nothing of what came within its last minute: it
    /// would find and sort all of it for one page, where it is not kept from sorting.
    pub async fn in_order<T: Row>(&self, query: Query) -> Result<Vec<T>, Fault> {
        match self {
            Db::Sqlite { .. } => query.all(self).await,
            Db::Pg(pool) => {
                writer::transaction_pg(pool.clone(), move |tx| {
                    Box::pin(async move {
                        sql("set local enable_sort = off").run(&mut *tx).await?;
                        query.all(tx).await
                    })
                })
                .await
            }
        }
    }

    /// `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        match self {
            Db::Sqlite { .. } => "sqlite",
            Db::Pg(_) => "postgres",
        }
    }

    /// The durability settings in force, as the database itself reports them.
    pub async fn durability(&self) -> Result<Vec<(String, String)>, Fault> {
        match self {
            Db::Sqlite { writer, .. } => {
                writer
                    .write(|tx| {
                        Box::pin(async move {
                            let journal: (String,) = sql("pragma journal_mode").one(&mut *tx).await?;
                            let synchronous: (i64,) = sql("pragma synchronous").one(tx).await?;
                            Ok(vec![
                                ("journal_mode".into(), journal.0),
                                ("synchronous".into(), synchronous.0.to_string()),
                            ])
                        })
                    })
                    .await
            }
            Db::Pg(_) => {
                let fsync: (String,) = sql("select current_setting('fsync')").one(self).await?;
                let commit: (String,) = sql("select current_setting('synchronous_commit')").one(self).await?;
                Ok(vec![("fsync".into(), fsync.0), ("synchronous_commit".into(), commit.0)])
            }
        }
    }

    /// Writes a consistent copy of the whole database to `path` while it is in use. SQLite only: PostgreSQL's own
    /// `pg_dump` is called by the backup instead.
    pub async fn copy_sqlite_to(&self, path: &std::path::Path) -> Result<(), Fault> {
        let Db::Sqlite { readers, .. } = self else {
            return Err(Fault::invalid("this deployment's database is PostgreSQL; pg_dump makes its copy"));
        };
        let broken = |e| fault::from_sqlx("copying the database", e);
        let pool = unrestricted(readers).await?;
        let copied = sqlx::query("vacuum into $1").bind(path.to_string_lossy().into_owned()).execute(&pool).await;
        pool.close().await;
        copied.map(|_| ()).map_err(broken)
    }

    /// Empties SQLite's write-ahead log into the database, as far as no reader needs it still: what was deleted stays
    /// readable there until it is overwritten.
    pub async fn empty_log(&self) -> Result<(), Fault> {
        let Db::Sqlite { readers, .. } = self else { return Ok(()) };
        let pool = unrestricted(readers).await?;
        let emptied = sqlx::query("pragma wal_checkpoint(truncate)").execute(&pool).await;
        pool.close().await;
        emptied.map(|_| ()).map_err(|e| fault::from_sqlx("emptying the write-ahead log", e))
    }

    /// Waits for running statements and closes.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { readers, writer } => {
                writer.close().await;
                readers.close().await;
            }
            Db::Pg(pool) => pool.close().await,
        }
    }
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, Fault> {
    Ok(SqliteConnectOptions::from_str(url)
        .map_err(|e| Fault::field("database_url", format!("\"{url}\": {e}")))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a commit is on the disk when it returns, power loss included
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .busy_timeout(Duration::from_secs(10))
        // read where the kernel keeps the file, up to SQLite's own limit; a cache of each of the readers beside it would
        // hold the same pages once more
        .pragma("mmap_size", "2147418112")
        .pragma("cache_size", "-2048")
        .pragma("temp_store", "memory")
        // what was deleted is overwritten: an erased person's address must not stay readable in the file
        .pragma("secure_delete", "on")
        .statement_cache_capacity(256))
}

async fn open_sqlite(url: &str) -> Result<Db, Fault> {
    let options = sqlite_options(url)?;
    if let Some(folder) = options.get_filename().parent() {
        std::fs::create_dir_all(folder).map_err(|e| Fault::internal("creating the database's folder", e))?;
    }
    let writer = writer::Writer::start(options.clone().pragma("cache_size", "-16384")).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.pragma("query_only", "true"))
        .await
        .map_err(|e| fault::from_sqlx("opening the database", e))?;
    Ok(Db::Sqlite { readers, writer })
}

/// A pool of one connection that may write, beside the readers: for migrations and copies.
async fn unrestricted(readers: &SqlitePool) -> Result<SqlitePool, Fault> {
    let options = readers.connect_options().as_ref().clone().pragma("query_only", "false");
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
    pool.map_err(|e| fault::from_sqlx("opening the database", e))
}

async fn open_pg(url: &str) -> Result<Db, Fault> {
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(10))
        // A plan that is compiled first pays on statements of seconds; over many runs the compiler took longer than the reading.
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::Executor::execute(connection, "set jit = off").await.map(drop) })
        })
        .connect(url)
        .await
        .map_err(|e| fault::from_sqlx("opening the database", e))?;
    Ok(Db::Pg(pool))
}

#[cfg(test)]
pub mod tests;
