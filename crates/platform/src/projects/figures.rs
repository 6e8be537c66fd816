//! Who has what, how right and how fast they are, and how far they agree: all of it counted from the tasks when somebody
//! asks.

use super::sql::{self, Done};
use super::{find, person};
use crate::Ctx;
use chorale_learn::agreement::{cohen, fleiss, krippendorff, wilson};
use chorale_model::projects::{Accuracy, AccuracyDay, Agreement, Colleague, ItemState, PairAgreement, PersonWork};
use chorale_model::{Fault, ItemId, ProjectId, Role, Time, UserId};
use std::collections::{BTreeMap, HashMap};

/// What each curator did. How right they are on gold items is shown to themselves and to admins; to themselves from the
/// next day on, so that no answer tells at once that its item was one.
pub async fn list_work(ctx: &Ctx, id: ProjectId) -> Result<Vec<PersonWork>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    find(ctx, organization, id).await?;
    let (people, done) =
        futures::try_join!(sql::list_people(ctx.db(), organization, id), sql::list_done(ctx.db(), organization, id))?;
    let is_admin = ctx.require(Role::Admin).is_ok();
    let own = person(ctx).user;
    let today = day(ctx.now());
    let of = |one: Colleague| {
        let tasks: Vec<&Done> = done.iter().filter(|task| task.person == one.user).collect();
        let until = if is_admin { Time(i64::MAX) } else { today };
        let days = if is_admin || one.user == own { accuracy_by_day(&tasks, until) } else { Vec::new() };
        work(ctx.now(), one, &tasks, days)
    };
    Ok(people.into_iter().map(|(one, _)| of(one)).collect())
}

fn work(now: Time, one: Colleague, tasks: &[&Done], days: Vec<AccuracyDay>) -> PersonWork {
    let waits = |task: &&&Done| task.answered_at.is_none() && task.state == ItemState::Open;
    let times = tasks.iter().filter_map(|task| Some(task.answered_at?.since(task.shown_at?) as f64 / 1e6)).collect();
    let (answers, right) =
        days.iter().fold((0, 0), |(answers, right), day| (answers + day.accuracy.answers, right + day.accuracy.right));
    PersonWork {
        user: one.user,
        name: one.name,
        answered: tasks.iter().filter(|task| task.answered_at.is_some()).count() as i64,
        waiting: tasks.iter().filter(waits).count() as i64,
        lying: tasks.iter().filter(waits).filter(|task| task.until <= now).count() as i64,
        median_s: median(times),
        accuracy: (answers > 0).then(|| accuracy(answers, right)),
        days,
    }
}

fn median(mut all: Vec<f64>) -> Option<f64> {
    all.sort_by(f64::total_cmp);
    let middle = all.len().checked_sub(1)? as f64 / 2.0;
    Some((all[middle.floor() as usize] + all[middle.ceil() as usize]) / 2.0)
}

fn day(at: Time) -> Time {
    Time(at.0.div_euclid(Time::DAY) * Time::DAY)
}

/// Answers to gold items before a moment.
fn accuracy_by_day(tasks: &[&Done], until: Time) -> Vec<AccuracyDay> {
    let mut days: BTreeMap<Time, (i64, i64)> = BTreeMap::new();
    for task in tasks {
        let (Some(known), Some(given), Some(at)) = (&task.known, &task.outcome, task.answered_at) else { continue };
        if at < until {
            let (answers, right) = days.entry(day(at)).or_default();
            (*answers, *right) = (*answers + 1, *right + i64::from(given.agrees(known)));
        }
    }
    let of = |(day, (answers, right))| AccuracyDay { day, accuracy: accuracy(answers, right) };
    days.into_iter().map(of).collect()
}

fn accuracy(answers: i64, right: i64) -> Accuracy {
    let (low, high) = wilson(right.unsigned_abs(), answers.unsigned_abs());
    Accuracy { answers, right, share: right as f64 / answers.max(1) as f64, low, high }
}

/// How curators agree over closed items: in all fields together, then in each. What is compared of an answer is the whole set
/// of its values, as one label.
pub async fn list_agreement(ctx: &Ctx, id: ProjectId) -> Result<Vec<Agreement>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let project = find(ctx, organization, id).await?;
    let people = sql::list_people(ctx.db(), organization, id).await?;
    let names: HashMap<UserId, String> = people.into_iter().map(|(one, _)| (one.user, one.name)).collect();
    let mut done = sql::list_done(ctx.db(), organization, id).await?;
    // Nobody sees anything of an item's answers before it is closed.
    done.retain(|task| task.state == ItemState::Closed && task.outcome.is_some());
    let mut all = vec![agreement(None, &done.iter().collect::<Vec<_>>(), &names)];
    for field in &project.plan.fields {
        let of_field: Vec<&Done> = done.iter().filter(|task| task.field == *field).collect();
        all.push(agreement(Some(field.clone()), &of_field, &names));
    }
    Ok(all)
}

fn agreement(field: Option<String>, done: &[&Done], names: &HashMap<UserId, String>) -> Agreement {
    let mut items: BTreeMap<ItemId, BTreeMap<UserId, _>> = BTreeMap::new();
    for task in done {
        if let Some(outcome) = &task.outcome {
            items.entry(task.item).or_default().insert(task.person, outcome.says());
        }
    }
    let labels: Vec<Vec<_>> = items.values().map(|of| of.values().cloned().collect()).collect();
    let twice: Vec<&Vec<_>> = labels.iter().filter(|labels| labels.len() > 1).collect();
    let same = twice.iter().filter(|labels| labels.iter().all(|label| *label == labels[0])).count();
    let mut by_number: BTreeMap<usize, Vec<Vec<_>>> = BTreeMap::new();
    for labels in &twice {
        by_number.entry(labels.len()).or_default().push((*labels).clone());
    }
    let commonest = by_number.values().max_by_key(|things| things.len());
    Agreement {
        field,
        items: twice.len() as i64,
        same: same as i64,
        fleiss: commonest.and_then(|things| fleiss(things)),
        krippendorff: krippendorff(&labels),
        pairs: pairs(&items, names),
    }
}

fn pairs<L: Ord + Clone>(
    items: &BTreeMap<ItemId, BTreeMap<UserId, L>>,
    names: &HashMap<UserId, String>,
) -> Vec<PairAgreement> {
    let mut pairs: BTreeMap<(UserId, UserId), Vec<(L, L)>> = BTreeMap::new();
    for of in items.values() {
        for (one, label) in of {
            for (other, theirs) in of.range(one..).skip(1) {
                pairs.entry((*one, *other)).or_default().push((label.clone(), theirs.clone()));
            }
        }
    }
    let name = |user: &UserId| names.get(user).cloned().unwrap_or_default();
    let pair = |((one, other), labels): (&(UserId, UserId), &Vec<(L, L)>)| PairAgreement {
        one: name(one),
        other: name(other),
        items: labels.len() as i64,
        same: labels.iter().filter(|(a, b)| a == b).count() as i64,
        kappa: cohen(labels),
    };
    pairs.iter().map(pair).collect()
}
