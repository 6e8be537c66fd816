//! Closed loops: each connection asks its next question when the last is answered and checked. Latency is measured
//! with one connection, throughput with several; the client's own work is in the second.

use crate::draw::Draw;
use crate::http::{Connection, encoded};
use crate::mix::{CLASSES, FACETS, Query};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, Instant};

pub struct Plan {
    pub at: String,
    pub header: String,
    pub requests: usize,
    pub connections: usize,
    pub seconds: usize,
    pub seed: u64,
}

type Failure = Box<dyn Error + Send + Sync>;

/// What the client looks at in an answer.
#[derive(Deserialize)]
struct Answer<'a> {
    total: u64,
    #[serde(borrow)]
    hits: Vec<Hit<'a>>,
    facets: BTreeMap<String, Vec<Counted>>,
}

#[derive(Deserialize)]
struct Hit<'a> {
    accession: &'a str,
}

#[derive(Deserialize)]
struct Counted {
    value: String,
    count: u64,
}

pub fn search(plan: &Plan, queries: &[Query]) -> Result<Value, Failure> {
    let targets: Vec<String> = queries.iter().map(target).collect();
    let mut connection = Connection::open(&plan.at, &plan.header)?;
    // The first pass warms and checks every query; a wrong answer ends the benchmark.
    for (query, target) in queries.iter().zip(&targets) {
        let (status, body) = connection.get(target)?;
        check(query, status, body)?;
    }
    let (one, _) = asked(plan, queries, &targets, 1, Until::Requests(plan.requests))?;
    let (many, seconds) = asked(plan, queries, &targets, plan.connections, Until::Seconds(plan.seconds))?;
    let of = |class: usize| one.iter().filter(move |(of, _)| *of == class).map(|(_, time)| *time).collect();
    let classes: Vec<Value> = CLASSES
        .iter()
        .enumerate()
        .map(|(place, class)| json!({ "class": class.name, "share": class.share, "times": times(of(place)) }))
        .collect();
    Ok(json!({
        "queries": queries.len(),
        "facets": FACETS.len(),
        "one": times(one.iter().map(|(_, time)| *time).collect()),
        "classes": classes,
        "many": times(many.iter().map(|(_, time)| *time).collect()),
        "connections": plan.connections,
        "per_second": many.len() as f64 / seconds,
    }))
}

#[derive(Clone, Copy)]
enum Until {
    Requests(usize),
    Seconds(usize),
}

/// Asks by the shares of the mix; gives each query's class and time, and how long all took.
fn asked(
    plan: &Plan,
    queries: &[Query],
    targets: &[String],
    connections: usize,
    until: Until,
) -> Result<(Vec<(usize, Duration)>, f64), Failure> {
    let begun = Instant::now();
    let times = std::thread::scope(|scope| -> Result<_, Failure> {
        let threads: Vec<_> =
            (0..connections).map(|number| scope.spawn(move || by_one(plan, queries, targets, number, until))).collect();
        let mut times = Vec::new();
        for thread in threads {
            times.extend(thread.join().map_err(|_| "a client thread panicked")??);
        }
        Ok(times)
    })?;
    Ok((times, begun.elapsed().as_secs_f64()))
}

fn by_one(
    plan: &Plan,
    queries: &[Query],
    targets: &[String],
    number: usize,
    until: Until,
) -> Result<Vec<(usize, Duration)>, Failure> {
    let mut draw = Draw(plan.seed ^ (number as u64 + 1) << 32);
    let mut connection = Connection::open(&plan.at, &plan.header)?;
    let mut times = Vec::new();
    let begun = Instant::now();
    let goes_on = |done: usize| match until {
        Until::Requests(most) => done < most,
        Until::Seconds(most) => begun.elapsed().as_secs_f64() < most as f64,
    };
    while goes_on(times.len()) {
        let place = drawn(&mut draw, queries);
        let asked = Instant::now();
        let (status, body) = connection.get(&targets[place])?;
        let time = asked.elapsed();
        check(&queries[place], status, body)?;
        times.push((queries[place].class, time));
    }
    Ok(times)
}

/// A query by the shares of its class; within one, the first ones more often.
fn drawn(draw: &mut Draw, queries: &[Query]) -> usize {
    let mut at = draw.below(CLASSES.iter().map(|class| class.share).sum());
    let mut class = 0;
    while at >= CLASSES[class].share {
        at -= CLASSES[class].share;
        class += 1;
    }
    let first = queries.iter().position(|query| query.class == class).unwrap_or(0);
    first + draw.skewed(CLASSES[class].different)
}

fn target(query: &Query) -> String {
    let mut target = format!("/api/v1/search?kind=samples&q={}&facets={}", encoded(&query.typed), FACETS.join(","));
    for (name, value) in &query.chosen {
        target.push_str(&format!("&{name}={}", encoded(value)));
    }
    target
}

/// Whether an answer is the one that was counted by hand.
fn check(query: &Query, status: u16, body: &[u8]) -> Result<(), Failure> {
    let wrong = |what: String| -> Failure { format!("\"{}\" {:?}: {what}", query.typed, query.chosen).into() };
    if status != 200 {
        return Err(wrong(format!("answered {status}: {}", String::from_utf8_lossy(body))));
    }
    let answer: Answer = serde_json::from_slice(body).map_err(|error| wrong(format!("no answer: {error}")))?;
    let expected = &query.expected;
    if answer.total != expected.total {
        return Err(wrong(format!("found {} samples, not {}", answer.total, expected.total)));
    }
    if answer.hits.len() as u64 != expected.total.min(20) {
        return Err(wrong(format!("shows {} hits of {}", answer.hits.len(), expected.total)));
    }
    if let Some(accession) = &query.accession
        && answer.hits.iter().any(|hit| hit.accession != accession)
    {
        return Err(wrong("shows another sample".to_owned()));
    }
    if let Some(hit) = answer.hits.iter().find(|hit| !expected.holds(hit.accession)) {
        return Err(wrong(format!("shows {}, which does not match", hit.accession)));
    }
    if answer.facets.len() != FACETS.len() {
        return Err(wrong(format!("counts {} facets, not {}", answer.facets.len(), FACETS.len())));
    }
    for (name, counts) in &expected.facets {
        let found = answer.facets.get(*name).map(Vec::as_slice).unwrap_or_default();
        let same = found
            .iter()
            .map(|one| (one.value.as_str(), one.count))
            .eq(counts.iter().map(|(value, count)| (value.as_str(), *count)));
        if !same {
            let found: Vec<(&str, u64)> = found.iter().map(|one| (one.value.as_str(), one.count)).collect();
            return Err(wrong(format!("counts {name} as {found:?}, not {counts:?}")));
        }
    }
    Ok(())
}

/// Times each page, one request at a time. Every answer must be a whole page.
pub fn pages(at: &str, header: &str, rounds: usize, paths: &[String]) -> Result<Value, Failure> {
    let mut connection = Connection::open(at, header)?;
    let mut pages = Vec::new();
    for path in paths {
        let (mut taken, mut bytes) = (Vec::with_capacity(rounds), 0);
        for round in 0..rounds + 5 {
            let asked = Instant::now();
            let (status, body) = connection.get(path)?;
            let time = asked.elapsed();
            // Scripts that wake the islands may follow.
            let whole = status == 200 && body.windows(7).any(|bytes| bytes == b"</html>");
            // The front door leads on to search; any other page that leads away is a sign-in that failed.
            if !whole && !(status == 303 && path == "/") {
                return Err(format!("{path} answered {status}, {} bytes that are no whole page", body.len()).into());
            }
            bytes = body.len();
            // The first ones fill caches.
            if round >= 5 {
                taken.push(time);
            }
        }
        pages.push(json!({ "path": path, "bytes": bytes, "times": times(taken) }));
    }
    Ok(json!({ "rounds": rounds, "pages": pages }))
}

fn times(mut times: Vec<Duration>) -> Value {
    times.sort_unstable();
    let at = |share: f64| {
        let place = (times.len().saturating_sub(1) as f64 * share).round() as usize;
        times.get(place).map_or(0.0, |time| (time.as_secs_f64() * 1e6).round() / 1e3)
    };
    json!({ "requests": times.len(), "p50_ms": at(0.5), "p90_ms": at(0.9), "p99_ms": at(0.99), "max_ms": at(1.0) })
}
