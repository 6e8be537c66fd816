//! Decides which datasets a file describes, once it was read to its end:
//!
//! - One series with its samples (a family file, a matrix): a dataset to each platform, replaced as a whole.
//! - One series without samples: what is known of its datasets gets the series' new description; a series that is
//!   not known yet becomes a dataset without samples.
//! - Several series (a platform's family), or samples alone (GSM files): each sample is added to the datasets of the
//!   series it names, and what those hold already stays.
//! - Samples that name no series (tables): one dataset named like the file, to each platform, replaced as a whole.
//! - Platforms or curated sets alone (GPL, GDS): no dataset. The raw file is kept, and a message says what it is.

use super::gather::{Gather, MOST_ORGANISMS, clean, pairs};
use super::interned::Interned;
use super::relations::relations;
use super::spool::Spooled;
use super::values::Values;
use crate::catalog::{Mode, NewSource, NewValues, NewVersion, SampleEntry, Series, Span};
use chorale_formats::{Entity, Severity, Warning};
use chorale_lake::Parts;
use chorale_model::{CollectionId, Fault};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

/// Relations of a series.
const MOST_RELATIONS: usize = 1_000;

/// What a file comes to.
pub struct Drafts {
    pub versions: Vec<NewVersion>,
    pub samples: i64,
    pub warnings: Vec<Warning>,
    /// Why there is no dataset in it.
    pub nothing: Option<String>,
}

struct Draft {
    series: Option<Series>,
    mode: Mode,
    /// Places of records.
    members: Vec<usize>,
}

/// The drafts of a file, by accession and platform in the order of the accessions.
type ByName = BTreeMap<(String, usize), Draft>;

/// `label` is the file's name, for samples that name no series. It asks at every step whether to stop: a file can hold
/// millions of samples.
pub fn decide(mut gather: Gather, label: &str, collection: CollectionId, source: &NewSource) -> Result<Drafts, Fault> {
    let spooling = |e: std::io::Error| Fault::internal("spooling samples", e);
    gather.finish().map_err(spooling)?;
    let stop = gather.stop.clone();
    let mut remarks = Vec::new();
    let drafts = by_series(&gather, label, &mut remarks)?;
    let nothing = drafts.is_empty().then(|| what_it_is(&gather));
    let mut tables: Vec<Table> = Vec::new();
    for platform in &mut gather.platforms {
        stop.check()?;
        let whole = platform.values.as_mut().and_then(Values::finish);
        tables.push(Table { whole, parts: None });
        remarks.extend(platform.values.iter().flat_map(|values| values.remarks.iter().cloned()));
    }
    let mut on_platform = vec![0_usize; gather.platforms.len()];
    for record in &gather.records {
        on_platform[record.platform] += 1;
    }
    let samples = i64::try_from(gather.records.len()).unwrap_or(i64::MAX);
    let folder = gather.folder.clone();
    let file = gather.spool.finish().map_err(spooling)?;
    let mut versions = Vec::with_capacity(drafts.len());
    for ((accession, platform), draft) in drafts {
        stop.check()?;
        let described = &gather.platforms[platform];
        let whole = draft.members.len() == on_platform[platform];
        let entries: Vec<SampleEntry> =
            draft.members.iter().map(|place| gather.records[*place].entry.clone()).collect();
        let values = if whole { Ok(tables[platform].whole.clone()) } else { tables[platform].part(&entries, &folder) };
        let values = values.unwrap_or_else(|error| {
            remarks.push(format!("The values of {accession} are not kept as a table: {error}."));
            None
        });
        let places = draft.members.iter().map(|place| gather.records[*place].at).collect();
        let lists = draft.members.iter().map(|place| gather.records[*place].organisms);
        let mut organisms = organisms_of(&gather.organism_lists, lists);
        if organisms.is_empty() {
            organisms.clone_from(&described.organisms);
        }
        let mut series = draft.series;
        if let Some(series) = &mut series {
            let of = |place: &usize| gather.records[*place].series;
            let lists: BTreeSet<usize> = draft.members.iter().map(of).collect();
            relate(series, &accession, lists.into_iter().flat_map(|list| &gather.series_lists.all[list]));
        }
        versions.push(NewVersion {
            collection,
            accession,
            platform: gather.platform_names.all[platform].clone(),
            platform_title: described.title.clone(),
            series,
            organisms,
            mode: draft.mode,
            source: source.clone(),
            samples: Box::new(Spooled { file: file.clone(), entries, places }),
            values,
            span: Span::default(),
        });
    }
    let mut warnings = gather.warnings;
    warnings.extend(remarks.into_iter().map(remark));
    Ok(Drafts { versions, samples, warnings, nothing })
}

/// The values of a platform's samples.
struct Table {
    whole: Option<NewValues>,
    /// Opened once a dataset has some of the samples only.
    parts: Option<Parts>,
}

impl Table {
    /// The values of a dataset that has some of the samples.
    fn part(&mut self, of: &[SampleEntry], folder: &Path) -> Result<Option<NewValues>, chorale_lake::Error> {
        let Some(whole) = &self.whole else { return Ok(None) };
        let parts = match self.parts.take() {
            Some(parts) => parts,
            None => Parts::open(&whole.path)?,
        };
        let samples: Vec<&str> = of.iter().map(|entry| entry.accession.as_str()).collect();
        super::values::part(self.parts.insert(parts), &samples, folder)
    }
}

/// The organisms of some samples, by the places of their lists, in the order they appear and as many as are listed.
fn organisms_of(known: &Interned<Vec<String>>, lists: impl Iterator<Item = usize>) -> Vec<String> {
    let (mut organisms, mut seen): (Vec<String>, _) = (Vec::new(), HashSet::new());
    for list in lists {
        // Thousands of samples share a list.
        if !seen.insert(list) {
            continue;
        }
        for organism in &known.all[list] {
            if organisms.len() == MOST_ORGANISMS {
                return organisms;
            }
            if !organisms.contains(organism) {
                organisms.push(organism.clone());
            }
        }
    }
    organisms
}

fn by_series(gather: &Gather, label: &str, remarks: &mut Vec<String>) -> Result<ByName, Fault> {
    let mut drafts = ByName::new();
    match &gather.series[..] {
        [series] if gather.records.is_empty() => return Ok(alone(gather, series)),
        [series] => {
            for (place, record) in gather.records.iter().enumerate() {
                gather.stop.check()?;
                let draft = drafts.entry((clean(&series.accession), record.platform)).or_insert_with(|| Draft {
                    series: Some(series_of(series)),
                    mode: Mode::Replace,
                    members: Vec::new(),
                });
                draft.members.push(place);
            }
        }
        several => {
            let named: Vec<(String, &Entity)> = several.iter().map(|one| (clean(&one.accession), one)).collect();
            let mut known: HashMap<&str, &Entity> = HashMap::with_capacity(named.len());
            for (name, series) in &named {
                known.entry(name.as_str()).or_insert(*series);
            }
            let loose = [file_stem(label)];
            for (place, record) in gather.records.iter().enumerate() {
                let list = &gather.series_lists.all[record.series];
                let (names, mode) = if list.is_empty() { (&loose[..], Mode::Replace) } else { (&list[..], Mode::Add) };
                for name in names {
                    gather.stop.check()?;
                    let draft = drafts.entry((name.clone(), record.platform)).or_insert_with(|| Draft {
                        series: known.get(name.as_str()).copied().map(series_of),
                        mode,
                        members: Vec::new(),
                    });
                    if draft.members.last() != Some(&place) {
                        draft.members.push(place);
                    }
                }
            }
            let filled: HashSet<&str> = drafts.keys().map(|(name, _)| name.as_str()).collect();
            let empty = named.iter().filter(|(name, _)| !filled.contains(name.as_str())).count();
            if empty > 0 {
                remarks.push(format!("{empty} series come without samples; import them by themselves."));
            }
        }
    }
    Ok(drafts)
}

/// A series without samples: a dataset to each platform it names.
fn alone(gather: &Gather, series: &Entity) -> ByName {
    let named = series.platforms();
    let mut places: Vec<usize> = named.iter().filter_map(|name| gather.platform_names.find(&clean(name))).collect();
    if places.is_empty() {
        places.extend(0..gather.platforms.len());
    }
    let draft = || Draft { series: Some(series_of(series)), mode: Mode::Add, members: Vec::new() };
    places.into_iter().map(|place| ((clean(&series.accession), place), draft())).collect()
}

fn series_of(entity: &Entity) -> Series {
    let title = entity.title().unwrap_or(&entity.accession).to_owned();
    Series {
        title,
        summary: entity.description().unwrap_or_default(),
        attributes: pairs(entity),
        relations: relations(entity),
    }
}

/// Relations that old files say in other words: a SuperSeries lists its parts in its summary, and a sample names every
/// series it is in. What the source said stays as it is.
fn relate<'a>(series: &mut Series, accession: &str, named: impl Iterator<Item = &'a String>) {
    let mut known: HashSet<String> = series.relations.iter().map(|(_, target)| target.clone()).collect();
    let mut add = |kind: &str, target: &str| {
        let more = series.relations.len() < MOST_RELATIONS && target != accession;
        if more && known.insert(target.to_owned()) {
            series.relations.push((kind.to_owned(), target.to_owned()));
        }
    };
    if let Some((_, parts)) = series.summary.split_once("SuperSeries is composed of the following subset Series") {
        for part in parts.lines().filter_map(|line| line.trim().split_once(": ")).map(|(part, _)| part) {
            if part.strip_prefix("GSE").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit())) {
                add("SuperSeries of", part);
            }
        }
    }
    for other in named {
        add("Shares samples with", other);
    }
}

/// What a file without datasets is, and what to import instead.
fn what_it_is(gather: &Gather) -> String {
    let platforms = gather.platforms.iter().zip(&gather.platform_names.all);
    let described: Vec<&str> =
        platforms.filter(|(platform, _)| platform.described).map(|(_, name)| name.as_str()).take(3).collect();
    if let Some((name, series)) = gather.curated.first() {
        let of = if series.is_empty() { "its series".to_owned() } else { series.join(", ") };
        return format!(
            "{name} is a curated selection of samples; it is kept as a raw file. Import {of} for the samples."
        );
    }
    if let Some(series) = gather.series.first() {
        return format!(
            "{} names neither samples nor platforms; there is nothing to keep but the raw file.",
            series.accession
        );
    }
    if !described.is_empty() {
        let names = described.join(", ");
        return format!(
            "The file describes the platform {names}; it is kept as a raw file. Import a series for samples."
        );
    }
    "The file holds no sample and no series; it is kept as a raw file.".to_owned()
}

/// `samples.csv.gz` as `samples`; a label, never a path.
fn file_stem(label: &str) -> String {
    let name = chorale_formats::file_name(label);
    let bare = name.strip_suffix(".gz").unwrap_or(&name);
    let stem = bare.rsplit_once('.').map_or(bare, |(stem, _)| stem);
    if stem.is_empty() { name } else { stem.to_owned() }
}

fn remark(done: String) -> Warning {
    let what = "Not everything in the file is kept in the catalog".to_owned();
    Warning { line: 0, severity: Severity::Note, what, expected: String::new(), done }
}

/// What could not be kept although it should have been.
pub fn lost(done: &str) -> Warning {
    Warning { severity: Severity::Warning, ..remark(done.to_owned()) }
}
