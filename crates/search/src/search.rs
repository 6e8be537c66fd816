//! One request over one or several snapshots.

use crate::counting::{Facets, SegmentCounts, Totals};
use crate::cursor;
use crate::document::Doc;
use crate::fault::Fault;
use crate::matching::{Bits, Matcher, Scores, Sink};
use crate::plan::{Plan, SCORE_SCALE, plan};
use crate::ranking::{Ranked, Top, order};
use crate::request::{Hit, Order, Request, Response};
use crate::snapshot::{Segment, Snapshot};
use crate::snippet::Highlighter;

/// Runs one request over one or several snapshots of one layout, as if they were one index:
/// common statistics, summed counts, one order of hits.
pub fn search(snapshots: &[&Snapshot], request: &Request) -> Result<Response, Fault> {
    check_layouts(snapshots)?;
    let plan = plan(snapshots, request)?;
    let facets = Facets::find(snapshots, request)?;
    let after = request.after.as_ref().map(|after| cursor::read(request, after)).transpose()?;
    let mut run = Run {
        snapshots,
        request,
        plan: &plan,
        facets: &facets,
        totals: facets.totals(snapshots)?,
        total: 0,
        hits: Vec::new(),
    };
    for (ordinal, (snapshot, segment)) in segments(snapshots).enumerate() {
        let Some(allowed) = request.allowed(snapshot) else { continue };
        let visible = segment.visible(request.kind, allowed)?;
        run.segment(ordinal, segment, &visible, after.as_ref())?;
    }
    run.answer()
}

/// What is collected over all segments.
struct Run<'a> {
    snapshots: &'a [&'a Snapshot],
    request: &'a Request,
    plan: &'a Plan,
    facets: &'a Facets,
    totals: Vec<Totals>,
    total: u64,
    hits: Vec<Ranked>,
}

/// What is collected in one segment.
struct SegmentSink<'a> {
    counts: SegmentCounts<'a>,
    top: Top,
    total: u64,
}

impl Sink for SegmentSink<'_> {
    fn window(&mut self, base: u32, bits: &Bits, scores: &Scores) {
        let passing = self.counts.count(base, bits);
        self.total += passing.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
        self.top.window(base, &passing, scores);
    }
}

impl Run<'_> {
    fn segment(
        &mut self,
        ordinal: usize,
        segment: &Segment,
        visible: &[u64],
        after: Option<&cursor::Place>,
    ) -> Result<(), Fault> {
        // One more than the page holds tells whether there is another page.
        let keep = if self.request.limit == 0 { 0 } else { self.request.limit.saturating_add(1) };
        let top = Top::open(segment, self.request.sort, keep, after)
            .map_err(Fault::index("reading the order of documents"))?;
        let mut sink = SegmentSink { counts: self.facets.open(segment)?, top, total: 0 };
        Matcher::open(self.plan, &segment.reader, ordinal)?.run(visible, &mut sink);
        self.total += sink.total;
        sink.counts.add_to(ordinal, &mut self.totals);
        sink.top.finish(ordinal, &mut self.hits).map_err(Fault::files("reading the order of documents"))
    }

    fn answer(mut self) -> Result<Response, Fault> {
        order(&mut self.hits, self.request.sort);
        let more = self.hits.len() > self.request.limit;
        self.hits.truncate(self.request.limit);
        let last = self.hits.last().filter(|_| more);
        let next = last.map(|last| cursor::write(self.request, &last.place));
        let highlighter = self.request.highlight.then(|| Highlighter::new(&self.request.query));
        let segments: Vec<(usize, &Segment)> = segments(self.snapshots).collect();
        let hit = |ranked: &Ranked| {
            let (snapshot, segment) = segments[ranked.segment];
            let doc = self.snapshots[snapshot].stored(segment, ranked.doc)?;
            Ok(hit(self.request, doc, snapshot, ranked.score, highlighter.as_ref()))
        };
        let hits = self.hits.iter().map(hit).collect::<Result<_, Fault>>()?;
        let facets = self.facets.answer(self.snapshots, &self.totals, self.request);
        Ok(Response { total: self.total, hits, facets, next })
    }
}

fn hit(request: &Request, doc: Doc, snapshot: usize, score: u32, highlighter: Option<&Highlighter>) -> Hit {
    let snippet = highlighter.and_then(|highlighter| highlighter.snippet(&doc));
    let score = if request.sort.order == Order::Relevance { score as f32 / SCORE_SCALE } else { 0.0 };
    Hit {
        kind: doc.kind,
        id: doc.id,
        owner: doc.owner,
        collection: doc.collection,
        accession: doc.accession,
        title: doc.title,
        sample_count: doc.sample_count,
        date: doc.date,
        snapshot,
        score,
        snippet,
    }
}

/// All segments, with the place of their snapshot.
fn segments<'a>(snapshots: &'a [&Snapshot]) -> impl Iterator<Item = (usize, &'a Segment)> {
    let of = |(place, snapshot): (usize, &&'a Snapshot)| snapshot.segments.iter().map(move |segment| (place, segment));
    snapshots.iter().enumerate().flat_map(of)
}

fn check_layouts(snapshots: &[&Snapshot]) -> Result<(), Fault> {
    let mut layouts = snapshots.iter().map(|snapshot| &snapshot.layout);
    let Some(first) = layouts.next() else { return Ok(()) };
    match layouts.find(|layout| *layout != first) {
        Some(other) => Err(Fault::Layout { found: other.stamp(), wanted: first.stamp() }),
        None => Ok(()),
    }
}
