//! The three kinds of stores behind one set of questions.

use super::database::Database;
use super::folder::Folder;
use super::found::{FoundExperiment, FoundFile, FoundModel, FoundRegistered, FoundRun, FoundVersion, Holder, Part};
use super::server::{Credentials, Server};
use bytes::Bytes;
use chorale_model::Fault;
use chorale_model::experiments::LogMetric;
use futures::StreamExt;
use futures::stream::BoxStream;
use std::path::{Path, PathBuf};
use tokio::io::AsyncReadExt;

/// A tracking store of MLflow's.
#[derive(Clone)]
pub struct Store(Kind);

#[derive(Clone)]
enum Kind {
    Folder(Folder),
    Database(Database),
    Server(Server),
}

/// Whose files, and where.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    pub experiment: &'a str,
    pub holder: Holder<'a>,
    /// Where they are, as the store says.
    pub uri: &'a str,
}

impl Store {
    /// Opens what stands at a path or an address: a folder `mlruns`, an SQLite file, or a server. `artifacts` is where the files
    /// of a database's runs are, if they are not beside it.
    ///
    /// # Errors
    /// When it is nothing of MLflow's.
    pub async fn open(place: &str, artifacts: Option<&Path>, credentials: Credentials) -> Result<Store, Fault> {
        if place.starts_with("http://") || place.starts_with("https://") {
            return Ok(Store(Kind::Server(Server::open(place, credentials).await?)));
        }
        let path = match place.split_once("://") {
            None => PathBuf::from(place),
            // sqlite:///relative and sqlite:////absolute, as SQLAlchemy writes it.
            Some(("sqlite", rest)) => PathBuf::from(rest.strip_prefix('/').unwrap_or(rest)),
            Some(("file", _)) => url::Url::parse(place)
                .ok()
                .and_then(|url| url.to_file_path().ok())
                .ok_or_else(|| Fault::field("path", format!("\"{place}\" is no path; write file:///FOLDER")))?,
            Some((scheme, _)) => {
                let why = format!(
                    "\"{scheme}\" is nothing that can be read here; name a folder mlruns, an SQLite file, or the \
                     server's http:// or https:// address (of a store in PostgreSQL or MySQL, start \"mlflow server\" \
                     on it)"
                );
                return Err(Fault::field("path", why));
            }
        };
        let found = std::fs::metadata(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                Fault::field("path", format!("{} does not exist; check the path", path.display()))
            }
            _ => Fault::field("path", format!("{} cannot be looked at: {error}", path.display())),
        })?;
        match found.is_dir() {
            true => Ok(Store(Kind::Folder(Folder::open(&path)?))),
            false => Ok(Store(Kind::Database(Database::open(&path, artifacts).await?))),
        }
    }

    /// How marks name it.
    pub fn address(&self) -> String {
        match &self.0 {
            Kind::Folder(folder) => format!("file://{}", folder.root().display()),
            Kind::Database(database) => format!("sqlite://{}", database.file().display()),
            Kind::Server(server) => server.address(),
        }
    }

    pub async fn experiments(&self) -> Result<Vec<FoundExperiment>, Fault> {
        match &self.0 {
            Kind::Folder(folder) => aside(folder, Folder::experiments).await,
            Kind::Database(database) => database.experiments().await,
            Kind::Server(server) => server.experiments().await,
        }
    }

    /// A page of the runs of an experiment, the deleted ones too.
    pub async fn runs(
        &self,
        experiment: &str,
        after: Option<&str>,
    ) -> Result<Part<(String, Result<FoundRun, Fault>)>, Fault> {
        match &self.0 {
            Kind::Folder(folder) => {
                let (experiment, after) = (experiment.to_owned(), after.map(str::to_owned));
                aside(folder, move |folder| folder.runs(&experiment, after.as_deref())).await
            }
            Kind::Database(database) => database.runs(experiment, after).await,
            Kind::Server(server) => server.runs(experiment, after).await,
        }
    }

    /// A page of the points of a metric.
    pub async fn points(
        &self,
        experiment: &str,
        run: &str,
        key: &str,
        from: Option<&str>,
    ) -> Result<Part<LogMetric>, Fault> {
        match &self.0 {
            Kind::Folder(folder) => {
                let (experiment, run, key) = (experiment.to_owned(), run.to_owned(), key.to_owned());
                let from = from.map(str::to_owned);
                aside(folder, move |folder| folder.points(&experiment, &run, &key, from.as_deref())).await
            }
            Kind::Database(database) => database.points(run, key, from).await,
            Kind::Server(server) => server.points(run, key, from).await,
        }
    }

    pub async fn logged_models(&self, experiment: &str) -> Result<Vec<(String, Result<FoundModel, Fault>)>, Fault> {
        match &self.0 {
            Kind::Folder(folder) => {
                let experiment = experiment.to_owned();
                aside(folder, move |folder| folder.logged_models(&experiment)).await
            }
            Kind::Database(database) => database.logged_models(experiment).await,
            Kind::Server(server) => server.logged_models(experiment).await,
        }
    }

    pub async fn files(&self, of: Files<'_>) -> Result<Vec<FoundFile>, Fault> {
        match &self.0 {
            Kind::Folder(folder) => folder.files(of.experiment, of.holder),
            Kind::Database(database) => database.files(of.uri),
            Kind::Server(server) => server.files(of.holder).await,
        }
    }

    /// The bytes of a file as they come.
    pub async fn open_file(
        &self,
        of: Files<'_>,
        path: &str,
    ) -> Result<BoxStream<'static, Result<Bytes, Fault>>, Fault> {
        let local = match &self.0 {
            Kind::Folder(folder) => folder.file(of.experiment, of.holder, path)?,
            Kind::Database(database) => database.path_of(of.uri, path)?,
            Kind::Server(server) => return server.open_file(of.holder, path).await,
        };
        let unread = |e: std::io::Error| Fault::invalid(format!("it cannot be read: {e}"));
        let file = tokio::fs::File::open(local).await.map_err(unread)?;
        let chunks = futures::stream::try_unfold(file, move |mut file| async move {
            const CHUNK: usize = 1 << 20;
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = (&mut file).take(CHUNK as u64).read_to_end(&mut chunk).await.map_err(unread)?;
            Ok((read > 0).then(|| (Bytes::from(chunk), file)))
        });
        Ok(chunks.boxed())
    }

    pub async fn registered(&self) -> Result<Vec<FoundRegistered>, Fault> {
        match &self.0 {
            Kind::Folder(folder) => aside(folder, Folder::registered).await,
            Kind::Database(database) => database.registered().await,
            Kind::Server(server) => server.registered().await,
        }
    }

    pub async fn versions(&self, model: &str) -> Result<Vec<FoundVersion>, Fault> {
        match &self.0 {
            Kind::Folder(folder) => {
                let model = model.to_owned();
                aside(folder, move |folder| folder.versions(&model)).await
            }
            Kind::Database(database) => database.versions(model).await,
            Kind::Server(server) => server.versions(model).await,
        }
    }
}

/// Reads many small files off the async threads.
async fn aside<T: Send + 'static>(
    folder: &Folder,
    read: impl FnOnce(&Folder) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let folder = folder.clone();
    let done = tokio::task::spawn_blocking(move || read(&folder)).await;
    done.map_err(|e| Fault::internal("reading a folder of MLflow's", e))?
}
