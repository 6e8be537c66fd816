//! The demo organization: one sign-in for each role, and real series to look at. Data comes from a folder of GEO files
//! when there is one, else from GEO itself, else it is generated and every screen says so. Loading twice changes
//! nothing. Start at [`load`].

pub mod harmony;
mod synthetic;

use chorale_model::identity::Organization;
use chorale_model::jobs::{Job, JobFilter};
use chorale_model::page::PageRequest;
use chorale_model::sources::{Import, UploadedFile};
use chorale_model::{Fault, FaultKind, JobId, OrganizationId, Role};
use chorale_platform::{Ctx, Deployment, identity, jobs, sources};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub const ORGANIZATION: &str = "Demo";
/// One password for all three: the demo holds public data only, and is for trying things out.
pub const PASSWORD: &str = "sing in harmony";
/// E-mail address and role.
pub const PEOPLE: [(&str, Role); 3] = [
    ("scientist@demo.example", Role::Scientist),
    ("curator@demo.example", Role::Curator),
    ("admin@demo.example", Role::Admin),
];

const REAL_COLLECTION: &str = "Public GEO";
const SYNTHETIC_COLLECTION: &str = "Synthetic studies";

/// Fetched from GEO where there is no folder: small series of different kinds.
const ACCESSIONS: [&str; 6] = ["GSE6344", "GSE7540", "GSE14618", "GSE13657", "GSE9048", "GSE2018"];
const REACH: Duration = Duration::from_secs(4);

/// What was loaded, and how to look at it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DemoReport {
    pub organization: OrganizationId,
    /// `files`, `geo`, `synthetic`, or `present` when it was there before.
    pub data: &'static str,
    /// Its import, unless that was done before.
    pub job: Option<JobId>,
    /// Where the import goes.
    pub collection: &'static str,
    pub people: Vec<(String, String)>,
    pub password: String,
}

enum Data {
    Files(Vec<PathBuf>),
    Geo,
    Synthetic,
}

/// Makes the demo organization unless it is there, and starts its import; one that was interrupted goes on, one that
/// failed is tried anew.
/// `folder` is `CHORALE_DEMO_DATA`.
pub async fn load(app: &Arc<Deployment>, folder: Option<&Path>) -> Result<DemoReport, Fault> {
    let operator = Ctx::operator(app.clone(), None);
    let found = identity::find_organization_by_name(&operator, ORGANIZATION).await?;
    if let Some(found) = &found {
        let ctx = Ctx::operator(app.clone(), Some(found.id));
        match own_import(&ctx).await? {
            Some(job) if !job.state.ended() => return Ok(report(found, "present", Some(job.id))),
            Some(job) if job.is_whole() => return Ok(report(found, "present", None)),
            // What failed may come in now; what is there already stays as it is.
            _ => {}
        }
    }
    let data = match &found {
        Some(begun) if begun.synthetic => Data::Synthetic,
        _ => choose(app, folder).await?,
    };
    let synthetic = matches!(data, Data::Synthetic);
    let organization = match found {
        Some(begun) if begun.synthetic == synthetic => begun,
        Some(_) => {
            return Err(Fault::busy(
                "the demo organization was made for real series and none can be reached now; connect, or set \
                 CHORALE_DEMO_DATA to a folder of GEO files, and run \"chorale demo\" again",
            ));
        }
        None => identity::create_organization(&operator, ORGANIZATION, synthetic).await?,
    };
    let ctx = Ctx::operator(app.clone(), Some(organization.id));
    people_in(&ctx, organization.id).await?;
    let (said, import) = match data {
        Data::Files(paths) => ("files", import(REAL_COLLECTION, upload(&ctx, &paths).await?, &[])),
        Data::Geo => ("geo", import(REAL_COLLECTION, Vec::new(), &ACCESSIONS)),
        Data::Synthetic => {
            let folder = tempfile::tempdir().map_err(|e| Fault::internal("making a folder for synthetic data", e))?;
            let paths = synthetic::write(folder.path())?;
            ("synthetic", import(SYNTHETIC_COLLECTION, upload(&ctx, &paths).await?, &[]))
        }
    };
    let job = sources::start_import(&ctx, import).await?;
    Ok(report(&organization, said, Some(job.id)))
}

async fn people_in(ctx: &Ctx, organization: OrganizationId) -> Result<(), Fault> {
    for (email, role) in PEOPLE {
        let name = format!("Demo {role}");
        match identity::create_user(ctx, email, &name, organization, role, PASSWORD.to_owned()).await {
            Ok(_) => {}
            // Made by a run that was interrupted.
            Err(fault) if fault.kind == FaultKind::Conflict => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

/// The newest import that the command line started there; people of the demo may have started others.
async fn own_import(ctx: &Ctx) -> Result<Option<Job>, Fault> {
    let filter = JobFilter { kind: Some(sources::IMPORT.to_owned()), state: None };
    let mut page = PageRequest { cursor: None, limit: Some(500) };
    loop {
        let found = jobs::list_jobs(ctx, filter.clone(), page).await?;
        let own = found.items.into_iter().find(|job| job.created_by.as_deref() == Some("operator"));
        if own.is_some() || found.next_cursor.is_none() {
            return Ok(own);
        }
        page = PageRequest { cursor: found.next_cursor, limit: Some(500) };
    }
}

/// The demo's sign-ins, when the demo is loaded: the sign-in page shows them. An organization that somebody else
/// called "Demo" has other people.
pub async fn people(app: &Arc<Deployment>) -> Result<Option<(Vec<(String, String)>, String)>, Fault> {
    let operator = Ctx::operator(app.clone(), None);
    let Some(found) = identity::find_organization_by_name(&operator, ORGANIZATION).await? else { return Ok(None) };
    let inside = Ctx::operator(app.clone(), Some(found.id));
    let first = PageRequest { cursor: None, limit: Some(PageRequest::MAX) };
    let members = identity::list_members(&inside, first).await?.items;
    let is_there = |(email, _): &(&str, Role)| members.iter().any(|member| member.active && member.email == *email);
    if !PEOPLE.iter().all(is_there) {
        return Ok(None);
    }
    let people = PEOPLE.iter().map(|(email, role)| ((*email).to_owned(), role.to_string())).collect();
    Ok(Some((people, PASSWORD.to_owned())))
}

fn report(organization: &Organization, data: &'static str, job: Option<JobId>) -> DemoReport {
    let people = PEOPLE.iter().map(|(email, role)| ((*email).to_owned(), role.to_string())).collect();
    let collection = if organization.synthetic { SYNTHETIC_COLLECTION } else { REAL_COLLECTION };
    DemoReport { organization: organization.id, data, job, collection, people, password: PASSWORD.to_owned() }
}

async fn choose(app: &Arc<Deployment>, folder: Option<&Path>) -> Result<Data, Fault> {
    if let Some(folder) = folder {
        let files = geo_files(folder)?;
        if !files.is_empty() {
            return Ok(Data::Files(files));
        }
        tracing::warn!(folder = %folder.display(), "no GEO files in the demo data's folder");
    }
    if reachable(&app.settings.geo_base_url).await {
        return Ok(Data::Geo);
    }
    tracing::warn!("GEO cannot be reached; the demo gets a small synthetic set, and every screen says so");
    Ok(Data::Synthetic)
}

/// Whole family files and series matrices below `folder`; files that were cut for somebody's tests are left out.
fn geo_files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let unreadable = |e: std::io::Error| Fault::field("demo_data", format!("{} cannot be read: {e}", folder.display()));
    if !folder.is_dir() {
        return Err(Fault::field(
            "demo_data",
            format!("{} is no folder; choose another or leave it out", folder.display()),
        ));
    }
    let (mut folders, mut files) = (vec![folder.to_path_buf()], Vec::new());
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let wanted = name.starts_with("GSE")
                && (name.contains("_family.soft") || name.contains("_series_matrix.txt"))
                && !name.contains("truncated")
                && !name.contains("Short");
            if path.is_dir() {
                folders.push(path);
            } else if wanted {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a connection to GEO's address opens at all.
async fn reachable(base_url: &str) -> bool {
    let Ok(url) = url::Url::parse(base_url) else { return false };
    if url.scheme() == "file" {
        return url.to_file_path().is_ok_and(|path| path.is_dir());
    }
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
    matches!(tokio::time::timeout(REACH, tokio::net::TcpStream::connect((host, port))).await, Ok(Ok(_)))
}

async fn upload(ctx: &Ctx, paths: &[PathBuf]) -> Result<Vec<UploadedFile>, Fault> {
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        files.push(sources::upload_local(ctx, path).await?);
    }
    Ok(files)
}

fn import(collection: &str, files: Vec<UploadedFile>, accessions: &[&str]) -> Import {
    Import {
        collection_name: Some(collection.to_owned()),
        create_collection: true,
        files,
        accessions: accessions.iter().map(|accession| (*accession).to_owned()).collect(),
        ..Import::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use crate::start::{self, Schema};
    use std::collections::BTreeMap;

    #[tokio::test]
    async fn only_the_demo_itself_shows_its_sign_ins() {
        let folder = tempfile::tempdir().unwrap().keep();
        let flags = BTreeMap::from([("data_dir".to_owned(), folder.display().to_string())]);
        let config = Config::load(&flags, |_| None, None).unwrap();
        let app = start::deployment(&config, Schema::Migrate).await.unwrap();
        assert!(people(&app).await.unwrap().is_none());
        let operator = Ctx::operator(app.clone(), None);
        let organization = identity::create_organization(&operator, ORGANIZATION, false).await.unwrap().id;
        assert!(people(&app).await.unwrap().is_none(), "an organization of that name is not the demo");
        for (email, role) in PEOPLE {
            let made = identity::create_user(&operator, email, "", organization, role, PASSWORD.to_owned()).await;
            made.unwrap();
        }
        let (people, password) = people(&app).await.unwrap().unwrap();
        assert_eq!((people.len(), &*password), (PEOPLE.len(), PASSWORD));
    }
}
