//! Pointing an alias at a version, or removing it: at once, or where the organization protects the alias, once another
//! person approves. A request that waits changes nothing; what was looked at when it is approved is what is replaced.

use super::change::{Model, change, least_role};
use super::{CHALLENGER, CHAMPION, Promoted, models::REGISTERED, names, protect, sql};
use crate::{Actor, Ctx, Tx, audit, limits, listeners};
use chorale_model::page::PageRequest;
use chorale_model::registry::{
    ApprovePromotion, ModelVersion, Promote, Promotion, PromotionFilter, PromotionRequest, PromotionState,
    RejectPromotion,
};
use chorale_model::{Fault, Page, PromotionId, Role};
use serde_json::{Value as Json, json};
use uuid::Uuid;

const LONGEST_WORDS: usize = 2_000;

/// Points an alias at a version: whoever works by the alias uses that version from now on. A protected alias stays where it
/// is, and another person is asked; who asks for the same once more finds the request that waits.
pub async fn promote_or_ask(ctx: &Ctx, name: &str, input: Promote) -> Result<Promotion, Fault> {
    let Promote { version, why, .. } = input;
    let alias = names::alias(&input.alias)?;
    let waits = point_or_ask(ctx, name, alias, Some(version), why).await?;
    Ok(match waits {
        None => Promotion::Done(Box::new(super::load_version(ctx, name, version).await?)),
        Some(id) => Promotion::Waits(Box::new(load_promotion(ctx, id).await?)),
    })
}

/// As [`promote_or_ask`], for callers who have no way to wait: that it waits is a refusal.
pub async fn promote(ctx: &Ctx, name: &str, input: Promote) -> Result<ModelVersion, Fault> {
    match promote_or_ask(ctx, name, input).await? {
        Promotion::Done(version) => Ok(*version),
        Promotion::Waits(request) => Err(waits(ctx, &request)),
    }
}

/// Takes an alias away from whatever version it stands for; one that stands for none is gone already. What the platform works
/// with keeps its champion. That a protected one goes is asked for: the request is the answer.
pub async fn remove_alias_or_ask(
    ctx: &Ctx,
    name: &str,
    alias: &str,
    why: String,
) -> Result<Option<PromotionRequest>, Fault> {
    match point_or_ask(ctx, name, alias.to_owned(), None, why).await? {
        None => Ok(None),
        Some(id) => load_promotion(ctx, id).await.map(Some),
    }
}

/// As [`remove_alias_or_ask`], for callers who have no way to wait.
pub async fn remove_alias(ctx: &Ctx, name: &str, alias: &str) -> Result<(), Fault> {
    match remove_alias_or_ask(ctx, name, alias, String::new()).await? {
        None => Ok(()),
        Some(request) => Err(waits(ctx, &request)),
    }
}

fn waits(ctx: &Ctx, request: &PromotionRequest) -> Fault {
    let PromotionRequest { id, name, alias, version, .. } = request;
    let what = match version {
        Some(version) => format!("that it stand for version {version} of \"{name}\""),
        None => format!("that it be removed from \"{name}\""),
    };
    let place = ctx.app.settings.public_url.trim_end_matches('/');
    Fault::forbidden(format!(
        "the alias {alias} is protected here: {what} waits until another person approves, at {place}/promotions/{id}; \
         nothing was changed"
    ))
}

/// The request that waits, where it may not be done at once.
async fn point_or_ask(
    ctx: &Ctx,
    name: &str,
    alias: String,
    version: Option<i64>,
    why: String,
) -> Result<Option<PromotionId>, Fault> {
    limits::fits("why", &why, LONGEST_WORDS)?;
    change(ctx, name, version, move |tx, model| {
        Box::pin(async move {
            if version.is_none() && alias == CHAMPION {
                model.must_be_registered("which works by its champion; promote another version instead")?;
            }
            let held = sql::find_alias(&mut *tx, model.organization, &model.name, &alias).await?;
            if held == version {
                return Ok((None, None));
            }
            if !protect::is_protected(tx, model.organization, &alias).await? {
                return Ok((None, Some(point(tx, model, &alias, version, held).await?)));
            }
            ask(tx, model, &alias, version, held, why.trim()).await
        })
    })
    .await
}

/// Moves an alias, or takes it away. A challenger that becomes the champion challenges no more.
async fn point(
    tx: &mut Tx,
    model: &Model,
    alias: &str,
    version: Option<i64>,
    held: Option<i64>,
) -> Result<(&'static str, Json), Fault> {
    let Model { ctx, organization, name, kind } = model;
    let organization = *organization;
    let Some(version) = version else {
        sql::delete_alias(tx, organization, name, alias).await?;
        return Ok(("model.alias_removed", json!({ "alias": alias, "version": held })));
    };
    sql::put_alias(tx, organization, name, alias, version, ctx.now(), &ctx.actor_name()).await?;
    if alias == CHAMPION && sql::find_alias(&mut *tx, organization, name, CHALLENGER).await? == Some(version) {
        sql::delete_alias(tx, organization, name, CHALLENGER).await?;
    }
    if kind != REGISTERED {
        let promoted = Promoted { organization, name: name.clone(), alias: alias.to_owned(), version };
        listeners::tell(tx, ctx, &promoted).await?;
    }
    Ok(("model.promoted", json!({ "alias": alias, "version": version, "before": held })))
}

type Asked = (Option<PromotionId>, Option<(&'static str, Json)>);

async fn ask(
    tx: &mut Tx,
    model: &Model,
    alias: &str,
    version: Option<i64>,
    held: Option<i64>,
    why: &str,
) -> Result<Asked, Fault> {
    let Model { ctx, organization, name, .. } = model;
    if let Some(waiting) = sql::promotions::find_waiting(tx, *organization, name, alias, version).await? {
        return Ok((Some(waiting), None));
    }
    let id = PromotionId(ctx.app.ids.uuid());
    let (asker, asked_by, asked_at) = (person(ctx), ctx.actor_name(), ctx.now());
    let new = sql::promotions::New { id, name, alias, version, held, why, asker, asked_by, asked_at };
    sql::promotions::insert(tx, *organization, new).await?;
    let detail = json!({ "alias": alias, "version": version, "before": held, "promotion": id });
    Ok((Some(id), Some(("promotion.requested", detail))))
}

/// Who asks: a person, by whatever road, or a program that is nobody's.
fn person(ctx: &Ctx) -> Option<Uuid> {
    match (&ctx.actor, ctx.user()) {
        (_, Some(user)) => Some(user.0),
        (Actor::Token { token, .. }, None) => Some(token.0),
        _ => None,
    }
}

/// Newest first.
pub async fn list_promotions(
    ctx: &Ctx,
    filter: PromotionFilter,
    page: PageRequest,
) -> Result<Page<PromotionRequest>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let found = sql::promotions::list(ctx.db(), organization, &filter, page.before()?, limit + 1).await?;
    Ok(Page::cut(found, limit, |request| request.id.to_string()))
}

pub async fn load_promotion(ctx: &Ctx, id: PromotionId) -> Result<PromotionRequest, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let found = sql::promotions::find(ctx.db(), organization, id).await?;
    found.map(|asked| asked.request).ok_or_else(|| Fault::missing("promotion", id))
}

/// How many wait for somebody else than the asker, if the asker may answer at all.
pub async fn count_promotions(ctx: &Ctx) -> Result<i64, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    match person(ctx).filter(|_| ctx.role() >= Some(APPROVER)) {
        Some(person) => sql::promotions::count_waiting(ctx.db(), organization, person).await,
        None => Ok(0),
    }
}

/// Who answers promotions, at the least: curators look at what others made.
const APPROVER: Role = Role::Curator;

/// What somebody may do about a promotion that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MayAnswer {
    pub answer: bool,
    pub is_own: bool,
}

pub async fn may_answer(ctx: &Ctx, id: PromotionId) -> Result<MayAnswer, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let found = sql::promotions::find(ctx.db(), organization, id).await?;
    let found = found.ok_or_else(|| Fault::missing("promotion", id))?;
    let kind = super::load_model(ctx, &found.request.name).await?.kind;
    let waits = found.request.state == PromotionState::Waiting;
    Ok(MayAnswer {
        answer: waits && judge(ctx, &kind, found.asker).is_ok(),
        is_own: found.asker.is_some() && found.asker == person(ctx),
    })
}

/// Refuses whoever may not approve or reject it.
fn judge(ctx: &Ctx, kind: &str, asker: Option<Uuid>) -> Result<(), Fault> {
    ctx.require(APPROVER.max(least_role(kind)))?;
    match ctx.user() {
        None => Err(Fault::forbidden("a promotion is answered by a person, in a browser or with a token of theirs")),
        Some(user) if asker == Some(user.0) => {
            Err(Fault::forbidden("you asked for this promotion yourself; another person answers it"))
        }
        Some(_) => Ok(()),
    }
}

/// Does what was asked for. Whoever approves says which version they compared it with; where the alias stands for another
/// one by now, nothing is done and they look again.
pub async fn approve_promotion(ctx: &Ctx, id: PromotionId, input: ApprovePromotion) -> Result<PromotionRequest, Fault> {
    let ApprovePromotion { holder, note } = input;
    settle(ctx, id, PromotionState::Approved, note, move |tx, model, request| {
        Box::pin(async move {
            let PromotionRequest { alias, version, holder: present, .. } = request;
            if *present != holder {
                return Err(Fault::conflict(moved(alias, *present, holder)));
            }
            if let Some(version) = version {
                super::versions::lock(tx, model.organization, &model.name, *version).await?;
            }
            let (action, detail) = point(tx, model, alias, *version, *present).await?;
            audit::record(tx, &model.ctx, action, "model", &model.name, detail).await
        })
    })
    .await
}

fn moved(alias: &str, present: Option<i64>, holder: Option<i64>) -> String {
    let named = |version: Option<i64>| version.map_or("no version".to_owned(), |version| format!("version {version}"));
    format!(
        "{alias} stands for {} now, and what is asked for was compared with {}; look at the promotion again and approve \
         it beside that",
        named(present),
        named(holder)
    )
}

/// Leaves the alias where it is, with the reason.
pub async fn reject_promotion(ctx: &Ctx, id: PromotionId, input: RejectPromotion) -> Result<PromotionRequest, Fault> {
    if input.note.trim().is_empty() {
        return Err(Fault::field("note", "is empty; whoever asked wants to know why"));
    }
    settle(ctx, id, PromotionState::Rejected, input.note, |_, _, _| Box::pin(async { Ok(()) })).await
}

/// Takes back what one asked for.
pub async fn withdraw_promotion(ctx: &Ctx, id: PromotionId) -> Result<PromotionRequest, Fault> {
    settle(ctx, id, PromotionState::Withdrawn, String::new(), |_, _, _| Box::pin(async { Ok(()) })).await
}

/// Settles one that waits, under the model's lock: of two people at once the second is told.
async fn settle<F>(
    ctx: &Ctx,
    id: PromotionId,
    state: PromotionState,
    note: String,
    work: F,
) -> Result<PromotionRequest, Fault>
where
    F: for<'t> FnOnce(&'t mut Tx, &'t Model, &'t PromotionRequest) -> futures::future::BoxFuture<'t, Result<(), Fault>>
        + Send
        + 'static,
{
    limits::fits("note", &note, LONGEST_WORDS)?;
    let name = load_promotion(ctx, id).await?.name;
    change(ctx, &name, None, move |tx, model| {
        Box::pin(async move {
            let found = sql::promotions::find(&mut *tx, model.organization, id).await?;
            let sql::promotions::Asked { request, asker } = found.ok_or_else(|| Fault::missing("promotion", id))?;
            if state == PromotionState::Withdrawn {
                if asker.is_none() || asker != person(&model.ctx) {
                    let by = &request.asked_by;
                    return Err(Fault::forbidden(format!("{by} asked for this promotion and alone takes it back")));
                }
            } else {
                judge(&model.ctx, &model.kind, asker)?;
            }
            if request.state != PromotionState::Waiting {
                let by = request.answered_by.as_deref().unwrap_or("somebody");
                let why = format!("the promotion was {} by {by} already; nothing was changed", request.state.name());
                return Err(Fault::conflict(why));
            }
            work(tx, model, &request).await?;
            let (by, now, note) = (model.ctx.actor_name(), model.ctx.now(), note.trim());
            sql::promotions::answer(tx, model.organization, id, state, note, &by, now).await?;
            let detail = json!({ "alias": request.alias, "version": request.version, "promotion": id, "note": note });
            let action = match state {
                PromotionState::Approved => "promotion.approved",
                PromotionState::Rejected => "promotion.rejected",
                _ => "promotion.withdrawn",
            };
            Ok(((), Some((action, detail))))
        })
    })
    .await?;
    load_promotion(ctx, id).await
}
