//! A statement with its parameters, run natively on either engine. Rows are tuples or `#[derive(sqlx_macros::FromRow)]`
//! structs of bool, i64, f64, String, `Vec<u8>`, Uuid and their options.

use super::{Db, Tx, Value, fault::from_sqlx};
use chorale_model::Fault;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, FromRow, SqlSafeStr, SqlStr};

/// A row readable from both engines.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static> Row for T {}

/// Where a statement runs: a transaction, or a reader of the pool.
pub enum Target<'a> {
    Db(&'a Db),
    Tx(&'a mut Tx),
}

impl Target<'_> {
    /// The same place, for one of several statements.
    pub fn again(&mut self) -> Target<'_> {
        match self {
            Target::Db(db) => Target::Db(db),
            Target::Tx(tx) => Target::Tx(tx),
        }
    }
}

impl<'a> From<&'a Db> for Target<'a> {
    fn from(db: &'a Db) -> Self {
        Target::Db(db)
    }
}

impl<'a> From<&'a mut Tx> for Target<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        Target::Tx(tx)
    }
}

#[must_use]
pub struct Query {
    text: SqlStr,
    /// What PostgreSQL is told instead.
    for_pg: Option<SqlStr>,
    values: Vec<Value>,
}

/// A portable statement: lower-case keywords, `$1` parameters, `on conflict`, `returning`.
pub fn sql(text: &'static str) -> Query {
    Query { text: text.into_sql_str(), for_pg: None, values: Vec::new() }
}

/// A statement that ends its `before` at `in`, for a list of any length: its parameters are numbered after those in
/// `first`. The list is padded to a power of two, so that the engines see few different texts. PostgreSQL would make an
/// array of a list of parameters anew for each row that it compares; `values` are hashed once, or looked up one by one.
pub fn sql_in(before: &'static str, first: Vec<Value>, mut list: Vec<Value>, after: &'static str) -> Query {
    if let Some(last) = list.last().cloned() {
        list.resize(list.len().next_power_of_two(), last);
    }
    let numbers: Vec<String> = (first.len() + 1..=first.len() + list.len()).map(|n| format!("${n}")).collect();
    let (text, for_pg) = match numbers.is_empty() {
        true => (format!("{before} (null) {after}"), None),
        false => (
            format!("{before} ({}) {after}", numbers.join(",")),
            Some(AssertSqlSafe(format!("{before} (values ({})) {after}", numbers.join("),("))).into_sql_str()),
        ),
    };
    Query { text: AssertSqlSafe(text).into_sql_str(), for_pg, values: first.into_iter().chain(list).collect() }
}

/// A statement whose shape is known only when somebody asks, put together from static texts and parameters.
pub struct Builder {
    text: String,
    values: Vec<Value>,
    sqlite: bool,
}

impl Builder {
    pub fn new(db: &Db, head: &'static str) -> Builder {
        Builder { text: head.to_owned(), values: Vec::new(), sqlite: matches!(db, Db::Sqlite { .. }) }
    }

    /// After a text column: it is like `pattern`, in which `%` is any text and `_` one character. Whether case counts is
    /// not said alike on the two engines; SQLite knows no case beyond ASCII.
    pub fn like(&mut self, pattern: &str, case: bool) -> &mut Builder {
        match (self.sqlite, case) {
            (true, true) => {
                let glob: String = pattern.chars().fold(String::new(), |mut glob, c| {
                    match c {
                        '%' => glob.push('*'),
                        '_' => glob.push('?'),
                        '*' | '?' | '[' => glob.extend(['[', c, ']']),
                        c => glob.push(c),
                    }
                    glob
                });
                self.push(" glob ").bind(glob)
            }
            (sqlite, _) => {
                let word = if case || sqlite { " like " } else { " ilike " };
                // Nothing is escaped: ! is the sign for it, and stands for itself.
                self.push(word).bind(pattern.replace('!', "!!")).push(" escape '!'")
            }
        }
    }

    pub fn push(&mut self, text: &'static str) -> &mut Builder {
        self.text.push_str(text);
        self
    }

    /// A name that is told from others like it by its number: `o3`.
    pub fn numbered(&mut self, name: &'static str, number: usize) -> &mut Builder {
        self.text.push_str(name);
        self.text.push_str(&number.to_string());
        self
    }

    /// The next parameter.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Builder {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// `(…)` with parameters, null where there are none.
    pub fn list(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Builder {
        self.text.push('(');
        let mut first = true;
        for value in values {
            if !std::mem::take(&mut first) {
                self.text.push(',');
            }
            self.bind(value);
        }
        self.text.push_str(if first { "null)" } else { ")" });
        self
    }

    /// A column's UUID as 32 hexadecimal digits.
    pub fn hex(&mut self, column: &'static str) -> &mut Builder {
        match self.sqlite {
            true => self.push("lower(hex(").push(column).push("))"),
            false => self.push("replace(cast(").push(column).push(" as text), '-', '')"),
        }
    }

    pub fn query(self) -> Query {
        Query::of(self.text, self.values)
    }
}

macro_rules! dispatch {
    ($self:ident, $target:expr, $query:ident, $executor:ident, $run:expr) => {{
        let text = $self.text.clone();
        let context = move || {
            let text = text.as_str();
            let head: String = text.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
            format!("running \"{head} …\"")
        };
        let result = match $target.into() {
            Target::Db(Db::Sqlite { readers: $executor, .. }) => {
                let $query = $self.sqlite();
                $run
            }
            Target::Db(Db::Pg($executor)) => {
                let $query = $self.pg();
                $run
            }
            Target::Tx(Tx::Sqlite(connection)) => {
                let $executor = &mut **connection;
                let $query = $self.sqlite();
                $run
            }
            Target::Tx(Tx::Pg(transaction)) => {
                let $executor = &mut **transaction;
                let $query = $self.pg();
                $run
            }
        };
        result.map_err(|e| from_sqlx(&context(), e))
    }};
}

impl Query {
    /// A text that was put together in this folder.
    pub(super) fn of(text: String, values: Vec<Value>) -> Query {
        Query { text: AssertSqlSafe(text).into_sql_str(), for_pg: None, values }
    }

    /// What PostgreSQL is told instead: where the engines call a function differently.
    pub fn on_pg(mut self, text: &'static str) -> Query {
        self.for_pg = Some(text.into_sql_str());
        self
    }

    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    fn sqlite(self) -> sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments> {
        self.values.into_iter().fold(sqlx::query(self.text), |query, value| value.bind_sqlite(query))
    }

    fn pg(self) -> sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments> {
        let text = self.for_pg.unwrap_or(self.text);
        self.values.into_iter().fold(sqlx::query(text), |query, value| value.bind_pg(query))
    }

    /// Runs it; the number of rows it changed.
    pub async fn run<'a>(self, target: impl Into<Target<'a>>) -> Result<u64, Fault> {
        dispatch!(self, target, query, executor, query.execute(executor).await.map(|done| done.rows_affected()))
    }

    /// Every row.
    pub async fn all<'a, T: Row>(self, target: impl Into<Target<'a>>) -> Result<Vec<T>, Fault> {
        dispatch!(self, target, query, executor, {
            match query.fetch_all(executor).await {
                Ok(rows) => rows.iter().map(T::from_row).collect(),
                Err(error) => Err(error),
            }
        })
    }

    /// The row, if there is one.
    pub async fn optional<'a, T: Row>(self, target: impl Into<Target<'a>>) -> Result<Option<T>, Fault> {
        dispatch!(self, target, query, executor, {
            match query.fetch_optional(executor).await {
                Ok(row) => row.as_ref().map(T::from_row).transpose(),
                Err(error) => Err(error),
            }
        })
    }

    /// The row, which exists by construction (a count, a `returning`).
    pub async fn one<'a, T: Row>(self, target: impl Into<Target<'a>>) -> Result<T, Fault> {
        dispatch!(self, target, query, executor, {
            match query.fetch_one(executor).await {
                Ok(row) => T::from_row(&row),
                Err(error) => Err(error),
            }
        })
    }
}
