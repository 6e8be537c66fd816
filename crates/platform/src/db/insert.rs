//! Many rows at once, in as few statements as the engines allow.

use super::{Query, Tx, Value, fault::from_sqlx};
use chorale_model::Fault;
use sqlx::postgres::PgArguments;
use sqlx::query::Query as SqlxQuery;
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, Transaction};
use uuid::Uuid;

/// `insert into … values` for many rows. `head` ends before `values`, `tail` may hold `on conflict …`; the values of a column
/// are of one type. The number of rows that were written.
///
/// # Errors
/// What the database refuses; nothing of the transaction is kept then.
pub async fn insert_many<const N: usize>(
    tx: &mut Tx,
    head: &'static str,
    rows: Vec<[Value; N]>,
    tail: &'static str,
) -> Result<u64, Fault> {
    match tx {
        Tx::Sqlite(_) => listed(tx, head, rows, tail).await,
        Tx::Pg(transaction) => in_columns(transaction, head, rows, tail).await,
    }
}

/// A row after the other. Full chunks share one text, so that it is prepared once; SQLite allows 32,766 parameters.
async fn listed<const N: usize>(
    tx: &mut Tx,
    head: &'static str,
    rows: Vec<[Value; N]>,
    tail: &'static str,
) -> Result<u64, Fault> {
    let per_statement = (2_000 / N.max(1)).max(1);
    let mut affected = 0;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<_> = rows.by_ref().take(per_statement).collect();
        let text = rows_text::<N>(head, chunk.len(), tail);
        affected += Query::of(text, chunk.into_iter().flatten().collect()).run(&mut *tx).await?;
    }
    Ok(affected)
}

/// `head values (?,?),(?,?) tail`. SQLite keeps numbered parameters as names, and goes through all of them for each that is
/// bound; it counts those that have no number by itself.
fn rows_text<const N: usize>(head: &str, rows: usize, tail: &str) -> String {
    let row = format!("({})", ["?"; N].join(","));
    format!("{head} values {} {tail}", vec![row; rows].join(","))
}

/// A parameter for each column, which holds all of its values: one text however many rows there are, so PostgreSQL plans it
/// once, and a thousand rows are not seven thousand parameters.
async fn in_columns<const N: usize>(
    transaction: &mut Transaction<'static, Postgres>,
    head: &'static str,
    rows: Vec<[Value; N]>,
    tail: &'static str,
) -> Result<u64, Fault> {
    const PER_STATEMENT: usize = 5_000;
    let mut affected = 0;
    let mut rows = rows.into_iter().peekable();
    while let Some(first) = rows.peek() {
        let mut columns: Vec<Column> = first.iter().map(Column::like).collect();
        for row in rows.by_ref().take(PER_STATEMENT) {
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value)?;
            }
        }
        let types = columns.iter().enumerate().map(|(n, column)| format!("${}::{}[]", n + 1, column.pg_type()));
        let text = format!("{head} select * from unnest({}) {tail}", types.collect::<Vec<_>>().join(","));
        let query = sqlx::query(AssertSqlSafe(text).into_sql_str());
        let query = columns.into_iter().fold(query, |query, column| column.bind(query));
        let done =
            query.execute(&mut **transaction).await.map_err(|e| from_sqlx(&format!("running \"{head} …\""), e))?;
        affected += done.rows_affected();
    }
    Ok(affected)
}

macro_rules! columns {
    ($($variant:ident, $type:ty, $pg:literal;)*) => {
        /// The values of one column.
        enum Column {
            $($variant(Vec<Option<$type>>),)*
        }

        impl Column {
            /// An empty one for values like this.
            fn like(value: &Value) -> Column {
                match value {
                    $(Value::$variant(_) => Column::$variant(Vec::new()),)*
                }
            }

            fn pg_type(&self) -> &'static str {
                match self {
                    $(Column::$variant(_) => $pg,)*
                }
            }

            fn push(&mut self, value: Value) -> Result<(), Fault> {
                match (self, value.without_nul()) {
                    $((Column::$variant(values), Value::$variant(value)) => values.push(value),)*
                    (column, other) => {
                        let why = format!("a column of {} was given {other:?}", column.pg_type());
                        return Err(Fault::internal("inserting rows", why));
                    }
                }
                Ok(())
            }

            fn bind(
                self,
                query: SqlxQuery<'static, Postgres, PgArguments>,
            ) -> SqlxQuery<'static, Postgres, PgArguments> {
                match self {
                    $(Column::$variant(values) => query.bind(values),)*
                }
            }
        }
    };
}

columns! {
    Bool, bool, "bool";
    Int, i64, "int8";
    Float, f64, "float8";
    Text, String, "text";
    Bytes, Vec<u8>, "bytea";
    Uuid, Uuid, "uuid";
}
