//! Bytes on their way in: counted, hashed, and stored under their SHA-256 once they are whole.

use crate::metering::{self, Quantity, Use};
use crate::objects::{Key, Limit, Upload};
use crate::{Ctx, catalog};
use chorale_model::sources::UploadedFile;
use chorale_model::{Fault, FaultKind, OrganizationId, Role};
use std::path::Path;
use tokio::io::AsyncReadExt;

/// An upload in progress; dropping it leaves nothing.
pub struct Uploading {
    ctx: Ctx,
    upload: Upload,
    organization: OrganizationId,
    /// Whom the bytes are metered for.
    actor: String,
    name: String,
}

/// Starts the upload of a file; `name` is kept as a label.
pub fn begin_upload(ctx: &Ctx, name: &str) -> Result<Uploading, Fault> {
    let organization = ctx.require(Role::Curator)?;
    Uploading::start(ctx, organization, ctx.actor_name(), name)
}

impl Uploading {
    pub(super) fn start(
        ctx: &Ctx,
        organization: OrganizationId,
        actor: String,
        name: &str,
    ) -> Result<Uploading, Fault> {
        let (ctx, name) = (ctx.clone(), label(name));
        let upload = ctx.app.objects.upload(&ctx.app.settings.cache_dir, most(&ctx, &name))?;
        Ok(Uploading { ctx, upload, organization, actor, name })
    }

    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), Fault> {
        self.upload.write(chunk).await
    }

    /// Durable when this returns. What does not fit into the quota is not stored, whatever is to become of it.
    pub async fn finish(self) -> Result<UploadedFile, Fault> {
        metering::check_quota_ahead(&self.ctx, "stored_bytes", self.upload.size_bytes()).await?;
        let whole = self.upload.finish().await?;
        // Before it is asked whether the bytes are here already: they may be about to go.
        catalog::renew_object(&self.ctx, self.organization, &Key::raw(self.organization, &whole.sha256)).await?;
        whole.store(self.organization).await?;
        let (sha256, size_bytes) = (whole.sha256.clone(), whole.size_bytes);
        let (organization, object, at) = (self.organization, super::IMPORT.to_owned(), self.ctx.now());
        let used = Use { organization, quantity: Quantity::UploadedBytes, object, actor: self.actor };
        // An f64 is exact up to 2^53 bytes.
        self.ctx
            .db()
            .write(move |tx| Box::pin(async move { metering::record(tx, used, at, size_bytes as f64).await }))
            .await?;
        Ok(UploadedFile { name: self.name, sha256, size_bytes })
    }
}

/// Takes a local file in, for the command line: the path comes from whoever runs the deployment, never from a client.
pub async fn upload_local(ctx: &Ctx, path: &Path) -> Result<UploadedFile, Fault> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut upload = begin_upload(ctx, &name)?;
    let refuse = |e: std::io::Error| Fault::field("files", format!("{} cannot be read: {e}", path.display()));
    let mut file = tokio::fs::File::open(path).await.map_err(refuse)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).await.map_err(refuse)?;
        if read == 0 {
            return upload.finish().await;
        }
        upload.write(&buffer[..read]).await?;
    }
}

/// The file as it is stored: the name a label, the hash well formed, the bytes here and as many as they say. What a
/// client says of its size is compared and never believed: quotas and downloads count with it.
pub(super) async fn checked(
    ctx: &Ctx,
    organization: OrganizationId,
    file: &UploadedFile,
) -> Result<UploadedFile, Fault> {
    let name = label(&file.name);
    let absent = || Fault::field("files", format!("the bytes of \"{name}\" are not here; upload the file again"));
    let hex = file.sha256.len() == 64 && file.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !hex {
        return Err(absent());
    }
    let size_bytes = match ctx.app.objects.size(Key::raw(organization, &file.sha256).as_str()).await {
        Ok(size) => i64::try_from(size).unwrap_or(i64::MAX),
        Err(fault) if fault.kind == FaultKind::Missing => return Err(absent()),
        Err(fault) => return Err(fault),
    };
    if size_bytes != file.size_bytes {
        return Err(Fault::field(
            "files",
            format!("\"{name}\" has {size_bytes} bytes here, not {}; send what its upload answered", file.size_bytes),
        ));
    }
    most(ctx, &name).check(size_bytes)?;
    Ok(UploadedFile { name, sha256: file.sha256.clone(), size_bytes })
}

/// A name to show, as it was sent but without control characters. It may look like a path and is never used as one.
pub(super) fn label(name: &str) -> String {
    let clean: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    if clean.trim().is_empty() { "unnamed".to_owned() } else { clean }
}

fn most(ctx: &Ctx, name: &str) -> Limit {
    Limit { name: name.to_owned(), bytes: ctx.app.settings.max_upload_bytes }
}
