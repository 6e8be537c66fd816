//! Transactions. SQLite has one writer task: it begins immediately (a deferred transaction fails on upgrade whatever
//! the busy timeout says), runs every waiting work in a savepoint and answers all of them after one commit, so that
//! one fsync serves many. PostgreSQL runs each work in a transaction of its own.

use super::fault::from_sqlx;
use chorale_model::Fault;
use futures::{FutureExt, future::BoxFuture};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor, PgPool};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// A transaction in progress. It cannot commit: whoever opened it does.
pub enum Tx {
    Sqlite(Box<SqliteConnection>),
    Pg(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// No batch holds the writer longer than this before it commits.
const BATCH: Duration = Duration::from_millis(50);
const WAITING: usize = 1024;

type Answer = Box<dyn FnOnce(Result<(), Fault>) + Send>;

/// One caller's work, whatever it answers: it is run, or refused with the fault that kept it from being run.
trait Work: Send {
    /// Whether to keep what it did, and how to answer once that is decided.
    fn run<'t>(self: Box<Self>, tx: &'t mut Tx) -> BoxFuture<'t, (bool, Answer)>;
    fn refuse(self: Box<Self>, fault: Fault);
}

struct Asked<T, F> {
    work: F,
    answer: oneshot::Sender<Result<T, Fault>>,
}

impl<T, F> Work for Asked<T, F>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Fault>> + Send + 'static,
{
    fn run<'t>(self: Box<Self>, tx: &'t mut Tx) -> BoxFuture<'t, (bool, Answer)> {
        let Asked { work, answer } = *self;
        Box::pin(async move {
            let run = std::panic::AssertUnwindSafe(async move { work(tx).await });
            let result = run
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(Fault::internal("writing to the database", "the work panicked")));
            let keep = result.is_ok();
            let answer: Answer = Box::new(move |committed| {
                // The receiver is gone when the caller went away; the commit stands all the same.
                let _gone = answer.send(committed.and(result));
            });
            (keep, answer)
        })
    }

    fn refuse(self: Box<Self>, fault: Fault) {
        let _gone = self.answer.send(Err(fault));
    }
}

#[derive(Clone)]
pub struct Writer {
    works: mpsc::Sender<Box<dyn Work>>,
}

impl Writer {
    pub(super) async fn start(options: SqliteConnectOptions) -> Result<Writer, Fault> {
        let connection = options.connect().await.map_err(|e| from_sqlx("opening the database", e))?;
        let (works, waiting) = mpsc::channel(WAITING);
        tokio::spawn(run(connection, options, waiting));
        Ok(Writer { works })
    }

    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Fault>> + Send + 'static,
    {
        let (send, receive) = oneshot::channel();
        let asked = Asked { work, answer: send };
        self.works.send(Box::new(asked)).await.map_err(|_| closed())?;
        receive.await.map_err(|_| closed())?
    }

    pub(super) async fn close(&self) {
        // An empty work is answered after everything before it has been committed.
        if let Err(fault) = self.write(|_| Box::pin(async { Ok(()) })).await {
            tracing::debug!(%fault, "the writer was closed already");
        }
    }
}

fn closed() -> Fault {
    Fault::busy("the database is closing; try again in a moment")
}

async fn run(connection: SqliteConnection, options: SqliteConnectOptions, mut waiting: mpsc::Receiver<Box<dyn Work>>) {
    let mut tx = Tx::Sqlite(Box::new(connection));
    while let Some(first) = waiting.recv().await {
        if let Err(fault) = batch(&mut tx, first, &mut waiting).await {
            tracing::error!(%fault, "a write batch failed; reopening the writer's connection");
            match options.connect().await {
                Ok(fresh) => tx = Tx::Sqlite(Box::new(fresh)),
                Err(error) => tracing::error!(%error, "the database cannot be opened"),
            }
        }
    }
    if let Tx::Sqlite(connection) = tx
        && let Err(error) = connection.close().await
    {
        tracing::warn!(%error, "closing the writer's connection");
    }
}

/// Runs `first` and whatever waits behind it, commits, then answers. A fault of one work undoes that work alone; one of
/// the transaction is the answer to all of them.
async fn batch(tx: &mut Tx, first: Box<dyn Work>, waiting: &mut mpsc::Receiver<Box<dyn Work>>) -> Result<(), Fault> {
    let mut answers: Vec<Answer> = Vec::new();
    let done = match run_waiting(tx, first, waiting, &mut answers).await {
        Ok(()) => statement(tx, "commit").await,
        Err(fault) => Err(fault),
    };
    for answer in answers {
        answer(done.clone());
    }
    done
}

async fn run_waiting(
    tx: &mut Tx,
    first: Box<dyn Work>,
    waiting: &mut mpsc::Receiver<Box<dyn Work>>,
    answers: &mut Vec<Answer>,
) -> Result<(), Fault> {
    let started = Instant::now();
    if let Err(fault) = statement(tx, "begin immediate").await {
        first.refuse(fault.clone());
        return Err(fault);
    }
    let mut next = Some(first);
    while let Some(work) = next.take() {
        if let Err(fault) = statement(tx, "savepoint work").await {
            work.refuse(fault.clone());
            return Err(fault);
        }
        let (keep, answer) = work.run(tx).await;
        answers.push(answer);
        if !keep {
            statement(tx, "rollback to work").await?;
        }
        statement(tx, "release work").await?;
        if started.elapsed() < BATCH {
            next = waiting.try_recv().ok();
        }
    }
    Ok(())
}

async fn statement(tx: &mut Tx, text: &'static str) -> Result<(), Fault> {
    match tx {
        Tx::Sqlite(connection) => connection.execute(text).await.map(|_| ()).map_err(|e| from_sqlx(text, e)),
        Tx::Pg(_) => unreachable!("the batching writer is SQLite's alone"),
    }
}

/// One work in one transaction; spawned, so that a caller who goes away does not cut it in the middle.
pub(super) async fn transaction_pg<T, F>(pool: PgPool, work: F) -> Result<T, Fault>
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Fault>> + Send + 'static,
{
    let task = tokio::spawn(async move {
        let transaction = pool.begin().await.map_err(|e| from_sqlx("beginning a transaction", e))?;
        let mut tx = Tx::Pg(transaction);
        let result = work(&mut tx).await;
        let Tx::Pg(transaction) = tx else { unreachable!("made as PostgreSQL's above") };
        match result {
            Ok(value) => transaction.commit().await.map(|()| value).map_err(|e| from_sqlx("committing", e)),
            Err(fault) => {
                transaction.rollback().await.map_err(|e| from_sqlx("rolling back", e))?;
                Err(fault)
            }
        }
    });
    task.await.map_err(|e| Fault::internal("ending a transaction", e))?
}
