//! The table of samples: the real descriptions of `geo_sample_text`, repeated under new accessions up to any number.
//!
//! The real table has no organism, platform, molecule and date, so four of eight facets would be empty and cheap.
//! They get columns here that hang on the accession alone: these values are made up, and serve nothing but to give
//! every facet something to count. Samples of one study are numbered consecutively, so fifty in a row agree.

use crate::draw::mixed;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};

/// Between the number of a sample and those of its copies: real numbers have less than nine digits.
pub const TURN: u64 = 100_000_000;

/// One real sample.
pub struct Sample {
    pub number: u64,
    /// The columns after the accession, as they stand.
    pub columns: Vec<String>,
    pub organism: &'static str,
    pub molecule: &'static str,
    pub platform: String,
    pub year: u64,
    pub channels: &'static str,
}

const NAMES: &str = "title\tdescription\tsource_name_ch1\tcharacteristics_ch1\tsource_name_ch2\tcharacteristics_ch2";
const ORGANISMS: [(u64, &str); 6] = [
    (62, "Homo sapiens"),
    (26, "Mus musculus"),
    (5, "Rattus norvegicus"),
    (3, "Drosophila melanogaster"),
    (2, "Arabidopsis thaliana"),
    (2, "Saccharomyces cerevisiae"),
];
const MOLECULES: [(u64, &str); 5] =
    [(70, "total RNA"), (14, "polyA RNA"), (10, "genomic DNA"), (4, "cytoplasmic RNA"), (2, "protein")];
const PLATFORMS: u64 = 40;

impl Sample {
    fn parse(line: &str) -> Result<Sample, String> {
        let (accession, rest) = line.split_once('\t').ok_or_else(|| format!("no column after \"{line}\""))?;
        let digits = accession.strip_prefix("GSM").unwrap_or_default();
        let number: u64 = digits.parse().map_err(|_| format!("\"{accession}\" is no accession of a sample"))?;
        let columns: Vec<String> = rest.split('\t').map(str::to_owned).collect();
        let chance = mixed(number / 50);
        // The square root of an even chance falls off towards few: some platforms are everybody's.
        let even = (chance >> 40) % (PLATFORMS * PLATFORMS);
        Ok(Sample {
            number,
            organism: weighted(&ORGANISMS, chance % 100),
            molecule: weighted(&MOLECULES, (chance >> 16) % 100),
            platform: format!("GPL{}", 570 + PLATFORMS - 1 - even.isqrt()),
            year: 2002 + (number / 180_000).min(13),
            channels: if columns.get(4).is_none_or(|name| name == "NA") { "1" } else { "2" },
            columns,
        })
    }

    /// The accession of its copy in a turn; the real one in turn 0.
    pub fn accession(&self, turn: usize) -> String {
        format!("GSM{}", turn as u64 * TURN + self.number)
    }

    pub fn date(&self) -> String {
        format!("Nov {} {}", 1 + self.number / 50 % 28, self.year)
    }
}

fn weighted(table: &[(u64, &'static str)], mut at: u64) -> &'static str {
    for (weight, name) in table {
        if at < *weight {
            return name;
        }
        at -= weight;
    }
    table[0].1
}

pub fn read(path: &str) -> Result<Vec<Sample>, Box<dyn std::error::Error + Send + Sync>> {
    let file = File::open(path).map_err(|error| format!("{path}: {error}; name the table of real samples"))?;
    let mut samples = Vec::new();
    for line in BufReader::new(MultiGzDecoder::new(file)).lines().skip(1) {
        samples.push(Sample::parse(&line?)?);
    }
    if samples.is_empty() {
        return Err(format!("{path} holds no sample").into());
    }
    Ok(samples)
}

/// Writes `total` samples (all real ones once when 0), with the added columns.
pub fn write(from: &str, total: usize, to: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let samples = read(from)?;
    let total = if total == 0 { samples.len() } else { total };
    let mut out = BufWriter::new(File::create(to).map_err(|error| format!("{to}: {error}"))?);
    writeln!(out, "accession\t{NAMES}\torganism_ch1\tmolecule_ch1\tplatform_id\tsubmission_date\tchannel_count")?;
    for place in 0..total {
        let (turn, sample) = (place / samples.len(), &samples[place % samples.len()]);
        write!(out, "{}\t{}\t", sample.accession(turn), sample.columns.join("\t"))?;
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}",
            sample.organism,
            sample.molecule,
            sample.platform,
            sample.date(),
            sample.channels
        )?;
    }
    out.flush()?;
    Ok(())
}
