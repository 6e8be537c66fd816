//! Rows of any shape as JSON objects, for exports, all of one moment. Column names and types come from the database
//! itself.

use super::{Db, fault::from_sqlx};
use chorale_model::{Fault, OrganizationId};
use futures::stream::{BoxStream, StreamExt};
use serde_json::{Map, Value};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Postgres, Row, Sqlite, Transaction, TypeInfo, ValueRef};
use uuid::Uuid;

/// The database as it was when [`Db::snapshot`] returned, whatever is written meanwhile. It keeps SQLite's log from
/// shrinking and PostgreSQL from vacuuming, so let go of it soon.
pub enum Snapshot {
    Sqlite(Transaction<'static, Sqlite>),
    Pg(Transaction<'static, Postgres>),
}

/// Both engines begin a snapshot with its first read.
const FIRST_READ: &str = "select id from organizations limit 1";

impl Db {
    pub async fn snapshot(&self) -> Result<Snapshot, Fault> {
        let broken = |error| from_sqlx("beginning to read for an export", error);
        match self {
            Db::Sqlite { readers, .. } => {
                let mut reading = readers.begin().await.map_err(broken)?;
                sqlx::query(FIRST_READ).fetch_optional(&mut *reading).await.map_err(broken)?;
                Ok(Snapshot::Sqlite(reading))
            }
            Db::Pg(pool) => {
                let mut reading = pool.begin().await.map_err(broken)?;
                let level = "set transaction isolation level repeatable read, read only";
                sqlx::query(level).execute(&mut *reading).await.map_err(broken)?;
                sqlx::query(FIRST_READ).fetch_optional(&mut *reading).await.map_err(broken)?;
                Ok(Snapshot::Pg(reading))
            }
        }
    }
}

impl Snapshot {
    /// The rows of `text` (one parameter, the organization) as JSON, one at a time.
    pub fn rows(&mut self, text: &'static str, organization: OrganizationId) -> BoxStream<'_, Result<Value, Fault>> {
        let broken = |error| from_sqlx("reading rows for an export", error);
        match self {
            Snapshot::Sqlite(reading) => {
                let rows = sqlx::query(text).bind(organization.0).fetch(&mut **reading);
                rows.map(move |row| row.and_then(|row| sqlite_row(&row)).map_err(broken)).boxed()
            }
            Snapshot::Pg(reading) => {
                let rows = sqlx::query(text).bind(organization.0).fetch(&mut **reading);
                rows.map(move |row| row.and_then(|row| pg_row(&row)).map_err(broken)).boxed()
            }
        }
    }
}

fn sqlite_row(row: &SqliteRow) -> sqlx::Result<Value> {
    let mut object = Map::new();
    for column in row.columns() {
        let at = column.ordinal();
        // The declared type tells an id from other bytes, and a truth value from a number.
        let declared = column.type_info().name().to_lowercase();
        let raw = row.try_get_raw(at)?;
        let value = match raw.type_info().name() {
            _ if raw.is_null() => Value::Null,
            "TEXT" => Value::String(row.try_get(at)?),
            "INTEGER" | "BOOLEAN" if declared == "boolean" => Value::Bool(row.try_get(at)?),
            "INTEGER" => Value::from(row.try_get::<i64, _>(at)?),
            "REAL" => Value::from(row.try_get::<f64, _>(at)?),
            _ => bytes(row.try_get(at)?),
        };
        object.insert(column.name().to_owned(), value);
    }
    Ok(Value::Object(object))
}

fn pg_row(row: &PgRow) -> sqlx::Result<Value> {
    let mut object = Map::new();
    for column in row.columns() {
        let at = column.ordinal();
        let value = match column.type_info().name() {
            _ if row.try_get_raw(at)?.is_null() => Value::Null,
            "TEXT" => Value::String(row.try_get(at)?),
            "BOOL" => Value::Bool(row.try_get(at)?),
            "INT8" => Value::from(row.try_get::<i64, _>(at)?),
            "FLOAT8" => Value::from(row.try_get::<f64, _>(at)?),
            "UUID" => Value::String(row.try_get::<Uuid, _>(at)?.to_string()),
            _ => bytes(row.try_get(at)?),
        };
        object.insert(column.name().to_owned(), value);
    }
    Ok(Value::Object(object))
}

/// 16 bytes are an id, anything else is written in hexadecimal.
fn bytes(bytes: Vec<u8>) -> Value {
    match Uuid::from_slice(&bytes) {
        Ok(id) => Value::String(id.to_string()),
        Err(_) => Value::String(hex::encode(bytes)),
    }
}
