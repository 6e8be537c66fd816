//! Rows of any shape as JSON objects, for exports. Column names and types come from the database itself.

use super::{Db, fault::from_sqlx};
use chorale_model::{Fault, OrganizationId};
use futures::TryStreamExt;
use serde_json::{Map, Value};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};
use uuid::Uuid;

impl Db {
    /// Hands each row of `text` (one parameter, the organization) to `each` as JSON, one at a time.
    pub async fn each_row(
        &self,
        text: &'static str,
        organization: OrganizationId,
        mut each: impl FnMut(Value) -> Result<(), Fault>,
    ) -> Result<u64, Fault> {
        let broken = |error| from_sqlx("reading rows for an export", error);
        let mut count = 0;
        match self {
            Db::Sqlite { readers, .. } => {
                let mut rows = sqlx::query(text).bind(organization.0).fetch(readers);
                while let Some(row) = rows.try_next().await.map_err(broken)? {
                    each(sqlite_row(&row).map_err(broken)?)?;
                    count += 1;
                }
            }
            Db::Pg(pool) => {
                let mut rows = sqlx::query(text).bind(organization.0).fetch(pool);
                while let Some(row) = rows.try_next().await.map_err(broken)? {
                    each(pg_row(&row).map_err(broken)?)?;
                    count += 1;
                }
            }
        }
        Ok(count)
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
