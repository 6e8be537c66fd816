//! Gathers what a reader finds in one file: samples into a spool, values into tables by platform, series and
//! warnings into memory that is bounded. Decides nothing: `drafts` does, once the file was read to its end.

use super::interned::Interned;
use super::relations::relations;
use super::spool::{At, Spool};
use super::values::Values;
use crate::catalog::{NewSample, SampleEntry};
use crate::jobs::StopSignal;
use chorale_formats::{Column, Entity, EntityKind, Flow, Sink, Stop, TableOf, Warning};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Attributes of all series and platforms of a file, in bytes.
const MOST_SERIES_BYTES: usize = 128 << 20;
/// Value tables open at once; a file with more platforms keeps the values of the first.
const MOST_TABLES: usize = 64;
/// Organisms of a platform or dataset that are listed.
pub const MOST_ORGANISMS: usize = 50;
/// Samples that come again are written anew with all they said before, in bytes; a file of nothing else must not fill
/// the disk.
const MOST_REPEATED_BYTES: usize = 1 << 30;

/// A sample in the spool.
pub struct Record {
    pub entry: SampleEntry,
    pub at: At,
    /// Places in `platforms`, `series_lists`, `organism_lists`.
    pub platform: usize,
    pub series: usize,
    pub organisms: usize,
}

#[derive(Default)]
pub struct Platform {
    pub title: String,
    pub organisms: Vec<String>,
    pub values: Option<Values>,
    /// The file describes the platform itself.
    pub described: bool,
}

pub struct Gather {
    pub folder: PathBuf,
    pub spool: Spool,
    /// The last sample: what follows its table may still add to it.
    pending: Option<Entity>,
    pub records: Vec<Record>,
    by_accession: HashMap<String, usize>,
    pub platform_names: Interned<String>,
    pub platforms: Vec<Platform>,
    pub series_lists: Interned<Vec<String>>,
    pub organism_lists: Interned<Vec<String>>,
    pub series: Vec<Entity>,
    series_places: HashMap<String, usize>,
    series_bytes: usize,
    repeated_bytes: usize,
    most_repeated_bytes: usize,
    /// GEO's curated sets in the file, with the series they were made from.
    pub curated: Vec<(String, Vec<String>)>,
    curated_names: HashSet<String>,
    pub warnings: Vec<Warning>,
    /// Platforms with a value table.
    tables: usize,
    /// Whose values the open table holds.
    table: Option<(usize, bool)>,
    pub stop: StopSignal,
    read_bytes: Arc<AtomicI64>,
}

impl Gather {
    pub fn new(folder: &Path, stop: StopSignal, read_bytes: Arc<AtomicI64>) -> std::io::Result<Gather> {
        Ok(Gather {
            folder: folder.to_owned(),
            spool: Spool::new(folder)?,
            pending: None,
            records: Vec::new(),
            by_accession: HashMap::new(),
            platform_names: Interned::default(),
            platforms: Vec::new(),
            series_lists: Interned::default(),
            organism_lists: Interned::default(),
            series: Vec::new(),
            series_places: HashMap::new(),
            series_bytes: 0,
            repeated_bytes: 0,
            most_repeated_bytes: MOST_REPEATED_BYTES,
            curated: Vec::new(),
            curated_names: HashSet::new(),
            warnings: Vec::new(),
            tables: 0,
            table: None,
            stop,
            read_bytes,
        })
    }

    /// The last sample is whole.
    pub fn finish(&mut self) -> std::io::Result<()> {
        match self.pending.take() {
            Some(entity) => self.keep_sample(&entity),
            None => Ok(()),
        }
    }

    fn platform(&mut self, name: &str) -> usize {
        let place = self.platform_names.place(clean(name));
        while self.platforms.len() <= place {
            self.platforms.push(Platform::default());
        }
        place
    }

    fn keep_sample(&mut self, entity: &Entity) -> std::io::Result<()> {
        let mut sample = sample_of(entity);
        let known = self.by_accession.get(&sample.accession).copied();
        if let Some(known) = known {
            // The later adds to the earlier: read that back and write both as one.
            let mut whole = self.spool.read(self.records[known].at)?;
            self.repeated_bytes += whole.attributes.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
            if self.repeated_bytes > self.most_repeated_bytes {
                return Err(std::io::Error::other("the file says the same samples again and again; join their parts"));
            }
            whole.attributes.append(&mut sample.attributes);
            whole.relations.append(&mut sample.relations);
            sample = whole;
        }
        let record = Record {
            at: self.spool.append(&sample)?,
            platform: self.platform(&sample.platform),
            series: self.series_lists.place(entity.series().into_iter().map(clean).collect()),
            organisms: self.organism_lists.place(sample.organisms.clone()),
            entry: SampleEntry { content_sha256: sample.content_sha256(), accession: sample.accession },
        };
        match known {
            Some(known) => {
                let series = self.records[known].series;
                self.records[known] = Record { series, ..record };
            }
            None => {
                self.by_accession.insert(record.entry.accession.clone(), self.records.len());
                self.records.push(record);
            }
        }
        Ok(())
    }

    fn keep_series(&mut self, entity: Entity) -> Flow {
        let bytes = |entity: &Entity| entity.attributes.iter().map(|a| a.key.len() + a.value.len() + 64).sum::<usize>();
        self.series_bytes += bytes(&entity);
        if self.series_bytes > MOST_SERIES_BYTES {
            return fail(std::io::Error::other("the file describes more series than an import holds; split it"));
        }
        for platform in entity.platforms() {
            self.platform(platform);
        }
        match self.series_places.get(&entity.accession) {
            Some(place) => self.series[*place].attributes.extend(entity.attributes),
            None => {
                self.series_places.insert(entity.accession.clone(), self.series.len());
                self.series.push(entity);
            }
        }
        ControlFlow::Continue(())
    }

    fn keep_platform(&mut self, entity: &Entity) {
        let place = self.platform(&entity.accession);
        let platform = &mut self.platforms[place];
        platform.described = true;
        if platform.title.is_empty() {
            platform.title = entity.title().unwrap_or_default().to_owned();
        }
        for organism in entity.organisms() {
            if platform.organisms.len() < MOST_ORGANISMS && !platform.organisms.iter().any(|known| known == organism) {
                platform.organisms.push(organism.to_owned());
            }
        }
    }

    fn values(&mut self, place: usize) -> Option<&mut Values> {
        let name = &self.platform_names.all[place];
        let platform = &mut self.platforms[place];
        if platform.values.is_none() && self.tables < MOST_TABLES {
            self.tables += 1;
            platform.values = Some(Values::new(&self.folder, name));
        }
        platform.values.as_mut()
    }

    fn begin_sample_table(&mut self, accession: &str, columns: &[Column]) {
        let Some(platform) = self.pending.as_ref().map(platform_of) else { return };
        let place = self.platform(&platform);
        if let Some(values) = self.values(place) {
            values.begin_sample(accession, columns);
            self.table = Some((place, false));
        }
    }

    /// A matrix belongs to the platform of its samples; GEO writes one matrix to a platform.
    fn begin_matrix(&mut self, columns: &[Column]) {
        let named = columns.iter().skip(1).filter_map(|column| self.by_accession.get(&column.name));
        let mut places: Vec<usize> = named.map(|record| self.records[*record].platform).collect();
        places.dedup();
        let [place] = places[..] else { return };
        if let Some(values) = self.values(place) {
            values.begin_matrix(columns);
            self.table = Some((place, true));
        }
    }
}

impl Sink for Gather {
    fn entity(&mut self, entity: Entity) -> Flow {
        if self.stop.is_stopped() {
            return ControlFlow::Break(Stop::Cancelled);
        }
        if let Some(pending) = &mut self.pending
            && entity.continued
            && entity.kind == EntityKind::Sample
            && entity.accession == pending.accession
        {
            pending.attributes.extend(entity.attributes);
            return ControlFlow::Continue(());
        }
        if let Err(error) = self.finish() {
            return fail(error);
        }
        match entity.kind {
            EntityKind::Sample => self.pending = Some(entity),
            EntityKind::Series => return self.keep_series(entity),
            EntityKind::Platform => self.keep_platform(&entity),
            EntityKind::Dataset => {
                let series = entity.series().into_iter().map(clean).collect();
                let name = clean(&entity.accession);
                if self.curated_names.insert(name.clone()) {
                    self.curated.push((name, series));
                }
            }
            EntityKind::Database | EntityKind::Subset => {}
        }
        ControlFlow::Continue(())
    }

    fn table(&mut self, of: &TableOf, columns: &[Column]) -> Flow {
        match of.kind {
            EntityKind::Sample => self.begin_sample_table(&clean(&of.accession), columns),
            EntityKind::Series => match self.finish() {
                Ok(()) => self.begin_matrix(columns),
                Err(error) => return fail(error),
            },
            // What a platform says of its probes stays in the raw file.
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn row(&mut self, cells: &[&str]) -> Flow {
        if let Some((place, matrix)) = self.table
            && let Some(values) = &mut self.platforms[place].values
        {
            if matrix { values.matrix_row(cells) } else { values.sample_row(cells) }
        }
        ControlFlow::Continue(())
    }

    fn table_end(&mut self, _: u64) -> Flow {
        if let Some((place, _)) = self.table.take()
            && let Some(values) = &mut self.platforms[place].values
        {
            values.end_table();
        }
        ControlFlow::Continue(())
    }

    fn warning(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    fn progress(&mut self, compressed_bytes_read: u64, _: u64) -> Flow {
        self.read_bytes.store(i64::try_from(compressed_bytes_read).unwrap_or(i64::MAX), Ordering::Relaxed);
        if self.stop.is_stopped() { ControlFlow::Break(Stop::Cancelled) } else { ControlFlow::Continue(()) }
    }
}

fn fail(error: std::io::Error) -> Flow {
    ControlFlow::Break(Stop::Failed(Box::new(error)))
}

fn platform_of(sample: &Entity) -> String {
    sample.platforms().first().map(|platform| clean(platform)).unwrap_or_default()
}

fn sample_of(entity: &Entity) -> NewSample {
    NewSample {
        accession: clean(&entity.accession),
        title: entity.title().unwrap_or_default().to_owned(),
        platform: platform_of(entity),
        organisms: entity.organisms().into_iter().map(str::to_owned).collect(),
        attributes: pairs(entity),
        relations: relations(entity),
    }
}

pub fn pairs(entity: &Entity) -> Vec<(String, String)> {
    entity.attributes.iter().map(|attribute| (attribute.key.clone(), attribute.value.clone())).collect()
}

/// An accession as a key: one line, not endless.
pub fn clean(accession: &str) -> String {
    accession.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests;
