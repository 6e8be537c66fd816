//! Erases an organization: from the moment it is asked for nobody can sign in to it; then a job deletes its rows,
//! children first, in batches, its objects, and what search keeps of it. People who belong to no other organization go
//! with it. The shared index is rebuilt without it; older generations of that go within a day, as cursors pin them.

use super::tables::TENANT_TABLES;
use crate::db::sql;
use crate::jobs::{Handler, NewJob, Running, enqueue};
use crate::objects::Listed;
use crate::{Ctx, audit, discovery};
use chorale_model::{Fault, JobId, OrganizationId, Role};
use futures::future::BoxFuture;
use serde_json::{Value, json};

/// Starts the erasure; `name` must repeat the organization's name.
pub async fn erase_organization(ctx: &Ctx, name: &str) -> Result<JobId, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let (inner, name) = (ctx.clone(), name.to_owned());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let (own,): (String,) =
                    sql("select name from organizations where id = $1").bind(organization).one(&mut *tx).await?;
                if own != name {
                    return Err(Fault::field(
                        "name",
                        format!("\"{name}\" is not this organization's name; repeat \"{own}\" to erase it"),
                    ));
                }
                sql("update organizations set erasing_at = $2 where id = $1")
                    .bind(organization)
                    .bind(inner.now())
                    .run(&mut *tx)
                    .await?;
                audit::record(tx, &inner, "organization.erasure_started", "organization", organization, json!({}))
                    .await?;
                // The deployment's own job: it must outlive the organization's rows.
                let job =
                    NewJob::new("organization.erase", format!("Erase {own}"), json!({ "organization": organization }));
                enqueue(tx, &inner, None, job.once_for(format!("erase:{organization}")).attempts(20)).await
            })
        })
        .await
}

/// Jobs of kind `organization.erase`: `{organization}`. Every step may be repeated.
pub struct EraseJob;

impl Handler for EraseJob {
    fn kind(&self) -> &'static str {
        "organization.erase"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(erase(job))
    }
}

async fn erase(job: &Running) -> Result<Value, Fault> {
    let organization: OrganizationId = serde_json::from_value(job.payload["organization"].clone())
        .map_err(|e| Fault::internal("reading the erasure's payload", e))?;
    let (mut rows, mut objects) = (0, 0);
    stop_its_jobs(job, organization).await?;
    for table in TENANT_TABLES {
        rows += empty(job, table.delete, organization).await?;
        if table.name == "members" {
            rows += forget_lonely_people(job).await?;
        }
    }
    // What its shared collections said is in everybody's index: only a rebuild forgets it, and no row tells of it now.
    let ctx = job.ctx.clone();
    job.write(move |tx| Box::pin(async move { discovery::rebuild_shared(tx, &ctx).await })).await?;
    discovery::forget_feed(&job.ctx.app, &organization.to_string()).await?;
    for Listed { key, .. } in job.ctx.app.objects.list(&organization.to_string()).await? {
        job.progress(0, 0, "objects", "removing objects").await?;
        job.ctx.app.objects.delete(&key).await?;
        objects += 1;
    }
    job.ctx.db().empty_log().await?;
    tracing::info!(%organization, rows, objects, "an organization was erased");
    Ok(json!({ "rows": rows, "objects": objects }))
}

async fn stop_its_jobs(job: &Running, organization: OrganizationId) -> Result<(), Fault> {
    job.write(move |tx| {
        Box::pin(async move {
            sql("update jobs set state = 'cancelled', fence = fence + 1, lease_until = null, idempotency_key = null \
                 where organization = $1 and state in ('queued', 'running')")
            .bind(organization)
            .run(&mut *tx)
            .await?;
            sql("delete from index_heads where feed = $1").bind(organization.to_string()).run(&mut *tx).await?;
            sql("delete from index_manifests where feed = $1").bind(organization.to_string()).run(&mut *tx).await?;
            sql("delete from annotation_heads where feed = $1").bind(organization.to_string()).run(&mut *tx).await?;
            sql("delete from catalog_counters where feed = $1").bind(organization.to_string()).run(tx).await?;
            Ok(())
        })
    })
    .await
}

async fn empty(job: &Running, delete: &'static str, organization: OrganizationId) -> Result<u64, Fault> {
    let mut total = 0;
    loop {
        job.progress(0, 0, "rows", "removing rows").await?;
        let deleted =
            job.write(move |tx| Box::pin(async move { sql(delete).bind(organization).run(tx).await })).await?;
        total += deleted;
        if deleted == 0 {
            return Ok(total);
        }
    }
}

async fn forget_lonely_people(job: &Running) -> Result<u64, Fault> {
    job.write(|tx| {
        Box::pin(async move {
            sql("delete from password_resets where user_id in (select id from users where operator = false and \
                 not exists (select 1 from members m where m.user_id = users.id))")
            .run(&mut *tx)
            .await?;
            sql("delete from sign_in_failures where subject in (select 'account:' || email from users \
                 where operator = false and not exists (select 1 from members m where m.user_id = users.id))")
            .run(&mut *tx)
            .await?;
            sql("delete from users where operator = false \
                 and not exists (select 1 from members m where m.user_id = users.id) \
                 and not exists (select 1 from sessions s where s.user_id = users.id) \
                 and not exists (select 1 from tokens t where t.user_id = users.id)")
            .run(tx)
            .await
        })
    })
    .await
}
