//! `schedules`.

use crate::db::{Value, sql, sql_in};
use crate::{Ctx, Tx};
use chorale_model::{Fault, Time};
use uuid::Uuid;

/// A schedule of one of `kinds` that is due: organization, kind, name and payload. Taking it moves it on, once; what
/// this process cannot do stays due for another.
pub async fn take_due_schedule(
    tx: &mut Tx,
    kinds: &[&'static str],
    now: Time,
) -> Result<Option<(Option<Uuid>, String, String, String)>, Fault> {
    sql_in(
        "update schedules set next_at = $1 + every_seconds * 1000000 where id = ( \
         select id from schedules where active = true and next_at <= $1 and kind in",
        vec![now.into()],
        kinds.iter().map(|kind| Value::from(*kind)).collect(),
        "order by next_at, id limit 1) and next_at <= $1 returning organization, kind, name, payload",
    )
    .optional(tx)
    .await
}

pub async fn put_schedule(
    tx: &mut Tx,
    ctx: &Ctx,
    name: &str,
    kind: &str,
    payload: &serde_json::Value,
    every_seconds: i64,
) -> Result<(), Fault> {
    sql("insert into schedules (id, organization, name, kind, payload, every_seconds, next_at, active) \
         values ($1, $2, $3, $4, $5, $6, $7, true) on conflict (name) do update set \
         kind = excluded.kind, payload = excluded.payload, every_seconds = excluded.every_seconds")
    .bind(ctx.app.ids.uuid())
    .bind(ctx.scope)
    .bind(name)
    .bind(kind)
    .bind(payload.to_string())
    .bind(every_seconds)
    .bind(ctx.now().plus(every_seconds * Time::SECOND))
    .run(tx)
    .await?;
    Ok(())
}
