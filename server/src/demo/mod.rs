//! The demo organization: one sign-in for each role, and real series to look at. Data comes from a folder of GEO files
//! when there is one, else from GEO itself, else it is generated and every screen says so. Loading twice changes
//! nothing. Start at [`load`].

mod synthetic;

use chorale_model::sources::{Import, UploadedFile};
use chorale_model::{Fault, JobId, OrganizationId, Role};
use chorale_platform::{Ctx, Deployment, identity, sources};
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
    pub job: Option<JobId>,
    pub people: Vec<(String, String)>,
    pub password: String,
}

enum Data {
    Files(Vec<PathBuf>),
    Geo,
    Synthetic,
}

/// Makes the demo organization unless it is there, and starts its import. `folder` is `CHORALE_DEMO_DATA`.
pub async fn load(app: &Arc<Deployment>, folder: Option<&Path>) -> Result<DemoReport, Fault> {
    let operator = Ctx::operator(app.clone(), None);
    if let Some(found) = identity::find_organization_by_name(&operator, ORGANIZATION).await? {
        return Ok(report(found.id, "present", None));
    }
    let data = choose(app, folder).await?;
    let synthetic = matches!(data, Data::Synthetic);
    let organization = identity::create_organization(&operator, ORGANIZATION, synthetic).await?.id;
    let ctx = Ctx::operator(app.clone(), Some(organization));
    for (email, role) in PEOPLE {
        let name = format!("Demo {role}");
        identity::create_user(&ctx, email, &name, organization, role, PASSWORD.to_owned()).await?;
    }
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
    Ok(report(organization, said, Some(job.id)))
}

/// The demo's sign-ins, when the demo is loaded: the sign-in page shows them.
pub async fn people(app: &Arc<Deployment>) -> Result<Option<(Vec<(String, String)>, String)>, Fault> {
    let operator = Ctx::operator(app.clone(), None);
    let found = identity::find_organization_by_name(&operator, ORGANIZATION).await?;
    Ok(found.map(|found| report(found.id, "present", None)).map(|report| (report.people, report.password)))
}

fn report(organization: OrganizationId, data: &'static str, job: Option<JobId>) -> DemoReport {
    let people = PEOPLE.iter().map(|(email, role)| ((*email).to_owned(), role.to_string())).collect();
    DemoReport { organization, data, job, people, password: PASSWORD.to_owned() }
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
